/** The report as one file, to be sent to a manager or to the owner of the relays: it needs no network, and prints well. */
import type { OverviewReport } from '../overview.js';
import { mostTelling } from '../relays.js';
import { count, counted, percent } from '../render/number.js';
import { diagnosisSection } from './diagnosis.js';
import { html, type Markup } from './markup.js';
import { page } from './page.js';
import { coverageSection, delaysSection, failuresSection, type Look, linked, reasonsSection, relaysSection } from './sections.js';

const shownRelays = 20;

export function reportHtml(report: OverviewReport, look: Look, made: number): string {
  const { clock } = look;
  const { first, last, hosts } = report.doctor.totals;
  const period = first === undefined || last === undefined ? '' : `${clock.minute(first)} to ${clock.minute(last)}`;
  const title = `Mail of ${hosts.slice(0, 3).join(', ')}${hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''}`;
  return page(
    `${title}, ${period}`,
    html`<header><h1>${title}</h1><p class="dim">${period}; times in ${clock.name}</p></header>
<main>${verdict(report, look)}
${diagnosisSection(report.diagnosis, look)}
${failuresSection(report.timeouts, look)}
${delaysSection(report.delays, look)}
${relaysSection(report.relays, mostTelling(report.relays, shownRelays), look)}
${reasonsSection(report.reasons, look)}
${coverageSection(report.doctor, look)}</main>
<footer><p>Made by postscope on ${clock.minute(made)} from the servers' own logs.</p></footer>`,
  );
}

/** What happened, in two sentences. */
export function verdict({ timeouts, relays }: Pick<OverviewReport, 'timeouts' | 'relays'>, { clock, links }: Look): Markup {
  const all = relays.sent + relays.deferred + relays.bounced;
  const lines = (status: string, n: number) => linked(links?.lines({ status }), count(n));
  const sent = html`<p>${counted(all, 'delivery', 'deliveries')}: ${lines('sent', relays.sent)} sent (${percent(relays.sent, all)}),
${lines('deferred', relays.deferred)} deferred, ${lines('bounced', relays.bounced)} bounced.</p>`;
  if (timeouts.total === 0) return html`<div class="verdict good"><p>No relay timed out.</p>${sent}</div>`;
  const since = Math.min(...timeouts.relays.map(({ first }) => first));
  return html`<div class="verdict bad"><p><b>${counted(timeouts.relays.length, 'relay')} timed out</b> since ${clock.minute(since)}:
${linked(links?.failures({}), count(timeouts.total))} of ${counted(relays.attempts, 'attempt')} (${percent(timeouts.total, relays.attempts)}).</p>${sent}</div>`;
}
