/** The content filter: takes a message on port 10024, and brings it back on port 10026 as one of its own. */
import type { Steps } from './agenda.js';
import { LOCALHOST } from './clients.js';
import type { Message, Recipient } from './message.js';
import { activate, open } from './queue.js';
import type { Server } from './server.js';

const SMTPD = 'postfix/smtpd';
const CLEANUP = 'postfix/cleanup';

export function* returnFiltered(server: Server, message: Message, recipients: readonly Recipient[]): Steps<Message> {
  const { random } = server;
  const smtpd = server.take(SMTPD);
  const cleanup = server.take(CLEANUP);
  server.say(smtpd, `connect from ${LOCALHOST.text}`);
  yield random.between(0.001, 0.006);
  const envelope = {
    ...message.envelope,
    recipients: recipients.map(({ address, origTo }) => server.recipient(address, undefined, origTo ?? undefined)),
    size: message.envelope.size + 400 + random.below(400),
  };
  const child = yield* open(server, envelope, { client: LOCALHOST, parent: message });
  const original = message.origin.client;
  const forwarded = original === undefined ? '' : `, orig_client=${original.text}`;
  server.say(smtpd, `${child.id}: client=${LOCALHOST.text}, orig_queue_id=${message.id}${forwarded}`);
  yield random.between(0.0005, 0.003);
  server.say(cleanup, `${child.id}: message-id=${envelope.messageId}`);
  yield random.between(0.0005, 0.003);
  server.start(activate(server, child), random.between(0.0001, 0.003));
  const count = recipients.length;
  server.say(smtpd, `disconnect from ${LOCALHOST.text} ehlo=1 xforward=1 mail=1 rcpt=${count} data=1 quit=1 commands=${5 + count}`);
  server.release(SMTPD, smtpd);
  server.release(CLEANUP, cleanup);
  yield random.between(0.0005, 0.004);
  sayAmavis(server, message, child);
  return child;
}

function sayAmavis(server: Server, message: Message, child: Message): void {
  const { random } = server;
  const amavis = server.take('amavis');
  const { sender, recipients, messageId, size } = message.envelope;
  const from = message.origin.client?.ip ?? '127.0.0.1';
  const to = recipients.map(({ address }) => `<${address}>`).join(',');
  server.say(
    amavis,
    `(${amavis.pid}-${String(1 + amavis.uses).padStart(2, '0')}) Passed CLEAN {RelayedInbound}, ` +
      `[${from}]:${20_000 + random.below(40_000)} [${from}] <${sender}> -> ${to}, Queue-ID: ${message.id}, ` +
      `Message-ID: ${messageId}, mail_id: ${random.letters(12)}, Hits: ${(random.next() * 6 - 3).toFixed(3)}, ` +
      `size: ${size}, queued_as: ${child.id}, ${200 + random.below(900)} ms`,
  );
  server.release('amavis', amavis);
}
