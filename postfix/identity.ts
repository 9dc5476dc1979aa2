/** What a line is known by, so that the same line is the same document however it arrives again (DESIGN, promise 2). */
import { hash } from 'node:crypto';
import { LineScan } from './line_scan.js';
import { bytesOf, type KeptText } from './text.js';

/**
 * The `_id` of a line: a function of its host, its second, its bytes, and how many equal lines of that second came before.
 * 22 characters of base64url.
 */
export function identityOf(host: string, time: number, kept: KeptText, ordinal: number): string {
  const head = `${host}\0${Math.floor(time / 1000)}\0${ordinal}\0`;
  // At once, it takes half as long as by parts.
  return hash('md5', kept.encoding === 'bytes' ? Buffer.concat([Buffer.from(head), bytesOf(kept)]) : head + kept.text, 'base64url');
}

/** In milliseconds: a line this much older than the one before it is not just out of order, but of an archive that begins anew. */
export const disorder = 5_000;

/** Lines that are looked back at: more than any server writes in the second or two that lines can be out of order. */
const generation = 1024;
const slots = generation * 4;

/** So many bytes in front of a line hold more lines than are looked back at. */
export const lookBack = 512 * 1024;

/** Hashes of lines, and how often each came; open addressing, as this is asked for every line. */
class Counts {
  size = 0;
  private readonly first = new Int32Array(slots);
  private readonly second = new Int32Array(slots);
  private readonly counts = new Int32Array(slots);

  /** Where a hash is, or would be. */
  slot(h: number, g: number): number {
    let at = h & (slots - 1);
    while (this.counts[at] !== 0 && (this.first[at] !== h || this.second[at] !== g)) at = (at + 1) & (slots - 1);
    return at;
  }

  count(slot: number): number {
    return this.counts[slot] as number;
  }

  set(slot: number, h: number, g: number, count: number): void {
    if (this.counts[slot] === 0) this.size++;
    this.first[slot] = h;
    this.second[slot] = g;
    this.counts[slot] = count;
  }

  clear(): void {
    this.counts.fill(0);
    this.size = 0;
  }
}

/**
 * Counts equal lines of one second. A line of syslog holds its second, so equal lines that are near each other are
 * lines of one second; the window moves on after so many lines.
 *
 * Lines are told apart by a hash of 64 bits. Should two different lines share one, the second gets an ordinal too high,
 * and still an identity of its own.
 */
export class Ordinals {
  private recent = new Counts();
  private older = new Counts();
  private readonly scan = new LineScan();

  /** How many lines equal to this one came before it, within the window. */
  next({ first: h, second: g }: LineScan): number {
    const { recent, older } = this;
    const slot = recent.slot(h, g);
    const known = recent.count(slot);
    const before = known > 0 ? known : older.count(older.slot(h, g));
    recent.set(slot, h, g, before + 1);
    if (recent.size >= generation) {
      this.older = recent;
      this.recent = older;
      this.recent.clear();
    }
    return before;
  }

  /** The same for a text by itself. */
  nextText(text: string): number {
    const bytes = new TextEncoder().encode(text);
    return this.next(this.scan.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length));
  }
}
