/** Failures over time on the terminal, and as CSV. */

import type { Relay } from '../../store/port.js';
import type { FailuresReport, RelayFailures } from '../failures.js';
import { kindWords, relayLabel, shortNames } from '../vocabulary.js';
import { bar, columnsFor, course } from './chart.js';
import { csv } from './csv.js';
import { count, counted, percent, seconds } from './number.js';
import { type Cell, type Column, type Row, table, widthOf } from './table.js';
import { capital, columnsOf, cut, printable, wrap } from './text.js';
import { usualRelays, type View } from './view.js';

/** What is counted, as a noun: `timeouts`, `failures`. */
export function nounOf({ kinds }: FailuresReport): string {
  if (kinds === undefined) return 'failures';
  return kinds.every((kind) => kind.endsWith('_timeout')) ? 'timeouts' : 'failures';
}

/** @param most relays by themselves; of the others, only the sum */
export function failuresText(report: FailuresReport, view: View, most: number): string {
  const { clock, style } = view;
  const noun = nounOf(report);
  const which = report.kinds === undefined ? 'all kinds' : report.kinds.map((kind) => kindWords[kind]).join(', ');
  const { since, until } = report;
  const span = since === undefined || until === undefined ? '' : `${clock.minute(since)} to ${clock.minute(until)}, `;
  const lines = [
    style.bold(`${capital(noun)} per relay and ${report.by}`),
    style.dim(wrap(`${which}; ${span}times in ${clock.name}`, view.width)),
    '',
  ];
  if (report.relays.length === 0) return [...lines, `No ${noun} in this period.`, ''].join('\n');
  return [...lines, ...failuresSummary(report, view, most), '', ...byBucket(report, view, most), ''].join('\n');
}

/** Columns that a relay's name has at least. */
const leastName = 20;

/** Short names of the report's relays: `relay102`, but never `mx1` where several domains have one. */
const namesOf = ({ relays }: FailuresReport) => shortNames(relays.map(({ relay }) => relay));

/**
 * A line for each relay: how many, since when, until when, and their course.
 * @param attempts at a relay, where they are known: then failures are set against them, not against each other
 */
export function failuresSummary(
  report: FailuresReport,
  view: View,
  most = Number.POSITIVE_INFINITY,
  attempts?: (relay: Relay) => number | undefined,
): string[] {
  const { clock, style } = view;
  const shown = report.relays.slice(0, most);
  const timed = report.counted === 'attempts';
  const columnsOfAll = (share: boolean): Column[] => [
    { head: 'relay', least: leastName },
    { head: nounOf(report), right: true },
    ...(share ? [{ head: attempts === undefined ? 'share' : 'of attempts', right: true }] : []),
    ...(timed ? [{ head: 'time lost', right: true }] : []),
    { head: 'first seen' },
    { head: 'last seen' },
  ];
  const rowsWith = (names: readonly string[], share = true) =>
    shown.map(
      (relay, i): Row => [
        { text: names[i] as string, paint: style.name },
        { text: count(relay.total), paint: style.bold },
        ...(share ? [percent(relay.total, attempts === undefined ? report.total : (attempts(relay.relay) ?? 0))] : []),
        ...(timed ? [seconds(relay.seconds)] : []),
        clock.minute(relay.first),
        clock.minute(relay.last),
      ],
    );
  const wanted = columnsFor(report.buckets.length);
  const chartWanted = Math.min(24, wanted) + 2;
  let columns = columnsOfAll(true);
  let rows = rowsWith(shown.map(({ relay }) => relayLabel(relay)));
  if (view.width !== undefined && widthOf(columns, rows) + chartWanted > view.width) rows = rowsWith(namesOf(report));
  if (timed && view.width !== undefined && widthOf(columns, rows) > view.width) {
    // How many there were says as much as their share; how long they took says more.
    columns = columnsOfAll(false);
    rows = rowsWith(namesOf(report), false);
  }
  const room = (view.width ?? 120) - widthOf(columns, rows) - 2;
  // A long name gives way to the chart, down to what `least` says.
  const longest = rows.reduce((columns, [name]) => Math.max(columns, columnsOf((name as { text: string }).text)), leastName);
  const slack = longest - leastName;
  const chart = Math.max(Math.min(wanted, room), Math.min(24, wanted, room + slack));
  if (chart >= Math.min(8, report.buckets.length)) {
    const { length } = report.buckets;
    // "per day" holds only while each day has a column of its own.
    columns.push({ head: chart < length ? 'course' : `per ${report.by}` });
    rows = rows.map((row, i) => [...row, { text: course((shown[i] as RelayFailures).counts, chart, 'sum', view), paint: style.bad }]);
  }
  const lines = table(columns, rows, view);
  const hidden = report.relays.length - shown.length;
  if (hidden > 0) {
    const noun = nounOf(report);
    lines.push(style.dim(`and ${counted(hidden, 'relay')} more with ${counted(hiddenTotal(report, most), noun.slice(0, -1), noun)}`));
  }
  return lines;
}

