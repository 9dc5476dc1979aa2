/**
 * What one process of smtp or lmtp did, one delivery after the other. It works on one at a time, so that a line without queue
 * ID belongs to the delivery that it logs next (FACTS 5).
 */
import type { DeliveryFact, Fact, FailureFact, TlsErrorFact } from './fact.js';
import { before, type Interval, printed, stampOf } from './interval.js';
import { inFileOrder } from './order.js';

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

export interface Work {
  readonly jobs: readonly Job[];
  /** Failed connections after which the process logged no delivery that they can belong to. */
  readonly strays: readonly FailureFact[];
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
  readonly recipients: Set<string>;
  /** The last line of a recipient. */
  delivery?: DeliveryFact;
}

/**
 * Divides what a process wrote into deliveries.
 * @param facts all of one process, each once
 * @param reach milliseconds: how long a delivery can last (`daemon_timeout`, after which Postfix kills the process)
 */
export function workOf(facts: readonly (StepFact | TlsErrorFact)[], reach: number): Work {
  const jobs: OpenJob[] = [];
  const strays: FailureFact[] = [];
  /** Failures whose delivery is not yet known; all with a queue ID have the same one. */
  let open: FailureFact[] = [];
  const close = () => {
    const owner = open.find(({ queueId }) => queueId !== undefined);
    const mine = open.filter(({ queueId, time }) => queueId !== undefined || (owner !== undefined && Math.abs(owner.time - time) <= reach));
    if (owner?.queueId !== undefined) jobs.push({ host: owner.host, queueId: owner.queueId, steps: mine, recipients: new Set() });
    for (const failure of open) if (!mine.includes(failure)) strays.push(failure);
    open = [];
  };
  let tlsError: TlsErrorFact | undefined;
  for (const written of [...facts].sort(inFileOrder)) {
    if (written.is === 'tls_error') {
      tlsError = written;
      continue;
    }
    const fact = withRelay(written, tlsError);
    tlsError = undefined;
    if (fact.is === 'failure') {
      const owner = open.find(({ queueId }) => queueId !== undefined);
      if (owner !== undefined && fact.queueId !== undefined && fact.queueId !== owner.queueId) {
        // Those without queue ID behind the other message's last line are of this one.
        const next = open.slice(open.findLastIndex(({ queueId }) => queueId !== undefined) + 1);
        open = open.slice(0, open.length - next.length);
        close();
        open = next;
      }
      open.push(fact);
      continue;
    }
    const earliest = Math.max(handOffOf(fact).earliest - slack, fact.time - reach);
    const begin = open.findLastIndex(({ queueId, time }) => time < earliest || (queueId !== undefined && queueId !== fact.queueId)) + 1;
    const steps = open.slice(begin);
    open = open.slice(0, begin);
    close();
    const last = jobs.at(-1);
    if (last !== undefined && begin === 0 && continues(last, fact, earliest, steps.length > 0)) {
      last.steps.push(...steps, fact);
      last.recipients.add(recipientOf(fact));
      last.delivery = fact;
    } else {
      const { host, queueId } = fact;
      jobs.push({ host, queueId, steps: [...steps, fact], recipients: new Set([recipientOf(fact)]), delivery: fact });
    }
  }
  close();
  return { jobs, strays };
}

/** `Cannot start TLS` does not say with whom; the line before it does. */
function withRelay<S extends StepFact>(step: S, tlsError: TlsErrorFact | undefined): S {
  const isNext = step.reason.kind === 'tls_failure' && step.relay === undefined && tlsError !== undefined;
  return isNext && step.time - tlsError.time <= slack ? { ...step, relay: tlsError.relay } : step;
}

const recipientOf = ({ recipient, origTo = '' }: DeliveryFact) => `${recipient} ${origTo}`;

/**
 * Whether a line is about a further recipient of the same delivery. Arrival, the entry into the active queue and the
 * hand-off are the same for all of them, and so are a and b. To another relay go only those that the one before has failed.
 */
function continues({ queueId, recipients, delivery, steps }: OpenJob, fact: DeliveryFact, earliest: number, failed: boolean): boolean {
  if (delivery === undefined || queueId !== fact.queueId || delivery.a !== fact.a || delivery.b !== fact.b) return false;
  if (delivery.time < earliest || recipients.has(recipientOf(fact))) return false;
  const same = delivery.relay?.host === fact.relay?.host && delivery.relay?.ip === fact.relay?.ip && delivery.connUse === fact.connUse;
  return same || failed || steps.some(({ is }) => is === 'failure');
}
