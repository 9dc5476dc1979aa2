/** All that one daemon can say: its patterns, ready to be asked which of them a text is. */
import type { Fields } from './fields.js';
import { type Level, type Matcher, matcherOf, type Pattern } from './pattern.js';

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

  /** The pattern that `match` found last. */
  pattern: Pattern | undefined;

  /**
   * The fields of a text by the first pattern of this level that covers it; `pattern` is then that one.
   * @param text holds it from `at` to `end`
   * @param bytes the same, as a scanner takes it
   */
  match(text: string, bytes: Uint8Array, at: number, end: number, level: Level): Fields | undefined {
    const shelf = level === 'info' ? this.info : this.shelves[level];
    const likely = shelf.byStart[slotOf(bytes[at] as number, bytes[at + 1] as number)];
    if (likely !== undefined) {
      for (const matcher of likely) {
        const fields = tryOne(matcher, text, bytes, at, end);
        if (fields === undefined) continue;
        this.pattern = matcher.pattern;
        return fields;
      }
    }
    for (const matcher of shelf.open) {
      const fields = tryOne(matcher, text, bytes, at, end);
      if (fields === undefined) continue;
      this.pattern = matcher.pattern;
      return fields;
    }
    return undefined;
  }

  /** The same for a text by itself. */
  matchText(text: string, level: Level = 'info'): Fields | undefined {
    return this.match(text, asciiBytes(text), 0, text.length, level);
  }
}

function tryOne(matcher: Matcher, text: string, bytes: Uint8Array, at: number, end: number): Fields | undefined {
  const { literal } = matcher;
  // The last character of what it must begin with tells most others apart.
  if (literal !== '' && bytes[at + literal.length - 1] !== literal.charCodeAt(literal.length - 1)) return undefined;
  const { scan } = matcher;
  if (scan !== undefined) {
    const fields = scan(text, bytes, at, end);
    if (fields === null) return undefined;
    if (fields !== undefined) return fields;
  }
  if (!text.startsWith(literal, at)) return undefined;
  return matcher.exec(at === 0 && end === text.length ? text : text.slice(at, end));
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
