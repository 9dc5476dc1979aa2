/** The queue over time, with what was changed in the configuration meanwhile. */
import type { Change } from '../config_changes.js';
import type { QueueCourse, QueueReport } from '../queue.js';
import { bar, columnsFor, sparkline } from './chart.js';
import { changeWords } from './config_changes.js';
import { count, counted, seconds } from './number.js';
import { age, reasonWords, relayWords, waited } from './queue.js';
import { type Column, type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import type { View } from './view.js';

/** Columns of the terminal below which the bars are short, and the reasons left out. */
const narrow = 110;

/** Lines of the table: of more moments, the worst of each stretch is shown. */
const mostLines = 48;

/** @param changes of all hosts, by time */
export function queueOverText({ host, points: all }: QueueCourse, changes: readonly Change[], view: View): string {
  const { style, clock } = view;
  const points = worstOf(all, mostLines);
  const snapshots = points.some(({ source }) => source.is === 'snapshot');
  const values = all.map(({ backlog }) => backlog.messages);
  const highest = Math.max(0, ...values);
  const own = changes.filter((change) => change.host === host);
  const lines = [
    style.bold(`Queue of ${printable(host)} over time`),
    style.dim(`${snapshots ? `at ${counted(all.length, 'snapshot')}` : 'made again from the log alone'}; times in ${clock.name}`),
    '',
  ];
  if (all.length >= 12) {
    const width = Math.min(columnsFor(values.length), view.width ?? 100);
    lines.push(`messages  ${style.name(sparkline(values, width, 'max', view))}  highest ${count(highest)}`, '');
  }
  const isNarrow = (view.width ?? narrow) < narrow;
  const barColumns = isNarrow ? 10 : 24;
  const columns: Column[] = [
    { head: 'at' },
    { head: 'messages', right: true },
    { head: '' },
    { head: 'oldest', right: true },
    { head: 'untried', right: true },
    { head: 'tried, and put off most for', least: 16 },
    ...(isNarrow ? [] : [{ head: 'mostly', least: 16 }]),
  ];
  const rows = points.map(({ time, backlog }): Row => {
    const untried = backlog.relays.find((share) => share.untried)?.recipients ?? 0;
    const relay = backlog.relays.find((share) => share.untried !== true);
    const reason = backlog.reasons.find((share) => share.kind !== undefined);
    return [
      clock.second(time),
      count(backlog.messages),
      { text: bar(backlog.messages, highest, barColumns, view), paint: style.name },
      backlog.first === undefined ? '–' : waited(age(backlog.first, time), view),
      count(untried),
      relay === undefined ? '' : `${relayWords(relay)}: ${count(relay.recipients)}`,
      ...(isNarrow ? [] : [reason === undefined ? '' : `${reasonWords(reason)}: ${count(reason.recipients)}`]),
    ];
  });
  const [head = '', ...body] = table(columns, rows, view);
  lines.push(head);
  let told = 0;
  for (const [i, { time }] of points.entries()) {
    for (; told < own.length && (own[told] as Change).until <= time; told++) lines.push(...changed(own[told] as Change, view));
    lines.push(body[i] as string);
  }
  for (const change of own.slice(told)) lines.push(...changed(change, view));
  if (points.length < all.length) lines.push(style.dim(`  the worst of each stretch; --csv has all ${count(all.length)}`));
  lines.push('', wrap(growthOf(all), view.width), '');
  return lines.join('\n');
}

/** The first and the last, and of each stretch between them the moment with most messages. */
function worstOf(points: readonly QueueReport[], most: number): readonly QueueReport[] {
  if (points.length <= most) return points;
  const inner = points.slice(1, -1);
  const stretches = Array.from({ length: most - 2 }, (_, i) =>
    inner.slice(Math.floor((i * inner.length) / (most - 2)), Math.floor(((i + 1) * inner.length) / (most - 2))),
  );
  const worst = stretches.map((own) => own.reduce((one, other) => (other.backlog.messages > one.backlog.messages ? other : one)));
  return [points[0] as QueueReport, ...worst, points.at(-1) as QueueReport];
}

function changed(change: Change, { clock, style, width }: View): string[] {
  const sentence = `  changed between ${clock.second(change.since)} and ${clock.second(change.until)}: ${changeWords(change)}`;
  return wrap(printable(sentence), width, '    ').split('\n').map(style.warn);
}

function growthOf(points: readonly QueueReport[]): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return 'One moment is no course: it takes two.';
  const grown = last.backlog.messages - first.backlog.messages;
  const over = seconds((last.time - first.time) / 1000);
  if (grown === 0) return `As many at the end as at the beginning, ${over} before.`;
  return `${counted(Math.abs(grown), 'message')} ${grown > 0 ? 'more' : 'fewer'} at the end than at the beginning, ${over} before.`;
}
