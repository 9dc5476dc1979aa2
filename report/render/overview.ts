/** The one page: what the store holds, how the mail went, who times out since when, where the time goes, what to type next. */
import type { ReasonCount } from '../../store/port.js';
import { hoursWithoutLine } from '../doctor.js';
import type { OverviewReport } from '../overview.js';
import { mostTelling, type RelayLine } from '../relays.js';
import { oneOf } from '../same_relay.js';
import { failureWords, isAddress, relayLabel } from '../vocabulary.js';
import { columnsFor, course } from './chart.js';
import { delaysSummary, setupText } from './delays.js';
import { diagnosisBrief } from './diagnose.js';
import { failuresSummary } from './failures.js';
import { bytes, count, counted, percent } from './number.js';
import { relaysText } from './relays.js';
import { shellWord } from './shell.js';
import { type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import type { View } from './view.js';

/** Where the store is, and how its questions are typed. */
export interface Whereabouts {
  readonly storePath: string;
  /** What the suggested commands have to repeat. */
  readonly given: {
    /** `--since … --host …`, or nothing. */
    readonly flags: string;
    /** The path of a store that is not the one that would be taken anyway. */
    readonly store: string | undefined;
  };
  /** How postscope is called here: `postscope`, or `npx postscope` in a checkout. */
  readonly command: string;
}

const shownRelays = 6;

/** Which relay, since when, how bad: that comes first, and fits a small terminal. */
export function overviewText(report: OverviewReport, view: View, where: Whereabouts): string {
  const { style } = view;
  const why = report.diagnosis.period === undefined ? [] : ['', style.bold('Why mail is late'), ...diagnosisBrief(report.diagnosis, view)];
  const lines: string[] = [...holdings(report, view, where), ...why, '', ...timeouts(report, view)];
  const section = (title: string, body: readonly string[]) => lines.push('', style.bold(title), ...body);
  section(`Deliveries per ${report.delays.by}`, volume(report, view));
  if (report.delays.deliveries > 0)
    section('Where the time goes', [...delaysSummary(report.delays, view), ...setupText(report.delays, view)]);
  if (report.relays.relays.length > 0) {
    section('Relays side by side', relaysText(report.relays, mostTelling(report.relays, shownRelays), view, true).trimEnd().split('\n'));
  }
  if (report.reasons.length > 0) section('Most frequent failures', reasons(report.reasons, view));
  section('What to type next', next(report, view, where));
  return `${lines.join('\n')}\n`;
}

function holdings({ doctor }: OverviewReport, view: View, { command }: Whereabouts): string[] {
  const { clock, style } = view;
  const { totals } = doctor;
  const { first, last } = totals;
  const others = totals.hosts.length - 3;
  const hosts = `${totals.hosts.slice(0, 3).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  const when = first === undefined || last === undefined ? '' : `, ${clock.minute(first)} to ${clock.minute(last)} (${clock.name})`;
  const missing = doctor.coverage.reduce((sum, host) => sum + hoursWithoutLine(host), 0);
  const remarks = [
    doctor.disagreeing === 0 ? undefined : style.bad(`the books of ${counted(doctor.disagreeing, 'file')} do not agree`),
    doctor.unrecognizedLines === 0 ? undefined : style.warn(`${counted(doctor.unrecognizedLines, 'line')} not recognised`),
    doctor.quarantined === 0 ? undefined : style.warn(`${counted(doctor.quarantined, 'line')} set aside`),
    missing === 0 ? undefined : style.warn(`${counted(missing, 'hour')} without a line`),
  ].filter((remark) => remark !== undefined);
  return [
    wrap(`${counted(totals.lines, 'line')} of ${printable(hosts)}${when}`, view.width),
    remarks.length === 0 ? style.dim('every line accounted for, no hour without one') : `${remarks.join(', ')}: see ${command} doctor`,
  ];
}

function timeouts({ timeouts: report, relays }: OverviewReport, view: View): string[] {
  const { style, clock } = view;
  const isRemote = ({ relay }: RelayLine) => relay.ip !== undefined && isAddress(relay.ip);
  const remote = relays.relays.filter(isRemote);
  const known = remote.length + relays.others;
  const attempts = relays.relays.reduce((sum, relay) => (isRemote(relay) ? sum : sum - relay.attempts), relays.attempts);
  if (report.total === 0) return [style.good(`No relay timed out, in ${counted(attempts, 'attempt')} at ${counted(known, 'relay')}.`)];
  const failing = oneOf(report.relays.map(({ relay }) => relay));
  // Where there are very many relays, only some of them are here by name.
  const well = relays.others > 0 ? [] : remote.filter(({ relay }) => !failing(relay));
  const since = report.relays.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY);
  const verdict =
    `${count(report.relays.length)} of ${counted(Math.max(known, report.relays.length), 'relay')} timed out since ${clock.minute(since)}: ` +
    `${count(report.total)} of ${counted(attempts, 'attempt')} (${percent(report.total, attempts)})`;
  return [
    style.bold(wrap(verdict, view.width)),
    ...failuresSummary(report, view, shownRelays, (relay) => remote.find((line) => oneOf([relay])(line.relay))?.attempts),
    ...(well.length === 0 || well.length > 3
      ? []
      : [style.dim(`without one: ${well.map(({ relay }) => printable(relayLabel(relay))).join(', ')}`)]),
  ];
}

function volume({ delays, relays }: OverviewReport, view: View): string[] {
  const { style } = view;
  const values = delays.buckets.map(({ deliveries }) => deliveries);
  const all = relays.sent + relays.deferred + relays.bounced;
  const [first, last] = [delays.buckets[0], delays.buckets.at(-1)];
  if (first === undefined || last === undefined || (all === 0 && delays.deliveries === 0)) return ['no deliveries in this period'];
  const highest = delays.buckets.reduce((most, bucket) => (bucket.deliveries > most.deliveries ? bucket : most));
  const outcome = (name: string, value: number, paint: (text: string) => string) =>
    `${name} ${paint(count(value))} (${percent(value, all)})`;
  const label = ({ bucket }: { bucket: number }) => view.clock.bucket(bucket, delays.by);
  const chart = course(values, Math.max(8, Math.min(columnsFor(values.length), (view.width ?? 120) - 64)), 'sum', view);
  return [
    `${style.dim(label(first))} ${style.name(chart)} ${style.dim(label(last))}  most: ${count(highest.deliveries)}, ${label(highest)}`,
    [
      outcome('sent', relays.sent, style.good),
      outcome('deferred', relays.deferred, relays.deferred === 0 ? style.dim : style.warn),
      outcome('bounced', relays.bounced, relays.bounced === 0 ? style.dim : style.bad),
    ].join('   '),
  ];
}

function reasons(most: readonly ReasonCount[], view: View): string[] {
  const rows = most.map(
    ({ kind, phase, replyCode, enhancedCode, count: n, relays, example }): Row => [
      { text: count(n), paint: view.style.bold },
      [failureWords(kind, phase), replyCode, enhancedCode].filter((part) => part !== undefined).join(' '),
      { text: counted(relays, 'relay'), paint: view.style.dim },
      example,
    ],
  );
  return table([{ head: '', right: true }, { head: '' }, { head: '' }, { head: '', least: 20 }], rows, view);
}

function next(report: OverviewReport, view: View, { storePath, given, command: called }: Whereabouts): string[] {
  const { doctor } = report;
  const commands: [string, string][] = [];
  if (report.diagnosis.findings.length > 0) commands.push(['diagnose', 'each cause with its evidence, and what to do']);
  const worst = report.timeouts.relays[0];
  if (worst !== undefined) {
    const kind = worst.kinds[0]?.kind ?? 'connect_timeout';
    commands.push(
      ['timeouts', 'the same, with every bucket and more kinds (--kind all)'],
      [`search --kind ${kind} --relay ${shellWord(worst.relay.host)}`, 'the lines of the worst relay'],
    );
  }
  commands.push(
    ['relays', 'all percentiles, all relays'],
    ['delays', 'a, b, c and d over time'],
    ['search --status deferred', 'lines, newest first; then: trace QUEUE-ID'],
  );
  if (doctor.unrecognizedLines > 0 || doctor.quarantined > 0 || doctor.disagreeing > 0) {
    commands.push(['doctor', 'what was not understood, and where']);
  }
  const full = commands.map(([command, why]) => [`  ${called} ${command}${given.flags === '' ? '' : ` ${given.flags}`}`, why] as const);
  const width = Math.max(...full.map(([command]) => command.length));
  const beside = view.width === undefined || full.every(([, why]) => width + 2 + why.length <= (view.width as number));
  return [
    `The store is ${printable(storePath)} (${bytes(doctor.totals.bytes)}).`,
    // Once for all of them: with its path in each, the commands would be hard to read.
    ...(given.store === undefined ? [] : [`  export POSTSCOPE_STORE=${shellWord(given.store)}`]),
    ...full.flatMap(([command, why]) =>
      beside ? [`${command.padEnd(width)}  ${view.style.dim(why)}`] : [command, `      ${view.style.dim(why)}`],
    ),
  ];
}
