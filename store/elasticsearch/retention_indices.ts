/**
 * The indices that may be deleted: those whose name is exactly that of a kind and a month, and that have our mark in their mapping.
 * Nothing is ever deleted by a pattern: what there is is listed, each is looked at, and goes by its whole name.
 */
import type { KeptKind } from '../retention_port.js';
import { managedBy } from './names.js';
import { type Patience, refusal } from './patience.js';

export interface MonthIndex {
  readonly name: string;
  readonly kind: KeptKind;
  /** `2026-04`. */
  readonly month: string;
  /** Bytes on disk, copies included. */
  readonly bytes: number;
}

export interface MonthIndices {
  readonly ours: readonly MonthIndex[];
  /** Called as ours are, and without our mark. */
  readonly foreign: readonly string[];
}

interface Found {
  readonly mappings?: { readonly _meta?: { readonly managed_by?: unknown } };
  readonly data_stream?: unknown;
}

const kindsByName = { events: 'events', messages: 'messages', attempts: 'attempts', snapshots: 'snapshots' } as const;

/** @returns what an index is by its name; undefined where it is none of a month */
export function monthIndexNamed(prefix: string, name: string): { kind: KeptKind; month: string } | undefined {
  if (!name.startsWith(`${prefix}-`)) return undefined;
  const match = /^(events|messages|attempts|snapshots)-(\d{4})\.(0[1-9]|1[0-2])$/.exec(name.slice(prefix.length + 1));
  return match === null ? undefined : { kind: kindsByName[match[1] as KeptKind], month: `${match[2]}-${match[3]}` };
}

/** @throws StoreError */
export async function monthIndices(patience: Patience, prefix: string): Promise<MonthIndices> {
  const ours: MonthIndex[] = [];
  const foreign: string[] = [];
  const patterns = Object.keys(kindsByName).map((kind) => `${prefix}-${kind}-*`);
  const path = `/${patterns.join(',')}`;
  const lenient = { ignore_unavailable: true, allow_no_indices: true };
  const { body } = await patience.ask({ method: 'GET', path, querystring: { ...lenient, features: 'mappings' } });
  const stats = await patience.ask({
    method: 'GET',
    path: `${path}/_stats/store`,
    querystring: { ...lenient, filter_path: 'indices.*.total.store.size_in_bytes' },
  });
  const sizes = (stats.body as { indices?: Record<string, { total?: { store?: { size_in_bytes?: number } } }> } | null)?.indices ?? {};
  for (const [name, { mappings, data_stream }] of Object.entries((body ?? {}) as Record<string, Found>)) {
    const is = monthIndexNamed(prefix, name);
    if (is === undefined) continue;
    if (mappings?._meta?.managed_by !== managedBy || data_stream !== undefined) foreign.push(name);
    else ours.push({ name, ...is, bytes: sizes[name]?.total?.store?.size_in_bytes ?? 0 });
  }
  return { ours: ours.sort((a, b) => (a.name < b.name ? -1 : 1)), foreign: foreign.sort() };
}

/** Deletes an index that `monthIndices` found; one that is gone meanwhile is no matter. @throws StoreError */
export async function deleteIndex(patience: Patience, { name }: MonthIndex): Promise<void> {
  const answer = await patience.attempt({
    method: 'DELETE',
    path: `/${encodeURIComponent(name)}`,
    querystring: { expand_wildcards: 'none' },
  });
  if (!('body' in answer) && answer.status !== 404) throw refusal(answer, undefined);
}