const hiddenTotal = ({ relays }: FailuresReport, most: number) => relays.slice(most).reduce((sum, { total }) => sum + total, 0);

/** Fewer columns than these say less than a list would. */
const fewestColumns = 3;
const mostColumns = 12;

/** Relays as columns, and what does not fit as one column; where hardly any fits, a line for each relay of each bucket. */
function byBucket(report: FailuresReport, view: View, most: number): string[] {
  const labels = view.clock.buckets(
    report.buckets.map(({ bucket }) => bucket),
    report.by,
  );
  const all = Math.min(report.relays.length, most);
  // In a file, whoever asks for more than can be columns gets a list.
  const highest = view.width === undefined && all > usualRelays ? 0 : Math.min(all, mostColumns);
  for (let shown = highest; shown > 0 && shown >= Math.min(fewestColumns, highest); shown--) {
    const [columns, rows] = sheet(report, labels, shown, view);
    if (view.width !== undefined && widthOf(columns, rows) > view.width) continue;
    return fold(report, table(columns, withBars(report, columns, rows, view), view), view);
  }
  return asList(report, labels, view, most);
}

function sheet(report: FailuresReport, labels: readonly string[], shown: number, view: View): [Column[], Row[]] {
  const own = report.relays.slice(0, shown);
  const names = namesOf(report)
    .slice(0, shown)
    .map((name) => (view.width === undefined ? name : cut(printable(name), leastName)));
  const others = report.relays.length > shown;
  const columns: Column[] = [
    { head: report.by },
    ...names.map((head) => ({ head, right: true })),
    ...(others ? [{ head: 'others', right: true }] : []),
    { head: 'total', right: true },
  ];
  const cell = (value: number, paint?: (text: string) => string): Cell => {
    if (value === 0) return { text: view.ascii ? '-' : '·', paint: view.style.dim };
    return paint === undefined ? count(value) : { text: count(value), paint };
  };
  const rows = report.buckets.map(({ total }, i): Row => {
    const values = own.map(({ counts }) => counts[i] as number);
    const rest = total - values.reduce((a, b) => a + b, 0);
    return [labels[i] as string, ...values.map((value) => cell(value)), ...(others ? [cell(rest)] : []), cell(total, view.style.bold)];
  });
  return [columns, rows];
}

/** The rows with a bar for the total behind them, where there is room; `columns` gets the bar's. */
function withBars(report: FailuresReport, columns: Column[], rows: readonly Row[], view: View): readonly Row[] {
  const room = Math.min(40, (view.width ?? 120) - widthOf(columns, rows) - 2);
  if (room < 8) return rows;
  const highest = report.buckets.reduce((most, { total }) => Math.max(most, total), 0);
  columns.push({ head: '' });
  return rows.map((row, i) => [...row, { text: bar(report.buckets[i]?.total ?? 0, highest, room, view), paint: view.style.bad }]);
}

function asList(report: FailuresReport, labels: readonly string[], view: View, most: number): string[] {
  const columns: Column[] = [{ head: report.by }, { head: 'relay', least: 16 }, { head: nounOf(report), right: true }];
  const own = report.relays.slice(0, most);
  const rows = report.buckets.flatMap(({ total }, i) => {
    const failing = own
      .filter(({ counts }) => counts[i] !== 0)
      .sort((a, b) => (b.counts[i] as number) - (a.counts[i] as number))
      .map(({ relay, counts }): [string, number] => [relayLabel(relay), counts[i] as number]);
    const rest = failing.reduce((left, [, value]) => left - value, total);
    const shown = rest > 0 ? [...failing, ['others', rest] as const] : failing;
    return shown.map(([name, value], k): Row => [k === 0 ? (labels[i] as string) : '', name, count(value)]);
  });
  return table(columns, rows, view);
}

/** Runs of buckets without a failure become one line, so that the others are found. */
function fold({ buckets, by }: FailuresReport, [head = '', ...lines]: string[], view: View): string[] {
  const folded = [head];
  for (let i = 0; i < lines.length; i++) {
    let end = i;
    while (buckets[end]?.total === 0) end++;
    if (end - i >= 4) {
      folded.push(lines[i] as string, view.style.dim(`  … ${counted(end - i - 2, by)} without any`), lines[end - 1] as string);
      i = end - 1;
    } else folded.push(lines[i] as string);
  }
  return folded;
}

/** One line for each relay and bucket that has failures. */
export function failuresCsv(report: FailuresReport, view: View): string {
  return csv(
    [report.by, 'relay', 'ip', 'port', 'count'],
    report.buckets.flatMap(({ bucket }, i) =>
      report.relays
        .filter(({ counts }) => counts[i] !== 0)
        .map(({ relay, counts }) => [view.clock.bucket(bucket, report.by), relay.host, relay.ip, relay.port, counts[i]]),
    ),
  );
}
