/** The most frequent sorts of failure, with the last of each for an example. */
import type { Kind, Phase } from '../../../postfix/reason.js';
import { byNumber, byText } from '../../order.js';
import type { ReasonCount, Scope } from '../../port.js';
import { type Asked, byValue, millisOf, numberOf, type Query, textOf } from '../asked.js';
import type { IndexedDocument } from '../document.js';
import { failed } from './failed.js';
import { newestFirst } from './lines.js';
import { byRelay, placeOf, relayOf } from './relay.js';
import { all, has, none, within } from './within.js';

type Sort = Pick<ReasonCount, 'kind' | 'phase' | 'replyCode' | 'enhancedCode'>;

const fields = {
  kind: 'postfix.reason.kind',
  phase: 'postfix.reason.phase',
  replyCode: 'postfix.reason.reply_code',
  enhancedCode: 'postfix.reason.enhanced_code',
} as const satisfies Record<keyof Sort, string>;

export async function reasons(asked: Asked, question: Scope & { readonly limit: number }): Promise<readonly ReasonCount[]> {
  const query = all(failed, ...within(question));
  const by = {
    kind: byValue(fields.kind),
    phase: byValue(fields.phase),
    replyCode: byValue(fields.replyCode),
    enhancedCode: byValue(fields.enhancedCode),
    ...byRelay,
  };
  const counted = new Map<string, { sort: Sort; count: number; last: number; relays: Set<string> }>();
  for await (const { key, count, aggs } of asked.groups(query, by, { last: { max: { field: 'postfix.micros' } } })) {
    const sort: Sort = {
      kind: textOf(key.kind) as Kind,
      phase: textOf(key.phase) as Phase | undefined,
      replyCode: numberOf(key.replyCode),
      enhancedCode: textOf(key.enhancedCode),
    };
    const name = JSON.stringify(Object.values(sort));
    let known = counted.get(name);
    if (known === undefined) {
      known = { sort, count: 0, last: Number.NEGATIVE_INFINITY, relays: new Set() };
      counted.set(name, known);
    }
    known.count += count;
    known.last = Math.max(known.last, millisOf(aggs['last']));
    known.relays.add(placeOf(relayOf(key)));
  }
  const most = [...counted.values()].sort((a, b) => b.count - a.count || bySort(a.sort, b.sort)).slice(0, question.limit);
  const examples = await asked.searches<Pick<IndexedDocument, 'postfix'>>(
    asked.names.events,
    most.map(({ sort }) => ({
      query: all(query, ...ofSort(sort)),
      sort: [...newestFirst],
      size: 1,
      _source: ['postfix.reason.text'],
    })),
  );
  return most.map(({ sort, count, last, relays }, i) => ({
    ...sort,
    count,
    relays: relays.size,
    example: examples[i]?.[0]?._source?.postfix?.reason?.text ?? '',
    last,
  }));
}

const bySort = (a: Sort, b: Sort) =>
  byText(a.kind, b.kind) || byText(a.phase, b.phase) || byNumber(a.replyCode, b.replyCode) || byText(a.enhancedCode, b.enhancedCode);

function ofSort(sort: Sort): Query[] {
  return (['kind', 'phase', 'replyCode', 'enhancedCode'] as const).map((name) => {
    const value = sort[name];
    return value === undefined ? none(has(fields[name])) : { term: { [fields[name]]: value } };
  });
}
