/**
 * The worker's end of the queue. Each lane takes the next batch when it wants one, so that no worker has more in hand than it
 * works on; BullMQ's own loop would fetch ahead, and wait for batches to be done that are committed together with later ones.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { ServiceLog } from '../../ops/service_log.js';
import type { BatchReceiver, Begun, LineBatch, Outcome, Taken } from '../port.js';
import { check, connect, placeOf, type QueueAddress } from './connection.js';
import { type Depth, depthOf } from './job.js';
import { receiptOf, Unreadable, unpack } from './payload.js';
import { Presence } from './presence.js';

export interface ReceiverOptions {
  /** For so long a batch is this worker's after it was last heard of; milliseconds. */
  readonly lockDuration?: number;
  /** How often is looked for batches of workers that are gone; milliseconds. */
  readonly stalledInterval?: number;
  /** The wait before a batch that failed comes again: at first, and at most; milliseconds. */
  readonly backoff?: { readonly first: number; readonly most: number };
}

/** What became of batches, since the receiver was opened. */
export interface ReceiverCounters {
  readonly taken: number;
  readonly done: number;
  /** Gone back, to be tried again. */
  readonly failed: number;
  /** Not readable. */
  readonly refused: number;
  /** Found with workers that are gone. */
  readonly abandoned: number;
  /** No more this worker's when it was done with them: Redis was away for too long, or has lost them. */
  readonly locksLost: number;
}

/** A batch in hand. */
interface Held {
  readonly job: Job;
  readonly token: string;
  /** Where its lines stand; not these themselves, which are done with long before their commit is. */
  readonly path: string;
  readonly offset: number;
  readonly room: Buffer;
  /** What was written on it before this worker had it. */
  readonly found: Begun | undefined;
  /** Whether this worker has written something else there. */
  begun: boolean;
  lockLost: boolean;
  /** Its end is being told, and the lock with it. */
  ending: boolean;
}

/** What a worker writes down on a job, as its progress. */
const lineNumber = z.number().int().nonnegative();
const progressSchema = z.object({ line: lineNumber, times: lineNumber, aside: z.array(lineNumber) });

/**
 * A lock of 30 s, renewed every 10 s: two renewals may fail, and an event loop may stand still for as long as that takes, before another
 * worker gets the batch. The batch of a worker that was killed comes again after the lock, and one or two looks: within 50 s.
 */
const lockDuration = 30_000;
const stalledInterval = 10_000;
/** So many batches that are done are kept, for those shippers that missed the event; each takes 1.2 KB. */
const kept = { age: 3_600, count: 10_000 };
const nothing: Buffer = Buffer.alloc(0);
/** What a batch takes, however short its lines are (ingest/cut.ts). */
const usualRoom = 320 * 1024;
/** Unreadable ones, for people to look at; the lines of all of them are with their shippers. */
const keptFailed = { count: 1_000 };

