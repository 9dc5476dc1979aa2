/** How mail comes in over SMTP: from the internet, from our people and from our applications. */
import type { Steps } from './agenda.js';
import { ourApplication, ourDevice, outgoingServer } from './clients.js';
import { incoming, outgoing } from './envelope.js';
import type { Envelope } from './message.js';
import { insider, OUR_DOMAINS, outsider } from './names.js';
import { sayPolicyd } from './neighbours.js';
import { passPostscreen } from './postscreen.js';
import { close, open } from './queue.js';
import { rejectText } from './rejects.js';
import type { Server } from './server.js';
import { sayEnd } from './session_end.js';
import { connect, disconnect, type Session, transaction } from './smtp_session.js';

const SMTPD = 'postfix/smtpd';
const SUBMISSION = 'postfix/submission/smtpd';
const SMTPS = 'postfix/smtps/smtpd';

/** A mail server of somebody else brings a message or two. */
export function* incomingSession(server: Server): Steps {
  const { random, settings } = server;
  const { address, domainRank } = outsider(random);
  const from = outgoingServer(random, domainRank);
  if (settings.postscreen) yield* passPostscreen(server, from);
  const smtpd = server.take(SMTPD);
  const session = yield* connect(server, smtpd, from, random.chance(0.85));
  const mails = random.chance(0.75) ? 1 : 2 + random.below(5);
  for (let i = 0; i < mails; i++) {
    const envelope = incoming(server, address);
    if (random.chance(0.03)) sayPolicyd(server, from, envelope);
    if (random.chance(LOST_IN_DATA)) {
      yield* lostInData(server, session, envelope);
      return;
    }
    if (random.chance(0.02)) {
      const target = insider(random);
      server.say(smtpd, rejectText(random, from, envelope.sender, target));
      session.refused += 1;
      yield random.between(0.01, 0.1);
    }
    yield* transaction(server, session, envelope, { client: from }, '');
    yield random.skewed(0.05, 0.6);
  }
  disconnect(server, session);
  server.release(SMTPD, smtpd);
}

/** Clients that go away in the middle of a message. */
const LOST_IN_DATA = 0.0015;

function* lostInData(server: Server, session: Session, envelope: Envelope): Steps {
  const { random } = server;
  const { smtpd, client: from } = session;
  const message = yield* open(server, envelope, { client: from });
  server.say(smtpd, `${message.id}: client=${from.text}`);
  yield random.skewed(20, 1);
  sayEnd(server, smtpd, `lost connection after DATA (${random.below(envelope.size)} bytes)`, from.text, message.id);
  session.mails += 1;
  session.recipients += envelope.recipients.length;
  session.rejected += 1;
  disconnect(server, session, false);
  close(server, message, 'lost');
  server.release(SMTPD, smtpd);
}

/** One of our people sends from a mail program. */
export function* submissionSession(server: Server): Steps {
  const { random } = server;
  const from = ourDevice(random);
  const sender = insider(random);
  const program = random.chance(0.7) ? SUBMISSION : SMTPS;
  const smtpd = server.take(program);
  const session = yield* connect(server, smtpd, from, true, true);
  session.auth = true;
  const user = random.chance(0.8) ? sender : sender.slice(0, sender.lastIndexOf('@'));
  const method = random.chance(0.8) ? 'PLAIN' : 'LOGIN';
  yield* transaction(server, session, outgoing(server, sender), { client: from, user }, `, sasl_method=${method}, sasl_username=${user}`);
  yield random.skewed(0.1, 0.6);
  disconnect(server, session);
  server.release(program, smtpd);
}

/** One of our applications sends: reports, invoices, newsletters. */
export function* applicationSession(server: Server): Steps {
  const { random } = server;
  const from = ourApplication(random);
  const name = random.pick(['shop', 'billing', 'no-reply', 'crm', 'newsletter', 'alerts']);
  // Programs that read their bounces write a number into every sender address.
  const number = random.chance(0.5) ? `+${random.hex(10).toLowerCase()}` : '';
  const sender = `${name}${number}@${random.pick(OUR_DOMAINS)}`;
  const smtpd = server.take(SMTPD);
  const session = yield* connect(server, smtpd, from, false);
  const mails = random.chance(0.5) ? 1 : 2 + random.rank(16);
  for (let i = 0; i < mails; i++) {
    yield* transaction(server, session, outgoing(server, sender), { client: from }, '');
    yield random.skewed(0.02, 0.8);
  }
  disconnect(server, session);
  server.release(SMTPD, smtpd);
}
