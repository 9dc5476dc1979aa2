/**
 * A document as it lies in the index: the document of the line (postfix/document.ts), and beside it what is only there to be
 * searched, sorted and counted by. Whoever reads takes that away again, so that both stores give the same document.
 *
 *     postfix.micros              microseconds since the epoch: `@timestamp` is a `date`, which ends at milliseconds
 *     postfix.local_time.hour     0 to 23, of the clock on the host's wall
 *     postfix.local_time.weekday  1 (Monday) to 7, likewise
 *     postfix.local_part.sender   of an address, what is in front of its last `@`, or all of it where there is none
 *     postfix.domain.sender       what is behind it; likewise recipient, orig_to, sasl_sender, redirect_to
 *     postfix.attempt             whether a status, or a failed attempt, stands for a try at a relay (postfix/attempt.ts)
 */
import { isAttempt } from '../../postfix/attempt.js';
import type { EventDocument } from '../../postfix/document.js';
import type { Event } from '../../postfix/parse.js';
import type { Zone } from '../../postfix/zone.js';

/** Fields that hold an address; parts are called as the field is in patterns (postfix/fields.ts). */
export const addressNames = ['sender', 'recipient', 'orig_to', 'sasl_sender', 'redirect_to'] as const;
export type AddressName = (typeof addressNames)[number];

/** What the index has beside the document, all of it under `postfix`. */
export interface Derived {
  micros: number;
  local_time: { hour: number; weekday: number };
  local_part?: { [name in AddressName]?: string };
  domain?: { [name in AddressName]?: string };
  attempt?: boolean;
}

export type IndexedDocument = Omit<EventDocument, 'postfix'> & { postfix: NonNullable<EventDocument['postfix']> & Derived };

/** Adds to a document, in place, what it is searched by. @param zone of the host that wrote the line */
export function toIndexed(document: EventDocument, event: Event, zone: Zone): IndexedDocument {
  const indexed = document as IndexedDocument;
  indexed.postfix ??= {} as IndexedDocument['postfix'];
  const { postfix } = indexed;
  postfix.micros = Math.round(event.time * 1000);
  postfix.local_time = localTime(event.time, zone);
  const { fields } = event;
  if (fields.sender) addParts(postfix, 'sender', fields.sender);
  if (fields.recipient) addParts(postfix, 'recipient', fields.recipient);
  if (fields.orig_to) addParts(postfix, 'orig_to', fields.orig_to);
  if (fields.sasl_sender) addParts(postfix, 'sasl_sender', fields.sasl_sender);
  if (fields.redirect_to) addParts(postfix, 'redirect_to', fields.redirect_to);
  if (fields.status !== undefined || event.action === 'attempt_failed') postfix.attempt = isAttempt(event);
  return indexed;
}

/** The document of the line, as the embedded store has it. */
export function fromIndexed({ postfix: all, ...document }: IndexedDocument): EventDocument {
  const { micros: _, local_time: _time, local_part: _part, domain: _domain, attempt: _attempt, ...postfix } = all;
  return (Object.keys(postfix).length === 0 ? document : { ...document, postfix }) as EventDocument;
}

function addParts(derived: Derived, name: AddressName, address: string): void {
  const at = address.lastIndexOf('@');
  derived.local_part ??= {};
  derived.local_part[name] = at < 0 ? address : address.slice(0, at);
  if (at < 0) return;
  derived.domain ??= {};
  derived.domain[name] = address.slice(at + 1);
}

const quarter = 900_000;
const hour = 3_600_000;
const day = 24 * hour;

/** The last answer, as lines come in order of time, mostly of one zone. */
let known: { zone: Zone; quarter: number; answer: Derived['local_time'] } | undefined;

/** Offsets of zones change at whole quarters of an hour only (postfix/zone.ts). @param time milliseconds since the epoch */
export function localTime(time: number, zone: Zone): Derived['local_time'] {
  const at = Math.floor(time / quarter);
  if (known?.quarter === at && known.zone === zone) return known.answer;
  const local = at * quarter + zone.offsetAt(at * quarter);
  const days = Math.floor(local / day);
  // The epoch was a Thursday.
  const answer = { hour: Math.floor((local - days * day) / hour), weekday: ((((days + 3) % 7) + 7) % 7) + 1 };
  known = { zone, quarter: at, answer };
  return answer;
}
