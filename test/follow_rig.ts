/** A folder with live logs, a shipper that follows them, and workers that read each batch by itself, in any order. */
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Times } from '../ingest/follow/times.js';
import { type ShipOptions, type ShipResult, type ShipState, ship } from '../ingest/ship.js';
import { identityOf } from '../postfix/identity.js';
import { bytesOf } from '../postfix/text.js';
import type { BatchSender, LineBatch, Outcome, Sent } from '../queue/port.js';
import type { Account } from '../store/port.js';
import { LineReader } from '../workers/batch.js';

/** Short ones, so that nobody waits; `settled` and the like are long, as most tests are not about them. */
export const quick: Partial<Times> = {
  poll: 4,
  scan: 8,
  gather: 5,
  untouched: 40,
  removed: 60,
  settled: 1_000_000,
  rotated: 1_000_000,
  dormant: 1_000_000,
  checkpoint: 5,
  report: 30,
  retry: 5,
  patience: 3000,
};

export async function until(isSo: () => boolean, what: string, ms = 8000): Promise<void> {
  const end = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

interface Document {
  readonly line: string;
  readonly time: number;
  readonly host: string;
  readonly path: string;
}

/** A queue with a worker for each batch behind it, which knows nothing of the other batches, and a store. */
export class FakeCluster implements BatchSender {
  readonly batches: LineBatch[] = [];
  readonly documents = new Map<string, Document>();
  readonly aside: string[] = [];
  readonly accounts = new Map<string, Account>();
  /** Batches that the queue has and no worker yet. */
  readonly waiting: { readonly batch: LineBatch; readonly done: (outcome: Outcome) => void; readonly lose: (error: Error) => void }[] = [];
  /** Batches are worked on as they come; otherwise when `work` is called. */
  atOnce = true;
  /** The queue takes no more. */
  private full: Promise<void> | undefined;
  private makeRoom = () => {};

  async send(batch: LineBatch): Promise<Sent> {
    while (this.full !== undefined) await this.full;
    this.batches.push(batch);
    const stored = new Promise<Outcome>((resolve, reject) => {
      this.waiting.push({ batch, done: resolve, lose: reject });
    });
    if (this.atOnce) this.work();
    return { stored };
  }

  fill(): void {
    this.full = new Promise((resolve) => {
      this.makeRoom = resolve;
    });
  }

  empty(): void {
    this.full = undefined;
    this.makeRoom();
  }

  /** Stores waiting batches. @param order which of those that wait is next */
  work(order: (waiting: number) => number = () => 0, count = Number.POSITIVE_INFINITY): void {
    for (let i = 0; i < count && this.waiting.length > 0; i++) {
      const [taken] = this.waiting.splice(order(this.waiting.length) % this.waiting.length, 1);
      taken?.done(this.store(taken.batch));
    }
  }

  /** The queue's memory is gone. */
  lose(): void {
    for (const { lose } of this.waiting.splice(0)) lose(new Error('Redis was flushed'));
  }

  private store(batch: LineBatch): Outcome {
    const outcome = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };
    outcome.read = new LineReader().read(batch, {
      event: (event, _, ordinal, kept) => {
        const id = identityOf(event.host, event.time, kept, ordinal);
        if (this.documents.has(id)) outcome.alreadyThere++;
        else outcome.stored++;
        this.documents.set(id, { line: bytesOf(kept).toString(), time: event.time, host: event.host, path: batch.source.path });
      },
      aside: (_, __, kept) => {
        outcome.quarantined++;
        this.aside.push(bytesOf(kept).toString());
      },
    });
    const { account } = batch;
    if (account !== undefined && (this.accounts.get(account.source.key)?.read ?? 0) <= account.read) {
      this.accounts.set(account.source.key, account);
    }
    return outcome;
  }

  /** All lines that are stored, sorted. */
  get lines(): string[] {
    return [...this.documents.values()].map(({ line }) => line).sort();
  }

  get ids(): string[] {
    return [...this.documents.keys()].sort();
  }

  /** The books of a path, as the store has them. */
  booksOf(path: string): Account[] {
    return [...this.accounts.values()].filter((account) => account.path === path);
  }
}

