/** Where lines stand: in which source, by their numbers; and which numbers lie together. */

/** From which line on lines are of which source. */
export interface Stretch {
  readonly first: number;
  readonly path: string;
}

/** The path of the source of a line. @param stretches sorted */
export const pathOf = (n: number, stretches: readonly Stretch[]): string => stretchAt(n, stretches)?.path ?? '';

/** The last stretch that begins before a line. @param stretches sorted */
export function stretchAt<S extends Stretch>(n: number, stretches: readonly S[]): S | undefined {
  let low = 0;
  let high = stretches.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((stretches[middle] as S).first <= n) low = middle;
    else high = middle;
  }
  return stretches[low];
}

/** Numbers put together whose distance is at most `near`. */
export function runsOf(numbers: readonly number[], near = 1): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && n <= last.to + near) last.to = n;
    else runs.push({ from: n, to: n });
  }
  return runs;
}
