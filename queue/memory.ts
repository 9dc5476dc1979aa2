/** The queue of a single process: a few batches, and whoever is too fast waits. */
import type { BatchQueue, LineBatch } from './port.js';

export class MemoryQueue implements BatchQueue {
  private readonly batches: LineBatch[] = [];
  private closed = false;
  private wakeReceiver: (() => void) | undefined;
  private wakeSender: (() => void) | undefined;

  /** @param depth batches that may wait */
  constructor(private readonly depth = 4) {}

  async send(batch: LineBatch): Promise<void> {
    if (this.closed) return;
    this.batches.push(batch);
    this.wakeReceiver?.();
    while (this.batches.length >= this.depth && !this.closed) {
      await new Promise<void>((resolve) => {
        this.wakeSender = resolve;
      });
    }
  }

  async *receive(): AsyncIterable<LineBatch> {
    for (;;) {
      const batch = this.batches.shift();
      if (batch !== undefined) {
        this.wakeSender?.();
        yield batch;
      } else if (this.closed) return;
      else {
        await new Promise<void>((resolve) => {
          this.wakeReceiver = resolve;
        });
      }
    }
  }

  close(): void {
    this.closed = true;
    this.wakeReceiver?.();
    this.wakeSender?.();
  }

  abort(): void {
    this.batches.length = 0;
    this.close();
  }
}
