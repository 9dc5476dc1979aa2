/** Messages and attempts as they were folded: asked for by what the index can tell, then looked at, page by page. */
import { type Told, toldCursor, toldIn } from '../../message_matches.js';
import type { Asked, Query } from '../asked.js';

interface Wanted<T> {
  /** A pattern. */
  readonly index: string;
  /** What holds for all that is asked for, and for as few others as the index can tell. */
  readonly conditions: readonly Query[];
  /** Of time; within one time, identities ascend. */
  readonly order: 'asc' | 'desc';
  readonly matches: (folded: T) => boolean;
  readonly limit: number;
  readonly after?: string;
}

interface Stored<T> {
  readonly event: { readonly id: string };
  readonly postfix: { readonly micros: number; readonly folded: T };
}

/** @throws RangeError where the cursor is none */
export async function keptPage<T>(
  asked: Asked,
  { index, conditions, order, matches, limit, after: cursor }: Wanted<T>,
): Promise<{ readonly found: readonly T[]; readonly next?: string }> {
  const found: Stored<T>[] = [];
  let after = cursor === undefined ? undefined : sortOf(toldIn(cursor));
  for (let size = Math.min(limit + 1, 1_000, asked.pages.lines); ; size = Math.min(size * 2, asked.pages.lines)) {
    const { hits } = await asked.search<Stored<T>>({
      index,
      query: { bool: { filter: [...conditions] } },
      sort: [{ 'postfix.micros': order }, { 'event.id': 'asc' }],
      size,
      _source: ['event.id', 'postfix.micros', 'postfix.folded'],
      ...(after === undefined ? {} : { search_after: after }),
    });
    const stored = hits.hits.flatMap(({ _source }) => _source ?? []);
    for (const one of stored) if (matches(one.postfix.folded)) found.push(one);
    const last = stored.at(-1);
    if (found.length > limit || hits.hits.length < size || last === undefined) break;
    after = sortOf(toldOf(last));
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const folded = page.map(({ postfix }) => postfix.folded);
  return found.length > limit && last !== undefined ? { found: folded, next: toldCursor(toldOf(last)) } : { found: folded };
}

const toldOf = <T>({ event: { id }, postfix: { micros } }: Stored<T>): Told => ({ time: micros / 1000, id });
const sortOf = ({ time, id }: Told): [number, string] => [Math.round(time * 1000), id];
