/** What all pages share: the way around, the period that they are about, and their frame. */
import { html, type Markup, type Piece } from '../report/html/markup.js';
import { type Asked, intervals, kept } from './asked.js';

export const views = [
  { path: '/', name: 'Overview', key: 'o' },
  { path: '/relays', name: 'Relays', key: 'r' },
  { path: '/delays', name: 'Where the time goes', key: 'd' },
  { path: '/messages', name: 'Mails', key: 'm' },
  { path: '/search', name: 'Lines', key: 'l' },
  { path: '/queue', name: 'Queue', key: 'q' },
  { path: '/coverage', name: 'Coverage', key: 'c' },
] as const;

export interface PageOptions {
  readonly title: string;
  readonly path: string;
  readonly asked: Asked;
  /** What the store holds: names of hosts, and its last line, which the quick choices end at. */
  readonly hosts: readonly string[];
  readonly last: number | undefined;
  /** Words of the address that are the page's own, and that a change of the period keeps. */
  readonly own?: Readonly<Record<string, string>>;
}

export function layout({ title, path, asked, hosts, last, own = {} }: PageOptions, body: Piece): string {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · postscope</title><link rel="stylesheet" href="/app.css"><script type="module" src="/app.js"></script></head>
<body><a class="skip" href="#main">To the content</a>
<header><nav aria-label="Views">${views.map(
    ({ path: to, name, key }) =>
      html`<a href="${asked.href(to)}" data-key="${key}"${to === path ? html` aria-current="page"` : html``} title="${name} (key ${key})">${name}</a> `,
  )}</nav>${period(path, asked, hosts, last, own)}</header>
<main id="main" tabindex="-1"><h1>${title}</h1>${body}</main>
<footer><p>postscope on this machine only. Times in ${asked.clock.name}. Keys: ${views.map(({ key, name }) => `${key} ${name}`).join(', ')}; p: the period; /: search.</p></footer>
</body></html>
`.text;
}

/** Lengths that are chosen with one click; they end with the last line, as an archive may be of another year. */
const quick = [
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 7 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['quarter', 91 * 86_400_000],
] as const;

function period(
  path: string,
  asked: Asked,
  hosts: readonly string[],
  last: number | undefined,
  own: Readonly<Record<string, string>>,
): Markup {
  const word = (name: string) => asked.words.get(name) ?? '';
  const hidden = Object.entries({ ...own, zone: word('zone') }).filter(
    ([name, value]) => value !== '' && !['since', 'until', 'host', 'by', 'count'].includes(name),
  );
  const choices =
    last === undefined
      ? []
      : quick.map(([name, length]) => {
          const since = asked.moment(Math.floor((last - length) / 60_000) * 60_000);
          const chosen = word('since') === since && word('until') === '';
          return html`<a href="${asked.href(path, { ...own, since, until: undefined })}"${chosen ? html` aria-current="true"` : html``}>last ${name}</a> `;
        });
  const all = html`<a href="${asked.href(path, { ...own, since: undefined, until: undefined })}"${word('since') === '' && word('until') === '' ? html` aria-current="true"` : html``}>all</a>`;
  const option = (value: string, name: string, chosen: boolean) =>
    html`<option value="${value}"${chosen ? html` selected` : html``}>${name}</option>`;
  return html`<form class="period" method="get" action="${path}" role="search" aria-label="Period and host">
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label>since <input name="since" id="since" value="${word('since')}" placeholder="2026-04-03, -7d" size="17" autocomplete="off"></label>
<label>until <input name="until" value="${word('until')}" placeholder="2026-04-10" size="17" autocomplete="off"></label>
<label>by <select name="by">${option('', 'as fits', word('by') === '')}${intervals.map((one) => option(one, one, word('by') === one))}</select></label>
${hosts.length > 1 && html`<label>host <select name="host">${option('', 'all', word('host') === '')}${hosts.map((host) => option(host, host, word('host') === host))}</select></label>`}
<label>count <select name="count">${option('', 'attempts', word('count') !== 'status_lines')}${option('status_lines', 'status lines', word('count') === 'status_lines')}</select></label>
<button>Show</button> <span class="quick">${choices}${all}</span></form>`;
}

/** A part of a page that takes its time: it is fetched by itself, so that the page stands at once. Without a script it is a link. */
export function part(asked: Asked, path: string, waiting: string, refresh?: number): Markup {
  const words: Record<string, string> = {};
  for (const [name, value] of asked.words) if (!(kept as readonly string[]).includes(name)) words[name] = value;
  return html`<div class="part" data-part="${asked.href(path, words)}"${refresh === undefined ? html`` : html` data-refresh="${refresh}"`} aria-live="polite"><p class="dim"><a href="${asked.href(path, words)}">${waiting}</a></p></div>`;
}
