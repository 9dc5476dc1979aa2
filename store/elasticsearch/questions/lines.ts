/** Lines in the order of both stores (store/order.ts): asked for by what the index can tell, then looked at. */
import type { EventDocument } from '../../../postfix/document.js';
import { matcherOf, searchedDocument } from '../../matches.js';
import { type Standing, standingOf } from '../../order.js';
import type { SearchQuery } from '../../port.js';
import type { Asked, Query } from '../asked.js';
import { fromIndexed, type IndexedDocument } from '../document.js';

export const newestFirst = [
  { 'postfix.micros': 'desc' },
  { 'log.file.path': 'asc' },
  { 'log.offset': 'desc' },
  { 'event.id': 'asc' },
] as const;
export const oldestFirst = [
  { 'postfix.micros': 'asc' },
  { 'log.file.path': 'desc' },
  { 'log.offset': 'asc' },
  { 'event.id': 'desc' },
] as const;

/** A line that was found. */
export interface Found extends Standing {
  readonly document: EventDocument;
}

/**
 * The newest lines that a search asks for.
 * @param conditions that hold for all of them, and for as few others as the index can tell
 */
export async function newest(asked: Asked, query: SearchQuery, conditions: readonly Query[], enough: number): Promise<Found[]> {
  const matches = matcherOf(query);
  const found: Found[] = [];
  let after = query.after === undefined ? undefined : sortOf(standingOf(query.after));
  for (let size = Math.min(enough, 1_000, asked.pages.lines); ; size = Math.min(size * 2, asked.pages.lines)) {
    const { hits } = await asked.search<IndexedDocument>({
      index: asked.names.events,
      query: { bool: { filter: [...conditions] } },
      sort: [...newestFirst],
      size,
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const { _source } of hits.hits) {
      if (_source === undefined) continue;
      const document = fromIndexed(_source);
      if (!matches(searchedDocument(document))) continue;
      found.push({
        micros: _source.postfix.micros,
        path: document.log.file.path,
        offset: document.log.offset,
        id: document.event.id,
        document,
      });
      if (found.length >= enough) return found;
    }
    const last = hits.hits.at(-1)?.sort;
    if (hits.hits.length < size || last === undefined) return found;
    after = last as typeof after;
  }
}

const sortOf = ({ micros, path, offset, id }: Standing): (string | number)[] => [micros, path, offset, id];
