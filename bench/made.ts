/** What takes minutes to make is kept, with a marker beside it that says that it is whole, and what it was made by. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkout } from './checkout.js';

const markerOf = (path: string) => `${path}.whole`;

/** A digest of code: of the compiled files in these folders of dist/, or of what lies below them. */
export function digestOfCode(...folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const path = join(checkout, 'dist', folder);
    const names = (readdirSync(path, { recursive: true }) as string[]).filter((name) => name.endsWith('.js'));
    for (const name of names.sort()) hash.update(`${folder}/${name}\n`).update(readFileSync(join(path, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** What was noted of a thing when it was whole, and which code had made it; undefined where it is not there, or in part only. */
export function made<T>(path: string, notes: z.ZodType<T>): { readonly by: string; readonly notes: T } | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return z.object({ by: z.string(), notes }).parse(JSON.parse(readFileSync(markerOf(path), 'utf8'))) as { by: string; notes: T };
  } catch {
    return undefined;
  }
}

/** Takes the marker away, before anything is changed. */
export const unmake = (path: string): void => rmSync(markerOf(path), { force: true });

/** Says that a thing is whole. */
export const setMade = (path: string, by: string, notes: unknown): void =>
  writeFileSync(markerOf(path), `${JSON.stringify({ by, notes }, undefined, 2)}\n`);
