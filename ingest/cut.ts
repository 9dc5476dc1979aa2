/** Cuts text that comes in pieces into stretches of whole lines, with their offsets, in bounded memory. */

/** Whole lines, or the head of a line that is too long to be kept whole. */
export interface Stretch {
  readonly offset: number;
  readonly bytes: Buffer;
  /** `bytes` is the head of a line; the rest was passed over. */
  readonly cut: boolean;
  /** Where the next stretch begins. */
  readonly next: number;
}

/** A line longer than this is not a log's; its head is kept. */
export const longestLine = 1 << 20;
const keptHead = 64 * 1024;
const newline = 10;

/**
 * @param takeRest whether a last line without its newline is given too
 * @returns the offset behind the last stretch
 */
export async function* cut(pieces: AsyncIterable<Buffer>, start: number, takeRest: boolean): AsyncGenerator<Stretch, number> {
  let offset = start;
  let rest: Buffer[] = [];
  let restLength = 0;
  let skipped = 0;
  for await (let piece of pieces) {
    if (skipped > 0) {
      const end = piece.indexOf(newline);
      if (end < 0) {
        skipped += piece.length;
        continue;
      }
      const head = Buffer.concat(rest);
      const next = offset + skipped + end + 1;
      yield { offset, bytes: head, cut: true, next };
      offset = next;
      rest = [];
      restLength = 0;
      skipped = 0;
      piece = piece.subarray(end + 1);
    }
    const end = piece.lastIndexOf(newline) + 1;
    if (end > 0) {
      const bytes = restLength === 0 ? piece.subarray(0, end) : Buffer.concat([...rest, piece.subarray(0, end)]);
      yield { offset, bytes, cut: false, next: offset + bytes.length };
      offset += bytes.length;
      rest = [];
      restLength = 0;
    }
    if (end < piece.length) {
      rest.push(piece.subarray(end));
      restLength += piece.length - end;
    }
    if (restLength > longestLine) {
      skipped = restLength;
      rest = [Buffer.from(Buffer.concat(rest).subarray(0, keptHead))];
    }
  }
  if (skipped > 0) {
    yield { offset, bytes: Buffer.concat(rest), cut: true, next: offset + skipped };
    return offset + skipped;
  }
  if (restLength > 0 && takeRest) {
    yield { offset, bytes: Buffer.concat(rest), cut: false, next: offset + restLength };
    return offset + restLength;
  }
  return offset;
}
