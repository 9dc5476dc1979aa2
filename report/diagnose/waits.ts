/** Where mail waited for something other than tries that failed: stalls in connection set-up, waits in the queue, slow reception. */
import type { RestCount, TryCount } from '../../store/message_port.js';
import type { Cell, Window } from './measures.js';
import type { Beat, Other, Stretch } from './stretch.js';
import { isMarked, stretchesOf } from './stretch.js';
import { addressOf, isRemote } from './symptom.js';

/** Seconds of c beside failed tries from which a delivery has waited: name resolution and set-up take tenths. */
export const stallFrom = 2;
/** Seconds in b, and in a, from which mail has waited. */
export const waitFrom = 5;

/** Of deliveries, those that stall where something is wrong: a single name that takes long is seen on any day. */
const floorShare = 0.3;

export const isStall = ({ rest }: RestCount) => rest >= stallFrom;

export interface Stall extends Stretch {
  readonly rests: readonly RestCount[];
}

/** Stretches in which deliveries stalled before they had a connection, and no failed try was the reason. */
export function stallsOf(cells: readonly Cell[]): Stall[] {
  const beats: Beat[] = [];
  const others: Other[] = [];
  const rests = cells.flatMap((cell) => cell.rests);
  for (const one of rests) {
    if (isStall(one)) beats.push(one);
    // Where a failed try may have taken it all, nobody knows whether there was a stall as well.
    else if (one.count > one.vague) others.push({ first: one.first, last: one.last, count: one.count - one.vague, well: true });
  }
  others.sort((a, b) => a.first - b.first);
  return stretchesOf(beats, others)
    .filter((stretch) => isMarked(stretch) && stretch.count >= floorShare * stretch.of)
    .map((stretch) => ({
      ...stretch,
      rests: rests.filter((one) => isStall(one) && one.last >= stretch.since && one.first <= stretch.until),
    }));
}

/** Stretches in which most mail waited in the queue manager. */
export const queuedOf = (cells: readonly Cell[]): Window[] =>
  runsOf(cells.filter(({ delays }) => (delays?.b.p90 ?? 0) >= waitFrom && (delays?.b.p50 ?? 0) >= 1));

/** Stretches in which much mail was long in coming in; that of messages that were tried before is among it. */
export const receivedLateOf = (cells: readonly Cell[]): Window[] => runsOf(cells.filter(({ delays }) => (delays?.a.p50 ?? 0) >= waitFrom));

/** Seconds of a try from which a relay that takes mail is slow, and how many times slower than others. */
export const slowFrom = 2;
const slowerThanOthers = 4;

export const meanSeconds = (tries: readonly TryCount[]) => {
  const count = tries.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? 0 : tries.reduce((sum, one) => sum + one.seconds, 0) / count;
};

/** Whether these tries, all of one relay, took long although they succeeded. @param others asked for only where they did */
export function isSlow(own: readonly TryCount[], others: () => readonly TryCount[]): boolean {
  if (own.reduce((sum, { count }) => sum + count, 0) < 3 || meanSeconds(own) < slowFrom) return false;
  const beside = others();
  return beside.length === 0 || meanSeconds(own) >= slowerThanOthers * meanSeconds(beside);
}

export const taken = (tries: readonly TryCount[]) => tries.filter(({ outcome, relay }) => outcome !== 'failed' && isRemote(relay));

/** Stretches in which a relay was slow to take mail. */
export const slowOf = (cells: readonly Cell[]): Window[] =>
  runsOf(
    cells.filter(({ tries }) => {
      const all = taken(tries);
      const byAddress = new Map<string, TryCount[]>();
      for (const one of all) {
        const address = addressOf(one.relay);
        const own = byAddress.get(address);
        if (own === undefined) byAddress.set(address, [one]);
        else own.push(one);
      }
      return [...byAddress].some(([address, own]) => isSlow(own, () => all.filter(({ relay }) => addressOf(relay) !== address)));
    }),
  );

const longestPause = 10 * 60_000;

/** Cells that follow each other closely, as one stretch each. */
export function runsOf(cells: readonly Window[]): Window[] {
  const runs: { since: number; until: number }[] = [];
  for (const { since, until } of cells) {
    const last = runs.at(-1);
    if (last !== undefined && since - last.until <= longestPause) last.until = until;
    else runs.push({ since, until });
  }
  return runs;
}
