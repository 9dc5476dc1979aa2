/** What is odd about a line, as one number: its ordinal, what was doubtful about its time, and how its bytes are kept. */
import type { ClockDoubt } from '../../postfix/clock.js';
import type { KeptText } from '../../postfix/text.js';

const doubts: readonly (ClockDoubt | undefined)[] = [undefined, 'gap', 'fold', 'leap'];

export interface Mark {
  readonly ordinal: number;
  readonly doubt: ClockDoubt | undefined;
  readonly encoding: KeptText['encoding'];
}

/** @returns 0 for most lines */
export function markOf({ ordinal, doubt, encoding }: Mark): number {
  return ordinal * 8 + doubts.indexOf(doubt) * 2 + (encoding === 'bytes' ? 1 : 0);
}

export function readMark(mark: number): Mark {
  return { ordinal: Math.floor(mark / 8), doubt: doubts[(mark >> 1) & 3], encoding: mark & 1 ? 'bytes' : 'utf-8' };
}

/** What tells rows with the same time and line apart, as SQL: the ordinal, and how the bytes are kept; not the doubt. */
export const identity = (table: string) => `(coalesce(${table}.mark, 0) // 8 * 2 + coalesce(${table}.mark, 0) % 2)`;
