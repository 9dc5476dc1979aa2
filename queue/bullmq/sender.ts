/**
 * The shipper's end of the queue. A batch is kept here until it is stored, so that Redis may lose any of them, or all:
 * QueueEvents tell what became of it, and where they are silent, its job is asked for now and then.
 *
 *     packing ─▶ adding ─▶ in the queue ─▶ stored
 *                  ▲            │ its job is gone, or failed
 *                  └────────────┘ under a new id
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ServiceLog } from '../../ops/service_log.js';
import type { BatchSender, LineBatch, Outcome, Sent } from '../port.js';
import { check, connect, optionsOf, placeOf, type QueueAddress } from './connection.js';
import { type Depth, depthOf, jobName, jobOptions } from './job.js';
import { dataOf, outcomeSchema, type Packed, pack } from './payload.js';
import { Presence } from './presence.js';

export interface SenderOptions {
  /** Batches that may wait for a worker; a sender that finds more waits itself. */
  readonly maxDepth?: number;
  /** Batches of this sender that are not stored yet, and what they take up here, packed, in bytes. */
  readonly maxInFlight?: number;
  readonly maxInFlightBytes?: number;
  /** A batch that nothing was heard of for so long is asked for, and how often is asked; milliseconds. */
  readonly askAfter?: number;
  readonly askEvery?: number;
  /** How often a queue that is too deep is asked whether it still is; milliseconds. */
  readonly lookEvery?: number;
  /** The longest wait before a batch that workers could not read is sent to them again; milliseconds. */
  readonly refusedPause?: number;
}

/** What became of batches, since the sender was opened. */
export interface SenderCounters {
  readonly sent: number;
  readonly stored: number;
  /** Put in again, as Redis had them no more. */
  readonly resent: number;
  /** Found unreadable by a worker. */
  readonly refused: number;
  /** Not stored yet, and the bytes that they take up here. */
  readonly inFlight: number;
  readonly inFlightBytes: number;
}

/** A batch that is not stored yet. */
interface Flight {
  id: string;
  readonly path: string;
  readonly offset: number;
  packed: Packed | undefined;
  /** When its job was added; undefined while it is not. */
  added: number | undefined;
  refusals: number;
  stored(outcome: Outcome): void;
  /** It cannot even be packed. */
  dropped(error: unknown): void;
}

/** Batches that are packed and added at a time: threads to pack them are four, and the next are on their way to Redis meanwhile. */
const maxUnadded = 8;
/** Jobs of which is asked, too, whether any list has them; see `ask`. */
const doubted = 20;

export class BullSender implements BatchSender {
  private readonly flights = new Map<string, Flight>();
  private readonly run = randomUUID();
  private serial = 0;
  private unadded = 0;
  private bytes = 0;
  private readonly count = { sent: 0, stored: 0, resent: 0, refused: 0 };
  /** Adds go out in the order of the batches. */
  private turn: Promise<unknown> = Promise.resolve();
  private waiting: (() => void)[] = [];
  private readonly closing = new AbortController();
  private readonly asking: NodeJS.Timeout;
  private isAsking = false;
  /** Batches that the queue had room for when it was last looked at, less those added since. */
  private room: number;
  private looked = 0;
  private looking: Promise<void> | undefined;
  private saidFull = false;

  private constructor(
    private readonly redis: Redis,
    private readonly queue: Queue,
    private readonly events: QueueEvents,
    private readonly presence: Presence,
    private readonly log: ServiceLog,
    private readonly options: Required<SenderOptions>,
  ) {
    this.room = options.maxDepth;
    events.on('completed', ({ jobId, returnvalue }) => this.completed(jobId, returnvalue));
    events.on('failed', ({ jobId, failedReason }) => this.refused(jobId, failedReason));
    // The connection of the events is dialled beside ours, which tells when Redis is away; what else is wrong is said.
    events.on('error', (error) => this.presence.trouble(error));
    queue.on('error', (error) => this.presence.trouble(error));
    redis.on('ready', () => this.wake());
    this.asking = setInterval(() => void this.ask(), options.askEvery);
    this.asking.unref();
  }

  /**
   * A Redis that is away is waited for, by `send`.
   * @throws QueueError where it does not let us in, or cannot be trusted
   */
  static async open(address: QueueAddress, log: ServiceLog, options: SenderOptions = {}): Promise<BullSender> {
    await check(address.redis, log);
    const place = placeOf(address.redis);
    const redis = connect(address.redis);
    const presence = new Presence(redis, place, log, 'Nothing is lost: reading stops until the queue takes batches, and goes on by itself');
    const { prefix, name } = address;
    // BullMQ would ask for the version, and warn in its own words; `check` has.
    const common = { prefix, skipVersionCheck: true };
    const queue = new Queue(name, { ...common, connection: redis });
    // From the beginning of what the stream of events still has: what happens before the first read is not missed.
    const events = new QueueEvents(name, { ...common, connection: optionsOf(address.redis), lastEventId: '0-0' });
    return new BullSender(redis, queue, events, presence, log, {
      maxDepth: 5_000,
      maxInFlight: 2_500,
      maxInFlightBytes: 64 * 1024 * 1024,
      askAfter: 10_000,
      askEvery: 5_000,
      lookEvery: 250,
      refusedPause: 300_000,
      ...options,
    });
  }

