/** Whose fault a stall in connection set-up is: name resolution, which meets every relay alike, or a relay that is slow to answer. */
import type { Relay } from '../../store/port.js';
import type { Measures } from './measures.js';
import { sampledIn, stallsByRelay } from './sampled.js';
import { isRemote } from './symptom.js';
import { type Stall, stallsOf } from './waits.js';

export type Judged = { readonly stall: Stall } & (
  | { readonly of: 'all'; readonly relays: number }
  /** Some relays stall, and others that were used meanwhile do not. */
  | { readonly of: 'some'; readonly slow: readonly Relay[]; readonly prompt: readonly Relay[]; readonly seconds: number }
  /** There was no other relay to compare with. */
  | { readonly of: 'only'; readonly relay: Relay | undefined }
);

/** Fewer deliveries of a relay say nothing about it. */
const enough = 3;

export function judgedStalls(measures: Measures): Judged[] {
  const [someRelay] = remotesIn(measures);
  return stallsOf(measures.cells).map((stall) => {
    const relays = stallsByRelay(sampledIn(measures.samples, stall));
    const known = relays.filter(({ stalled, prompt }) => stalled + prompt >= enough);
    const share = ({ stalled, prompt }: (typeof relays)[number]) => stalled / (stalled + prompt);
    const slow = known.filter((one) => share(one) >= 0.5);
    const prompt = known.filter((one) => share(one) <= 0.1);
    if (slow.length > 0 && prompt.length > 0 && prompt.length >= slow.length) {
      const seconds = median(slow.flatMap(({ stalls }) => stalls));
      return { stall, of: 'some', slow: slow.map(({ relay }) => relay), prompt: prompt.map(({ relay }) => relay), seconds };
    }
    const hit = relays.filter(({ stalled }) => stalled > 0);
    const met = Math.max(hit.length, ...stall.rests.map((one) => one.relays));
    if (met > 1) return { stall, of: 'all', relays: met };
    return { stall, of: 'only', relay: hit[0]?.relay ?? someRelay };
  });
}

/** Relays that anything was tried at in the whole period. */
export function remotesIn({ cells }: Measures): Relay[] {
  const relays = new Map<string, Relay>();
  for (const { tries } of cells) for (const { relay } of tries) if (isRemote(relay)) relays.set(`${relay.host} ${relay.ip}`, relay);
  return [...relays.values()];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
