/** What a line is known by, so that the same line is the same document however it arrives again (DESIGN, promise 2). */
import { createHash } from 'node:crypto';
import { bytesOf, type KeptText } from './text.js';

/**
 * The `_id` of a line: a function of its host, its second, its bytes, and how many equal lines of that second came before.
 * 22 characters of base64url.
 */
export function identityOf(host: string, time: number, kept: KeptText, ordinal: number): string {
  return createHash('md5')
    .update(`${host}\0${Math.floor(time / 1000)}\0${ordinal}\0`)
    .update(bytesOf(kept))
    .digest('base64url');
}

/** Lines that are looked back at: more than any server writes in the second or two that lines can be out of order. */
const generation = 1024;

/**
 * Counts equal lines of one second. A line of syslog holds its second, so equal lines that are near each other are
 * lines of one second; the window moves on when the second does.
 */
export class Ordinals {
  private recent = new Map<number, string | string[]>();
  private older = new Map<number, string | string[]>();
  private stamp = '';
  private size = 0;

  /** How many lines equal to this one came before it, within the window. */
  next(line: string): number {
    if (this.size >= generation && !line.startsWith(this.stamp)) {
      this.older = this.recent;
      this.recent = new Map();
      this.size = 0;
    }
    const print = fingerprint(line);
    const old = this.older.get(print);
    const known = this.recent.get(print);
    if (known === undefined) {
      this.recent.set(print, line);
      if (this.size++ === generation - 1 || this.size === 1) this.stamp = line.slice(0, 15);
      return old === undefined ? 0 : equals(old, line);
    }
    const count = equals(known, line) + (old === undefined ? 0 : equals(old, line));
    if (typeof known === 'string') this.recent.set(print, [known, line]);
    else known.push(line);
    this.size++;
    return count;
  }
}

function equals(seen: string | string[], line: string): number {
  if (typeof seen === 'string') return seen === line ? 1 : 0;
  let n = 0;
  for (const other of seen) if (other === line) n++;
  return n;
}

/** Cheap, and different for most lines of a second: length, and characters where queue IDs, addresses and times stand. */
function fingerprint(line: string): number {
  const n = line.length;
  let h = n;
  for (let i = n - 1; i > n - 40 && i >= 0; i -= 4) h = (h * 31 + line.charCodeAt(i)) | 0;
  for (let i = 14; i < 64 && i < n; i += 5) h = (h * 31 + line.charCodeAt(i)) | 0;
  return h;
}
