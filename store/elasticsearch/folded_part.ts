/** What a fold writes: documents that are made when they are sent, each with the queue key whose rounds write it. */

import { queueKey } from '../../postfix/message/keys.js';
import type { Message } from '../../postfix/message/message.js';
import type { Refolded } from '../../postfix/message/refold.js';
import type { Zone } from '../../postfix/zone.js';
import type { Name } from '../../workers/state/port.js';
import { type Planned, plan } from './message_document.js';

/** What some facts came to. */
export interface Part {
  readonly queues: readonly string[];
  /** Queue keys of messages that have not left the queue. */
  readonly flying: readonly string[];
  readonly documents: readonly Planned<object>[];
}

/** @param zoneOf the zone of a host, where it is known */
export function partOf(prefix: string, { queues, messages, attempts }: Refolded, zoneOf: (host: string) => Zone | undefined): Part {
  const planned = plan(prefix, { messages, attempts }, zoneOf);
  return {
    queues,
    flying: messages.filter(isInFlight).map(({ host, queueId }) => queueKey(host, queueId)),
    documents: [...planned.messages, ...planned.attempts, ...planned.deliveries],
  };
}

/** Where a document is in several parts, it is the same in all, as these have asked the same shelves. */
export function byQueue(parts: readonly Part[]): { names: Map<string, Name[]>; documents: readonly Planned<object>[] } {
  const names = new Map<string, Name[]>();
  const documents =
    parts.length === 1
      ? (parts[0] as Part).documents
      : [...new Map(parts.flatMap((part) => part.documents).map((one) => [nameOf(one), one])).values()];
  for (const one of documents) {
    if (one.queue === undefined) continue;
    const known = names.get(one.queue);
    if (known === undefined) names.set(one.queue, [nameOf(one)]);
    else known.push(nameOf(one));
  }
  return { names, documents };
}

export const nameOf = ({ index, id }: Pick<Planned<object>, 'index' | 'id'>): Name => `${index} ${id}`;

const isInFlight = ({ ending, removal }: Message) => ending === undefined && removal === undefined;
