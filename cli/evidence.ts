/** `postscope evidence`: every attempt at one relay, for its owner. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { type AddressMode, addressModes, type EvidenceQuestion, EvidenceTotals, evidence } from '../report/evidence.js';
import { evidenceCsvHead, evidenceCsvLine, evidenceText, totalsText } from '../report/render/evidence.js';
import { evidenceHtmlFoot, evidenceHtmlHead, evidenceHtmlRow } from '../report/render/evidence_html.js';
import { jsonLine } from '../report/render/json.js';
import { printable } from '../report/render/text.js';
import { contextOf } from './context.js';
import { readingFlags } from './flags.js';
import { answer, Failure, periodAsked, type Session } from './session.js';

interface EvidenceOptions {
  readonly relay: string;
  readonly addresses: AddressMode;
  readonly html?: string;
}

export function evidenceCommand(program: Command): void {
  const command = program
    .command('evidence')
    .summary('every attempt at one relay, to show to its owner')
    .description('Every attempt at one relay, the oldest first: for its owner, who may see no error on the other side.')
    .requiredOption('--relay <name>', 'host name, its first label, or IP address')
    .addOption(
      new Option('--addresses <how>', 'of senders and recipients: as they are, as a hash, or not at all')
        .choices(addressModes)
        .default('full'),
    )
    .option('--html <file>', 'write one page that needs nothing else');
  readingFlags(command)
    .addHelpText(
      'after',
      `
Columns of --csv:
  time                        of the line that says how the attempt ended, with its offset from UTC
  own_host, relay, address    who tried, and where
  outcome, kind, phase        sent, partly (for some recipients), failed; and how
  seconds, _least, _most      how long it took: the likely figure, and what stamps of whole seconds leave open
  queue_id, message_id        of the message here
  remote_queue_id             what the relay called it, where it took it
  may_be_double               it fell silent at the end of data, and may have the message all the same

--addresses hash makes a word of each address that is the same throughout one export and different in the next, in
the relay's answers too. --json prints one attempt a line (NDJSON).

Examples:
  postscope evidence --relay relay102 --since -7d --html relay102.html
  postscope evidence --relay 192.0.2.25 --addresses none --csv > attempts.csv`,
    )
    .action(async ({ relay, addresses, html }: EvidenceOptions) => {
      await answer(command, async (session) => {
        if ((await periodAsked(session)) === undefined && session.format === 'text') return;
        const question = { scope: session.scope, relay, addresses };
        if (html === undefined) await print(session, question);
        else await writePage(session, question, html, contextOf(command).io.now());
      });
    });
}

async function print(session: Session, question: EvidenceQuestion): Promise<void> {
  const { reader, view, format } = session;
  const totals = new EvidenceTotals();
  if (format === 'csv') await session.print(evidenceCsvHead());
  for await (const rows of evidence(reader, question)) {
    for (const { attempt } of rows) totals.add(attempt);
    if (rows.length === 0) continue;
    if (format === 'text') await session.print(evidenceText(rows, view));
    else await session.print(rows.map((row) => (format === 'csv' ? evidenceCsvLine(row, view) : jsonLine(row))).join(''));
  }
  if (totals.attempts === 0) session.note(noneOf(question));
  else if (format === 'text') session.note(totalsText(totals, view));
}

const noneOf = ({ relay }: EvidenceQuestion) => `No attempt at ${printable(relay)} in this period.`;

/** What all of it comes to stands at the top, so the attempts are gone through twice. */
async function writePage({ reader, view, note }: Session, question: EvidenceQuestion, path: string, now: number): Promise<void> {
  const totals = new EvidenceTotals();
  for await (const rows of evidence(reader, question)) for (const { attempt } of rows) totals.add(attempt);
  if (totals.attempts === 0) throw new Failure(`${noneOf(question)} No page was written.`);
  const page = createWriteStream(path);
  try {
    await once(page, 'open');
    const write = async (text: string) => {
      if (!page.write(text)) await once(page, 'drain');
    };
    await write(evidenceHtmlHead(question.relay, totals, now, view));
    for await (const rows of evidence(reader, question)) await write(rows.map((row) => evidenceHtmlRow(row, view)).join(''));
    page.end(evidenceHtmlFoot);
    await finished(page);
  } catch (error) {
    page.destroy();
    if (error instanceof Error && 'code' in error) throw new Failure(`${printable(path)} cannot be written: ${printable(error.message)}`);
    throw error;
  }
  note(`${totalsText(totals, view)}\nWritten to ${printable(path)}.`);
}
