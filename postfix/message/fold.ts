/**
 * Messages and attempts out of facts. A function of the set of facts: in whatever order they come, in however many parts and
 * however often, the result is the same to the byte (DESIGN, promise 4).
 */
import { createHash } from 'node:crypto';
import { type Attempt, attemptOf, isInSetup, knowing, momentsOf, triesOf } from './attempt.js';
import { type Attribution, attribute } from './attribution.js';
import { comesBack, type Fact, type TlsErrorFact } from './fact.js';
import { type Interval, stampOf } from './interval.js';
import { keysOf } from './keys.js';
import { type Life, livesOf } from './life.js';
import { type Delivery, type Message, messageOf } from './message.js';
import { addDistinct } from './order.js';
import { isOfWork, type Job, type StepFact, workOf } from './process.js';
import { isSessionStep, type Session, type SessionStep, sessionsOf } from './session.js';
import type { Timeouts } from './timeouts.js';

export interface FoldOptions {
  /**
   * Milliseconds without a line after which a queue ID is another message's: maximal_queue_lifetime (5 days by default), the
   * longest pause between two tries (maximal_backoff_time), and some time for a queue manager that is behind.
   */
  readonly silence?: number;
  /** Milliseconds that a process can be busy with one delivery or one client: daemon_timeout, 5 hours by default. */
  readonly reach?: number;
  /** How long Postfix waits for a relay on this host, where it is known: it tells name resolution from a relay's time. */
  readonly timeouts?: (host: string) => Timeouts;
}

export const defaultSilence = 5 * 86_400_000 + 4_000_000 + 3 * 3_600_000;
export const defaultReach = 18_000_000;

const noTimeouts: Timeouts = {};

export interface Folded {
  /** Sorted by host, queue ID and first line. */
  readonly messages: readonly Message[];
  /** Sorted by the time of the last line, and then as their process made them. */
  readonly attempts: readonly Attempt[];
}

/** Folds facts. @param given any number of copies of each, in any order */
export function fold(given: Iterable<Fact>, options: FoldOptions = {}): Folded {
  const { silence = defaultSilence, reach = defaultReach, timeouts = () => noTimeouts } = options;
  const facts = new Map<string, Fact>();
  addDistinct(facts, given);
  const byQueue = new Map<string, Fact[]>();
  const work = new Map<string, (StepFact | TlsErrorFact)[]>();
  const sessionSteps = new Map<string, SessionStep[]>();
  for (const fact of facts.values()) {
    const { queue, process } = keysOf(fact);
    if (queue !== undefined) put(byQueue, queue, fact);
    if (isOfWork(fact)) put(work, process ?? lone(fact), fact);
    else if (process !== undefined && isSessionStep(fact)) put(sessionSteps, process, fact);
  }

  const sessions = new Map<string, Session>();
  for (const all of sessionSteps.values()) for (const [id, session] of sessionsOf(all, reach)) sessions.set(id, session);

  /** Of each line with a queue ID, the message. */
  const owners = new Map<string, Owner>();
  const lives: { owner: Owner; queueId: string; life: Life }[] = [];
  for (const all of byQueue.values()) {
    for (const life of livesOf(all, silence)) {
      const [first] = life;
      const queueId = queueIdOf(first);
      const id = comesBack(queueId) ? first.id : createHash('md5').update(`${first.host}\0${queueId}`).digest('base64url');
      const owner: Owner = { id, arrived: arrivedBy(first), attempts: [], joined: 0 };
      for (const fact of life) owners.set(fact.id, owner);
      lives.push({ owner, queueId, life });
    }
  }

  const attempts: Attempt[] = [];
  const deliveries = new Map<string, Told>();
  for (const all of work.values()) {
    const { jobs, strays } = workOf(all, reach);
    for (const job of jobs) {
      const owner = owners.get((job.steps.find(({ queueId }) => queueId !== undefined) as Fact).id);
      const made = foldJob(job, owner, timeouts(job.host), deliveries);
      attempts.push(...made);
      if (owner === undefined) continue;
      owner.attempts.push(...made);
      owner.joined += job.steps.filter(({ queueId }) => queueId === undefined).length;
    }
    for (const stray of strays) {
      const ended = stampOf(stray.time);
      const one = attemptOf(
        { relay: stray.relay, steps: [stray] },
        undefined,
        undefined,
        { began: undefined, ended, seconds: undefined },
        1,
      );
      attempts.push(knowing(timeouts(stray.host), one));
    }
  }

  const messages = lives.map(({ owner, queueId, life }) =>
    messageOf(owner.id, queueId, life, {
      session: sessionOf(life, sessions),
      attempts: owner.attempts,
      joined: owner.joined,
      delivery: (fact) => deliveries.get(fact.id) ?? { attempts: 0 },
    }),
  );
  messages.sort(
    (a, b) => compare(a.host, b.host) || compare(a.queueId, b.queueId) || (a.arrival ?? 0) - (b.arrival ?? 0) || compare(a.id, b.id),
  );
  attempts.sort(
    (a, b) =>
      a.time - b.time ||
      compare(a.host, b.host) ||
      compare(a.program, b.program) ||
      (a.pid ?? 0) - (b.pid ?? 0) ||
      compare(a.queueId ?? '', b.queueId ?? '') ||
      a.number - b.number ||
      compare(a.id, b.id),
  );
  return { messages, attempts };
}

