/**
 * Lines on their way to the fold, which may be on another thread: the bytes in which they were read, and beside them numbers that
 * say where each stands and what was found of it. So a line costs the thread that reads next to nothing, and neither text nor
 * object crosses over.
 */
import { asciiBytes } from '../../postfix/grammar.js';
import { Event, type Speaker, speakerOf } from '../../postfix/parse.js';
import { type KeptText, StandingText } from '../../postfix/text.js';
import type { LineOf } from './line_fact.js';

/** What is sent. */
export interface Packet {
  /** Windows of many lines, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each window ends. */
  readonly windows: readonly number[];
  /** `numbersPerLine` for each line. */
  readonly lines: Float64Array;
  readonly count: number;
  /** Of lines that do not stand in a window, as they are not plain ASCII or were taken out of JSON: what was read, and the line. */
  readonly texts: readonly string[];
  /** Host and program, and paths, that were not sent before; they are numbered in this order. */
  readonly speakers: readonly (readonly [host: string, program: string])[];
  readonly paths: readonly string[];
}

const numbersPerLine = 13;
const packetBytes = 1 << 20;
const packetLines = 1 << 13;
const none = -1;

/** Whether what was read of a line are the bytes in which it stands. */
const isStanding = (event: Event, kept: KeptText): kept is StandingText => kept instanceof StandingText && kept.bytes === event.bytes;

/** What a packet is written into. */
export interface Room {
  bytes: Uint8Array;
  readonly lines: Float64Array;
}

const newRoom = (): Room => ({ bytes: new Uint8Array(packetBytes), lines: new Float64Array(packetLines * numbersPerLine) });

/** Puts lines into packets. */
export class Packer {
  private room = newRoom();
  private readonly spare: Room[] = [];
  private windows: number[] = [];
  private texts: string[] = [];
  private speakers: [string, string][] = [];
  private paths: string[] = [];
  private used = 0;
  private count = 0;
  /** The window that was added last. */
  private window: Uint8Array | undefined;
  private readonly speakerNumbers = new Map<Speaker, number>();
  private readonly pathNumbers = new Map<string, number>();

  /** @param origin a number of its host's @returns the packets that are full */
  add(event: Event, line: LineOf, origin: number): Packet | undefined {
    const { kept } = line;
    const full = this.isFullFor(event, kept) ? this.take() : undefined;
    const { lines } = this.room;
    let at = this.count++ * numbersPerLine;
    if (isStanding(event, kept)) {
      if (kept.bytes !== this.window) this.addWindow(kept.bytes);
      lines[at++] = this.windows.length - 1;
      lines[at++] = kept.from;
      lines[at++] = kept.to;
    } else {
      lines[at++] = none;
      lines[at++] = this.texts.push(event.text, kept.text) - 2;
      lines[at++] = 0;
    }
    lines[at++] = event.textAt;
    lines[at++] = event.textEnd;
    lines[at++] = line.n;
    lines[at++] = line.time;
    lines[at++] = line.offset;
    lines[at++] = this.speakerNumber(event.speaker);
    lines[at++] = event.pid ?? none;
    lines[at++] = line.mark;
    lines[at++] = this.pathNumber(line.path);
    lines[at] = origin;
    return full;
  }

  /** What was gathered. */
  take(): Packet {
    const { room, windows, count, texts, speakers, paths } = this;
    this.room = this.spare.pop() ?? newRoom();
    this.windows = [];
    this.texts = [];
    this.speakers = [];
    this.paths = [];
    this.used = 0;
    this.count = 0;
    this.window = undefined;
    return { ...room, windows, count, texts, speakers, paths };
  }

  /** Takes back what a packet was written into, once it was read. */
  reuse(room: Room): void {
    this.spare.push(room);
  }

  private isFullFor(event: Event, kept: KeptText): boolean {
    if (this.count === packetLines) return true;
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

  private speakerNumber(speaker: Speaker): number {
    let number = this.speakerNumbers.get(speaker);
    if (number === undefined) {
      number = this.speakerNumbers.size;
      this.speakerNumbers.set(speaker, number);
      this.speakers.push([speaker.host, speaker.program]);
    }
    return number;
  }

  private pathNumber(path: string): number {
    let number = this.pathNumbers.get(path);
    if (number === undefined) {
      number = this.pathNumbers.size;
      this.pathNumbers.set(path, number);
      this.paths.push(path);
    }
    return number;
  }
}

/** Takes lines out of packets, in which all that were packed by one packer must come. */
export class Unpacker {
  private readonly speakers: Speaker[] = [];
  private readonly paths: string[] = [];

  /** @param take is given each line as the event that it was */
  read({ bytes, windows, lines, count, texts, speakers, paths }: Packet, take: (event: Event, line: LineOf, origin: number) => void): void {
    for (const [host, program] of speakers) this.speakers.push(speakerOf(host, program));
    this.paths.push(...paths);
    let number = none;
    let window = bytes;
    let text = '';
    for (let i = 0; i < count; i++) {
      let at = i * numbersPerLine;
      const of = lines[at++] as number;
      const from = lines[at++] as number;
      const to = lines[at++] as number;
      let kept: KeptText;
      if (of === none) {
        number = none;
        text = texts[from] as string;
        window = asciiBytes(text);
        // What is odd about its bytes is in the mark.
        kept = { text: texts[from + 1] as string, encoding: 'utf-8' };
      } else {
        if (of !== number) {
          number = of;
          window = bytes.subarray(windows[of - 1] ?? 0, windows[of]);
          text = Buffer.from(window.buffer, window.byteOffset, window.length).toString('latin1');
        }
        kept = new StandingText(text, window, from, to);
      }
      const textAt = lines[at++] as number;
      const end = lines[at++] as number;
      const n = lines[at++] as number;
      const time = lines[at++] as number;
      const offset = lines[at++] as number;
      const origin = this.speakers[lines[at++] as number] as Speaker;
      const pid = lines[at++] as number;
      const mark = lines[at++] as number;
      const path = this.paths[lines[at++] as number] as string;
      // Not by spreading one into another, which costs more than all the rest.
      const envelope = {
        time,
        origin,
        pid: pid === none ? undefined : pid,
        priority: undefined,
        doubt: undefined,
        text,
        bytes: window,
        start: textAt,
        at: textAt,
        end,
      };
      take(new Event(envelope, false), { n, time, path, offset, mark, kept }, lines[at] as number);
    }
  }
}
