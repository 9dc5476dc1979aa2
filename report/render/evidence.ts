/** Evidence as a table on the terminal, and as CSV: a row for each attempt. */
import type { EvidenceRow, EvidenceTotals } from '../evidence.js';
import { failureWords } from '../vocabulary.js';
import { csvLine } from './csv.js';
import { count, counted, seconds } from './number.js';
import { spanText } from './span.js';
import { type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import type { View } from './view.js';

const csvHead = [
  'time',
  'own_host',
  'relay',
  'address',
  'port',
  'outcome',
  'kind',
  'phase',
  'reply_code',
  'enhanced_code',
  'seconds',
  'seconds_least',
  'seconds_most',
  'may_be_double',
  'queue_id',
  'message_id',
  'remote_queue_id',
  'sender',
  'recipients',
  'text',
] as const;

export const evidenceCsvHead = (): string => csvLine(csvHead);

export function evidenceCsvLine(row: EvidenceRow, { clock }: View): string {
  const { attempt } = row;
  return csvLine([
    clock.iso(attempt.time),
    attempt.host,
    attempt.relay?.host,
    attempt.relay?.ip,
    attempt.relay?.port,
    attempt.outcome,
    attempt.kind,
    attempt.phase,
    attempt.replyCode,
    attempt.enhancedCode,
    attempt.seconds?.likely,
    attempt.seconds?.least,
    attempt.seconds?.most,
    attempt.mayBeDouble ? 'yes' : undefined,
    attempt.queueId,
    row.messageId,
    row.remoteQueueIds.join(' '),
    row.sender,
    row.recipients.join(' '),
    row.text,
  ]);
}

/** How an attempt ended, in a few words. */
export function outcomeText({ attempt, remoteQueueIds }: EvidenceRow): string {
  const { outcome, kind, phase } = attempt;
  const failed = kind === undefined ? undefined : failureWords(kind, phase);
  if (outcome === 'failed') return failed ?? 'failed';
  const taken = remoteQueueIds.length === 0 ? 'taken' : `taken as ${remoteQueueIds.join(', ')}`;
  return outcome === 'partly' && failed !== undefined ? `${taken}; for some: ${failed}` : taken;
}

export const waited = ({ attempt: { seconds: span } }: EvidenceRow): string => (span === undefined ? 'unknown' : spanText(span));

export function evidenceText(rows: readonly EvidenceRow[], view: View): string {
  const { clock, style } = view;
  const columns = [
    { head: 'time' },
    { head: 'address' },
    { head: 'outcome', least: 16 },
    { head: 'took', right: true },
    { head: 'queue ID' },
    { head: 'message-id', least: 12 },
  ];
  const cells = rows.map((row): Row => {
    const { attempt } = row;
    const paint = attempt.outcome === 'failed' ? style.bad : style.good;
    return [
      clock.iso(attempt.time),
      attempt.relay?.ip ?? attempt.relay?.host ?? '',
      { text: outcomeText(row), paint },
      waited(row),
      attempt.queueId ?? '',
      row.messageId ?? '',
    ];
  });
  return `${table(columns, cells, view).join('\n')}\n`;
}

/** What all of it comes to, in a sentence or two. */
export function totalsText(
  { attempts, sent, failed, possibleDoubles, seconds: lost, ways, first, last }: EvidenceTotals,
  { clock, width }: View,
): string {
  const span = first === undefined || last === undefined ? '' : ` from ${clock.iso(first)} to ${clock.iso(last)}`;
  const kinds = [...ways.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ kind, phase, count: n }) => `${count(n)} × ${kind === undefined ? 'failed' : failureWords(kind, phase)}`);
  const text = [
    `${counted(attempts, 'attempt')}${span}: ${count(sent)} taken, ${count(failed)} failed.`,
    kinds.length === 0 ? '' : ` Failures: ${kinds.join(', ')}; they took ${seconds(lost)}.`,
    possibleDoubles === 0 ? '' : ` After ${count(possibleDoubles)} the relay may have a message that was sent again.`,
  ].join('');
  return wrap(printable(text), width);
}
