/** The parts of a page: what the commands answer, as charts with their tables. */
import type { Kind } from '../../postfix/reason.js';
import type { ReasonCount, Relay } from '../../store/port.js';
import type { DelaysReport } from '../delays.js';
import { type DoctorReport, hoursWithoutLine } from '../doctor.js';
import type { FailuresReport } from '../failures.js';
import type { RelayLine, RelaysReport } from '../relays.js';
import type { LocalClock } from '../render/clock.js';
import { nounOf } from '../render/failures.js';
import { count, counted, percent, seconds } from '../render/number.js';
import { capital } from '../render/text.js';
import { stallSentence } from '../setup.js';
import { delayContents, delayNames, delayParts, failureWords, relayLabel, shortNames } from '../vocabulary.js';
import { shareBar, timeChart } from './chart.js';
import { html, type Markup, type Piece } from './markup.js';
import { figures, table } from './table.js';

type Stretch = { readonly since?: number; readonly until?: number };

/** Where the lines behind a figure are shown; a page that stands alone has no such place. */
export interface Links {
  /** Failures of a relay, of all relays, in a bucket, or in the whole period. */
  failures(what: Stretch & { readonly relay?: Relay; readonly kind?: Kind }): string;
  /** Failures in one hour of the week, over all weeks; the days of the week from Monday on, which is 0. */
  hours(weekday: number, hour: number): string;
  relay(relay: Relay): string;
  /** Lines of deliveries with this status, or of failures of this kind. */
  lines(
    what: Stretch & {
      readonly relay?: Relay;
      readonly status?: string;
      readonly kind?: Kind;
      readonly host?: string;
      readonly action?: string;
    },
  ): string;
  /** Where the time of a stretch went, looked at more closely. */
  delays(what: Stretch): string;
  message(queueId: string): string;
  /** Mails that arrived in a stretch; that took at least so many seconds; of which a relay may have a copy too many. */
  mails(what: Stretch & { readonly relay?: Relay; readonly late?: number; readonly doubled?: true; readonly state?: string }): string;
}

export interface Look {
  readonly clock: LocalClock;
  readonly links?: Links;
}

/** A text that leads somewhere, where there is such a place. */
export const linked = (href: string | undefined, text: Piece): Piece => (href === undefined ? text : html`<a href="${href}">${text}</a>`);

/** Relays that get a colour of their own; the others are one. */
const mostRelays = 7;

export function failuresSection(report: FailuresReport, { clock, links }: Look): Markup {
  const noun = nounOf(report);
  const title = `${capital(noun)} per relay and ${report.by}`;
  if (report.relays.length === 0) return html`<section><h2>${title}</h2><p class="good">No ${noun} in this period.</p></section>`;
  const shown = report.relays.slice(0, mostRelays);
  const names = shortNames(report.relays.map(({ relay }) => relay));
  const rest = report.buckets.map(({ total }, i) => total - shown.reduce((sum, { counts }) => sum + (counts[i] as number), 0));
  const series = shown.map(({ counts }, i) => ({ name: names[i] as string, values: counts }));
  if (report.relays.length > shown.length) series.push({ name: 'others', values: rest });
  const labels = clock.buckets(
    report.buckets.map(({ bucket }) => bucket),
    report.by,
  );
  const next = (bucket: number) => report.buckets[report.buckets.findIndex((one) => one.bucket === bucket) + 1]?.bucket ?? report.until;
  const chart = timeChart({
    title,
    buckets: report.buckets.map(({ bucket }) => bucket),
    by: report.by,
    clock,
    series,
    as: 'bars',
    say: count,
    ...(links === undefined
      ? {}
      : {
          link: (bucket: number) => {
            const until = next(bucket);
            return links.failures({ since: bucket, ...(until === undefined ? {} : { until }) });
          },
        }),
  });
  const most = shown[0]?.total ?? 0;
  const known = report.counted === 'attempts';
  const moment = (time: number, relay: Relay) => linked(links?.failures({ ...secondOf(time), relay }), clock.minute(time));
  return html`<section><h2>${title}</h2>${chart}
${table(
  'Relays',
  [
    { head: 'relay', name: true, text: true },
    { head: noun, number: true },
    { head: 'share' },
    ...(known ? [{ head: 'time lost', number: true }] : []),
    { head: 'first seen', time: true },
    { head: 'last seen', time: true },
  ],
  report.relays
    .slice(0, 20)
    .map((relay, i) => [
      linked(links?.failures({ relay: relay.relay }), relayLabel(relay.relay)),
      linked(links?.failures({ relay: relay.relay }), count(relay.total)),
      shareBar(relay.total, most, Math.min(i, mostRelays)),
      ...(known ? [linked(links?.failures({ relay: relay.relay }), seconds(relay.seconds))] : []),
      moment(relay.first, relay.relay),
      moment(relay.last, relay.relay),
    ]),
)}
${figures(
  title,
  [{ head: report.by, time: true }, ...series.map(({ name }) => ({ head: name, number: true })), { head: 'total', number: true }],
  report.buckets.flatMap(({ bucket, total }, i) => {
    if (total === 0) return [];
    const until = next(bucket);
    const stretch = { since: bucket, ...(until === undefined ? {} : { until }) };
    const cells = series.map(({ values }, s) => {
      const value = values[i] as number;
      // The last series may be all other relays together.
      const relay = shown[s]?.relay;
      return value === 0 || relay === undefined ? count(value) : linked(links?.failures({ ...stretch, relay }), count(value));
    });
    return [[labels[i], ...cells, linked(links?.failures(stretch), count(total))]];
  }),
)}</section>`;
}