  /**
   * Resolves when the batch is taken and there is room for another: a few may still be on their way to Redis, while it answers.
   * Once the sender is closed, nothing is taken and nothing becomes stored.
   */
  async send(batch: LineBatch): Promise<Sent> {
    let resolve: (outcome: Outcome) => void = () => {};
    let reject: (error: unknown) => void = () => {};
    const stored = new Promise<Outcome>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    if (this.closed) return { stored };
    const { path } = batch.source;
    const flight: Flight = {
      id: this.nextId(),
      path,
      offset: batch.offset,
      packed: undefined,
      added: undefined,
      refusals: 0,
      stored: resolve,
      dropped: reject,
    };
    this.flights.set(flight.id, flight);
    this.unadded++;
    this.count.sent++;
    const packing = pack(batch);
    // It fails where it is waited for.
    packing.catch(() => {});
    this.turn = this.turn.then(() => this.launch(flight, packing));
    while (this.isFull && !this.closed) await new Promise<void>((wake) => this.waiting.push(wake));
    return { stored };
  }

  /** @throws QueueError while Redis is away */
  depth(): Promise<Depth> {
    return depthOf(this.queue);
  }

  get counters(): SenderCounters {
    return { ...this.count, inFlight: this.flights.size, inFlightBytes: this.bytes };
  }

  /** What is in the queue stays there; what is not stored will not be heard of any more. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closing.abort();
    clearInterval(this.asking);
    this.presence.close();
    this.wake();
    // Each also where there never was a connection: `close` of the events alone would wait for one.
    const ends = [this.events.close(), this.events.getBackend().close(true), this.queue.close()];
    await Promise.race([Promise.allSettled(ends), pause(2_000, undefined, { ref: false })]);
    this.redis.disconnect();
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  private get isFull(): boolean {
    const { maxInFlight, maxInFlightBytes } = this.options;
    return (
      this.unadded >= (this.presence.here ? maxUnadded : 1) ||
      this.room <= 0 ||
      this.flights.size >= maxInFlight ||
      this.bytes >= maxInFlightBytes
    );
  }

  /**
   * Unique for each time that a batch is put in: an id that is in the set of failed jobs already would add nothing, and not say so.
   * It must not have a colon in it.
   */
  private nextId(): string {
    return `${this.run}-${++this.serial}`;
  }

  /** Resolves when its job is on its way. */
  private async launch(flight: Flight, packing: Promise<Packed>): Promise<void> {
    try {
      flight.packed = await packing;
    } catch (error) {
      this.flights.delete(flight.id);
      this.unadded--;
      flight.dropped(error);
      this.wake();
      return;
    }
    this.bytes += flight.packed.lines.length;
    void this.put(flight);
  }

  /** Adds the job, for as long as it takes. One that Redis has already, though its answer was lost, is not added twice: the id is the same. */
  private async put(flight: Flight): Promise<void> {
    const { id, packed } = flight;
    if (packed === undefined) return;
    // An event may be faster than the answer, and the batch stored, or renamed, by then.
    const isWanted = () => !this.closed && this.flights.get(id) === flight;
    for (let tries = 0; isWanted(); tries++) {
      await this.presence.ready();
      if (!isWanted()) break;
      try {
        await this.queue.add(jobName, dataOf(packed), { ...jobOptions, jobId: id });
        this.presence.well();
        break;
      } catch (error) {
        this.presence.trouble(error);
        await this.sleep(Math.min(100 * 2 ** tries, 5_000));
      }
    }
    const now = Date.now();
    if (isWanted()) flight.added = now;
    this.unadded--;
    this.room--;
    if (!this.closed && (this.room <= 0 || now - this.looked > 1_000)) void this.look();
    this.wake();
  }

  private completed(id: string, value: unknown): void {
    const flight = this.flights.get(id);
    if (flight === undefined) return;
    const outcome = outcomeSchema.safeParse(value);
    if (!outcome.success) {
      this.refused(id, 'a worker did not say what became of it');
      return;
    }
    this.flights.delete(id);
    this.bytes -= flight.packed?.lines.length ?? 0;
    this.count.stored++;
    if (flight.refusals >= 3) {
      this.log.info(about(flight), `the batch of ${flight.path} at byte ${flight.offset} is stored at last`);
    }
    flight.stored(outcome.data);
    this.wake();
  }

