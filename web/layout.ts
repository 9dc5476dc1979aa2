/** What all pages share: the way around, the period that they are about, and their frame. */
import { html, type Markup, type Piece } from '../report/html/markup.js';
import type { Totals } from '../store/port.js';
import { type Asked, intervals, kept } from './asked.js';

export const views = [
  { path: '/', name: 'Overview', key: 'o' },
  { path: '/relays', name: 'Relays', key: 'r' },
  { path: '/delays', name: 'Where the time goes', key: 'd' },
  { path: '/compare', name: 'Before and after', key: 'b' },
  { path: '/messages', name: 'Mails', key: 'm' },
  { path: '/search', name: 'Lines', key: 'l' },
  { path: '/queue', name: 'Queue', key: 'q' },
  { path: '/coverage', name: 'Coverage', key: 'c' },
] as const;

/** What the store holds: names of hosts, and the time of its last line, which the quick choices end at. */
export type Holding = Pick<Totals, 'hosts' | 'last'>;

export interface PageOptions {
  readonly title: string;
  readonly path: string;
  readonly asked: Asked;
  readonly holding: () => Promise<Holding>;
  /** Words of the address that are the page's own, and that a change of the period keeps. */
  readonly own: Readonly<Record<string, string>>;
}

/**
 * A page in pieces: its frame stands before the store has said anything.
 * @param body what the page has to say; where that fails, it is said why
 */
export async function* page({ title, path, asked, holding, own }: PageOptions, body: () => Promise<Piece>): AsyncGenerator<Markup> {
  // Asked at once; it is looked at when its place has come.
  const content = body().catch(trouble);
  const { begin, end } = periodForm(path, asked, own);
  yield html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · postscope</title><link rel="stylesheet" href="/app.css"><script type="module" src="/app.js"></script></head>
<body><a class="skip" href="#main">To the content</a>
<header><nav aria-label="Views">${views.map(
    ({ path: to, name, key }) =>
      html`<a href="${asked.href(to)}" data-key="${key}"${to === path ? html` aria-current="page"` : html``} title="${name} (key ${key})">${name}</a> `,
  )}</nav>${begin}`;
  const held = await holding().catch((error: Error) => error);
  yield html`${end(held instanceof Error ? { hosts: [], last: undefined } : held)}</header>
<main id="main" tabindex="-1"><h1>${title}</h1>`;
  yield html`${held instanceof Error ? trouble(held) : await content}</main>
<footer><p>postscope on this machine only. Times in ${asked.clock.name}. Keys: ${views.map(({ key, name }) => `${key} ${name}`).join(', ')}; p: the period; /: search.</p></footer>
</body></html>
`;
}

/** A page without a way around, for what has no place in one. */
export const alone = (title: string, body: Piece): string => bare(title, html`<h1>${title}</h1>${body}`);

/** A part of a page, by itself. @param version of the store that it tells of */
export const fragment = (body: Piece, version: string): string => bare('postscope', body, version);

const bare = (title: string, body: Piece, version = '') =>
  html`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="stylesheet" href="/app.css"></head><body><main data-fragment data-version="${version}">${body}</main></body></html>`
    .text;

export const trouble = (error: Error): Markup => html`<p class="bad">${error.message}</p><p><a href="/">To the overview</a></p>`;

/** Lengths that are chosen with one click; they end with the last line, as an archive may be of another year. */
const quick = [
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 7 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['quarter', 91 * 86_400_000],
] as const;

/** The form for the period: its beginning is there at once, its end when it is known what the store holds. */
function periodForm(
  path: string,
  asked: Asked,
  own: Readonly<Record<string, string>>,
): { readonly begin: Markup; readonly end: (holding: Holding) => Markup } {
  const word = (name: string) => asked.words.get(name) ?? '';
  const hidden = Object.entries({ ...own, zone: word('zone') }).filter(
    ([name, value]) => value !== '' && !['since', 'until', 'host', 'by', 'count'].includes(name),
  );
  const option = (value: string, name: string, chosen: boolean) =>
    html`<option value="${value}"${chosen ? html` selected` : html``}>${name}</option>`;
  const begin = html`<form class="period" method="get" action="${path}" role="search" aria-label="Period and host">
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label>since <input name="since" id="since" value="${word('since')}" placeholder="2026-04-03, -7d" size="17" autocomplete="off"></label>
<label>until <input name="until" value="${word('until')}" placeholder="2026-04-10" size="17" autocomplete="off"></label>
<label>by <select name="by">${option('', 'as fits', word('by') === '')}${intervals.map((one) => option(one, one, word('by') === one))}</select></label>
<label>count <select name="count">${option('', 'attempts', word('count') !== 'status_lines')}${option('status_lines', 'status lines', word('count') === 'status_lines')}</select></label>
`;
  const end = ({ hosts, last }: Holding) => {
    const choices =
      last === undefined
        ? []
        : quick.map(([name, length]) => {
            const since = asked.moment(Math.floor((last - length) / 60_000) * 60_000);
            const chosen = word('since') === since && word('until') === '';
            return html`<a href="${asked.href(path, { ...own, since, until: undefined })}"${chosen ? html` aria-current="true"` : html``}>last ${name}</a> `;
          });
    const all = html`<a href="${asked.href(path, { ...own, since: undefined, until: undefined })}"${word('since') === '' && word('until') === '' ? html` aria-current="true"` : html``}>all</a>`;
    return html`${hosts.length > 1 && html`<label>host <select name="host">${option('', 'all', word('host') === '')}${hosts.map((host) => option(host, host, word('host') === host))}</select></label>`}
<button>Show</button> <span class="quick">${choices}${all}</span></form>`;
  };
  return { begin, end };
}

/**
 * A part of a page that takes its time: it is fetched by itself, so that the page stands at once. Without a script it is a link.
 * @param lives whether it is looked at every few seconds whether there is more; the other parts then follow in their own time
 */
export function part(asked: Asked, path: string, waiting: string, lives?: 'lives'): Markup {
  const words: Record<string, string> = {};
  for (const [name, value] of asked.words) if (!(kept as readonly string[]).includes(name)) words[name] = value;
  const address = asked.href(path, words);
  return html`<div class="part" data-part="${address}"${lives === undefined ? html`` : html` data-lives`} aria-live="polite"><p class="dim"><a href="${address}">${waiting}</a></p></div>`;
}