/** The second that an instant is in. */
function secondOf(time: number): Stretch {
  const since = Math.floor(time / 1000) * 1000;
  return { since, until: since + 1000 };
}

export function delaysSection(report: DelaysReport, { clock, links }: Look): Markup {
  const { by, buckets, setup } = report;
  if (report.deliveries === 0) return html`<section><h2>Where the time goes</h2><p>No deliveries in this period.</p></section>`;
  const starts = buckets.map(({ bucket }) => bucket);
  const labels = clock.buckets(starts, by);
  const stretch = (i: number): Stretch => {
    const until = starts[i + 1];
    return { since: starts[i] as number, ...(until === undefined ? {} : { until }) };
  };
  const closer = links === undefined ? {} : { link: (bucket: number) => links.delays(stretch(starts.indexOf(bucket))) };
  const percentiles = ['p50', 'p90', 'p99', 'max'] as const;
  // Whose part of the delay took so long, took as long in all; what is delivered in a stretch may have come long before.
  const slower = (i: number, value: number | undefined) => {
    if (links === undefined || value === undefined) return undefined;
    const { since = 0, until } = stretch(i);
    return links.mails({ since: since - (buckets[i]?.delay.max ?? 0) * 1000, ...(until === undefined ? {} : { until }), late: value });
  };
  const spent = setup !== undefined && setup.c >= 1 ? new Map(setup.buckets.map((sum) => [sum.bucket, sum])) : undefined;
  const stall = setup === undefined ? undefined : stallSentence(setup);
  const spentSeries =
    spent === undefined
      ? []
      : [
          { name: 'tries that failed', values: starts.map((start) => spent.get(start)?.failed) },
          { name: 'name resolution, and the set-up of the connection used', values: starts.map((start) => spent.get(start)?.rest) },
        ];
  return html`<section><h2>Where the time goes</h2>
<p class="dim">90 % of the deliveries took no longer than this, in each part of the delay.</p>
${timeChart({
  title: `Delay per ${by}, 90th percentile`,
  buckets: starts,
  by,
  clock,
  as: 'lines',
  say: seconds,
  series: delayParts.map((part) => ({ name: `${part}: ${delayNames[part]}`, values: buckets.map((bucket) => bucket[part].p90) })),
  ...closer,
})}
<ul class="dim">${delayParts.map((part) => html`<li><b>${part}</b>: ${delayContents[part]}</li>`)}</ul>
${figures(
  'Delays',
  [
    { head: by, time: true },
    { head: 'deliveries', number: true },
    ...delayParts.flatMap((part) => percentiles.map((p) => ({ head: `${part} ${p}`, number: true }))),
  ],
  buckets.flatMap((bucket, i) =>
    bucket.deliveries === 0
      ? []
      : [
          [
            linked(links?.delays(stretch(i)), labels[i]),
            linked(links?.lines({ ...stretch(i), action: 'delivery' }), count(bucket.deliveries)),
            ...delayParts.flatMap((part) => percentiles.map((p) => linked(slower(i, bucket[part][p]), seconds(bucket[part][p])))),
          ],
        ],
  ),
)}
${
  setup !== undefined &&
  spent !== undefined &&
  html`<h3>What connection set-up (c) was spent on</h3>
<p>${seconds(setup.c)} in ${counted(setup.deliveries, 'delivery', 'deliveries')}: ${seconds(setup.failed)} for tries that failed, ${seconds(setup.rest)} for
name resolution and the set-up of the connection that was used.${stall !== undefined && html` <span class="warn">${stall}</span>`}</p>
${timeChart({ title: `Seconds of connection set-up per ${by}`, buckets: starts, by, clock, as: 'bars', say: seconds, series: spentSeries, ...closer })}
${figures(
  'Connection set-up',
  [{ head: by, time: true }, { head: 'c in all', number: true }, ...spentSeries.map(({ name }) => ({ head: name, number: true }))],
  starts.flatMap((start, i) => {
    const sum = spent.get(start);
    if (sum === undefined) return [];
    const lines = linked(links?.lines({ ...stretch(i), action: 'delivery' }), seconds(sum.c));
    const failed = sum.failed === 0 ? seconds(0) : linked(links?.failures(stretch(i)), seconds(sum.failed));
    return [[linked(links?.delays(stretch(i)), labels[i]), lines, failed, seconds(sum.rest)]];
  }),
)}`
}</section>`;
}

