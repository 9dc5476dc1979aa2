/** What changed, and whether mail was better or worse afterwards: the border of a trouble, or a configuration that is another one. */
import { compare, type Ends } from '../../report/compare.js';
import { type Change, configurationChanges } from '../../report/config_changes.js';
import type { Finding } from '../../report/diagnose/finding.js';
import { comparisonInShort } from '../../report/html/comparison.js';
import { html } from '../../report/html/markup.js';
import { changeWords } from '../../report/render/config_changes.js';
import { causeWords } from '../../report/render/diagnose.js';
import type { Period } from '../../report/scope.js';
import { timeoutKinds } from '../../report/tries.js';
import { relayLabel } from '../../report/vocabulary.js';
import type { Question } from '../app.js';
import type { Asked } from '../asked.js';
import { linksOf } from '../links.js';
import { diagnosisOf } from './diagnosis.js';

/** A moment that parts a period into what was before and what came after. */
interface Border {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
}

/** Weeks differ; what is further away has other reasons. */
const aside = 7 * 86_400_000;

export const changePart =
  (asked: Asked): Question =>
  async (reader, whole) => {
    const { period } = await asked.stretch(reader);
    if (period === undefined) return html``;
    const { scope, clock } = asked;
    const { findings } = await diagnosisOf(asked, whole);
    const borders = bordersOf(findings, await configurationChanges(reader, scope), period);
    const host = scope.host === undefined ? {} : { host: scope.host };
    const shown = [];
    for (const { at, what } of borders) {
      const before: Ends = { ...host, since: Math.max(period.first, at - aside), until: at };
      const after: Ends = { ...host, since: at, until: Math.min(period.last + 1, at + aside) };
      const comparison = await whole(`compare ${JSON.stringify([before, after])}`, (own) => compare(own, before, after));
      const address = asked.href('/compare', {
        at: asked.moment(at),
        since: asked.moment(before.since),
        until: asked.moment(after.until),
      });
      shown.push(
        html`<h3>${what}</h3>${comparisonInShort(comparison, { clock, links: linksOf(asked, timeoutKinds) })}<p><a href="${address}">All of it, side by side</a></p>`,
      );
    }
    return html`${shown.length > 0 && html`<section><h2>Before and after</h2>${shown}</section>`}`;
  };

/** The costliest trouble that began or ended within the period, and the last change of the configuration: to the second, as addresses have it. */
function bordersOf(findings: readonly Finding[], changes: readonly Change[], { first, last }: Period): Border[] {
  const margin = Math.min(86_400_000, (last - first) / 20);
  const within = (at: number) => at - first >= margin && last - at >= margin;
  const second = (at: number) => Math.ceil((at + 1) / 1000) * 1000;
  const troubles = findings.flatMap(({ cause, relay, since, until }): Border[] => {
    const name = `${causeWords[cause]}${relay === undefined ? '' : ` ${relayLabel(relay)}`}`;
    return [
      ...(within(since) ? [{ at: Math.floor(since / 1000) * 1000, what: `${name}: since it began` }] : []),
      ...(within(until) ? [{ at: second(until), what: `${name}: since it ended` }] : []),
    ];
  });
  const change = changes.findLast(({ until }) => within(until));
  const changed = changes.filter(({ host, until }) => host === change?.host && until === change.until).map(changeWords);
  return [
    ...troubles.slice(0, 1),
    ...(change === undefined
      ? []
      : [{ at: Math.floor(change.until / 1000) * 1000, what: `Configuration of ${change.host}: since ${listed(changed)}` }]),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join('; ') : `${names.slice(0, 3).join('; ')}; and ${names.length - 3} more`;
