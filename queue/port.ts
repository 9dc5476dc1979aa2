/** Batches of raw lines on their way from a shipper to a worker. */
import type { Account, Receipt, Source } from '../store/port.js';

/** A stretch of one source: whole lines, as they stand in the (unpacked) text, or with addresses in them hidden. */
export interface LineBatch {
  readonly source: Source;
  /** Byte offset of `bytes` in the text. */
  readonly offset: number;
  /** The lines, each with its newline (the very last of a finished source may lack it). */
  readonly bytes: Buffer;
  /**
   * How long each line of `bytes` is in the text, its newline included, where `bytes` is not the text itself, as addresses
   * in it were hidden (ingest/private_sender.ts).
   */
  readonly lengths?: readonly number[];
  /** Those of the lines in front of it that tell equal lines of one second apart; see `Ordinals`. */
  readonly before: Buffer;
  /** IANA name of the zone that stamps without one are in. */
  readonly zone: string;
  /** The host of lines that name none. */
  readonly host: string;
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
  /**
   * The books of the source, where the shipper keeps them itself, as batches of it may be stored in any order: how far all
   * is stored without a hole, and what came of the lines up to there. Undefined where the store keeps them by its commits.
   */
  readonly account: Account | undefined;
}

/** What became of the lines of a batch. All of `read` is in one of the others. */
export interface Outcome extends Receipt {
  readonly read: number;
}

/** A batch that the queue has taken. */
export interface Sent {
  /**
   * Resolves once a worker has stored all of it. Until then the queue sees to it that a worker gets it, again and again if
   * it must be. Outcomes add up: where batches were committed together, that of the first is of all of them.
   */
  readonly stored: Promise<Outcome>;
}

/** The shipper's side of the queue. */
export interface BatchSender {
  /** Resolves when the queue has the batch, and room for another: who sends waits, and the log file is the buffer. */
  send(batch: LineBatch): Promise<Sent>;
}

/** The line that a worker began with, of a batch that workers were lost with; see workers/run.ts. */
export interface Begun {
  /** Counted from 0. */
  readonly line: number;
  /** How many workers have begun with it. */
  readonly times: number;
  /** Lines in front of it that were set aside, as workers died of them. */
  readonly aside: readonly number[];
}

/** A batch in a worker's hands. One of the three ends it. */
export interface Taken {
  readonly batch: LineBatch;
  /** How many workers have had it before and were never heard of again. */
  readonly abandoned: number;
  /** What the last of them wrote down (`begin`). */
  readonly begun: Begun | undefined;
  /** Writes down, for whoever comes after this worker, which line it begins with. */
  begin(begun: Begun): Promise<void>;
  /** All of it is stored. */
  done(outcome: Outcome): Promise<void>;
  /** It cannot be stored now; it goes back, and comes again after a while. */
  failed(error: unknown): Promise<void>;
}

/** The worker's side of the queue. */
export interface BatchReceiver {
  /** Batches, those of one source in their order unless one came back; ends when the queue is closed and empty. */
  receive(): AsyncIterable<Taken>;
  /** Nothing more is wanted: `receive` ends, and what was not taken stays in the queue, or is dropped where the queue lives in this process. */
  abort(): void;
}
