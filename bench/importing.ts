/** The import, as the operator does it: the whole command, on two cores, into a new store. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { openReader } from '../store/open.js';
import { postscope } from './checkout.js';
import { type NodeUsage, NotMeasured, runNode } from './child.js';
import { onCores } from './cores.js';

export interface Imported extends NodeUsage {
  /** On disk, when the command has ended. */
  readonly storeBytes: number;
}

/** Takes a store away, with what DuckDB may have left beside it. */
export function removeStore(path: string): void {
  for (const end of ['', '.wal', '.tmp', '.spill']) rmSync(`${path}${end}`, { recursive: true, force: true });
}

/** @throws NotMeasured where the store does not hold the lines afterwards */
export async function importInto(store: string, logs: readonly string[], lines: number): Promise<Imported> {
  removeStore(store);
  const usage = runNode(postscope, ['import', '--quiet', '--zone', 'UTC', '--store', store, ...logs], { prefix: onCores(2) ?? [] });
  const storeBytes = [store, `${store}.wal`].reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);
  const reader = await openReader({ path: store });
  try {
    const { lines: held } = await reader.totals({});
    if (held !== lines) throw new NotMeasured(`the store holds ${held} of ${lines} lines`);
  } finally {
    await reader.close();
  }
  return { ...usage, storeBytes };
}
