/** A relay's summary in the making, out of counts of outcomes. */
import type { Kind, Phase } from '../postfix/reason.js';
import type { Percentiles, Relay, RelaySummary } from './port.js';

/** How often a delivery, or an attempt, ended in one way. */
export interface OutcomeCount {
  readonly status: string | undefined;
  readonly kind: Kind | undefined;
  readonly phase: Phase | undefined;
  /** Whether it stands for a try at the relay (postfix/attempt.ts). */
  readonly attempt: boolean;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

export class RelayDraft {
  c: Percentiles = nothingMeasured;
  d: Percentiles = nothingMeasured;
  private attempts = 0;
  private sent = 0;
  private deferred = 0;
  private bounced = 0;
  private readonly failures: { readonly kind: Kind; readonly phase: Phase | undefined; count: number }[] = [];
  private firstFailure: number | undefined;
  private lastFailure: number | undefined;

  constructor(private readonly relay: Relay) {}

  /** Outcomes come sorted by kind and phase: the failures are told in that order. */
  add(outcome: OutcomeCount): void {
    const { status, attempt, kind, count } = outcome;
    if (status === 'sent') this.sent += count;
    else if (status === 'deferred') this.deferred += count;
    else if (status === 'bounced' || status === 'expired') this.bounced += count;
    if (!attempt) return;
    this.attempts += count;
    if (kind !== undefined) this.fail(kind, outcome);
  }

  private fail(kind: Kind, { phase, count, first, last }: OutcomeCount): void {
    const known = this.failures.find((failure) => failure.kind === kind && failure.phase === phase);
    if (known === undefined) this.failures.push({ kind, phase, count });
    else known.count += count;
    this.firstFailure = Math.min(this.firstFailure ?? first, first);
    this.lastFailure = Math.max(this.lastFailure ?? last, last);
  }

  summary(): RelaySummary {
    const { relay, attempts, sent, deferred, bounced, failures, c, d, firstFailure, lastFailure } = this;
    return { relay, attempts, sent, deferred, bounced, failures, c, d, firstFailure, lastFailure };
  }
}

const nothingMeasured: Percentiles = { p50: undefined, p90: undefined, p99: undefined, max: undefined };