  /**
   * A worker cannot read it. Another may, when it has been updated, and until then the lines are here and in their file, whose
   * checkpoint stays in front of them. So it is sent again, less and less often, and never more than one job is in Redis for it.
   */
  private refused(id: string, reason: string): void {
    const flight = this.flights.get(id);
    if (flight === undefined) return;
    this.count.refused++;
    const refusals = ++flight.refusals;
    const wait = Math.min(1_000 * 2 ** (refusals - 1), this.options.refusedPause);
    const what = `workers cannot read the batch of ${flight.path} at byte ${flight.offset}: ${reason}`;
    if (refusals === 1) this.log.warn({ ...about(flight), reason }, `${what}. It is sent again`);
    if (refusals === 3) {
      this.log.error(
        { ...about(flight), reason, job: id },
        `${what}. That was the third time. It goes on being sent, every ${Math.round(this.options.refusedPause / 1000)} s at last, and so far nothing behind it counts as stored. Update the workers, or look at job ${id} in the queue's failed ones`,
      );
    }
    // The id leaves the table: whatever else is heard of this job is no news.
    this.rename(flight);
    void (async () => {
      await this.sleep(wait);
      if (this.closed) return;
      await this.queue.remove(id).catch(() => {});
      this.unadded++;
      await this.put(flight);
    })();
  }

  /** Redis has lost them. */
  private lost(flights: readonly Flight[]): void {
    const [first] = flights;
    if (first === undefined) return;
    this.count.resent += flights.length;
    this.log.warn(
      { batches: flights.length, ...about(first) },
      `Redis has lost ${flights.length} ${flights.length === 1 ? 'batch' : 'batches'} that were not stored (it was flushed, or ended without an append-only file), the first of ${first.path}, byte ${first.offset}: sent again`,
    );
    for (const flight of flights) this.rename(flight);
    void (async () => {
      // One after the other: all at once they would lie here a second time, as text.
      for (const flight of flights) {
        this.unadded++;
        await this.put(flight);
      }
    })();
  }

  private rename(flight: Flight): void {
    this.flights.delete(flight.id);
    flight.id = this.nextId();
    flight.added = undefined;
    this.flights.set(flight.id, flight);
  }

  /**
   * Asks for the jobs of batches that nothing was heard of for a while. Events are missed where the stream of them was cut
   * before they were read (it keeps ten thousand, of all shippers), and where Redis was flushed there are none.
   */
  private async ask(): Promise<void> {
    if (!this.presence.here || this.closed || this.isAsking) return;
    this.isAsking = true;
    const long = Date.now() - this.options.askAfter;
    const silent = [...this.flights.values()].filter(({ added }) => added !== undefined && added < long);
    const backend = this.queue.getBackend();
    const lost: Flight[] = [];
    const askFor = async (flight: Flight, doubt: boolean) => {
      const { id } = flight;
      const answer = (await backend.isFinished(id, true)) as [number, string?];
      // A job that no list has is one that no worker will take: Redis has thrown the list away (maxmemory-policy).
      const gone = answer[0] === -1 || (answer[0] === 0 && doubt && (await backend.getState(id)) === 'unknown');
      if (this.flights.get(id) !== flight || this.closed) return;
      if (gone) lost.push(flight);
      else if (answer[0] === 1) this.completed(id, parsed(answer[1]));
      else if (answer[0] === 2) this.refused(id, answer[1] ?? '');
    };
    try {
      for (let from = 0; from < silent.length; from += 500) {
        await Promise.all(silent.slice(from, from + 500).map((flight, i) => askFor(flight, from + i < doubted)));
      }
    } catch (error) {
      this.presence.trouble(error);
    } finally {
      this.isAsking = false;
    }
    if (!this.closed) this.lost(lost.filter((flight) => this.flights.get(flight.id) === flight));
  }

  /** Too deep, or so until lately. */
  private get isDeep(): boolean {
    return this.room <= 0 || this.saidFull;
  }

  /** Looks how deep the queue is, and goes on looking while it is too deep. */
  private look(): Promise<void> {
    this.looking ??= (async () => {
      do {
        try {
          const { waiting, delayed } = await depthOf(this.queue);
          this.room = this.options.maxDepth - waiting - delayed;
          this.looked = Date.now();
          this.tell(waiting + delayed);
        } catch (error) {
          this.presence.trouble(error);
          await this.presence.ready();
        }
        this.wake();
        if (this.isDeep) await this.sleep(this.options.lookEvery);
      } while (this.isDeep && !this.closed);
      this.looking = undefined;
    })();
    return this.looking;
  }

  /** Around the limit a queue goes to and fro; that is not told each time. */
  private tell(depth: number): void {
    const { maxDepth } = this.options;
    if (depth >= maxDepth && !this.saidFull) {
      this.saidFull = true;
      this.log.info({ depth, maxDepth }, `${depth} batches wait in the queue: reading waits until workers have taken some`);
    } else if (depth <= maxDepth / 2 && this.saidFull) {
      this.saidFull = false;
      this.log.info({ depth }, 'the queue has room again');
    }
  }

  private async sleep(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.closing.signal, ref: false }).catch(() => {});
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const about = ({ path, offset }: Flight) => ({ path, offset });

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
