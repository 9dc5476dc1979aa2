/**
 * What one process of smtp or lmtp did, one delivery after the other. It works on one at a time, so that a line without queue
 * ID belongs to the delivery that it logs next (FACTS 5).
 */
import type { DeliveryFact, Fact, FailureFact, TlsErrorFact } from './fact.js';
import { before, type Interval, printed, stampOf } from './interval.js';
import { inFileOrder } from './order.js';
import { owned } from './own.js';

export type StepFact = FailureFact | DeliveryFact;
/** What the process that makes steps writes about them. */
export const isOfWork = (fact: Fact): fact is StepFact | TlsErrorFact =>
  fact.is === 'failure' || fact.is === 'delivery' || fact.is === 'tls_error';

/** One message handed to the process once: its recipients of one destination, and every relay that was tried for them. */
export interface Job {
  readonly host: string;
  readonly queueId: string;
  /** In the order in which the process wrote them. Without a delivery where the log ends too early, or begins anew. */
  readonly steps: readonly StepFact[];
}

/** Where the deliveries of a process go. */
export interface Finds {
  /** A delivery, whose further lines are still to be added to its steps. */
  job(job: Job): void;
  /** A failed connection after which the process logged no delivery that it can belong to. */
  stray(failure: FailureFact): void;
}

/** When a delivery agent was handed the message: c and d seconds before it wrote what became of it (FACTS 2). */
export function handOffOf(delivery: DeliveryFact): Interval {
  return before(before(stampOf(delivery.time), printed(delivery.d)), printed(delivery.c));
}

/**
 * Milliseconds between the end of a delivery, which its delays count to, and the line that says so: recipients are written
 * one after the other, each after it was handed to bounce or defer.
 */
const slack = 2000;

interface OpenJob {
  readonly host: string;
  readonly queueId: string;
  readonly steps: StepFact[];
  /** Of its deliveries; made when there may be a second one. */
  recipients: Set<string> | undefined;
  /** The last line of a recipient. */
  delivery: DeliveryFact | undefined;
}

/** Divides what a process writes, line by line, into deliveries. */
export class Work {
  private last: OpenJob | undefined;
  /** Failures whose delivery is not yet known; all with a queue ID have the same one. */
  private open: FailureFact[] = [];
  private tlsError: TlsErrorFact | undefined;

  /** @param reach milliseconds: how long a delivery can last (`daemon_timeout`, after which Postfix kills the process) */
  constructor(
    private readonly reach: number,
    private readonly finds: Finds,
  ) {}

  /** The message with failures whose delivery is not yet known. */
  get owner(): string | undefined {
    return this.open.length === 0 ? undefined : ownerOf(this.open)?.queueId;
  }

  /** What is held: of the last delivery, and of those that are not known yet. */
  get facts(): readonly (StepFact | TlsErrorFact)[] {
    const { last, open, tlsError } = this;
    return [...(last?.steps ?? []), ...open, ...(tlsError === undefined ? [] : [tlsError])];
  }

  /** @param written the next fact of the process (order.ts) */
  add(written: StepFact | TlsErrorFact): void {
    const { open, tlsError } = this;
    if (open.length > 0 && written.time - (open.at(-1) as FailureFact).time > this.reach) this.close();
    if (written.is === 'tls_error') {
      this.tlsError = written;
      return;
    }
    this.tlsError = undefined;
    const step = tlsError === undefined ? written : withRelay(written, tlsError);
    if (step.is === 'failure') this.fail(step);
    else this.deliver(step);
  }

  /** No more lines come, or none that could belong to those before. */
  close(): void {
    const { open } = this;
    if (open.length === 0) return;
    this.open = [];
    const owner = ownerOf(open);
    const isMine = ({ queueId, time }: FailureFact) =>
      queueId !== undefined || (owner !== undefined && Math.abs(owner.time - time) <= this.reach);
    if (owner?.queueId !== undefined)
      this.begin({
        host: owner.host,
        queueId: owned(owner.queueId),
        steps: open.filter(isMine),
        recipients: undefined,
        delivery: undefined,
      });
    for (const failure of open) if (!isMine(failure)) this.finds.stray(failure);
  }

