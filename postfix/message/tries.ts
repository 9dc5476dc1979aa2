/** What the lines of one delivery come to: its tries, and what each recipient's line is told by them. */
import { type Attempt, attemptOf, isInSetup, knowing, type Moments, momentsOf, type Part, type Try, triesOf } from './attempt.js';
import { type Attribution, attribute } from './attribution.js';
import type { DeliveryFact, FailureFact } from './fact.js';
import { type Interval, stampOf } from './interval.js';
import type { Delivery } from './message.js';
import type { Job, StepFact } from './process.js';
import type { Timeouts } from './timeouts.js';

/** The message that a delivery is of. */
export interface Owner {
  readonly id: string;
  /** When its first line was written, where that is not before it arrived. */
  readonly arrived: Interval | undefined;
}

/** What a delivery's line is told by the process that wrote it. */
export interface Told {
  readonly attempt: string | undefined;
  readonly attempts: number;
  readonly attribution: Attribution | undefined;
}

/** A try of which no line says what message it was for. */
export function strayOf(failure: FailureFact, timeouts: Timeouts): Attempt {
  const moments = { began: undefined, ended: stampOf(failure.time), seconds: undefined };
  return knowing(timeouts, attemptOf({ relay: failure.relay, steps: [failure] }, undefined, undefined, moments, 1));
}

/** One delivery's tries. @param told takes what each of its recipients' lines is told, by the line's identity */
export function foldJob(job: Job, owner: Owner, timeouts: Timeouts, told: Map<string, Told>): Attempt[] {
  const { tries, parts } = triesOf(job);
  const moments = momentsOf(tries, owner.arrived);
  const attempts: Attempt[] = [];
  for (let i = 0; i < tries.length; i++) {
    const attempt = attemptOf(tries[i] as Try, job.queueId, owner.id, moments[i] as Moments, i + 1);
    attempts.push(knowing(timeouts, attempt));
  }
  const { steps } = job;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as StepFact;
    const part = parts[i];
    if (step.is === 'delivery' && part !== undefined) told.set(step.id, toldOf(step, part, attempts));
  }
  return attempts;
}

function toldOf({ program, time, c, d }: DeliveryFact, { index, count }: Part, attempts: readonly Attempt[]): Told {
  const attempt = index === undefined ? undefined : attempts[index];
  if (!isNetwork(program)) return { attempts: count, attempt: attempt?.id, attribution: undefined };
  const own = attempt !== undefined && attempt.outcome === 'failed' && isInSetup(attempt.phase);
  const failed = attempts.slice(0, index === undefined ? attempts.length : own ? index + 1 : index);
  return { attempts: count, attempt: attempt?.id, attribution: attribute({ time, c, d, attempt: attempt?.id }, failed) };
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
  return attribute(
    { time, c: delays.c, d: delays.d, attempt: delivery.attempt },
    failed.map((attempt) => knowing(timeouts, attempt)),
  );
}

/** Whether a program is smtp or lmtp, which hand over to relays. */
export const isNetwork = (program: string) => program.endsWith('/smtp') || program.endsWith('/lmtp');
