/**
 * Messages and attempts out of facts. A function of the set of facts: in whatever order they come, in however many parts and
 * however often, the result is the same to the byte (DESIGN, promise 4).
 */
import type { Attempt } from './attempt.js';
import type { Fact } from './fact.js';
import type { Message } from './message.js';
import type { FoldOptions } from './options.js';
import { addDistinct, inFileOrder } from './order.js';
import { StreamFold } from './stream.js';

export { defaultReach, defaultSilence, type FoldOptions } from './options.js';
export { attributeAnew } from './tries.js';

export interface Folded {
  /** Sorted by host, queue ID and first line. */
  readonly messages: readonly Message[];
  /** Sorted by the time of the last line, and then as their process made them. */
  readonly attempts: readonly Attempt[];
}

/** Folds facts. @param given any number of copies of each, in any order */
export function fold(given: Iterable<Fact>, options: FoldOptions = {}): Folded {
  const facts = new Map<string, Fact>();
  addDistinct(facts, given);
  return foldDistinct([...facts.values()], options);
}

/** Folds facts. @param given each once, in any order; they are sorted in place */
export function foldDistinct(given: Fact[], options: FoldOptions = {}): Folded {
  const stream = new StreamFold(options);
  for (const fact of given.sort(inFileOrder)) stream.add(fact);
  const { messages, attempts } = stream.finish();
  return { messages: [...messages].sort(byQueueId), attempts: [...attempts].sort(byTime) };
}

const byQueueId = (a: Message, b: Message) =>
  compare(a.host, b.host) || compare(a.queueId, b.queueId) || (a.arrival ?? 0) - (b.arrival ?? 0) || compare(a.id, b.id);

const byTime = (a: Attempt, b: Attempt) =>
  a.time - b.time ||
  compare(a.host, b.host) ||
  compare(a.program, b.program) ||
  (a.pid ?? 0) - (b.pid ?? 0) ||
  compare(a.queueId ?? '', b.queueId ?? '') ||
  a.number - b.number ||
  compare(a.id, b.id);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
