/** From whom, to whom, how large: what a message says of itself. */
import type { Envelope, Recipient } from './message.js';
import { messageId } from './message_id.js';
import { CLOSED_DOMAIN, encodedSender, insider, outsider } from './names.js';
import type { Random } from './random.js';
import type { Server } from './server.js';

/** How many recipients a message has: one, mostly. */
function recipientCount(random: Random): number {
  if (random.chance(0.92)) return 1;
  return random.chance(0.97) ? 2 + random.rank(12) : 12 + random.rank(60);
}

/** Calls `one` until there are `count` different addresses. */
function distinct(count: number, one: () => Recipient): Recipient[] {
  const found: Recipient[] = [];
  for (let i = 0; i < count; i++) {
    const recipient = one();
    if (!found.some(({ address }) => address === recipient.address)) found.push(recipient);
  }
  return found;
}

const messageSize = (random: Random) => Math.round(Math.min(25_000_000, 500 + random.skewed(9000, 1.7)));
const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1) || 'mailer.invalid';

/** Mail of others to us. */
export function incoming(server: Server, sender: string): Envelope {
  const { random, settings } = server;
  const isFiltered = random.chance(settings.filtered);
  const recipients = distinct(recipientCount(random), () => server.incomingRecipient(insider(random), isFiltered));
  const fate = random.next();
  const from = fate < 0.04 ? '' : fate < 0.25 ? encodedSender(random, recipients[0]?.address ?? '') : sender;
  return { sender: from, recipients, messageId: messageId(random, domainOf(sender), server.now), size: messageSize(random) };
}

/** Mail of ours, most of it to others. */
export function outgoing(server: Server, sender: string): Envelope {
  const { random } = server;
  const recipients = distinct(recipientCount(random), () => {
    if (random.chance(0.12)) return server.recipient(insider(random));
    if (random.chance(0.002)) return server.recipient(`${insider(random).split('@')[0]}@${CLOSED_DOMAIN}`);
    const { address, domainRank } = outsider(random);
    return server.recipient(address, domainRank);
  });
  return { sender, recipients, messageId: messageId(random, domainOf(sender), server.now), size: messageSize(random) };
}
