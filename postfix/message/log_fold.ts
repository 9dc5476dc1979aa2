/**
 * Lives out of facts that come in order of time, in bounded memory: each is handed over when its message is over, and what is
 * still in the queue waits. Whoever takes them makes documents of them (stream.ts), or rows.
 */
import { hash } from 'node:crypto';
import type { Attempt } from './attempt.js';
import type { Fact, TlsErrorFact } from './fact.js';
import { Host } from './host.js';
import { type Interval, stampOf } from './interval.js';
import { queueKey } from './keys.js';
import { type Life, livesIn } from './life.js';
import { endingOf, type Lived, Outline } from './message.js';
import { defaultReach, defaultSilence, type FoldOptions } from './options.js';
import { isOfWork, type Job, type StepFact, Work } from './process.js';
import type { Queue } from './queue.js';
import { isSessionStep, type SessionStep, Sessions } from './session.js';
import type { Timeouts } from './timeouts.js';
import { foldJob, type Owner, strayOf, type Told } from './tries.js';

export interface StreamOptions extends FoldOptions {
  /** Milliseconds of log time after its last line until a message that has ended is given out; 2 minutes by default. */
  readonly grace?: number;
}

/** Who is given what is over, in no order. */
export interface Taker {
  message(lived: Lived): void;
  /** A try that belongs to no message. */
  stray(attempt: Attempt): void;
}

const defaultGrace = 120_000;

/** So many sweeps, or so many milliseconds of a host's log, after the last one that did, a sweep looks at all that is held. */
const sweepsToLookThrough = 32;
const timeToLookThrough = 3_600_000;

const noTimeouts: Timeouts = {};
const noAttempts: readonly Attempt[] = [];
const noFacts: readonly Fact[] = [];

/**
 * The fold, for facts that come in order of time. What the sweeps and finish() hand over is together what fold() makes of all
 * facts; but for messages that a line changes after they were handed over: these are named in `again`. Of a line more than an
 * hour later that is known no more; it makes a message of its own without `arrival`, and whoever keeps the messages looks
 * whether there is an older one of the same queue ID, and folds both again (refold.ts).
 */
export class LogFold {
  private readonly silence: number;
  /** After so long a silence nothing is heard of a message any more, neither by its queue ID nor by its processes. */
  private readonly patience: number;
  private readonly reach: number;
  private readonly grace: number;
  private readonly timeouts: (host: string) => Timeouts;
  private readonly hosts = new Map<string, Host>();
  private readonly changed = new Set<string>();
  private sweeps = 0;

  constructor(
    private readonly taker: Taker,
    { silence = defaultSilence, reach = defaultReach, grace = defaultGrace, timeouts = () => noTimeouts }: StreamOptions = {},
  ) {
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
    let queue: Queue | undefined;
    if (queueId !== undefined) {
      queue = this.queueOf(host, fact, queueId);
      if (queue.add(fact)) host.mayEnd(queue);
    }
    if (isOfWork(fact)) this.addWork(host, fact, queue);
    else if (isSessionStep(fact) && fact.pid !== undefined) this.addSession(host, fact);
  }

  /**
   * Hands over what is over by now; to be called every thousand facts or so: what is handed over soon is garbage that was never
   * old, and costs the collector next to nothing.
   */
  sweep(): void {
    const isDue = ++this.sweeps % sweepsToLookThrough === 0;
    for (const host of this.hosts.values()) {
      const isAll = isDue || host.clock - host.swept >= timeToLookThrough;
      if (isAll) host.reap(this.reach);
      this.giveEnded(host);
      if (isAll) this.lookThrough(host);
    }
  }

  private lookThrough(host: Host): void {
    for (const queue of host.queues.all()) {
      const isSilent = host.clock - queue.last > this.patience && !queue.isHeld;
      if (isSilent && !queue.isAwaited) this.settle(host, queue, 'silent');
    }
    host.shrink();
  }