  private begin(job: OpenJob): void {
    this.last = job;
    this.finds.job(job);
  }

  private fail(failure: FailureFact): void {
    const owner = this.owner;
    if (owner !== undefined && failure.queueId !== undefined && failure.queueId !== owner) {
      // Those without queue ID behind the other message's last line are of this one.
      const next = this.open.splice(this.open.findLastIndex(({ queueId }) => queueId !== undefined) + 1);
      this.close();
      this.open = next;
    }
    this.open.push(failure);
  }

  private deliver(delivery: DeliveryFact): void {
    const { last } = this;
    const earliest = Math.max(handOffOf(delivery).earliest - slack, delivery.time - this.reach);
    const isOther = ({ queueId, time }: FailureFact) => time < earliest || (queueId !== undefined && queueId !== delivery.queueId);
    const begin = this.open.length === 0 ? 0 : this.open.findLastIndex(isOther) + 1;
    const steps: StepFact[] = this.open.length === begin ? [] : this.open.splice(begin);
    this.close();
    if (last !== undefined && begin === 0 && continues(last, delivery, earliest, steps.length > 0)) {
      last.steps.push(...steps, delivery);
      last.recipients?.add(recipientOf(delivery));
      last.delivery = delivery;
      return;
    }
    steps.push(delivery);
    this.begin({ host: delivery.host, queueId: owned(delivery.queueId), steps, recipients: undefined, delivery });
  }
}

/**
 * Divides what a process wrote into deliveries.
 * @param facts all of one process, each once
 * @param reach milliseconds: how long a delivery can last
 */
export function workOf(
  facts: readonly (StepFact | TlsErrorFact)[],
  reach: number,
): { readonly jobs: readonly Job[]; readonly strays: readonly FailureFact[] } {
  const jobs: Job[] = [];
  const strays: FailureFact[] = [];
  const work = new Work(reach, { job: (job) => jobs.push(job), stray: (failure) => strays.push(failure) });
  for (const fact of [...facts].sort(inFileOrder)) work.add(fact);
  work.close();
  return { jobs, strays };
}

const ownerOf = (open: readonly FailureFact[]) => open.find(({ queueId }) => queueId !== undefined);

/** `Cannot start TLS` does not say with whom; the line before it does. */
function withRelay<S extends StepFact>(step: S, tlsError: TlsErrorFact): S {
  const isNext = step.reason.kind === 'tls_failure' && step.relay === undefined;
  if (!isNext || step.time - tlsError.time > slack) return step;
  return Object.assign(Object.create(Object.getPrototypeOf(step)) as S, step, { relay: tlsError.relay });
}

const recipientOf = ({ recipient, origTo = '' }: DeliveryFact) => `${recipient} ${origTo}`;

/**
 * Whether a line is about a further recipient of the same delivery. Arrival, the entry into the active queue and the
 * hand-off are the same for all of them, and so are a and b. To another relay go only those that the one before has failed.
 */
function continues(job: OpenJob, fact: DeliveryFact, earliest: number, failed: boolean): boolean {
  const { delivery, queueId, steps } = job;
  if (delivery === undefined || queueId !== fact.queueId || delivery.a !== fact.a || delivery.b !== fact.b) return false;
  if (delivery.time < earliest) return false;
  job.recipients ??= new Set(steps.flatMap((step) => (step.is === 'delivery' ? [recipientOf(step)] : [])));
  if (job.recipients.has(recipientOf(fact))) return false;
  const same = delivery.relay?.host === fact.relay?.host && delivery.relay?.ip === fact.relay?.ip && delivery.connUse === fact.connUse;
  return same || failed || steps.some(({ is }) => is === 'failure');
}
