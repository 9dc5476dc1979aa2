/** The four parts of the delay over time, on the terminal and as CSV. */
import type { DelaySummary, Percentiles } from '../../store/port.js';
import { type DelaysReport, latestOf, worstOf } from '../delays.js';
import { stallSentence } from '../setup.js';
import { type DelayPart, delayContents, delayNames, delayParts } from '../vocabulary.js';
import { columnsFor, course } from './chart.js';
import { csv } from './csv.js';
import { count, counted, percent, seconds } from './number.js';
import { type Cell, type Column, type Row, table, widthOf } from './table.js';
import { wrap } from './text.js';
import type { View } from './view.js';

type Part = keyof Percentiles;

export function delaysText(report: DelaysReport, view: View): string {
  const { style, clock } = view;
  const lines = [
    style.bold(`Delays per ${report.by}`),
    style.dim(`${counted(report.deliveries, 'delivery', 'deliveries')}; times in ${clock.name}`),
    '',
    ...delaysSummary(report, view),
    ...setupText(report, view),
    '',
    ...delayParts.map((part) => style.dim(wrap(`${part}  ${delayContents[part]}`, view.width, '   '))),
    '',
    ...byBucket(report, view),
    '',
  ];
  return lines.join('\n');
}

/** A line for each of a, b, c, d: what it is, how it is now, when it was worst, and its course. */
export function delaysSummary(report: DelaysReport, view: View): string[] {
  const { style, clock } = view;
  const latest = latestOf(report);
  const columns: Column[] = [
    { head: '' },
    { head: '' },
    { head: 'p90 now', right: true },
    { head: 'worst p90', right: true },
    { head: `worst ${report.by}` },
  ];
  const rows = delayParts.map((part): Row => {
    const worst = worstOf(report, part);
    return [
      { text: part, paint: style.bold },
      delayNames[part],
      slow(latest?.[part].p90, view),
      slow(worst?.[part].p90, view),
      worst === undefined ? '–' : clock.bucket(worst.bucket, report.by),
    ];
  });
  const wanted = columnsFor(report.buckets.length);
  const chart = Math.min(wanted, (view.width ?? 160) - widthOf(columns, rows) - 2);
  if (chart >= Math.min(8, wanted)) {
    columns.push({ head: 'p90' });
    rows.forEach((row, i) => {
      const part = delayParts[i] as DelayPart;
      const values = report.buckets.map((bucket) => bucket[part].p90);
      (row as Cell[]).push({ text: course(values, chart, 'max', view, slowest), paint: style.name });
    });
  }
  return table(columns, rows, view);
}

/** What c was spent on, where anybody waited. */
export function setupText({ setup, by, buckets }: DelaysReport, view: View): string[] {
  if (setup === undefined || setup.c < slowest) return [];
  const { style } = view;
  const columns: Column[] = [{ head: 'c was spent on' }, { head: 'time', right: true }, { head: 'of c', right: true }];
  const parts = [
    ['tries that failed', 'failed'],
    ['name resolution, and the set-up of the connection used', 'rest'],
  ] as const;
  const rows: Cell[][] = parts.map(([name, part]) => [name, slow(setup[part], view), percent(setup[part], setup.failed + setup.rest)]);
  const wanted = columnsFor(buckets.length);
  const chart = Math.min(wanted, (view.width ?? 160) - widthOf(columns, rows) - 2);
  if (chart >= Math.min(8, wanted)) {
    columns.push({ head: chart < buckets.length ? 'course' : `per ${by}` });
    const known = new Map(setup.buckets.map((sum) => [sum.bucket, sum]));
    rows.forEach((row, i) => {
      const part = (parts[i] as (typeof parts)[number])[1];
      row.push({
        text: course(
          buckets.map(({ bucket }) => known.get(bucket)?.[part]),
          chart,
          'sum',
          view,
          slowest,
        ),
        paint: style.name,
      });
    });
  }
  const lines = ['', ...table(columns, rows, view)];
  const stall = stallSentence(setup);
  if (stall !== undefined) lines.push(style.warn(wrap(stall, view.width)));
  return lines;
}

/** Below a second nobody waits, and a chart of hundredths would look like a mountain range. */
const slowest = 1;

/** From all percentiles down to the two that say most, as the terminal is wide. */
const choices: readonly (readonly Part[])[] = [['p50', 'p90', 'p99', 'max'], ['p50', 'p90', 'max'], ['p50', 'p90'], ['p90']];

function byBucket(report: DelaysReport, view: View): string[] {
  const shown = withoutEmptyEnds(report.buckets);
  const labels = view.clock.buckets(
    shown.map(({ bucket }) => bucket),
    report.by,
  );
  for (const [i, parts] of choices.entries()) {
    const columns: Column[] = [
      { head: report.by },
      { head: 'deliveries', right: true },
      ...delayParts.flatMap((name) => parts.map((part) => ({ head: `${name} ${part}`, right: true }))),
    ];
    const rows = shown.map((bucket, row): Row => [labels[row] as string, count(bucket.deliveries), ...cellsOf(bucket, parts, view)]);
    const fits = view.width === undefined || widthOf(columns, rows) <= view.width;
    if (fits || i === choices.length - 1) return fold(shown, table(columns, rows, view), report, view);
  }
  return [];
}

const cellsOf = (bucket: DelaySummary, parts: readonly Part[], view: View): Cell[] =>
  delayParts.flatMap((name) => parts.map((part) => slow(bucket[name][part], view)));

function slow(value: number | undefined, { style }: View): Cell {
  const text = seconds(value);
  if (value === undefined) return { text, paint: style.dim };
  return value >= 30 ? { text, paint: style.bad } : value >= 5 ? { text, paint: style.warn } : text;
}

function withoutEmptyEnds(buckets: readonly DelaySummary[]): readonly DelaySummary[] {
  const first = buckets.findIndex(({ deliveries }) => deliveries > 0);
  const last = buckets.findLastIndex(({ deliveries }) => deliveries > 0);
  return first < 0 ? [] : buckets.slice(first, last + 1);
}

function fold(buckets: readonly DelaySummary[], [head = '', ...lines]: string[], { by }: DelaysReport, view: View): string[] {
  const folded = [head];
  for (let i = 0; i < lines.length; i++) {
    let end = i;
    while (buckets[end]?.deliveries === 0) end++;
    if (end - i >= 3) {
      folded.push(view.style.dim(`  … ${counted(end - i, by)} without a delivery`));
      i = end - 1;
    } else folded.push(lines[i] as string);
  }
  return folded;
}

/** One line for each bucket; seconds. */
export function delaysCsv({ by, buckets, setup }: DelaysReport, view: View): string {
  const parts = [...delayParts, 'delay'] as const;
  const percentiles = ['p50', 'p90', 'p99', 'max'] as const;
  const spent = new Map(setup?.buckets.map((sum) => [sum.bucket, sum]));
  return csv(
    [
      by,
      'deliveries',
      ...parts.flatMap((part) => percentiles.map((p) => `${part}_${p}`)),
      ...(setup === undefined ? [] : ['c_sum', 'c_failed_tries', 'c_rest']),
    ],
    buckets.map((bucket) => {
      const sum = spent.get(bucket.bucket);
      return [
        view.clock.bucket(bucket.bucket, by),
        bucket.deliveries,
        ...parts.flatMap((part) => percentiles.map((p) => bucket[part][p])),
        ...(setup === undefined ? [] : [sum?.c, sum?.failed, sum?.rest]),
      ];
    }),
  );
}
