/** `postscope delays`: where does the time go? */
import { type Command, Option } from 'commander';
import { intervalFor } from '../report/buckets.js';
import { delaysOverTime } from '../report/delays.js';
import { delaysCsv, delaysText } from '../report/render/delays.js';
import { json } from '../report/render/json.js';
import type { Interval } from '../store/port.js';
import { type CountedOption, countedFlag, countedOf, readingFlags } from './flags.js';
import { answer, periodAsked, tellUnfolded } from './session.js';
import { intervals } from './timeouts.js';

export function delaysCommand(program: Command): void {
  const command = program
    .command('delays')
    .summary('where the time goes: a, b, c, d over time')
    .description('Where does the time go? Percentiles of the four parts of the delay of every delivery line (delays=a/b/c/d), over time.')
    .addOption(new Option('--by <interval>', 'length of a line of the table (default: as fits the period)').choices(intervals));
  readingFlags(countedFlag(command))
    .addHelpText(
      'after',
      `
The four parts, in seconds:
  a   before the queue manager took the message up: the client sending it, milters, filters. For a message that
      was tried before, the earlier tries and the wait in the deferred queue are in a as well.
  b   in the queue manager: waiting for a turn. High while c is high: mail queues up behind slow deliveries.
  c   connection set-up: DNS, relays tried before, TCP, EHLO, STARTTLS. Never below a multiple of 5 s, at every
      relay: a nameserver in resolv.conf does not answer.
  d   transmission: from MAIL FROM to the last reply. High: the relay is slow to take it.

What c was spent on: tries at relays that failed before the one that the line names, and the rest, which is name
resolution and the set-up of the connection that was used. The sums are of all deliveries by smtp and lmtp.

Columns:
  p90 now           in the last stretch of time that had a delivery; "worst" is the one with the highest p90
  p50 p90 p99 max   half, 90 % and 99 % of the deliveries took no longer than that; the longest one
                    (a narrow terminal shows fewer; --csv and --json show all)

Examples:
  postscope delays --since -7d
  postscope delays --since 2026-04-03 --by hour`,
    )
    .action(async (options: CountedOption & { by?: Interval }) => {
      await answer(command, async (session) => {
        const period = await periodAsked(session);
        if (period === undefined && session.format === 'text') return;
        const { reader, scope, zone, view, format } = session;
        const report = await delaysOverTime(reader, {
          scope,
          period,
          zone,
          by: options.by ?? intervalFor(period),
          counted: countedOf(options),
        });
        if (report.setup !== undefined) await tellUnfolded(session);
        if (format === 'json') await session.print(json(report));
        else if (format === 'csv') await session.print(delaysCsv(report, view));
        else if (report.deliveries === 0) session.note('No deliveries in this period.');
        else await session.print(delaysText(report, view));
      });
    });
}
