/** Whether the answers can be trusted, on the terminal and as CSV. */
import type { HostCoverage } from '../../store/port.js';
import { type Book, type DoctorReport, hoursWithoutLine } from '../doctor.js';
import { type CsvValue, csv } from './csv.js';
import { bytes, count, counted } from './number.js';
import { type Column, type Row, table } from './table.js';
import { printable } from './text.js';
import type { View } from './view.js';

/** Why lines are kept aside. */
export const quarantineWords = {
  no_time: 'no time in it, so it cannot be placed',
  binary: 'not text',
  refused: 'the store refused the document',
  crash: 'a worker died of it',
  too_long: 'longer than a line may be; the head is kept',
} as const;

/** How much of each list is shown where nothing else is asked for. */
const shownFiles = 12;
const shownGaps = 6;

export function doctorText(report: DoctorReport, view: View): string {
  const { style } = view;
  const lines: string[] = [];
  const heading = (text: string) => lines.push(...(lines.length === 0 ? [] : ['']), style.bold(text));

  heading('Books: read = stored + already there + quarantined');
  lines.push(...books(report, view));

  heading('Lines that no pattern knows');
  if (report.unrecognized.length === 0) lines.push(style.good('  none'));
  for (const { program, count: lineCount, examples } of report.unrecognized) {
    lines.push(`  ${style.warn(count(lineCount))} of ${style.name(printable(program))}, such as`);
    for (const example of examples.slice(0, 3)) lines.push(`    ${style.dim(printable(example))}`);
  }

  heading('Quarantine: lines that could not be placed');
  if (report.quarantine.length === 0) lines.push(style.good('  none'));
  for (const { reason, count: lineCount, examples } of report.quarantine) {
    lines.push(`  ${style.warn(counted(lineCount, 'line'))}: ${quarantineWords[reason]}`);
    for (const { path, offset, text } of examples.slice(0, 3)) {
      lines.push(`    ${style.dim(`${printable(path)}, byte ${count(offset)}: ${printable(text.slice(0, 200))}`)}`);
    }
  }

  heading(`Coverage: whole hours without a line (times in ${view.clock.name})`);
  if (report.coverage.length === 0) lines.push('  no lines at all');
  for (const host of report.coverage) lines.push(...coverage(host, view));

  heading(report.disagreeing === 0 ? 'All books agree.' : style.bad(`THE BOOKS DO NOT AGREE for ${counted(report.disagreeing, 'file')}.`));
  if (report.disagreeing > 0) lines.push('That is a fault of postscope. Keep the store and the files, and report it with the lines above.');
  return `${lines.join('\n')}\n`;
}

function books(report: DoctorReport, view: View): string[] {
  if (report.books.length === 0) return ['  no file was imported'];
  const { style } = view;
  const columns: Column[] = [
    { head: 'file', least: 20, keepEnd: true },
    { head: 'read', right: true },
    { head: 'stored', right: true },
    { head: 'already there', right: true },
    { head: 'quarantined', right: true },
    { head: 'missing', right: true },
    { head: 'text', right: true },
    { head: '' },
  ];
  const row = (book: Book): Row => [
    book.path,
    count(book.read),
    count(book.stored),
    count(book.alreadyThere),
    book.quarantined === 0 ? '0' : { text: count(book.quarantined), paint: style.warn },
    book.missing === 0 ? '0' : { text: count(book.missing), paint: style.bad },
    bytes(book.bytes),
    book.complete ? '' : { text: 'not read to its end', paint: style.warn },
  ];
  // What is wrong is always shown; of the rest, some.
  const telling = report.books.filter((book) => book.missing !== 0 || !book.complete || book.notes.length > 0 || book.quarantined > 0);
  const others = report.books.filter((book) => !telling.includes(book));
  const room = Math.max(0, shownFiles - telling.length);
  const shown = others.length <= room ? report.books : [...telling, ...others.slice(0, room)];
  const total: Row = [
    { text: counted(report.books.length, 'file'), paint: style.bold },
    count(report.read),
    count(report.stored),
    count(report.alreadyThere),
    count(report.quarantined),
    count(report.read - report.stored - report.alreadyThere - report.quarantined),
    bytes(report.books.reduce((sum, book) => sum + book.bytes, 0)),
    '',
  ];
  const lines = table(columns, [...shown.map(row), total], view, '  ');
  if (report.gone > 0) {
    lines.push(`  ${counted(report.gone, 'stored line')} ${report.gone === 1 ? 'was' : 'were'} deleted since: postscope retention --log`);
  }
  if (shown.length < report.books.length) {
    lines.push(style.dim(`  ${counted(report.books.length - shown.length, 'file')} more, all well: --csv or --json shows them`));
  }
  for (const book of shown) for (const note of book.notes) lines.push(`  ${style.warn(`${printable(book.path)}: ${printable(note)}`)}`);
  return lines;
}

