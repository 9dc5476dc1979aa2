/** What a file is recognised by besides its name and its inode: how it begins, and what is in front of the place where it was left. */
import { readAt } from '../read_at.js';
import { digest } from '../survey.js';
import { type Packing, textOf, UnpackError } from '../unpack.js';

/** Bytes of a print, of the head and of the tail. */
export const printLength = 1024;

/** Digest of the first bytes of a text: of fewer than `printLength` where it had no more when it was last seen. */
export interface HeadPrint {
  readonly length: number;
  readonly digest: string;
}

/** @param head the first bytes of the text */
export function headPrint(head: Buffer): HeadPrint {
  const bytes = head.subarray(0, printLength);
  return { length: bytes.length, digest: digest(bytes) };
}

/** Whether a text begins as another did when its print was taken. Of a text that was empty then, nothing can be said. */
export const beginsAs = (head: Buffer, print: HeadPrint): boolean =>
  head.length >= print.length && digest(head.subarray(0, print.length)) === print.digest;

/** The last bytes of what is in front of a place, of which those of before and those that follow are given. */
export function tailOf(before: Buffer, bytes: Buffer): Buffer {
  if (bytes.length >= printLength) return Buffer.from(bytes.subarray(bytes.length - printLength));
  const joined = Buffer.concat([before, bytes]);
  return joined.length <= printLength ? joined : Buffer.from(joined.subarray(joined.length - printLength));
}

/** The first bytes of the text of a file, unpacked. */
export async function headOfText(path: string, packing: Packing): Promise<Buffer> {
  if (packing === 'none') return readAt(path, 0, printLength);
  let head: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of textOf(path, packing)) {
      head = Buffer.concat([head, piece.subarray(0, printLength)]);
      if (head.length >= printLength) break;
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
  }
  return head.subarray(0, printLength);
}

/** A place where a text was left. */
export interface LeftAt {
  readonly offset: number;
  /** Digest of what is in front of it; empty where nothing is known. */
  readonly tail: string;
}

/**
 * Whether a file has, in front of a place, what was there when the text was left.
 * @param size of the file
 */
export async function hasTail(path: string, packing: Packing, size: number, { offset, tail }: LeftAt): Promise<boolean> {
  if (packing === 'none') {
    if (size < offset) return false;
    if (offset === 0 || tail === '') return true;
    const length = Math.min(offset, printLength);
    return digest(await readAt(path, offset - length, length)) === tail;
  }
  if (offset === 0) return true;
  let at = 0;
  let last: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of textOf(path, packing)) {
      const bytes = piece.subarray(0, offset - at);
      last = tailOf(last, bytes);
      at += bytes.length;
      if (at === offset) return tail === '' || digest(last) === tail;
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
  }
  return false;
}