  /** What ended, and of which nothing was heard for a while. */
  private giveEnded(host: Host): void {
    host.endedBefore(this.grace, (queue) => {
      if (!queue.mayBeOver || host.queues.get(queue.queueId) !== queue) return true;
      if (host.clock - queue.last <= this.grace || queue.isAwaited) return false;
      this.settle(host, queue, 'over');
      return true;
    });
  }

  /** Hands over the rest as it stands: no more facts come. */
  finish(): void {
    for (const host of this.hosts.values()) host.close();
    for (const host of this.hosts.values()) {
      for (const queue of host.queues.all()) this.settle(host, queue, 'all');
    }
    this.hosts.clear();
  }

  private hostOf(name: string): Host {
    let host = this.hosts.get(name);
    if (host === undefined) {
      const timeouts = this.timeouts(name);
      const made: Host = new Host(name, timeouts, {
        job: (job) => made.queues.get(job.queueId)?.jobs.push(job),
        stray: (failure) => this.taker.stray(strayOf(failure, timeouts)),
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
      queue = host.queues.begin(queueId);
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
        host.mayEnd(queue);
      }
    }
  }

  /** Hands over the lives of a queue ID that are over, and keeps the rest. */
  private settle(host: Host, queue: Queue, which: 'over' | 'silent' | 'all'): void {
    const { queueId } = queue;
    const { lives, course } = livesIn(queue.facts, this.silence);
    // A new one: of one that is cleared V8 keeps what was in it until it collects what is old.
    const told = new Map<string, Told>();
    for (const life of lives) {
      const [first] = life;
      const id = course?.comesBack === false ? hash('md5', `${host.name}\0${queueId}`, 'base64url') : first.id;
      const jobs = lives.length === 1 ? queue.jobs : queue.jobs.filter((job) => isIn(life, job));
      const attempts = jobs.length === 0 ? noAttempts : attemptsOf(jobs, { id, arrived: arrivedBy(first) }, host, told);
      const joined = jobs.length === 0 ? noFacts : joinedIn(jobs);
      const outline = new Outline(life);
      const { client } = outline;
      const session = client === undefined ? undefined : queue.sessions.find((one) => one.client === client);
      const ending = endingOf(outline, session);
      for (const deliveries of outline.recipients) {
        // Its lines were joined to an earlier life of the queue ID.
        for (const delivery of deliveries) if (!told.has(delivery.id)) this.changed.add(queueKey(host.name, queueId));
      }
      if (life === lives[lives.length - 1] && course !== undefined && which !== 'all') {
        if (ending === undefined && (which === 'over' || course.isHeld)) {
          queue.keep(life, jobs, course.isHeld);
          return;
        }
        host.end(queue, course);
      }
      if (session !== undefined) session.given = ending === undefined ? 'open' : 'ended';
      this.taker.message({ id, host: host.name, queueId, life, outline, ending, session, attempts, joined, told });
    }
  }
}

function attemptsOf(jobs: readonly Job[], owner: Owner, { timeouts }: Host, told: Map<string, Told>): readonly Attempt[] {
  const [job] = jobs;
  if (jobs.length === 1 && job !== undefined) return foldJob(job, owner, timeouts, told);
  return jobs.flatMap((one) => foldJob(one, owner, timeouts, told));
}

/** What processes wrote for a message without its queue ID. */
function joinedIn(jobs: readonly Job[]): readonly Fact[] {
  let joined: Fact[] | undefined;
  for (const { steps } of jobs) {
    for (const step of steps) {
      if (step.queueId !== undefined) continue;
      joined ??= [];
      joined.push(step);
    }
  }
  return joined ?? noFacts;
}

/** The stamp of a line that cannot be written before the message has arrived; of a later one it would say nothing. */
function arrivedBy(first: Fact): Interval | undefined {
  return first.is === 'client' || first.is === 'picked_up' || first.is === 'message_id' ? stampOf(first.time) : undefined;
}

function isIn(life: Life, { steps }: Job): boolean {
  const own = steps.find(({ queueId }) => queueId !== undefined);
  return own !== undefined && life.some(({ id }) => id === own.id);
}
