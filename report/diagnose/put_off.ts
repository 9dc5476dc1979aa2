/** What became of mail that a relay put off. */
import { isTaken } from '../../postfix/message/attempt.js';
import type { Incident } from './incident.js';
import type { Symptom } from './symptom.js';
import { wayKey } from './symptom.js';

export interface PutOff {
  /** Messages that were looked at. */
  readonly looked: number;
  /** Of them, those that were deferred and went out later, and the seconds from the first refusal until then. */
  readonly takenLater: number;
  readonly seconds: readonly number[];
}

export function putOffBy({ symptoms }: Incident): PutOff {
  const seen = new Set<string>();
  const seconds: number[] = [];
  for (const symptom of symptoms) {
    const first = firstRefusals(symptom);
    for (const { id, recipients } of symptom.met) {
      if (seen.has(id)) continue;
      seen.add(id);
      const refused = first.get(id) ?? Number.POSITIVE_INFINITY;
      const waited = recipients.flatMap(({ deliveries }) => {
        const deferred = deliveries.some(
          ({ status, time, reason }) => status === 'deferred' && time >= refused && isSameWay(symptom, reason),
        );
        const taken = deliveries.find(({ status, time }) => isTaken(status) && time > refused);
        return deferred && taken !== undefined ? [(taken.time - refused) / 1000] : [];
      });
      if (waited.length > 0) seconds.push(Math.max(...waited));
    }
  }
  return { looked: seen.size, takenLater: seconds.length, seconds };
}

function firstRefusals({ attempts }: Symptom): Map<string, number> {
  const first = new Map<string, number>();
  for (const { message, time } of attempts) if (message !== undefined && !first.has(message)) first.set(message, time);
  return first;
}

const isSameWay = (
  symptom: Symptom,
  reason: {
    readonly kind?: Symptom['kind'];
    readonly phase?: Symptom['phase'];
    readonly replyCode?: number;
    readonly enhancedCode?: string;
  },
) =>
  reason.kind === symptom.kind &&
  wayKey({ kind: symptom.kind, phase: reason.phase, replyCode: reason.replyCode, enhancedCode: reason.enhancedCode }) === wayKey(symptom);
