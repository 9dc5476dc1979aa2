/** The relays side by side on the terminal, and as CSV. */
import type { Percentiles, Relay } from '../../store/port.js';
import { failuresOf, type RelayLine, type RelaysReport } from '../relays.js';
import { caveatOfC, failureWords, relayLabel, shortNames } from '../vocabulary.js';
import { type CsvValue, csv } from './csv.js';
import { count, counted, percent, seconds } from './number.js';
import { type Cell, type Column, columnsThatFit, type Row, table, widthOf } from './table.js';
import { cut, printable, wrap } from './text.js';
import type { View } from './view.js';

/**
 * @param shown of the report's relays
 * @param brief with fewer percentiles: for the one page of `report`
 */
export function relaysText(report: RelaysReport, shown: readonly RelayLine[], view: View, brief = false): string {
  const lines: string[] = [];
  const names = shortNames(report.relays.map(({ relay }) => relay));
  const look: Look = { report, view, brief, names: new Map(report.relays.map((relay, i) => [relay, names[i] as string])) };
  const groups = beside(shown, look);
  for (const group of groups) {
    if (lines.length > 0) lines.push('');
    lines.push(...group);
  }
  const hidden = report.relays.length - shown.length + report.others;
  if (hidden > 0) lines.push(view.style.dim(`and ${counted(hidden, 'relay')} more`));
  const caveat = report.counted === 'status_lines' ? ['', wrap(caveatOfC, view.width)] : [];
  return `${[...lines, ...caveat].join('\n')}\n`;
}

/** What a table of relays is made with. */
interface Look {
  readonly report: RelaysReport;
  readonly view: View;
  readonly brief: boolean;
  /** Short names, that tell each relay from all of the report. */
  readonly names: ReadonlyMap<RelayLine, string>;
}

/** Relays stand beside each other up to this many columns where there is no terminal. */
const widthInFile = 132;

/** Columns that a relay's name may have on a terminal. */
const mostName = 24;

/** Tables of as many relays as fit beside each other. */
function beside(relays: readonly RelayLine[], look: Look): string[][] {
  const { view } = look;
  const room = view.width ?? widthInFile;
  const tables: string[][] = [];
  for (let at = 0; at < relays.length; ) {
    const rest = relays.slice(at, at + 12);
    // The first column is that of the labels.
    let take = Math.max(1, columnsThatFit(...sheet(rest, look), room) - 1);
    let fitting = sheet(rest.slice(0, take), look);
    // Of fewer relays there are fewer rows, of shorter labels perhaps: another one may fit.
    while (take < rest.length) {
      const wider = sheet(rest.slice(0, take + 1), look);
      if (widthOf(...wider) > room) break;
      fitting = wider;
      take++;
    }
    tables.push(table(...fitting, view));
    at += take;
  }
  return tables;
}

