/** Raw lines into events: the pure part of a worker. One `LineReader` reads one source, in any number of batches. */
import { Clock } from '../postfix/clock.js';
import { disorder, Ordinals } from '../postfix/identity.js';
import { LineScan } from '../postfix/line_scan.js';
import { type Event, Parser } from '../postfix/parse.js';
import { type KeptText, keepText, StandingText } from '../postfix/text.js';
import { zoneOf } from '../postfix/zone.js';
import type { LineBatch } from '../queue/port.js';
import type { QuarantineReason } from '../store/port.js';
import { inText } from './in_text.js';

/** What becomes of each line. */
export interface Taker {
  event(event: Event, offset: number, ordinal: number, kept: KeptText): void;
  /** @param why what exactly was the matter, where the reason does not say it */
  aside(reason: QuarantineReason, offset: number, kept: KeptText, ordinal: number, why?: string): void;
}

export class LineReader {
  private parser: Parser | undefined;
  private ordinals = new Ordinals();
  private readonly line = new LineScan();
  private readonly withoutReturn = new LineScan();
  private next = -1;
  /** The host of the last line, its time, and the times of the last lines of other hosts. */
  private host = '';
  private time = Number.NEGATIVE_INFINITY;
  private readonly latest = new Map<string, number>();
  private anchor = 0;

  /** @returns how many lines there were; blank ones are none */
  read(batch: LineBatch, take: Taker): number {
    if (batch.offset !== this.next || this.parser === undefined) this.start(batch);
    this.next = batch.next;
    if (batch.cut) {
      take.aside(batch.bytes[0] === 0 ? 'binary' : 'too_long', batch.offset, clip(keepText(batch.bytes.toString('latin1'))), 0);
      return 1;
    }
    return this.readLines(batch.bytes, batch.offset, inText(batch, take));
  }

  /** Where a batch does not follow the one before: the lines in front of it are counted, so that equal ones stay two. */
  private start(batch: LineBatch): void {
    this.anchor = batch.anchor;
    this.parser = new Parser(new Clock(zoneOf(batch.zone), () => this.anchor, batch.year), batch.host);
    this.ordinals = new Ordinals();
    this.readLines(batch.before, 0, undefined);
  }

  /**
   * Most lines are printable ASCII and are read where they stand, in one text of many lines. A line with anything else
   * is taken out and made text by itself. Without a taker, lines are only counted for their ordinals.
   */
  private readLines(buffer: Buffer, offset: number, take: Taker | undefined): number {
    // Not a Buffer: the scanners see one kind of array only.
    const all = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    let lines = 0;
    for (let from = 0; from < all.length; ) {
      const to = windowEnd(all, from);
      lines += this.readWindow(buffer.toString('latin1', from, to), all.subarray(from, to), offset + from, take);
      from = to;
    }
    return lines;
  }

  private readWindow(text: string, bytes: Uint8Array, offset: number, take: Taker | undefined): number {
    const parser = this.parser as Parser;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { line } = this;
    let lines = 0;
    for (let at = 0; at < text.length; at = line.end + 1) {
      line.read(view, at, text.length);
      const { end } = line;
      // CRLF ends a line too.
      const last = !line.plain && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
      if (last === at) continue;
      const kept = line.plain ? new StandingText(text, bytes, at, end) : keepText(text.slice(at, last));
      let event: Event | undefined;
      let why: string | undefined;
      if (take !== undefined) {
        try {
          event = this.inOrder(line.plain ? parser.parseAt(text, bytes, at, end, false) : parser.parse(kept.text));
        } catch (error) {
          // A fault of ours must not cost more than the line that shows it.
          why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        }
      }
      const ordinal = this.ordinals.next(last === end ? line : this.withoutReturn.read(view, at, last));
      if (why !== undefined) take?.aside('crash', offset + at, kept, ordinal, why);
      else if (take !== undefined) this.done(event, kept, offset + at, ordinal, take);
      lines++;
    }
    return lines;
  }

  /** Where a host's time goes back by more than disorder explains, an archive may begin anew: its lines are no second ones. */
  private inOrder(event: Event | undefined): Event | undefined {
    if (event === undefined) return undefined;
    if (event.host !== this.host) {
      this.latest.set(this.host, this.time);
      this.host = event.host;
      this.time = this.latest.get(event.host) ?? Number.NEGATIVE_INFINITY;
    }
    if (event.time < this.time - disorder) this.ordinals = new Ordinals();
    this.time = event.time;
    return event;
  }

  /** A line is stored, or kept aside with the reason. */
  private done(event: Event | undefined, kept: KeptText, offset: number, ordinal: number, take: Taker): void {
    const length = kept instanceof StandingText ? kept.to - kept.from : kept.text.length;
    if (length > longestKept) take.aside('too_long', offset, clip(kept), ordinal);
    else if (event !== undefined) take.event(event, offset, ordinal, kept);
    else take.aside(kept.encoding === 'bytes' && /[\ue000-\ue008]/.test(kept.text) ? 'binary' : 'no_time', offset, clip(kept), ordinal);
  }
}

/** No syslog daemon passes on more than 8 KiB by default; what is longer is no line of a mail log. */
const longestKept = 64 * 1024;

/** What cannot be placed is kept as a reminder, not as an archive. */
export const clippedTo = 4096;
const clip = ({ text, encoding }: KeptText): KeptText => ({ text: text.slice(0, clippedTo), encoding });

/** Text of this length still lies in the young heap and in the processor's cache; longer ones are mapped from the system. */
const window = 64 * 1024;

/** The end of a window that begins here: behind the last newline in it, or behind the next where one line fills it. */
export function windowEnd(bytes: Uint8Array, from: number): number {
  if (bytes.length - from <= window) return bytes.length;
  const last = bytes.lastIndexOf(10, from + window);
  if (last >= from) return last + 1;
  const next = bytes.indexOf(10, from + window);
  return next < 0 ? bytes.length : next + 1;
}
