/** Facts out of packets (fold_packet.ts). */
import { asciiBytes } from '../../postfix/grammar.js';
import type { Fact, Relay } from '../../postfix/message/fact.js';
import { shortestSlice } from '../../postfix/message/own.js';
import { Event, type Speaker, speakerOf } from '../../postfix/parse.js';
import { none, type Outcome, type Packet, records } from './fold_packet.js';
import { KnownRelay } from './known_relays.js';
import { DeliveryLineFact, LineFact, LineFacts } from './line_fact.js';
import type { StoredFact } from './stored_facts.js';

/** @param writer a number of its writer, and so of its host */
type Take = (fact: StoredFact, writer: number) => void;

/** Takes lines out of packets, in which all that were packed by one packer must come. */
export class Unpacker {
  private readonly writers: Speaker[] = [];
  private readonly paths: string[] = [];
  private readonly relays: KnownRelay[] = [];
  private readonly outcomes: Outcome[] = [];
  private readonly facts = new LineFacts();
  private numbers: Float64Array = new Float64Array();
  private at = 0;
  /** The window of the record, as bytes and as text. */
  private bytes: Uint8Array = new Uint8Array();
  private text = '';

  /** Queue IDs of the last lines with which messages begin, each in the place of its hash. */
  private readonly begun: (string | undefined)[] = new Array(1 << 14).fill(undefined);

  /** @param take is given each line that has a fact */
  read(packet: Packet, take: Take): void {
    this.learn(packet);
    const { numbers, count } = packet;
    let number = none;
    for (let i = 0; i < count; i++) {
      let { at } = this;
      const record = numbers[at++] as number;
      const writer = numbers[at++] as number;
      const process = numbers[at++] as number;
      const n = numbers[at++] as number;
      const time = numbers[at++] as number;
      const offset = numbers[at++] as number;
      const path = this.paths[numbers[at++] as number] as string;
      const mark = numbers[at++] as number;
      const window = numbers[at++] as number;
      const from = numbers[at++] as number;
      const to = numbers[at++] as number;
      this.at = at;
      if (window !== none && window !== number) {
        number = window;
        this.open(packet, window);
      }
      const speaker = this.writers[writer] as Speaker;
      const pid = process === none ? undefined : process;
      if (record === records.read) {
        const event =
          window === none
            ? this.event(packet.texts[from] as string, asciiBytes(packet.texts[from] as string), speaker, time, pid)
            : this.event(this.text, this.bytes, speaker, time, pid);
        const text = window === none ? (packet.texts[from + 1] as string) : this.text.slice(from, to);
        // What is odd about its bytes is in the mark.
        const fact = this.facts.of(event, { n, time, path, offset, mark, kept: { text, encoding: 'utf-8' } });
        if (fact !== undefined) take(fact, writer);
        continue;
      }
      const queueId = record === records.session ? undefined : this.value();
      const line = queueId !== undefined && this.mayBegin(record, queueId) ? latin1Slice.call(this.bytes, from, to) : '';
      const is = kinds[record] as Fact['is'];
      let fact: LineFact;
      if (record === records.delivery)
        fact = this.delivery(new DeliveryLineFact(is, speaker, pid, queueId, n, time, path, offset, mark, line));
      else fact = new LineFact(is, speaker, pid, queueId, n, time, path, offset, mark, line);
      if (record === records.client) fact.clientIp = this.value();
      else if (record === records.queued) {
        fact.size = this.integer();
        fact.recipientCount = this.integer();
      }
      take(fact as unknown as StoredFact, writer);
    }
  }

  /** Whether a message may begin with a line. Where it does although this says no, it is folded again (pass.ts). */
  private mayBegin(record: number, queueId: string): boolean {
    let hash = 0;
    for (let i = 0; i < queueId.length; i++) hash = Math.imul(hash ^ queueId.charCodeAt(i), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (this.begun.length - 1);
    if (record >= records.removed) return this.begun[slot] !== queueId;
    this.begun[slot] = queueId;
    return true;
  }

  private learn({ writers, paths, relays, outcomes, numbers }: Packet): void {
    for (const [number, { host, program }] of writers) this.writers[number] = speakerOf(host, program);
    for (const path of paths) this.paths.push(path);
    for (const { host, ip, port, socket } of relays) this.relays.push(new KnownRelay(host, ip, port, socket));
    for (const outcome of outcomes) this.outcomes.push(outcome);
    this.numbers = numbers;
    this.at = 0;
  }

  private open({ bytes, windows }: Packet, window: number): void {
    this.bytes = bytes.subarray(windows[window - 1] ?? 0, windows[window]);
    this.text = latin1Slice.call(this.bytes, 0, this.bytes.length);
  }

  private event(text: string, bytes: Uint8Array, origin: Speaker, time: number, pid: number | undefined): Event {
    const at = this.numbers[this.at++] as number;
    const end = this.numbers[this.at++] as number;
    return new Event({ time, origin, pid, priority: undefined, doubt: undefined, text, bytes, start: at, at, end }, true);
  }

  private delivery(fact: DeliveryLineFact): DeliveryLineFact {
    fact.recipient = this.value() ?? '';
    fact.origTo = this.value();
    fact.queuedAs = this.value();
    const { numbers } = this;
    let { at } = this;
    const relay = numbers[at++] as number;
    if (relay !== none) fact.relay = this.relays[relay] as Relay;
    if (numbers[at++] === 1) fact.inReason = true;
    const { status, reason } = this.outcomes[numbers[at++] as number] as Outcome;
    fact.status = status;
    fact.reason = reason;
    const connUse = numbers[at++] as number;
    if (connUse !== none) fact.connUse = connUse;
    fact.delay = numbers[at++] as number;
    fact.a = numbers[at++] as number;
    fact.b = numbers[at++] as number;
    fact.c = numbers[at++] as number;
    fact.d = numbers[at++] as number;
    this.at = at;
    return fact;
  }

  /** The next field, in memory of its own. */
  private value(): string | undefined {
    const from = this.numbers[this.at++] as number;
    const to = this.numbers[this.at++] as number;
    if (from < 0) return undefined;
    return to - from < shortestSlice ? this.text.slice(from, to) : latin1Slice.call(this.bytes, from, to);
  }

  /** The next field, which is digits; 0 where it is missing. */
  private integer(): number {
    const from = this.numbers[this.at++] as number;
    const to = this.numbers[this.at++] as number;
    let value = 0;
    for (let at = from; at >= 0 && at < to; at++) value = value * 10 + (this.bytes[at] as number) - 48;
    return value;
  }
}

/** What each record tells of. */
const kinds: Fact['is'][] = [];
for (const [is, record] of Object.entries(records)) kinds[record] = is as Fact['is'];

const { latin1Slice } = Buffer.prototype as unknown as { latin1Slice(this: Uint8Array, from: number, to: number): string };
