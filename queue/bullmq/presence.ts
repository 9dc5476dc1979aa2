/** Whether Redis is there. What lasts is said once, and again only when it is over. */
import type { Redis } from 'ioredis';
import type { ServiceLog } from '../../ops/service_log.js';
import { type QueueError, queueError } from './errors.js';

export class Presence {
  private matter: { readonly error: QueueError; readonly since: number } | undefined;
  private waiting: (() => void)[] = [];
  private closed = false;

  /** @param meanwhile what becomes of the batches, to be said along with what is the matter */
  constructor(
    private readonly redis: Redis,
    private readonly place: string,
    private readonly log: ServiceLog,
    private readonly meanwhile: string,
  ) {
    redis.on('error', (error: Error) => this.trouble(error));
    redis.on('close', () => {
      if (!this.closed) this.trouble(new Error('Connection is closed.'));
    });
    redis.on('ready', () => {
      this.well();
      this.wake();
    });
  }

  get here(): boolean {
    return this.redis.status === 'ready';
  }

  /** Resolves when commands can be given, or there will be none. */
  async ready(): Promise<void> {
    while (!this.here && !this.closed) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Something failed that will be tried again. */
  trouble(thrown: unknown): void {
    if (this.closed) return;
    const error = queueError(thrown, this.place);
    // A broken connection is followed by the reason why there is no new one; only that is news.
    if (this.matter !== undefined && (this.matter.error.code === error.code || error.code === 'away')) return;
    this.matter = { error, since: this.matter?.since ?? Date.now() };
    this.log.warn({ place: this.place, reason: error.code }, `${error.message}. ${this.meanwhile}`);
  }

  /** Something went well. */
  well(): void {
    if (this.matter === undefined) return;
    const seconds = Math.round((Date.now() - this.matter.since) / 1000);
    this.matter = undefined;
    this.log.info({ place: this.place, seconds }, `Redis at ${this.place} is back, after ${seconds} s`);
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
