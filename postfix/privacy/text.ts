/** Hides addresses in whole lines of raw bytes. */
import { bytesOf, keepText } from '../text.js';
import { LineHider } from './line.js';
import type { Pseudonyms } from './pseudonyms.js';

/** Text with its addresses hidden. */
export interface HiddenText {
  readonly bytes: Buffer;
  /** How long each line of it is in the text that was logged, its newline included, in bytes. */
  readonly lengths: readonly number[];
}

/** Lines that are remembered: a shipper asks twice for each, to tell it from equal ones and to send it. */
const remembered = 2048;
const longestRemembered = 8 * 1024;

const newline = 10;
const carriageReturn = 13;

export class TextHider {
  private readonly lines: LineHider;
  private recent = new Map<string, Buffer>();
  private older = new Map<string, Buffer>();

  constructor(pseudonyms: Pseudonyms) {
    this.lines = new LineHider(pseudonyms);
  }

  /** One line, without its newline. The same line always comes to the same bytes. */
  hideLine(line: Buffer): Buffer {
    const latin1 = line.toString('latin1');
    const known = this.recent.get(latin1) ?? this.older.get(latin1);
    if (known !== undefined) return known;
    const kept = keepText(latin1);
    const text = this.hideText(kept.text);
    // A copy, so that what is remembered does not keep the block that the line came in.
    const hidden = text === kept.text ? Buffer.from(line) : bytesOf({ text, encoding: kept.encoding });
    if (line.length <= longestRemembered) this.recent.set(latin1, hidden);
    if (this.recent.size >= remembered) {
      this.older = this.recent;
      this.recent = new Map();
    }
    return hidden;
  }

  /** A fault of ours must not cost more than the line that shows it; and it must not let out what was to be hidden. */
  private hideText(text: string): string {
    try {
      return this.lines.hide(text);
    } catch (error) {
      return `withheld, as its addresses could not be hidden: a line of ${text.length} characters (${error instanceof Error ? error.name : 'error'})`;
    }
  }

  /** Any number of lines; the last may lack its newline. */
  hide(text: Buffer): HiddenText {
    const parts: Buffer[] = [];
    const lengths: number[] = [];
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf(newline, at);
      const next = end < 0 ? text.length : end + 1;
      let last = end < 0 ? next : end;
      if (last > at && text[last - 1] === carriageReturn) last--;
      parts.push(this.hideLine(text.subarray(at, last)), text.subarray(last, next));
      lengths.push(next - at);
      at = next;
    }
    return { bytes: Buffer.concat(parts), lengths };
  }
}
