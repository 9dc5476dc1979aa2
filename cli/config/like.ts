/** What somebody may have meant who typed a name that there is not. */

/** ` (did you mean …?)`, or nothing. */
export function likeOf(typed: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, far: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(2, name.length / 4))
    .sort((a, b) => a.far - b.far);
  return near[0] === undefined ? '' : ` (did you mean ${near[0].name}?)`;
}

/** Letters to insert, leave out, change or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Number.POSITIVE_INFINITY;
  const at = (row: readonly number[], i: number) => row[i] ?? Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same, swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY),
      );
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}
