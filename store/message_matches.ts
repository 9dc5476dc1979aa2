/** Whether a message or an attempt is what was asked for, in what order they are told, and where a page ended: the last word in every store. */
import type { Attempt } from '../postfix/message/attempt.js';
import type { Relay } from '../postfix/message/fact.js';
import type { Message } from '../postfix/message/message.js';
import { bare, isAddress, isRelay, same } from './matches.js';
import type { AttemptQuery, MessageQuery } from './message_port.js';
import { byText, cursorParts, cursorText, isWhole, noCursor } from './order.js';

/** By what messages are told in order, and by what their period is meant: milliseconds since the epoch. */
export const timeOf = ({ arrival, firstLine }: Message) => arrival ?? firstLine;

/** When it was no longer in the queue, in milliseconds since the epoch: what was refused never waited. Undefined while it is. */
export const leftAt = ({ removal, ending, lastLine }: Message) => removal ?? (ending === undefined ? undefined : lastLine);

/** Whether it was in the queue at a moment: had come, and was not yet removed. */
export const isQueuedAt = (message: Message, time: number) =>
  timeOf(message) < time && (leftAt(message) ?? Number.POSITIVE_INFINITY) > time;

/** @returns a test for messages; the cursor is not looked at */
export function messageMatcher(query: MessageQuery): (message: Message) => boolean {
  const tests: ((message: Message) => boolean)[] = [];
  const { since, until, host, ids, queueIds, messageIds, from, to, domain, client, relay, states, lateOver, queuedAt } = query;
  const want = <T>(value: T | undefined, test: (message: Message, wanted: T) => boolean) => {
    if (value !== undefined) tests.push((message) => test(message, value));
  };
  if (queuedAt === undefined) {
    want(since, (message, time) => timeOf(message) >= time);
    want(until, (message, time) => timeOf(message) < time);
  }
  want(queuedAt, (message, moments) => moments.some((time) => isQueuedAt(message, time)));
  want(host?.toLowerCase(), (message, wanted) => same(message.host, wanted));
  want(ids, ({ id }, wanted) => wanted.includes(id));
  want(queueIds?.map(lower), ({ queueId }, wanted) => wanted.includes(queueId.toLowerCase()));
  want(messageIds?.map(bare).map(lower), ({ messageId, resentMessageId }, wanted) =>
    [messageId, resentMessageId].some((id) => id !== undefined && wanted.includes(id.toLowerCase())),
  );
  want(from?.toLowerCase(), ({ sender }, wanted) => isAddress(sender, wanted));
  want(to?.toLowerCase(), (message, wanted) => addressesOf(message).some((address) => isAddress(address, wanted)));
  want(domain === undefined ? undefined : `@${domain.toLowerCase()}`, (message, wanted) =>
    [message.sender, ...addressesOf(message)].some((address) => isAddress(address, wanted)),
  );
  want(client?.toLowerCase(), (message, wanted) =>
    [message.client?.host, message.client?.ip, message.client?.user].some((name) => same(name, wanted)),
  );
  want(relay?.toLowerCase(), ({ recipients }, wanted) =>
    recipients.some(({ deliveries }) => deliveries.some((delivery) => names(delivery.relay, wanted))),
  );
  want(states, ({ state }, wanted) => wanted.includes(state));
  want(lateOver, ({ delay = 0 }, seconds) => delay >= seconds);
  want(query.possiblyDoubled, ({ possibleDoubles }) => possibleDoubles > 0);
  return (message) => tests.every((test) => test(message));
}

/** @returns a test for attempts; the cursor is not looked at */
export function attemptMatcher(query: AttemptQuery): (attempt: Attempt) => boolean {
  const { since, until, messages, kinds, outcomes } = query;
  const host = query.host?.toLowerCase();
  const queueId = query.queueId?.toLowerCase();
  const relay = query.relay?.toLowerCase();
  return (attempt) =>
    (since === undefined || attempt.time >= since) &&
    (until === undefined || attempt.time < until) &&
    (host === undefined || same(attempt.host, host)) &&
    (messages === undefined || (attempt.message !== undefined && messages.includes(attempt.message))) &&
    (queueId === undefined || same(attempt.queueId, queueId)) &&
    (relay === undefined || names(attempt.relay, relay)) &&
    (kinds === undefined || (attempt.kind !== undefined && kinds.includes(attempt.kind))) &&
    (outcomes === undefined || outcomes.includes(attempt.outcome));
}

/** A moment and an identity: what messages and attempts are told in order by. */
export interface Told {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly id: string;
}

export const messageTold = (message: Message): Told => ({ time: timeOf(message), id: message.id });

/** The order of messages: the latest first. */
export const latestFirst = (a: Told, b: Told) => b.time - a.time || byText(a.id, b.id);
/** The order of attempts. */
export const oldestFirst = (a: Told, b: Told) => a.time - b.time || byText(a.id, b.id);

/** The cursor of a page that ended here. */
export const toldCursor = ({ time, id }: Told) => cursorText([Math.round(time * 1000), id]);

/** @throws RangeError where it is none */
export function toldIn(cursor: string): Told {
  const [micros, id, ...more] = cursorParts(cursor);
  if (!isWhole(micros) || typeof id !== 'string' || more.length > 0) throw noCursor(cursor);
  return { time: micros / 1000, id };
}

const lower = (text: string) => text.toLowerCase();

const addressesOf = ({ recipients }: Message) => recipients.flatMap(({ address, origTo }) => [address, origTo]);

const names = (relay: Relay | undefined, wanted: string) => relay !== undefined && isRelay({ host: relay.host, ip: relay.ip }, wanted);
