/** Looks closer at the ways in which relays fail: how many messages each met, and some of its attempts. */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Message } from '../../postfix/message/message.js';
import { waitedFor } from '../../postfix/message/timeouts.js';
import type { Kind } from '../../postfix/reason.js';
import type { MessageReader } from '../../store/message_port.js';
import type { Scope } from '../../store/port.js';
import { incidentsOf } from './incident.js';
import type { Cell } from './measures.js';
import { isMarked } from './stretch.js';
import { addressOf, type Outline, type Symptom, type Way, wayKey } from './symptom.js';

/** How much is looked at. */
export interface Look {
  /** Ways of failing, those that met most first. */
  readonly ways: number;
  /** Attempts of each. */
  readonly attempts: number;
  /** Whether all of its attempts are wanted, where they are no more than that; else some of its worst stretch will do. */
  readonly whole: boolean;
}

/** A way that was counted, and some of its attempts. */
type Read = Omit<Symptom, 'met'>;

export async function symptomsOf(
  reader: MessageReader,
  scope: Scope,
  cells: readonly Cell[],
  outlines: readonly Outline[],
  look: Look,
): Promise<Symptom[]> {
  const weight = ({ stretches }: Outline) => stretches.reduce((sum, one) => sum + (isMarked(one) ? one.count : 0), 0);
  const countOf = ({ stretches }: Outline) => stretches.reduce((sum, { count }) => sum + count, 0);
  const byWeight = [...outlines].sort((a, b) => weight(b) - weight(a) || countOf(b) - countOf(a));
  const looked = byWeight.slice(0, look.ways);
  const messages = await messagesOf(reader, scope, looked);
  const counted = byWeight.map((outline): Symptom => {
    const met = messages.get(outline) ?? Math.max(...outline.tries.map((one) => one.messages));
    return { ...outline, attempts: [], whole: false, messages: met, met: [] };
  });
  const isWanted = look.whole ? () => true : wantedOf(cells, counted);
  const read = counted.map((symptom, i) => (i < looked.length && isWanted(symptom) ? withAttempts(reader, scope, symptom, look) : symptom));
  return withMet(reader, await Promise.all(read));
}

/** Whether the attempts of a way say more than was counted: how long was waited; or what was answered, where that can become a finding. */
function wantedOf(cells: readonly Cell[], symptoms: readonly Symptom[]): (symptom: Symptom) => boolean {
  const ofIncidents = new Set(incidentsOf({ cells, symptoms }, {}).flatMap((incident) => incident.symptoms));
  return (symptom) => {
    const { kind, phase } = symptom;
    if (waitedFor(kind, phase) !== undefined) return true;
    return ofIncidents.has(symptom) && (isPutOff(kind) || kind === 'rejected_permanent' || kind === 'tls_failure');
  };
}

const nameOf = (way: Way) => `${addressOf(way.relay)} ${wayKey(way)}`;

/** How many messages each way met: distinct within a month. */
async function messagesOf(reader: MessageReader, scope: Scope, outlines: readonly Outline[]): Promise<ReadonlyMap<Outline, number>> {
  if (outlines.length === 0) return new Map();
  const relays = [...new Set(outlines.flatMap(({ tries }) => tries.map(({ relay }) => relay.host)))];
  const kinds = [...new Set(outlines.map(({ kind }) => kind))];
  const counts = new Map<string, number>();
  for (const { kind, ...one } of await reader.tries({ ...scope, by: 'month', zone: 'UTC', kinds, relays })) {
    const name = nameOf({ ...one, kind: kind as Kind });
    counts.set(name, (counts.get(name) ?? 0) + one.messages);
  }
  return new Map(outlines.map((outline) => [outline, counts.get(nameOf(outline)) ?? 0]));
}

async function withAttempts(reader: MessageReader, scope: Scope, symptom: Symptom, look: Look): Promise<Read> {
  const { relay, kind, stretches } = symptom;
  const [heaviest] = [...stretches].sort((a, b) => b.count - a.count);
  // Of a long period, those of one stretch are as good as any, and sooner found.
  const some = look.whole || heaviest === undefined ? stretches : [heaviest];
  const { attempts, next } = await reader.attempts({
    ...scope,
    since: Math.min(...some.map((one) => one.since)),
    until: Math.max(...some.map((one) => one.until)) + 1,
    ...(relay.host === 'none' ? {} : { relay: relay.ip ?? relay.host }),
    kinds: [kind],
    limit: look.attempts,
  });
  const own = attempts
    .filter((one) => relay.host !== 'none' || one.relay === undefined)
    .filter(
      (one) =>
        one.kind !== undefined &&
        wayKey({ kind, phase: one.phase, replyCode: one.replyCode, enhancedCode: one.enhancedCode }) === wayKey(symptom),
    );
  const distinct = idsOf(own).length;
  const whole = look.whole && next === undefined;
  return { ...symptom, attempts: own, whole, messages: whole ? distinct : Math.max(distinct, symptom.messages) };
}

const idsOf = (attempts: readonly Attempt[]) => [...new Set(attempts.map(({ message }) => message).filter((id) => id !== undefined))];

/** Of mail that was put off, and not given up, what it did later tells more. */
const isPutOff = (kind: Kind) => kind === 'rejected_temporary' || kind === 'greeting_refused';
const mostMet = 60;

async function withMet(reader: MessageReader, symptoms: readonly Read[]): Promise<Symptom[]> {
  const idsOfEach = symptoms.map(({ kind, attempts }) => new Set(isPutOff(kind) ? idsOf(attempts).slice(0, mostMet) : []));
  const ids = [...new Set(idsOfEach.flatMap((own) => [...own]))];
  const messages: readonly Message[] = ids.length === 0 ? [] : (await reader.messages({ ids, limit: ids.length })).messages;
  return symptoms.map((symptom, i) => ({ ...symptom, met: messages.filter(({ id }) => idsOfEach[i]?.has(id)) }));
}