function sheet(relays: readonly RelayLine[], look: Look): [Column[], Row[]] {
  const { report, view, brief } = look;
  const { style, clock } = view;
  const names = relays.map((relay) => look.names.get(relay) as string);
  const heads = view.width === undefined ? names : names.map((name) => cut(printable(name), mostName));
  const columns: Column[] = [{ head: '' }, ...heads.map((head) => ({ head, right: true }))];
  const none = { text: view.ascii ? '-' : '·', paint: style.dim };
  const numbers = (of: (relay: RelayLine) => number, paint?: (text: string) => string): Cell[] =>
    relays.map((relay) => {
      const value = of(relay);
      if (value === 0) return none;
      return paint === undefined ? count(value) : { text: count(value), paint };
    });
  const rows: Row[] = [];
  const isPlain = (relay: RelayLine, i: number) => relayLabel(relay.relay) === names[i];
  if (!relays.every(isPlain)) {
    rows.push(['address', ...relays.map(({ relay }): Cell => ({ text: addressOf(relay), paint: style.dim }))]);
  }
  rows.push(
    ['attempts', ...numbers(({ attempts }) => attempts)],
    ['sent', ...numbers(({ sent }) => sent, style.good)],
    ['deferred', ...numbers(({ deferred }) => deferred, style.warn)],
    ['bounced', ...numbers(({ bounced }) => bounced, style.bad)],
    ['failed attempts', ...numbers(({ failed }) => failed, style.bad)],
    ['  of all attempts', ...relays.map(({ failed, attempts }): Cell => (failed === 0 ? none : percent(failed, attempts)))],
  );
  for (const { kind, phase } of report.failures) {
    const cells = numbers((relay) => failuresOf(relay, kind, phase), style.bad);
    if (cells.some((cell) => cell !== none)) rows.push([`  ${failureWords(kind, phase)}`, ...cells]);
  }
  const parts = brief ? (['p50', 'p90'] as const) : (['p50', 'p90', 'p99', 'max'] as const);
  const timed = relays.map((relay) => ({
    relay,
    each: relay.seconds === undefined || relay.failed === 0 ? undefined : relay.seconds / relay.failed,
  }));
  if (timed.some(({ each }) => each !== undefined)) {
    const time = (value: number | undefined): Cell => (value === undefined ? none : delayCell(value, view));
    rows.push(['time lost in them', ...timed.map(({ relay, each }) => (each === undefined ? none : time(relay.seconds)))]);
    rows.push(['  each, on average', ...timed.map(({ each }) => time(each))]);
  }
  if (relays.some(({ possibleDoubles = 0 }) => possibleDoubles > 0)) {
    rows.push(['may have it twice', ...numbers(({ possibleDoubles = 0 }) => possibleDoubles, style.warn)]);
  }
  const measured = [
    // Of attempts it is known what each relay took; c is then what others took, too (FACTS 3).
    ...(report.counted === 'status_lines' ? [['c', ({ c }: RelayLine) => c] as const] : []),
    ['d', ({ d }: RelayLine) => d] as const,
  ];
  for (const [name, of] of measured) {
    for (const part of parts) {
      const label = `${name} ${part}${part === 'p50' ? (name === 'c' ? '  connection set-up' : '  transmission') : ''}`;
      rows.push([label, ...relays.map((relay) => delayCell(of(relay)[part], view))]);
    }
  }
  // Date above time: half as wide, and width is what relays side by side are short of.
  for (const [label, which] of [
    ['first failure', 'firstFailure'],
    ['last failure', 'lastFailure'],
  ] as const) {
    const times = relays.map((relay) => relay[which]);
    if (times.every((time) => time === undefined)) continue;
    rows.push([label, ...times.map((time): Cell => (time === undefined ? none : clock.date(time)))]);
    rows.push(['', ...times.map((time): Cell => (time === undefined ? '' : clock.second(time).slice(11)))]);
  }
  return [columns, rows];
}

/** Port 25 goes without saying. */
function addressOf({ ip, port }: Relay): string {
  if (ip === undefined) return '';
  if (port === undefined || port === 25) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Seconds, marked where somebody would call it slow. */
function delayCell(value: number | undefined, { style }: View): Cell {
  const text = seconds(value);
  if (value === undefined) return { text, paint: style.dim };
  return value >= 30 ? { text, paint: style.bad } : value >= 5 ? { text, paint: style.warn } : text;
}

/** One line for each relay; every kind and phase of failure in a column of its own, delays in seconds. */
export function relaysCsv(report: RelaysReport, view: View): string {
  const of = ({ p50, p90, p99, max }: Percentiles): CsvValue[] => [p50, p90, p99, max];
  const time = (ms: number | undefined) => (ms === undefined ? undefined : view.clock.iso(ms));
  return csv(
    [
      'relay',
      'ip',
      'port',
      'attempts',
      'sent',
      'deferred',
      'bounced',
      'failed_attempts',
      'failed_seconds',
      'possible_doubles',
      'c_p50',
      'c_p90',
      'c_p99',
      'c_max',
      'd_p50',
      'd_p90',
      'd_p99',
      'd_max',
      'first_failure',
      'last_failure',
      ...report.failures.map(({ kind, phase }) => (phase === undefined ? kind : `${kind}.${phase}`)),
    ],
    report.relays.map((line) => [
      line.relay.host,
      line.relay.ip,
      line.relay.port,
      line.attempts,
      line.sent,
      line.deferred,
      line.bounced,
      line.failed,
      line.seconds,
      line.possibleDoubles,
      ...of(line.c),
      ...of(line.d),
      time(line.firstFailure),
      time(line.lastFailure),
      ...report.failures.map(({ kind, phase }) => failuresOf(line, kind, phase)),
    ]),
  );
}
