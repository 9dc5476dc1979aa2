/** Deliveries of a message as its processes made them: one for all recipients that were told the same by the same try. */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Delivery, Message } from '../../postfix/message/message.js';

export interface TracedDelivery {
  /** Addresses, in the order in which they were told of. */
  readonly recipients: readonly string[];
  /** Of the first of them; time and reason of the others may differ a little. */
  readonly delivery: Delivery;
  /** What failed before, and its own try, where there was one. */
  readonly tries: readonly Attempt[];
  /** Its recipients were tried before, so that a has earlier tries in it, and the wait in the deferred queue. */
  readonly again: boolean;
}

/** Oldest first. @param attempts those of the message */
export function deliveriesOf({ recipients }: Message, attempts: readonly Attempt[]): TracedDelivery[] {
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  const groups = new Map<string, { recipients: string[]; delivery: Delivery; again: boolean }>();
  const all = recipients.flatMap(({ address, deliveries }) => deliveries.map((delivery, i) => ({ address, delivery, again: i > 0 })));
  all.sort((a, b) => a.delivery.time - b.delivery.time);
  for (const { address, delivery, again } of all) {
    const { program, pid, attempt, relay, status, dsn, delays } = delivery;
    const key = JSON.stringify([program, pid, attempt, relay, status, dsn, delays, again]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { recipients: [address], delivery, again });
    else if (!known.recipients.includes(address)) known.recipients.push(address);
  }
  return [...groups.values()].map((group) => {
    const { attempt, attribution } = group.delivery;
    const ids = new Set([...(attribution?.failed.map((part) => part.attempt) ?? []), ...(attempt === undefined ? [] : [attempt])]);
    return { ...group, tries: [...ids].flatMap((id) => byId.get(id) ?? []) };
  });
}
