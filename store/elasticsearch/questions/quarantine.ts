/** Lines that are kept aside, by reason, with the first of each. */
import type { estypes } from '@elastic/elasticsearch';
import { beginningOf, examplesOfEach } from '../../examples.js';
import { byText } from '../../order.js';
import type { QuarantineCount, QuarantineReason } from '../../port.js';
import type { QuarantineDocument } from '../aside.js';
import type { Asked } from '../asked.js';
import { byPlace } from './quarantined.js';

export async function quarantine(asked: Asked): Promise<readonly QuarantineCount[]> {
  const { aggregations } = await asked.search({
    index: asked.names.quarantine,
    size: 0,
    aggs: {
      // There are five.
      reasons: {
        terms: { field: 'reason', size: 100 },
        aggs: { first: { top_hits: { size: examplesOfEach, sort: [...byPlace], _source: ['path', 'offset', 'line'] } } },
      },
    },
  });
  const reasons = aggregations?.['reasons'] as { readonly buckets: readonly Bucket[] } | undefined;
  return (reasons?.buckets ?? [])
    .map(({ key, doc_count, first }) => ({
      reason: key,
      count: doc_count,
      examples: first.hits.hits.flatMap(({ _source }) =>
        _source === undefined ? [] : [{ path: _source.path, offset: _source.offset, text: beginningOf(_source.line) }],
      ),
    }))
    .sort((a, b) => byText(a.reason, b.reason));
}

interface Bucket {
  readonly key: QuarantineReason;
  readonly doc_count: number;
  readonly first: { readonly hits: estypes.SearchHitsMetadata<Pick<QuarantineDocument, 'path' | 'offset' | 'line'>> };
}
