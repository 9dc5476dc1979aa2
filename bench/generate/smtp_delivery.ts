/**
 * Deliveries over SMTP. One process works on one delivery until it is over: it resolves the destination, tries one
 * address after the other, writes down each that fails, and at last what became of each recipient.
 */
import type { Steps } from './agenda.js';
import type { Daemon } from './daemons.js';
import type { Moments } from './delays.js';
import { FINE, type Job, type Outcome } from './destination.js';
import { returnFiltered } from './filter.js';
import { handOver } from './hand_over.js';
import type { Relay, Trouble } from './incident.js';
import { type Recipient, round } from './message.js';
import { scatter } from './random.js';
import { acceptance, contentRefused, recipientDeferred, recipientRefused } from './replies.js';
import type { Server } from './server.js';
import { type Target, targetOf } from './smtp_target.js';
import { type Status, sayStatus } from './status_line.js';
import { tlsParameters, tlsTrust } from './tls.js';
import type { FailedAttempt } from './truth.js';

/** smtp_mx_session_limit of main.cf. */
const SESSION_LIMIT = 2;

const REUSED_CONNECTIONS = 0.12;
const TLS_FAILS = 0.0006;
const NAME_NOT_FOUND = 0.002;
const NULL_MX = 0.0005;
const GREYLISTED = 0.03;

/** A delivery while it lasts. */
interface Delivery extends Pick<Job, 'message' | 'destination'> {
  readonly server: Server;
  readonly smtp: Daemon;
  readonly target: Target;
  readonly handoff: number;
  /** Those not yet done. */
  rest: Recipient[];
  connected: number;
}

export function* deliverBySmtp(server: Server, job: Job): Steps<Outcome> {
  const { random, settings, world } = server;
  const { message, recipients, destination } = job;
  const program = destination.route.agent === 'filter' ? 'postfix/smtp' : `${settings.outboundName}/smtp`;
  const smtp = server.take(program);
  const target = targetOf(server, destination.route);
  yield random.between(0.0003, 0.006);
  const delivery: Delivery = { message, destination, server, smtp, target, handoff: server.now, rest: recipients, connected: 0 };
  yield world.incident.resolving(target.lookups, server.now, random);
  const outcome = isUnknown(delivery) ? FINE : yield* tryAddresses(delivery);
  server.release(program, smtp);
  return outcome;
}

/** Some domains do not exist, or do not want mail. */
function isUnknown(delivery: Delivery): boolean {
  const { server, destination, rest } = delivery;
  if (destination.route.agent !== 'direct') return false;
  const { domain, domainRank } = destination.route;
  const fate = scatter(domainRank + 3) / 2 ** 32;
  if (domainRank < 50 || fate > NAME_NOT_FOUND + NULL_MX) return false;
  delivery.connected = server.now;
  for (const recipient of rest) {
    recipient.attempts += 1;
    sayStatus(server, delivery.smtp, delivery.message, recipient, momentsOf(delivery), {
      ...unnamed,
      status: 'bounced',
      ...(fate < NULL_MX
        ? { dsn: '5.1.0', text: `Domain ${domain} does not accept mail (nullMX)` }
        : { dsn: '5.4.4', text: `Host or domain name not found. Name service error for name=${domain} type=A: Host not found` }),
    });
  }
  return true;
}

function momentsOf({ message, handoff, connected, server }: Delivery): Moments {
  return { arrival: message.arrival, active: message.active, handoff, connected, done: server.now };
}

function* tryAddresses(delivery: Delivery): Steps<Outcome> {
  const { target } = delivery;
  let sessions = 0;
  for (const [i, relay] of target.relays.entries()) {
    const isLast = i === target.relays.length - 1 || sessions === SESSION_LIMIT - 1;
    const trouble = troubleWith(delivery, relay);
    if (trouble === undefined) {
      yield* converse(delivery, relay, isLast);
      if (delivery.rest.length === 0) return FINE;
      sessions += 1;
      continue;
    }
    for (const recipient of delivery.rest) recipient.attempts += 1;
    const isFinal = i === target.relays.length - 1 || (trouble.established && sessions === SESSION_LIMIT - 1);
    yield* suffer(delivery, relay, trouble, isFinal);
    if (isFinal) return blame(trouble);
    if (trouble.established) sessions += 1;
  }
  return FINE;
}

