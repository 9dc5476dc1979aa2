/** When something happened more than now and then: stretches of time, out of counts. */

/** Some that are alike: of the first and of the last, milliseconds since the epoch. */
export interface Beat {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** The other tries of the same relay. */
export interface Other extends Beat {
  /** They did not fail. */
  readonly well: boolean;
}

export interface Stretch {
  readonly since: number;
  readonly until: number;
  readonly count: number;
  /** Of how many: it, and what else was tried meanwhile. */
  readonly of: number;
}

const minute = 60_000;
/** Postfix tries a message again after 67 minutes at the latest (maximal_backoff_time), so a silence of less says nothing. */
const longestSilence = 75 * minute;
/** Whoever did well so many times in a row is well again. */
const wellAgain = 10;
const shortestPause = 5 * minute;

/** Less is what happens on any day (bench/generate/incident.ts: some two in a thousand at a relay that is well kept). */
const rareCount = 3;
const rareShare = 0.05;

/**
 * Divides what happened into stretches, those in which it was rare too.
 * @param others in order of `first`
 */
export function stretchesOf(beats: readonly Beat[], others: readonly Other[]): Stretch[] {
  const sorted = [...beats].sort((a, b) => a.first - b.first);
  const runs: Beat[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const beat of sorted) {
    const run = runs.at(-1);
    if (run === undefined || isBreak(end, beat.first, others)) runs.push([beat]);
    else run.push(beat);
    end = Math.max(end, beat.last);
  }
  return runs.map((run) => stretchOf(run, others));
}

/** More than what happens on any day. */
export const isMarked = ({ count, of }: Pick<Stretch, 'count' | 'of'>) => count >= rareCount && count >= rareShare * of;

function isBreak(from: number, to: number, others: readonly Other[]): boolean {
  if (to - from > longestSilence) return true;
  if (to - from < shortestPause) return false;
  return (
    near(others, from, to).reduce((sum, { well, first, last, count }) => (well && first >= from && last <= to ? sum + count : sum), 0) >=
    wellAgain
  );
}

/** Counts are of an hour at most, so what begins earlier than one before is over. */
const longestBeat = 60 * minute;

function near(others: readonly Other[], since: number, until: number): readonly Other[] {
  const from = lowerBound(others, since - longestBeat);
  let to = from;
  while (to < others.length && (others[to] as Other).first <= until) to++;
  return others.slice(from, to);
}

function lowerBound(others: readonly Other[], first: number): number {
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((others[middle] as Other).first < first) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stretchOf(run: readonly Beat[], others: readonly Other[]): Stretch {
  const since = Math.min(...run.map(({ first }) => first));
  const until = Math.max(...run.map(({ last }) => last));
  const count = run.reduce((sum, beat) => sum + beat.count, 0);
  const meanwhile = near(others, since, until).reduce((sum, other) => sum + shareWithin(other, since, until), 0);
  return { since, until, count, of: count + Math.round(meanwhile) };
}

/** How many of them fall into a stretch, if they came evenly. */
export function shareWithin({ first, last, count }: Beat, since: number, until: number): number {
  if (last < since || first > until) return 0;
  if (last === first) return count;
  return (count * (Math.min(last, until) - Math.max(first, since))) / (last - first);
}
