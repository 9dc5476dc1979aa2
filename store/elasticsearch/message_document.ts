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
import type { Attempt } from '../../postfix/message/attempt.js';
import { type AttemptDocument, attemptDocument, type MessageDocument, messageDocument, placeOf } from '../../postfix/message/document.js';
import type { Relay } from '../../postfix/message/fact.js';
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
  readonly in_micros?: { readonly least: number; readonly most: number; readonly likely: number };
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

/**
 * All that is written of a fold.
 * @param folded messages with all of their attempts
 * @param zoneOf the zone of a host, where it is known: for its hour of day and weekday
 */
export function placed(
  prefix: string,
  { messages, attempts }: { readonly messages: readonly Message[]; readonly attempts: readonly Attempt[] },
  zoneOf: (host: string) => Zone | undefined,
): PlacedFold {
  const alike = new Map<string, number>();
  for (const attempt of attempts) alike.set(sortOf(attempt), (alike.get(sortOf(attempt)) ?? 0) + 1);
  return {
    messages: messages.map((message) => ({
      index: messagesIndex(prefix, timeOf(message)),
      id: message.id,
      document: toIndexedMessage(message, zoneOf(message.host)),
    })),
    attempts: attempts.map((attempt) => ({
      index: attemptsIndex(prefix, attempt.time),
      id: attempt.id,
      document: toIndexedAttempt(attempt, alike.get(sortOf(attempt)) === 1, zoneOf(attempt.host)),
    })),
    deliveries: messages.flatMap((message) => placedDeliveries(prefix, message, zoneOf(message.host))),
  };
}

function placedDeliveries(prefix: string, message: Message, zone: Zone | undefined): Placed<IndexedDelivery>[] {
  const found: Placed<IndexedDelivery>[] = [];
  for (const delivery of message.recipients.flatMap(({ deliveries }) => deliveries)) {
    const document = toIndexedDelivery(message, delivery, zone);
    // The attempt may have the identity of the same line; no identity has a dot.
    if (document !== undefined) found.push({ index: attemptsIndex(prefix, delivery.time), id: `${delivery.id}.delivery`, document });
  }
  return found;
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
  const document = messageDocument(message);
  return { ...document, postfix: { ...document.postfix, ...derived } };
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
        : { least: inMicros(seconds.least), most: inMicros(seconds.most), likely: inMicros(seconds.likely) },
    alone: attempt.message === undefined ? undefined : alone,
  });
  const document = attemptDocument(attempt);
  return { ...document, postfix: { ...document.postfix, ...derived } };
}

/** @returns undefined for what no delivery over the network is @param zone of the host */
export function toIndexedDelivery(message: Message, delivery: Delivery, zone: Zone | undefined): IndexedDelivery | undefined {
  const { attribution, time, relay } = delivery;
  if (attribution === undefined) return undefined;
  const { rest, stalls } = attribution;
  const failed = attribution.failed.reduce((sum, { seconds }) => sum + inMicros(seconds.likely), 0);
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
