/** The log that the default bench reads: three servers in one file, two days in order of time. */
import { closeSync, openSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { count } from '../report/render/number.js';
import { dataPath } from './checkout.js';
import { generate } from './generate/index.js';
import { digestOfCode, made, setMade, unmake } from './made.js';

export interface Log {
  readonly path: string;
  readonly lines: number;
  readonly bytes: number;
}

const pieceLength = 1 << 20;
/** Nobody reads these stamps later than the last line: the year of all stamps is that of the file. */
const end = new Date('2026-11-20T00:00:00Z');

/** The log of this length; it is made where it is not there. */
export function linesLog(lines: number): Log {
  const path = dataPath(`maillog.${lines}`);
  const generator = digestOfCode('bench/generate');
  if (made(path, z.null())?.by !== generator) {
    console.error(`Writing a log of ${count(lines)} lines to ${path} …`);
    unmake(path);
    rmSync(path, { force: true });
    write(path, lines);
    setMade(path, generator, null);
  }
  return { path, lines, bytes: statSync(path).size };
}

function write(path: string, lines: number): void {
  const file = openSync(path, 'w');
  let text = '';
  const flush = () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    text = '';
  };
  try {
    for (const item of generate({ seed: 1, hosts: 3, days: 2, lines })) {
      if (item.kind === 'line') text += `${item.line}\n`;
      if (text.length > pieceLength) flush();
    }
    flush();
  } finally {
    closeSync(file);
  }
  utimesSync(path, end, end);
}
