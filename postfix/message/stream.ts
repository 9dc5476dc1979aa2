/**
 * Messages and attempts out of facts that come in order of time, in bounded memory: a message is given out when it is over,
 * and what is still in the queue waits. Nothing is folded twice.
 */
import { hash } from 'node:crypto';
import type { Attempt } from './attempt.js';
import { comesBack, type Fact, type TlsErrorFact } from './fact.js';
import { Host } from './host.js';
import { stampOf } from './interval.js';
import { queueKey } from './keys.js';
import { type Life, livesIn } from './life.js';
import { type Message, messageOf } from './message.js';
import { defaultReach, defaultSilence, type FoldOptions } from './options.js';
import { isOfWork, type Job, type StepFact, Work } from './process.js';
import type { Queue } from './queue.js';
import { isSessionStep, linesOf, type SessionStep, Sessions } from './session.js';
import type { Timeouts } from './timeouts.js';
import { foldJob, strayOf, type Told } from './tries.js';

export interface StreamOptions extends FoldOptions {
  /** Milliseconds of log time after its last line until a message that has ended is given out; 2 minutes by default. */
  readonly grace?: number;
}

/** What is given out, in no order. */
export interface Streamed {
  readonly messages: readonly Message[];
  /** Those of the messages, and tries that belong to none. */
  readonly attempts: readonly Attempt[];
  /**
   * Of each message, by its identity, the facts that it was made of: those with its queue ID in the order of its life, and behind
   * them those that its processes wrote for it without.
   */
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
}

const defaultGrace = 120_000;

/** So many sweeps, or so many milliseconds of a host's log, after the last one that did, a sweep looks at all that is held. */
const sweepsToLookThrough = 8;
const timeToLookThrough = 3_600_000;

const noTimeouts: Timeouts = {};
const untold: Told = { attempts: 0 };

/**
 * The fold, for facts that come in order of time. What the sweeps and finish() return is together what fold() makes of all
 * facts; but for messages that a line changes after they were given out: these are named in `again`. Of a line more than an
 * hour later that is known no more; it makes a message of its own without `arrival`, and whoever keeps the messages looks
 * whether there is an older one of the same queue ID, and folds both again (refold.ts).
 */
export class StreamFold {
  private readonly silence: number;
  /** After so long a silence nothing is heard of a message any more, neither by its queue ID nor by its processes. */
  private readonly patience: number;
  private readonly reach: number;
  private readonly grace: number;
  private readonly timeouts: (host: string) => Timeouts;
  private readonly hosts = new Map<string, Host>();
  private readonly changed = new Set<string>();
  /** What the lines of the deliveries are told that are being settled. */
  private readonly told = new Map<string, Told>();
  /** Since the last sweep. */
  private strays: Attempt[] = [];
  private sweeps = 0;

  constructor({ silence = defaultSilence, reach = defaultReach, grace = defaultGrace, timeouts = () => noTimeouts }: StreamOptions = {}) {
    this.silence = silence;
    this.reach = reach;
    this.patience = Math.max(silence, reach);
    this.grace = grace;
    this.timeouts = timeouts;
  }

  /**
   * Queue keys (keys.ts) of which a message was given out that a later line changes. All messages and attempts of these are
   * to be made anew from all their facts (refold.ts), once the later facts are stored: those were added, and are given out.
   */
  get again(): ReadonlySet<string> {
    return this.changed;
  }

  /** How many facts are held: of messages in the queue, of those that ended lately, of the deliveries and sessions going on. */
  get held(): number {
    let count = 0;
    for (const host of this.hosts.values()) for (const facts of host.held()) count += facts.length;
    return count;
  }

  /** @param fact each once, those of one host in the order of files (order.ts); hosts may alternate in any way */
  add(fact: Fact): void {
    const host = this.hostOf(fact.host);
    if (fact.time > host.clock) host.clock = fact.time;
    const queueId = 'queueId' in fact ? fact.queueId : undefined;
    const queue = queueId === undefined ? undefined : this.queueOf(host, fact, queueId);
    if (queue?.add(fact)) host.mayEnd(queueId as string);
    if (isOfWork(fact)) this.addWork(host, fact, queue);
    else if (isSessionStep(fact) && fact.pid !== undefined) this.addSession(host, fact);
  }

  /**
   * What is over by now; to be called every thousand facts or so: what is given out soon is garbage that was never old, and costs
   * the collector next to nothing.
   */
  sweep(): Streamed {
    const isDue = ++this.sweeps % sweepsToLookThrough === 0;
    const all = [...this.hosts.values()].filter((host) => isDue || host.clock - host.swept >= timeToLookThrough);
    for (const host of all) host.reap(this.reach);
    const given = new Given(this.takeStrays());
    for (const host of this.hosts.values()) this.giveEnded(host, given);
    for (const host of all) {
      for (const [queueId, queue] of host.queues) {
        const isSilent = host.clock - queue.last > this.patience && !queue.isHeld;
        if (isSilent && !queue.isAwaited(queueId)) this.settle(host, queueId, queue, 'silent', given);
      }
      host.shrink();
    }
    return given;
  }

