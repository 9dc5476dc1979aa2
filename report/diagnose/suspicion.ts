/** Which hours of a long period are worth looking at by the minute. */
import type { Cell, Window } from './measures.js';
import { addressOf, isRemote, isTrouble } from './symptom.js';
import { isSlow, isStall, runsOf, taken, waitFrom } from './waits.js';

/** Of a long stretch, only where it begins and ends is looked at: between, hours will do. */
const edge = 2 * 3_600_000;
const longest = 3 * edge;
/** Each costs three questions. */
const most = 16;

/** @param cells hours @returns what to ask for by the minute, apart from each other */
export function suspicious(cells: readonly Cell[]): Window[] {
  const runs = runsOf(cells.filter(isSuspicious));
  const windows = runs.flatMap(({ since, until }) =>
    until - since <= longest
      ? [{ since, until }]
      : [
          { since, until: since + edge },
          { since: until - edge, until },
        ],
  );
  if (windows.length <= most) return windows;
  const weight = new Map(
    windows.map((window) => [
      window,
      cells.filter(({ since }) => since >= window.since && since < window.until).reduce((sum, cell) => sum + troubleIn(cell), 0),
    ]),
  );
  // Since when and until when is asked most.
  const ends = new Set([windows[0], windows.at(-1)]);
  const heaviest = [...windows].sort(
    (a, b) => Number(ends.has(b)) - Number(ends.has(a)) || (weight.get(b) as number) - (weight.get(a) as number),
  );
  return heaviest.slice(0, most).sort((a, b) => a.since - b.since);
}

const troubleIn = ({ tries, rests }: Cell) =>
  tries.reduce((sum, one) => (isTrouble(one) ? sum + one.count : sum), 0) +
  rests.reduce((sum, one) => (isStall(one) ? sum + one.count : sum), 0);

function isSuspicious({ tries, rests, delays }: Cell): boolean {
  if (delays !== undefined && ((delays.b.p99 ?? 0) >= waitFrom || (delays.a.p50 ?? 0) >= waitFrom)) return true;
  const all = rests.reduce((sum, { count }) => sum + count, 0);
  const stalled = rests.reduce((sum, one) => (isStall(one) ? sum + one.count : sum), 0);
  if (stalled >= 5 && stalled >= 0.02 * all) return true;
  const byRelay = new Map<string, typeof tries>();
  for (const one of tries) if (isRemote(one.relay)) byRelay.set(addressOf(one.relay), [...(byRelay.get(addressOf(one.relay)) ?? []), one]);
  return [...byRelay.values()].some((own) => {
    const failed = own.reduce((sum, one) => (isTrouble(one) ? sum + one.count : sum), 0);
    const tried = own.reduce((sum, { count }) => sum + count, 0);
    return (failed >= 3 && failed >= 0.04 * tried) || isSlow(taken(own), () => []);
  });
}
