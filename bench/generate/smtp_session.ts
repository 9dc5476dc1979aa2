/** A session of smtpd, and the messages that come in by it. */
import type { Steps } from './agenda.js';
import type { Client } from './clients.js';
import type { Daemon } from './daemons.js';
import type { Envelope, Message, Origin } from './message.js';
import { signed, verified } from './neighbours.js';
import { activate, close, open } from './queue.js';
import type { Random } from './random.js';
import type { Server } from './server.js';
import { tlsParameters } from './tls.js';

const CLEANUP = 'postfix/cleanup';

/** Commands of one session, for the line that ends it. */
export interface Session {
  readonly smtpd: Daemon;
  readonly client: Client;
  tls: boolean;
  auth: boolean;
  mails: number;
  recipients: number;
  refused: number;
  /** Mails that were turned away after their end. */
  rejected: number;
}

export function* connect(server: Server, smtpd: Daemon, from: Client, tls: boolean, isSubmission = false): Steps<Session> {
  const { random, settings } = server;
  server.say(smtpd, `connect from ${from.text}`);
  yield random.skewed(0.12, 0.7);
  if (tls && (settings.smtpdTlsLog || isSubmission)) {
    server.say(smtpd, `Anonymous TLS connection established from ${from.text}: ${tlsParameters(random)}`);
    yield random.skewed(0.06, 0.5);
  }
  return { smtpd, client: from, tls, auth: false, mails: 0, recipients: 0, refused: 0, rejected: 0 };
}

export function disconnect(server: Server, session: Session, isPolite = true): void {
  const { tls, auth, mails, recipients, refused, rejected } = session;
  const begin = `ehlo=${tls ? 2 : 1}${tls ? ' starttls=1' : ''}${auth ? ' auth=1' : ''} mail=${mails}`;
  const end = `rcpt=${counter(recipients, recipients + refused)} data=${counter(mails - rejected, mails)}${isPolite ? ' quit=1' : ''}`;
  const all = 1 + (tls ? 2 : 0) + (auth ? 1 : 0) + mails + recipients + refused + mails + (isPolite ? 1 : 0);
  server.say(session.smtpd, `disconnect from ${session.client.text} ${begin} ${end} commands=${counter(all - refused - rejected, all)}`);
}

/** `2`, or `1/2` where one of them failed. */
const counter = (accepted: number, all: number) => (accepted === all ? String(all) : `${accepted}/${all}`);

/** What cleanup does with a message: most go on. */
type Fate = 'accepted' | 'noted' | 'rejected' | 'held' | 'discarded';

function fateOf(random: Random): Fate {
  const fate = random.next();
  if (fate < 0.003) return 'rejected';
  if (fate < 0.0036) return 'held';
  if (fate < 0.0042) return 'discarded';
  return fate < 0.007 ? 'noted' : 'accepted';
}

/** MAIL to the end of DATA. */
export function* transaction(server: Server, session: Session, envelope: Envelope, origin: Origin, clientSuffix: string): Steps<Message> {
  const { random } = server;
  const { smtpd, client: from } = session;
  const message = yield* open(server, envelope, origin);
  const cleanup = server.take(CLEANUP);
  yield random.between(0.0003, 0.002);
  server.say(smtpd, `${message.id}: client=${from.text}${clientSuffix}`);
  yield random.skewed(0.09, 0.8);
  server.say(cleanup, `${message.id}: message-id=${envelope.messageId}`);
  yield random.skewed(0.02, 0.8) + envelope.size / 2e7;
  session.mails += 1;
  session.recipients += envelope.recipients.length;
  const fate = origin.user === undefined && origin.parent === undefined ? fateOf(random) : 'accepted';
  if (fate !== 'accepted') sayFate(server, session, cleanup, message, fate);
  if (fate === 'accepted' || fate === 'noted') {
    if (server.settings.opendkim) yield* origin.user === undefined ? verified(server, message) : signed(server, message);
    server.start(activate(server, message), random.between(0.0002, 0.004));
  }
  server.release(CLEANUP, cleanup);
  return message;
}

function sayFate(server: Server, session: Session, cleanup: Daemon, message: Message, fate: Exclude<Fate, 'accepted'>): void {
  const { random } = server;
  const from = session.client;
  const { sender, recipients } = message.envelope;
  const about = `from ${from.text}; from=<${sender}> to=<${recipients[0]?.address}> proto=ESMTP helo=<${from.helo}>`;
  switch (fate) {
    case 'noted':
      if (random.chance(0.5)) {
        server.say(cleanup, `${message.id}: warning: header Subject: =?UTF-8?B?${random.letters(24)}?= ${about}`);
      } else {
        server.say(
          cleanup,
          `${message.id}: replace: header Received: from [${from.ip}] by ${from.helo} ${about}: Received: from [removed]`,
        );
      }
      return;
    case 'rejected':
      session.rejected += 1;
      if (random.chance(0.6)) {
        server.say(cleanup, `${message.id}: milter-reject: END-OF-MESSAGE ${about.replace(';', ': 5.7.1 Spam message rejected;')}`);
      } else {
        server.say(cleanup, `${message.id}: reject: header Subject: You have won ${random.bits()} euros ${about}: 5.7.1 not wanted here`);
      }
      close(server, message, 'rejected');
      return;
    case 'discarded':
      server.say(cleanup, `${message.id}: discard: header X-Loop: ${random.hex(8)} ${about}`);
      close(server, message, 'discarded');
      return;
    case 'held':
      server.say(cleanup, `${message.id}: hold: header Subject: invoice ${random.hex(6)} ${about}`);
      message.state = 'held';
      server.start(letGo(server, message), random.exponential(7200));
  }
}

/** An administrator looks at what is on hold. */
function* letGo(server: Server, message: Message): Steps {
  const postsuper = server.daemons.spawn('postfix/postsuper');
  server.say(postsuper, `${message.id}: released from hold`);
  message.state = 'queued';
  yield 0.002;
  server.say(postsuper, 'Released from hold: 1 message');
  server.daemons.retire(postsuper);
  yield server.random.between(0, 60);
  yield* activate(server, message);
}
