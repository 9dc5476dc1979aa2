/** The queue of a server, from the moment a message is in until it is out: the queue manager's part of its life. */
import type { Steps } from './agenda.js';
import { notify } from './bounce.js';
import { type Destination, destinationOf, FINE, forget, type Job, type Outcome } from './destination.js';
import { suspended } from './error_delivery.js';
import { deliverLocally } from './local_delivery.js';
import { type Envelope, Message, type Origin, type Recipient, type Route } from './message.js';
import type { Server } from './server.js';
import { deliverBySmtp } from './smtp_delivery.js';
import type { MessageState } from './truth.js';

/** main.cf defaults, in seconds. */
const MIN_BACKOFF = 300;
const MAX_BACKOFF = 4000;
const QUEUE_RUN = 300;
/** Failures in a row after which a destination is left alone for `MIN_BACKOFF`. */
const FAILURES_UNTIL_SUSPENDED = 3;
const RECIPIENTS_PER_DELIVERY = 50;
/** An administrator loses patience with a message that is late. */
const DELETED_BY_HAND = 0.002;
/** A sender asks to be told of success (RFC 3461). */
const SUCCESS_ASKED_FOR = 0.003;

/** A queue file is made: from now on the message has an ID. */
export function* open(server: Server, envelope: Envelope, origin: Origin): Steps<Message> {
  const id = server.queueIds.take(server.now);
  if (id.wait > 0) yield id.wait;
  const message = new Message(server.settings.name, id, server.now, envelope, origin);
  server.world.living.add(message);
  if (origin.parent !== undefined) origin.parent.children.push(message.id);
  return message;
}

/** The message is gone, with or without a line. */
export function close(server: Server, message: Message, state: MessageState): void {
  message.state = state;
  server.queueIds.free(message.queueId, server.now);
  server.world.living.delete(message);
  server.world.tell(message.truth());
}

/** The queue manager takes the message in and hands it to the delivery agents. */
export function* activate(server: Server, message: Message): Steps {
  const { envelope } = message;
  // nrcpt counts all that the queue file began with, also when some are done (src/qmgr/qmgr_message.c).
  const count = envelope.recipients.length;
  server.say(server.qmgr, `${message.id}: from=<${envelope.sender}>, size=${envelope.size}, nrcpt=${count} (queue active)`);
  message.active = server.now;
  const jobs = divide(server, message, message.openRecipients);
  message.pending = jobs.length;
  yield server.random.between(0.0005, 0.004);
  for (const job of jobs) submit(server, job);
}

function divide(server: Server, message: Message, recipients: readonly Recipient[]): Job[] {
  const jobs: Job[] = [];
  for (const recipient of recipients) {
    const destination = destinationOf(server, recipient.route);
    const job = jobs.find((other) => other.destination === destination && other.recipients.length < limitOf(recipient.route));
    if (job) job.recipients.push(recipient);
    else jobs.push({ message, recipients: [recipient], destination });
  }
  return jobs;
}

/** Agents that get one recipient at a time. */
const ONE_BY_ONE = new Set<Route['agent']>(['local', 'virtual', 'pipe', 'lmtp']);
const limitOf = ({ agent }: Route) => (ONE_BY_ONE.has(agent) ? 1 : RECIPIENTS_PER_DELIVERY);

function submit(server: Server, job: Job): void {
  const { destination } = job;
  if (server.now < destination.suspendedUntil) server.start(run(server, job, true));
  else if (destination.hasRoom) begin(server, job);
  else destination.wait(job);
}

function begin(server: Server, job: Job): void {
  job.destination.busy += 1;
  server.start(run(server, job, false));
}

function* run(server: Server, job: Job, isSuspended: boolean): Steps {
  const { destination, message } = job;
  if (isSuspended) {
    yield* suspended(server, job);
  } else {
    const outcome = yield* deliver(server, job);
    destination.busy -= 1;
    heed(server, destination, outcome);
    while (destination.hasRoom) {
      const next = destination.nextWaiting();
      if (next === undefined) break;
      begin(server, next);
    }
    if (destination.isForgettable) forget(server, destination);
  }
  message.pending -= 1;
  if (message.pending === 0) yield* settle(server, message);
}

function* deliver(server: Server, job: Job): Steps<Outcome> {
  const { agent } = job.destination.route;
  switch (agent) {
    case 'relayhost':
    case 'direct':
    case 'peer':
    case 'filter':
      return yield* deliverBySmtp(server, job);
    default:
      yield* deliverLocally(server, job, agent);
      return FINE;
  }
}

function heed(server: Server, destination: Destination, outcome: Outcome): void {
  if (!outcome.failed) {
    destination.failuresInRow = 0;
    return;
  }
  destination.failuresInRow += 1;
  destination.lastFailure = outcome;
  if (destination.failuresInRow < FAILURES_UNTIL_SUSPENDED) return;
  destination.suspendedUntil = server.now + MIN_BACKOFF;
  // The next one that fails is enough.
  destination.failuresInRow = FAILURES_UNTIL_SUSPENDED - 1;
  for (let job = destination.nextWaiting(); job !== undefined; job = destination.nextWaiting()) {
    server.start(run(server, job, true));
  }
}

/** All recipients have been tried: the message leaves the queue, or waits for the next time. */
function* settle(server: Server, message: Message): Steps {
  const { random, settings } = server;
  const age = server.now - message.arrival;
  const isLate = message.has('deferred');
  const isExpired = isLate && age > settings.lifetime;
  const isBounced = message.envelope.recipients.some((recipient) => recipient.status === 'bounced' && !notified.has(recipient));
  if (isBounced && message.envelope.sender !== '') {
    for (const recipient of message.envelope.recipients) if (recipient.status === 'bounced') notified.add(recipient);
    yield* notify(server, message, 'sender non-delivery notification');
  }
  if (isExpired) {
    server.say(server.qmgr, `${message.id}: from=<${message.envelope.sender}>, status=expired, returned to sender`);
    yield 0.002;
    if (message.envelope.sender !== '') yield* notify(server, message, 'sender non-delivery notification');
  } else if (isLate) {
    message.state = 'deferred';
    if (age > settings.delayWarning && !message.warned && message.envelope.sender !== '') {
      message.warned = true;
      yield* notify(server, message, 'sender delay notification');
    }
    server.start(retry(server, message));
    return;
  }
  if (message.origin.user !== undefined && !isBounced && random.chance(SUCCESS_ASKED_FOR)) {
    yield* notify(server, message, 'sender delivery status notification');
  }
  yield random.between(0.0002, 0.002);
  server.say(server.qmgr, `${message.id}: removed`);
  message.removed = server.now;
  close(server, message, isExpired ? 'expired' : message.has('bounced') ? 'bounced' : 'sent');
}

/** Recipients whose sender has been told of. */
const notified = new WeakSet<Recipient>();

function* retry(server: Server, message: Message): Steps {
  const age = server.now - message.arrival;
  const due = server.now + Math.min(MAX_BACKOFF, Math.max(MIN_BACKOFF, age));
  const run = Math.ceil(due / QUEUE_RUN) * QUEUE_RUN + server.random.between(0, 1.5);
  if (server.random.chance(DELETED_BY_HAND)) {
    yield (run - server.now) * server.random.next();
    const postsuper = server.daemons.spawn('postfix/postsuper');
    server.say(postsuper, `${message.id}: removed`);
    message.removed = server.now;
    close(server, message, 'deleted');
    yield 0.003;
    server.say(postsuper, 'Deleted: 1 message');
    server.daemons.retire(postsuper);
    return;
  }
  yield run - server.now;
  yield* activate(server, message);
}
