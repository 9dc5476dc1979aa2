/** An import that is stopped, or killed, goes on where the last commit was: nothing is lost, nothing is there twice. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { Built } from './built.js';
import { documentsOf, expectBalanced, Workshop } from './workshop.js';

const lineCount = 100_000;
let built: Built;
let shop: Workshop;
let log: string;
/** The lines of the log, in an order of their own. */
let written: string;

const fingerprint = (lines: string[]) => createHash('md5').update(lines.sort().join('\n')).digest('hex');

beforeAll(() => {
  built = new Built();
  shop = new Workshop();
  const lines: string[] = [];
  for (const made of generate({ seed: 7, hosts: 2, days: 1, lines: lineCount })) if (made.kind === 'line') lines.push(made.line);
  log = shop.write('maillog', `${lines.join('\n')}\n`);
  written = fingerprint(readFileSync(log, 'utf8').trimEnd().split('\n'));
});
afterAll(() => {
  built.remove();
  shop.remove();
});

const importInto = (store: string) => built.postscope('import', log, '--store', store, '--zone', 'UTC', '--commit-lines', '2000');

async function expectWhole(store: string): Promise<void> {
  const copy = new Proxy(shop, { get: (target, key) => (key === 'store' ? store : Reflect.get(target, key)) });
  await copy.read(async (reader) => {
    const documents = await documentsOf(reader);
    expect(new Set(documents.map(({ event }) => event.id)).size).toBe(documents.length);
    expect(fingerprint(documents.map(({ event }) => event.original ?? ''))).toBe(written);
    const sources = await reader.sources();
    expectBalanced(sources);
    expect(sources.map(({ read, stored, complete }) => [read, stored, complete])).toEqual([[documents.length, documents.length, true]]);
  });
}

test('Ctrl-C: what was read is stored, exit code 130, and the same command goes on', async () => {
  const store = shop.path('interrupted.duckdb');
  const first = importInto(store);
  await first.says('Importing');
  first.process.kill('SIGINT');
  const stopped = await first.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain('Stopped. The same command goes on from here.');
  const second = await importInto(store).ended;
  expect(second.code).toBe(0);
  await expectWhole(store);
});

test('killed at twenty moments: every line is there, once', async () => {
  const store = shop.path('killed.duckdb');
  // Seeded, so that a failure comes again.
  let random = 42;
  let killed = 0;
  for (let round = 0; round < 20; round++) {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    const run = importInto(store);
    await Promise.race([run.says('Importing'), run.ended]);
    const timer = setTimeout(() => run.process.kill('SIGKILL'), (random / 2 ** 31) * 250);
    if ((await run.ended).code === 'SIGKILL') killed++;
    clearTimeout(timer);
    // The store can be asked as the killed process left it.
    if (round % 10 === 5) {
      const asked = await built.postscope('doctor', '--store', store).ended;
      expect(asked.stderr).not.toMatch(/error/i);
    }
  }
  const last = await importInto(store).ended;
  expect(last.code).toBe(0);
  expect(killed).toBeGreaterThan(0);
  await expectWhole(store);
});
