/**
 * Lines on their way to the fold, which may be on another thread: the bytes in which they were read, and beside them numbers that
 * say where each stands and what was found of it. So neither text nor object crosses over but what is met for the first time, a line
 * costs the thread that reads next to nothing, and the other makes facts of most without reading them again (fold_unpack.ts).
 */
import type { FieldName, Fields } from '../../postfix/fields.js';
import type { Reason, Relay } from '../../postfix/message/fact.js';
import type { Event } from '../../postfix/parse.js';
import type { Matcher } from '../../postfix/pattern.js';
import { type KeptText, StandingText } from '../../postfix/text.js';
import { copied } from './known_relays.js';
import { countedReason, type LineOf, type Writer } from './line_fact.js';

/** What is sent. */
export interface Packet {
  /** Windows of many lines, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each window ends. */
  readonly windows: readonly number[];
  /** A record for each line: see `Packer`. */
  readonly numbers: Float64Array;
  readonly count: number;
  /** Of lines that do not stand in a window, as they are not plain ASCII or were taken out of JSON: what was read, and the line. */
  readonly texts: readonly string[];
  /** What was not sent before, numbered in this order: paths, relays, and how deliveries ended. Writers have numbers of their own. */
  readonly writers: readonly (readonly [number: number, writer: Writer])[];
  readonly paths: readonly string[];
  readonly relays: readonly NamedRelay[];
  readonly outcomes: readonly Outcome[];
}

/** A relay with all that a line can name of it. */
export type NamedRelay = { readonly [K in keyof Relay]-?: Relay[K] | undefined } & { readonly host: string };

/** How a delivery ended. */
export interface Outcome {
  readonly status: string;
  readonly reason: Reason;
}

/** What a record tells of, its first number. A line that has to be read is any that is not frequent. */
export const records = { read: 0, session: 1, message_id: 2, picked_up: 3, client: 4, removed: 5, queued: 6, delivery: 7 } as const;

export const none = -1;
const packetBytes = 1 << 19;
const packetNumbers = 1 << 16;
/** Numbers of the longest record, of a delivery. */
const longestRecord = 32;

/** Whether what was read of a line are the bytes in which it stands. */
const isStanding = (event: Event, kept: KeptText): kept is StandingText => kept instanceof StandingText && kept.bytes === event.bytes;

/** What a packet is written into. */
export interface Room {
  bytes: Uint8Array;
  readonly numbers: Float64Array;
}

const newRoom = (): Room => ({ bytes: new Uint8Array(packetBytes), numbers: new Float64Array(packetNumbers) });

/** What its row says of a delivery. */
export interface Delivered {
  /** A number of its status and reason, aside whether a copy may exist. */
  readonly outcome: number;
  readonly relay: NamedRelay | undefined;
}

/**
 * Puts lines into packets. A record is what it tells of, its writer, process ID, number of the line, time, offset, path and mark;
 * its window, and where the line begins and ends in it; of a line that has to be read, where its text does; of a message's, where its
 * queue ID does. Behind that, each field as the places where it begins and ends, or the number that it is.
 */
export class Packer {
  private room = newRoom();
  private readonly spare: Room[] = [];
  private windows: number[] = [];
  private texts: string[] = [];
  private writers: [number, Writer][] = [];
  private paths: string[] = [];
  private relays: NamedRelay[] = [];
  private outcomes: Outcome[] = [];
  private used = 0;
  private at = 0;
  private count = 0;
  /** The window that was added last. */
  private window: Uint8Array | undefined;
  private readonly knownWriters: true[] = [];
  private readonly pathNumbers = new Map<string, number>();
  private lastPath = '';
  private lastPathNumber = none;
  private readonly relayNumbers = new Map<string, number>();
  /** By their numbers, twice each: where no copy may exist, and where one may. */
  private readonly outcomeNumbers: (number | undefined)[] = [];
  private outcomesSent = 0;

  /** @param writer its number @param delivered what the line says of a delivery, if it does @returns the packet that is full */
  add(event: Event, line: LineOf, writer: number, delivered: Delivered | undefined): Packet | undefined {
    const { kept } = line;
    const full = this.isFullFor(event, kept) ? this.take() : undefined;
    if (this.knownWriters[writer] !== true) {
      this.knownWriters[writer] = true;
      this.writers.push([writer, { host: event.host, program: event.program }]);
    }
    const record = isStanding(event, kept) ? recordOf(event, delivered) : records.read;
    this.head(record, event, line, writer);
    switch (record) {
      case records.read:
        this.put(event.textAt, event.textEnd);
        break;
      case records.session:
        break;
      case records.delivery:
        this.put(event.queueIdAt, event.queueIdEnd);
        this.delivery(event, delivered as Delivered);
        break;
      case records.client:
        this.put(event.queueIdAt, event.queueIdEnd);
        this.place(event, 'client_ip');
        break;
      case records.queued:
        this.put(event.queueIdAt, event.queueIdEnd);
        this.place(event, 'size');
        this.place(event, 'recipient_count');
        break;
      default:
        this.put(event.queueIdAt, event.queueIdEnd);
    }
    this.count++;
    return full;
  }

  private head(record: number, event: Event, { kept, n, time, offset, path, mark }: LineOf, writer: number): void {
    const { numbers } = this.room;
    let { at } = this;
    numbers[at++] = record;
    numbers[at++] = writer;
    numbers[at++] = event.pid ?? none;
    numbers[at++] = n;
    numbers[at++] = time;
    numbers[at++] = offset;
    numbers[at++] = path === this.lastPath ? this.lastPathNumber : this.pathNumber(path);
    numbers[at++] = mark;
    if (isStanding(event, kept)) {
      if (kept.bytes !== this.window) this.addWindow(kept.bytes);
      numbers[at++] = this.windows.length - 1;
      numbers[at++] = kept.from;
      numbers[at++] = kept.to;
    } else {
      numbers[at++] = none;
      numbers[at++] = this.texts.push(event.text, kept.text) - 2;
      numbers[at++] = 0;
    }
    this.at = at;
  }

