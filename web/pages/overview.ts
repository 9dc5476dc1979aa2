/** The first page: the diagnosis in a sentence, what times out since when, where the time goes, what is new. */

import { states } from '../../postfix/message/message.js';
import { bucketsOf } from '../../report/buckets.js';
import { delaysOverTime } from '../../report/delays.js';
import { Commands } from '../../report/diagnose/commands.js';
import type { Finding } from '../../report/diagnose/finding.js';
import { circumstancesOf } from '../../report/diagnose/snapshots.js';
import { diagnose } from '../../report/diagnose.js';
import { failuresOverTime, timeoutKinds } from '../../report/failures.js';
import { timeChart } from '../../report/html/chart.js';
import { diagnosisSection } from '../../report/html/diagnosis.js';
import { html, type Markup } from '../../report/html/markup.js';
import { verdict } from '../../report/html/report.js';
import { delaysSection, failuresSection, reasonsSection, relaysSection } from '../../report/html/sections.js';
import { figures } from '../../report/html/table.js';
import { mostTelling, relaysCompared } from '../../report/relays.js';
import { count } from '../../report/render/number.js';
import type { Reader } from '../../store/port.js';
import type { Asked } from '../asked.js';
import { part } from '../layout.js';
import { linksOf } from '../links.js';
import { lineRows } from './search.js';

export function overviewPage(asked: Asked): Markup {
  return html`${part(asked, '/part/summary', 'Counting …')}
${part(asked, '/part/diagnosis', 'Looking for the cause …')}
${part(asked, '/part/timeouts', 'Timeouts over time …')}
${part(asked, '/part/volume', 'Mails over time …')}
${part(asked, '/part/delays', 'Where the time goes …')}
${part(asked, '/part/relays', 'Relays …')}
${part(asked, '/part/newest', 'The newest lines …', 5)}`;
}

const shownRelays = 10;

export async function summaryPart(reader: Reader, asked: Asked): Promise<Markup> {
  const { holdings, period, by } = await asked.stretch(reader);
  if (period === undefined) return html`<p>No lines in this period.</p>`;
  const { scope, zone, counted, clock } = asked;
  const question = { scope, period, zone, by, counted };
  const report = {
    timeouts: await failuresOverTime(reader, { ...question, kinds: timeoutKinds }),
    relays: await relaysCompared(reader, { scope, counted, limit: 50 }),
    delays: await delaysOverTime(reader, { ...question, counted: 'status_lines' }),
  };
  const { hosts, first, last } = holdings.asked;
  return html`<p class="dim">${hosts.slice(0, 5).join(', ')}${hosts.length > 5 ? ` and ${hosts.length - 5} more` : ''}${
    first !== undefined && last !== undefined && `, ${clock.minute(first)} to ${clock.minute(last)}`
  }</p>${verdict(report, { clock })}`;
}

export async function timeoutsPart(reader: Reader, asked: Asked): Promise<Markup> {
  const { period, by } = await asked.stretch(reader);
  const { scope, zone, counted, clock } = asked;
  const report = await failuresOverTime(reader, { scope, period, zone, by, counted, kinds: timeoutKinds });
  return failuresSection(report, { clock, links: linksOf(asked, timeoutKinds) });
}

export async function delaysPart(reader: Reader, asked: Asked): Promise<Markup> {
  const { period, by } = await asked.stretch(reader);
  const { scope, zone, counted, clock } = asked;
  return delaysSection(await delaysOverTime(reader, { scope, period, zone, by, counted }), { clock });
}

export async function relaysPart(reader: Reader, asked: Asked): Promise<Markup> {
  const { scope, counted, clock } = asked;
  const report = await relaysCompared(reader, { scope, counted, limit: 50 });
  const reasons = await reader.reasons({ ...scope, limit: 8 });
  return html`${relaysSection(report, mostTelling(report, shownRelays), { clock, links: linksOf(asked) })}${reasonsSection(reasons)}`;
}

export async function diagnosisPart(reader: Reader, asked: Asked): Promise<Markup> {
  const { scope, clock } = asked;
  const diagnosis = await diagnose(reader, scope, new Commands('postscope', clock, ''), await circumstancesOf(reader, scope));
  const link = ({ since, until, relay, kind }: Finding) =>
    asked.href(relay === undefined && kind === undefined ? '/delays' : '/attempts', {
      since: asked.moment(since),
      until: asked.moment(until + 1000),
      ...(relay === undefined ? {} : { relay: relay.ip ?? relay.host }),
      ...(kind === undefined ? {} : { failed: kind }),
    });
  return diagnosisSection(diagnosis, { clock, link });
}

/** Mails that arrived, by what became of them. */
export async function volumePart(reader: Reader, asked: Asked): Promise<Markup> {
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
  return html`<section><h2>Mails that arrived, per ${by}</h2>
<p>${series.map(({ name, values }, i) => html`${i > 0 && ', '}<a href="${asked.href('/messages', { state: name })}">${count(sum(values))} ${name}</a>`)}</p>
${timeChart({ title: `Mails per ${by}, by state`, buckets, by, clock, as: 'bars', say: count, series })}
${figures(
  'Mails',
  [{ head: by }, ...series.map(({ name }) => ({ head: name, number: true }))],
  buckets.map((_, i) => [labels[i], ...series.map(({ values }) => count(values[i] as number))]),
)}</section>`;
}

/** What was written last: a log that is followed shows its new lines here. */
export async function newestPart(reader: Reader, asked: Asked): Promise<Markup> {
  const { events } = await reader.search({ ...asked.scope, limit: 10 });
  return html`<section><h2>Newest lines</h2>${events.length === 0 ? html`<p>None in this period.</p>` : lineRows(events, asked)}
<p><a href="${asked.href('/search')}">More lines</a></p></section>`;
}

export const relaysPage = (asked: Asked): Markup =>
  html`${part(asked, '/part/relays', 'Relays …')}${part(asked, '/part/timeouts', 'Timeouts over time …')}`;

export const delaysPage = (asked: Asked): Markup => html`${part(asked, '/part/delays', 'Where the time goes …')}
<p>The slowest: <a href="${asked.href('/messages', { late: '60' })}">mails that took a minute or more</a></p>`;
