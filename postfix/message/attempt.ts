/** Tries at relays: each is a record of its own, whether it led to a delivery or not. */
import type { Kind, Phase } from '../reason.js';
import type { DeliveryFact, FailureFact, Reason, Relay } from './fact.js';
import { before, between, both, type Interval, printed, type Span, span, stampOf, tick } from './interval.js';
import type { Shaped } from './lean.js';
import { handOffOf, type Job, type StepFact } from './process.js';
import { type Timeouts, waitedFor } from './timeouts.js';

/** One try at one relay: a connection, or what should have become one, for the recipients of one delivery. */
export interface Attempt {
  /** The identity of the first line that tells of it. */
  readonly id: string;
  readonly host: string;
  readonly program: string;
  readonly pid?: number;
  /** The message it was for; absent where no line of the process says so any more. */
  readonly queueId?: string;
  /** Identity of that message's document. */
  readonly message?: string;
  readonly relay?: Relay;
  /** Which try of its delivery it is, from 1. */
  readonly number: number;
  /** When the last line of it was written: milliseconds since the epoch. */
  readonly time: number;
  /** When it began, as far as the log tells; absent where it tells nothing. */
  readonly began?: Interval;
  readonly ended: Interval;
  /** Seconds that it took; absent where its beginning is not known. What can have been name resolution is not likely. */
  readonly seconds?: Span;
  /** `sent`: every recipient it tells of. `partly`: some. `failed`: none. */
  readonly outcome: 'sent' | 'partly' | 'failed';
  /** Of the first failure in it (reason.ts). */
  readonly kind?: Kind;
  readonly phase?: Phase;
  readonly replyCode?: number;
  readonly enhancedCode?: string;
  readonly text?: string;
  readonly dsn?: string;
  /** Recipients that its lines name; those that went on to another relay are not named. */
  readonly recipients: readonly string[];
  /** How often the connection had been used, where it was not new. */
  readonly connUse?: number;
  /** The relay may have taken the message all the same (FACTS 7). */
  readonly mayBeDouble?: true;
}

/** The lines of one try. */
export interface Try {
  readonly relay: Relay | undefined;
  readonly steps: [StepFact, ...StepFact[]];
}

/** Whether two lines name the same relay: by address where both have one, as a name can stand for several. */
function isSame(a: Relay | undefined, b: Relay | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.ip !== undefined && b.ip !== undefined) return a.ip === b.ip && (a.port ?? b.port) === (b.port ?? a.port);
  return a.host === b.host && a.socket === b.socket;
}

/** Whether anything was tried: some is deferred, returned or given up without anybody being asked. */
const isTry = ({ reason }: DeliveryFact) => reason.kind !== 'suspended' && reason.kind !== 'expired' && reason.kind !== 'loop';

/** A refusal of one recipient leaves the connection as it is. */
const goesOn = ({ reason }: FailureFact) =>
  reason.phase === 'rcpt' && (reason.kind === 'rejected_temporary' || reason.kind === 'rejected_permanent');

/** What one recipient's line says of the tries before it. */
export interface Part {
  /** The try that the line is of; undefined where it is of none. */
  readonly index: number | undefined;
  /** How many tries the recipient took part in: all until then, as who is done with is not tried again. */
  readonly count: number;
}

/** Divides the lines of a delivery into tries, and says of each line what part in them its recipient had (undefined: it is of none). */
export function triesOf({ steps }: Job): { readonly tries: readonly Try[]; readonly parts: readonly (Part | undefined)[] } {
  const tries: Try[] = [];
  const parts: (Part | undefined)[] = [];
  for (const step of steps) parts.push(partOf(step, tries));
  return { tries, parts };
}

/** @param tries those until now, to which the line's is added */
function partOf(step: StepFact, tries: Try[]): Part | undefined {
  const last = tries[tries.length - 1];
  const isNone = step.is === 'delivery' && (step.relay === undefined || step.reason.kind === 'dns_failure' || !isTry(step));
  // A name that does not exist was looked for all the same.
  if (isNone) return { index: undefined, count: tries.length + (isTry(step) ? 1 : 0) };
  const isRepeated = step.is === 'delivery' && step.inReason === true;
  if (last !== undefined && isSame(last.relay, step.relay) && (isRepeated || isOpen(last))) last.steps.push(step);
  else tries.push({ relay: step.relay, steps: [step] });
  return step.is === 'delivery' ? { index: tries.length - 1, count: tries.length } : undefined;
}

