/** What a diagnosis says: causes, each with what it rests on, what it cost, and what to look at next. */
import type { Kind, Phase } from '../../postfix/reason.js';
import type { Relay } from '../../store/port.js';

export const causes = ['resolver', 'relay', 'network', 'queue', 'receiving_side', 'greylisting', 'rate_limit', 'tls', 'local'] as const;
export type Cause = (typeof causes)[number];

/**
 * `certain`: the log says so itself. `likely`: nothing else that Postfix logs looks like it. `possible`: something else would leave
 * the same lines, and `refute` says what.
 */
export type Sureness = 'certain' | 'likely' | 'possible';

/** A figure, and the command that gives it. */
export interface Evidence {
  readonly what: string;
  readonly value: number | string;
  readonly unit?: 's';
  readonly command: string;
}

/** One stretch of time in which it happened: milliseconds since the epoch, of the first and of the last that is known of it. */
export interface Occurrence {
  readonly since: number;
  readonly until: number;
}

export interface Finding {
  readonly cause: Cause;
  /** The relay that is meant, where it is one. */
  readonly relay?: Relay;
  /** All that are meant, where they are several. */
  readonly relays?: readonly Relay[];
  /** How tries failed, where they did. */
  readonly kind?: Kind;
  readonly phase?: Phase;
  readonly claim: string;
  readonly sure: Sureness;
  /** What would show that it is something else. */
  readonly refute: string;
  /** Of the first and of the last occurrence. */
  readonly since: number;
  readonly until: number;
  readonly occurrences: readonly Occurrence[];
  /** Messages that it met, at least. */
  readonly messages: number;
  /** Seconds that mail lost by it, over all deliveries, as far as the log tells. */
  readonly seconds: number;
  /** Tries after which a relay may have a copy too many (FACTS 7). */
  readonly possibleDoubles?: number;
  readonly evidence: readonly Evidence[];
  /** What to do, a step each. */
  readonly next: readonly string[];
}
