/** Where a rotation falls into a second, the new file begins with lines of which equal ones may stand at the end of the old one. */
import { Clock } from '../../postfix/clock.js';
import { EnvelopeReader } from '../../postfix/envelope.js';
import { asciiBytes } from '../../postfix/grammar.js';
import type { Zone } from '../../postfix/zone.js';
import { type Ending, linesBefore, opening } from '../seam.js';

/** So many files are asked how they end, as in seam.ts. */
const askedFor = 3;

/** A file that begins before another. */
interface Earlier {
  /** What no line of it is later than, in milliseconds since the epoch; undefined while it grows. */
  readonly anchor: number | undefined;
  /** Its last text. */
  ending(): Promise<Buffer>;
}

/**
 * What stands before the first line of a file, in the second in which it begins.
 * @param begin its first text
 * @param first time of its first line, in milliseconds since the epoch
 * @param earlier files that begin before it, in order
 */
export async function carriedOver(begin: Buffer, first: number, earlier: readonly Earlier[]): Promise<Buffer> {
  const endings: Ending[] = [];
  for (const file of [...earlier].reverse()) {
    const { anchor = Number.POSITIVE_INFINITY } = file;
    if (endings.length === askedFor || anchor <= first - 1000) continue;
    const text = await file.ending();
    if (text.length > 0) endings.unshift({ anchor, text: async () => text });
  }
  return endings.length === 0 ? Buffer.alloc(0) : await linesBefore(opening(begin), first, endings);
}

/** Time of the first line that has one. */
export function firstTime(bytes: Buffer, zone: Zone): number | undefined {
  const reader = new EnvelopeReader(new Clock(zone, Date.now), '', (host, program) => ({ host, program }));
  for (const line of bytes.toString('latin1', 0, 64 * 1024).split('\n', 200)) {
    const time = reader.read(line, asciiBytes(line), 0, line.length)?.time;
    if (time !== undefined) return time;
  }
  return undefined;
}
