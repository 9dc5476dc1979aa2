/** The report as Markdown, for tickets and mails. What comes from the log is text there too: nothing of it is markup. */
import type { Percentiles } from '../../store/port.js';
import { latestOf, worstOf } from '../delays.js';
import { type DoctorReport, hoursWithoutLine } from '../doctor.js';
import type { OverviewReport } from '../overview.js';
import { mostTelling } from '../relays.js';
import { stallSentence } from '../setup.js';
import { delayContents, delayNames, delayParts, failureWords, relayLabel } from '../vocabulary.js';
import type { LocalClock } from './clock.js';
import { causeWords } from './diagnose.js';
import { nounOf } from './failures.js';
import { count, counted, percent, seconds } from './number.js';
import { capital, printable } from './text.js';

const shownRelays = 20;
const shownBuckets = 62;

/** Every character that Markdown, or the HTML in it, could mean something by. */
export const markdownText = (text: string): string => printable(text).replace(/[\\`*_{}[\]()<>#+\-.!|~&:@]/g, '\\$&');

type Cell = string | number | undefined;

function tableOf(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.map((cell) => (cell === undefined ? '' : String(cell))).join(' | ')} |`;
  const rule = heads.map((head) => (head.endsWith('#') ? '---:' : '---'));
  return [line(heads.map((head) => head.replace(/#$/, ''))), line(rule), ...rows.map(line)].join('\n');
}

export function reportMarkdown(report: OverviewReport, clock: LocalClock, made: number): string {
  const { timeouts, relays, delays, reasons, doctor } = report;
  const { totals } = doctor;
  const period =
    totals.first === undefined || totals.last === undefined ? '' : `${clock.minute(totals.first)} to ${clock.minute(totals.last)}`;
  const all = relays.sent + relays.deferred + relays.bounced;
  const parts = [
    `# Mail of ${totals.hosts.slice(0, 3).map(markdownText).join(', ')}, ${period}`,
    `Times in ${clock.name}. ${counted(delays.deliveries, 'delivery', 'deliveries')}: ${count(relays.sent)} sent (${percent(relays.sent, all)}), ` +
      `${count(relays.deferred)} deferred, ${count(relays.bounced)} bounced.`,
    '## Why mail is late',
    diagnosisOf(report, clock),
    `## ${capital(nounOf(timeouts))} per relay`,
    timeouts.total === 0 ? `No ${nounOf(timeouts)} in this period.` : timeoutTables(report, clock),
    '## Where the time goes',
    delayTable(report, clock),
    ...setupSentence(report),
    '## Relays side by side',
    tableOf(
      ['relay', 'attempts#', 'sent#', 'deferred#', 'bounced#', 'failed#', 'how', 'time lost#', 'last failure'],
      mostTelling(relays, shownRelays).map((line) => [
        markdownText(relayLabel(line.relay)),
        count(line.attempts),
        count(line.sent),
        count(line.deferred),
        count(line.bounced),
        count(line.failed),
        line.failures.map(({ kind, phase, count: n }) => `${count(n)} ${failureWords(kind, phase)}`).join(', '),
        line.failed === 0 ? '' : seconds(line.seconds),
        line.lastFailure === undefined ? '' : clock.minute(line.lastFailure),
      ]),
    ),
    ...(reasons.length === 0
      ? []
      : [
          '## Most frequent failures',
          tableOf(
            ['lines#', 'failure', 'for example'],
            reasons.map(({ kind, phase, count: n, example }) => [count(n), failureWords(kind, phase), markdownText(example)]),
          ),
        ]),
    '## What this rests on',
    coverage(doctor, clock),
    `Made by postscope on ${clock.minute(made)} from the servers' own logs.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function diagnosisOf({ diagnosis: { findings, undecided } }: OverviewReport, clock: LocalClock): string {
  if (findings.length === 0 && undecided.length === 0) return 'Nothing in the log says why mail would be late.';
  const items = findings.map(
    ({ cause, since, until, messages, seconds: lost, claim, next }, i) =>
      `${i + 1}. **${causeWords[cause]}**, ${clock.minute(since)} to ${clock.minute(until)}: ${markdownText(claim)} ` +
      `${counted(messages, 'message')}, ${seconds(lost)} lost. What to do:\n${next.map((step) => `   - ${markdownText(step)}`).join('\n')}`,
  );
  return [...items, ...undecided.map(markdownText)].join('\n\n');
}

function timeoutTables({ timeouts }: OverviewReport, clock: LocalClock): string {
  const relays = tableOf(
    ['relay', `${nounOf(timeouts)}#`, 'time lost#', 'first seen', 'last seen'],
    timeouts.relays
      .slice(0, shownRelays)
      .map(({ relay, total, seconds: lost, first, last }) => [
        markdownText(relayLabel(relay)),
        count(total),
        lost === undefined ? '' : seconds(lost),
        clock.minute(first),
        clock.minute(last),
      ]),
  );
  const failing = timeouts.buckets.filter(({ total }) => total > 0);
  const over = tableOf(
    [timeouts.by, `${nounOf(timeouts)}#`],
    failing.slice(-shownBuckets).map(({ bucket, total }) => [clock.bucket(bucket, timeouts.by), count(total)]),
  );
  return `${relays}\n\n${over}`;
}

function delayTable({ delays }: OverviewReport, clock: LocalClock): string {
  if (delays.deliveries === 0) return 'No deliveries in this period.';
  const latest = latestOf(delays);
  return tableOf(
    ['', 'part of the delay', 'p90 now#', 'worst p90#', `worst ${delays.by}`, 'what is in it'],
    delayParts.map((part) => {
      const worst = worstOf(delays, part);
      const p90 = (of: Percentiles | undefined) => seconds(of?.p90);
      return [
        part,
        delayNames[part],
        p90(latest?.[part]),
        p90(worst?.[part]),
        worst === undefined ? '' : clock.bucket(worst.bucket, delays.by),
        delayContents[part],
      ];
    }),
  );
}

function setupSentence({ delays: { setup } }: OverviewReport): string[] {
  if (setup === undefined || setup.c < 1) return [];
  const stall = stallSentence(setup);
  return [
    `Connection set-up took ${seconds(setup.c)} in all: ${seconds(setup.failed)} for tries that failed, ${seconds(setup.rest)} for name resolution ` +
      `and the set-up of the connection that was used.${stall === undefined ? '' : ` ${stall}`}`,
  ];
}

function coverage({ totals, read, disagreeing, coverage: hosts }: DoctorReport, clock: LocalClock): string {
  const books = disagreeing === 0 ? 'Every line is accounted for.' : `The books of ${counted(disagreeing, 'file')} do not agree.`;
  const rows = hosts.map((host) => [
    markdownText(host.host),
    count(host.lines),
    clock.minute(host.first),
    clock.minute(host.last),
    count(hoursWithoutLine(host)),
  ]);
  return `${counted(totals.lines, 'line')} of the log, of ${counted(read, 'line')} read. ${books}\n\n${tableOf(['host', 'lines#', 'first', 'last', 'hours without a line#'], rows)}`;
}
