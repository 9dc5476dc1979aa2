/** Deliveries that end on this host: to mailboxes, programs, and nowhere. */
import type { Steps } from './agenda.js';
import type { Job } from './destination.js';
import type { Message, Recipient, Route } from './message.js';
import { outsider } from './names.js';
import { activate, open } from './queue.js';
import type { Random } from './random.js';
import type { Server } from './server.js';
import { type Status, sayStatus } from './status_line.js';

type LocalAgent = Exclude<Route['agent'], 'relayhost' | 'direct' | 'peer' | 'filter'>;

/** The program that delivers; `relay=` says the rest. */
const PROGRAMS: Record<LocalAgent, string> = {
  lmtp: 'postfix/lmtp',
  virtual: 'postfix/virtual',
  local: 'postfix/local',
  pipe: 'postfix/pipe',
  error: 'postfix/error',
  discard: 'postfix/discard',
};

export function* deliverLocally(server: Server, { message, recipients }: Job, agent: LocalAgent): Steps {
  const { random } = server;
  const program = PROGRAMS[agent];
  const daemon = server.take(program);
  const handoff = server.now + random.between(0.0002, 0.003);
  yield handoff - server.now;
  for (const recipient of recipients) {
    const connected = agent === 'lmtp' ? handoff + random.between(0.001, 0.01) : handoff;
    yield connected - server.now + random.skewed(agent === 'pipe' ? 0.08 : 0.015, 1);
    recipient.attempts += 1;
    const status = yield* statusOf(server, message, recipient, agent);
    if (agent === 'lmtp') sayDovecot(server, message, recipient, status);
    const moments = { arrival: message.arrival, active: message.active, handoff, connected, done: server.now };
    sayStatus(server, daemon, message, recipient, moments, status);
  }
  server.release(program, daemon);
}

function* statusOf(server: Server, message: Message, recipient: Recipient, agent: LocalAgent): Steps<Status> {
  const { random } = server;
  const user = recipient.address.slice(0, recipient.address.lastIndexOf('@'));
  const sent = (relay: string, text: string): Status => ({ status: 'sent', dsn: '2.0.0', text, relay, relayName: relay, relayIp: null });
  const failed = (relay: string, status: 'bounced' | 'deferred', dsn: string, text: string): Status => ({
    status,
    dsn,
    text,
    relay,
    relayName: relay,
    relayIp: null,
  });
  switch (agent) {
    case 'lmtp':
      return lmtpStatus(server, recipient);
    case 'virtual':
      if (random.chance(0.004)) return failed('virtual', 'bounced', '5.1.1', `unknown user: "${recipient.address}"`);
      if (random.chance(0.002)) {
        const file = `/var/vmail/${user}/tmp/${random.below(1e9)}.P${daemonPid(random)}`;
        return failed('virtual', 'deferred', '4.2.0', `maildir delivery failed: create maildir file ${file}: Disk quota exceeded`);
      }
      return sent('virtual', 'delivered to maildir');
    case 'local':
      switch (random.below(6)) {
        case 0:
          return sent('local', 'delivered to command: /usr/bin/procmail -a "$EXTENSION"');
        case 1:
          return sent('local', 'delivered to file: /dev/null');
        case 2:
          return sent('local', `forwarded as ${(yield* forward(server, message, recipient)).id}`);
        case 3:
          if (random.chance(0.1)) return failed('local', 'bounced', '5.3.0', 'Command died with status 1: "/usr/local/bin/import-orders"');
          return sent('local', 'delivered to mailbox');
        case 4:
          if (random.chance(0.1)) return failed('local', 'bounced', '5.1.1', `unknown user: "${user}"`);
          return sent('local', 'delivered to maildir');
        default:
          return sent('local', 'delivered to mailbox');
      }
    case 'pipe':
      if (random.chance(0.003)) {
        return failed('dovecot', 'deferred', '4.3.0', 'temporary failure. Command output: lda(someone): Fatal: Internal error occurred.');
      }
      return sent('dovecot', 'delivered via dovecot service');
    case 'error':
      return failed('none', 'bounced', '5.1.6', 'mail for old.domain.test is no longer taken, write to domain.test');
    case 'discard':
      return sent('none', recipient.address.slice(recipient.address.lastIndexOf('@') + 1));
  }
}

const daemonPid = (random: Random) => 1000 + random.below(30_000);

const LMTP_RELAY = 'private/dovecot-lmtp';

function lmtpStatus({ random, settings }: Server, recipient: Recipient): Status {
  const relay = { relay: `${settings.fqdn}[${LMTP_RELAY}]`, relayName: settings.fqdn, relayIp: null };
  const host = `host ${settings.fqdn}[${LMTP_RELAY}] said:`;
  if (random.chance(0.003)) {
    const text = `${host} 552 5.2.2 <${recipient.address}> Quota exceeded (mailbox for user is full) (in reply to end of DATA command)`;
    return { ...relay, status: 'bounced', dsn: '5.2.2', text };
  }
  if (random.chance(0.003)) {
    const text = `${host} 550 5.1.1 <${recipient.address}> User doesn't exist: ${recipient.address} (in reply to RCPT TO command)`;
    return { ...relay, status: 'bounced', dsn: '5.1.1', text };
  }
  if (random.chance(0.002)) {
    const reply = `451 4.2.0 <${recipient.address}> Internal error occurred. Refer to server log for more information.`;
    const text = `${host} ${reply} (in reply to end of DATA command)`;
    return { ...relay, status: 'deferred', dsn: '4.2.0', text };
  }
  return { ...relay, status: 'sent', dsn: '2.0.0', text: `250 2.0.0 <${recipient.address}> ${session(random)} Saved` };
}

/** Dovecot's session IDs: base 64 of something. */
const session = (random: Random) => `${random.letters(18)}AA`;

/** One delivery in six is followed in dovecot's own words. */
const DOVECOT_WRITES = 0.16;

function sayDovecot(server: Server, message: Message, recipient: Recipient, { status }: Status): void {
  if (status !== 'sent' || !server.random.chance(DOVECOT_WRITES)) return;
  const dovecot = server.take('dovecot');
  const id = message.envelope.messageId;
  const pid = daemonPid(server.random);
  server.say(
    { ...dovecot, tag: 'dovecot' },
    `lmtp(${recipient.address})<${pid}><${session(server.random)}>: sieve: msgid=${id}: stored mail into mailbox 'INBOX'`,
  );
  server.release('dovecot', dovecot);
}

/** An alias that points outside: a copy of its own goes on. */
function* forward(server: Server, message: Message, recipient: Recipient): Steps<Message> {
  const { random } = server;
  const cleanup = server.take('postfix/cleanup');
  const target = outsider(random);
  const envelope = {
    ...message.envelope,
    recipients: [server.recipient(target.address, target.domainRank, recipient.address)],
    size: message.envelope.size + 150,
  };
  const copy = yield* open(server, envelope, { parent: message });
  yield random.between(0.0005, 0.002);
  server.say(cleanup, `${copy.id}: message-id=${envelope.messageId}`);
  yield random.between(0.0005, 0.002);
  server.start(activate(server, copy), random.between(0.0001, 0.001));
  server.release('postfix/cleanup', cleanup);
  return copy;
}