export class BullReceiver implements BatchReceiver {
  /** Not by their jobs: where a lock was lost, another lane may have the same job, with a token of its own. */
  private readonly held = new Set<Held>();
  private readonly rooms: Buffer[] = [];
  private readonly count = { taken: 0, done: 0, failed: 0, refused: 0, abandoned: 0, locksLost: 0 };
  private readonly stopping = new AbortController();
  private readonly stopped: Promise<undefined>;
  private closed = false;
  private serial = 0;
  /** One lane at a time fetches; the others would ask in vain while it waits. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly renewing: NodeJS.Timeout;

  private constructor(
    private readonly redis: Redis,
    private readonly queue: Queue,
    private readonly worker: Worker<unknown, Outcome>,
    private readonly presence: Presence,
    private readonly log: ServiceLog,
    private readonly lockDuration: number,
  ) {
    this.stopped = new Promise((resolve) => {
      this.stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    worker.on('error', (error) => presence.trouble(error));
    worker.on('stalled', (id) => {
      this.count.abandoned++;
      log.warn({ job: id }, 'a worker took a batch and was not heard of again: another gets it');
    });
    queue.on('error', (error) => presence.trouble(error));
    void worker.startStalledCheckTimer();
    this.renewing = setInterval(() => void this.renew(), lockDuration / 3);
    this.renewing.unref();
  }

  /**
   * A Redis that is away is waited for, by `receive`.
   * @throws QueueError where it does not let us in, or cannot be trusted
   */
  static async open(address: QueueAddress, log: ServiceLog, options: ReceiverOptions = {}): Promise<BullReceiver> {
    await check(address.redis, log);
    const redis = connect(address.redis);
    const presence = new Presence(redis, placeOf(address.redis), log, 'Batches are waited for, and work goes on by itself');
    const { prefix, name } = address;
    const lock = options.lockDuration ?? lockDuration;
    const { first, most } = options.backoff ?? { first: 1_000, most: 60_000 };
    // BullMQ would ask for the version, and warn in its own words; `check` has.
    const common = { prefix, skipVersionCheck: true, connection: redis };
    const worker = new Worker<unknown, Outcome>(name, null, {
      ...common,
      autorun: false,
      lockDuration: lock,
      stalledInterval: options.stalledInterval ?? stalledInterval,
      // After so many lost workers BullMQ fails a job; the default is one. A batch is never given up: workers are killed by deployments
      // and by memory, and a line that kills them is found and set aside (workers/suspect.ts). `maxStartedAttempts`
      // stays unset for the same reason: a batch may be begun any number of times.
      maxStalledCount: 2 ** 31 - 1,
      // An idle worker asks again after a second, so that a wake-up call that went to a worker which was just ending costs no more.
      drainDelay: 1,
      removeOnComplete: kept,
      removeOnFail: keptFailed,
      settings: {
        backoffStrategy: (attempts = 1) => Math.min(first * 2 ** Math.min(attempts - 1, 20), most) * (0.75 + Math.random() / 2),
      },
    });
    const queue = new Queue(name, common);
    return new BullReceiver(redis, queue, worker, presence, log, lock);
  }

  /** May be called once for each lane. */
  async *receive(): AsyncIterable<Taken> {
    while (!this.stopping.signal.aborted) {
      const taken = await Promise.race([this.next(), this.stopped]);
      if (taken !== undefined) yield taken;
    }
  }

  /** No more batches are taken; those in hand are to be ended by their lanes. */
  abort(): void {
    this.stopping.abort();
  }

  /** Gives back what is still in hand, as if it had not been taken, and ends the connections. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.abort();
    const orderly = async () => {
      await this.turn;
      await Promise.allSettled([...this.held].filter(({ ending }) => !ending).map((held) => this.giveBack(held)));
    };
    if (this.presence.here) await Promise.race([orderly(), pause(2_000, undefined, { ref: false })]);
    this.closed = true;
    clearInterval(this.renewing);
    this.presence.close();
    await Promise.race([Promise.allSettled([this.worker.close(true), this.queue.close()]), pause(2_000, undefined, { ref: false })]);
    this.redis.disconnect();
  }

  /** @throws QueueError while Redis is away */
  depth(): Promise<Depth> {
    return depthOf(this.queue);
  }

  get counters(): ReceiverCounters {
    return { ...this.count };
  }

  /** @returns undefined when it is over */
  private next(): Promise<Taken | undefined> {
    const fetched = this.turn.then(() => this.fetch());
    this.turn = fetched.catch(() => {});
    return fetched.then((fetch) => fetch && this.read(fetch));
  }

  private async fetch(): Promise<{ readonly job: Job; readonly token: string } | undefined> {
    while (!this.stopping.signal.aborted) {
      await Promise.race([this.presence.ready(), this.stopped]);
      if (this.stopping.signal.aborted) return undefined;
      const token = `${this.worker.id}-${++this.serial}`;
      try {
        const job = await this.worker.getNextJob(token);
        this.presence.well();
        if (job === undefined) continue;
        if (!this.stopping.signal.aborted) return { job, token };
        await job.moveToWait(token);
      } catch (error) {
        this.presence.trouble(error);
        await pause(500, undefined, { signal: this.stopping.signal }).catch(() => {});
      }
    }
    return undefined;
  }

  /** @returns undefined where there is nothing to be done with it */
  private async read({ job, token }: { readonly job: Job; readonly token: string }): Promise<Taken | undefined> {
    try {
      let room: Buffer = nothing;
      const data = await unpack(job.data, (length) => {
        room = this.roomFor(length);
        return room;
      });
      if ('batch' in data) {
        const found = progressSchema.safeParse(job.progress).data;
        const { source, offset } = data.batch;
        const held: Held = { job, token, path: source.path, offset, room, found, begun: false, ending: false, lockLost: false };
        return this.take(held, data.batch);
      }
      await this.tell(() => job.moveToCompleted(data.outcome, token, false));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.count.refused++;
      this.log.warn(
        { job: job.id, reason: error.message },
        `a batch cannot be read, and goes to the queue's failed ones: ${error.message}`,
      );
      await this.tell(() => job.moveToFailed(new UnrecoverableError(error.message), token, false));
    }
    return undefined;
  }

