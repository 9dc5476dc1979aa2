/** What waits, and for what: at the latest snapshot or by the log, and how it grew. */
import type { Share } from '../../postfix/snapshot/backlog.js';
import { timeChart } from '../../report/html/chart.js';
import { html, type Markup } from '../../report/html/markup.js';
import { linked } from '../../report/html/sections.js';
import { figures, table } from '../../report/html/table.js';
import { type QueueCourse, type QueueReport, queueAt, queueOver } from '../../report/queue.js';
import { bytes, count, counted } from '../../report/render/number.js';
import { ageWords, domainWords, reasonWords } from '../../report/render/queue.js';
import { relayText } from '../../report/render/trace_delivery.js';
import type { Question } from '../app.js';
import type { Asked } from '../asked.js';
import { part } from '../layout.js';
import { linksOf } from '../links.js';

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

export const queueCoursePart =
  (asked: Asked): Question =>
  async (reader) => {
    const courses = await queueOver(reader, asked.scope);
    return html`${courses.filter(({ points }) => points.length > 1).map((course) => courseOf(course, asked))}`;
  };

function courseOf({ host, points }: QueueCourse, asked: Asked): Markup {
  const { clock } = asked;
  const title = `Mails in the queue of ${host}`;
  return html`<section><h2>How the queue of ${host} grew</h2>${timeChart({
    title,
    buckets: points.map(({ time }) => time),
    by: 'second',
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
      ...[count(backlog.messages), count(backlog.recipients), bytes(backlog.bytes)].map(
        (figure) => html`<a href="${mailsAt(asked, time)}">${figure}</a>`,
      ),
    ]),
  )}</section>`;
}

/** Mails that were in the queue at a moment, by the log. */
const mailsAt = (asked: Asked, time: number, words: { readonly relay?: string; readonly to?: string } = {}) =>
  asked.href('/messages', { queued: asked.moment(time), ...words });

function reportOf({ host, time, source, backlog }: QueueReport, asked: Asked): Markup {
  const { clock } = asked;
  const by = source.is === 'log' ? 'by the log alone' : `by a snapshot of ${source.of}${source.whole ? '' : ', which was cut off'}`;
  const share = (rows: readonly (Share & { readonly name: string; readonly href?: string })[], head: string) =>
    table(
      head,
      [
        { head, name: true, text: true },
        { head: 'recipients', number: true },
        { head: 'mails', number: true },
        { head: 'oldest', time: true },
      ],
      rows
        .slice(0, shownRows)
        .map(({ name, recipients, messages, first, href }) => [
          name,
          linked(href, count(recipients)),
          linked(href, count(messages)),
          clock.second(first),
        ]),
    );
  if (backlog.messages === 0) return html`<section><h2>${host}, ${clock.second(time)}</h2><p>Nothing waits, ${by}.</p></section>`;
  return html`<section><h2>${host}, ${clock.second(time)}</h2>
<p><a href="${mailsAt(asked, time)}">${counted(backlog.messages, 'mail')}</a> for ${counted(backlog.recipients, 'recipient')}, ${bytes(backlog.bytes)}, ${by}.</p>
${share(
  backlog.reasons.map((reason) => ({
    ...reason,
    name: reason.kind === undefined ? (reason.example ?? 'not tried yet') : reasonWords(reason),
    // Who says so: the lines of deliveries that were put off until then.
    ...(reason.kind === undefined
      ? {}
      : { href: linksOf(asked).lines({ kind: reason.kind, status: 'deferred', since: reason.first, until: time + 1000 }) }),
  })),
  'why',
)}
${share(
  backlog.relays.map((relay) => ({
    ...relay,
    name: relay.untried ? 'not tried yet' : relay.relay === undefined ? 'no relay named' : relayText(relay.relay),
    ...(relay.relay === undefined ? {} : { href: mailsAt(asked, time, { relay: relay.relay.ip ?? relay.relay.host }) }),
  })),
  'next hop',
)}
${share(
  backlog.ages.map((age) => ({ ...age, name: ageWords(age) })),
  'age',
)}
${share(
  backlog.domains.map((domain) => ({
    ...domain,
    name: domainWords(domain),
    ...(domain.domain === '' ? {} : { href: mailsAt(asked, time, { to: `@${domain.domain}` }) }),
  })),
  'domain',
)}</section>`;
}
