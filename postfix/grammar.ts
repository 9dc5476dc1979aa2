/** All that one daemon can say: its patterns, ready to be asked which of them a text is. */
import type { Fields } from './fields.js';
import { type Level, type Matcher, matcherOf, type Pattern } from './pattern.js';
import { newPlaces } from './scanner.js';

/** The patterns of one level. */
interface Shelf {
  /** By the first two bytes of the text; what begins with a field stands in `open`. */
  readonly byStart: readonly (readonly Matcher[] | undefined)[];
  readonly open: readonly Matcher[];
}

const levels: readonly Level[] = ['info', 'warning', 'error', 'fatal', 'panic'];
const slots = 1024;
const slotOf = (first: number, second: number) => ((first * 31) ^ second) & (slots - 1);

/**
 * The patterns of a daemon, in the order in which they are tried. Most begin with a literal of their own, so the first
 * two characters of a text leave one or two to try; those that begin with a field are tried last.
 */
export class Grammar {
  readonly matchers: readonly Matcher[];
  private readonly shelves: Readonly<Record<Level, Shelf>>;
  /** The shelf of nearly every line. */
  private readonly info: Shelf;

  constructor(...groups: (readonly Pattern[])[]) {
    this.matchers = groups.flat().map(matcherOf);
    this.shelves = Object.fromEntries(levels.map((level) => [level, this.shelf(level)])) as Record<Level, Shelf>;
    this.info = this.shelves.info;
  }

  private shelf(level: Level): Shelf {
    const byStart: Matcher[][] = new Array(slots);
    const open: Matcher[] = [];
    for (const matcher of this.matchers) {
      if ((matcher.pattern.level ?? 'info') !== level) continue;
      if (matcher.literal.length < 2) open.push(matcher);
      else {
        const slot = slotOf(matcher.literal.charCodeAt(0), matcher.literal.charCodeAt(1));
        byStart[slot] = [...(byStart[slot] ?? []), matcher];
      }
    }
    return { byStart, open };
  }

  /** Many texts stand in the same bytes. */
  private bytes: Uint8Array = new Uint8Array();
  private view: DataView = new DataView(this.bytes.buffer);
  /** How often `find` was called: what follows is of the text that the last one found. */
  turn = 0;
  /** Where its fields stand; undefined where no scanner found them. */
  places: Int32Array | undefined;
  /** The fields, where they are made already. */
  fields: Fields | undefined;
  private readonly room = newPlaces();

  /**
   * The first pattern of this level that covers a text.
   * @param text holds it from `at` to `end`
   * @param bytes the same, as a scanner takes it
   * @param cut whether `fields` are wanted in any case; those of a delivery always are
   */
  find(text: string, bytes: Uint8Array, at: number, end: number, level: Level, cut: boolean): Matcher | undefined {
    this.turn++;
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const shelf = level === 'info' ? this.info : this.shelves[level];
    const likely = shelf.byStart[slotOf(bytes[at] as number, bytes[at + 1] as number)];
    if (likely !== undefined) {
      for (const matcher of likely) if (this.covers(matcher, text, bytes, at, end, cut)) return matcher;
    }
    for (const matcher of shelf.open) if (this.covers(matcher, text, bytes, at, end, cut)) return matcher;
    return undefined;
  }

  private covers(matcher: Matcher, text: string, bytes: Uint8Array, at: number, end: number, cut: boolean): boolean {
    // The last character of what it must begin with tells most others apart.
    if (matcher.lastByte >= 0 && bytes[at + matcher.lastAt] !== matcher.lastByte) return false;
    const { scanner } = matcher;
    if (scanner !== undefined) {
      this.places = this.room;
      if (cut || matcher.has.reason) {
        const fields = scanner.read(text, bytes, this.view, at, end, this.room);
        if (fields === null) return false;
        this.fields = fields;
        if (fields !== undefined) return true;
      } else {
        this.fields = undefined;
        const found = scanner.find(text, bytes, this.view, at, end, this.room);
        if (found >= 0) return found === 1;
      }
    }
    if (!text.startsWith(matcher.literal, at)) return false;
    this.places = undefined;
    this.fields = matcher.exec(at === 0 && end === text.length ? text : text.slice(at, end));
    return this.fields !== undefined;
  }

  /** The pattern of a text by itself, and its fields. */
  read(text: string, level: Level = 'info'): { pattern: Pattern; fields: Fields } | undefined {
    const matcher = this.find(text, asciiBytes(text), 0, text.length, level, true);
    return matcher && { pattern: matcher.pattern, fields: this.fields as Fields };
  }
}

/** The characters of a text as bytes for a scanner: what is not ASCII is no delimiter of any template. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 1);
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    bytes[i] = Math.min(c, 128);
  }
  // The end of the text ends every loop that a newline would end.
  bytes[text.length] = 10;
  return bytes;
}