  private take(held: Held, batch: LineBatch): Taken {
    const { job, token, found } = held;
    // They are in Redis, and what of them is wanted here is in the batch.
    job.data = undefined;
    this.held.add(held);
    this.count.taken++;
    return {
      batch,
      abandoned: job.stalledCounter,
      begun: found,
      begin: async (begun) => {
        held.begun = true;
        await this.tell(() => job.updateProgress({ ...begun }));
      },
      done: async (outcome) => {
        held.ending = true;
        // The lines leave Redis, and what became of them takes their place. BullMQ keeps the data of a job for as long as the job; and
        // should this worker be lost before it completes the job, or its lock be, whoever gets the batch finds it done.
        const receipt = this.tell(() => job.updateData(receiptOf(outcome)));
        const completed = this.tell(() => job.moveToCompleted(outcome, token, false));
        await receipt;
        if (!(await completed)) this.count.locksLost++;
        this.letGo(held);
        this.count.done++;
      },
      failed: async (error) => {
        held.ending = true;
        await this.forgetBegun(held);
        const told = await this.tell(() => job.moveToFailed(error instanceof Error ? error : new Error(String(error)), token, false));
        if (!told) this.count.locksLost++;
        this.letGo(held);
        this.count.failed++;
      },
    };
  }

  /**
   * For the lines of a batch. Buffers are used again: V8 gives back the memory of one that has lived for as long as a batch is in
   * hand no sooner than it collects all that is old, and until then a worker would have hundreds.
   */
  private roomFor(length: number): Buffer {
    const at = this.rooms.findIndex((room) => room.length >= length);
    return at < 0 ? Buffer.allocUnsafeSlow(Math.max(length, usualRoom)) : (this.rooms.splice(at, 1)[0] as Buffer);
  }

  private letGo(held: Held): void {
    if (this.held.delete(held) && held.room.length === usualRoom) this.rooms.push(held.room);
  }

  /** A worker that ends a batch in good order has not died of the line that it began with. */
  private async forgetBegun({ job, found, begun }: Held): Promise<void> {
    if (begun) await this.tell(() => job.updateProgress({ ...found }));
  }

  private async giveBack(held: Held): Promise<void> {
    await this.forgetBegun(held);
    await this.tell(() => held.job.moveToWait(held.token));
    this.held.delete(held);
  }

  /**
   * Tells Redis something about a job, for as long as it takes.
   * @returns false where the job is gone, or another worker's by now
   */
  private async tell(something: () => Promise<unknown>): Promise<boolean> {
    for (let tries = 0; !this.closed; tries++) {
      await this.presence.ready();
      if (this.closed) break;
      try {
        await something();
        return true;
      } catch (error) {
        if (isOfAnother(error)) return false;
        this.presence.trouble(error);
        await pause(Math.min(100 * 2 ** tries, 5_000), undefined, { ref: false });
      }
    }
    return false;
  }

  private async renew(): Promise<void> {
    const held = [...this.held].filter(({ lockLost }) => !lockLost);
    if (held.length === 0 || !this.presence.here) return;
    try {
      const ids = held.map(({ job }) => idOf(job));
      const tokens = held.map(({ token }) => token);
      const lost = new Set(await this.worker.extendJobLocks(ids, tokens, this.lockDuration));
      for (const one of held) {
        if (!lost.has(idOf(one.job)) || one.ending) continue;
        one.lockLost = true;
        const { path, offset } = one;
        this.log.warn(
          { job: one.job.id, path, offset },
          `this worker was not heard of in time, so another may work on the same batch of ${path}, byte ${offset}; no line is stored twice`,
        );
      }
    } catch (error) {
      this.presence.trouble(error);
    }
  }
}

const idOf = (job: Job): string => job.id ?? '';

/** BullMQ's codes: the job is gone (-1), its lock is (-2) or is another's (-6), or it is not active any more (-3). */
const isOfAnother = (error: unknown): boolean => [-1, -2, -3, -6].includes(Number((error as { code?: unknown } | undefined)?.code));
