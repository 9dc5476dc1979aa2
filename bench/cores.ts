/** Keeps a program on so many cores, where the machine has more. */
import { readFileSync } from 'node:fs';
import { findProgram } from './find_program.js';

/** The numbers of the cores that this process may use; undefined where the system does not tell. */
function allowedCores(): readonly number[] | undefined {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    return list.split(',').flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
  } catch {
    return undefined;
  }
}

/**
 * What has to stand in front of a command so that it, with all its threads, has `count` cores: nothing where there are no
 * more, `undefined` where it cannot be done. The last cores are taken, as the first serve most of the interrupts.
 */
export function onCores(count: number): readonly string[] | undefined {
  const allowed = allowedCores();
  if (allowed !== undefined && allowed.length <= count) return [];
  const taskset = findProgram('taskset');
  return allowed === undefined || taskset === undefined ? undefined : [taskset, '--cpu-list', allowed.slice(-count).join(',')];
}