  private put(from: number, to: number): void {
    const { numbers } = this.room;
    numbers[this.at] = from;
    numbers[this.at + 1] = to;
    this.at += 2;
  }

  /** Where a field stands. */
  private place(event: Event, name: FieldName): void {
    const places = event.places as Int32Array;
    for (const at of placesOf(event.matcher as Matcher, name)) {
      const from = places[2 * at] as number;
      if (from < 0) continue;
      this.put(from, places[2 * at + 1] as number);
      return;
    }
    this.put(none, none);
  }

  private delivery(event: Event, { outcome, relay }: Delivered): void {
    const { fields, reason = nothing } = event;
    this.place(event, 'recipient');
    this.place(event, 'orig_to');
    // It stands in the reason, and was cut out of it.
    const queuedAs = reason.queued_as;
    const queuedAt = queuedAs === undefined ? none : event.text.indexOf(queuedAs, event.bodyAt);
    this.put(queuedAt, queuedAs === undefined ? none : queuedAt + queuedAs.length);
    const { numbers } = this.room;
    let { at } = this;
    numbers[at++] = relay === undefined ? none : this.relayNumber(relay);
    numbers[at++] = relay === undefined || (fields.relay_host !== undefined && fields.relay_host !== 'none') ? 0 : 1;
    numbers[at++] = this.outcomeNumber(outcome, fields.status ?? '', reason);
    numbers[at++] = fields.conn_use ?? none;
    numbers[at++] = fields.delay ?? 0;
    numbers[at++] = fields.delay_a ?? 0;
    numbers[at++] = fields.delay_b ?? 0;
    numbers[at++] = fields.delay_c ?? 0;
    numbers[at++] = fields.delay_d ?? 0;
    this.at = at;
  }

  /** What was gathered. */
  take(): Packet {
    const { room, windows, count, texts, writers, paths, relays, outcomes } = this;
    this.room = this.spare.pop() ?? newRoom();
    this.windows = [];
    this.texts = [];
    this.writers = [];
    this.paths = [];
    this.relays = [];
    this.outcomes = [];
    this.used = 0;
    this.at = 0;
    this.count = 0;
    this.window = undefined;
    return { ...room, windows, count, texts, writers, paths, relays, outcomes };
  }

  /** Takes back what a packet was written into, once it was read. */
  reuse(room: Room): void {
    this.spare.push(room);
  }

  private isFullFor(event: Event, kept: KeptText): boolean {
    if (this.at + longestRecord > packetNumbers) return true;
    const isOld = !isStanding(event, kept) || kept.bytes === this.window;
    return this.count > 0 && !isOld && this.used + kept.bytes.length > packetBytes;
  }

  private addWindow(window: Uint8Array): void {
    // One line can be longer than any packet.
    if (window.length > this.room.bytes.length) this.room.bytes = new Uint8Array(window.length);
    this.room.bytes.set(window, this.used);
    this.used += window.length;
    this.windows.push(this.used);
    this.window = window;
  }

  private pathNumber(path: string): number {
    let number = this.pathNumbers.get(path);
    if (number === undefined) {
      number = this.pathNumbers.size;
      this.pathNumbers.set(path, number);
      this.paths.push(path);
    }
    this.lastPath = path;
    this.lastPathNumber = number;
    return number;
  }

  private relayNumber(relay: NamedRelay): number {
    const { host, ip, port, socket } = relay;
    const key = `${host}\x01${ip ?? ''}\x01${socket ?? ''}\x01${port ?? ''}`;
    let number = this.relayNumbers.get(key);
    if (number === undefined) {
      number = this.relayNumbers.size;
      this.relayNumbers.set(copied(key), number);
      this.relays.push({ host: copied(host), ip: ip && copied(ip), port, socket: socket && copied(socket) });
    }
    return number;
  }

  private outcomeNumber(outcome: number, status: string, reason: Fields): number {
    const key = 2 * outcome + (reason.may_be_double === 'yes' ? 1 : 0);
    let number = this.outcomeNumbers[key];
    if (number === undefined) {
      number = this.outcomesSent++;
      this.outcomeNumbers[key] = number;
      this.outcomes.push({ status, reason: countedReason(reason) });
    }
    return number;
  }
}

const nothing: Fields = {};

/** What is told of a line without its being read again. */
function recordOf(event: Event, delivered: Delivered | undefined): number {
  const { action, matcher } = event;
  if (matcher === undefined || matcher.has.queue_id) return records.read;
  if (event.queueIdEnd < 0) return action === 'connect' && event.daemon === 'smtpd' ? records.session : records.read;
  switch (action) {
    case 'removed':
    case 'message_id':
    case 'picked_up':
      return records[action];
    case 'client':
    case 'queued':
      return event.places === undefined ? records.read : records[action];
    case 'delivery':
      return event.places === undefined || delivered === undefined ? records.read : records.delivery;
    default:
      return records.read;
  }
}

/** Of each field, by the number of a matcher, which of its places it has. */
const known = new Map<FieldName, (readonly number[] | undefined)[]>();

function placesOf({ number, scanner }: Matcher, name: FieldName): readonly number[] {
  let byMatcher = known.get(name);
  if (byMatcher === undefined) {
    byMatcher = [];
    known.set(name, byMatcher);
  }
  byMatcher[number] ??= (scanner?.names ?? []).flatMap((other, at) => (other === name ? [at] : []));
  return byMatcher[number];
}