/** Whether more lines of the same connection can come. */
const isOpen = ({ steps }: Try) => steps.every((step) => (step.is === 'delivery' ? step.inReason !== true : goesOn(step)));

/** Before MAIL, Postfix calls it connection set-up, and counts it in c (smtp/smtp_proto.c). */
export function isInSetup(phase: Phase | undefined): boolean {
  switch (phase) {
    case 'connect':
    case 'greeting':
    case 'ehlo':
    case 'starttls':
    case 'auth':
      return true;
    default:
      return false;
  }
}

export interface Moments {
  readonly began: Interval | undefined;
  readonly ended: Interval;
  readonly seconds: Span | undefined;
}

/**
 * When the tries of a delivery began and ended: each begins when the one before has ended, the first after the hand-off, and
 * after the names were resolved.
 * @param arrived when the first line about the message was written, which is not before it arrived
 */
export function momentsOf(tries: readonly Try[], arrived: Interval | undefined): readonly Moments[] {
  let handOff: Interval | undefined;
  // Whatever was tried was tried between hand-off and the last line's end.
  let longest = 0;
  for (const { steps } of tries) {
    for (const delivery of steps) {
      if (delivery.is !== 'delivery') continue;
      const one = handOffOf(delivery);
      handOff = handOff === undefined ? one : both(handOff, one);
      longest = Math.max(longest, printed(delivery.c).most + printed(delivery.d).most);
      if (arrived === undefined) continue;
      // Arrival, a and b make the same moment.
      const latest = arrived.latest + (printed(delivery.a).most + printed(delivery.b).most) * 1000;
      handOff = both(handOff, { earliest: Number.NEGATIVE_INFINITY, latest: tick(latest) });
    }
  }
  const moments: Moments[] = [];
  let previous: Interval | undefined;
  for (const one of tries) {
    const ended = stampOf((one.steps[one.steps.length - 1] as StepFact).time);
    moments.push(previous === undefined ? firstMoments(one, ended, handOff, longest) : laterMoments(previous, ended, longest));
    previous = ended;
  }
  return moments;
}

function laterMoments(began: Interval, ended: Interval, longest: number): Moments {
  const seconds = between(began, ended);
  return { began, ended, seconds: longest > 0 ? span(seconds.least, Math.min(seconds.most, longest), seconds.likely) : seconds };
}

function firstMoments(one: Try, ended: Interval, handOff: Interval | undefined, longest: number): Moments {
  if (handOff === undefined) return { began: undefined, ended, seconds: undefined };
  const since = between(handOff, ended);
  const seconds = span(0, Math.min(since.most, longest), likelyOfFirst(one, since.likely));
  return { began: { earliest: Math.min(handOff.earliest, ended.latest), latest: ended.latest }, ended, seconds };
}

const failureOf = ({ steps }: Try) => steps.find(({ reason }) => reason.kind !== undefined);

/**
 * The first try comes behind name resolution, and nothing stands between them in the log. One that timed out has waited; of any
 * other, only the transmission is certainly its own.
 */
function likelyOfFirst(one: Try, since: number): number {
  const reason = failureOf(one)?.reason;
  let isTold = false;
  let transmission = 0;
  for (const step of one.steps) {
    if (step.is !== 'delivery') continue;
    isTold = true;
    if (!isInSetup(step.reason.phase)) transmission = Math.max(transmission, step.d);
  }
  const hasWaited = waitedFor(reason?.kind, reason?.phase) !== undefined && (!isTold || isInSetup(reason?.phase));
  return hasWaited ? since : transmission;
}

/** A try that is not known to the second: nothing in the log tells it from the name resolution before it. */
export const isVague = ({ least, most }: Span) => most - least > 2.1;

/**
 * The same try, knowing how long Postfix waits: one that timed out took that long, and what it had waited for before. Where
 * the log itself says otherwise, the log counts.
 */
