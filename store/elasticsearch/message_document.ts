/**
 * Messages and attempts as they lie in the indices: their documents (postfix/message/document.ts), and beside them what is only
 * there to be searched, sorted and counted by. What is read back is `postfix.folded` alone.
 *
 *     postfix.micros                 of `@timestamp`, in microseconds since the epoch
 *     postfix.left                   when a message was no longer in the queue, likewise; absent while it is
 *     postfix.local_time             of the clock on the host's wall (document.ts)
 *     postfix.local_part, .domain    of addresses, likewise
 *     postfix.orig_to, .resent_message_id
 *     postfix.recipients             how many a message has
 *     postfix.relay.ip               addresses of relays, as logged: an `ip` is written in one way only
 *     postfix.in_micros              lengths of time in whole microseconds, of which sums are exact; those of doubles are not
 *     postfix.alone                  no other attempt of the message is alike, so that counting attempts counts messages
 *
 * What c of a delivery was spent on is a document of its own among the attempts, with `event.action: delivery`: a message has many
 * deliveries, and of arrays in one document Elasticsearch does not know which values belong together; and deliveries and attempts
 * are not one to one: a delivery may have no attempt, and an attempt several recipients.
 */
import { isoTime } from '../../postfix/document.js';
import { type Attempt, isVague } from '../../postfix/message/attempt.js';
import type { Attribution } from '../../postfix/message/attribution.js';
import { type AttemptDocument, attemptDocument, type MessageDocument, messageDocument, placeOf } from '../../postfix/message/document.js';
import type { Relay } from '../../postfix/message/fact.js';
import { queueKey } from '../../postfix/message/keys.js';
import { lean } from '../../postfix/message/lean.js';
import type { Delivery, Message } from '../../postfix/message/message.js';
import type { Zone } from '../../postfix/zone.js';
import { leftAt, timeOf } from '../message_matches.js';
import { type Derived, localTime } from './document.js';
import { attemptsIndex, messagesIndex } from './names.js';

/** Parts of the addresses of a message. */
export interface AddressParts {
  readonly sender?: string;
  readonly recipient?: readonly string[];
  readonly orig_to?: readonly string[];
}

/** What a message has in the index beside its document. */
export interface MessageDerived {
  readonly micros: number;
  readonly left?: number;
  readonly local_time?: Derived['local_time'];
  readonly local_part?: AddressParts;
  readonly domain?: AddressParts;
  readonly orig_to?: readonly string[];
  readonly resent_message_id?: string;
  readonly relay?: { readonly ip: readonly string[] };
  readonly recipients: number;
  readonly in_micros?: { readonly delay: number };
}

/** What an attempt has in the index beside its document. */
export interface AttemptDerived {
  readonly micros: number;
  readonly local_time?: Derived['local_time'];
  readonly relay?: { readonly ip: string };
  /** `told`: the likely ones, where the log tells them to 2.1 s. */
  readonly in_micros?: { readonly least: number; readonly most: number; readonly likely: number; readonly told?: number };
  readonly alone?: boolean;
}

type With<D extends { readonly postfix: object }, M> = Omit<D, 'postfix'> & { readonly postfix: D['postfix'] & M };
export type IndexedMessage = With<MessageDocument, MessageDerived>;
export type IndexedAttempt = With<AttemptDocument, AttemptDerived>;

/** One line about one recipient, by what its connection set-up (c) was spent on. Lengths of time are seconds. */
export interface IndexedDelivery {
  readonly '@timestamp': string;
  readonly ecs: { readonly version: string };
  readonly event: { readonly id: string; readonly action: 'delivery' };
  readonly host: { readonly name: string };
  readonly process: { readonly name: string; readonly pid?: number };
  readonly email: { readonly local_id: string };
  readonly destination?: AttemptDocument['destination'];
  readonly postfix: {
    readonly message_document: string;
    /** Identity of the try that it tells of. */
    readonly attempt_document?: string;
    readonly status: string;
    readonly micros: number;
    readonly local_time?: Derived['local_time'];
    readonly relay?: { readonly ip: string };
    readonly delays: { readonly connection_setup: number };
    readonly attribution: {
      /** What no relay took, and the same in whole seconds. */
      readonly rest: { readonly least: number; readonly most: number; readonly likely: number };
      readonly rest_whole: number;
      /** Least and most are so far apart that the figure says little. */
      readonly vague: boolean;
      /** What failed tries took. */
      readonly failed: number;
      readonly stalls?: number;
    };
    readonly in_micros: { readonly rest: number; readonly failed: number; readonly c: number };
  };
}

