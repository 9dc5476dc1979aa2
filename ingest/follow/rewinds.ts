/** Where a text begins anew: two archives pasted together, of which the second starts before the first ends. */
import { Clock } from '../../postfix/clock.js';
import { EnvelopeReader } from '../../postfix/envelope.js';
import { asciiBytes } from '../../postfix/grammar.js';
import { disorder } from '../../postfix/identity.js';
import { zoneOf } from '../../postfix/zone.js';

/** Bytes of which the last line is looked at: a text begins anew for more than a few lines. */
const stride = 8 * 1024;
const newline = 10;

export class Rewinds {
  private readonly reader = new EnvelopeReader(new Clock(zoneOf('UTC'), Date.now), '', (host, program) => ({ host, program }));
  /** Of each host, the time of its last line that was looked at. */
  private readonly latest = new Map<string, number>();
  private until = -1;

  /** Offsets count from the beginning of a stretch: a new one begins. */
  begin(): void {
    this.until = -1;
  }

  /** @returns where, in the lines from here on that are looked at together, the text begins anew; undefined where it does not, or they were looked at */
  look(bytes: Buffer, at: number): number | undefined {
    if (at < this.until) return undefined;
    const next = behind(bytes, Math.max(at, bytes.lastIndexOf(newline, at + stride - 1)));
    this.until = next;
    const last = Math.max(at, bytes.lastIndexOf(newline, next - 2) + 1);
    const line = this.read(bytes, last);
    if (line === undefined) return undefined;
    const { host, time } = line;
    const before = this.latest.get(host);
    this.latest.set(host, time);
    if (before === undefined || time >= before - disorder) return undefined;
    for (let from = at; from < next; ) {
      const one = this.read(bytes, from);
      if (one?.host === host && one.time < before - disorder) return from;
      from = behind(bytes, from);
    }
    return undefined;
  }

  private read(bytes: Buffer, at: number): { readonly host: string; readonly time: number } | undefined {
    const end = bytes.indexOf(newline, at);
    const text = bytes.toString('latin1', at, Math.min(end < 0 ? bytes.length : end, at + 4096));
    const found = this.reader.read(text, asciiBytes(text), 0, text.length);
    return found === undefined ? undefined : { host: found.origin.host, time: found.time };
  }
}

/** The beginning of the next line. */
function behind(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(newline, at);
  return end < 0 ? bytes.length : end + 1;
}
