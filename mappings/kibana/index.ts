/**
 * Everything that Kibana is given: data views, saved searches, dashboards. postscope.ndjson is that for the prefix `postscope`, to be
 * imported by hand and to be compared (test/kibana.test.ts makes it anew with `-u`); `postscope setup` imports that of its own prefix.
 */
import { type Dashboard, dashboardObject } from './dashboard.js';
import { whereTheTimeGoes } from './dashboards/delays.js';
import { whatWeKeep } from './dashboards/kept.js';
import { oneMessage } from './dashboards/message.js';
import { queueAndBacklog } from './dashboards/queue.js';
import { relaysCompared } from './dashboards/relays.js';
import { whoSends } from './dashboards/senders.js';
import { timeoutsOverMonths } from './dashboards/timeouts.js';
import { dataViews } from './data_views.js';
import type { SavedObject } from './saved_object.js';
import { savedSearches } from './searches.js';

export const dashboards: readonly Dashboard[] = [
  timeoutsOverMonths,
  whereTheTimeGoes,
  relaysCompared,
  queueAndBacklog,
  oneMessage,
  whoSends,
  whatWeKeep,
];

/** @throws RangeError where the prefix is none that an index can have */
export const kibanaObjects = (prefix: string): SavedObject[] => [
  ...dataViews(prefix),
  ...savedSearches(prefix),
  ...dashboards.map((dashboard) => dashboardObject(prefix, dashboard)),
];

/** As Kibana imports it: an object a line. */
export const kibanaFile = (prefix: string): string =>
  kibanaObjects(prefix)
    .map((object) => `${JSON.stringify(object)}\n`)
    .join('');
