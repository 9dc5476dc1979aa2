/** Mail about mail: a notification to the sender is a message of its own. */
import type { Steps } from './agenda.js';
import type { Message } from './message.js';
import { domainName } from './names.js';
import { activate, open } from './queue.js';
import type { Server } from './server.js';

export type Notification = 'sender non-delivery notification' | 'sender delay notification' | 'sender delivery status notification';

/** `20261124025954`, as in the message-ids that Postfix makes. */
export const compactTime = (now: number) => new Date(now * 1000).toISOString().replace(/\D/g, '').slice(0, 14);

export function* notify(server: Server, message: Message, notification: Notification): Steps {
  const { random } = server;
  const bounce = server.take('postfix/bounce');
  const cleanup = server.take('postfix/cleanup');
  const { sender } = message.envelope;
  const envelope = {
    sender: '',
    recipients: [server.recipient(sender, rankOf(sender))],
    messageId: '',
    size: 2300 + random.below(1400) + sender.length,
  };
  const child = yield* open(server, envelope, { parent: message });
  envelope.messageId = `<${compactTime(server.now)}.${child.id}@${server.settings.fqdn}>`;
  yield random.between(0.0005, 0.003);
  server.say(cleanup, `${child.id}: message-id=${envelope.messageId}`);
  yield random.between(0.0005, 0.003);
  server.start(activate(server, child), random.between(0.0001, 0.002));
  server.release('postfix/cleanup', cleanup);
  yield random.between(0.0002, 0.002);
  server.say(bounce, `${message.id}: ${notification}: ${child.id}`);
  server.release('postfix/bounce', bounce);
}

const ranks = new Map<string, number>();

/** The rank of an outsider's domain, by its name; undefined for our own and for unknown ones. */
function rankOf(address: string): number | undefined {
  if (ranks.size === 0) for (let rank = 0; rank < 2000; rank++) ranks.set(domainName(rank), rank);
  return ranks.get(address.slice(address.lastIndexOf('@') + 1));
}
