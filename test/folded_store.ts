/** Messages and attempts as they lie in Elasticsearch, and as they should: the fold of all facts of all lines. */
import type { Client } from '@elastic/elasticsearch';
import { expect } from 'vitest';
import type { Fact } from '../postfix/message/fact.js';
import { fold } from '../postfix/message/fold.js';
import { zoneOf } from '../postfix/zone.js';
import { placed } from '../store/elasticsearch/message_document.js';
import { factIn } from '../store/facts.js';
import type { Reader } from '../store/port.js';
import { documentsOf } from './workshop.js';

/** By index and `_id`, the documents as JSON. */
export type Documents = ReadonlyMap<string, string>;

export async function foldedIn(client: Client, prefix: string): Promise<Documents> {
  const index = [`${prefix}-messages-*`, `${prefix}-attempts-*`];
  await client.indices.refresh({ index });
  const found = new Map<string, string>();
  for (let after: (string | number)[] | undefined; ; ) {
    const { hits } = await client.search<object>({
      index,
      size: 5_000,
      sort: [{ 'postfix.micros': 'asc' }, { 'event.id': 'asc' }, { 'event.action': 'asc' }],
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const { _index, _id, _source } of hits.hits) found.set(`${_index} ${_id}`, JSON.stringify(_source));
    after = hits.hits.at(-1)?.sort as typeof after;
    if (after === undefined) return found;
  }
}

/** The facts in all lines of a store. */
export async function factsIn(reader: Reader): Promise<Fact[]> {
  return (await documentsOf(reader)).flatMap((document) => factIn(document) ?? []);
}

export function foldedOf(facts: Iterable<Fact>, prefix: string, zone = 'UTC'): Documents {
  const { messages, attempts, deliveries } = placed(prefix, fold(facts), () => zoneOf(zone));
  return new Map([...messages, ...attempts, ...deliveries].map(({ index, id, document }) => [`${index} ${id}`, JSON.stringify(document)]));
}

/** To the byte; but only the first that differs is shown. */
export function expectSame(found: Documents, wanted: Documents): void {
  for (const [name, document] of wanted)
    if (found.get(name) !== document) expect({ name, document: found.get(name) }).toEqual({ name, document });
  expect([...found.keys()].filter((name) => !wanted.has(name))).toEqual([]);
}
