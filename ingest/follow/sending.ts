/** One source on its way into the queue: batches go out, outcomes come back, and the books go along. */

import type { ServiceLog } from '../../ops/service_log.js';
import type { BatchSender, LineBatch, Sent } from '../../queue/port.js';
import type { Account, Source } from '../../store/port.js';
import { type Books, type Entry, Ledger } from './ledger.js';
import type { AsSent } from './slices.js';
import { Growth, type ShipObserver, type SourceState, type Tally } from './state.js';
import { pause, type Times } from './times.js';

/** What all sources of a shipper share. */
export interface Shipping {
  readonly sender: BatchSender;
  /** What is sent of a line, where that is not the line itself; the sender sees to it. */
  readonly asSent: AsSent | undefined;
  /** IANA name. */
  readonly zone: string;
  /** The host of lines that name none. */
  readonly host: string;
  readonly log: ServiceLog;
  readonly times: Times;
  readonly observer: ShipObserver;
  readonly tally: Tally;
  /** Given when reading has to stop. */
  readonly stopping: AbortSignal;
  /** Given when nobody waits any more for what is under way. */
  readonly ended: AbortSignal;
  /** Only what is there is read. */
  readonly once: boolean;
  /** Something is wrong that ends the shipper. */
  fail(error: unknown): void;
  /** Writes the checkpoint at once: a source is in it before its first batch is sent, so that it has one name. */
  remember(): Promise<void>;
}

/** Reading stops: somebody said so. */
export class Stopped extends Error {}
/** A batch was lost on its way. All from the lowest byte that is not stored has to be sent again. */
export class Lost extends Error {}

/** What is sent of a source at a time. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
  readonly before: Buffer;
  readonly cut: boolean;
  readonly next: number;
  readonly tail: string;
  readonly year: number | undefined;
  readonly anchor: number;
  /** Lines that are not blank. */
  readonly lines: number;
  /** Where whoever delivers the source goes on behind it. */
  readonly mark?: string | undefined;
}

const nothing = Buffer.alloc(0);

export class Sending {
  readonly ledger: Ledger;
  readonly growth = new Growth();
  /** Whether it is being read. */
  open = false;
  private sentTo: number;
  private tail: string;
  private lostOnes = false;
  /** The books that went out last. */
  private reported: Account | undefined;
  private lastChange = Date.now();
  private waiters: (() => void)[] = [];
  /** Bytes that are held until they are stored, where a source cannot be read again. */
  private held = 0;
  private readonly holdAtMost: number;

  /** @param hold keeps each batch until it is stored, as the source cannot be read again; bytes of them at most */
  constructor(
    readonly source: Source,
    books: Books,
    private readonly shipping: Shipping,
    { mark, hold = 0 }: { readonly mark?: string | undefined; readonly hold?: number } = {},
  ) {
    this.ledger = new Ledger(source, books, mark);
    this.holdAtMost = hold;
    this.sentTo = books.offset;
    this.tail = books.tail;
  }

  /** Where what was sent ends. */
  get position(): { readonly offset: number; readonly tail: string } {
    return { offset: this.sentTo, tail: this.tail };
  }

  /** A batch was lost; `rewind` has to follow. */
  get isLost(): boolean {
    return this.lostOnes;
  }

  /** Resolves when the queue has room for another. @throws Stopped, Lost */
  async send(piece: Piece): Promise<void> {
    if (this.shipping.stopping.aborted) throw new Stopped();
    if (this.lostOnes) throw new Lost();
    while (this.held > 0 && this.held + piece.bytes.length > this.holdAtMost && this.holdAtMost > 0) {
      await this.changed();
      if (this.shipping.stopping.aborted) throw new Stopped();
    }
    const entry = this.ledger.open(piece.next, piece.tail, piece.mark);
    this.sentTo = piece.next;
    this.tail = piece.tail;
    const batch = this.batchOf(piece, false, false);
    if (this.holdAtMost > 0) this.held += piece.bytes.length;
    await this.hand(batch, piece.lines, entry);
  }

  /** Everything that was sent is stored. @throws Stopped, Lost */
  async drained(): Promise<void> {
    while (this.ledger.pending > 0) {
      if (this.lostOnes) throw new Lost();
      if (this.shipping.stopping.aborted) throw new Stopped();
      await this.changed();
    }
    if (this.lostOnes) throw new Lost();
  }

  /** Milliseconds for which nothing was sent and nothing was stored. */
  get quiet(): number {
    return Date.now() - this.lastChange;
  }

