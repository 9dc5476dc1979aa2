/** The first page, and the parts of it that two more pages have: what times out since when, where the time goes, what is new. */
import { states } from '../../postfix/message/message.js';
import { bucketAfter, bucketsOf } from '../../report/buckets.js';
import { delaysOverTime } from '../../report/delays.js';
import { failuresOverTime, timeoutKinds } from '../../report/failures.js';
import { timeChart } from '../../report/html/chart.js';
import { html, type Markup } from '../../report/html/markup.js';
import { verdict } from '../../report/html/report.js';
import { delaysSection, failuresSection, reasonsSection, relaysSection } from '../../report/html/sections.js';
import { figures } from '../../report/html/table.js';
import { mostTelling, relaysCompared } from '../../report/relays.js';
import { count } from '../../report/render/number.js';
import type { Question } from '../app.js';
import type { Asked } from '../asked.js';
import { part } from '../layout.js';
import { linksOf } from '../links.js';
import { lineRows } from './search.js';

/** Parts of the first page in their order there, with what stands in their place at first. */
const waiting = {
  summary: 'Counting …',
  diagnosis: 'Looking for the cause …',
  timeouts: 'Timeouts over time …',
  change: 'Before and after …',
  heat: 'Timeouts by hour and weekday …',
  volume: 'Mails over time …',
  delays: 'Where the time goes …',
  relays: 'Relays …',
  newest: 'The newest lines …',
} as const;

export const overviewParts = Object.keys(waiting) as readonly (keyof typeof waiting)[];

export const overviewPage = (asked: Asked): Markup =>
  html`${overviewParts.map((name) => part(asked, `/part/${name}`, waiting[name], name === 'newest' ? 'lives' : undefined))}`;

const shownRelays = 10;

export const summaryPart =
  (asked: Asked): Question =>
  async (reader) => {
    const { holdings, period, by } = await asked.stretch(reader);
    if (period === undefined) return html`<p>No lines in this period.</p>`;
    const { scope, zone, counted, clock } = asked;
    const question = { scope, period, zone, by, counted };
    const report = {
      timeouts: await failuresOverTime(reader, { ...question, kinds: timeoutKinds }),
      relays: await relaysCompared(reader, { scope, counted, limit: 50 }),
    };
    const { hosts, first, last } = holdings.asked;
    return html`<p class="dim">${hosts.slice(0, 5).join(', ')}${hosts.length > 5 ? ` and ${hosts.length - 5} more` : ''}${
      first !== undefined && last !== undefined && `, ${clock.minute(first)} to ${clock.minute(last)}`
    }</p>${verdict(report, { clock, links: linksOf(asked, timeoutKinds) })}`;
  };

export const timeoutsPart =
  (asked: Asked): Question =>
  async (reader) => {
    const { period, by } = await asked.stretch(reader);
    const { scope, zone, counted, clock } = asked;
    const report = await failuresOverTime(reader, { scope, period, zone, by, counted, kinds: timeoutKinds });
    return failuresSection(report, { clock, links: linksOf(asked, timeoutKinds) });
  };

export const delaysPart =
  (asked: Asked): Question =>
  async (reader) => {
    const { period, by } = await asked.stretch(reader);
    const { scope, zone, counted, clock } = asked;
    return delaysSection(await delaysOverTime(reader, { scope, period, zone, by, counted }), { clock, links: linksOf(asked) });
  };

export const relaysPart =
  (asked: Asked): Question =>
  async (reader) => {
    const { scope, counted, clock } = asked;
    const report = await relaysCompared(reader, { scope, counted, limit: 50 });
    const links = linksOf(asked);
    return html`${relaysSection(report, mostTelling(report, shownRelays), { clock, links })}${reasonsSection(await reader.reasons({ ...scope, limit: 8 }), { clock, links })}`;
  };

/** Mails that arrived, by what became of them. */
export const volumePart =
  (asked: Asked): Question =>
  async (reader) => {
    const { period, by } = await asked.stretch(reader);
    const { scope, zone, clock } = asked;
    const counts = await reader.messageCounts({ ...scope, by, zone: zone.name });
    const buckets = [...new Set([...bucketsOf(period, by, zone), ...counts.map(({ bucket }) => bucket)])].sort((a, b) => a - b);
    const series = states
      .map((state) => {
        const own = new Map(counts.filter((one) => one.state === state).map((one) => [one.bucket, one.count]));
        return { name: state, values: buckets.map((bucket) => own.get(bucket) ?? 0) };
      })
      .filter(({ values }) => values.some((value) => value > 0));
    if (series.length === 0) return html`<section><h2>Mails</h2><p>No mail arrived in this period.</p></section>`;
    const labels = clock.buckets(buckets, by);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const mails = (bucket: number, state?: string) =>
      asked.href('/messages', { since: asked.moment(bucket), until: asked.moment(bucketAfter(bucket, by, zone)), state });
    return html`<section><h2>Mails that arrived, per ${by}</h2>
<p>${series.map(({ name, values }, i) => html`${i > 0 && ', '}<a href="${asked.href('/messages', { state: name })}">${count(sum(values))} ${name}</a>`)}</p>
${timeChart({ title: `Mails per ${by}, by state`, buckets, by, clock, as: 'bars', say: count, series, link: (bucket) => mails(bucket) })}
${figures(
  'Mails',
  [{ head: by, time: true }, ...series.map(({ name }) => ({ head: name, number: true }))],
  buckets.map((bucket, i) => [
    labels[i],
    ...series.map(({ name, values }) => {
      const value = values[i] as number;
      return value === 0 ? '0' : html`<a href="${mails(bucket, name)}">${count(value)}</a>`;
    }),
  ]),
)}</section>`;
  };

/** What was written last: a log that is followed shows its new lines here. */
export const newestPart =
  (asked: Asked): Question =>
  async (reader) => {
    const { events } = await reader.search({ ...asked.scope, limit: 10 });
    return html`<section><h2>Newest lines</h2>${events.length === 0 ? html`<p>None in this period.</p>` : lineRows(events, asked)}
<p><a href="${asked.href('/search')}">More lines</a></p></section>`;
  };

export const relaysPage = (asked: Asked): Markup =>
  html`${part(asked, '/part/relays', 'Relays …')}${part(asked, '/part/timeouts', 'Timeouts over time …')}${part(asked, '/part/heat', 'Timeouts by hour and weekday …')}`;

export const delaysPage = (asked: Asked): Markup => html`${part(asked, '/part/delays', 'Where the time goes …')}
<p>The slowest: <a href="${asked.href('/messages', { late: '60' })}">mails that took a minute or more</a></p>`;
