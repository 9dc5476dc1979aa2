import { average, count, each, percentile, sum, time, top } from '../columns.js';
import { aDelayLine, aDelivery, aFailedTry } from '../conditions.js';
import { type Dashboard, row } from '../dashboard.js';
import { above, all } from '../kql.js';
import { areas, bars, documents, lines, metric, ranking, table } from '../panels.js';

const parts = [
  'postfix.delays.before_queue_manager',
  'postfix.delays.queue_manager',
  'postfix.delays.connection_setup',
  'postfix.delays.transmission',
] as const;
const delayLines = { view: 'events', where: aDelayLine, search: 'delays' } as const;
const deliveries = { view: 'attempts', where: aDelivery, search: 'deliveries' } as const;

export const whereTheTimeGoes: Dashboard = {
  name: 'delays',
  title: 'Where the time goes',
  doc: 'a: before the queue manager, b: in it, c: connection set-up, d: transmission. c is split into what failed relays took, and name resolution.',
  since: 'now-30d',
  controls: { view: 'events', fields: ['host.name', 'destination.domain'] },
  rows: [
    row(
      7,
      metric({ title: 'Deliveries', ...delayLines, of: count('deliveries') }),
      metric({ title: 'Delay, half of them', ...delayLines, of: percentile('postfix.delay', 50) }),
      metric({ title: 'Delay, the slowest tenth', ...delayLines, of: percentile('postfix.delay', 90) }),
      metric({ title: 'Lost to failed relays', ...deliveries, of: sum('postfix.in_micros.failed', 'lost') }),
      metric({ title: 'Spent on resolution and set-up', ...deliveries, of: sum('postfix.in_micros.rest', 'spent') }),
    ),
    row(14, areas({ title: 'a, b, c, d on average', ...delayLines, x: time(), of: parts.map((part) => average(part)) })),
    row(
      13,
      lines({ title: 'a, b, c, d: half of the deliveries', ...delayLines, x: time(), of: parts.map((part) => percentile(part, 50)) }),
      lines({ title: 'a, b, c, d: the slowest tenth', ...delayLines, x: time(), of: parts.map((part) => percentile(part, 90)) }),
    ),
    row(
      13,
      areas({
        title: 'What c was spent on',
        ...deliveries,
        doc: 'c belongs to the delivery and not to the relay that its line names: failed relays are counted by themselves.',
        x: time(),
        of: [sum('postfix.in_micros.failed', 'failed relays'), sum('postfix.in_micros.rest', 'resolution and set-up')],
      }),
      bars({
        title: 'Resolution and set-up, in whole seconds',
        ...deliveries,
        doc: 'A dead first nameserver shows as a peak at a multiple of 5 seconds, to every relay.',
        where: all(aDelivery, above('postfix.attribution.rest_whole', 0)),
        x: each('postfix.attribution.rest_whole', 60),
        of: [count('deliveries')],
      }),
    ),
    row(
      14,
      ranking({
        title: 'Time that failed tries took, by relay',
        view: 'attempts',
        where: aFailedTry,
        search: 'failed',
        x: top('destination.domain', 15),
        of: [sum('postfix.in_micros.likely', 'lost')],
      }),
      table({
        title: 'Relays of the deliveries',
        ...deliveries,
        by: [top('destination.domain', 50)],
        of: [
          count('deliveries'),
          sum('postfix.in_micros.c', 'c'),
          sum('postfix.in_micros.failed', 'of it, failed relays'),
          sum('postfix.in_micros.rest', 'of it, resolution and set-up'),
          percentile('postfix.attribution.rest.likely', 90, 'resolution and set-up'),
        ],
      }),
    ),
    row(
      16,
      table({
        title: 'Messages that failed relays delayed most',
        ...deliveries,
        where: all(aDelivery, above('postfix.attribution.failed', 0)),
        width: 16,
        leadsToMessage: true,
        by: [top('email.local_id', 50)],
        of: [sum('postfix.in_micros.failed', 'lost'), sum('postfix.in_micros.c', 'of c')],
      }),
      documents({ title: 'Slowest messages', search: 'slowest' }),
    ),
  ],
};
