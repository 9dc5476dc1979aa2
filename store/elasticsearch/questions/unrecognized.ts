/** Lines that no pattern knows, by program, with the oldest of each. */
import type { estypes } from '@elastic/elasticsearch';
import { unrecognized as action } from '../../../postfix/parse.js';
import { examplesOfEach } from '../../examples.js';
import { byText } from '../../order.js';
import type { Scope, UnrecognizedProgram } from '../../port.js';
import { type Asked, byValue, textOf } from '../asked.js';
import type { IndexedDocument } from '../document.js';
import { oldestFirst } from './lines.js';
import { all, within } from './within.js';

export async function unrecognized(asked: Asked, scope: Scope): Promise<readonly UnrecognizedProgram[]> {
  const query = all({ term: { 'event.action': action } }, ...within(scope));
  const oldest = { top_hits: { size: examplesOfEach, sort: [...oldestFirst], _source: ['event.original'] } };
  const programs: UnrecognizedProgram[] = [];
  for await (const { key, count, aggs } of asked.groups(query, { program: byValue('process.name') }, { oldest })) {
    const { hits } = aggs['oldest'] as estypes.AggregationsTopHitsAggregate;
    const examples = (hits.hits as readonly estypes.SearchHit<Pick<IndexedDocument, 'event'>>[]).map(
      ({ _source }) => _source?.event.original ?? '',
    );
    programs.push({ program: textOf(key.program) ?? '', count, examples });
  }
  return programs.sort((a, b) => b.count - a.count || byText(a.program, b.program));
}
