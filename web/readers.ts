/** Readers for a server that is asked now and then, over a store that others may want to write to meanwhile. */
import type { Reader } from '../store/port.js';

export interface ReadersOptions {
  readonly open: () => Promise<Reader>;
  /** Milliseconds without a question after which the store is let go, so that an import gets in. */
  readonly idle?: number;
}

/**
 * One reader, opened when something is asked and closed when nothing is. Questions are answered one after the other: an embedded
 * store answers with all cores, and a question may use tables of its own for a while.
 */
export class Readers {
  private reader: Reader | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private closing: NodeJS.Timeout | undefined;
  private waiting = 0;

  constructor(private readonly options: ReadersOptions) {}

  /** @throws what opening the store or the question throws */
  ask<T>(question: (reader: Reader) => Promise<T>): Promise<T> {
    this.waiting++;
    clearTimeout(this.closing);
    const answer = this.turn.then(async () => {
      this.reader ??= await this.options.open();
      return question(this.reader);
    });
    this.turn = answer.then(
      () => this.done(),
      () => this.done(),
    );
    return answer;
  }

  async close(): Promise<void> {
    clearTimeout(this.closing);
    await this.turn;
    clearTimeout(this.closing);
    await this.letGo();
  }

  private done(): void {
    if (--this.waiting > 0) return;
    this.closing = setTimeout(() => {
      this.turn = this.turn.then(() => (this.waiting === 0 ? this.letGo() : undefined));
    }, this.options.idle ?? 2_000);
    this.closing.unref();
  }

  private async letGo(): Promise<void> {
    const { reader } = this;
    this.reader = undefined;
    await reader?.close();
  }
}
