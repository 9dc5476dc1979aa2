/** What waits, and for what: at the latest snapshot or by the log, and how it grew. */
import { timeChart } from '../../report/html/chart.js';
import { html, type Markup } from '../../report/html/markup.js';
import { figures, table } from '../../report/html/table.js';
import { type QueueCourse, type QueueReport, queueAt, queueOver } from '../../report/queue.js';
import { bytes, count, counted, seconds } from '../../report/render/number.js';
import { relayText } from '../../report/render/trace_delivery.js';
import { failureWords } from '../../report/vocabulary.js';
import type { Question } from '../app.js';
import type { Asked } from '../asked.js';
import { part } from '../layout.js';

const shownRows = 12;

export const queuePage = (asked: Asked): Markup => html`${part(asked, '/part/queue', 'What waits …')}
${part(asked, '/part/queue-course', 'How the queue grew …')}`;

export function queuePart(asked: Asked): Question {
  const { scope } = asked;
  const host = scope.host === undefined ? {} : { host: scope.host };
  const at = scope.until === undefined ? {} : { at: scope.until - 1 };
  return async (reader) => {
    const reports = await queueAt(reader, { ...host, ...at });
    if (reports.length === 0) return html`<p>Nothing is known of the queue at that time.</p>`;
    return html`${reports.map((report) => reportOf(report, asked))}`;
  };
}

/** Without snapshots this takes a question for each point. */
export const queueCoursePart =
  (asked: Asked): Question =>
  async (reader) => {
    const courses = await queueOver(reader, asked.scope);
    return html`${courses.filter(({ points }) => points.length > 1).map((course) => courseOf(course, asked))}`;
  };

function courseOf({ host, points }: QueueCourse, asked: Asked): Markup {
  const { clock } = asked;
  const title = `Mails in the queue of ${host}`;
  const first = points[0]?.time ?? 0;
  const last = points.at(-1)?.time ?? 0;
  return html`<section><h2>How the queue of ${host} grew</h2>${timeChart({
    title,
    buckets: points.map(({ time }) => time),
    by: last - first > 2 * 86_400_000 ? 'day' : 'minute',
    clock,
    as: 'lines',
    say: (value) => count(Math.round(value)),
    series: [{ name: 'mails', values: points.map(({ backlog }) => backlog.messages) }],
    link: (time) => asked.href('/queue', { until: asked.moment(Math.floor(time / 1000) * 1000 + 1000) }),
  })}${figures(
    title,
    [
      { head: 'time', time: true },
      { head: 'mails', number: true },
      { head: 'recipients', number: true },
      { head: 'size', number: true },
    ],
    points.map(({ time, backlog }) => [
      html`<a href="${asked.href('/queue', { until: asked.moment(Math.floor(time / 1000) * 1000 + 1000) })}">${clock.second(time)}</a>`,
      count(backlog.messages),
      count(backlog.recipients),
      bytes(backlog.bytes),
    ]),
  )}</section>`;
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
      [
        { head, name: true },
        { head: 'recipients', number: true },
        { head: 'mails', number: true },
        { head: 'oldest', time: true },
      ],
      rows
        .slice(0, shownRows)
        .map(({ name, recipients, messages, first }) => [name, count(recipients), count(messages), clock.second(first)]),
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