export function relaysSection(report: RelaysReport, shown: readonly RelayLine[], { clock, links }: Look): Markup {
  if (shown.length === 0) return html`<section><h2>Relays side by side</h2><p>No deliveries in this period.</p></section>`;
  const known = report.counted === 'attempts';
  const kinds = ({ relay, failures }: RelayLine) =>
    failures.map(
      ({ kind, phase, count: n }, i) =>
        html`${i > 0 && html`<br>`}${linked(links?.failures({ relay, kind }), count(n))} ${failureWords(kind, phase)}`,
    );
  const moment = (at: number | undefined, relay: Relay) =>
    at === undefined ? '' : linked(links?.failures({ ...secondOf(at), relay }), clock.minute(at));
  const slower = (relay: Relay, late: number | undefined) =>
    late === undefined ? '' : linked(links?.mails({ relay, late }), seconds(late));
  const lines = (relay: Relay, status: string, n: number) => (n === 0 ? '0' : linked(links?.lines({ relay, status }), count(n)));
  return html`<section><h2>Relays side by side</h2>${table(
    'Relays',
    [
      { head: 'relay', name: true, text: true },
      { head: 'attempts', number: true },
      { head: 'sent', number: true },
      { head: 'deferred', number: true },
      { head: 'bounced', number: true },
      { head: 'failed attempts', number: true },
      { head: 'how', text: true },
      ...(known
        ? [
            { head: 'time lost', number: true },
            { head: 'may have it twice', number: true },
          ]
        : [{ head: 'c p90', number: true }]),
      { head: 'd p90', number: true },
      { head: 'first and last failure', time: true },
    ],
    shown.map((line) => [
      linked(links?.relay(line.relay), relayLabel(line.relay)),
      linked(links?.relay(line.relay), count(line.attempts)),
      lines(line.relay, 'sent', line.sent),
      lines(line.relay, 'deferred', line.deferred),
      lines(line.relay, 'bounced', line.bounced),
      line.failed === 0
        ? '0'
        : html`${linked(links?.failures({ relay: line.relay }), count(line.failed))} (${percent(line.failed, line.attempts)})`,
      kinds(line),
      ...(known
        ? [
            line.failed === 0 ? '' : linked(links?.failures({ relay: line.relay }), seconds(line.seconds)),
            (line.possibleDoubles ?? 0) === 0
              ? '0'
              : linked(links?.mails({ relay: line.relay, doubled: true }), count(line.possibleDoubles ?? 0)),
          ]
        : [slower(line.relay, line.c.p90)]),
      slower(line.relay, line.d.p90),
      html`${moment(line.firstFailure, line.relay)}${line.lastFailure !== line.firstFailure && html`<br>${moment(line.lastFailure, line.relay)}`}`,
    ]),
  )}${report.relays.length + report.others > shown.length && html`<p class="dim">and ${counted(report.relays.length + report.others - shown.length, 'relay')} more</p>`}</section>`;
}

export function reasonsSection(reasons: readonly ReasonCount[], { links }: Look): Markup {
  if (reasons.length === 0) return html``;
  return html`<section><h2>Most frequent failures</h2>${table(
    'Failures',
    [
      { head: 'lines', number: true },
      { head: 'failure', text: true },
      { head: 'relays', number: true },
      { head: 'for example', name: true, long: true },
    ],
    reasons.map(({ kind, phase, replyCode, enhancedCode, count: n, relays, example }) => [
      linked(links?.lines({ kind }), count(n)),
      [failureWords(kind, phase), replyCode, enhancedCode].filter((part) => part !== undefined).join(' '),
      count(relays),
      example,
    ]),
  )}</section>`;
}

export function coverageSection(
  { totals, coverage, read, disagreeing, unrecognizedLines, quarantined }: DoctorReport,
  { clock, links }: Look,
): Markup {
  return html`<section><h2>What this rests on</h2>
<p>${counted(totals.lines, 'line')} of the log, of ${counted(read, 'line')} read.
${disagreeing === 0 ? 'Every line is accounted for.' : html`<span class="bad">The books of ${counted(disagreeing, 'file')} do not agree.</span>`}
${unrecognizedLines > 0 && html`<span class="warn">${linked(links?.lines({ action: 'unrecognized' }), counted(unrecognizedLines, 'line'))} not recognised.</span>`}
${quarantined > 0 && html`<span class="warn">${counted(quarantined, 'line')} set aside.</span>`}</p>
${table(
  'Hosts',
  [
    { head: 'host', name: true },
    { head: 'lines', number: true },
    { head: 'first', time: true },
    { head: 'last', time: true },
    { head: 'hours without a line', number: true },
  ],
  coverage.map((host) => [
    host.host,
    linked(links?.lines({ host: host.host }), count(host.lines)),
    clock.minute(host.first),
    clock.minute(host.last),
    count(hoursWithoutLine(host)),
  ]),
)}</section>`;
}
