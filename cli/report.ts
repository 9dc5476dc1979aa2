/** `postscope report`: all of it on one page. */
import { type Command, Option } from 'commander';
import { intervalFor } from '../report/buckets.js';
import { Commands } from '../report/diagnose/commands.js';
import { reportHtml } from '../report/html/report.js';
import { overview } from '../report/overview.js';
import { delaysCsv } from '../report/render/delays.js';
import { failuresCsv } from '../report/render/failures.js';
import { json } from '../report/render/json.js';
import { reportMarkdown } from '../report/render/markdown.js';
import { overviewText } from '../report/render/overview.js';
import { relaysCsv } from '../report/render/relays.js';
import type { Interval } from '../store/port.js';
import { contextOf } from './context.js';
import { type CountedOption, countedFlag, countedOf, readingFlags } from './flags.js';
import { writeTo } from './output_file.js';
import { answer, periodAsked } from './session.js';
import { intervals } from './timeouts.js';

export function reportCommand(program: Command): void {
  const command = program
    .command('report')
    .summary('all of it on one page; start here')
    .description(
      'All of it on one page: what the store holds, how the mail went, which relay times out since when, ' +
        'where the time goes, and what to type next.',
    )
    .addOption(new Option('--by <interval>', 'length of a step of the charts (default: as fits the period)').choices(intervals))
    .option('--html <file>', 'write it as one page that can be sent and printed; - for standard output')
    .option('--markdown <file>', 'write it as Markdown; - for standard output');
  readingFlags(countedFlag(command))
    .addHelpText(
      'after',
      `
Each part of the page is a command of its own that shows more: timeouts, relays, delays, doctor.
--csv prints three tables (timeouts, relays, delays) with an empty line between them.

Examples:
  postscope report
  postscope report --since 2026-04 --host mailer
  postscope report --since 2026-04 --html april.html    to send to somebody`,
    )
    .action(async (options: CountedOption & { by?: Interval; html?: string; markdown?: string }) => {
      await answer(command, async (session) => {
        const period = await periodAsked(session);
        if (period === undefined && session.format === 'text') return;
        const { reader, scope, zone, view, format, storePath, given, called } = session;
        const commands = new Commands(called, view.clock, given.flags);
        const report = await overview(reader, {
          scope,
          period,
          zone,
          by: options.by ?? intervalFor(period),
          counted: countedOf(options),
          commands,
        });
        const made = contextOf(command).io.now();
        if (options.html !== undefined) await writeTo(session, options.html, reportHtml(report, { clock: view.clock }, made));
        if (options.markdown !== undefined) await writeTo(session, options.markdown, reportMarkdown(report, view.clock, made));
        if (options.html !== undefined || options.markdown !== undefined) return;
        if (format === 'json') await session.print(json(report));
        else if (format === 'csv') {
          const tables = [failuresCsv(report.timeouts, view), relaysCsv(report.relays, view), delaysCsv(report.delays, view)];
          await session.print(tables.join('\n'));
        } else await session.print(overviewText(report, view, { storePath, given, command: called }));
      });
    });
}
