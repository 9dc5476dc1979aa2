/** Mail from one server of a log to another. */
import type { Steps } from './agenda.js';
import { client } from './clients.js';
import type { Envelope, Message, Recipient } from './message.js';
import { activate, open } from './queue.js';
import type { Server } from './server.js';
import { connect, disconnect, type Session } from './smtp_session.js';

const SMTPD = 'postfix/smtpd';
const CLEANUP = 'postfix/cleanup';

/** Another server of this log hands a message over; both write down the queue ID that it gets here. */
export function* handOver(server: Server, from: Server, envelope: Envelope, recipients: readonly Recipient[]): Steps<Message> {
  const { random } = server;
  const sending = client(from.settings.fqdn, from.settings.ip, from.settings.fqdn);
  const smtpd = server.take(SMTPD);
  const session = yield* connect(server, smtpd, sending, false);
  const copy: Envelope = {
    ...envelope,
    recipients: recipients.map(({ address }) => server.recipient(address)),
    size: envelope.size + 180 + random.below(60),
  };
  const cleanup = server.take(CLEANUP);
  const message = yield* open(server, copy, { client: sending });
  yield random.between(0.0003, 0.002);
  server.say(smtpd, `${message.id}: client=${sending.text}`);
  yield random.between(0.002, 0.02);
  server.say(cleanup, `${message.id}: message-id=${envelope.messageId}`);
  yield random.between(0.002, 0.02);
  session.mails = 1;
  session.recipients = copy.recipients.length;
  server.start(activate(server, message), random.between(0.0002, 0.004));
  server.release(CLEANUP, cleanup);
  server.start(leave(server, session));
  return message;
}

function* leave(server: Server, session: Session): Steps {
  yield server.random.between(0.001, 0.01);
  disconnect(server, session);
  server.release(SMTPD, session.smtpd);
}
