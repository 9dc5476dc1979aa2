/** The lines in quarantine, by path and offset. */
import { asideCursorOf, asidePlaceOf } from '../../order.js';
import type { QuarantinePage, Reader } from '../../port.js';
import { fromQuarantineDocument, type QuarantineDocument } from '../aside.js';
import type { Asked, Query } from '../asked.js';

export const byPlace = [{ path: 'asc' }, { offset: 'asc' }, { id: 'asc' }] as const;

export async function quarantined(
  asked: Asked,
  { reason, ids, limit, after }: Parameters<Reader['quarantined']>[0],
): Promise<QuarantinePage> {
  const filter: Query[] = [];
  if (reason !== undefined) filter.push({ term: { reason } });
  if (ids !== undefined) filter.push({ ids: { values: [...ids] } });
  const found: QuarantineDocument[] = [];
  let from = after === undefined ? undefined : placeOf(asidePlaceOf(after));
  while (found.length <= limit) {
    const size = Math.min(limit + 1 - found.length, asked.pages.lines);
    const { hits } = await asked.search<QuarantineDocument>({
      index: asked.names.quarantine,
      query: { bool: { filter } },
      sort: [...byPlace],
      size,
      ...(from === undefined ? {} : { search_after: from }),
    });
    for (const { _source } of hits.hits) if (_source !== undefined) found.push(_source);
    const last = found.at(-1);
    if (hits.hits.length < size || last === undefined) break;
    from = placeOf(last);
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const lines = page.map(fromQuarantineDocument);
  return found.length > limit && last !== undefined ? { lines, next: asideCursorOf(last) } : { lines };
}

const placeOf = ({ path, offset, id }: { path: string; offset: number; id: string }): (string | number)[] => [path, offset, id];
