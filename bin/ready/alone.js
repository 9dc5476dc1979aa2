// One process at a time: two `npm start` in one checkout must not install into each other's work.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { at, fail, root } from './root.js';

/** Whoever takes longer than this hangs. */
const patience = 15 * 60_000;

/** Does the work while no other process does its own in this checkout. */
export function alone(work) {
  const lock = at('dist/.making');
  try {
    mkdirSync(at('dist'), { recursive: true });
    for (let told = false; !take(lock); told = true) {
      if (!told) console.error('Another postscope is being installed or built here; waiting for it …');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
    fail(`postscope has to be installed and built first, and this user may not write to ${root}`);
  }
  const letGo = () => rmSync(lock, { force: true });
  // Also where the work ends the process. A process that is killed leaves its lock, with the number of nobody in it.
  process.once('exit', letGo);
  work();
  process.off('exit', letGo);
  letGo();
}

/** @returns whether the lock is ours now */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isLeftBehind(lock)) rmSync(lock, { force: true });
  return false;
}

function isLeftBehind(lock) {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - since > patience || !isRunning(holderOf(lock));
}

function holderOf(lock) {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return '';
  }
}

function isRunning(pid) {
  // Not yet written, or gone just now.
  if (!/^\d+$/.test(pid)) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
