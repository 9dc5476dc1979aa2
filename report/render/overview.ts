/** The one page: what the store holds, how the mail went, who times out since when, where the time goes, what to type next. */
import type { ReasonCount } from '../../store/port.js';
import { hoursWithoutLine } from '../doctor.js';
import type { OverviewReport } from '../overview.js';
import { mostTelling } from '../relays.js';
import { failureWords } from '../vocabulary.js';
import { sparkline } from './chart.js';
import { delaysSummary } from './delays.js';
import { failuresSummary } from './failures.js';
import { bytes, count, counted, percent } from './number.js';
import { relaysText } from './relays.js';
import { shellWord } from './shell.js';
import { type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import type { View } from './view.js';

/** Where the store is, for the first line and for the commands at the end. */
export interface Whereabouts {
  readonly storePath: string;
  /** What has to be typed before each command's own flags: `--store x --host y`, or nothing. */
  readonly flags: string;
  /** How postscope is called here: `postscope`, or `npx postscope` in a checkout. */
  readonly command: string;
}

const shownRelays = 6;

export function overviewText(report: OverviewReport, view: View, where: Whereabouts): string {
  const { style } = view;
  const lines: string[] = [];
  const section = (title: string, body: readonly string[]) => lines.push(...(lines.length === 0 ? [] : ['']), style.bold(title), ...body);
  section('What the store holds', holdings(report, view, where));
  section(`Deliveries per ${report.delays.by}`, volume(report, view));
  section(
    `Timeouts per relay: ${counted(report.timeouts.total, 'timeout')}`,
    report.timeouts.total === 0 ? [style.good('No relay timed out in this period.')] : failuresSummary(report.timeouts, view, shownRelays),
  );
  if (report.relays.relays.length > 0) {
    section('Relays side by side', relaysText(report.relays, mostTelling(report.relays, shownRelays), view, true).trimEnd().split('\n'));
  }
  if (report.delays.deliveries > 0) section('Where the time goes', delaysSummary(report.delays, view));
  if (report.reasons !== undefined && report.reasons.length > 0) section('Most frequent failures', reasons(report.reasons, view));
  section('What to type next', next(report, view, where));
  return `${lines.join('\n')}\n`;
}

function holdings({ doctor }: OverviewReport, view: View, { storePath, command }: Whereabouts): string[] {
  const { clock, style } = view;
  const { totals } = doctor;
  const { first, last } = totals;
  const others = totals.hosts.length - 3;
  const hosts = `${totals.hosts.slice(0, 3).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  const when = first === undefined || last === undefined ? '' : `, ${clock.minute(first)} to ${clock.minute(last)} (${clock.name})`;
  const what = `${counted(totals.lines, 'line')} of ${printable(hosts)}${when}`;
  const lines = [wrap(`${what}; ${bytes(totals.bytes)} in ${printable(storePath)}`, view.width)];
  const missing = doctor.coverage.reduce((sum, host) => sum + hoursWithoutLine(host), 0);
  const remarks = [
    doctor.disagreeing === 0 ? undefined : style.bad(`the books of ${counted(doctor.disagreeing, 'file')} do not agree`),
    doctor.unrecognizedLines === 0 ? undefined : style.warn(`${counted(doctor.unrecognizedLines, 'line')} not recognised`),
    doctor.quarantined === 0 ? undefined : style.warn(`${counted(doctor.quarantined, 'line')} set aside`),
    missing === 0 ? undefined : style.warn(`${counted(missing, 'hour')} without a line`),
  ].filter((remark) => remark !== undefined);
  const well = style.good('Every line is accounted for, and no hour is without one.');
  lines.push(remarks.length === 0 ? well : `${remarks.join(', ')}: see ${command} doctor`);
  return lines;
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
  const chart = sparkline(values, Math.min(60, (view.width ?? 120) - 64), 'sum', view);
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

function next({ timeouts, doctor }: OverviewReport, view: View, { flags, command: called }: Whereabouts): string[] {
  const commands: [string, string][] = [];
  const worst = timeouts.relays[0];
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
  const full = commands.map(([command, why]) => [`  ${called} ${command}${flags === '' ? '' : ` ${flags}`}`, why] as const);
  const width = Math.max(...full.map(([command]) => command.length));
  if (view.width === undefined || full.every(([, why]) => width + 2 + why.length <= (view.width as number))) {
    return full.map(([command, why]) => `${command.padEnd(width)}  ${view.style.dim(why)}`);
  }
  return full.flatMap(([command, why]) => [command, `      ${view.style.dim(why)}`]);
}
