/** What names somebody beside lines and messages: snapshots, the quarantine, reasons of holds, and what was odd about files. */
import type { Eraser } from '../../postfix/privacy/erasure.js';
import type { QueuedMessage } from '../../postfix/snapshot/queue.js';
import { type SnapshotKind, snapshotOf } from '../../postfix/snapshot/snapshot.js';
import type { SourceDocument } from './account.js';
import type { QuarantineDocument } from './aside.js';
import type { Asked } from './asked.js';
import type { BulkWriter } from './bulk.js';
import { documents, Writing } from './erase_documents.js';
import type { Installed } from './installed.js';
import { byPlace } from './questions/quarantined.js';
import { all, has, none } from './questions/within.js';
import type { RetentionDocument } from './retention.js';
import { addSnapshots, queuedIn, type SnapshotDocument } from './snapshots.js';

export interface Beside {
  readonly asked: Asked;
  readonly bulk: BulkWriter;
  readonly installed: Installed;
  readonly eraser: Eraser;
  /** Otherwise they are only counted. */
  readonly write: boolean;
}

/** In a snapshot a pseudonym stands in any case: it is what a machine had as a whole. @returns how many name them @throws StoreError */
export async function eraseSnapshots({ asked, bulk, installed, eraser, write }: Beside): Promise<number> {
  let found = 0;
  const sort = [{ 'postfix.micros': 'asc' }, { 'postfix.snapshot.id': 'asc' }] as const;
  const { prefix } = asked.names;
  for await (const some of documents<SnapshotDocument>(asked, asked.names.snapshots, all(none(has('postfix.snapshot.part'))), [...sort])) {
    for (const { index, id, source } of some) {
      const { kind, content } = source.postfix.snapshot;
      const queued: readonly QueuedMessage[] | undefined = kind === 'queue' ? await queuedIn(asked, id) : undefined;
      const [after, waiting] = [eraser.eraseIn(content), eraser.eraseIn(queued)];
      if (after === content && waiting === queued) continue;
      found++;
      if (!write) continue;
      const at = { host: source.host.name, time: source.postfix.micros / 1000 };
      await addSnapshots({ prefix, bulk, installed, touched: new Set() }, [snapshotOf(kind as SnapshotKind, at, after as never, waiting)]);
      const deleting = new Writing(bulk);
      for await (const parts of documents(asked, index, all({ term: { 'postfix.snapshot.id': id } }, has('postfix.snapshot.part')), [
        { 'postfix.snapshot.part': 'asc' },
      ])) {
        for (const part of parts) await deleting.add({ delete: { _index: part.index, _id: part.id } });
      }
      await deleting.add({ delete: { _index: index, _id: id } });
      await deleting.end();
    }
  }
  return found;
}

/** @returns how many lines in quarantine name them @throws StoreError */
export async function eraseAsides({ asked, bulk, eraser, write }: Beside, remove: boolean): Promise<number> {
  let found = 0;
  const writing = new Writing(bulk);
  for await (const some of documents<QuarantineDocument>(asked, asked.names.quarantine, { match_all: {} }, [...byPlace])) {
    for (const { index, id, source } of some) {
      const line = eraser.erase(source.line);
      const why = source.why === undefined ? undefined : eraser.erase(source.why);
      if (line === source.line && why === source.why) continue;
      found++;
      const where = { _index: index, _id: id };
      if (write && remove) await writing.add({ delete: where });
      else if (write) await writing.add({ index: where }, { ...source, line, ...(why === undefined ? {} : { why }) });
    }
  }
  await writing.end();
  return found;
}

/** @returns how many entries of the record name them @throws StoreError */
export async function eraseHolds({ asked, bulk, eraser, write }: Beside): Promise<number> {
  const sort = [{ '@timestamp': 'asc' }, { 'event.id': 'asc' }] as const;
  return replaceIn<RetentionDocument>(documents(asked, asked.names.retention, { match_all: {} }, [...sort]), eraser, write, bulk);
}

/** @throws StoreError */
export async function eraseNotes({ asked, bulk, eraser, write }: Beside): Promise<void> {
  const sources = documents<SourceDocument>(asked, asked.names.sources, { match_all: {} }, [{ key: 'asc' }]);
  await replaceIn(sources, { eraseIn: (source) => withNotes(source, eraser.eraseIn(source.notes)) }, write, bulk);
}

const withNotes = (source: SourceDocument, notes: readonly string[]): SourceDocument =>
  notes === source.notes ? source : { ...source, notes };

async function replaceIn<T extends object>(
  found: ReturnType<typeof documents<T>>,
  eraser: { eraseIn(source: T): T },
  write: boolean,
  bulk: BulkWriter,
): Promise<number> {
  let count = 0;
  const writing = new Writing(bulk);
  for await (const some of found) {
    for (const { index, id, source } of some) {
      const after = eraser.eraseIn(source);
      if (after === source) continue;
      count++;
      if (write) await writing.add({ index: { _index: index, _id: id } }, after);
    }
  }
  await writing.end();
  return count;
}
