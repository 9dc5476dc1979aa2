/** A server of the tests does not outlive who started it, however that ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Built } from './built.js';

let built: Built;
let folder: string;
beforeAll(() => {
  built = new Built();
  folder = mkdtempSync(join(tmpdir(), 'postscope-kept-'));
});
afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true, force: true });
});

function isThere(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['it ends', 'process.exit()'],
  ['it is killed', "process.kill(process.pid, 'SIGKILL')"],
])('a server, and what that has started, goes when %s', async (_, end) => {
  const script = `
    import { keep } from './test/services/kept.js';
    const { group } = keep({ command: ['sh', '-c', 'sleep 1000 & sleep 1000'], output: ${JSON.stringify(join(folder, 'output'))} });
    process.stdout.write(String(group), () => ${end});`;
  const { stdout } = await built.script(script).ended;
  const group = Number(stdout);
  expect(group).toBeGreaterThan(1);
  await expect.poll(() => isThere(group)).toBe(false);
});
