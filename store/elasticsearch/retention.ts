/**
 * What a cluster keeps of which month, and what goes: whole indices. Messages that stay although their month goes, and what belongs to
 * them, are first written into the index of a month that stays. What is to go is written down before, so that whoever comes after one
 * that was killed finishes it.
 */
import type { Archived, ArchiveOrder } from '../archive_port.js';
import { StoreError } from '../errors.js';
import {
  type Archival,
  type Counts,
  type Deletion,
  type Doomed,
  endOfMonth,
  type Hold,
  type HostHour,
  type HostMonth,
  isNone,
  type KeptKind,
  keptKinds,
  monthOf,
  monthsBetween,
  newEntryId,
  type Release,
  type RetentionEntry,
  type RetentionWriter,
  type Stock,
  startOfMonth,
  type Toll,
  touchesKept,
} from '../retention_port.js';
import { type SourceDocument, sourceId } from './account.js';
import { Asked, byValue, firstAndLast, millisOf, numberOf, type Query, textOf } from './asked.js';
import { BulkWriter } from './bulk.js';
import { type Connection, openClient } from './client.js';
import { Installed } from './installed.js';
import { attemptsIndex, type IndexNames, indexNames, messagesIndex } from './names.js';
import { Operations } from './operations.js';
import { type Answer, Patience } from './patience.js';
import { anAttempt } from './questions/attempts.js';
import { all, any, has, none, within } from './questions/within.js';
import { deleteIndex, type MonthIndex, monthIndices } from './retention_indices.js';

/** The record: what it is found by, and the entry as it is. */
export interface RetentionDocument {
  readonly '@timestamp': string;
  readonly event: { readonly id: string; readonly action: RetentionEntry['what'] };
  readonly user: { readonly name: string };
  readonly postfix: { readonly retention: RetentionEntry };
}

/** What is counted of each kind; its index has more. */
const counted: Readonly<Record<KeptKind, Query>> = {
  events: { match_all: {} },
  messages: { match_all: {} },
  attempts: anAttempt,
  snapshots: none(has('postfix.snapshot.part')),
};

const page = 1_000;
/** Far below 65,536 values of a field. */
const idsAtOnce = 2_000;
/** Files of one index, or of one host in one month: what is more is not told. */
const mostFiles = 5_000;