/** A document, and where it belongs. */
export interface Placed<D> {
  readonly index: string;
  readonly id: string;
  readonly document: D;
}

export interface PlacedFold {
  readonly messages: readonly Placed<IndexedMessage>[];
  readonly attempts: readonly Placed<IndexedAttempt>[];
  /** They lie in the indices of the attempts. */
  readonly deliveries: readonly Placed<IndexedDelivery>[];
}

/** A document that is not made yet, and where it will belong. */
export interface Planned<D> {
  readonly index: string;
  readonly id: string;
  /** Queue key of its message; undefined of a try that belongs to none. */
  readonly queue: string | undefined;
  readonly make: () => D;
}

export interface Plan {
  readonly messages: readonly Planned<IndexedMessage>[];
  readonly attempts: readonly Planned<IndexedAttempt>[];
  readonly deliveries: readonly Planned<IndexedDelivery>[];
}

/** A fold: messages with all of their attempts. */
interface Whole {
  readonly messages: readonly Message[];
  readonly attempts: readonly Attempt[];
}

/**
 * All that is to be written of a fold.
 * @param zoneOf the zone of a host, where it is known: for its hour of day and weekday
 */
export function plan(prefix: string, { messages, attempts }: Whole, zoneOf: (host: string) => Zone | undefined): Plan {
  const isAlone = loners(attempts);
  const deliveries: Planned<IndexedDelivery>[] = [];
  return {
    messages: messages.map((message) => {
      const zone = zoneOf(message.host);
      const queue = queueKey(message.host, message.queueId);
      planDeliveries(deliveries, prefix, message, queue, zone);
      return { index: messagesIndex(prefix, timeOf(message)), id: message.id, queue, make: () => toIndexedMessage(message, zone) };
    }),
    attempts: attempts.map((attempt) => {
      const { host, queueId, message, id, time } = attempt;
      return {
        index: attemptsIndex(prefix, time),
        id,
        queue: message === undefined || queueId === undefined ? undefined : queueKey(host, queueId),
        make: () => toIndexedAttempt(attempt, isAlone(attempt), zoneOf(host)),
      };
    }),
    deliveries,
  };
}

/** The same, with all documents made. */
export function placed(prefix: string, folded: Whole, zoneOf: (host: string) => Zone | undefined): PlacedFold {
  const { messages, attempts, deliveries } = plan(prefix, folded, zoneOf);
  const made = <D>({ index, id, make }: Planned<D>): Placed<D> => ({ index, id, document: make() });
  return { messages: messages.map(made), attempts: attempts.map(made), deliveries: deliveries.map(made) };
}

function planDeliveries(to: Planned<IndexedDelivery>[], prefix: string, message: Message, queue: string, zone: Zone | undefined): void {
  for (const { deliveries } of message.recipients) {
    for (const delivery of deliveries) {
      const { attribution, time } = delivery;
      // What is no delivery over the network.
      if (attribution === undefined) continue;
      to.push({
        index: attemptsIndex(prefix, time),
        // The attempt may have the identity of the same line; no identity has a dot.
        id: `${delivery.id}.delivery`,
        queue,
        make: () => toIndexedDelivery(message, delivery, attribution, zone),
      });
    }
  }
}

/** Tells attempts that are the only ones of their sort. Most messages have one, and need no sorting. */
function loners(attempts: readonly Attempt[]): (attempt: Attempt) => boolean {
  const ofMessage = new Map<string | undefined, number>();
  for (const { message } of attempts) ofMessage.set(message, (ofMessage.get(message) ?? 0) + 1);
  const isOne = ({ message }: Attempt) => ofMessage.get(message) === 1;
  const alike = new Map<string, number>();
  for (const attempt of attempts) {
    if (attempt.message === undefined || isOne(attempt)) continue;
    const sort = sortOf(attempt);
    alike.set(sort, (alike.get(sort) ?? 0) + 1);
  }
  return (attempt) => isOne(attempt) || alike.get(sortOf(attempt)) === 1;
}

/** Attempts of one message that are counted as one sort (questions/tries.ts). */
function sortOf({ message, relay, outcome, kind, phase, replyCode, enhancedCode }: Attempt): string {
  return JSON.stringify([message, relay?.host, relay?.ip, relay?.port, outcome, kind, phase, replyCode, enhancedCode]);
}

/** JavaScript counts microseconds exactly until the year 2255: a cursor has to be the very place that it names. */
const most = 9e15;
const microsOf = (ms: number) => Math.min(Math.max(Math.round(ms * 1000), 0), most);
const inMicros = (seconds: number) => Math.min(Math.round(seconds * 1e6), most);

