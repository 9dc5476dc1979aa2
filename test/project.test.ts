/** What holds for the checkout as a whole: types, lint and format, a lock file that works everywhere. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};

test('types are sound, tests included', () => {
  const { status, output } = run('node_modules/typescript/bin/tsc', '--noEmit', '-p', '.');
  expect(output).toBe('');
  expect(status).toBe(0);
});

test('lint and format are clean', () => {
  const { status, output } = run('node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off');
  expect(status, output).toBe(0);
});

test('the lock file names no registry host', () => {
  const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as { packages: Record<string, { resolved?: string }> };
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});
