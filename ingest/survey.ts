/** What can be told of a file before it is read: what it is packed with, when it begins, which years it spans. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Clock, firstYear, type Look, newYears } from '../postfix/clock.js';
import { EnvelopeReader } from '../postfix/envelope.js';
import { asciiBytes } from '../postfix/grammar.js';
import type { Zone } from '../postfix/zone.js';
import { opening } from './seam.js';
import { headOf, type Packing, packingOf, textOf, UnpackError } from './unpack.js';

export interface Survey {
  readonly path: string;
  readonly size: number;
  readonly packing: Packing;
  /** What the source is recognised by when it comes again. */
  readonly key: string;
  /** What no line can be later than, in milliseconds since the epoch. */
  readonly anchor: number;
  /** Year of the first line, where stamps have none. */
  readonly year: number | undefined;
  /** Where the file was looked at for it, from its beginning to its end. */
  readonly looks: readonly LookAt[];
  /** The lines of the second in which the file begins. */
  readonly opening: readonly string[];
  /** Time of the first line that has one; undefined where none of the first has. */
  readonly first: number | undefined;
  /** Host that wrote that line; undefined where it names none. */
  readonly host: string | undefined;
  /** The first text of the file is not text. */
  readonly binary: boolean;
  /** The file is older than a minute: a last line without its newline will get none any more. */
  readonly settled: boolean;
}

interface LookAt extends Look {
  /** Offset in the text, to within a piece of it. */
  readonly at: number;
}

const day = 86_400_000;
const headSize = 64 * 1024;
const places = 512;

/** The day in a rotated file's name (logrotate's dateext, and alike): its lines are not later than the end of that day. */
export function dateInName(path: string, zone: Zone): number | undefined {
  const m = /(?:^|[-._])(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=[-._]|$)/.exec(basename(path));
  if (m === null) return undefined;
  return zone.resolve(Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3]))).first + day;
}

/**
 * Looks a file through. Plain files are looked at in a few hundred places; packed ones have to be unpacked once, if their
 * stamps have no year.
 * @param now milliseconds since the epoch
 */
export async function survey(path: string, stats: Stats, zone: Zone, now: number): Promise<Survey> {
  const packed = await headOf(path, headSize);
  const packing = packingOf(packed);
  const head = packing === 'none' ? packed : await firstText(path, packing);
  const named = dateInName(path, zone);
  const anchor = named !== undefined && named <= stats.mtimeMs + 2 * day ? named : Math.min(stats.mtimeMs, now + day);
  const lines = head.toString('latin1').split('\n', 200);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  // A packed file never grows, and need not be unpacked to be recognised; a plain one grows, but not at its beginning.
  const key = packing === 'none' ? `text:${digest(first.slice(0, 4096))}` : `${packing}:${stats.size}:${digest(packed.toString('latin1'))}`;
  const yearless = lines.some((line) => yearlessStamp.test(line));
  const looks = yearless ? await looksAt(path, packing, stats.size) : [];
  const year = yearless ? firstYear(anchor, looks) : undefined;
  const reader = new EnvelopeReader(new Clock(zone, () => anchor, year), '', (host, program) => ({ host, program }));
  let time: number | undefined;
  let host: string | undefined;
  for (const line of lines) {
    const envelope = reader.read(line, asciiBytes(line), 0, line.length);
    if (envelope === undefined) continue;
    time = envelope.time;
    host = envelope.origin.host || undefined;
    break;
  }
  return {
    path,
    size: stats.size,
    packing,
    key,
    anchor,
    year,
    looks,
    opening: opening(head),
    first: time,
    host,
    binary: time === undefined && /[\x01-\x08\x0e-\x1a]/.test(head.toString('latin1', 0, 4096)),
    settled: packing !== 'none' || now - stats.mtimeMs > 60_000,
  };
}

export const digest = (text: string | Buffer) => createHash('md5').update(text).digest('base64url');

async function firstText(path: string, packing: Packing): Promise<Buffer> {
  let text: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of textOf(path, packing)) {
      text = Buffer.concat([text, piece]);
      if (text.length >= headSize) break;
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
  }
  return text.subarray(0, headSize);
}

const yearlessStamp = /(?:^|[>| ])(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) \d\d:\d\d:\d\d /m;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Month and day of the first line of a text that has them. */
function lookAt(text: string, at: number): LookAt | undefined {
  const m = yearlessStamp.exec(text);
  return m === null ? undefined : { at, month: monthNames.indexOf(m[1] as string), date: Number(m[2]) };
}

/** The year at a place in a file, of which the text from there on is given: the first one, and the New Years up to it. */
export function yearAt({ year, looks }: Survey, offset: number, text: Buffer): number | undefined {
  if (year === undefined || offset === 0) return year;
  const here = lookAt(text.toString('latin1', 0, headSize), offset);
  const passed = looks.filter(({ at }) => at < offset);
  return year + newYears(here === undefined ? passed : [...passed, here]);
}

/** Looks at places all over the file, in order. */
async function looksAt(path: string, packing: Packing, size: number): Promise<LookAt[]> {
  const seen: LookAt[] = [];
  const look = (text: string, at: number) => {
    const found = lookAt(text, at);
    if (found !== undefined) seen.push(found);
  };
  const lookAtLast = (text: string, at: number) => look(text.split('\n').reverse().join('\n'), at);
  if (packing === 'none') {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(4096);
      for (let i = 0; i < places; i++) {
        const at = Math.floor((size / places) * i);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        look(buffer.toString('latin1', 0, bytesRead), at);
        if (size <= 4096) break;
      }
      const at = Math.max(0, size - buffer.length);
      const end = await file.read(buffer, 0, buffer.length, at);
      lookAtLast(buffer.toString('latin1', 0, end.bytesRead), at);
    } finally {
      await file.close();
    }
  } else {
    let last: Buffer = Buffer.alloc(0);
    let at = 0;
    try {
      for await (const piece of textOf(path, packing)) {
        look(piece.toString('latin1', 0, 4096), at);
        last = Buffer.from(piece.subarray(-4096));
        at += piece.length;
      }
    } catch (error) {
      if (!(error instanceof UnpackError)) throw error;
    }
    lookAtLast(last.toString('latin1'), at);
  }
  return seen;
}
