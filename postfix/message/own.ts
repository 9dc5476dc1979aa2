/**
 * A text that is cut out of a longer one keeps all of that in memory (V8's sliced strings, from 13 characters on): a fact
 * that waits for days would keep the whole stretch of log that its line was read in.
 */
import type { Fact } from './fact.js';

/** Shorter ones are copied as they are cut out. */
export const shortestSlice = 13;

/** What all lines of a program or a file share. */
const shared: ReadonlySet<string> = new Set<keyof Fact>(['host', 'program', 'path']);

/** The same text, in memory of its own. */
export const owned = (text: string) => (text.length < shortestSlice ? text : ` ${text}`.slice(1));

/** A fact whose texts were never slices. */
export interface Owned {
  readonly isOwned: true;
}

/** Gives the texts of a fact memory of their own. What it says stays as it is. */
export function own(fact: Fact | Owned): void {
  if ('isOwned' in fact) return;
  const values = fact as unknown as Record<string, unknown>;
  for (const key in values) if (!shared.has(key)) values[key] = ownedValue(values[key]);
}

function ownedValue(value: unknown): unknown {
  if (typeof value === 'string') return owned(value);
  if (typeof value !== 'object' || value === null) return value;
  const values = value as Record<string, unknown>;
  for (const key in values) values[key] = ownedValue(values[key]);
  return value;
}