  /** What ended, and of which nothing was heard for a while. */
  private giveEnded(host: Host, given: Given): void {
    for (const [queueId, since] of host.endings) {
      if (host.clock - since <= this.grace) return;
      const queue = host.queues.get(queueId);
      if (queue?.mayBeOver !== true) host.endings.delete(queueId);
      else if (host.clock - queue.last > this.grace && !queue.isAwaited(queueId)) this.settle(host, queueId, queue, 'over', given);
    }
  }

  /** The rest as it stands: no more facts come. */
  finish(): Streamed {
    for (const host of this.hosts.values()) host.close();
    const given = new Given(this.takeStrays());
    for (const host of this.hosts.values()) {
      for (const [queueId, queue] of host.queues) this.settle(host, queueId, queue, 'all', given);
    }
    this.hosts.clear();
    return given;
  }

  private takeStrays(): Attempt[] {
    const { strays } = this;
    this.strays = [];
    return strays;
  }

  private hostOf(name: string): Host {
    let host = this.hosts.get(name);
    if (host === undefined) {
      const timeouts = this.timeouts(name);
      const made: Host = new Host(name, timeouts, {
        job: (job) => made.queues.get(job.queueId)?.jobs.push(job),
        stray: (failure) => this.strays.push(strayOf(failure, timeouts)),
      });
      host = made;
      this.hosts.set(name, host);
    }
    return host;
  }

  private queueOf(host: Host, fact: Fact, queueId: string): Queue {
    let queue = host.queues.get(queueId);
    if (queue === undefined) {
      const before = host.courseOf(queueId);
      if (before !== undefined && !before.isOver(fact, this.silence)) this.changed.add(queueKey(host.name, queueId));
      queue = host.begin(queueId);
    }
    return queue;
  }

  private addWork(host: Host, fact: StepFact | TlsErrorFact, queue: Queue | undefined): void {
    const process = host.processOf(fact);
    process.work ??= new Work(this.reach, host.finds);
    process.work.add(fact);
    if (fact.is === 'failure') queue?.await(process.work);
  }

  private addSession(host: Host, fact: SessionStep): void {
    const process = host.processOf(fact);
    process.sessions ??= new Sessions(this.reach);
    for (const session of process.sessions.add(fact)) {
      const { client, given } = session;
      const queue = host.queues.get(client.queueId);
      if (fact.is === 'client') queue?.sessions.push(session);
      else if (given === 'open' || (given === 'ended' && fact.is === 'greeting')) this.changed.add(queueKey(host.name, client.queueId));
      // Without a message-ID, it is lost.
      else if (queue !== undefined && fact.is === 'hang_up') {
        queue.mayBeOver = true;
        host.mayEnd(client.queueId);
      }
    }
  }

  /** Gives out the lives of a queue ID that are over, and keeps the rest. */
  private settle(host: Host, queueId: string, queue: Queue, which: 'over' | 'silent' | 'all', given: Given): void {
    const { lives, course } = livesIn(queue.facts, this.silence);
    const { told } = this;
    told.clear();
    for (const life of lives) {
      const [first] = life;
      const id = comesBack(queueId) ? first.id : hash('md5', `${host.name}\0${queueId}`, 'base64url');
      const owner = { id, arrived: arrivedBy(first) };
      const jobs = lives.length === 1 ? queue.jobs : queue.jobs.filter((job) => isIn(life, job));
      const attempts: Attempt[] = [];
      const joined: Fact[] = [];
      for (const job of jobs) {
        for (const attempt of foldJob(job, owner, host.timeouts, told)) attempts.push(attempt);
        for (const step of job.steps) if (step.queueId === undefined) joined.push(step);
      }
      const client = life.find(({ is }) => is === 'client');
      const session = client === undefined ? undefined : queue.sessions.find((one) => one.client === client);
      const delivery = ({ id }: Fact) => {
        // Its lines were joined to an earlier life of the queue ID.
        if (!told.has(id)) this.changed.add(queueKey(host.name, queueId));
        return told.get(id) ?? untold;
      };
      const message = messageOf(id, queueId, life, { session, attempts, joined: joined.length, delivery });
      if (life === lives.at(-1) && course !== undefined && which !== 'all') {
        if (message.ending === undefined && (which === 'over' || course.isHeld)) {
          queue.keep(life, jobs, course.isHeld);
          return;
        }
        host.end(queueId, course);
      }
      if (session !== undefined) session.given = message.ending === undefined ? 'open' : 'ended';
      given.add(message, attempts, [...life, ...joined, ...(session === undefined ? [] : linesOf(session, message.ending === 'lost'))]);
    }
  }
}

/** The stamp of a line that cannot be written before the message has arrived; of a later one it would say nothing. */
function arrivedBy(first: Fact) {
  return first.is === 'client' || first.is === 'picked_up' || first.is === 'message_id' ? stampOf(first.time) : undefined;
}

function isIn(life: Life, { steps }: Job): boolean {
  const own = steps.find(({ queueId }) => queueId !== undefined);
  return own !== undefined && life.some(({ id }) => id === own.id);
}

class Given implements Streamed {
  readonly messages: Message[] = [];
  readonly facts = new Map<string, readonly Fact[]>();

  constructor(readonly attempts: Attempt[]) {}

  add(message: Message, attempts: readonly Attempt[], facts: readonly Fact[]): void {
    this.messages.push(message);
    for (const attempt of attempts) this.attempts.push(attempt);
    this.facts.set(message.id, facts);
  }
}