function troubleWith({ server, target, destination, message }: Delivery, relay: Relay): Trouble | undefined {
  const { random, world } = server;
  const { sender } = message.envelope;
  if (destination.route.agent === 'relayhost') return world.incident.relayTrouble(relay, server.now, sender, random);
  if (destination.route.agent !== 'direct') return undefined;
  return world.incident.strangeTrouble(relay, target.isDead, sender, random, scatter(target.kind));
}

/** A server that talks, if only to say no, is no reason to leave its destination alone (src/smtp/smtp_trouble.c). */
function blame({ kind, dsn, text }: Trouble): Outcome {
  return kind === 'rejected_temporary' ? FINE : { failed: true, dsn, reason: text };
}

/** One try that fails as a whole. */
function* suffer(delivery: Delivery, relay: Relay, trouble: Trouble, isFinal: boolean): Steps {
  const { server, smtp, message } = delivery;
  const began = server.now;
  if (trouble.established) {
    yield server.random.skewed(0.05, 0.6);
    delivery.connected = server.now;
    sayTls(delivery, relay);
  }
  yield trouble.seconds;
  if (!trouble.established) delivery.connected = server.now;
  if (trouble.maybeAccepted) message.doubles += 1;
  remember(delivery, relay, { kind: trouble.kind, phase: trouble.phase, began, in_status: isFinal });
  if (!isFinal || trouble.phase === 'connect') {
    server.say(smtp, trouble.phase === 'connect' ? trouble.text : `${message.id}: ${trouble.text}`);
  }
  if (!isFinal) return;
  // Without a connection there is no relay to name.
  const named = trouble.phase === 'connect' ? unnamed : nameOf(relay, delivery.target.port);
  const moments = momentsOf(delivery);
  for (const recipient of delivery.rest) {
    sayStatus(server, smtp, message, recipient, moments, { ...named, status: 'deferred', dsn: trouble.dsn, text: trouble.text });
  }
}

const unnamed = { relay: 'none', relayName: 'none', relayIp: null };
const nameOf = (relay: Relay, port: number) => ({ relay: `${relay.host}[${relay.ip}]:${port}`, relayName: relay.host, relayIp: relay.ip });

function sayTls({ server, smtp, target }: Delivery, relay: Relay): void {
  if (!server.settings.smtpTlsLog || target.port !== 25) return;
  const { random } = server;
  server.say(smtp, `${tlsTrust(random)} TLS connection established to ${relay.host}[${relay.ip}]:25: ${tlsParameters(random)}`);
}

/** One try that gets through to the end, where the other side decides on each recipient. */
function* converse(delivery: Delivery, relay: Relay, isLast: boolean): Steps {
  const { server, smtp, message, target, destination } = delivery;
  const { random, settings } = server;
  const isRelayhost = destination.route.agent === 'relayhost';
  const connectionUse = isRelayhost && random.chance(REUSED_CONNECTIONS) ? 2 + random.rank(20) : 1;
  if (connectionUse === 1) {
    yield random.skewed(target.isStrange ? 0.09 : 0.012, 0.9);
    if (target.port === 25 && random.chance(TLS_FAILS)) yield* failTls(delivery, relay);
    else sayTls(delivery, relay);
  }
  delivery.connected = server.now;
  for (const recipient of delivery.rest) recipient.attempts += 1;
  const tls = settings.isNew && target.port === 25 ? 'may' : undefined;
  const named = { ...nameOf(relay, target.port), connectionUse, tls };
  const taken: Recipient[] = [];
  const left: Recipient[] = [];
  yield random.skewed(target.isStrange ? 0.12 : 0.01, 0.7);
  for (const recipient of delivery.rest) {
    const verdict = judge(delivery, recipient);
    if (verdict === undefined) {
      taken.push(recipient);
      continue;
    }
    const text = `host ${relay.host}[${relay.ip}] said: ${verdict.text} (in reply to RCPT TO command)`;
    const isTemporary = verdict.text.startsWith('4');
    const isFinal = !isTemporary || isLast;
    const kind = isTemporary ? 'rejected_temporary' : 'rejected_permanent';
    remember(delivery, relay, { kind, phase: 'rcpt', began: delivery.connected, in_status: isFinal, recipient: recipient.address });
    if (isFinal) {
      const status = isTemporary ? 'deferred' : 'bounced';
      sayStatus(server, smtp, message, recipient, momentsOf(delivery), { ...named, status, dsn: verdict.dsn, text });
    } else {
      server.say(smtp, `${message.id}: ${text}`);
      left.push(recipient);
    }
  }
  if (taken.length > 0) yield* transmit(delivery, relay, taken, named);
  delivery.rest = left;
}