/** @param zone of the host */
export function toIndexedMessage(message: Message, zone: Zone | undefined): IndexedMessage {
  const { recipients, sender, delay } = message;
  const time = timeOf(message);
  const left = leftAt(message);
  const addresses = {
    sender: sender === undefined || sender === '' ? [] : [sender],
    recipient: distinct(recipients.map(({ address }) => address)),
    orig_to: distinct(recipients.map(({ origTo }) => origTo)),
  };
  const ips = distinct(recipients.flatMap(({ deliveries }) => deliveries.map(({ relay }) => relay?.ip)));
  const derived: MessageDerived = lean({
    micros: microsOf(time),
    left: left === undefined ? undefined : microsOf(left),
    local_time: zone === undefined ? undefined : localTime(time, zone),
    local_part: partsOf(addresses, localPart),
    domain: partsOf(addresses, domain),
    orig_to: addresses.orig_to.length === 0 ? undefined : addresses.orig_to,
    resent_message_id: message.resentMessageId,
    relay: ips.length === 0 ? undefined : { ip: ips },
    recipients: Math.min(message.recipientCount ?? recipients.length, most),
    in_micros: delay === undefined ? undefined : { delay: inMicros(delay) },
  });
  return beside(messageDocument(message), derived);
}

/** @param alone whether no other attempt of its message is alike @param zone of the host */
export function toIndexedAttempt(attempt: Attempt, alone: boolean, zone: Zone | undefined): IndexedAttempt {
  const { time, relay, seconds } = attempt;
  const derived: AttemptDerived = lean({
    ...when(time, zone),
    relay: ipOf(relay),
    in_micros:
      seconds === undefined
        ? undefined
        : {
            least: inMicros(seconds.least),
            most: inMicros(seconds.most),
            likely: inMicros(seconds.likely),
            ...(isVague(seconds) ? {} : { told: inMicros(seconds.likely) }),
          },
    alone: attempt.message === undefined ? undefined : alone,
  });
  return beside(attemptDocument(attempt), derived);
}

/** Adds what is derived to a document that was made for it: a spread would make each object twice. */
function beside<D extends { readonly postfix: object }, M extends object>(document: D, derived: M): With<D, M> {
  Object.assign(document.postfix, derived);
  return document as unknown as With<D, M>;
}

/** @param zone of the host */
function toIndexedDelivery(
  message: Message,
  delivery: Delivery,
  { rest, stalls, failed: tries }: Attribution,
  zone: Zone | undefined,
): IndexedDelivery {
  const { time, relay } = delivery;
  let failed = 0;
  for (const { seconds } of tries) failed += inMicros(seconds.likely);
  const { c } = delivery.delays;
  return lean({
    '@timestamp': isoTime(time),
    ecs: { version: '9.0.0' },
    event: { id: delivery.id, action: 'delivery' as const },
    host: { name: message.host },
    process: lean({ name: delivery.program, pid: delivery.pid }),
    email: { local_id: message.queueId },
    destination: relay === undefined ? undefined : placeOf(relay),
    postfix: lean({
      message_document: message.id,
      attempt_document: delivery.attempt,
      status: delivery.status,
      ...when(time, zone),
      relay: ipOf(relay),
      delays: { connection_setup: c },
      attribution: lean({
        rest,
        rest_whole: Math.min(Math.round(rest.likely), most),
        vague: rest.most - rest.least > 2.1,
        failed: failed / 1e6,
        stalls,
      }),
      in_micros: { rest: inMicros(rest.likely), failed: Math.min(failed, most), c: inMicros(c) },
    }),
  });
}

const when = (time: number, zone: Zone | undefined) =>
  lean({ micros: microsOf(time), local_time: zone === undefined ? undefined : localTime(time, zone) });

const ipOf = (relay: Relay | undefined) => (relay?.ip === undefined ? undefined : { ip: relay.ip });

const distinct = (values: readonly (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))] as string[];

/** In front of the last `@`; all of an address without one. */
function localPart(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? address : address.slice(0, at);
}

function domain(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  return at < 0 ? undefined : address.slice(at + 1);
}

function partsOf(
  { sender, recipient, orig_to }: Readonly<Record<keyof AddressParts, readonly string[]>>,
  part: (address: string) => string | undefined,
): AddressParts | undefined {
  const [one] = sender;
  const some = (addresses: readonly string[]) => {
    const parts = distinct(addresses.map(part));
    return parts.length === 0 ? undefined : parts;
  };
  const parts = lean({ sender: one === undefined ? undefined : part(one), recipient: some(recipient), orig_to: some(orig_to) });
  return Object.keys(parts).length === 0 ? undefined : parts;
}
