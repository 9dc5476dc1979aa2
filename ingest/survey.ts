/** What can be told of a file before it is read: what it is packed with, when it begins, which years it spans. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Clock, firstYear } from '../postfix/clock.js';
import { EnvelopeReader } from '../postfix/envelope.js';
import { asciiBytes } from '../postfix/grammar.js';
import type { Zone } from '../postfix/zone.js';
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
  /** Time of the first line that has one; undefined where none of the first has. */
  readonly first: number | undefined;
  /** The first text of the file is not text. */
  readonly binary: boolean;
  /** The file is older than a minute: a last line without its newline will get none any more. */
  readonly settled: boolean;
}

const day = 86_400_000;
const headSize = 64 * 1024;
const looks = 512;

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
  const year = yearless ? firstYear(anchor, await monthsOf(path, packing, stats.size)) : undefined;
  const reader = new EnvelopeReader(new Clock(zone, () => anchor, year), 'localhost', (host, program) => ({ host, program }));
  let time: number | undefined;
  for (const line of lines) {
    time = reader.read(line, asciiBytes(line), 0, line.length)?.time;
    if (time !== undefined) break;
  }
  return {
    path,
    size: stats.size,
    packing,
    key,
    anchor,
    year,
    first: time,
    binary: time === undefined && /[\0-\x08\x0e-\x1a]/.test(head.toString('latin1', 0, 4096)),
    settled: packing !== 'none' || now - stats.mtimeMs > 60_000,
  };
}

export const digest = (text: string | Buffer) => createHash('md5').update(text).digest('base64url');

async function firstText(path: string, packing: Packing): Promise<Buffer> {
  try {
    for await (const piece of textOf(path, packing)) return piece.subarray(0, headSize);
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
  }
  return Buffer.alloc(0);
}

const yearlessStamp = /(?:^|[>| ])(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) \d\d:\d\d:\d\d /;
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Month and day at places all over the file, in order. */
async function monthsOf(path: string, packing: Packing, size: number): Promise<{ month: number; date: number }[]> {
  const seen: { month: number; date: number }[] = [];
  const look = (text: string, last = false) => {
    const lines = text.split('\n');
    if (last) lines.reverse();
    for (const line of lines) {
      const m = yearlessStamp.exec(line);
      if (m === null) continue;
      seen.push({ month: monthNames.indexOf(m[1] as string), date: Number(m[2]) });
      return;
    }
  };
  if (packing === 'none') {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(4096);
      for (let i = 0; i < looks; i++) {
        const at = Math.floor((size / looks) * i);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        look(buffer.toString('latin1', 0, bytesRead));
        if (size <= 4096) break;
      }
      const end = await file.read(buffer, 0, buffer.length, Math.max(0, size - buffer.length));
      look(buffer.toString('latin1', 0, end.bytesRead), true);
    } finally {
      await file.close();
    }
  } else {
    let last = Buffer.alloc(0);
    try {
      for await (const piece of textOf(path, packing)) {
        look(piece.toString('latin1', 0, 4096));
        last = Buffer.from(piece.subarray(-4096));
      }
    } catch (error) {
      if (!(error instanceof UnpackError)) throw error;
    }
    look(last.toString('latin1'), true);
  }
  return seen;
}
