/**
 * A rotation may fall into the middle of a second. So that two equal lines of that second stay two, the lines with which
 * the earlier file ends are counted before those with which the later one begins.
 */

/** How a file that was read before ends. */
export interface Ending {
  /** What no line of it is later than, in milliseconds since the epoch. */
  readonly anchor: number;
  /** Its last text. */
  readonly text: () => Promise<Buffer>;
}

const fullStamp = /^(?:<\d+>(?:\d+ )?)?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|[A-Z][a-z]{2} +\d+ +\d+:\d\d:\d\d)/;
const stampOf = (line: string) => fullStamp.exec(line)?.[0] ?? line.slice(0, 15);
const linesOf = (text: Buffer) => text.toString('latin1').replace(/\n$/, '').split('\n');

/** The lines of the second in which a text begins. */
export function opening(text: Buffer): string[] {
  const lines = linesOf(text);
  const stamp = stampOf(lines[0] ?? '');
  const end = lines.findIndex((line) => !line.startsWith(stamp));
  return end < 0 ? lines : lines.slice(0, end);
}

/** The lines at the end of a text that share a stamp. A text that has no other may be a copy, and has none. */
function closing(text: Buffer, stamp: string): string[] {
  const lines = linesOf(text);
  let count = 0;
  while (count < lines.length && lines[lines.length - 1 - count]?.startsWith(stamp)) count++;
  return count === 0 || count === lines.length ? [] : lines.slice(-count);
}

/** How many lines of the end of one file are the beginning of the other: a copy that overlaps, not a rotation. */
function shared(end: readonly string[], begin: readonly string[]): number {
  for (let n = Math.min(end.length, begin.length); n > 0; n--) {
    const repeated = begin.slice(0, n);
    // One line, again and again, says nothing: it may as well have been written that often.
    if (repeated.every((line) => line === repeated[0])) return 0;
    if (repeated.every((line, i) => line === end[end.length - n + i])) return n;
  }
  return 0;
}

/** An archive is unpacked for its end, so no more are asked than may matter. */
const asked = 3;

/**
 * What stands before the first line of a file, in the second in which it begins.
 * @param begin the lines of that second
 * @param time milliseconds since the epoch of the first line
 */
export async function linesBefore(begin: readonly string[], time: number, earlier: readonly Ending[]): Promise<Buffer> {
  const stamp = stampOf(begin[0] ?? '');
  const found = new Set<string>();
  for (const { text } of earlier.filter(({ anchor }) => anchor > time - 1000).slice(-asked)) {
    const end = closing(await text(), stamp);
    // Two copies of one file end alike: a set counts them once.
    if (end.length > 0) found.add(`${end.slice(0, end.length - shared(end, begin)).join('\n')}\n`);
  }
  return Buffer.from([...found].join(''), 'latin1');
}
