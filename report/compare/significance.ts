/** Whether a difference is more than chance: two tests of the textbooks, each with its name. */

/** Two-sided. */
export interface TestResult {
  readonly test: 'two-proportion z' | 'Mann–Whitney U';
  /** The standard normal deviate; positive where the second is larger. */
  readonly z: number;
  readonly p: number;
  /** How many were compared on each side. */
  readonly n: readonly [number, number];
}

/**
 * Whether two shares differ (pooled two-proportion z-test).
 * @returns undefined where the counts are too small for it: some expected count is below 5
 */
export function twoProportions(hits: readonly [number, number], of: readonly [number, number]): TestResult | undefined {
  const [x, y] = hits;
  const [n, m] = of;
  const pooled = (x + y) / (n + m);
  if (n === 0 || m === 0 || Math.min(n, m) * Math.min(pooled, 1 - pooled) < 5) return undefined;
  const z = (y / m - x / n) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  return { test: 'two-proportion z', z, p: twoSided(z), n: of };
}

/** Fewer on a side, and the normal distribution is no approximation any more. */
const fewest = 8;

/**
 * Whether the values of one side tend to be larger (Mann–Whitney U, normal approximation with correction for ties and continuity).
 * @returns undefined where there are too few values, or all are equal
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): TestResult | undefined {
  const [n, m] = [a.length, b.length];
  if (n < fewest || m < fewest) return undefined;
  const all = [...a.map((value) => ({ value, second: false })), ...b.map((value) => ({ value, second: true }))].sort(
    (x, y) => x.value - y.value,
  );
  let ranksOfSecond = 0;
  let ties = 0;
  for (let i = 0; i < all.length; ) {
    let j = i;
    while (j < all.length && all[j]?.value === all[i]?.value) j++;
    const rank = (i + 1 + j) / 2;
    for (let k = i; k < j; k++) if (all[k]?.second) ranksOfSecond += rank;
    ties += (j - i) ** 3 - (j - i);
    i = j;
  }
  const u = ranksOfSecond - (m * (m + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return undefined;
  const distance = u - (n * m) / 2;
  const z = (Math.sign(distance) * Math.max(0, Math.abs(distance) - 0.5)) / Math.sqrt(variance);
  return { test: 'Mann–Whitney U', z, p: twoSided(z), n: [n, m] };
}

const twoSided = (z: number) => Math.min(1, complementaryError(Math.abs(z) / Math.SQRT2));

/** erfc, to 1.2e-7 of its value (Numerical Recipes, 6.2). @param x not negative */
function complementaryError(x: number): number {
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const polynomial = terms.reduceRight((sum, term) => sum * t + term, 0);
  return t * Math.exp(-x * x + polynomial);
}

/** Which of several tests still count when all are looked at together (Holm). @returns for each, whether it does */
export function holm(ps: readonly (number | undefined)[], level: number): boolean[] {
  const order = ps.map((p, i) => ({ p, i })).filter((one): one is { p: number; i: number } => one.p !== undefined);
  order.sort((a, b) => a.p - b.p);
  const holds = ps.map(() => false);
  for (const [rank, { p, i }] of order.entries()) {
    if (p > level / (order.length - rank)) break;
    holds[i] = true;
  }
  return holds;
}
