/** How long Postfix waits for a relay: as a snapshot of postconf says it, or else as its log shows it. */
import { timeoutsSeen } from '../../postfix/message/attempt.js';
import { type Timeouts, waitedFor } from '../../postfix/message/timeouts.js';
import type { Measures } from './measures.js';

/** Fewer tries may all have stood behind something else that took long. */
const enough = 3;

export function limitsIn({ symptoms, circumstances }: Pick<Measures, 'symptoms' | 'circumstances'>): Timeouts {
  const attempts = symptoms.flatMap((symptom) => symptom.attempts);
  const shortest: { -readonly [K in keyof Timeouts]: Timeouts[K] } = {};
  const counts = new Map<keyof Timeouts, number>();
  for (const { kind, phase, seconds } of attempts) {
    const limit = waitedFor(kind, phase);
    if (limit === undefined || seconds === undefined) continue;
    counts.set(limit, (counts.get(limit) ?? 0) + 1);
    // A first try has the name resolution before it in its time: the shortest had least of it.
    shortest[limit] = Math.min(shortest[limit] ?? Number.POSITIVE_INFINITY, Math.round(seconds.likely));
  }
  for (const limit of Object.keys(shortest) as (keyof Timeouts)[]) if ((counts.get(limit) ?? 0) < enough) delete shortest[limit];
  return { ...shortest, ...timeoutsSeen(attempts), ...circumstances.timeouts };
}
