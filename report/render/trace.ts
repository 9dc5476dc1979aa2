/** The lines of a message on the terminal: times, the gaps between them, and what its deliveries waited for. */
import type { EventDocument } from '../../postfix/document.js';
import { field } from '../field.js';
import type { Life, TraceReport } from '../trace.js';
import { delayParts } from '../vocabulary.js';
import { paintOf, programOf, textOf } from './events.js';
import { bytes, counted, seconds } from './number.js';
import { padEnd, printable, wrap } from './text.js';
import type { View } from './view.js';

/** What is said of each part of a delay, behind its seconds. */
const spentOn = {
  a: 'before the queue manager: reception, filters',
  b: 'in the queue manager: waiting for a turn',
  c: 'connection set-up: DNS, relays tried before, TCP, TLS',
  d: 'transmission',
} as const;

/** Of a message that was tried before. */
const spentOnTries = 'before this try: earlier tries, the wait in the deferred queue';

const partFields = { a: 'delay_a', b: 'delay_b', c: 'delay_c', d: 'delay_d' } as const;

/** A gap that is worth the eye, in seconds. */
const longGap = 5;

export function traceText(report: TraceReport, view: View): string {
  const { style } = view;
  const lines = [style.dim(`times in ${view.clock.name}`)];
  if (report.byMessageId) {
    const ids = report.queueIds.map((id) => style.bold(printable(id))).join(', ');
    lines.push(`message-id ${style.name(printable(report.asked))}: ${counted(report.queueIds.length, 'queue ID')}: ${ids}`);
  }
  for (const life of report.lives) lines.push('', ...lifeText(life, view));
  return `${lines.join('\n')}\n`;
}

function lifeText(life: Life, view: View): string[] {
  const { style, clock } = view;
  const about = [
    life.sender === undefined ? undefined : `from <${life.sender}>`,
    life.messageId === undefined ? undefined : `message-id <${life.messageId}>`,
    life.size === undefined ? undefined : bytes(life.size),
  ].filter((part) => part !== undefined);
  const length = seconds((life.last - life.first) / 1000);
  const lines = [
    `${style.bold(printable(life.queueId))} on ${printable(life.host)}`,
    ...about.map((part) => `  ${printable(part)}`),
    `  ${clock.second(life.first)} to ${clock.second(life.last)}`,
    life.removed ? `  left the queue after ${length}` : style.warn('  no "removed" line: still queued, or its end is not in the store'),
  ];
  const layout: Layout = { view, program: Math.max(4, ...life.lines.map(({ event }) => programOf(event).length)), day: '' };
  let triedBefore = false;
  for (const { time, gap, event, named } of life.lines) {
    const wait = gap === undefined || gap < 1 ? '' : `+${seconds(gap)}`.padStart(waitColumns);
    lines.push(
      ...lineText(layout, {
        time,
        wait: (gap ?? 0) >= longGap ? style.warn(wait) : style.dim(wait),
        program: programOf(event),
        text: `${textOf(event)}${named ? '' : ' (no queue ID; same process)'}`,
        paint: named ? paintOf(event, style) : style.bad,
      }),
    );
    const below = delaysInWords(event, triedBefore);
    if (field(event, 'may_be_double') === 'yes') below.push('The relay may have taken it: a later try would deliver a second copy.');
    lines.push(...below.flatMap((words) => under(layout, words)));
    if (field(event, 'status') === 'deferred') triedBefore = true;
  }
  for (const { queueId, why, here } of life.next) {
    const how = here ? `(${why}): trace ${queueId}` : `(${why})`;
    lines.push(`${' '.repeat(indentOf(layout))}${style.dim('see')} ${style.bold(printable(queueId))} ${style.dim(printable(how))}`);
  }
  return lines;
}

/** Words below the text of a line. */
function under(layout: Layout, words: string): string[] {
  const { view } = layout;
  const indent = ' '.repeat(indentOf(layout));
  return wrap(words, columnsBehind(layout), '    ')
    .split('\n')
    .map((line) => indent + view.style.dim(line));
}

interface Layout {
  readonly view: View;
  /** Columns of the widest program. */
  readonly program: number;
  /** The day that was shown last. */
  day: string;
}

const waitColumns = 12;

/** On a terminal the date stands once above its lines, elsewhere every line has it. */
const timeColumns = ({ width }: View) => (width === undefined ? 19 : 8);
const indentOf = ({ view, program }: Layout) => timeColumns(view) + waitColumns + program + 5;
const columnsBehind = (layout: Layout) =>
  layout.view.width === undefined ? undefined : Math.max(30, layout.view.width - indentOf(layout));

interface Shown {
  readonly time: number;
  /** Painted, and as wide as `waitColumns`; or empty. */
  readonly wait: string;
  readonly program: string;
  readonly text: string;
  readonly paint: (text: string) => string;
}

function lineText(layout: Layout, { time, wait, program, text, paint }: Shown): string[] {
  const { view } = layout;
  const stamp = view.clock.second(time);
  const day = stamp.slice(0, 10);
  const heading = view.width !== undefined && layout.day !== day ? [view.style.dim(day)] : [];
  layout.day = day;
  const head = [
    stamp.slice(-timeColumns(view)),
    wait === '' ? ' '.repeat(waitColumns) : wait,
    '',
    view.style.name(padEnd(printable(program), layout.program)),
    '',
    '',
  ].join(' ');
  const indent = ' '.repeat(indentOf(layout));
  return [...heading, head + wrap(printable(text), columnsBehind(layout)).split('\n').map(paint).join(`\n${indent}`)];
}

/** The delays of a delivery line in words, a line for each part that took a while; nothing for other lines. */
export function delaysInWords(event: EventDocument, triedBefore: boolean): string[] {
  const delay = field(event, 'delay');
  if (delay === undefined) return [];
  const parts = delayParts
    .map((part) => ({ part, value: field(event, partFields[part]) ?? 0 }))
    .filter(({ value }) => value >= Math.max(0.1, delay * 0.05));
  if (parts.length === 0) return [];
  const longest = Math.max(...parts.map(({ value }) => seconds(value).length));
  return parts.map(({ part, value }) => {
    const words = part === 'a' && triedBefore ? spentOnTries : spentOn[part];
    return `${part} ${seconds(value).padStart(longest)}  ${words}`;
  });
}
