/** `postscope trace`: what happened to a mail? */
import type { Command } from 'commander';
import { isQueueId } from '../postfix/queue_id.js';
import { eventCsvLine, eventsCsvHead } from '../report/render/events.js';
import { shellWord } from '../report/render/shell.js';
import { printable } from '../report/render/text.js';
import { traceText } from '../report/render/trace.js';
import { traceCsv } from '../report/render/trace_csv.js';
import { traceJson } from '../report/render/trace_json.js';
import { trace } from '../report/trace.js';
import { readingFlags } from './flags.js';
import { asStored, privacyFlags } from './privacy.js';
import { answer, Failure, type Session } from './session.js';

interface TraceOptions {
  readonly lines?: true;
}

export function traceCommand(program: Command): void {
  const command = program
    .command('trace')
    .argument('<id>', 'a queue ID (70EAEC233E, 4bZ2Yq0Kz1z9v) or a message-id, with or without its brackets')
    .summary('the whole way of one mail: every hop, every try, every second')
    .description(
      'What happened to one mail? Every message that it was, on every host that the store has lines of, with its bounces: ' +
        'what was tried, and where the time went.',
    )
    .option('--lines', 'the lines of the log too, below each message');
  privacyFlags(command);
  readingFlags(command)
    .addHelpText(
      'after',
      `
Given any queue ID or message-id of a mail, its way is followed in both directions: content filter, forwards,
the next server, notices about it. --since, --until and --host say which message is meant, as a short queue ID
comes back within days on a busy server; from there, the way is followed wherever it leads.

Below each delivery stand the tries that it took, with those that Postfix logs without a queue ID, and a bar
for each part of its delay: a, b, c and d. c is divided into the tries that failed and the rest: name
resolution, and the set-up of the connection that was used. Stamps of whole seconds leave some of it open:
"6 s ± 1 s", "up to 31 s".

--json prints one document: messages, attempts, what c was spent on, how the messages are linked, and the
identities of the lines (event.id) behind each; with --lines, the lines themselves. --csv prints a row for
each try and for each recipient's delivery; with --lines, a row for each line, as search does.

Exit code 1 where there is no such message.

Examples:
  postscope trace 70EAEC233E
  postscope trace '<179548949338.19143.3350609122207380938@client.test>' --lines
  postscope search --to bob@example.com --status deferred      to find a queue ID`,
    )
    .action(async (id: string, { lines }: TraceOptions) => {
      const { messageId = id } = isQueueId(id) ? {} : await asStored(command, { messageId: id });
      await answer(command, (session) => show(session, messageId, lines === true));
    });
}

async function show(session: Session, id: string, lines: boolean): Promise<void> {
  const { reader, scope, view, format } = session;
  const report = await trace(reader, id, scope);
  if (report.chains.length === 0 && report.loose.length === 0) {
    const where = scope.since === undefined && scope.until === undefined ? 'in the store' : 'in this period';
    throw new Failure(`No line has the queue ID or the message-id ${printable(id)} ${where}.`);
  }
  switch (format) {
    case 'text':
      return session.print(traceText(report, view, { lines, linesCommand: linesCommand(session, id) }));
    case 'json':
      return session.print(traceJson(report, lines));
    case 'csv': {
      for (const limit of report.limits) session.note(limit);
      if (!lines) return session.print(traceCsv(report, view));
      const all = [...report.chains.flatMap(({ hops }) => hops.flatMap((hop) => hop.lines)), ...report.loose];
      return session.print(eventsCsvHead(false) + all.map(({ event }) => eventCsvLine(event, false, view)).join(''));
    }
  }
}

function linesCommand({ called, given }: Session, id: string): string {
  const store = given.store === undefined ? [] : [`--store ${shellWord(given.store)}`];
  return [`${called} trace ${shellWord(id)} --lines`, ...(given.flags === '' ? [] : [given.flags]), ...store].join(' ');
}