  /** Sends the books, if all is stored and nobody has them yet. @param complete nothing follows */
  async report({ complete = false, damaged = false, evenIfStopping = false } = {}): Promise<void> {
    const { ledger, reported, shipping } = this;
    if (ledger.pending > 0 || this.lostOnes || (shipping.stopping.aborted && !evenIfStopping)) return;
    const account = ledger.account(complete && !damaged);
    if (account.offset === 0 && account.notes.length === 0 && !complete) return;
    if (
      reported !== undefined &&
      reported.read === account.read &&
      reported.offset === account.offset &&
      reported.complete === account.complete &&
      reported.notes.length === account.notes.length
    ) {
      return;
    }
    const { offset, tail } = ledger.stored;
    const piece = {
      offset,
      next: offset,
      tail,
      bytes: nothing,
      before: nothing,
      cut: false,
      year: undefined,
      anchor: Date.now(),
      lines: 0,
    };
    await this.hand(this.batchOf(piece, complete, damaged), 0, ledger.open(offset, tail));
  }

  /** What is under way is given up, and is sent anew from `position` on. */
  rewind(): void {
    this.ledger.forget();
    this.lostOnes = false;
    this.reported = undefined;
    this.sentTo = this.ledger.stored.offset;
    this.tail = this.ledger.stored.tail;
    this.wake();
  }

  state(now: number): SourceState {
    const { offset } = this.ledger.stored;
    const { bytes, age } = this.growth.behind(offset, now);
    const { path } = this.source;
    return {
      path,
      sent: this.sentTo,
      stored: offset,
      lagBytes: bytes,
      lagSeconds: age / 1000,
      pending: this.ledger.pending,
      open: this.open,
    };
  }

  private batchOf(piece: Piece, complete: boolean, damaged: boolean): LineBatch {
    const { offset, bytes, before, cut, next, tail, year, anchor } = piece;
    const { source, shipping, ledger } = this;
    const { zone, host } = shipping;
    const account = ledger.account(complete && !damaged);
    this.reported = account;
    const notes = complete ? account.notes : [];
    return { source, offset, bytes, before, zone, host, year, anchor, cut, next, complete, damaged, tail, notes, account };
  }

  /** Gives a batch to the queue. The queue may keep it waiting for as long as it likes; stopping does not wait. */
  private async hand(batch: LineBatch, lines: number, entry: Entry): Promise<void> {
    const { shipping } = this;
    const { tally } = shipping;
    const waiting = { since: Date.now() };
    tally.waiting.add(waiting);
    let sent: Sent;
    try {
      // An empty batch with the last books goes out although reading has stopped.
      const enough = batch.bytes.length > 0 ? shipping.stopping : shipping.ended;
      const taking = shipping.sender.send(batch);
      const answer = await orAborted(taking, enough);
      if (answer === undefined) {
        // It may be taken, and stored, all the same.
        taking.then(
          (late) => this.await(late, batch, lines, entry),
          () => {},
        );
        throw new Stopped();
      }
      sent = answer;
    } catch (error) {
      if (!(error instanceof Stopped)) shipping.fail(error);
      throw error;
    } finally {
      tally.waiting.delete(waiting);
    }
    tally.batches++;
    tally.lines += lines;
    tally.bytes += batch.bytes.length;
    this.lastChange = Date.now();
    if (batch.bytes.length > 0) shipping.observer.onSent?.(this.source.path, lines, batch.bytes.length);
    this.await(sent, batch, lines, entry);
  }

  private await({ stored }: Sent, batch: LineBatch, lines: number, entry: Entry): void {
    const { shipping, ledger } = this;
    const { tally } = shipping;
    const since = Date.now();
    stored.then(
      (outcome) => {
        if (!ledger.close(entry, outcome)) return;
        tally.read += outcome.read;
        tally.stored += outcome.stored;
        tally.alreadyThere += outcome.alreadyThere;
        tally.quarantined += outcome.quarantined;
        const now = Date.now();
        tally.lastProgress = now;
        this.lastChange = now;
        if (this.holdAtMost > 0) this.held -= batch.bytes.length;
        if (batch.bytes.length > 0) shipping.observer.onStored?.(this.source.path, (now - since) / 1000);
        this.wake();
      },
      (error: unknown) => this.lose(error, batch, lines, entry),
    );
  }

  private lose(error: unknown, batch: LineBatch, lines: number, entry: Entry): void {
    const { shipping, ledger } = this;
    if (shipping.ended.aborted || this.lostOnes) return;
    shipping.tally.retries++;
    const { path } = this.source;
    shipping.log.warn(
      { path, offset: batch.offset, err: error },
      `the queue lost a batch of ${path}, byte ${batch.offset}; it is sent again`,
    );
    if (this.holdAtMost === 0) {
      ledger.forget();
      this.lostOnes = true;
      this.wake();
      return;
    }
    void (async () => {
      await pause(shipping.times.retry, shipping.ended);
      await this.hand(batch, lines, entry).catch(() => {});
    })();
  }

  private changed(): Promise<void> {
    return orAborted(new Promise<void>((resolve) => this.waiters.push(resolve)), this.shipping.stopping);
  }

  private wake(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** @returns undefined where the signal came first */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const over = () => signal.removeEventListener('abort', onAbort);
    promise.then(
      (value) => {
        over();
        resolve(value);
      },
      (error) => {
        over();
        reject(error as Error);
      },
    );
  });
}
