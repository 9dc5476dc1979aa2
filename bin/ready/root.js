// The checkout, and what everything that makes it ready does in it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** With a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const at = (path) => join(root, path);

/** Runs a program in the checkout. What it prints goes to standard error: standard output is for answers. */
export const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
