/**
 * An archive of a month of a cluster: its lines, and those around that its messages are made of, go into an embedded store of their own,
 * which is folded, archived, and taken away. So it is the archive that an embedded store with the same lines gives.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { queueKey } from '../../postfix/message/keys.js';
import { defaultReach } from '../../postfix/message/options.js';
import { refold } from '../../postfix/message/refold.js';
import { Zone } from '../../postfix/zone.js';
import { workingFolder } from '../archive_folder.js';
import type { Archived, ArchiveOrder } from '../archive_port.js';
import { makeArchive } from '../duckdb/archive_write.js';
import { openFile } from '../duckdb/connect.js';
import { openDuckDBWriter } from '../duckdb/index.js';
import { queuePrint } from '../duckdb/message_rows.js';
import { micros } from '../duckdb/scope.js';
import { StoreError } from '../errors.js';
import type { Source, Writer } from '../port.js';
import { LineRestorer } from '../restored_line.js';
import { endOfMonth, startOfMonth } from '../retention_port.js';
import type { SourceDocument } from './account.js';
import { archivedLine, type KeptEvent, keptFields } from './archived_line.js';
import type { Asked, Query } from './asked.js';
import { facts } from './questions/facts.js';
import { all, any, has, none, within } from './questions/within.js';
import { queuedIn, snapshots } from './snapshots.js';

/** Queue IDs of which facts are asked for at once. */
const queuesAtOnce = 200;
const idsAtOnce = 5_000;
const commitLines = 100_000;

const inOrder = [{ 'postfix.micros': 'asc' }, { 'log.file.path': 'asc' }, { 'log.offset': 'asc' }, { 'event.id': 'asc' }] as const;

/** A stretch of time: milliseconds since the epoch, the end not included. */
interface Window {
  readonly since: number;
  readonly until: number;
}

