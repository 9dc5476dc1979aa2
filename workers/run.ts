/** A worker: takes batches off the queue, reads them, and has the store keep what came of them. */
import { zoneOf } from '../postfix/zone.js';
import type { BatchReceiver, LineBatch, Outcome, Taken } from '../queue/port.js';
import type { LineWriter, Position, Progress, Receipt, Source } from '../store/port.js';
import { LineReader } from './batch.js';
import { Noticed } from './noticed.js';
import { isSuspect, readLineByLine } from './suspect.js';

export interface WorkerOptions {
  readonly queue: BatchReceiver;
  readonly store: LineWriter;
  /** Lines to a commit; 0 commits each batch by itself. */
  readonly commitLines: number;
  /** After each batch: how many lines it had, and what was odd about it, or its source, a sentence each. */
  readonly onBatch?: (batch: LineBatch, lines: number, notes: readonly string[]) => void;
  /** After each commit. */
  readonly onCommit?: (receipt: Receipt, progress: readonly Progress[]) => void;
}

/**
 * A batch whose commit has not come; its bytes must not be in memory until then. Where many share one commit, none is put back: a
 * store that gathers so much is one process with its queue, and where it fails, both end.
 */
type Held = Pick<Taken, 'done'> & Partial<Pick<Taken, 'failed'>>;

const nothing: Outcome = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };

/** Works until the queue ends, committing as it goes. Where something fails, what was committed before is safe. */
export async function work({ queue, store, commitLines, onBatch, onCommit }: WorkerOptions): Promise<Outcome> {
  const total = { ...nothing };
  let gathered = new Map<Source, Progress>();
  let held: Held[] = [];
  let heldLines = 0;
  let committing: Promise<void> | undefined;
  let reader: { source: Source; lines: LineReader; noticed: Noticed } | undefined;

  const add = ({ read, stored, alreadyThere, quarantined }: Outcome) => {
    total.read += read;
    total.stored += stored;
    total.alreadyThere += alreadyThere;
    total.quarantined += quarantined;
  };

  const gather = (source: Source, position: Position, read: number, notes: readonly string[]) => {
    const before = gathered.get(source);
    const { offset, complete, tail } = position;
    gathered.set(source, { source, offset, complete, tail, read: read + (before?.read ?? 0), notes: [...(before?.notes ?? []), ...notes] });
  };

  const commit = async () => {
    await committing;
    if (held.length === 0 && gathered.size === 0) return;
    const progress = [...gathered.values()];
    const batches = held;
    const read = heldLines;
    gathered = new Map();
    held = [];
    heldLines = 0;
    committing = (async () => {
      try {
        const receipt = await store.commit(progress);
        add({ read, ...receipt });
        await Promise.all(batches.map((taken, i) => taken.done(i === 0 ? { read, ...receipt } : nothing)));
        onCommit?.(receipt, progress);
      } catch (error) {
        await Promise.all(batches.map((taken) => taken.failed?.(error)));
        throw error;
      }
    })();
    // It fails where it is waited for.
    committing.catch(() => {});
  };

  try {
    for await (const taken of queue.receive()) {
      const { batch } = taken;
      const { source } = batch;
      if (isSuspect(taken)) {
        await commit();
        await committing;
        if (batch.account !== undefined) store.record(batch.account);
        held.push(taken);
        const outcome = await readLineByLine(taken, store);
        held = [];
        await taken.done(outcome);
        add(outcome);
        continue;
      }
      if (reader?.source !== source) reader = { source, lines: new LineReader(), noticed: new Noticed() };
      const { noticed } = reader;
      const { zone: zoneName, host, anchor } = batch;
      const zone = zoneOf(zoneName);
      const read = reader.lines.read(batch, {
        event: (event, offset, ordinal, kept) => {
          noticed.event(event.time, offset, kept);
          store.add(event, { source, offset, ordinal, zone }, kept);
        },
        aside: (reason, offset, text, ordinal, why) => {
          noticed.note(reason, offset);
          store.setAside({ reason, why, source, offset, ordinal, text, zone: zoneName, host, anchor });
        },
      });
      const { done, failed } = taken;
      held.push(commitLines === 0 ? { done, failed } : { done });
      heldLines += read;
      const notes = batch.complete ? [...batch.notes, ...noticed.tell()] : batch.notes;
      if (batch.account !== undefined) store.record(batch.account);
      // A damaged source never becomes complete: whoever imports it again is told again.
      else gather(source, { offset: batch.next, complete: batch.complete && !batch.damaged, tail: batch.tail }, read, notes);
      onBatch?.(batch, read, notes);
      if (store.pending >= commitLines) await commit();
      await store.room;
    }
    const stopped = reader === undefined ? undefined : gathered.get(reader.source);
    if (stopped !== undefined) gather(stopped.source, stopped, 0, reader?.noticed.tell() ?? []);
    await commit();
    await committing;
  } catch (error) {
    await Promise.all(held.map((taken) => taken.failed?.(error)));
    // Whoever sends must not wait for a worker that is gone.
    queue.abort();
    throw error;
  }
  return total;
}