/** What the other side thinks of a recipient; undefined where it takes him. */
function judge({ server, target, destination }: Delivery, recipient: Recipient): { dsn: string; text: string } | undefined {
  const { random } = server;
  if (destination.route.agent === 'filter' || destination.route.agent === 'peer') return undefined;
  const domain = recipient.address.slice(recipient.address.lastIndexOf('@') + 1);
  if (!target.isStrange) return random.chance(0.004) ? recipientRefused(random, recipient.address, domain) : undefined;
  recipient.greylistedUntil ??= random.chance(GREYLISTED) ? server.now + random.between(60, 280) : 0;
  if (server.now < recipient.greylistedUntil) return recipientDeferred(random, recipient.address);
  return random.chance(0.025) ? recipientRefused(random, recipient.address, domain) : undefined;
}

/** DATA to the end: one answer for all recipients that were taken. */
function* transmit(delivery: Delivery, relay: Relay, recipients: Recipient[], named: Omit<Status, 'status' | 'dsn' | 'text'>): Steps {
  const { server, smtp, message, target, destination } = delivery;
  const { random } = server;
  const { envelope } = message;
  let status: Pick<Status, 'status' | 'dsn' | 'text'>;
  if (destination.route.agent === 'filter') {
    yield random.skewed(0.4, 0.7);
    const child = yield* returnFiltered(server, message, recipients);
    const text = `250 2.0.0 from MTA(smtp:[127.0.0.1]:10026): 250 2.0.0 Ok: queued as ${child.id}`;
    status = { status: 'sent', dsn: '2.0.0', text };
  } else if (destination.route.agent === 'peer') {
    const peer = server.peer as Server;
    const copy = yield* handOver(peer, server, envelope, recipients);
    message.next = { host: peer.settings.name, queue_id: copy.id };
    status = { status: 'sent', dsn: '2.0.0', text: `250 2.0.0 Ok: queued as ${copy.id}` };
  } else {
    yield random.skewed(target.isStrange ? 0.35 : 0.06, 0.9) + envelope.size / 8e6;
    if (random.chance(target.isStrange ? 0.006 : 0.001)) {
      const refusal = contentRefused(random);
      const text = `host ${relay.host}[${relay.ip}] said: ${refusal.text} (in reply to end of DATA command)`;
      status = { status: 'bounced', dsn: refusal.dsn, text };
      remember(delivery, relay, { kind: 'rejected_permanent', phase: 'end_of_data', began: delivery.connected, in_status: true });
    } else {
      status = { status: 'sent', dsn: '2.0.0', text: acceptance(random, target.kind, server.now, envelope.messageId, envelope.size) };
    }
  }
  const moments = momentsOf(delivery);
  for (const recipient of recipients) sayStatus(server, smtp, message, recipient, moments, { ...named, ...status });
}

/** STARTTLS goes wrong, and Postfix tries the same address again in plain text (smtp_tls_security_level = may). */
function* failTls(delivery: Delivery, relay: Relay): Steps {
  const { server, smtp, message } = delivery;
  const began = server.now;
  yield server.random.between(0.01, 0.1);
  server.say(smtp, `SSL_connect error to ${relay.host}[${relay.ip}]:25: -1`);
  server.say(smtp, 'warning: TLS library problem: error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:350:');
  server.say(smtp, `${message.id}: Cannot start TLS: handshake failure`);
  for (const recipient of delivery.rest) recipient.attempts += 1;
  remember(delivery, relay, { kind: 'tls_failure', phase: 'starttls', began, in_status: false });
  yield server.random.between(0.01, 0.1);
}

/** Keeps a failed try in the truth. */
function remember(
  { server, smtp, message }: Delivery,
  relay: Relay,
  failure: Pick<FailedAttempt, 'kind' | 'phase' | 'in_status'> & { began: number; recipient?: string },
): void {
  const { kind, phase, in_status, began, recipient = null } = failure;
  const [time, seconds] = [round(server.now), round(server.now - began)];
  message.failures.push({ time, seconds, relay: relay.host, relay_ip: relay.ip, kind, phase, recipient, pid: smtp.pid, in_status });
}
