/** Two periods side by side: what was before a moment, and what came after it. */
import { compare } from '../../report/compare.js';
import { comparisonSection } from '../../report/html/comparison.js';
import { html, type Markup } from '../../report/html/markup.js';
import type { Question } from '../app.js';
import { AddressError, type Asked, kept } from '../asked.js';
import { part } from '../layout.js';
import { linksOf } from '../links.js';
import { wordsOf } from './search.js';

export function comparePage(asked: Asked): Question | Markup {
  const at = asked.time('at');
  const form = html`<form class="find" method="get" action="/compare" aria-label="Where to part the period">${Object.entries(wordsOf(asked, kept)).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label>before and after <input id="find" name="at" value="${asked.words.get('at') ?? ''}" placeholder="2026-04-03 14:30" size="24" autocomplete="off"></label> <button>Compare</button></form>`;
  if (at === undefined)
    return html`${form}<p>Parts the period at this moment, and says whether what differs is more than chance.</p>${part(asked, '/part/change', 'Looking for what changed …')}`;
  return async (reader, whole) => {
    const { period } = await asked.stretch(reader);
    const { scope, clock } = asked;
    const { since = period?.first ?? at, until = (period?.last ?? at) + 1 } = scope;
    if (at <= since || at >= until) throw new AddressError('That moment is not within the period that there are lines for.');
    const host = scope.host === undefined ? {} : { host: scope.host };
    const [before, after] = [
      { ...host, since, until: at },
      { ...host, since: at, until },
    ];
    const comparison = await whole(`compare ${JSON.stringify([before, after])}`, (own) => compare(own, before, after));
    return html`${form}${comparisonSection(comparison, { clock, links: linksOf(asked) })}`;
  };
}
