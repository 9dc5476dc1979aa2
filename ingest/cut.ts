/** Cuts text that comes in pieces into stretches of whole lines, with their offsets, in bounded memory. */

/** Whole lines, or the head of something that is too long to be a line. */
export interface Stretch {
  readonly offset: number;
  readonly bytes: Buffer;
  /** `bytes` is the head of a line, or of a run of NULs; the rest was passed over. */
  readonly cut: boolean;
  /** Where the next stretch begins. */
  readonly next: number;
}

/** A line longer than this is not a log's; its head is kept. */
export const longestLine = 1 << 20;
const keptHead = 64 * 1024;
const newline = 10;

/**
 * What a file system leaves where a machine crashed before the text was on disk. The next line follows without a newline,
 * so a run of them is taken out; shorter ones are left in their line (postfix/envelope.ts).
 */
const nulRun = Buffer.alloc(4096);

/** What ends a stretch that is passed over: the newline of a long line, or the first byte of text behind NULs. */
type Skipping = 'line' | 'nuls';

/** @returns where the rest begins; undefined where it has not come yet */
function endOf(skipping: Skipping, bytes: Buffer): number | undefined {
  const end = skipping === 'line' ? bytes.indexOf(newline) + 1 : bytes.findIndex((byte) => byte !== 0) + 1;
  if (end === 0) return undefined;
  return skipping === 'line' ? end : end - 1;
}

/**
 * @param takeRest whether a last line without its newline is given too
 * @returns the offset behind the last stretch
 */
export async function* cut(pieces: AsyncIterable<Buffer>, start: number, takeRest: boolean): AsyncGenerator<Stretch, number> {
  let offset = start;
  /** What has come since `offset`, while no newline has. */
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let partsLength = 0;
  let skipping: Skipping | undefined;
  let head: Buffer = rest;
  let skipped = 0;
  for await (let piece of pieces) {
    for (;;) {
      if (skipping !== undefined) {
        const end = endOf(skipping, piece);
        skipped += end ?? piece.length;
        if (end === undefined) break;
        yield { offset, bytes: head, cut: true, next: offset + skipped };
        offset += skipped;
        skipping = undefined;
        piece = piece.subarray(end);
      }
      // Not joined before it must be: a long line comes in many pieces.
      const ends = piece.lastIndexOf(newline) + 1;
      parts.push(piece);
      partsLength += piece.length;
      const nuls = nulsIn(parts, piece);
      if (ends === 0 && partsLength <= longestLine && !nuls) break;
      rest = parts.length === 1 ? piece : Buffer.concat(parts);
      parts = [];
      partsLength = 0;
      const run = nuls ? rest.indexOf(nulRun) : -1;
      const whole = run >= 0 ? run : ends === 0 ? 0 : rest.length - piece.length + ends;
      if (whole > 0) yield { offset, bytes: rest.subarray(0, whole), cut: false, next: offset + whole };
      offset += whole;
      piece = rest.subarray(whole);
      if (run >= 0) skipping = 'nuls';
      else if (piece.length > longestLine) skipping = 'line';
      else {
        if (piece.length > 0) {
          // A copy, so that the stretch it ends need not be kept.
          parts = [Buffer.from(piece)];
          partsLength = piece.length;
        }
        break;
      }
      head = Buffer.from(piece.subarray(0, keptHead));
      if (skipping === 'nuls') head = head.subarray(0, endOf('nuls', head) ?? head.length);
      skipped = 0;
    }
  }
  if (skipping !== undefined) {
    yield { offset, bytes: head, cut: true, next: offset + skipped };
    return offset + skipped;
  }
  if (partsLength > 0 && takeRest) {
    yield { offset, bytes: Buffer.concat(parts), cut: false, next: offset + partsLength };
    return offset + partsLength;
  }
  return offset;
}

/** Whether a run of NULs is, or may be, in what came; the last part is new. */
function nulsIn(parts: readonly Buffer[], piece: Buffer): boolean {
  return piece.includes(nulRun) || (parts.length > 1 && piece[0] === 0 && Buffer.concat(parts).includes(nulRun));
}
