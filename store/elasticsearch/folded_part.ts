/** What a fold writes: documents as the texts that are sent, each with the queue key whose rounds write it. */
import type { Attempt } from '../../postfix/message/attempt.js';
import { queueKey } from '../../postfix/message/keys.js';
import type { Message } from '../../postfix/message/message.js';
import type { Refolded } from '../../postfix/message/refold.js';
import type { Zone } from '../../postfix/zone.js';
import type { Name } from '../../workers/state/port.js';
import { type Placed, type PlacedFold, placed } from './message_document.js';

/** A document, and the queue key whose rounds write it; none where it is of no message. */
export interface Owned {
  readonly name: Name;
  /** A text, as thousands of documents wait until they are claimed, and objects would have the collector look at each part of them. */
  readonly json: string;
  readonly queue: string | undefined;
}

/** What some facts came to. */
export interface Part {
  readonly queues: readonly string[];
  /** Queue keys of messages that have not left the queue. */
  readonly flying: readonly string[];
  readonly documents: readonly Owned[];
}

/** @param zoneOf the zone of a host, where it is known */
export function partOf(prefix: string, { queues, messages, attempts }: Refolded, zoneOf: (host: string) => Zone | undefined): Part {
  const documents: Owned[] = [];
  for (const some of slices(messages, attempts)) addOwned(documents, placed(prefix, some, zoneOf));
  return { queues, flying: messages.filter(isInFlight).map(({ host, queueId }) => queueKey(host, queueId)), documents };
}

/** Where a document is in several parts, it is the same in all, as these have asked the same shelves. */
export function byQueue(parts: readonly Part[]): { names: Map<string, Name[]>; documents: Owned[] } {
  const names = new Map<string, Name[]>();
  const all = parts.flatMap((part) => part.documents);
  const documents = parts.length === 1 ? all : [...new Map(all.map((one) => [one.name, one])).values()];
  for (const { name, queue } of documents) {
    if (queue === undefined) continue;
    const known = names.get(queue);
    if (known === undefined) names.set(queue, [name]);
    else known.push(name);
  }
  return { names, documents };
}

/** Messages at a time that are made documents: few enough that these are gone before the collector has seen them twice. */
const slice = 200;

/** A fold in slices, each message with its attempts; those without a message come first. */
function* slices(messages: readonly Message[], attempts: readonly Attempt[]): Generator<{ messages: Message[]; attempts: Attempt[] }> {
  const byMessage = new Map<string | undefined, Attempt[]>();
  for (const attempt of attempts) {
    const known = byMessage.get(attempt.message);
    if (known === undefined) byMessage.set(attempt.message, [attempt]);
    else known.push(attempt);
  }
  yield { messages: [], attempts: byMessage.get(undefined) ?? [] };
  for (let from = 0; from < messages.length; from += slice) {
    const some = messages.slice(from, from + slice);
    yield { messages: some, attempts: some.flatMap(({ id }) => byMessage.get(id) ?? []) };
  }
}

function addOwned(to: Owned[], { messages, attempts, deliveries }: PlacedFold): void {
  const add = ({ index, id, document }: Placed<object>, queue: string | undefined) =>
    to.push({ name: `${index} ${id}`, json: JSON.stringify(document), queue });
  for (const one of messages) add(one, queueKey(one.document.host.name, one.document.email.local_id));
  for (const one of attempts) {
    const { email, host, postfix } = one.document;
    add(one, email === undefined || postfix.message_document === undefined ? undefined : queueKey(host.name, email.local_id));
  }
  for (const one of deliveries) add(one, queueKey(one.document.host.name, one.document.email.local_id));
}

const isInFlight = ({ ending, removal }: Message) => ending === undefined && removal === undefined;
