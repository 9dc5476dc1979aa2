/** The queue of a single process: a few batches, and whoever is too fast waits. */
import type { BatchReceiver, BatchSender, LineBatch, Outcome, Sent, Taken } from './port.js';

export class MemoryQueue implements BatchSender, BatchReceiver {
  private readonly batches: Taken[] = [];
  private closed = false;
  private wakeReceiver: (() => void) | undefined;
  private wakeSender: (() => void) | undefined;

  /** @param depth batches that may wait */
  constructor(private readonly depth = 4) {}

  async send(batch: LineBatch): Promise<Sent> {
    let done: (outcome: Outcome) => void = () => {};
    const stored = new Promise<Outcome>((resolve) => {
      done = resolve;
    });
    if (this.closed) return { stored };
    this.batches.push({
      batch,
      abandoned: 0,
      begun: undefined,
      begin: async () => {},
      done: async (outcome) => done(outcome),
      // What fails in this process ends it: its worker has no other place to put the lines.
      failed: async () => {},
    });
    this.wakeReceiver?.();
    while (this.batches.length >= this.depth && !this.closed) {
      await new Promise<void>((resolve) => {
        this.wakeSender = resolve;
      });
    }
    return { stored };
  }

  async *receive(): AsyncIterable<Taken> {
    for (;;) {
      const taken = this.batches.shift();
      if (taken !== undefined) {
        this.wakeSender?.();
        yield taken;
      } else if (this.closed) return;
      else {
        await new Promise<void>((resolve) => {
          this.wakeReceiver = resolve;
        });
      }
    }
  }

  /** Nothing more will be sent. */
  close(): void {
    this.closed = true;
    this.wakeReceiver?.();
    this.wakeSender?.();
  }

  /** What is sent from now on is dropped, and `receive` ends. */
  abort(): void {
    this.batches.length = 0;
    this.close();
  }
}
