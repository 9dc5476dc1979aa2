/** Whole lines become slices of the size of a batch, each with those earlier lines that it takes to tell its equal ones apart. */

import { lookBack, Ordinals } from '../../postfix/identity.js';
import { LineScan } from '../../postfix/line_scan.js';
import { Rewinds } from './rewinds.js';

/** What a batch holds at most: as much as a worker reads in a few milliseconds, and Redis takes in one command. */
export const sliceLines = 1000;
export const sliceBytes = 256 * 1024;

/** So much of the text in front of a slice goes with it in any case. */
const contextLength = 2048;

const newline = 10;
const carriageReturn = 13;

/** A part of a stretch. */
export interface Slice {
  /** Where it begins, counted from the beginning of the stretch. */
  readonly at: number;
  readonly bytes: Buffer;
  /** Lines in it that are not blank. */
  readonly lines: number;
  readonly before: Buffer;
}

/** A line of a slice of which equal ones came before the slice. */
interface Repeated {
  readonly line: Buffer;
  /** How many. */
  readonly times: number;
}

/** What is sent of a line; by that, and not by what was logged, equal lines have to be told apart. */
export type AsSent = (line: Buffer) => Buffer;

/**
 * Lines are counted over the whole text, as a worker that reads it in one go counts them (`LineReader`). A slice takes along
 * as many copies of a line as there were before it, and no other lines but the last few: so the worker that has only this
 * slice counts on from there.
 */
export class Slicer {
  private ordinals = new Ordinals();
  private readonly line = new LineScan();
  private readonly rewinds = new Rewinds();
  /** The last whole lines. */
  private context: Buffer = Buffer.alloc(0);

  constructor(private readonly asSent?: AsSent) {}

  /** Begins anew. @param before the lines in front of what comes */
  begin(before: Buffer): void {
    this.ordinals = new Ordinals();
    this.context = Buffer.alloc(0);
    countLines(before, this.ordinals, this.asSent);
    this.context = lastLines(this.context, before);
  }

  /** The last lines that went through it. */
  get last(): Buffer {
    return this.context;
  }

  /** @param bytes whole lines; the last may lack its newline */
  *slices(bytes: Buffer): Generator<Slice> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let from = 0;
    let all = 0;
    let lines = 0;
    // Most slices have no equal lines, and are not counted a second time.
    let within: Ordinals | undefined;
    let repeated: Repeated[] = [];
    let anew: number | undefined;
    this.rewinds.begin();
    for (let at = 0; at < bytes.length; ) {
      anew = this.rewinds.look(bytes, at) ?? anew;
      if (at === anew) {
        this.ordinals = new Ordinals();
        anew = undefined;
      }
      this.line.read(view, at, bytes.length);
      const { end } = this.line;
      const next = Math.min(end + 1, bytes.length);
      if (all === sliceLines || (next - from > sliceBytes && at > from)) {
        yield this.slice(bytes, from, at, lines, repeated);
        from = at;
        all = 0;
        lines = 0;
        within = undefined;
        repeated = [];
      }
      const last = lineEnd(bytes, at, end);
      if (last > at) {
        const line = scanned(this.line, bytes, view, at, last, this.asSent);
        const before = this.ordinals.next(line);
        if (within === undefined && before > 0) {
          within = new Ordinals();
          countLines(bytes.subarray(from, at), within, this.asSent);
        }
        if (within?.next(line) === 0 && before > 0) repeated.push({ line: bytes.subarray(at, last), times: before });
        lines++;
      }
      all++;
      at = next;
    }
    if (from < bytes.length) yield this.slice(bytes, from, bytes.length, lines, repeated);
  }

  private slice(bytes: Buffer, from: number, to: number, lines: number, repeated: readonly Repeated[]): Slice {
    const own = bytes.subarray(from, to);
    const before = repeated.length === 0 ? this.context : Buffer.concat([copies(repeated, this.context, this.asSent), this.context]);
    this.context = lastLines(this.context, own);
    return { at: from, bytes: own, lines, before };
  }
}

/** The lines as often as they came before, without those that the context has. */
function copies(repeated: readonly Repeated[], context: Buffer, asSent: AsSent = (line) => line): Buffer {
  const inContext = new Map<string, number>();
  const sent = (line: Buffer) => asSent(line).toString('latin1');
  for (const text of context.toString('latin1').split(/\r?\n/)) {
    const line = sent(Buffer.from(text, 'latin1'));
    inContext.set(line, (inContext.get(line) ?? 0) + 1);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for (const { line, times } of repeated) {
    const ended = Buffer.concat([line, Buffer.of(newline)]);
    for (let i = inContext.get(sent(line)) ?? 0; i < times && length < lookBack; i++) {
      parts.push(ended);
      length += ended.length;
    }
  }
  return Buffer.concat(parts);
}

/** Without the carriage return of a CRLF, as the worker reads it. */
const lineEnd = (bytes: Buffer, at: number, end: number) => (end > at && bytes[end - 1] === carriageReturn ? end - 1 : end);

/** A line that the scan has just walked over, or what is sent of it. */
function scanned(line: LineScan, bytes: Buffer, view: DataView, at: number, last: number, asSent: AsSent | undefined): LineScan {
  if (asSent === undefined) return last === line.end ? line : line.read(view, at, last);
  const sent = asSent(bytes.subarray(at, last));
  return line.read(new DataView(sent.buffer, sent.byteOffset, sent.length), 0, sent.length);
}

function countLines(bytes: Buffer, ordinals: Ordinals, asSent: AsSent | undefined): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const line = new LineScan();
  for (let at = 0; at < bytes.length; ) {
    const { end } = line.read(view, at, bytes.length);
    const last = lineEnd(bytes, at, end);
    if (last > at) ordinals.next(scanned(line, bytes, view, at, last, asSent));
    at = end + 1;
  }
}

/** The last whole lines of what was there and what followed; a copy, so that the stretch need not be kept. */
function lastLines(context: Buffer, bytes: Buffer): Buffer {
  if (bytes.length === 0) return context;
  const joined =
    bytes.length > contextLength ? bytes.subarray(-contextLength - 1) : Buffer.concat([context, bytes]).subarray(-contextLength - 1);
  if (joined.length <= contextLength) return Buffer.from(joined);
  // Of the byte in front it is only asked whether it ended a line.
  const ended = joined.indexOf(newline);
  return ended < 0 ? Buffer.alloc(0) : Buffer.from(joined.subarray(ended + 1));
}
