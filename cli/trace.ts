/** `postscope trace`: what happened to one message? */
import type { Command } from 'commander';
import { eventCsvLine, eventsCsvHead } from '../report/render/events.js';
import { jsonLine } from '../report/render/json.js';
import { printable } from '../report/render/text.js';
import { traceText } from '../report/render/trace.js';
import { trace } from '../report/trace.js';
import { readingFlags } from './flags.js';
import { answer, Failure } from './session.js';

export function traceCommand(program: Command): void {
  const command = program
    .command('trace')
    .argument('<id>', 'a queue ID (70EAEC233E, 4bZ2Yq0Kz1z9v) or a message-id, with or without its brackets')
    .summary('all lines of one message, with its waits explained')
    .description(
      'What happened to one message? All lines of a queue ID in order, the time between them, ' + 'and what each delivery waited for.',
    );
  readingFlags(command)
    .addHelpText(
      'after',
      `
A message-id gives the lines of all its queue IDs: one for each pass through this server (content filter,
mailing list), and one on each host. A short queue ID comes back within days on a busy server: each of its
messages is shown by itself, and --since and --until choose between them.

The time in the middle is what passed since the line before. Lines "(no queue ID; same process)" are attempts
at other relays that the same smtp process made while it was busy with the delivery below them.
--json prints a document a line, --csv a table; both have these lines too.

Exit code 1 where there is no such message.

Examples:
  postscope trace 70EAEC233E
  postscope trace '<179548949338.19143.3350609122207380938@client.test>'
  postscope search --to bob@example.com --status deferred      to find a queue ID`,
    )
    .action(async (id: string) => {
      await answer(command, async (session) => {
        const { reader, scope, view, format } = session;
        const report = await trace(reader, id, scope);
        if (report.lives.length === 0) {
          const where = scope.since === undefined && scope.until === undefined ? 'in the store' : 'in this period';
          throw new Failure(`No line has the queue ID or the message-id ${printable(id)} ${where}.`);
        }
        if (format === 'text') return session.print(traceText(report, view));
        if (format === 'csv') await session.print(eventsCsvHead(false));
        for (const { event } of report.lives.flatMap(({ lines }) => lines)) {
          await session.print(format === 'json' ? jsonLine(event) : eventCsvLine(event, false, view));
        }
      });
    });
}
