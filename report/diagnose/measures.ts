/**
 * What the rules look at: counts in stretches of time, minutes where something was found and hours elsewhere, and samples of the
 * attempts, messages and lines behind them. The rules are functions of this alone.
 */
import type { EventDocument } from '../../postfix/document.js';
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Message } from '../../postfix/message/message.js';
import type { RestCount, TryCount } from '../../store/message_port.js';
import type { DelaySummary } from '../../store/port.js';
import type { Period } from '../scope.js';
import type { Circumstances } from './circumstances.js';
import type { Symptom } from './symptom.js';

/** All that happened in one stretch of time: milliseconds since the epoch, half-open. */
export interface Cell {
  readonly since: number;
  readonly until: number;
  readonly tries: readonly TryCount[];
  readonly rests: readonly RestCount[];
  readonly delays: DelaySummary | undefined;
}

/** A stretch of time that the rules want to see more of. */
export interface Window {
  readonly since: number;
  readonly until: number;
}

/** Messages of a stretch, all or the latest. */
export interface Sample extends Window {
  readonly messages: readonly Message[];
  readonly whole: boolean;
}

export interface Measures {
  readonly period: Period;
  /** In order of time; without those in which nothing happened. */
  readonly cells: readonly Cell[];
  /** Ways in which relays failed, each with some of its attempts. */
  readonly symptoms: readonly Symptom[];
  /** Messages of the stretches in which mail waited for something other than failed tries. */
  readonly samples: readonly Sample[];
  /** Lines that say that something is wrong on this machine, oldest first. */
  readonly local: readonly EventDocument[];
  /** Lines of deliveries that failed because a name did not resolve, the latest of them, oldest first. */
  readonly unresolved: readonly EventDocument[];
  /** Lines about certificates of relays that were not accepted; and those of starts of Postfix: oldest first. */
  readonly certificates: readonly EventDocument[];
  readonly starts: readonly EventDocument[];
  /** Attempts at local agents that failed by this machine's fault. */
  readonly localAttempts: readonly Attempt[];
  readonly circumstances: Circumstances;
}

export const cellsWithin = (cells: readonly Cell[], { since, until }: Window) =>
  cells.filter((cell) => cell.since <= until && cell.until > since);

/** The mean of a distribution of which four points are known: between them it is taken to be straight. */
export function meanOf({ p50, p90, p99, max }: DelaySummary['b']): number {
  if (p50 === undefined || p90 === undefined || p99 === undefined || max === undefined) return 0;
  return 0.5 * (p50 / 2) + 0.4 * ((p50 + p90) / 2) + 0.09 * ((p90 + p99) / 2) + 0.01 * ((p99 + max) / 2);
}
