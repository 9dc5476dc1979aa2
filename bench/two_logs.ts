/** The log of the default bench as two shippers have it: the first host's lines in one file, all others' in another. */
import { closeSync, createReadStream, openSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { dataPath } from './checkout.js';
import { type Log, linesLog } from './lines_log.js';
import { digestOfCode, made, setMade, unmake } from './made.js';

const pieceLength = 1 << 20;

/** @returns both, and how many lines each has */
export async function twoLogs(lines: number): Promise<readonly [Log, Log]> {
  const whole = linesLog(lines);
  const paths = [dataPath(`first.${lines}`), dataPath(`second.${lines}`)] as const;
  const counts = z.tuple([z.number(), z.number()]);
  const generator = digestOfCode('bench/generate');
  let known = made(paths[1], counts);
  if (known?.by !== generator) {
    unmake(paths[1]);
    const notes = await split(whole.path, paths);
    setMade(paths[1], generator, notes);
    known = { by: generator, notes };
  }
  const log = (i: 0 | 1): Log => ({ path: paths[i], lines: known.notes[i], bytes: statSync(paths[i]).size });
  return [log(0), log(1)];
}

async function split(path: string, to: readonly [string, string]): Promise<[number, number]> {
  const counts: [number, number] = [0, 0];
  const files = to.map((name) => {
    rmSync(name, { force: true });
    return openSync(name, 'w');
  });
  const texts = ['', ''];
  let first: string | undefined;
  const flush = (i: number) => {
    const bytes = Buffer.from(texts[i] ?? '', 'latin1');
    for (let at = 0; at < bytes.length; ) at += writeSync(files[i] as number, bytes, at);
    texts[i] = '';
  };
  for await (const line of createInterface({ input: createReadStream(path, 'latin1') })) {
    const host = line.split(' ', 5).at(line[4] === ' ' ? 4 : 3);
    first ??= host;
    const i = host === first ? 0 : 1;
    counts[i]++;
    texts[i] += `${line}\n`;
    if ((texts[i] as string).length > pieceLength) flush(i);
  }
  const { mtime } = statSync(path);
  for (const [i, file] of files.entries()) {
    flush(i);
    closeSync(file);
    utimesSync(to[i] as string, mtime, mtime);
  }
  return counts;
}