/** A message that goes on in another month. */
interface Reaching {
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

/** @throws StoreError */
export async function openElasticsearchRetention(
  { prefix, ...connection }: Connection & { readonly prefix: string },
  mode: 'read' | 'write',
): Promise<RetentionWriter> {
  const names = indexNames(prefix);
  const client = await openClient(connection);
  const patience = new Patience(client);
  const retention = new ClusterRetention(new Asked(client, names, connection.url), patience);
  if (mode === 'read') return retention;
  try {
    await retention.mayWrite();
    return retention;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** The record. @throws StoreError */
export async function retentionLog(asked: Asked): Promise<readonly RetentionEntry[]> {
  const entries: RetentionEntry[] = [];
  for (let after: (string | number)[] | undefined; ; ) {
    const { hits } = await asked.search<RetentionDocument>({
      index: asked.names.retention,
      sort: [{ '@timestamp': 'asc' }, { 'event.id': 'asc' }],
      size: page,
      ...(after === undefined ? {} : { search_after: after }),
    });
    entries.push(...hits.hits.flatMap(({ _source }) => _source?.postfix.retention ?? []));
    const last = hits.hits.at(-1);
    if (hits.hits.length < page || last?.sort === undefined) return entries;
    after = last.sort as (string | number)[];
  }
}

/** Adds an entry to the record, or the end of one that was begun. @throws StoreError */
export async function putEntry(patience: Patience, names: IndexNames, entry: RetentionEntry): Promise<void> {
  const document: RetentionDocument = {
    '@timestamp': new Date(entry.time).toISOString(),
    event: { id: entry.id, action: entry.what },
    user: { name: entry.who },
    postfix: { retention: entry },
  };
  await patience.ask({
    method: 'PUT',
    path: `/${names.retention}/_doc/${encodeURIComponent(entry.id)}`,
    querystring: { refresh: true },
    body: document,
  });
}

class ClusterRetention implements RetentionWriter {
  private readonly prefix: string;

  constructor(
    private readonly asked: Asked,
    private readonly patience: Patience,
  ) {
    this.prefix = asked.names.prefix;
  }

  /** Before anything is written. @throws StoreError where the record has no index, or the user not the right to delete one */
  async mayWrite(): Promise<void> {
    // Who can be reached at all, and knows us.
    await this.retentionLog();
    await new Installed(this.patience, this.prefix).index(this.asked.names.retention);
    const months = keptKinds.map((kind) => `${this.prefix}-${kind}-*`);
    const body = {
      index: [
        { names: months, privileges: ['delete_index', 'read'] },
        { names: [this.asked.names.retention], privileges: ['index', 'read'] },
      ],
    };
    const answer = await this.patience.attempt({ method: 'POST', path: '/_security/user/_has_privileges', body });
    // Without security everybody may.
    if ('body' in answer && (answer as Answer & { body: { has_all_requested?: boolean } }).body?.has_all_requested === false) {
      throw new StoreError(
        'denied',
        "the user or API key may not delete indices of this store; it needs the role 'retention' of mappings/roles/",
      );
    }
  }

  async stock(): Promise<Stock> {
    const { ours, foreign } = await monthIndices(this.patience, this.prefix);
    const counts = new Map<string, Record<KeptKind, number>>();
    for (const kind of keptKinds) {
      for (const [month, count] of await this.countsByMonth(kind, namesOf(ours, kind))) {
        const known = counts.get(month) ?? { events: 0, messages: 0, attempts: 0, snapshots: 0 };
        known[kind] = count;
        counts.set(month, known);
      }
    }
    const bytesOf = (month: string) => ours.reduce((sum, index) => sum + (index.month === month ? index.bytes : 0), 0);
    const months = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      months: months.map(([month, own]) => ({ month, counts: own, bytes: bytesOf(month) })),
      bytes: ours.reduce((sum, { bytes }) => sum + bytes, 0),
      exact: true,
      free: undefined,
      foreign,
    };
  }

  async hostMonths(): Promise<readonly HostMonth[]> {
    const found: HostMonth[] = [];
    const by = { month: { date_histogram: { field: '@timestamp', calendar_interval: 'month' } }, host: byValue('host.name') } as const;
    const aggs = { ...firstAndLast, files: { terms: { field: 'log.file.path', size: mostFiles } } };
    for await (const { key, count, aggs: of } of this.asked.groups({ match_all: {} }, by, aggs)) {
      const files = (of['files'] as { buckets: readonly { key: string }[] }).buckets.map(({ key: path }) => path).sort();
      const month = monthOf(numberOf(key.month) as number);
      found.push({ month, host: textOf(key.host) ?? '', lines: count, first: millisOf(of['first']), last: millisOf(of['last']), files });
    }
    return found;
  }

  async hostHours(): Promise<readonly HostHour[]> {
    const found: HostHour[] = [];
    const by = { host: byValue('host.name'), hour: { date_histogram: { field: '@timestamp', fixed_interval: '1h' } } } as const;
    for await (const { key, count } of this.asked.groups({ match_all: {} }, by)) {
      found.push({ host: textOf(key.host) ?? '', hour: numberOf(key.hour) as number, lines: count });
    }
    return found;
  }

  retentionLog() {
    return retentionLog(this.asked);
  }

  async tolls(doomed: Doomed): Promise<readonly Toll[]> {
    const { ours } = await monthIndices(this.patience, this.prefix);
    const tolls = new Map<string, Record<KeptKind, number>>();
    const add = (month: string, kind: KeptKind, count: number) => {
      const known = tolls.get(month) ?? { events: 0, messages: 0, attempts: 0, snapshots: 0 };
      known[kind] += count;
      tolls.set(month, known);
    };
    for (const kind of keptKinds) {
      const indices = ours.filter((index) => index.kind === kind && doomed[kind].includes(index.month)).map(({ name }) => name);
      for (const [month, count] of await this.countsByMonth(kind, indices)) add(month, kind, count);
      if (indices.length === 0 || (kind !== 'messages' && kind !== 'attempts')) continue;
      for await (const documents of this.staying(kind, doomed, indices, ['@timestamp', 'event.action'])) {
        for (const { source } of documents) {
          if (source.event?.action !== 'delivery') add(monthOf(Date.parse(source['@timestamp'])), kind, -1);
        }
      }
    }
    return [...tolls]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([month, counts]) => ({ month, counts }))
      .filter(({ counts }) => !isNone(counts));
  }

  async enter(entry: Hold | Release | Archival): Promise<void> {
    await this.put(entry);
  }

  async archive(order: ArchiveOrder): Promise<Archived> {
    const [{ archiveOfCluster }, { archivalOf, nothingOf }] = await Promise.all([import('./archive.js'), import('../archive_port.js')]);
    const there = (await this.stock()).months
      .filter(({ counts: { events, snapshots } }) => events + snapshots > 0)
      .map(({ month }) => month);
    if (!there.includes(order.month)) throw nothingOf(order.month, there);
    const archived = await archiveOfCluster(this.asked, order);
    const entry = archivalOf(archived, order, await this.retentionLog());
    if (entry !== undefined) await this.put(entry);
    return archived;
  }

  async finish(held: ReadonlySet<string>): Promise<void> {
    for (const entry of await this.retentionLog()) {
      if (entry.what !== 'deletion' || entry.after !== undefined) continue;
      const left = (kind: KeptKind) => entry.doomed[kind].filter((month) => !held.has(month));
      const doomed = Object.fromEntries(keptKinds.map((kind) => [kind, left(kind)])) as unknown as Doomed;
      await this.carryOut(doomed, entry);
    }
  }

  async take(doomed: Doomed, by: { time: number; who: string; keep: string }, onStep?: (what: string) => void): Promise<Deletion> {
    onStep?.('Deleting …');
    const { ours } = await monthIndices(this.patience, this.prefix);
    const begun: Deletion = {
      what: 'deletion',
      id: newEntryId(),
      ...by,
      doomed,
      tolls: await this.tolls(doomed),
      before: await this.counts(ours),
      files: await this.filesOf(
        ours.filter(({ kind, month }) => kind === 'events' && doomed.events.includes(month)).map(({ name }) => name),
      ),
    };
    await this.put(begun);
    return this.carryOut(doomed, begun);
  }

  close(): Promise<void> {
    return this.asked.close();
  }

  /** Whatever of it was done before is found done. */
  private async carryOut(doomed: Doomed, begun: Deletion): Promise<Deletion> {
    const { ours } = await monthIndices(this.patience, this.prefix);
    const going = ours.filter(({ kind, month }) => doomed[kind].includes(month));
    for (const kind of ['messages', 'attempts'] as const) await this.moveStaying(kind, doomed, namesOf(going, kind));
    for (const index of going) await deleteIndex(this.patience, index);
    this.asked.changed();
    await this.forget(begun.files.map(({ path }) => path));
    const ended: Deletion = { ...begun, after: await this.counts((await monthIndices(this.patience, this.prefix)).ours) };
    await this.put(ended);
    return ended;
  }

  private async counts(ours: readonly MonthIndex[]): Promise<Counts> {
    const counts = { events: 0, messages: 0, attempts: 0, snapshots: 0 };
    for (const kind of keptKinds) for (const [, count] of await this.countsByMonth(kind, namesOf(ours, kind))) counts[kind] += count;
    return counts;
  }

  private async countsByMonth(kind: KeptKind, indices: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    // No index would be all indices.
    if (indices.length === 0) return counts;
    const by = { month: { date_histogram: { field: '@timestamp', calendar_interval: 'month' } } } as const;
    for await (const { key, count } of this.asked.groups(counted[kind], by, {}, indices.join(','))) {
      counts.set(monthOf(numberOf(key.month) as number), count);
    }
    return counts;
  }

  private async filesOf(indices: readonly string[]): Promise<Deletion['files']> {
    if (indices.length === 0) return [];
    const { aggregations } = await this.asked.search({
      index: indices.join(','),
      size: 0,
      aggs: { files: { terms: { field: 'log.file.path', size: mostFiles } } },
    });
    const { buckets } = (aggregations?.['files'] ?? { buckets: [] }) as unknown as {
      buckets: readonly { key: string; doc_count: number }[];
    };
    return buckets.map(({ key, doc_count }) => ({ path: key, lines: doc_count })).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Messages that are of a month that goes, and of one that stays. */
  private async reaching(months: readonly string[]): Promise<readonly Reaching[]> {
    const doomed = new Set(months);
    const end = [...months].sort().at(-1);
    if (end === undefined) return [];
    const found: Reaching[] = [];
    const by = { month: { date_histogram: { field: '@timestamp', calendar_interval: 'month' } } } as const;
    for await (const { key } of this.asked.groups(all(...within({ until: endOfMonth(end) })), by, {}, this.asked.names.messages)) {
      const month = monthOf(numberOf(key.month) as number);
      const until = endOfMonth(month);
      const goesOn = any(none(has('postfix.left')), { range: { 'postfix.left': { gte: until * 1000 } } });
      const query = all(...within({ since: startOfMonth(month), until }), goesOn);
      for await (const documents of this.documents([this.asked.names.messages], query, ['postfix.micros', 'postfix.folded.lastLine'])) {
        for (const { id, source } of documents) {
          const { micros = 0, folded } = source.postfix ?? {};
          const [first, last] = [micros / 1000, folded?.lastLine ?? micros / 1000];
          if (touchesKept(first, last, doomed)) found.push({ id, first, last });
        }
      }
    }
    return found;
  }

  /** Documents of indices that go which stay, as their message does. @param source what of them is wanted; all where it is undefined */
  private async *staying(
    kind: 'messages' | 'attempts',
    doomed: Doomed,
    indices: readonly string[],
    source?: readonly string[],
  ): AsyncGenerator<readonly (Found & { readonly message: Reaching })[]> {
    const reaching = new Map((await this.reaching(doomed[kind])).map((message) => [message.id, message]));
    const ids = [...reaching.keys()];
    const field = kind === 'messages' ? '_id' : 'postfix.message_document';
    const wanted = source === undefined ? undefined : [...source, 'postfix.message_document'];
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      const query: Query = { terms: { [field]: ids.slice(from, from + idsAtOnce) } };
      for await (const documents of this.documents(indices, query, wanted)) {
        yield documents.flatMap((document) => {
          const message = reaching.get(kind === 'messages' ? document.id : (document.source.postfix?.message_document ?? ''));
          return message === undefined ? [] : [{ ...document, message }];
        });
      }
    }
  }

  /** Into the index of the first month of their message that stays. */
  private async moveStaying(kind: 'messages' | 'attempts', doomed: Doomed, indices: readonly string[]): Promise<void> {
    if (indices.length === 0) return;
    const bulk = new BulkWriter(this.patience);
    const installed = new Installed(this.patience, this.prefix);
    const indexOf = kind === 'messages' ? messagesIndex : attemptsIndex;
    const gone = new Set(doomed[kind]);
    for await (const documents of this.staying(kind, doomed, indices)) {
      const operations = new Operations(Operations.bufferFor(1 << 20));
      for (const { id, version, source, message } of documents) {
        const month = monthsBetween(monthOf(message.first), monthOf(message.last)).find((one) => !gone.has(one)) as string;
        const _index = indexOf(this.prefix, startOfMonth(month));
        await installed.index(_index);
        operations.add(JSON.stringify({ index: { _index, _id: id, version, version_type: 'external' } }), JSON.stringify(source));
      }
      if (operations.count === 0) continue;
      const [refused] = (await bulk.write(operations)).refused.values();
      if (refused !== undefined)
        throw new StoreError('not_writable', `Elasticsearch refuses a message that stays, so nothing was deleted: ${refused}`);
    }
  }

  private async *documents(indices: readonly string[], query: Query, source?: readonly string[]): AsyncGenerator<readonly Found[]> {
    for (let after: (string | number)[] | undefined; ; ) {
      const { hits } = await this.asked.search<Source>({
        index: indices.join(','),
        query,
        // No two documents of one index are alike in all of these.
        sort: [{ 'postfix.micros': 'asc' }, { 'event.id': 'asc' }, { 'event.action': 'asc' }],
        size: page,
        version: true,
        ...(source === undefined ? {} : { _source: [...source] }),
        ...(after === undefined ? {} : { search_after: after }),
      });
      yield hits.hits.flatMap(({ _id, _version, _source }) =>
        _id === undefined || _version === undefined || _source === undefined ? [] : [{ id: _id, version: _version, source: _source }],
      );
      after = hits.hits.at(-1)?.sort as typeof after;
      if (hits.hits.length < page || after === undefined) return;
    }
  }

  /** Sources of which no line is left can be imported again: where they were left is forgotten, and their books stay. */
  private async forget(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const { hits } = await this.asked.search({
        query: { term: { 'log.file.path': path } },
        index: this.asked.names.events,
        size: 1,
        _source: false,
      });
      if (hits.hits.length > 0) continue;
      const sources = await this.asked.search<SourceDocument>({ index: this.asked.names.sources, query: { term: { path } }, size: page });
      for (const { _source } of sources.hits.hits) if (_source !== undefined) await this.forgetPlace(_source.key);
    }
  }

