/** What can be asked of a shipper while it runs: for metrics, and to tell whether it makes progress. */

/** One file, the journal or standard input. */
export interface SourceState {
  readonly path: string;
  /** Bytes of text read and handed to the queue. */
  readonly sent: number;
  /** The lowest byte that is not stored. */
  readonly stored: number;
  /** Bytes that are there and not stored; whole lines only, where the end has been reached. Of packed files, 0. */
  readonly lagBytes: number;
  /** For how many seconds the oldest of them has been there, as far as the shipper has seen; 0 where there is none. */
  readonly lagSeconds: number;
  /** Batches under way. */
  readonly pending: number;
  /** It is being read, or looked at for more. */
  readonly open: boolean;
}

export interface ShipState {
  readonly sources: readonly SourceState[];
  /** Since the start: lines, bytes of text and batches that the queue has taken; lines sent anew are counted anew. */
  readonly lines: number;
  readonly bytes: number;
  readonly batches: number;
  /** Since the start: what came of the lines that are stored. */
  readonly read: number;
  readonly stored: number;
  readonly alreadyThere: number;
  readonly quarantined: number;
  /** Times that batches were lost by the queue and sent again. */
  readonly retries: number;
  /** In milliseconds since the epoch. When a batch was last stored, or there was last nothing to do: progress. */
  readonly lastProgress: number;
  /** Since when the queue has not taken a batch that is held out to it; undefined where none waits. */
  readonly waitingSince: number | undefined;
  /** What is there and cannot be read, a sentence each. */
  readonly unreadable: readonly string[];
  /** When the checkpoint was last written. */
  readonly lastCheckpoint: number | undefined;
}

/** Is told what happens, as it happens. Must not throw, and not take long. */
export interface ShipObserver {
  /** Once, before anything is read. `state` may be called at any time from then on. */
  onStart?(state: () => ShipState): void;
  /** The queue has taken a batch. */
  onSent?(path: string, lines: number, bytes: number): void;
  /** A batch is stored, `seconds` after the queue took it. */
  onStored?(path: string, seconds: number): void;
}

/** What adds up over all sources. */
export class Tally {
  lines = 0;
  bytes = 0;
  batches = 0;
  read = 0;
  stored = 0;
  alreadyThere = 0;
  quarantined = 0;
  retries = 0;
  pending = 0;
  lastProgress = Date.now();
  lastCheckpoint: number | undefined;
  /** When each batch was held out that the queue has not taken yet. */
  readonly waiting = new Set<{ readonly since: number }>();
}

/** How long what is at a place has been there: times at which a text was seen to be so long. */
export class Growth {
  private seen: { readonly at: number; readonly size: number }[] = [];

  /** The text was seen to be `size` long. */
  saw(size: number, now: number): void {
    const last = this.seen.at(-1);
    if (last !== undefined && (size <= last.size || now - last.at < 250)) {
      if (size > last.size) this.seen[this.seen.length - 1] = { at: last.at, size };
      return;
    }
    this.seen.push({ at: now, size });
    // A long backlog is remembered in coarser steps.
    if (this.seen.length > 512) this.seen = this.seen.filter((_, i) => i % 2 === 0 || i === this.seen.length - 1);
  }

  /** The text has no whole line behind this place. */
  end(size: number): void {
    this.seen = this.seen.map((seen) => (seen.size > size ? { at: seen.at, size } : seen));
  }

  /** Bytes behind `stored`, and for how many milliseconds the oldest of them has been there. */
  behind(stored: number, now: number): { readonly bytes: number; readonly age: number } {
    this.seen = this.seen.filter(({ size }) => size > stored);
    const [first] = this.seen;
    const last = this.seen.at(-1);
    if (first === undefined || last === undefined) return { bytes: 0, age: 0 };
    return { bytes: last.size - stored, age: now - first.at };
  }
}