/** What a running shipper says, and how it is stopped. */
export class Running {
  readonly said: string[] = [];
  /** Of a shipper that has not begun, there is nothing to tell. */
  state: () => ShipState = () => ({
    sources: [],
    ...{ lines: 0, bytes: 0, batches: 0, read: 0, stored: 0, alreadyThere: 0, quarantined: 0, retries: 0, lastProgress: 0 },
    waitingSince: undefined,
    unreadable: [],
    lastCheckpoint: undefined,
  });
  result: ShipResult | undefined;
  failure: unknown;
  private readonly abort = new AbortController();
  readonly ended: Promise<void>;

  constructor(options: ShipOptions) {
    const say = (_: object, message: string) => {
      this.said.push(message);
    };
    this.ended = ship({
      ...options,
      log: { info: say, warn: say, error: say },
      signal: this.abort.signal,
      observer: {
        ...options.observer,
        onStart: (state) => {
          this.state = state;
        },
      },
    }).then(
      (result) => {
        this.result = result;
      },
      (error: unknown) => {
        this.failure = error;
      },
    );
  }

  async stop(): Promise<ShipResult> {
    this.abort.abort();
    await this.ended;
    if (this.failure !== undefined) throw this.failure;
    return this.result as ShipResult;
  }

  /** As it would end by itself. */
  async end(): Promise<ShipResult> {
    await this.ended;
    if (this.failure !== undefined) throw this.failure;
    return this.result as ShipResult;
  }

  saying(text: string): string[] {
    return this.said.filter((message) => message.includes(text));
  }
}

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'postscope-ship-'));
  readonly cluster = new FakeCluster();
  readonly checkpoint = join(this.folder, 'state', 'checkpoint.json');
  private readonly started: Running[] = [];

  path(name: string): string {
    return join(this.folder, name);
  }

  append(name: string, text: string | Buffer): void {
    appendFileSync(this.path(name), text);
  }

  write(name: string, text: string | Buffer): void {
    writeFileSync(this.path(name), text);
  }

  /** As logrotate's copytruncate does. */
  copyTruncate(name: string, copy: string): void {
    cpSync(this.path(name), this.path(copy));
    truncateSync(this.path(name), 0);
  }

  start(paths: string[], more: Partial<ShipOptions> = {}): Running {
    const running = new Running({
      paths,
      base: this.folder,
      sender: this.cluster,
      checkpointPath: this.checkpoint,
      zone: 'UTC',
      host: 'localhost',
      shipper: 'test',
      log: { info() {}, warn() {}, error() {} },
      ...more,
      times: { ...quick, ...more.times },
    });
    this.started.push(running);
    return running;
  }

  /** Ships what is there. */
  async once(paths: string[], more: Partial<ShipOptions> = {}): Promise<Running> {
    const running = this.start(paths, { ...more, once: true });
    await running.end();
    return running;
  }

  /** The shipper has no time to write a last checkpoint: what it had written stands. */
  async kill(running: Running): Promise<void> {
    const before = existsSync(this.checkpoint) ? readFileSync(this.checkpoint) : undefined;
    await running.stop();
    if (before === undefined) rmSync(this.checkpoint, { force: true });
    else writeFileSync(this.checkpoint, before);
  }

  /** All those lines are stored, and no others, each as often as it is here; and books balance. */
  async arrive(expected: readonly string[]): Promise<void> {
    const want = [...expected].sort();
    await until(() => this.cluster.documents.size >= want.length, `${want.length} lines, ${this.cluster.documents.size} are there`).catch(
      () => {},
    );
    expect(this.cluster.lines).toEqual(want);
  }

  size(name: string): number {
    return statSync(this.path(name)).size;
  }

  async remove(): Promise<void> {
    await Promise.all(this.started.map((running) => running.stop().catch(() => {})));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Stretches of a source follow each other without a hole or an overlap. */
export function expectContiguous(batches: readonly LineBatch[]): void {
  const ends = new Map<string, number>();
  for (const { source, offset, next, bytes, cut } of batches) {
    expect(offset, source.path).toBe(ends.get(source.key) ?? 0);
    if (!cut) expect(next).toBe(offset + bytes.length);
    ends.set(source.key, next);
  }
}