/** @throws StoreError; nothing is left of what was begun */
export async function archiveOfCluster(asked: Asked, order: ArchiveOrder): Promise<Archived> {
  const { month, folder, onStep } = order;
  asked.changed();
  onStep?.(`Reading ${month} …`);
  const working = workingFolder(folder, month, 'store');
  try {
    const path = join(working, 'month.duckdb');
    const writer = await openDuckDBWriter({ path });
    let around: Around;
    try {
      around = await fill(asked, writer, month);
      await writer.fold();
    } finally {
      await writer.close();
    }
    const { instance, connection } = await openFile({ path, mode: 'write' });
    try {
      await connection.run('SET threads = 2');
      await dropFragments(connection, around);
      return await makeArchive(connection, order);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  } finally {
    rmSync(working, { recursive: true, force: true });
  }
}

/** What of the store is read beside the month itself. */
interface Around {
  /** A stretch of time of which every line is read. */
  readonly window: Window;
  /** Queue keys of messages of which every line is read. */
  readonly queues: ReadonlySet<string>;
  /** Lines outside of the window, by identity, with their time. */
  readonly companions: ReadonlyMap<string, number>;
}

/** Reads the month and what is around it into the store. */
async function fill(asked: Asked, writer: Writer, month: string): Promise<Around> {
  const own = { since: startOfMonth(month), until: endOfMonth(month) };
  // With what its processes wrote in front of its first line and behind its last one.
  const window = { since: own.since - defaultReach, until: own.until + defaultReach };
  const around = await linesAround(asked, own, window);
  const { companions } = around;
  const add = adding(writer, await sourcesByPath(asked));
  const early = [...companions].filter(([, time]) => time < window.since).map(([id]) => id);
  const late = [...companions].filter(([, time]) => time >= window.until).map(([id]) => id);
  await add(linesWith(asked, early));
  await add(events(asked, all(...within(window))));
  await add(linesWith(asked, late));
  const { hits } = await asked.search({ index: asked.names.events, query: all(...within(own)), size: 0, track_total_hits: true });
  const there = typeof hits.total === 'object' ? hits.total.value : (hits.total ?? 0);
  const { lines } = await writer.totals(own);
  if (lines !== there) {
    throw new StoreError(
      'busy',
      `${month} has ${there} lines now and had ${lines} while they were read; run the same command again when none come in`,
    );
  }
  for (const snapshot of await snapshots(asked, { ...own, limit: Number.MAX_SAFE_INTEGER })) {
    await writer.addSnapshots([snapshot.kind === 'queue' ? { ...snapshot, messages: await queuedIn(asked, snapshot.id) } : snapshot]);
  }
  return around;
}

/** Of lines that processes wrote about other messages, pieces of these were made. */
async function dropFragments(connection: DuckDBConnection, { window, queues }: Around): Promise<void> {
  await connection.run('CREATE TEMP TABLE whole (queue BIGINT)');
  const appender = await connection.createAppender('whole', undefined, 'temp');
  for (const key of queues) {
    const at = key.lastIndexOf(' ');
    appender.appendBigInt(BigInt(queuePrint(key.slice(0, at), key.slice(at + 1))));
    appender.endRow();
  }
  appender.closeSync();
  const outside = `SELECT n FROM lines WHERE time < ${micros(window.since)} OR time >= ${micros(window.until)}`;
  await connection.run(`DELETE FROM messages WHERE n IN (${outside}) AND queue NOT IN (FROM whole)`);
}

/** What takes lines into the store. */
function adding(writer: Writer, sources: ReadonlyMap<string, Source>): (lines: AsyncIterable<readonly KeptEvent[]>) => Promise<void> {
  const restorer = new LineRestorer();
  // The archive keeps the time that was resolved, and no zone.
  const zone = new Zone('UTC');
  return async (lines) => {
    for await (const some of lines) {
      for (const kept of some) {
        const line = archivedLine(kept, sources);
        const event = restorer.event(line);
        if (event === undefined) throw new Error(`a stored line has no time any more: ${line.text.text}`);
        writer.add(event, { source: line.source, offset: line.offset, ordinal: line.ordinal, zone }, line.text);
      }
      if (writer.pending >= commitLines) await writer.commit([]);
    }
    await writer.commit([]);
  };
}

/**
 * Lines outside of the window that messages may be made of which have a part in the month: those of the queue IDs of such messages, and
 * of the processes that worked on these. There may be too many; the archive takes those that it needs.
 */
async function linesAround(asked: Asked, own: Window, window: Window): Promise<Around> {
  const companions = new Map<string, number>();
  const queues = new Set<string>();
  let keys: string[] = [];
  const look = async () => {
    const theirs = await facts(asked, { queues: keys, processes: [] });
    for (const fact of theirs) note(fact);
    const asking = refold(theirs);
    for (let step = asking.next(); !step.done; ) {
      const answer = await facts(asked, step.value);
      for (const fact of answer) note(fact);
      step = asking.next(answer);
    }
    keys = [];
  };
  const note = ({ id, time }: { readonly id: string; readonly time: number }) => {
    if (time < window.since || time >= window.until) companions.set(id, time);
  };
  for await (const key of queuesOver(asked, own, window)) {
    queues.add(key);
    if (keys.push(key) >= queuesAtOnce) await look();
  }
  if (keys.length > 0) await look();
  return { window, queues, companions };
}

/** Queue keys of messages that may have a line in the month and one outside of the window. */
async function* queuesOver(asked: Asked, own: Window, window: Window): AsyncGenerator<string> {
  const leftAfter = (time: number) => any(none(has('postfix.left')), { range: { 'postfix.left': { gte: time * 1000 } } });
  const before = { range: { 'postfix.micros': { lt: window.since * 1000 } } };
  const query = all(...within({ until: window.until }), leftAfter(own.since), any(before, leftAfter(window.until)));
  for (let after: (string | number)[] | undefined; ; ) {
    const { hits } = await asked.search<{ host: { name: string }; email: { local_id: string } }>({
      index: asked.names.messages,
      query,
      sort: [{ 'postfix.micros': 'asc' }, { 'event.id': 'asc' }],
      size: asked.pages.lines,
      _source: ['host.name', 'email.local_id'],
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const { _source } of hits.hits) if (_source !== undefined) yield queueKey(_source.host.name, _source.email.local_id);
    after = hits.hits.at(-1)?.sort as typeof after;
    if (hits.hits.length < asked.pages.lines || after === undefined) return;
  }
}

async function* linesWith(asked: Asked, ids: readonly string[]): AsyncGenerator<readonly KeptEvent[]> {
  for (let from = 0; from < ids.length; from += idsAtOnce)
    yield* events(asked, { terms: { 'event.id': ids.slice(from, from + idsAtOnce) } });
}

async function* events(asked: Asked, query: Query): AsyncGenerator<readonly KeptEvent[]> {
  for (let after: (string | number)[] | undefined; ; ) {
    const { hits } = await asked.search<KeptEvent>({
      index: asked.names.events,
      query,
      sort: [...inOrder],
      size: asked.pages.lines,
      _source: [...keptFields],
      ...(after === undefined ? {} : { search_after: after }),
    });
    yield hits.hits.flatMap(({ _source }) => _source ?? []);
    after = hits.hits.at(-1)?.sort as typeof after;
    if (hits.hits.length < asked.pages.lines || after === undefined) return;
  }
}

/** A line of a cluster knows the path of its source only: where several had the same, which one it was cannot be told. */
async function sourcesByPath(asked: Asked): Promise<ReadonlyMap<string, Source>> {
  const byPath = new Map<string, Source>();
  for (let after: string[] | undefined; ; ) {
    const { hits } = await asked.search<SourceDocument>({
      index: asked.names.sources,
      sort: [{ path: 'asc' }, { key: 'asc' }],
      size: asked.pages.lines,
      _source: ['path', 'key'],
      ...(after === undefined ? {} : { search_after: after }),
    });
    const sources = hits.hits.flatMap(({ _source }) => _source ?? []);
    for (const { key, path } of sources) byPath.set(path, byPath.has(path) ? { key: `path:${path}`, path } : { key, path });
    const last = sources.at(-1);
    if (sources.length < asked.pages.lines || last === undefined) return byPath;
    after = [last.path, last.key];
  }
}
