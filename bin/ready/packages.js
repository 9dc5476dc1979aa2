// Whether the packages of the lock file are there, and how they get there.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { at, fail, run } from './root.js';

/**
 * A package that should be there and is not: never installed, in another version, taken away, or made for another machine.
 * @param develop whether compiler, linter and tests are wanted too
 */
export function missingPackage({ develop }) {
  const installed = packagesIn('node_modules/.package-lock.json');
  const foreign = Object.entries(installed).find(([, { os, cpu }]) => !has(os, process.platform) || !has(cpu, process.arch));
  if (foreign !== undefined) return foreign[0];
  for (const [path, { version, dev, ...rest }] of Object.entries(packagesIn('package-lock.json'))) {
    if (path === '' || (dev && !develop) || !isFor(rest)) continue;
    if (installed[path]?.version !== version || !existsSync(at(`${path}/package.json`))) return path;
  }
  return undefined;
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(at(lockFile), 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** Of prebuilt parts, of which there is one for each sort of machine, npm takes the one that fits. */
function isFor({ optional, os, cpu, libc }) {
  if (!optional) return true;
  if (os === undefined && cpu === undefined) return false;
  return has(os, process.platform) && has(cpu, process.arch) && (libc === undefined || libc.includes(libcHere()));
}

/** Lists are of what fits, or of what does not: `!win32`. */
const has = (list, here) => list === undefined || list.includes(here) || list.every((name) => name[0] === '!' && name !== `!${here}`);

let libc;
function libcHere() {
  process.report.excludeNetwork = true;
  libc ??= process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  return libc;
}

export function install() {
  console.error('Installing what postscope needs (once) …');
  // Not `npm ci`, though this is nearly what it does: it refuses a lock file without the prebuilt parts for machines that
  // the registry at hand does not have them for. --no-save leaves the lock file alone. The compiler is among the
  // development packages, which NODE_ENV=production would leave out.
  rmSync(at('node_modules'), { recursive: true, force: true });
  const { status, error } = run('npm', ['install', '--no-save', '--include=dev', '--include=optional', '--loglevel=error']);
  if (error?.code === 'ENOENT')
    fail('There is no npm. It comes with Node; where Node is a package of the system, npm may be one of its own.');
  if (status !== 0) fail('The packages could not be installed; npm says above why. Is there a network, or a proxy to set for npm?');
}
