/** A finished (or for now finished) file as batches, from where it was left. */
import { lookBack } from '../postfix/identity.js';
import type { LineBatch } from '../queue/port.js';
import type { Position, Source } from '../store/port.js';
import { cut } from './cut.js';
import { readAt } from './read_at.js';
import { digest, type Survey, yearAt } from './survey.js';
import { textOf, UnpackError } from './unpack.js';

/** What is digested to recognise the place where a file was left. */
const tailLength = 1024;
const newline = 10;
const carriageReturn = 13;

/** The bytes in front of an offset of a plain file. */
function bytesBefore(path: string, offset: number, atMost = lookBack): Promise<Buffer> {
  const length = Math.min(offset, atMost);
  return readAt(path, offset - length, length);
}

const tailAt = async (path: string, offset: number) => digest(await bytesBefore(path, offset, tailLength));

/**
 * Where to go on with a file that was left at a position; undefined where it no longer has, in front of that place, what it
 * had then, and so is another.
 */
export async function resume({ packing, path, size }: Survey, position: Position): Promise<Position | undefined> {
  if (packing !== 'none' || position.offset === 0) return position;
  if (position.offset > size || (await tailAt(path, position.offset)) !== position.tail) return undefined;
  if (position.offset === size) return position;
  // The last line had no newline, and was taken as it was. If it is longer now, it is read whole.
  const before = await bytesBefore(path, position.offset);
  const start = before.lastIndexOf(newline) + 1;
  const [next] = await bytesBefore(path, position.offset + 1, 1);
  const ended = before.at(-1) === newline || next === newline || next === carriageReturn || next === 0;
  if (ended || before.at(-1) === 0 || (start === 0 && before.length === lookBack)) return position;
  const offset = position.offset - before.length + start;
  return { offset, complete: false, tail: await tailAt(path, offset) };
}

/** The last text of a file. */
export async function endOf({ path, packing, size }: Survey): Promise<Buffer> {
  if (packing === 'none') return lastLines(await bytesBefore(path, size));
  let end: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of textOf(path, packing)) end = lastLines(Buffer.concat([end, piece]));
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
  }
  return end;
}

/** What batches are made of, besides the file. */
export interface From {
  readonly source: Source;
  readonly position: Position;
  /** Lines of the file before this one in rotation that end in the second in which this one begins. */
  readonly before: Buffer;
  /** IANA name of the zone of stamps that have none. */
  readonly zone: string;
  /** The host of lines that name none. */
  readonly host: string;
}

/** @returns the last text */
export async function* batchesOf(
  survey: Survey,
  { source, position, before: carried, zone, host }: From,
): AsyncGenerator<LineBatch, Buffer> {
  const { path, packing, anchor } = survey;
  const plain = packing === 'none';
  const start = plain ? position.offset : 0;
  let before = carried;
  if (start > 0) {
    before = await bytesBefore(path, start);
    if (start < lookBack) before = Buffer.concat([carried, before]);
  }
  let year: number | undefined;
  let pending: LineBatch | undefined;
  let end = position.offset;
  const last = (damaged: boolean, ...notes: string[]): LineBatch => {
    if (pending !== undefined) return { ...pending, complete: true, damaged, notes };
    const { tail } = position;
    const nothing = Buffer.alloc(0);
    const at = { source, zone, host, offset: end, bytes: nothing, before: nothing, year, anchor, cut: false, next: end };
    return { ...at, complete: true, damaged, tail, notes, account: undefined };
  };
  try {
    for await (const { offset, bytes, cut: isCut, next } of cut(textOf(path, packing, start), start, survey.settled)) {
      if (pending !== undefined) yield pending;
      pending = undefined;
      if (next > position.offset) {
        const skip = Math.max(0, position.offset - offset);
        const fresh = bytes.subarray(skip);
        year ??= yearAt(survey, offset + skip, fresh);
        pending = {
          source,
          zone,
          host,
          offset: offset + skip,
          bytes: fresh,
          before: skip === 0 ? before : lastLines(Buffer.concat([before, bytes.subarray(0, skip)])),
          year,
          anchor,
          cut: isCut,
          next,
          complete: false,
          damaged: false,
          tail: !plain ? '' : isCut || bytes.length < tailLength ? await tailAt(path, next) : digest(bytes.subarray(-tailLength)),
          notes: [],
          account: undefined,
        };
        end = next;
      }
      before = bytes.length < lookBack ? lastLines(Buffer.concat([before, bytes])) : lastLines(bytes);
    }
    yield last(false);
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    yield last(true, `${error.message}; ${end.toLocaleString('en')} bytes of text came out whole and are stored, the rest is lost`);
  }
  return before;
}

/** The end of a text, from the beginning of a line. */
function lastLines(bytes: Buffer): Buffer {
  if (bytes.length <= lookBack) return bytes;
  const tail = bytes.subarray(bytes.length - lookBack);
  return tail.subarray(tail.indexOf(newline) + 1);
}
