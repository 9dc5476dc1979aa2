/** A worker: takes batches off the queue, reads them, and has the store keep what came of them. */
import type { Zone } from '../postfix/zone.js';
import type { BatchQueue, LineBatch } from '../queue/port.js';
import type { Position, Progress, Receipt, Source, Writer } from '../store/port.js';
import { LineReader } from './batch.js';
import { Noticed } from './noticed.js';

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
  /** After each batch: how many lines it had, and what was odd about it, or its source, a sentence each. */
  readonly onBatch?: (batch: LineBatch, lines: number, notes: readonly string[]) => void;
  /** After each commit. */
  readonly onCommit?: (receipt: Receipt, progress: readonly Progress[]) => void;
}

/** Works until the queue ends, committing as it goes. Where something fails, what was committed before is safe. */
export async function work({ queue, store, zone, defaultHost, commitLines, onBatch, onCommit }: WorkerOptions): Promise<Tally> {
  const total = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };
  let gathered = new Map<Source, Progress>();
  let committing: Promise<void> | undefined;
  let reader: { source: Source; lines: LineReader; noticed: Noticed } | undefined;

  const gather = (source: Source, position: Position, read: number, notes: readonly string[]) => {
    const before = gathered.get(source);
    const { offset, complete, tail } = position;
    gathered.set(source, { source, offset, complete, tail, read: read + (before?.read ?? 0), notes: [...(before?.notes ?? []), ...notes] });
  };

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
      if (reader?.source !== source) reader = { source, lines: new LineReader(zone, defaultHost), noticed: new Noticed() };
      const { noticed } = reader;
      const read = reader.lines.read(batch, {
        event: (event, offset, ordinal, kept) => {
          noticed.event(event.time, offset, kept);
          store.add(event, { source, offset, ordinal }, kept);
        },
        aside: (reason, offset, kept) => {
          noticed.note(reason, offset);
          store.setAside(reason, { source, offset }, kept);
        },
      });
      const notes = batch.complete ? [...batch.notes, ...noticed.tell()] : batch.notes;
      // A damaged source never becomes complete: whoever imports it again is told again.
      gather(source, { offset: batch.next, complete: batch.complete && !batch.damaged, tail: batch.tail }, read, notes);
      total.read += read;
      onBatch?.(batch, read, notes);
      if (store.pending >= commitLines) await commit();
    }
    const stopped = reader === undefined ? undefined : gathered.get(reader.source);
    if (stopped !== undefined) gather(stopped.source, stopped, 0, reader?.noticed.tell() ?? []);
    await commit();
    await committing;
  } catch (error) {
    // Whoever sends must not wait for a worker that is gone.
    queue.abort();
    throw error;
  }
  return total;
}
