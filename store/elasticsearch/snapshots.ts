/**
 * Snapshots in the cluster store: a document each, in the index of the month of its time. What was found is kept as it is; of a queue
 * the sums can be searched and drawn as well. The messages of a queue lie in documents of their own, which are written first: whoever
 * finds a snapshot finds them.
 */
import type { QueuedMessage } from '../../postfix/snapshot/queue.js';
import type { NewSnapshot, Snapshot, SnapshotKind } from '../../postfix/snapshot/snapshot.js';
import { StoreError } from '../errors.js';
import { partsOf, type SnapshotQuery, type SnapshotReceipt } from '../snapshot_port.js';
import type { Asked, Query } from './asked.js';
import { snapshotsIndex } from './names.js';
import { Operations } from './operations.js';
import { all, has, none, within } from './questions/within.js';
import type { Shared } from './writer.js';

interface Head {
  readonly '@timestamp': string;
  readonly host: { readonly name: string };
}

export interface SnapshotDocument extends Head {
  readonly postfix: {
    readonly micros: number;
    readonly snapshot: {
      readonly id: string;
      readonly kind: SnapshotKind;
      /** Host and kind, by which the latest of each is found. */
      readonly of: string;
      readonly content: Snapshot['content'];
    };
    /** Of a queue: what waited in it. */
    readonly queue?: {
      readonly messages: number;
      readonly recipients: number;
      readonly bytes: number;
      /** Age of the oldest message, in seconds. */
      readonly oldest?: number;
    };
  };
}

export interface SnapshotPartDocument extends Head {
  readonly postfix: {
    readonly micros: number;
    readonly snapshot: { readonly id: string; readonly part: number; readonly messages: readonly QueuedMessage[] };
  };
}

/** Of them some have the whole output of postconf. */
const page = 100;
/** `index.max_result_window`: whoever has more hosts than a sixth of it asks for one. */
const mostLatest = 10_000;

/** @throws StoreError */
export async function snapshots(asked: Asked, query: SnapshotQuery): Promise<readonly Snapshot[]> {
  const { kinds, latestBefore, limit } = query;
  const conditions: Query[] = [none(has('postfix.snapshot.part')), ...within(query)];
  if (kinds !== undefined) conditions.push({ terms: { 'postfix.snapshot.kind': [...kinds] } });
  // Times are of whole microseconds.
  if (latestBefore !== undefined) conditions.push(...within({ until: latestBefore + 0.001 }));
  const found: Snapshot[] = [];
  for (let after: (string | number)[] | undefined; ; ) {
    const size = latestBefore === undefined ? Math.min(page, limit - found.length) : Math.min(mostLatest, limit);
    const { hits } = await asked.search<SnapshotDocument>({
      index: asked.names.snapshots,
      query: all(...conditions),
      sort: [{ 'postfix.micros': 'desc' }, { 'host.name': 'asc' }, { 'postfix.snapshot.kind': 'asc' }, { 'postfix.snapshot.id': 'asc' }],
      size,
      ...(latestBefore === undefined ? {} : { collapse: { field: 'postfix.snapshot.of' } }),
      ...(after === undefined ? {} : { search_after: after }),
    });
    const documents = hits.hits.flatMap(({ _source }) => _source ?? []);
    found.push(...documents.map(snapshotOf));
    const last = documents.at(-1);
    if (latestBefore !== undefined || last === undefined || documents.length < size || found.length >= limit) return found;
    const { micros, snapshot } = last.postfix;
    after = [micros, last.host.name, snapshot.kind, snapshot.id];
  }
}

/** @throws StoreError */
export async function queuedIn(asked: Asked, id: string): Promise<readonly QueuedMessage[]> {
  const queued: QueuedMessage[][] = [];
  for (let part = 0; ; part++) {
    const { hits } = await asked.search<SnapshotPartDocument>({
      index: asked.names.snapshots,
      query: all({ term: { 'postfix.snapshot.id': id } }, { term: { 'postfix.snapshot.part': part } }),
      size: 1,
    });
    const document = hits.hits[0]?._source;
    if (document === undefined) return queued.flat();
    queued.push([...document.postfix.snapshot.messages]);
  }
}

const snapshotOf = ({ '@timestamp': _, host, postfix }: SnapshotDocument): Snapshot => {
  const { id, kind, content } = postfix.snapshot;
  return { id, host: host.name, time: postfix.micros / 1000, kind, content } as Snapshot;
};

/** @throws StoreError where Elasticsearch refuses one of them, or somebody has to do something first */
export async function addSnapshots(
  { prefix, bulk, installed, touched }: Pick<Shared, 'prefix' | 'bulk' | 'installed' | 'touched'>,
  added: readonly NewSnapshot[],
): Promise<SnapshotReceipt> {
  let stored = 0;
  for (const snapshot of added) {
    const index = snapshotsIndex(prefix, snapshot.time);
    await installed.index(index);
    touched.add(index);
    const parts = partDocumentsOf(snapshot);
    for (const [part, document] of parts.entries()) await write(`${snapshot.id}.${part}`, document);
    if ((await write(snapshot.id, JSON.stringify(documentOf(snapshot)))) === 'stored') stored++;

    async function write(id: string, document: string) {
      const operations = new Operations(Operations.bufferFor(0));
      operations.add(JSON.stringify({ create: { _index: index, _id: id } }), document);
      const result = await bulk.write(operations);
      const became = result.of(0);
      if (became === 'refused') throw new StoreError('not_writable', `Elasticsearch refuses a snapshot: ${result.refused.get(0)}`);
      return became;
    }
  }
  return { stored, alreadyThere: added.length - stored };
}

const headOf = ({ time, host }: NewSnapshot): Head => ({ '@timestamp': new Date(time).toISOString(), host: { name: host } });

function documentOf(snapshot: NewSnapshot): SnapshotDocument {
  const { id, host, time, kind, content } = snapshot;
  const queue = snapshot.kind === 'queue' ? queueOf(snapshot.content.backlog, time) : undefined;
  return {
    ...headOf(snapshot),
    postfix: {
      micros: Math.round(time * 1000),
      snapshot: { id, kind, of: `${kind} ${host}`, content },
      ...(queue === undefined ? {} : { queue }),
    },
  };
}

function queueOf({ messages, recipients, bytes, first }: Extract<Snapshot, { kind: 'queue' }>['content']['backlog'], time: number) {
  return { messages, recipients, bytes, ...(first === undefined ? {} : { oldest: Math.max(0, (time - first) / 1000) }) };
}

function partDocumentsOf(snapshot: NewSnapshot): string[] {
  const { id, time, messages = [] } = snapshot;
  return partsOf(messages).map((text, part) => {
    const document: SnapshotPartDocument = {
      ...headOf(snapshot),
      postfix: { micros: Math.round(time * 1000), snapshot: { id, part, messages: [] } },
    };
    // The parts are JSON already, and one is half a megabyte.
    return JSON.stringify(document).replace(/"messages":\[\]/, () => `"messages":${text}`);
  });
}
