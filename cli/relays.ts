/** `postscope relays`: the relays side by side. */
import type { Command } from 'commander';
import { relaysCompared } from '../report/relays.js';
import { json } from '../report/render/json.js';
import { relaysCsv, relaysText } from '../report/render/relays.js';
import { usualRelays } from '../report/render/view.js';
import { type CountedOption, countedFlag, countedOf, positiveInteger, readingFlags } from './flags.js';
import { answer, periodAsked, tellUnfolded } from './session.js';

export function relaysCommand(program: Command): void {
  const command = program
    .command('relays')
    .summary('the relays side by side: sent, deferred, failures, delays')
    .description(
      'How does each relay do? Deliveries, failures by kind and phase, and the time that connection set-up ' + 'and transmission took.',
    )
    .option('--top <n>', `only the n busiest (default: ${usualRelays}; all with --csv and --json)`, positiveInteger);
  readingFlags(countedFlag(command))
    .addHelpText(
      'after',
      `
Lines of the table:
  attempts            tries at it: connections, or what should have become one
  sent, deferred,     recipients, by the status= of their delivery lines; "deferred" counts every time that
  bounced             it was tried and put off
  failed attempts     by kind, and by the phase of SMTP in which it happened
  time lost in them   how long the failed ones took: what this relay cost, and nobody else
  may have it twice   it fell silent at the end of data, and the mail was sent again
  d                   transmission: from MAIL FROM to the last reply
  p50 p90 p99 max     half, 90 % and 99 % of the deliveries took no longer than that; the longest one

Postfix logs connection set-up (c) of the delivery, not of the relay that the line names: one that lost 30 s at
a dead relay and then went out by a good one is logged as c=30 of the good one. So c is not shown here, but
what it was spent on: see delays. --status-lines counts lines, and shows c as they have it.

Examples:
  postscope relays --since yesterday
  postscope relays --since 2026-04-01 --until 2026-04-21 --csv > relays.csv`,
    )
    .action(async (options: CountedOption & { top?: number }) => {
      await answer(command, async (session) => {
        if ((await periodAsked(session)) === undefined && session.format === 'text') return;
        const { view, format } = session;
        const most = options.top ?? (format === 'text' ? usualRelays : Number.POSITIVE_INFINITY);
        // A server that delivers to the whole world has a hundred thousand relays; nobody reads those side by side.
        const limit = Number.isFinite(most) ? { limit: most * 2 } : {};
        const report = await relaysCompared(session.reader, { scope: session.scope, counted: countedOf(options), ...limit });
        if (report.counted === 'attempts') await tellUnfolded(session);
        const shown = format === 'text' ? report : { ...report, relays: report.relays.slice(0, most) };
        if (format === 'json') await session.print(json(shown));
        else if (format === 'csv') await session.print(relaysCsv(shown, view));
        else if (report.relays.length === 0) session.note('No deliveries in this period.');
        else await session.print(relaysText(report, report.relays.slice(0, most), view));
      });
    });
}
