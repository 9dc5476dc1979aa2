/** Lines of the log: searched for, counted by what they have in common, and shown newest first. */
import type { EventDocument } from '../../postfix/document.js';
import { kinds as allKinds, type Kind } from '../../postfix/reason.js';
import { field } from '../../report/field.js';
import { html, type Markup, type Piece } from '../../report/html/markup.js';
import { table } from '../../report/html/table.js';
import { programOf, textOf } from '../../report/render/events.js';
import { counted } from '../../report/render/number.js';
import { timeOf } from '../../report/trace.js';
import type { SearchQuery } from '../../store/port.js';
import type { Question } from '../app.js';
import { AddressError, type Asked, kept, onePage } from '../asked.js';
import { part } from '../layout.js';

/** What can be looked for, as it stands in the address. */
const wanted = ['text', 'from', 'to', 'messageId', 'queueId', 'relay', 'client', 'status', 'kind', 'action', 'program'] as const;

const labels: Readonly<Record<(typeof wanted)[number], string>> = {
  text: 'any text',
  from: 'sender',
  to: 'recipient',
  messageId: 'message-id',
  queueId: 'queue ID',
  relay: 'relay',
  client: 'client',
  status: 'status',
  kind: 'kind',
  action: 'action',
  program: 'program',
};

const page = 100;
/** Facets are counted over so many lines, the newest: all of them could be millions. */
const counting = 1_000;

export const wordsOf = (asked: Asked, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (asked.words.get(name) ? [[name, asked.words.get(name) as string]] : [])));

export function searchPage(asked: Asked): Question {
  const own = wordsOf(asked, wanted);
  const after = asked.words.get('after');
  queryOf(own);
  return async (reader) => {
    const query = { ...asked.scope, ...queryOf(await asked.asStored(own)), limit: page, ...(after ? { after } : {}) };
    const { events, next } = await onePage(() => reader.search(query), 'search');
    if (events.length === 0) return html`${form(asked, own)}<p>No line matches.</p>`;
    return html`${form(asked, own)}${part(asked, '/part/facets', 'What these lines have in common …')}
<p>${counted(events.length, 'line')}${next !== undefined && ' and more'}, newest first.</p>
${lineRows(events, asked)}
${next !== undefined && html`<p><a href="${asked.href('/search', { ...own, after: next })}" rel="next">Older lines</a></p>`}`;
  };
}

/** What the lines have in common; it is asked by itself, as it takes many more of them than a page shows. */
export function facetsPart(asked: Asked): Question {
  const own = wordsOf(asked, wanted);
  queryOf(own);
  return async (reader) => {
    const { events } = await reader.search({ ...asked.scope, ...queryOf(await asked.asStored(own)), limit: counting });
    return html`${facets(events, asked, own)}`;
  };
}

function queryOf({ kind, ...own }: Record<string, string>): Partial<SearchQuery> {
  if (kind !== undefined && !(allKinds as readonly string[]).includes(kind))
    throw new AddressError(`${JSON.stringify(kind)} is no kind of failure. Kinds are: ${allKinds.join(', ')}.`);
  const id = own.messageId?.replace(/^<(.*)>$/, '$1');
  return { ...own, ...(id === undefined ? {} : { messageId: id }), ...(kind === undefined ? {} : { kind: kind as Kind }) };
}

function form(asked: Asked, own: Readonly<Record<string, string>>): Markup {
  const input = (name: (typeof wanted)[number], id?: string) =>
    html`<label>${labels[name]} <input name="${name}" value="${own[name] ?? ''}" size="16" autocomplete="off"${id === undefined ? html`` : html` id="${id}"`}></label>`;
  const period = Object.entries(wordsOf(asked, kept));
  return html`<form class="find" method="get" action="/search" aria-label="Search">${period.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${input('text', 'find')} ${(['from', 'to', 'relay', 'queueId', 'messageId', 'client', 'status', 'kind', 'program'] as const).map((name) => input(name))} <button>Search</button></form>`;
}

const faceted = {
  program: (event: EventDocument) => programOf(event),
  status: (event: EventDocument) => field(event, 'status'),
  kind: (event: EventDocument) => field(event, 'kind'),
  relay: (event: EventDocument) => field(event, 'relay_host'),
  action: (event: EventDocument) => event.event.action,
} as const;

/** The most frequent values of a few fields; each narrows the search. */
function facets(events: readonly EventDocument[], asked: Asked, own: Readonly<Record<string, string>>): Piece {
  const lists = (Object.keys(faceted) as (keyof typeof faceted)[]).flatMap((name) => {
    const counts = new Map<string, number>();
    for (const event of events) {
      const value = faceted[name](event);
      if (value !== undefined && value !== 'none') counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    }
    if (counts.size === 0) return [];
    const most = [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).slice(0, 6);
    const chosen = own[name] !== undefined;
    return [
      html`<div><h2>${labels[name]}</h2><ul>${most.map(([value, n]) => html`<li><a href="${asked.href('/search', { ...own, [name]: chosen ? undefined : value })}">${value}</a> ${n}${chosen && ' ✕'}</li>`)}</ul></div>`,
    ];
  });
  return (
    lists.length > 0 &&
    html`<details open><summary>Among ${events.length === counting ? `the newest ${counting}` : 'these'} lines</summary><div class="facets">${lists}</div></details>`
  );
}

/** Lines as a table: time, host, program, queue ID, text. */
export function lineRows(events: readonly EventDocument[], asked: Asked): Markup {
  return table(
    'Lines of the log',
    [
      { head: 'time', time: true },
      { head: 'host', name: true },
      { head: 'program', name: true },
      { head: 'queue ID', name: true },
      { head: 'text', name: true, long: true },
    ],
    events.map((event) => {
      const id = event.email?.local_id;
      const paint = event.event.outcome === 'failure' ? 'bad' : event.event.outcome === 'success' ? 'good' : '';
      return [
        asked.clock.second(timeOf(event)),
        event.host.name,
        programOf(event),
        id !== undefined && html`<a href="${asked.href('/message', { id })}">${id}</a>`,
        html`<span class="${paint}">${textOf(event)}</span>`,
      ];
    }),
  );
}
