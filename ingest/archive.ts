/** A finished (or for now finished) file as batches, from where it was left. */
import { open } from 'node:fs/promises';
import type { LineBatch } from '../queue/port.js';
import type { Position, Source } from '../store/port.js';
import { cut } from './cut.js';
import { digest, type Survey } from './survey.js';
import { textOf, UnpackError } from './unpack.js';

/** As far as equal lines of one second may reach back from a batch. */
const lookBack = 64 * 1024;
/** What is digested to recognise the place where a file was left. */
const tailLength = 1024;

export const tailOf = (bytes: Buffer) => digest(bytes.subarray(Math.max(0, bytes.length - tailLength)));

/** The bytes in front of an offset of a plain file. */
async function bytesBefore(path: string, offset: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const length = Math.min(offset, lookBack);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether the file still has, in front of the place where it was left, what it had then. */
export async function continues(survey: Survey, position: Position): Promise<boolean> {
  if (survey.packing !== 'none') return true;
  if (position.offset > survey.size) return false;
  return position.offset === 0 || tailOf(await bytesBefore(survey.path, position.offset)) === position.tail;
}

/** What batches are made of, besides the file. */
export interface From {
  readonly source: Source;
  readonly position: Position;
  /** Lines of the file before this one in rotation that end in the second in which this one begins. */
  readonly before: Buffer;
}

export async function* batchesOf(survey: Survey, { source, position, before: carried }: From): AsyncGenerator<LineBatch> {
  const plain = survey.packing === 'none';
  let before = plain && position.offset > 0 ? await bytesBefore(survey.path, position.offset) : carried;
  let pending: LineBatch | undefined;
  let notes: string[] = [];
  let end = position.offset;
  const { year, anchor } = survey;
  const stretches = cut(textOf(survey.path, survey.packing, plain ? position.offset : 0), plain ? position.offset : 0, survey.settled);
  try {
    for (;;) {
      const step = await stretches.next();
      if (step.done) {
        end = step.value;
        break;
      }
      const { offset, bytes, cut: isCut, next } = step.value;
      if (pending !== undefined) yield pending;
      pending = undefined;
      if (next <= position.offset) {
        before = lastLines(bytes);
        continue;
      }
      const skip = Math.max(0, position.offset - offset);
      pending = {
        source,
        offset: offset + skip,
        bytes: skip === 0 ? bytes : bytes.subarray(skip),
        before: skip === 0 ? before : lastLines(bytes.subarray(0, skip)),
        year,
        anchor,
        cut: isCut,
        next,
        complete: false,
        tail: tailOf(bytes),
        notes,
      };
      notes = [];
      before = lastLines(bytes);
      end = next;
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    if (pending !== undefined) {
      yield pending;
      end = pending.next;
      pending = undefined;
    }
    notes = [`${error.message}; ${end.toLocaleString('en')} bytes of text came out whole and are stored, the rest is lost`];
    yield empty(survey, source, end, notes, tailOf(before));
    return;
  }
  if (plain && end < survey.size) {
    notes.push(`the last line, at byte ${end.toLocaleString('en')}, has no newline yet and waits for the next import`);
  }
  if (pending !== undefined) yield { ...pending, complete: true, notes: [...pending.notes, ...notes] };
  else yield empty(survey, source, end, notes, end === position.offset ? position.tail : tailOf(before));
}

const empty = ({ year, anchor }: Survey, source: Source, at: number, notes: readonly string[], tail: string): LineBatch => ({
  source,
  offset: at,
  bytes: Buffer.alloc(0),
  before: Buffer.alloc(0),
  year,
  anchor,
  cut: false,
  next: at,
  complete: true,
  tail,
  notes,
});

/** The end of a stretch, from the beginning of a line. */
function lastLines(bytes: Buffer): Buffer {
  if (bytes.length <= lookBack) return bytes;
  const tail = bytes.subarray(bytes.length - lookBack);
  return tail.subarray(tail.indexOf(10) + 1);
}

/** The lines at the end of a text that share the stamp of its last line, where the text has earlier stamps too. */
export function lastSecond(bytes: Buffer): { stamp: string; lines: Buffer } | undefined {
  const text = bytes.toString('latin1');
  const lines = text.replace(/\n$/, '').split('\n');
  const stamp = lines.at(-1)?.slice(0, 15) ?? '';
  let count = 0;
  while (count < lines.length && lines[lines.length - 1 - count]?.startsWith(stamp)) count++;
  if (count === lines.length) return undefined;
  return { stamp, lines: Buffer.from(`${lines.slice(-count).join('\n')}\n`, 'latin1') };
}
