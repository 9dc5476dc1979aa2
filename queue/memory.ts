/** The queue of a single process: a few batches, and whoever is too fast waits. */
import type { BatchReceiver, BatchSender, LineBatch, Outcome, Sent, Taken } from './port.js';

/** Apart from what holds the batch, so that whoever keeps this does not keep the batch's bytes (workers/run.ts). */
const doneWith =
  (stored: (outcome: Outcome) => void): Taken['done'] =>
  async (outcome) =>
    stored(outcome);

export class MemoryQueue implements BatchSender, BatchReceiver {
  private readonly batches: Taken[] = [];
  /** Batches that failed, and wait to come again. */
  private returning = 0;
  private closed = false;
  private aborted = false;
  private waiting: (() => void)[] = [];

  /**
   * @param depth batches that may wait
   * @param backoff milliseconds until a batch that failed comes again
   */
  constructor(
    private readonly depth = 4,
    private readonly backoff = 1_000,
  ) {}

  async send(batch: LineBatch): Promise<Sent> {
    let stored: (outcome: Outcome) => void = () => {};
    const sent = {
      stored: new Promise<Outcome>((resolve) => {
        stored = resolve;
      }),
    };
    if (this.closed) return sent;
    this.batches.push(this.taken(batch, doneWith(stored)));
    this.wake();
    while (this.batches.length >= this.depth && !this.closed) await this.change();
    return sent;
  }

  private taken(batch: LineBatch, done: Taken['done']): Taken {
    const taken: Taken = {
      batch,
      // Who is lost here takes the queue along.
      abandoned: 0,
      begun: undefined,
      begin: async () => {},
      done,
      failed: async () => this.putBack(taken),
    };
    return taken;
  }

  /** May be called once for each lane. */
  async *receive(): AsyncIterable<Taken> {
    for (;;) {
      const taken = this.batches.shift();
      if (taken !== undefined) {
        this.wake();
        yield taken;
      } else if (this.closed && this.returning === 0) return;
      else await this.change();
    }
  }

  /** Nothing more will be sent. */
  close(): void {
    this.closed = true;
    this.wake();
  }

  /** What is sent from now on is dropped, and `receive` ends. */
  abort(): void {
    this.aborted = true;
    this.batches.length = 0;
    this.returning = 0;
    this.close();
  }

  private putBack(taken: Taken): void {
    if (this.aborted) return;
    this.returning++;
    setTimeout(() => {
      if (this.aborted) return;
      this.returning--;
      this.batches.push(taken);
      this.wake();
    }, this.backoff);
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Whoever waits, on either end, looks again. */
  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
