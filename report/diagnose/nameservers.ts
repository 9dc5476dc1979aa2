/** What a floor under c says of the nameservers (FACTS 4): how long each lookup waited, and so which servers do not answer. */

/** Seconds for which the C library waits for the first servers of resolv.conf, if they are silent (glibc, resolv/res_send.c, send_dg). */
export function waitFor(silent: number, servers: number, timeout: number): number {
  let seconds = 0;
  for (let i = 0; i < silent; i++) seconds += i === 0 ? timeout : Math.max(1, Math.floor((timeout * 2 ** i) / servers));
  return seconds;
}

export interface Explanation {
  /** Lookups of a delivery that stall, and the seconds that each of them does. */
  readonly lookups: number;
  readonly each: number;
  /**
   * `silent`: the first servers do not answer at all, and every lookup waits. `unanswered`: one kind of question (such as AAAA) is never
   * answered by any, and only those lookups wait.
   */
  readonly why: 'silent' | 'unanswered';
  /** How many servers are silent. */
  readonly servers: number;
}

/** What resolv.conf says, where that is known. */
export interface KnownResolv {
  readonly servers: number;
  readonly timeout: number;
  readonly attempts: number;
}

/** resolv.conf's `timeout:` and `attempts:` where nobody knows better. */
export const usualTimeout = 5;
const usualAttempts = 2;
const mostServers = 3;
/** Of all stalls, those that an explanation has to fit: deliveries elsewhere need more lookups, or fewer, of the same length. */
const mostlyFits = 0.6;
/** An explanation that fits so much fewer of them is out of the question. */
const asGood = 0.1;

export interface Stalls {
  readonly rest: number;
  readonly count: number;
}

/**
 * What can leave such a floor.
 * @param rests all stalls @param floor the most frequent of them, in seconds
 * @param names host names that the MX records of the usual next hop give
 */
export function explanationsOf(rests: readonly Stalls[], floor: number, names: number, known: KnownResolv | undefined): Explanation[] {
  const timeout = known?.timeout ?? usualTimeout;
  const attempts = known?.attempts ?? usualAttempts;
  const sizes = known === undefined ? [2, mostServers] : [known.servers];
  const possible: Explanation[] = [];
  for (const size of sizes) {
    for (let servers = 1; servers < size; servers++) {
      const each = waitFor(servers, size, timeout);
      // One for MX, and one for each name's IPv4 address, or two for both kinds.
      for (const lookups of [names + 1, 2 * names + 1]) possible.push({ lookups, each, why: 'silent', servers });
    }
  }
  for (const size of known === undefined ? [1, 2] : [known.servers]) {
    possible.push({ lookups: names, each: attempts * waitFor(size, size, timeout), why: 'unanswered', servers: size });
  }
  const fit = possible
    .map((one) => ({ one, share: shareOfMultiples(rests, one.each) }))
    .filter(({ one, share }) => isNear(floor, one.lookups * one.each) && share >= mostlyFits);
  const best = Math.max(...fit.map(({ share }) => share));
  const fitting = fit.filter(({ share }) => share >= best - asGood).map(({ one }) => one);
  return fitting.filter(
    (one, i) => fitting.findIndex(({ lookups, each, why }) => lookups === one.lookups && each === one.each && why === one.why) === i,
  );
}

/** A stall is never shorter than the wait; answers come on top, and c is printed in whole seconds. */
const isNear = (floor: number, seconds: number) => floor >= seconds - 0.6 && floor <= seconds + 1.1;

/** Of stalls, the share that are whole multiples of a timeout. */
export function shareOfMultiples(rests: readonly Stalls[], timeout: number): number {
  const all = rests.reduce((sum, { count }) => sum + count, 0);
  const fitting = rests.reduce((sum, { rest, count }) => (rest >= timeout && rest % timeout <= 1 ? sum + count : sum), 0);
  return all === 0 ? 0 : fitting / all;
}

/** The stall that is most frequent, and how many are within a tenth of it. */
export function modeOf(rests: readonly Stalls[]): {
  readonly rest: number;
  readonly share: number;
} {
  const counts = new Map<number, number>();
  let all = 0;
  for (const { rest, count } of rests) {
    counts.set(rest, (counts.get(rest) ?? 0) + count);
    all += count;
  }
  let mode = 0;
  for (const [rest, count] of counts) if (count > (counts.get(mode) ?? 0)) mode = rest;
  const near = [...counts].reduce((sum, [rest, count]) => (Math.abs(rest - mode) <= Math.max(1, mode / 10) ? sum + count : sum), 0);
  return { rest: mode, share: all === 0 ? 0 : near / all };
}
