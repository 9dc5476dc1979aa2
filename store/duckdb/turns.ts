/**
 * Turns at a store file: DuckDB lets nobody in while a process writes. So whoever waits to read leaves a note beside the
 * file, and an import that finds one after a commit closes the file for a moment. Another import must not slip in
 * meanwhile, as the first has numbers of the store in its memory: it keeps its place with a note of its own.
 */
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How long an import stands aside, in milliseconds. */
const courtesy = 2000;
/** A place that was kept longer ago than this was left by a process that is gone. */
const stale = 10_000;

const noteOf = (path: string, what: 'waiting' | 'back-soon', pid: number | string = process.pid) => `${path}.${what}-${pid}`;

function leave(note: string): void {
  try {
    writeFileSync(note, '');
  } catch {
    // Who may not write here waits all the same, only longer.
  }
}

/** Says that this process waits to read. */
export const askForTurn = (path: string): void => leave(noteOf(path, 'waiting'));
export const takeNoteAway = (path: string): void => rmSync(noteOf(path, 'waiting'), { force: true });

function notes(path: string, what: 'waiting' | 'back-soon'): string[] {
  const start = basename(noteOf(path, what, ''));
  const found = readdirSync(dirname(path)).filter((name) => name.startsWith(start));
  return found.map((name) => join(dirname(path), name));
}

/** Whether a process that still lives waits to read. */
export const somebodyWaits = (path: string): boolean => notes(path, 'waiting').some((note) => lives(Number(/\d+$/.exec(note)?.[0])));

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's, otherwise.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether an import that has closed the file for others will be back: nobody else may write until then. */
export function isKept(path: string): boolean {
  return notes(path, 'back-soon').some((note) => Date.now() - (statSync(note, { throwIfNoEntry: false })?.mtimeMs ?? 0) < stale);
}

/**
 * Lets those in who wait to read, between closing and opening the file. One who has not come in time was gone before,
 * or asks again.
 */
export async function standAside<T>(path: string, close: () => void, open: () => Promise<T>): Promise<T> {
  const place = noteOf(path, 'back-soon');
  leave(place);
  const keeping = setInterval(() => leave(place), stale / 4);
  try {
    close();
    for (const until = Date.now() + courtesy; somebodyWaits(path) && Date.now() < until; ) await pause(20);
    for (const note of notes(path, 'waiting')) rmSync(note, { force: true });
    return await open();
  } finally {
    clearInterval(keeping);
    rmSync(place, { force: true });
  }
}
