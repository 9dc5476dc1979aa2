import { count, distinct, each, first, last, most, share, sum, time, top } from '../columns.js';
import { aFailedTry, aTimeout, aTry } from '../conditions.js';
import { type Dashboard, row } from '../dashboard.js';
import { bars, documents, heatMap, metric, table } from '../panels.js';

const timeouts = { view: 'attempts', where: aTimeout, search: 'failed' } as const;
const failures = { view: 'attempts', where: aFailedTry, search: 'failed' } as const;

export const timeoutsOverMonths: Dashboard = {
  name: 'timeouts',
  title: 'Timeouts over months',
  doc: 'Since when, how often and at what hours does each relay time out? Tries at relays, also those that another relay saved.',
  since: 'now-1y',
  controls: { view: 'attempts', fields: ['host.name', 'destination.domain', 'postfix.reason.kind'] },
  rows: [
    row(
      7,
      metric({ title: 'Timeouts', ...timeouts, of: count('timeouts') }),
      metric({ title: 'Share of all tries', view: 'attempts', where: aTry, of: share('of all tries', aTimeout) }),
      metric({ title: 'Time that they took', ...timeouts, of: sum('postfix.in_micros.likely', 'lost') }),
      metric({ title: 'Messages that they met', ...timeouts, of: distinct('postfix.message_document', 'messages') }),
    ),
    row(
      13,
      bars({
        title: 'Timeouts by day and relay',
        ...timeouts,
        x: time('1d'),
        by: top('destination.domain', 10, { other: true }),
        of: [count('timeouts')],
      }),
    ),
    row(
      13,
      bars({
        title: 'Timeouts by month and relay',
        ...timeouts,
        x: time('1M'),
        by: top('destination.domain', 10, { other: true }),
        of: [count('timeouts')],
      }),
      bars({
        title: 'Failures by month and kind',
        ...failures,
        x: time('1M'),
        by: top('postfix.reason.kind', 15),
        of: [count('failures')],
      }),
    ),
    row(
      15,
      heatMap({
        title: 'Timeouts by hour and weekday',
        ...timeouts,
        doc: 'By the wall clock of the host. Even over the day: something is broken. In its busy hours only: something is too small.',
        x: each('postfix.local_time.hour', 24),
        y: each('postfix.local_time.weekday', 7),
        of: count('timeouts'),
      }),
      table({
        title: 'Relays and kinds, first and last seen',
        ...failures,
        by: [top('destination.domain', 50), top('postfix.reason.kind', 15)],
        of: [count('failures'), first, last, sum('postfix.in_micros.likely', 'lost'), most('postfix.seconds.likely', 'longest')],
      }),
    ),
    row(
      16,
      table({
        title: 'Messages that lost most time',
        ...timeouts,
        width: 16,
        leadsToMessage: true,
        by: [top('email.local_id', 50)],
        of: [sum('postfix.in_micros.likely', 'lost'), count('timeouts'), last],
      }),
      documents({ title: 'Failed tries', search: 'failed' }),
    ),
  ],
};
