/** What the store holds of which month, and what goes of it, on the terminal. */
import { type Counts, keptKinds, type RetentionEntry, type Stock } from '../../store/retention_port.js';
import type { Growth, Holding, Option, RetentionPlan, RetentionReport } from '../retention.js';
import type { Gap } from '../retention_gaps.js';
import { monthsListed, monthsText } from '../retention_policy.js';
import { bar } from './chart.js';
import { namingText } from './erase.js';
import { bytes, count, counted, percent } from './number.js';
import { type Column, type Row, table } from './table.js';
import { printable } from './text.js';
import type { View } from './view.js';

/** How much of each list is shown; --csv and --json have all. */
const shownHoldings = 40;
const shownGaps = 8;
const barColumns = 20;

/** Where the store cannot tell the bytes of a month, they are its share by rows. */
const onDisk = (value: number, exact: boolean) => `${exact ? '' : 'about '}${bytes(value)}`;

export function retentionText(report: RetentionReport, view: View): string {
  const { style } = view;
  const { stock, holdings, holds } = report;
  const lines: string[] = [];
  const section = (text: string, body: readonly string[]) => {
    if (body.length > 0) lines.push(...(lines.length === 0 ? [] : ['']), style.bold(text), ...body);
  };
  const held = new Set(
    holds.flatMap(({ from, to }) => stock.months.map(({ month }) => month).filter((month) => month >= from && month <= to)),
  );
  section(`${bytes(stock.bytes)} on disk, ${counted(report.lines, 'line')}. By month (UTC):`, monthRows(stock, held, view));
  section(`By month and host (times in ${view.clock.name}):`, holdingRows(holdings, stock.exact, view));
  section('Gaps in which lines are usual:', gapRows(holdings, view));
  section('Growth:', growthRows(report.growth, stock));
  section('What would go today:', optionRows(report.options, stock.exact, view));
  section(
    'Kept whatever the policy:',
    holds.map(({ from, to, reason, who }) => `  ${monthsText(from, to)}: ${printable(reason)} (${printable(who)})`),
  );
  section('Left alone:', foreignRows(stock));
  return `${lines.join('\n')}\n`;
}

export const foreignRows = ({ foreign }: Stock) =>
  foreign.map((name) => `  the index ${printable(name)} is called as ours are, and is none of postscope's`);

function monthRows({ months, exact }: Stock, held: ReadonlySet<string>, view: View): string[] {
  if (months.length === 0) return ['  nothing'];
  const most = Math.max(...months.map((month) => month.bytes));
  const columns: Column[] = [
    { head: 'month' },
    { head: '' },
    { head: 'on disk', right: true },
    { head: 'lines', right: true },
    { head: 'messages', right: true },
    { head: 'attempts', right: true },
    { head: 'snapshots', right: true },
    { head: '' },
  ];
  const rows = months.map(
    ({ month, counts, bytes: size }): Row => [
      month,
      bar(size, most, barColumns, view),
      onDisk(size, exact),
      ...keptKinds.map((kind) => count(counts[kind])),
      held.has(month) ? { text: 'held', paint: view.style.warn } : '',
    ],
  );
  return table(columns, rows, view, '  ');
}

function holdingRows(holdings: readonly Holding[], exact: boolean, view: View): string[] {
  const { style, clock } = view;
  const columns: Column[] = [
    { head: 'month' },
    { head: 'host', least: 12 },
    { head: 'lines', right: true },
    { head: 'share', right: true },
    { head: 'on disk', right: true },
    { head: 'first line' },
    { head: 'last line' },
    { head: 'files', right: true },
    { head: 'empty hours', right: true },
    { head: 'longest gap', least: 20 },
  ];
  const shown = holdings.slice(-shownHoldings);
  const all = holdings.reduce((sum, { lines }) => sum + lines, 0);
  const rows = shown.map((holding): Row => {
    const { month, host, lines, first, last, files, emptyHours, oddHours, longest, rest } = holding;
    const longestText = rest ? 'deleted; rest of messages that go on' : longest === undefined ? '' : gapText(longest, view);
    return [
      month,
      { text: host, paint: style.name },
      count(lines),
      percent(lines, all),
      onDisk(holding.bytes, exact && isAlone(holding, holdings)),
      first === undefined ? '–' : clock.minute(first),
      last === undefined ? '–' : clock.minute(last),
      count(files.length),
      oddHours > 0 ? { text: `${count(emptyHours)}`, paint: style.warn } : count(emptyHours),
      oddHours > 0 ? { text: longestText, paint: style.warn } : longestText,
    ];
  });
  const lines = table(columns, rows, view, '  ');
  if (shown.length < holdings.length) lines.push(style.dim(`  ${counted(holdings.length - shown.length, 'older row')}: --csv or --json`));
  return holdings.length === 0 ? [] : lines;
}

/** All of the month is of one host. */
export const isAlone = ({ month }: Holding, holdings: readonly Holding[]) => holdings.filter((other) => other.month === month).length === 1;

/** `2026-11-03 02:00, 5 h, a quiet time`. */
function gapText({ since, until, usual, odd }: Gap, { clock }: View): string {
  const hours = counted((until - since) / 3_600_000, 'hour');
  return `${clock.minute(since)}, ${hours}${odd ? `, ${counted(usual, 'line')} usual` : ', quiet then'}`;
}

