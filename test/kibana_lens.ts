/** A Lens panel, asked of Elasticsearch as Kibana asks it: its groups, one in the other, and in each the figures. */
import type { Client, estypes } from '@elastic/elasticsearch';
import { queryOf } from './kibana_kql.js';
import type { Lens, LensColumn } from './kibana_objects.js';

/** What a row of the panel's table has, by column. */
export type Row = Readonly<Record<string, string | number | null>>;

interface Aggregation {
  readonly aggs?: Aggregations;
  readonly [type: string]: unknown;
}
type Aggregations = Record<string, Aggregation>;
interface Bucket {
  readonly key?: string | number;
  readonly doc_count: number;
  readonly [name: string]: unknown;
}

/** @param auto what Lens would choose for `auto` */
export async function rowsOf(client: Client, index: string, lens: Lens, auto: '1h' | '1d' | '1M' = '1h'): Promise<Row[]> {
  const groups = lens.columnOrder.filter((id) => lens.columns[id]?.isBucketed);
  const figures = Object.entries(lens.columns).filter(([, { isBucketed }]) => !isBucketed);
  const asked = Object.fromEntries(figures.flatMap(([id, column]) => figure(id, column)));
  let nested: Aggregations = asked;
  for (const id of [...groups].reverse()) {
    nested = { ...asked, group: { ...group(lens.columns[id] as LensColumn, lens, auto), aggs: nested } };
  }
  const answer = await client.search({
    index,
    size: 0,
    track_total_hits: true,
    query: queryOf(lens.query),
    aggs: { all: { filter: { match_all: {} }, aggs: nested } } as Record<string, estypes.AggregationsAggregationContainer>,
  });
  const rows: Row[] = [];
  const walk = (bucket: Bucket, depth: number, keys: Row) => {
    const id = groups[depth];
    if (id === undefined) rows.push({ ...keys, ...read(figures, bucket) });
    else
      for (const one of (bucket.group as { readonly buckets: readonly Bucket[] }).buckets)
        walk(one, depth + 1, { ...keys, [id]: one.key ?? null });
  };
  walk(answer.aggregations?.all as unknown as Bucket, 0, {});
  return rows;
}

function group({ operationType, sourceField: field, params }: LensColumn, lens: Lens, auto: string): Aggregation {
  if (operationType === 'date_histogram') {
    const interval = params.interval === 'auto' ? auto : params.interval;
    return {
      date_histogram: { field, ...(interval === '1h' ? { fixed_interval: interval } : { calendar_interval: interval }), min_doc_count: 1 },
    };
  }
  if (operationType !== 'terms') throw new Error(`no group ${operationType}`);
  const { size, orderBy, orderDirection } = params as {
    readonly size: number;
    readonly orderBy: { readonly type: string; readonly columnId?: string };
    readonly orderDirection: 'asc' | 'desc';
  };
  const { columnId = '' } = orderBy;
  const by = orderBy.type === 'alphabetical' ? '_key' : orderBy.type === 'custom' || isCount(lens.columns[columnId]) ? '_count' : columnId;
  return { terms: { field, size, order: { [by]: orderDirection } } };
}

const isCount = (column: LensColumn | undefined) => column?.operationType === 'count' && column.filter === undefined;

const names: Readonly<Record<string, string>> = { average: 'avg', unique_count: 'cardinality' };

function figure(id: string, column: LensColumn): [string, Aggregation][] {
  const { operationType, sourceField: field, filter, params } = column;
  switch (operationType) {
    case 'count':
      return filter === undefined ? [] : [[id, { filter: queryOf(filter.query) as Aggregation }]];
    case 'percentile':
      return [[id, { percentiles: { field, percents: [params.percentile] } }]];
    case 'formula':
    case 'math':
      return [];
    case 'sum':
    case 'average':
    case 'min':
    case 'max':
    case 'unique_count':
      return [[id, { [names[operationType] ?? operationType]: { field } }]];
    default:
      throw new Error(`no figure ${operationType}`);
  }
}

function read(figures: readonly (readonly [string, LensColumn])[], bucket: Bucket): Row {
  const row: Record<string, number | null> = {};
  for (const [id, column] of figures) {
    const found = bucket[id] as {
      readonly value?: number | null;
      readonly values?: Readonly<Record<string, number>>;
      readonly doc_count?: number;
    };
    if (isCount(column)) row[id] = bucket.doc_count;
    else if (column.operationType === 'count') row[id] = found.doc_count ?? null;
    else if (column.operationType === 'percentile') row[id] = Object.values(found.values ?? {})[0] ?? null;
    else if (column.operationType !== 'formula' && column.operationType !== 'math') row[id] = found.value ?? null;
  }
  const of = (id: string | undefined): number => {
    const column = figures.find(([name]) => name === id)?.[1];
    if (column === undefined || id === undefined) throw new Error(`no column ${id}`);
    if (column.operationType === 'formula') return of(column.references?.[0]);
    if (column.operationType !== 'math') return Number(row[id]);
    const { name, args } = column.params.tinymathAst as { readonly name: string; readonly args: readonly string[] };
    if (name !== 'divide') throw new Error(`no sum ${name}`);
    return of(args[0]) / of(args[1]);
  };
  for (const [id, { operationType }] of figures) if (operationType === 'formula') row[id] = of(id);
  return row;
}
