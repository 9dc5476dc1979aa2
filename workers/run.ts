/** A worker: takes batches off the queue, reads them, and has the store keep what came of them. */
import type { Zone } from '../postfix/zone.js';
import type { BatchQueue, LineBatch } from '../queue/port.js';
import type { Progress, Receipt, Source, Writer } from '../store/port.js';
import { LineReader } from './batch.js';

/** What has been dealt with, for whoever watches. */
export interface Tally extends Receipt {
  readonly read: number;
}

export interface WorkerOptions {
  readonly queue: BatchQueue;
  readonly store: Writer;
  readonly zone: Zone;
  /** The host of lines that name none. */
  readonly defaultHost: string;
  /** Lines to a commit. */
  readonly commitLines: number;
  /** After each batch: the source, and where it stands. */
  readonly onBatch?: (batch: LineBatch, lines: number) => void;
  /** After each commit. */
  readonly onCommit?: (receipt: Receipt, progress: readonly Progress[]) => void;
}

/** Works until the queue ends. What was read is committed, also if something fails later. */
export async function work({ queue, store, zone, defaultHost, commitLines, onBatch, onCommit }: WorkerOptions): Promise<Tally> {
  const total = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };
  let gathered = new Map<Source, Progress>();
  let committing: Promise<void> | undefined;
  let reader: { source: Source; lines: LineReader } | undefined;

  const commit = async () => {
    await committing;
    const progress = [...gathered.values()];
    gathered = new Map();
    if (progress.length === 0) return;
    committing = store.commit(progress).then((receipt) => {
      total.stored += receipt.stored;
      total.alreadyThere += receipt.alreadyThere;
      total.quarantined += receipt.quarantined;
      onCommit?.(receipt, progress);
    });
    // It fails where it is waited for.
    committing.catch(() => {});
  };

  try {
    for await (const batch of queue.receive()) {
      const { source } = batch;
      if (reader?.source !== source) reader = { source, lines: new LineReader(zone, defaultHost) };
      const read = reader.lines.read(batch, {
        event: (event, offset, ordinal, kept) => store.add(event, { source, offset, ordinal }, kept),
        aside: (reason, offset, kept) => store.setAside(reason, { source, offset }, kept),
      });
      const before = gathered.get(source);
      gathered.set(source, {
        source,
        offset: batch.next,
        complete: batch.complete,
        tail: batch.tail,
        read: read + (before?.read ?? 0),
        notes: [...(before?.notes ?? []), ...batch.notes],
      });
      total.read += read;
      onBatch?.(batch, read);
      if (store.pending >= commitLines) await commit();
    }
    await commit();
    await committing;
  } catch (error) {
    // Whoever sends must not wait for a worker that is gone.
    queue.abort();
    throw error;
  }
  return total;
}
