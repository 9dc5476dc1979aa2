/** Batches of raw lines on their way from a shipper to a worker. */
import type { Source } from '../store/port.js';

/** A stretch of one source: whole lines, as they stand in the (unpacked) text. */
export interface LineBatch {
  readonly source: Source;
  /** Byte offset of `bytes` in the text. */
  readonly offset: number;
  /** Whole lines, each with its newline (the very last of a finished source may lack it). */
  readonly bytes: Buffer;
  /** The lines in front of it, as far as equal lines of one second may reach; see `Ordinals`. */
  readonly before: Buffer;
  /** Year of the first line where stamps have none and the file was looked through; undefined for a stream. */
  readonly year: number | undefined;
  /** What a stamp without a year cannot be later than, in milliseconds since the epoch. */
  readonly anchor: number;
  /** `bytes` is only the head of a line without end, of which the rest was passed over. */
  readonly cut: boolean;
  /** Where the source goes on. */
  readonly next: number;
  /** Nothing follows. */
  readonly complete: boolean;
  /** The source breaks off here: what follows cannot be read. */
  readonly damaged: boolean;
  /** Digest of what is in front of `next` (Position). */
  readonly tail: string;
  /** What the shipper noticed, a sentence each. */
  readonly notes: readonly string[];
}

/** The port: in memory or on Redis. */
export interface BatchQueue {
  /** Resolves when the queue has room again: who sends waits, and the log file is the buffer. */
  send(batch: LineBatch): Promise<void>;
  /** Batches in the order of one source; ends when the queue is closed and empty. */
  receive(): AsyncIterable<LineBatch>;
  /** Nothing more will be sent. */
  close(): void;
  /** What is sent from now on is dropped, and `receive` ends. */
  abort(): void;
}
