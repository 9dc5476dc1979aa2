/** pflogsumm, the yardstick: Debian's, as each machine measures itself by what the same machine does with it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runProgram, type Usage } from './child.js';
import { findProgram } from './find_program.js';

export interface Pflogsumm {
  readonly path: string;
  /** `1.1.5` */
  readonly version: string;
  run(log: string): Usage;
}

/** Finds it, or installs it where that may be done. @returns why there is none, as a sentence, where there is none */
export function findPflogsumm(): Pflogsumm | string {
  const found = findProgram('pflogsumm');
  if (found !== undefined) return known(found);
  if (!existsSync('/etc/debian_version') || findProgram('apt-get') === undefined) {
    return 'pflogsumm is not installed, and this is no Debian: install it by hand (it is one Perl script)';
  }
  if (process.getuid?.() !== 0) return 'pflogsumm is not installed, and only root can: sudo apt-get install pflogsumm';
  console.error('Installing pflogsumm, the yardstick …');
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  const install = () => apt('install', '--yes', '--quiet', '--no-install-recommends', 'pflogsumm');
  // The package lists of a fresh machine may be missing, or too old.
  if (!install() && !(apt('update', '--quiet') && install())) return 'pflogsumm is not installed, and apt-get could not: it says above why';
  const installed = findProgram('pflogsumm');
  return installed === undefined ? 'apt-get installed pflogsumm, but it is nowhere' : known(installed);
}

function known(path: string): Pflogsumm {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const version = /\d+(?:\.\d+)+/.exec(stdout ?? '')?.[0] ?? 'unknown';
  return { path, version, run: (log) => runProgram(path, [log]) };
}
