/** `postscope timeouts`: since when, and how often, does each relay fail? */
import { type Command, Option } from 'commander';
import type { Kind } from '../postfix/reason.js';
import { intervalFor } from '../report/buckets.js';
import { failuresOverTime, timeoutKinds } from '../report/failures.js';
import { failuresCsv, failuresText } from '../report/render/failures.js';
import { json } from '../report/render/json.js';
import { usualRelays } from '../report/render/view.js';
import type { Interval } from '../store/port.js';
import { type CountedOption, countedFlag, countedOf, positiveInteger, readingFlags } from './flags.js';
import { kindList, kindsExplained } from './kinds.js';
import { answer, periodAsked, tellUnfolded } from './session.js';

export const intervals: readonly Interval[] = ['minute', 'hour', 'day', 'week', 'month'];

export function timeoutsCommand(program: Command): void {
  const command = program
    .command('timeouts')
    .summary('timeouts per relay over time, with first and last')
    .description(
      'Since when, and how often, does each relay time out? Counts attempts that ran into a time limit, ' +
        'per relay and stretch of time.',
    )
    .addOption(new Option('--by <interval>', 'length of a line of the table (default: as fits the period)').choices(intervals))
    .option('--top <n>', `tell apart only the n relays with most (default: ${usualRelays}; --csv and --json have all)`, positiveInteger)
    .option('--kind <kinds>', 'what to count (default: timeouts); see below', kindList);
  readingFlags(countedFlag(command))
    .addHelpText(
      'after',
      `
What is counted:
  An attempt at a relay that failed, whether or not the message then left by another relay, so one
  delivery can count at several relays. A relay is named where the line names it, in relay= or in the reason.
  connect_timeout: no answer to the TCP connection, as the host is down or a firewall drops the packets.
  conversation_timeout: connected, then silence in the middle of SMTP; the relay itself hangs.
  An attempt is one try at one relay, however many recipients and lines it has; the failures that happen without
  a try (dns_failure, suspended, expired, loop) and everything with --status-lines are counted by lines.

Kinds for --kind (several with commas between them; "timeouts" are the two above, "all" is every one):
${kindsExplained}

Columns:
  time lost               how long these attempts took, before the mail could go on to another relay
  first seen, last seen   the first and the last such failure within the period
  the chart               each relay against its own highest value

Examples:
  postscope timeouts                               the whole store
  postscope timeouts --since 2026-04 --by week
  postscope timeouts --kind all --since -7d        every kind of failure
  postscope timeouts --kind lost_connection,greeting_refused --csv > failures.csv`,
    )
    .action(async (options: CountedOption & { by?: Interval; top?: number; kind?: readonly Kind[] | 'all' }) => {
      await answer(command, async (session) => {
        const period = await periodAsked(session);
        if (period === undefined && session.format === 'text') return;
        const { reader, scope, zone, view, format } = session;
        const report = await failuresOverTime(reader, {
          scope,
          period,
          zone,
          by: options.by ?? intervalFor(period),
          counted: countedOf(options),
          kinds: options.kind === 'all' ? undefined : (options.kind ?? timeoutKinds),
        });
        if (report.counted === 'attempts') await tellUnfolded(session);
        if (format === 'json') await session.print(json(report));
        else if (format === 'csv') await session.print(failuresCsv(report, view));
        else await session.print(failuresText(report, view, options.top ?? usualRelays));
      });
    });
}
