/** Where the bench finds what it measures, and where it keeps its logs and stores. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From `dist/bench/`. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The command, as the operator calls it. */
export const postscope = join(checkout, 'bin', 'postscope.js');

/**
 * A path in `bench/.data/`, which git, the compiler and the linter pass over. On the disk of the checkout, as /tmp may be
 * memory. No name in it may end in `.ts` or `.json`: it would count as a source, and have the next command built again.
 */
export function dataPath(name: string): string {
  const folder = join(checkout, 'bench', '.data');
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}
