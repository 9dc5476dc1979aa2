/** Asking Elasticsearch: one request, or groups page by page. What is asked stands in questions/, one to a file. */
import type { Client, estypes } from '@elastic/elasticsearch';
import type { IndexNames } from './names.js';
import { refusedFor, troubleOf } from './trouble.js';

/** A value that documents are grouped by; null where they have none. */
export type GroupValue = string | number | boolean | null;

/** Documents that have the same values. */
export interface Group<K extends string> {
  readonly key: Readonly<Record<K, GroupValue>>;
  readonly count: number;
  /** What was asked of each group beside. */
  readonly aggs: Readonly<Record<string, estypes.AggregationsAggregate>>;
}

export type Query = NonNullable<estypes.QueryDslQueryContainer>;
/** What documents are grouped by: a field, or a stretch of its time. */
export type GroupSource = NonNullable<estypes.AggregationsCompositeAggregationSource>;

/** How much is asked for at a time. */
export interface PageSizes {
  readonly groups: number;
  /** At most; a search begins with fewer. */
  readonly lines: number;
}

/** Far below `search.max_buckets` (65,536) and `index.max_result_window` (10,000): a page is at most some megabytes. */
const usualPages: PageSizes = { groups: 5_000, lines: 5_000 };

export class Asked {
  private stale = false;

  constructor(
    private readonly client: Client,
    readonly names: IndexNames,
    /** Without user and password, to be named in errors. */
    private readonly url: string,
    readonly pages: PageSizes = usualPages,
  ) {}

  /** Something was written that the next question is to find; what others write is found within the refresh interval of the indices. */
  changed(): void {
    this.stale = true;
  }

  /** @throws StoreError */
  async search<T>(request: estypes.SearchRequest): Promise<estypes.SearchResponse<T, Readonly<Record<string, unknown>>>> {
    return this.answered(() =>
      this.client.search<T, Readonly<Record<string, unknown>>>({ ...missingIsEmpty, track_total_hits: false, ...request }),
    );
  }

  /** Several searches of one index in one request. @throws StoreError */
  async searches<T>(index: string, bodies: readonly estypes.SearchSearchRequestBody[]): Promise<(readonly estypes.SearchHit<T>[])[]> {
    if (bodies.length === 0) return [];
    const { responses } = await this.answered(() =>
      this.client.msearch<T>({ index, searches: bodies.flatMap((body) => [{ ...missingIsEmpty }, { track_total_hits: false, ...body }]) }),
    );
    return responses.map((response) => {
      if ('error' in response) {
        const { status, error } = response;
        throw refusedFor(status, error, this.url) ?? new Error(`Elasticsearch: ${error.type}: ${error.reason}`);
      }
      return response.hits.hits;
    });
  }

  /**
   * Documents by their values, every group that there is, in the order of their values: by the first, then by the second …
   * @param by what they are grouped by: a group for every combination of values, absent ones included where a source says so
   * @param index a pattern; of events, where nothing else is said
   */
  async *groups<K extends string>(
    query: Query,
    by: Readonly<Record<K, GroupSource>>,
    aggs: Readonly<Record<string, estypes.AggregationsAggregationContainer>> = {},
    index: string = this.names.events,
  ): AsyncGenerator<Group<K>> {
    const sources = Object.entries<GroupSource>(by).map(([name, source]) => ({ [name]: source }));
    for (let after: estypes.AggregationsCompositeAggregateKey | undefined; ; ) {
      const composite = { sources, size: this.pages.groups, ...(after === undefined ? {} : { after }) };
      const { aggregations } = await this.search({
        index,
        size: 0,
        query,
        aggs: { groups: { composite, aggs: { ...aggs } } },
      });
      // Undefined where there is no index.
      const groups = aggregations?.['groups'] as estypes.AggregationsCompositeAggregate | undefined;
      if (groups === undefined) return;
      const buckets = groups.buckets as readonly estypes.AggregationsCompositeBucket[];
      for (const { key, doc_count, ...rest } of buckets) {
        yield { key: key as Record<K, GroupValue>, count: doc_count, aggs: rest as Group<K>['aggs'] };
      }
      after = groups.after_key;
      if (after === undefined || buckets.length < this.pages.groups) return;
    }
  }

  /** Bytes on disk of the indices of events, messages and attempts, copies included. @throws StoreError */
  async bytes(): Promise<number> {
    const { events, messages, attempts } = this.names;
    const { _all } = await this.answered(() => this.client.indices.stats({ index: [events, messages, attempts], metric: 'store' }));
    return _all.total?.store?.size_in_bytes ?? 0;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async answered<T>(ask: () => Promise<T>): Promise<T> {
    try {
      if (this.stale) {
        this.stale = false;
        const { events, messages, attempts, snapshots, sources, quarantine } = this.names;
        const index = [events, messages, attempts, snapshots, sources, quarantine];
        await this.client.indices.refresh({ index, ignore_unavailable: true, allow_no_indices: true });
      }
      return await ask();
    } catch (error) {
      throw troubleOf(error, this.url);
    }
  }
}

/** Nothing indexed yet is an empty store. A shard that cannot answer is an error: half an answer looks like a whole one. */
const missingIsEmpty = { ignore_unavailable: true, allow_no_indices: true, allow_partial_search_results: false } as const;

/** A group by the values of a field, those without one included. */
export const byValue = (field: string): GroupSource => ({ terms: { field, missing_bucket: true } });

/** First and last time of a group, in microseconds. */
export const firstAndLast = { first: { min: { field: 'postfix.micros' } }, last: { max: { field: 'postfix.micros' } } } as const;

/** The value of `min` or `max`, in milliseconds. */
export function millisOf(aggregate: unknown): number {
  return (aggregate as { value: number }).value / 1000;
}

/** The value of `sum`, of a field of whole numbers. */
export const sumOf = (aggregate: unknown) => (aggregate as { value: number }).value;
/** How many documents a `filter` has let through. */
export const countOf = (aggregate: unknown) => (aggregate as { doc_count: number }).doc_count;

export const textOf = (value: GroupValue | undefined) => (typeof value === 'string' ? value : undefined);
export const numberOf = (value: GroupValue | undefined) => (typeof value === 'number' ? value : undefined);
