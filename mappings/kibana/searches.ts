/** Saved searches: the documents behind the panels, in Discover. */
import { aDelayLine, aDeletion, aDelivery, aFailedTry, aHold, aQueue, aReject, aTry, isWaiting } from './conditions.js';
import { type View, viewReference } from './data_views.js';
import { any, has } from './kql.js';
import { type SavedObject, savedObject, searchSource } from './saved_object.js';

interface Search {
  readonly title: string;
  readonly doc: string;
  readonly view: View;
  readonly where: string;
  readonly columns: readonly string[];
  /** Latest first where nothing is said. */
  readonly sort?: readonly [field: string, direction: 'asc' | 'desc'];
}

const aboutTry = ['host.name', 'email.local_id', 'destination.domain', 'destination.ip', 'postfix.outcome', 'postfix.reason.kind'];
const aboutMessage = ['host.name', 'email.local_id', 'email.from.address', 'email.to.address', 'postfix.state', 'postfix.delay'];
const aboutDelays = [
  'postfix.delays.before_queue_manager',
  'postfix.delays.queue_manager',
  'postfix.delays.connection_setup',
  'postfix.delays.transmission',
];

export const searches = {
  events: {
    title: 'Lines',
    doc: 'Every line of the log',
    view: 'events',
    where: '',
    columns: ['host.name', 'process.name', 'email.local_id', 'message'],
  },
  story: {
    title: 'Lines, oldest first',
    doc: 'The lines of a message in the order in which they were written',
    view: 'events',
    where: has('email.local_id'),
    columns: ['host.name', 'process.name', 'email.local_id', 'event.action', 'message'],
    sort: ['@timestamp', 'asc'],
  },
  delays: {
    title: 'Deliveries with their delays',
    doc: 'Lines of deliveries, with a, b, c and d',
    view: 'events',
    where: aDelayLine,
    columns: ['email.local_id', 'destination.domain', 'postfix.status', 'postfix.delay', ...aboutDelays],
  },
  rejects: {
    title: 'Refused mail',
    doc: 'What clients were refused, and why',
    view: 'events',
    where: aReject,
    columns: [
      'host.name',
      'source.domain',
      'source.ip',
      'email.from.address',
      'email.to.address',
      'postfix.stage',
      'postfix.restriction',
      'postfix.reason.enhanced_code',
    ],
  },
  kept: {
    title: 'Holds and deletions',
    doc: 'Messages that were held, released, deleted or discarded',
    view: 'events',
    where: any(aHold, aDeletion),
    columns: ['host.name', 'process.name', 'email.local_id', 'event.action', 'message'],
  },
  messages: {
    title: 'Messages',
    doc: 'A line for each life of a queue ID',
    view: 'messages',
    where: '',
    columns: [...aboutMessage, 'email.message_id'],
  },
  slowest: {
    title: 'Slowest messages',
    doc: 'Messages by the time until their last delivery',
    view: 'messages',
    where: has('postfix.delay'),
    columns: [
      'postfix.delay',
      'email.local_id',
      'email.from.address',
      'email.to.address',
      'destination.domain',
      'postfix.attempts',
      'postfix.state',
    ],
    sort: ['postfix.delay', 'desc'],
  },
  waiting: {
    title: 'Messages in the queue',
    doc: 'Messages that had not left when the log ends, oldest first',
    view: 'messages',
    where: isWaiting,
    columns: [...aboutMessage, 'postfix.reason.kind'],
    sort: ['@timestamp', 'asc'],
  },
  attempts: {
    title: 'Tries',
    doc: 'Every try at a relay, with the time that it took',
    view: 'attempts',
    where: aTry,
    columns: [...aboutTry, 'postfix.reason.phase', 'postfix.seconds.likely'],
  },
  failed: {
    title: 'Failed tries',
    doc: 'Tries at relays that failed, and why',
    view: 'attempts',
    where: aFailedTry,
    columns: [...aboutTry, 'postfix.reason.phase', 'postfix.seconds.likely', 'postfix.reason.text'],
  },
  deliveries: {
    title: 'Deliveries, and what c was spent on',
    doc: 'Connection set-up of each delivery: name resolution, and relays that failed before',
    view: 'attempts',
    where: aDelivery,
    columns: [
      'email.local_id',
      'destination.domain',
      'postfix.status',
      'postfix.delays.connection_setup',
      'postfix.attribution.rest.likely',
      'postfix.attribution.failed',
    ],
  },
  snapshots: {
    title: 'Snapshots of the queue',
    doc: 'What waited, each time that somebody looked',
    view: 'snapshots',
    where: aQueue,
    columns: ['host.name', 'postfix.queue.messages', 'postfix.queue.recipients', 'postfix.queue.bytes', 'postfix.queue.oldest'],
  },
} as const satisfies Readonly<Record<string, Search>>;

export type SearchName = keyof typeof searches;

export const searchId = (prefix: string, name: SearchName) => `${prefix}-search-${name}`;

export const savedSearches = (prefix: string): SavedObject[] =>
  (Object.entries(searches) as [SearchName, Search][]).map(([name, { title, doc, view, where, columns, sort }]) => {
    const index = 'kibanaSavedObjectMeta.searchSourceJSON.index';
    return savedObject(
      'search',
      searchId(prefix, name),
      {
        title: `${prefix}: ${title}`,
        description: doc,
        columns,
        sort: [sort ?? ['@timestamp', 'desc']],
        grid: {},
        hideChart: false,
        isTextBasedQuery: false,
        timeRestore: false,
        kibanaSavedObjectMeta: { searchSourceJSON: searchSource(where, { highlightAll: true, version: true, indexRefName: index }) },
      },
      [viewReference(prefix, view, index)],
    );
  });