function coverage(host: HostCoverage, view: View): string[] {
  const { style, clock } = view;
  const missing = hoursWithoutLine(host);
  const lines = [
    `  ${style.name(printable(host.host))}: ${counted(host.lines, 'line')}, ${clock.minute(host.first)} to ${clock.minute(host.last)}, ` +
      (missing === 0 ? style.good('no hour without one') : style.warn(`${counted(missing, 'hour')} without one`)),
  ];
  // The longest tell most: a whole night is an outage, an hour may be a quiet one.
  const longest = [...host.gaps].sort((a, b) => b.until - b.since - (a.until - a.since) || a.since - b.since).slice(0, shownGaps);
  for (const { since, until } of longest.sort((a, b) => a.since - b.since)) {
    const hours = counted(Math.round((until - since) / 3_600_000), 'hour');
    lines.push(`    ${clock.minute(since)} to ${clock.minute(until)}  ${style.dim(hours)}`);
  }
  if (host.gaps.length > longest.length) {
    lines.push(style.dim(`    and ${counted(host.gaps.length - longest.length, 'shorter gap')}: --csv or --json shows them`));
  }
  return lines;
}

interface Finding {
  readonly what: 'unrecognized' | 'quarantine' | 'host' | 'gap';
  readonly name: string;
  readonly lines?: number;
  readonly since?: number;
  readonly until?: number;
  readonly text?: string | undefined;
}

/** One line for each finding; `what` says which of the columns have a meaning. */
export function doctorCsv(report: DoctorReport, view: View): string {
  const rows: CsvValue[][] = [];
  for (const book of report.books) {
    rows.push([
      'file',
      book.path,
      book.read,
      book.stored,
      book.alreadyThere,
      book.quarantined,
      book.missing,
      undefined,
      undefined,
      [book.complete ? '' : 'not read to its end', ...book.notes].filter((note) => note !== '').join('; '),
    ]);
  }
  const time = (ms: number | undefined) => (ms === undefined ? undefined : view.clock.iso(ms));
  const found = ({ what, name, lines, since, until, text }: Finding) =>
    rows.push([what, name, lines, undefined, undefined, undefined, undefined, time(since), time(until), text]);
  for (const { program, count: n, examples } of report.unrecognized) {
    found({ what: 'unrecognized', name: program, lines: n, text: examples[0] });
  }
  for (const { reason, count: n, examples } of report.quarantine) {
    const example = examples[0];
    const text = example === undefined ? undefined : `${example.path}, byte ${example.offset}: ${example.text}`;
    found({ what: 'quarantine', name: reason, lines: n, text });
  }
  for (const { host, lines, first, last, gaps } of report.coverage) {
    found({ what: 'host', name: host, lines, since: first, until: last });
    for (const { since, until } of gaps) found({ what: 'gap', name: host, since, until });
  }
  return csv(['what', 'name', 'lines', 'stored', 'already_there', 'quarantined', 'missing', 'since', 'until', 'text'], rows);
}
