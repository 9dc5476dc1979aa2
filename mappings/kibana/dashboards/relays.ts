import { busiest, count, first, last, percentile, share, sum, time, top } from '../columns.js';
import { aFailedTry, aTimeout, aTry } from '../conditions.js';
import { type Dashboard, row } from '../dashboard.js';
import { bars, documents, lines, ranking, table } from '../panels.js';

const tries = { view: 'attempts', where: aTry } as const;
const failures = { view: 'attempts', where: aFailedTry, search: 'failed' } as const;
const relay = top('destination.domain', 12);
const busyRelay = busiest('destination.domain', 12);

export const relaysCompared: Dashboard = {
  name: 'relays',
  title: 'Relays compared',
  doc: 'The relays of one next hop side by side: choose them above. What differs between them is theirs, what they share is ours or the network’s.',
  since: 'now-30d',
  controls: { view: 'attempts', fields: ['host.name', 'destination.domain', 'postfix.reason.kind'] },
  rows: [
    row(
      14,
      table({
        title: 'Relays side by side',
        ...tries,
        by: [top('destination.domain', 50), top('destination.ip', 20)],
        of: [
          count('tries'),
          count('failed', aFailedTry),
          share('failed', aFailedTry),
          count('timeouts', aTimeout),
          percentile('postfix.seconds.likely', 50, 'took'),
          percentile('postfix.seconds.likely', 95, 'took'),
          first,
          last,
        ],
      }),
    ),
    row(
      13,
      lines({
        title: 'Share of tries that failed',
        ...tries,
        search: 'failed',
        x: time(),
        by: busyRelay,
        of: [share('failed', aFailedTry)],
      }),
      bars({ title: 'Tries', ...tries, x: time(), by: relay, of: [count('tries')] }),
    ),
    row(
      13,
      lines({
        title: 'Time of a try, half of them',
        ...tries,
        x: time(),
        by: busyRelay,
        of: [percentile('postfix.seconds.likely', 50, 'took')],
      }),
      lines({
        title: 'Time of a try, the slowest twentieth',
        ...tries,
        x: time(),
        by: busyRelay,
        of: [percentile('postfix.seconds.likely', 95, 'took')],
      }),
    ),
    row(
      14,
      ranking({ title: 'How they fail', ...failures, x: relay, by: top('postfix.reason.kind', 15), of: [count('failures')] }),
      ranking({
        title: 'How far the conversation came',
        ...failures,
        x: relay,
        by: top('postfix.reason.phase', 12),
        of: [count('failures')],
      }),
      ranking({ title: 'Time that failures took', ...failures, x: relay, of: [sum('postfix.in_micros.likely', 'lost')] }),
    ),
    row(
      14,
      table({
        title: 'What they answered',
        ...failures,
        by: [top('destination.domain', 20), top('postfix.reason.reply_code', 10), top('postfix.reason.text', 10)],
        of: [count('failures'), first, last],
      }),
    ),
    row(16, documents({ title: 'Each try', search: 'attempts' })),
  ],
};