interface Owner {
  readonly id: string;
  readonly arrived: Interval | undefined;
  readonly attempts: Attempt[];
  joined: number;
}

/** What a delivery's line is told by the process that wrote it. */
interface Told {
  readonly attempt?: string;
  readonly attempts: number;
  readonly attribution?: Attribution;
}

/** The stamp of a line that cannot be written before the message has arrived; of a later one it would say nothing. */
function arrivedBy(first: Fact): Interval | undefined {
  return first.is === 'client' || first.is === 'picked_up' || first.is === 'message_id' ? stampOf(first.time) : undefined;
}

/** One delivery's tries; and what each of its lines is told by them. */
function foldJob(job: Job, owner: Owner | undefined, timeouts: Timeouts, deliveries: Map<string, Told>): Attempt[] {
  const { tries, of } = triesOf(job);
  const moments = momentsOf(tries, owner?.arrived);
  const attempts = tries.map((one, i) =>
    knowing(timeouts, attemptOf(one, job.queueId, owner?.id, moments[i] as (typeof moments)[number], i + 1)),
  );
  for (const step of job.steps) {
    if (step.is !== 'delivery') continue;
    const { index, count } = of.get(step.id) ?? { index: undefined, count: 0 };
    const attempt = index === undefined ? undefined : attempts[index];
    const told = attempt === undefined ? { attempts: count } : { attempt: attempt.id, attempts: count };
    if (!isNetwork(step.program)) {
      deliveries.set(step.id, told);
      continue;
    }
    const own = attempt !== undefined && attempt.outcome === 'failed' && isInSetup(attempt.phase);
    const failed = attempts.slice(0, index === undefined ? attempts.length : own ? index + 1 : index);
    deliveries.set(step.id, { ...told, attribution: attribute({ time: step.time, c: step.c, d: step.d, ...told }, failed) });
  }
  return attempts;
}

/**
 * What c of a stored delivery was spent on, when more is known of how long Postfix waits than was when it was folded.
 * @param attempts those of its message, by identity
 */
export function attributeAnew(delivery: Delivery, attempts: ReadonlyMap<string, Attempt>, timeouts: Timeouts): Attribution | undefined {
  if (delivery.attribution === undefined) return undefined;
  const failed = delivery.attribution.failed.flatMap(({ attempt }) => attempts.get(attempt) ?? []);
  if (failed.length < delivery.attribution.failed.length) return delivery.attribution;
  const { time, delays } = delivery;
  const figures = { time, c: delays.c, d: delays.d, ...(delivery.attempt === undefined ? {} : { attempt: delivery.attempt }) };
  return attribute(
    figures,
    failed.map((attempt) => knowing(timeouts, attempt)),
  );
}

const isNetwork = (program: string) => program.endsWith('/smtp') || program.endsWith('/lmtp');

function sessionOf(life: Life, sessions: ReadonlyMap<string, Session>): Session | undefined {
  const client = life.find(({ is }) => is === 'client');
  return client === undefined ? undefined : sessions.get(client.id);
}

const queueIdOf = (fact: Fact) => ('queueId' in fact ? (fact.queueId ?? '') : '');

/** Where a line names no process, nothing can be joined to it but what has its queue ID. */
const lone = (fact: Fact) => `${fact.host} ${fact.program} ${queueIdOf(fact) || fact.id}`;

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function put<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
