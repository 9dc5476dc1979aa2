/** Documents that may name somebody, and what is written in their place. */
import type { estypes } from '@elastic/elasticsearch';
import type { Eraser } from '../../postfix/privacy/erasure.js';
import { StoreError } from '../errors.js';
import type { Asked, Query } from './asked.js';
import type { BulkWriter } from './bulk.js';
import { Operations } from './operations.js';
import { contains } from './questions/folded.js';
import { textConditions } from './questions/text.js';
import { all, any } from './questions/within.js';

export interface Found<T> {
  readonly index: string;
  readonly id: string;
  readonly version: number;
  readonly source: T;
}

const page = 1_000;
const requestBytes = 4 << 20;

/** No two documents of one index are alike in all of these. */
export const byMicros = [{ 'postfix.micros': 'asc' }, { 'event.id': 'asc' }, { 'event.action': 'asc' }] as const;

/** @param sort no two documents are alike in it @throws StoreError */
export async function* documents<T>(
  asked: Asked,
  index: string,
  query: Query,
  sort: estypes.Sort = [...byMicros],
): AsyncGenerator<readonly Found<T>[]> {
  for (let after: (string | number)[] | undefined; ; ) {
    const { hits } = await asked.search<T>({
      ...{ index, query, sort, size: page, version: true },
      ...(after === undefined ? {} : { search_after: after }),
    });
    yield hits.hits.flatMap(({ _index, _id, _version, _source }) =>
      _id === undefined || _version === undefined || _source === undefined
        ? []
        : [{ index: _index, id: _id, version: _version, source: _source }],
    );
    after = hits.hits.at(-1)?.sort as typeof after;
    if (hits.hits.length < page || after === undefined) return;
  }
}

/** Lines that may name them. */
export const mayName = ({ needles }: Eraser): Query =>
  needles.length === 0 ? { match_all: {} } : any(...needles.map((needle) => all(...textConditions(needle))));

/** Documents of messages and attempts with a field that may. */
export function mayNameIn({ needles }: Eraser, fields: readonly string[]): Query {
  const runs = needles.map((needle) =>
    (needle.match(/[a-z0-9]+/gi) ?? []).reduce((longest, run) => (run.length > longest.length ? run : longest), ''),
  );
  if (runs.length === 0 || runs.includes('')) return { match_all: {} };
  return any(...fields.flatMap((field) => [{ term: { _ignored: field } }, ...runs.map((run) => contains(field, run))]));
}

/** Operations that are sent as they come, each of them done when `end` has resolved. */
export class Writing {
  private operations = new Operations(Operations.bufferFor(0));

  constructor(private readonly bulk: BulkWriter) {}

  async add(action: object, document?: object): Promise<void> {
    this.operations.add(JSON.stringify(action), document === undefined ? undefined : JSON.stringify(document));
    if (this.operations.count >= page || this.operations.bytes >= requestBytes) await this.end();
  }

  /** @throws StoreError where one of them is refused */
  async end(): Promise<void> {
    const { operations } = this;
    if (operations.count === 0) return;
    this.operations = new Operations(Operations.bufferFor(0));
    const [refused] = (await this.bulk.write(operations)).refused.values();
    if (refused !== undefined) {
      throw new StoreError('not_writable', `Elasticsearch refuses a document without the name, so the erasure is not done: ${refused}`);
    }
  }
}