function gapRows(holdings: readonly Holding[], view: View): string[] {
  const odd = holdings.flatMap(({ host, gaps }) => gaps.filter((gap) => gap.odd).map((gap) => ({ host, ...gap })));
  const longest = [...odd].sort((a, b) => b.usual - a.usual || a.since - b.since).slice(0, shownGaps);
  const rows = longest
    .sort((a, b) => a.since - b.since)
    .map(({ host, since, until, usual }) => {
      const span = `${view.clock.minute(since)} to ${view.clock.minute(until)}`;
      return `  ${view.style.name(printable(host))}: ${view.style.warn(span)}, where ${counted(usual, 'line')} would be usual`;
    });
  if (odd.length > longest.length) rows.push(view.style.dim(`  and ${counted(odd.length - longest.length, 'other')}: --csv or --json`));
  return rows;
}

function growthRows(growth: Growth | undefined, { free }: Stock): string[] {
  if (growth === undefined) return ['  not known: it takes three days of lines'];
  const { days, linesPerDay, bytesPerDay, forecast, fullInDays } = growth;
  const rows = [
    `  ${counted(Math.round(linesPerDay), 'line')} a day over the last ${counted(days, 'full day')}, about ${bytes(bytesPerDay)} a day`,
    `  at this rate ${forecast.map((at) => `${bytes(at.bytes)} in ${at.days} days`).join(', ')}`,
  ];
  if (free !== undefined) {
    const full =
      fullInDays === undefined ? '' : `: full in ${fullInDays > 3650 ? 'more than ten years' : counted(Math.floor(fullInDays), 'day')}`;
    rows.push(`  ${bytes(free)} are free on its disk${full}`);
  }
  return rows;
}

function optionRows(options: readonly Option[], exact: boolean, view: View): string[] {
  if (options.length === 0) return ['  nothing, with any policy: no month is older than a month'];
  const columns: Column[] = [
    { head: 'with' },
    { head: 'months', right: true },
    { head: 'lines', right: true },
    { head: 'frees', right: true },
  ];
  return table(
    columns,
    options.map((option) => [`--keep ${option.keep}`, count(option.months.length), count(option.lines), onDisk(option.bytes, exact)]),
    view,
    '  ',
  );
}

/** What would go, or, where it was told to go, what goes. */
export function planText({ keep, tolls, total, bytes: size, held, stock }: RetentionPlan, view: View): string {
  const lines: string[] = [];
  if (tolls.length === 0) lines.push(`Nothing is older than is to be kept (${keep}).`);
  else {
    lines.push(view.style.bold(`Older than is to be kept (${keep}):`));
    lines.push(...countsTable(tolls, total, view), `  about ${bytes(size)} on disk`);
  }
  if (held.length > 0) lines.push(`Kept all the same, under a hold: ${monthsListed(held)}`);
  return `${[...lines, ...foreignRows(stock)].join('\n')}\n`;
}

function countsTable(tolls: readonly { readonly month: string; readonly counts: Counts }[], total: Counts, view: View): string[] {
  const columns: Column[] = [
    { head: 'month' },
    { head: 'lines', right: true },
    ...keptKinds.slice(1).map((kind): Column => ({ head: kind, right: true })),
  ];
  const row = (name: Row[number], counts: Counts): Row => [name, ...keptKinds.map((kind) => count(counts[kind]))];
  const rows = tolls.map(({ month, counts }) => row(month, counts));
  return table(columns, tolls.length > 1 ? [...rows, row({ text: 'all', paint: view.style.bold }, total)] : rows, view, '  ');
}

/** `1,234 lines, 56 messages, 78 attempts and 9 snapshots`. */
export const countsText = ({ events, messages, attempts, snapshots }: Counts) =>
  `${counted(events, 'line')}, ${counted(messages, 'message')}, ${counted(attempts, 'attempt')} and ${counted(snapshots, 'snapshot')}`;

/** The record, oldest first. */
export function logText(log: readonly RetentionEntry[], view: View): string {
  if (log.length === 0) return 'Nothing was deleted or held so far.\n';
  const { style, clock } = view;
  const lines = log.flatMap((entry) => {
    const head = `${clock.second(entry.time)}  ${style.name(printable(entry.who))}  `;
    if (entry.what === 'hold') return [`${head}hold ${monthsText(entry.from, entry.to)}: ${printable(entry.reason)}`];
    if (entry.what === 'release') return [`${head}release ${monthsText(entry.from, entry.to)}`];
    if (entry.what === 'archive') {
      return [
        `${head}archive of ${entry.month}: ${printable(entry.path)}`,
        `    with:   ${countsText(entry.counts)}, ${bytes(entry.bytes)}`,
      ];
    }
    if (entry.what === 'erasure') {
      const done = entry.after === undefined ? style.bad('    broken off: erase the same again') : `    after:  ${countsText(entry.after)}`;
      const what = entry.how === 'removed' ? 'erasure' : 'erasure, with a pseudonym instead,';
      return [`${head}${what} of ${entry.of}: ${namingText(entry.found)}`, `    before: ${countsText(entry.before)}`, done];
    }
    const { keep, tolls, before, after } = entry;
    return [
      `${head}deletion of ${monthsListed(tolls.map(({ month }) => month))}, to keep ${printable(keep)}`,
      `    before: ${countsText(before)}`,
      after === undefined ? style.bad('    broken off: the next --apply ends it') : `    after:  ${countsText(after)}`,
    ];
  });
  return `${lines.join('\n')}\n`;
}
