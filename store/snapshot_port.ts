/** What is asked about snapshots, and how they come in: both stores keep them beside the lines of their host. */
import type { QueuedMessage } from '../postfix/snapshot/queue.js';
import type { NewSnapshot, Snapshot, SnapshotKind } from '../postfix/snapshot/snapshot.js';

/** Which snapshots; everything given must hold. Times are milliseconds since the epoch. */
export interface SnapshotQuery {
  readonly kinds?: readonly SnapshotKind[];
  readonly host?: string;
  /** Inclusive. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
  /** Of each kind and host only the latest that is not later than this. */
  readonly latestBefore?: number;
  /** The newest so many. */
  readonly limit: number;
}

/** The reading side. */
export interface SnapshotReader {
  /** Newest first; those of one time by host, kind and identity. */
  snapshots(query: SnapshotQuery): Promise<readonly Snapshot[]>;
  /** The messages of a snapshot of the queue, as they were listed. @param id of the snapshot */
  queuedIn(id: string): Promise<readonly QueuedMessage[]>;
}

/** What became of snapshots that were handed in. */
export interface SnapshotReceipt {
  readonly stored: number;
  /** The same host, time, kind and content was there. */
  readonly alreadyThere: number;
}

/** The writing side. */
export interface SnapshotWriter {
  /** Durable when it resolves. @throws StoreError */
  addSnapshots(snapshots: readonly NewSnapshot[]): Promise<SnapshotReceipt>;
}

/** Messages of a queue are kept in parts of about so many characters of JSON: a request and a document stay small (FACTS, Elasticsearch). */
const partSize = 500_000;

/** @returns the JSON of each part: an array of messages */
export function partsOf(messages: readonly QueuedMessage[]): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let size = 0;
  for (const message of messages) {
    const text = JSON.stringify(message);
    if (part.length > 0 && size + text.length > partSize) {
      parts.push(`[${part.join(',')}]`);
      part = [];
      size = 0;
    }
    part.push(text);
    size += text.length;
  }
  if (part.length > 0) parts.push(`[${part.join(',')}]`);
  return parts;
}
