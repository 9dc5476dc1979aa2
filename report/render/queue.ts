/** The queue at a moment: shares of it in tables with bars, and the messages themselves. */
import type { AgeShare, DomainShare, ReasonShare, RelayShare, Share } from '../../postfix/snapshot/backlog.js';
import { ageBands } from '../../postfix/snapshot/backlog.js';
import type { QueuedMessage } from '../../postfix/snapshot/queue.js';
import type { QueueReport } from '../queue.js';
import { failureWords, kindWords } from '../vocabulary.js';
import { bar } from './chart.js';
import { bytes, count, counted, seconds } from './number.js';
import { Stamps } from './stamps.js';
import { type Cell, type Column, type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import { relayText } from './trace_delivery.js';
import type { View } from './view.js';

/** Lines of a table; what is behind them is small. */
const most = 10;
/** Columns of a bar of all that waits. */
const barColumns = ({ width }: View) => ((width ?? 100) < 90 ? 16 : 24);

export function queueText(report: QueueReport, view: View): string {
  const { host, time, backlog, messages } = report;
  const { style, clock } = view;
  const lines = [
    style.bold(`Queue of ${printable(host)} at ${clock.second(time)}`),
    ...wrap(`${sourceWords(report)}; times in ${clock.name}`, view.width)
      .split('\n')
      .map(style.dim),
    '',
  ];
  if (backlog.messages === 0) return [...lines, 'Nothing waits.', ''].join('\n');
  lines.push(wrap(summaryOf(report), view.width), '');
  const shares: readonly (readonly [head: string, shares: readonly Named[], more: number])[] = [
    ['next hop', backlog.relays.map((share) => ({ ...share, name: relayWords(share) })), backlog.moreRelays],
    ['why it waits', backlog.reasons.map((share) => ({ ...share, name: reasonWords(share), bad: share.kind !== undefined })), 0],
    ['age', backlog.ages.map((share) => ({ ...share, name: ageWords(share) })), 0],
    ['recipient domain', backlog.domains.map((share) => ({ ...share, name: domainWords(share) })), backlog.moreDomains],
  ];
  for (const [head, own, further] of shares) lines.push(...shareTable(head, own, further, report, view), '');
  if (messages !== undefined) lines.push(...messageTable(messages, time, view), '');
  return lines.join('\n');
}

interface Named extends Share {
  readonly name: string;
  readonly bad?: boolean;
}

function shareTable(head: string, shares: readonly Named[], further: number, { time, backlog }: QueueReport, view: View): string[] {
  const { style } = view;
  const columns: Column[] = [
    { head, least: 24 },
    { head: 'recipients', right: true },
    { head: 'messages', right: true },
    { head: 'oldest', right: true },
    { head: '' },
  ];
  const rows = shares.slice(0, most).map(({ name, bad, recipients, messages, first }): Row => {
    const drawn = bar(recipients, backlog.recipients, barColumns(view), view);
    return [
      bad === true ? { text: name, paint: style.bad } : name,
      count(recipients),
      count(messages),
      seconds(age(first, time)),
      { text: drawn, paint: style.name },
    ];
  });
  const hidden = Math.max(0, shares.length - most) + further;
  return [
    ...table(columns, rows, view),
    ...(hidden === 0 ? [] : [style.dim(`  … ${count(hidden)} more; --messages --csv has every recipient`)]),
  ];
}

/** Messages of a text: whoever has more of them wants CSV. */
const mostMessages = 50;

function messageTable(messages: readonly QueuedMessage[], time: number, view: View): string[] {
  const { style } = view;
  const stamps = new Stamps({ ...view, width: undefined });
  const cells = messages.slice(0, mostMessages).map((message): Readonly<Record<keyof typeof messageColumns, Cell>> => {
    const [first] = message.recipients;
    const others = message.recipients.length - 1;
    return {
      arrived: stamps.of(message.arrival),
      age: seconds(age(message.arrival, time)),
      queueId: { text: message.queueId, paint: style.bold },
      queue: message.queue ?? '–',
      size: message.size === undefined ? '–' : bytes(message.size),
      from: message.sender === undefined ? '–' : `<${message.sender}>`,
      to: `${first === undefined ? '–' : recipientWords(first.address)}${others > 0 ? ` +${count(others)}` : ''}`,
      why: message.recipients.find(({ reason }) => reason !== undefined)?.reason?.text ?? notTried,
    };
  });
  // On a narrow terminal the reason is worth more than what can be told without.
  const names = Object.keys(messageColumns) as (keyof typeof messageColumns)[];
  const shown =
    (view.width ?? Number.POSITIVE_INFINITY) < 120 ? names.filter((name) => !['arrived', 'queue', 'size'].includes(name)) : names;
  const columns = shown.map((name) => messageColumns[name]);
  const rows = cells.map((row): Row => shown.map((name) => row[name]));
  const hidden = messages.length - rows.length;
  return [
    ...table(columns, rows, view),
    ...(hidden === 0 ? [] : [style.dim(`  … ${count(hidden)} more, younger; --csv and --json have them`)]),
  ];
}

const messageColumns = {
  arrived: { head: 'arrived' },
  age: { head: 'age', right: true },
  queueId: { head: 'queue ID' },
  queue: { head: 'queue' },
  size: { head: 'size', right: true },
  from: { head: 'from', least: 12 },
  to: { head: 'to', least: 12 },
  why: { head: 'why', least: 16 },
} as const satisfies Record<string, Column>;

export const age = (first: number, time: number): number => Math.max(0, (time - first) / 1000);

const sourceNames = { mailq: 'mailq', postqueue: 'postqueue -j' } as const;

export function sourceWords({ source }: QueueReport): string {
  if (source.is === 'log') return 'made again from the log alone: what had arrived by then, and had not been removed';
  return `as ${sourceNames[source.of]} listed it${source.whole ? '' : ' (cut off, so there was more)'}`;
}

function summaryOf({ time, backlog }: QueueReport): string {
  const { messages, recipients, bytes: size, first, queues } = backlog;
  const named = queues.filter(({ queue }) => queue !== undefined);
  const by = named.map(({ queue, messages: own }) => `${count(own)} ${printable(queue as string)}`).join(', ');
  const oldest = first === undefined ? '' : `; the oldest has waited ${seconds(age(first, time))}`;
  return `${counted(messages, 'message')} for ${counted(recipients, 'recipient')}, ${bytes(size)}${by === '' ? '' : ` (${by})`}${oldest}`;
}

const notTried = 'not tried yet';

export function relayWords({ relay, untried }: Pick<RelayShare, 'relay' | 'untried'>): string {
  if (relay === undefined) return untried === true ? `(${notTried})` : '(none named)';
  return relayText(relay);
}

export function reasonWords({ kind, phase, suspendedKind }: Pick<ReasonShare, 'kind' | 'phase' | 'suspendedKind'>): string {
  if (kind === undefined) return notTried;
  if (suspendedKind !== undefined) return `${kindWords[kind]}: ${failureWords(suspendedKind, phase)}`;
  return failureWords(kind, phase);
}

export function ageWords({ from }: Pick<AgeShare, 'from'>): string {
  const next = ageBands.find((start) => start > from);
  if (next === undefined) return `${seconds(from)} and more`;
  return from === 0 ? `under ${seconds(next)}` : `${seconds(from)} to ${seconds(next)}`;
}

export const domainWords = ({ domain }: Pick<DomainShare, 'domain'>): string => (domain === '' ? '(no domain, or not named yet)' : domain);

export const recipientWords = (address: string): string => (address === '' ? '(not named yet)' : `<${address}>`);

/** A cell in the colour of a wait that somebody should look at. */
export function waited(value: number, { style }: View): Cell {
  const text = seconds(value);
  return value >= 3600 ? { text, paint: style.bad } : value >= 300 ? { text, paint: style.warn } : text;
}
