/**
 * The order in which lines are told, and where a page of them ended. It is a function of the documents alone, so that equal
 * stores give equal answers: by time; within one time, by file and by where the line stands in it.
 */

/** What a line's place in the order depends on. */
export interface Standing {
  /** Microseconds since the epoch. */
  readonly micros: number;
  /** Of the file it came from. */
  readonly path: string;
  /** Byte offset in the (unpacked) text. */
  readonly offset: number;
  readonly id: string;
}

/**
 * Newest first. Of one time, the last of a file comes first; and `maillog` comes before `maillog.1`, which is older.
 * Oldest first is the reverse.
 */
export function newestFirst(a: Standing, b: Standing): number {
  return b.micros - a.micros || byText(a.path, b.path) || b.offset - a.offset || byText(a.id, b.id);
}

/** Texts by their characters' numbers, which is the order of their bytes in UTF-8: what both stores sort by. Undefined comes last. */
export function byText(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  // UTF-16 has the characters beyond U+FFFF in the midst of the others.
  return beyond.test(a) || beyond.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : 1;
}

const beyond = /[\ud800-\udfff]/;

/** Numbers; undefined comes last. */
export function byNumber(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return a - b;
}

/** The cursor of a page that ended here: safe to type in a shell and in an address. */
export const cursorOf = ({ micros, path, offset, id }: Standing) => cursorText([micros, path, offset, id]);

/** Where the page before ended. @throws RangeError where it is none */
export function standingOf(cursor: string): Standing {
  const [micros, path, offset, id, ...more] = cursorParts(cursor);
  if (!isWhole(micros) || typeof path !== 'string' || !isWhole(offset) || typeof id !== 'string' || more.length > 0) throw noCursor(cursor);
  return { micros, path, offset, id };
}

/** A place in the quarantine, which is told by path, offset and id. */
export interface AsidePlace {
  readonly path: string;
  readonly offset: number;
  readonly id: string;
}

export const asideCursorOf = ({ path, offset, id }: AsidePlace) => cursorText([path, offset, id]);

/** @throws RangeError where it is none */
export function asidePlaceOf(cursor: string): AsidePlace {
  const [path, offset, id, ...more] = cursorParts(cursor);
  if (typeof path !== 'string' || !isWhole(offset) || typeof id !== 'string' || more.length > 0) throw noCursor(cursor);
  return { path, offset, id };
}

export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const cursorText = (parts: readonly (string | number)[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

export function cursorParts(cursor: string): readonly unknown[] {
  if (!/^[\w-]+$/.test(cursor)) throw noCursor(cursor);
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts)) return parts;
  } catch {}
  throw noCursor(cursor);
}

export const noCursor = (cursor: string) => new RangeError(`'${cursor}' is not where a page ended`);
