/** A period as whole hours or months, of which there are sums, and what is left of it at its edges. */
import type { Scope } from '../port.js';
import { endOfMonth, monthOf, startOfMonth } from '../retention_port.js';
import { micros } from './scope.js';

/** What sums are kept of: stretches that follow each other without a gap. Times are milliseconds since the epoch. */
export interface Unit {
  /** The start of the first stretch that does not begin before a time. */
  readonly from: (time: number) => number;
  /** The end of the last stretch that does not end after a time. */
  readonly to: (time: number) => number;
}

/** An hour. */
export const hourMs = 3_600_000;

export const hours: Unit = {
  from: (time) => Math.ceil(time / hourMs) * hourMs,
  to: (time) => Math.floor(time / hourMs) * hourMs,
};

export const months: Unit = {
  from: (time) => (startOfMonth(monthOf(time)) === time ? time : endOfMonth(monthOf(time))),
  to: (time) => startOfMonth(monthOf(time)),
};

/** A period, cut at the edges of its stretches. */
export interface Cut {
  /** Conditions on the start of a stretch, in microseconds. */
  readonly whole: (start: string) => readonly string[];
  /** The parts of it that are no whole stretch. */
  readonly edges: readonly Scope[];
}

export function cut({ since, until, host }: Scope, unit: Unit): Cut {
  const from = since === undefined ? undefined : unit.from(since);
  const to = until === undefined ? undefined : unit.to(until);
  const of = host === undefined ? {} : { host };
  if (since !== undefined && until !== undefined && (from as number) > (to as number)) {
    return { whole: () => ['false'], edges: [{ ...of, since, until }] };
  }
  const edges: Scope[] = [];
  if (since !== undefined && from !== undefined && since < from) edges.push({ ...of, since, until: from });
  if (until !== undefined && to !== undefined && to < until) edges.push({ ...of, since: to, until });
  const whole = (start: string) => [
    ...(from === undefined ? [] : [`${start} >= ${micros(from)}`]),
    ...(to === undefined ? [] : [`${start} < ${micros(to)}`]),
  ];
  return { whole, edges };
}