export function knowing(timeouts: Timeouts, attempt: Attempt): Attempt {
  const waited = waitedFor(attempt.kind, attempt.phase);
  const known = waited === undefined ? undefined : timeouts[waited];
  if (known === undefined) return attempt;
  const { ended, seconds } = attempt;
  const whole = waited === 'connect';
  if (seconds === undefined) {
    if (!whole) return attempt;
    const taken = span(known, known + 0.5, known);
    return { ...attempt, began: before(ended, taken), seconds: taken };
  }
  if (known > seconds.most || (whole && known + 0.5 < seconds.least)) return attempt;
  const taken = span(
    Math.max(seconds.least, known),
    whole ? Math.min(seconds.most, known + 0.5) : seconds.most,
    whole || isVague(seconds) ? known : seconds.likely,
  );
  const began = before(ended, taken);
  return { ...attempt, began: attempt.began === undefined ? began : both(began, attempt.began), seconds: taken };
}

/**
 * How long Postfix waits, as its log shows where a try that timed out stands behind another one of the same delivery: for where
 * no snapshot of postconf says it. Whole seconds, as in main.cf.
 * @param attempts of one host
 */
export function timeoutsSeen(attempts: Iterable<{ readonly [K in 'kind' | 'phase' | 'seconds']?: Attempt[K] | undefined }>): Timeouts {
  const timeouts: { -readonly [K in keyof Timeouts]: Timeouts[K] } = {};
  for (const { kind, phase, seconds } of attempts) {
    const waited = waitedFor(kind, phase);
    if (waited === undefined || seconds === undefined || isVague(seconds)) continue;
    // What the relay did before it fell silent comes on top, so the shortest tells.
    timeouts[waited] = Math.min(timeouts[waited] ?? Number.POSITIVE_INFINITY, Math.round(seconds.likely));
  }
  // smtp_helo_timeout is for both.
  const { greeting, ehlo } = timeouts;
  const helo = greeting === undefined || ehlo === undefined ? (greeting ?? ehlo) : Math.min(greeting, ehlo);
  return helo === undefined ? timeouts : { ...timeouts, greeting: helo, ehlo: helo };
}

/** The least and the most of what a reused connection took: it was set up before. */
function whereReused(steps: readonly StepFact[], seconds: Span | undefined): Span | undefined {
  const reused = steps.find((step) => step.is === 'delivery' && (step.connUse ?? 1) > 1) as DeliveryFact | undefined;
  if (reused === undefined || seconds === undefined) return seconds;
  const d = printed(reused.d);
  return d.most < seconds.most ? span(Math.min(seconds.least, d.most), d.most, d.likely) : seconds;
}

/** The record of a try. @param message identity of the message's document @param number from 1 */
export function attemptOf(
  { relay, steps }: Try,
  queueId: string | undefined,
  message: string | undefined,
  { began, ended, seconds }: Moments,
  number: number,
): Attempt {
  const [first] = steps;
  let sent = false;
  let named = relay;
  let failure: Reason | undefined;
  let dsn: string | undefined;
  let connUse: number | undefined;
  let mayBeDouble: true | undefined;
  const recipients: string[] = [];
  for (const step of steps) {
    if (step.relay?.port !== undefined && named?.port === undefined) named = step.relay;
    if (step.reason.kind !== undefined) failure ??= step.reason;
    if (step.reason.mayBeDouble) mayBeDouble = true;
    if (step.is === 'failure') continue;
    if (isTaken(step.status)) sent = true;
    dsn ??= step.dsn;
    connUse ??= step.connUse;
    if (!recipients.includes(step.recipient)) recipients.push(step.recipient);
  }
  const { id, host, program, pid } = first;
  const taken = number === 1 ? whereReused(steps, seconds) : seconds;
  const outcome = outcomeOf(sent, failure !== undefined);
  const attempt: Shaped<Attempt> = {
    id,
    host,
    program,
    number,
    time: (steps[steps.length - 1] as StepFact).time,
    ended,
    outcome,
    recipients,
    pid,
    queueId,
    message,
    relay: named,
    began,
    seconds: taken,
    dsn,
    connUse,
    mayBeDouble,
    text: failure?.text,
    kind: failure?.kind,
    phase: failure?.phase,
    replyCode: failure?.replyCode,
    enhancedCode: failure?.enhancedCode,
  };
  return attempt as Attempt;
}

function outcomeOf(sent: boolean, failed: boolean): Attempt['outcome'] {
  if (!sent) return 'failed';
  return failed ? 'partly' : 'sent';
}

/** Statuses of recipients that are done with, to the good: `deliverable` is what an address probe finds out (verify(8)). */
export const isTaken = (status: string) => status === 'sent' || status === 'deliverable' || status === 'delivered';
