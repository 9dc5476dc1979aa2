/** What waits, and for what: at the latest snapshot or by the log, and how it grew. */
import { timeChart } from '../../report/html/chart.js';
import { html, type Markup } from '../../report/html/markup.js';
import { figures, table } from '../../report/html/table.js';
import { type QueueReport, queueAt, queueOver } from '../../report/queue.js';
import { bytes, count, counted, seconds } from '../../report/render/number.js';
import { relayText } from '../../report/render/trace_delivery.js';
import { failureWords } from '../../report/vocabulary.js';
import type { Reader } from '../../store/port.js';
import type { Asked } from '../asked.js';

const shown = 12;

export async function queuePage(reader: Reader, asked: Asked): Promise<Markup> {
  const { scope, clock } = asked;
  const host = scope.host === undefined ? {} : { host: scope.host };
  const at = scope.until === undefined ? {} : { at: scope.until - 1 };
  const reports = await queueAt(reader, { ...host, ...at });
  const courses = await queueOver(reader, scope);
  return html`${reports.length === 0 && html`<p>Nothing is known of the queue at that time.</p>`}
${reports.map((report) => reportOf(report, asked))}
${courses
  .filter(({ points }) => points.length > 1)
  .map(({ host: name, points }) => {
    const title = `Mails in the queue of ${name}`;
    const buckets = points.map(({ time }) => time);
    return html`<section><h2>How the queue of ${name} grew</h2>${timeChart({
      title,
      buckets,
      by: 'minute',
      clock,
      as: 'lines',
      say: (value) => count(Math.round(value)),
      series: [{ name: 'mails', values: points.map(({ backlog }) => backlog.messages) }],
    })}${figures(
      title,
      [{ head: 'time' }, { head: 'mails', number: true }, { head: 'recipients', number: true }, { head: 'size', number: true }],
      points.map(({ time, backlog }) => [clock.second(time), count(backlog.messages), count(backlog.recipients), bytes(backlog.bytes)]),
    )}</section>`;
  })}`;
}

function reportOf({ host, time, source, backlog }: QueueReport, asked: Asked): Markup {
  const { clock } = asked;
  const by = source.is === 'log' ? 'by the log alone' : `by a snapshot of ${source.of}${source.whole ? '' : ', which was cut off'}`;
  const share = (
    rows: readonly { readonly name: string; readonly recipients: number; readonly messages: number; readonly first: number }[],
    head: string,
  ) =>
    table(
      head,
      [{ head, name: true }, { head: 'recipients', number: true }, { head: 'mails', number: true }, { head: 'oldest' }],
      rows.slice(0, shown).map(({ name, recipients, messages, first }) => [name, count(recipients), count(messages), clock.second(first)]),
    );
  return html`<section><h2>${host}, ${clock.second(time)}</h2>
<p>${counted(backlog.messages, 'mail')} for ${counted(backlog.recipients, 'recipient')}, ${bytes(backlog.bytes)}, ${by}.
<a href="${asked.href('/messages', { state: 'queued,deferred,held' })}">The mails</a></p>
${
  backlog.messages > 0 &&
  html`${share(
    backlog.reasons.map((reason) => ({
      ...reason,
      name: reason.kind === undefined ? (reason.example ?? 'not tried yet') : failureWords(reason.kind, reason.phase),
    })),
    'why',
  )}
${share(
  backlog.relays.map((relay) => ({
    ...relay,
    name: relay.untried ? 'not tried yet' : relay.relay === undefined ? 'no relay named' : relayText(relay.relay),
  })),
  'next hop',
)}
${share(
  backlog.ages.map((age) => ({ ...age, name: `${seconds(age.from)} and older` })),
  'age',
)}
${share(
  backlog.domains.map((domain) => ({ ...domain, name: domain.domain === '' ? 'no domain' : domain.domain })),
  'domain',
)}`
}</section>`;
}