  private async forgetPlace(key: string): Promise<void> {
    const path = `/${this.asked.names.sources}/_doc/${encodeURIComponent(sourceId(key))}`;
    const { body } = await this.patience.ask({ method: 'GET', path }, [404]);
    const { _source, _seq_no, _primary_term } = (body ?? {}) as { _source?: SourceDocument; _seq_no?: number; _primary_term?: number };
    if (_source === undefined || _seq_no === undefined || _primary_term === undefined) return;
    const document: SourceDocument = { ..._source, offset: 0, complete: false, tail: '' };
    // Who has written meanwhile knows better.
    await this.patience.ask(
      { method: 'PUT', path, querystring: { if_seq_no: _seq_no, if_primary_term: _primary_term }, body: document },
      [409],
    );
  }

  private put(entry: RetentionEntry): Promise<void> {
    return putEntry(this.patience, this.asked.names, entry);
  }
}

/** Of a document, what is looked at here. */
interface Source {
  readonly '@timestamp': string;
  readonly event?: { readonly action?: string };
  readonly postfix?: { readonly micros?: number; readonly message_document?: string; readonly folded?: { readonly lastLine?: number } };
}

interface Found {
  readonly id: string;
  readonly version: number;
  readonly source: Source;
}

const namesOf = (indices: readonly MonthIndex[], kind: KeptKind) => indices.filter((index) => index.kind === kind).map(({ name }) => name);
