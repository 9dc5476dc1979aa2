/** What the store holds of the period that was asked for, so that an empty answer can say why it is empty. */
import type { Reader, Scope, Totals } from '../store/port.js';

export interface Holdings {
  /** Within the scope. */
  readonly asked: Totals;
  /** Of the whole store; the same as `asked` where that is not empty. */
  readonly all: Totals;
}

export async function holdingsOf(reader: Reader, scope: Scope): Promise<Holdings> {
  const asked = await reader.totals(scope);
  return { asked, all: asked.lines > 0 ? asked : await reader.totals({}) };
}

/** A period that is known at both ends, both inclusive: milliseconds since the epoch. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

/** The part of the scope for which there are lines; undefined where there are none. */
export function periodOf(totals: Totals): Period | undefined {
  return totals.first === undefined || totals.last === undefined ? undefined : { first: totals.first, last: totals.last };
}
