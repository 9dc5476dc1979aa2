/** Several processes at one store: each has its turn, says whom it waits for, and nothing is corrupted. */
import { chmodSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReader, openWriter } from '../store/open.js';
import { Built } from './built.js';
import { documentsOf, lines, Workshop } from './workshop.js';

let built: Built;
let shop: Workshop;
beforeAll(() => {
  built = new Built();
  shop = new Workshop();
});
afterAll(() => {
  built.remove();
  shop.remove();
});

const besides = (store: string) => readdirSync(shop.folder).filter((name) => shop.path(name).startsWith(`${store}.`));

/** Holds a store open for writing until its standard input ends. */
const holder = (store: string) =>
  built.script(
    `import { openWriter } from './store/open.js';
     const store = await openWriter({ path: process.argv[1] });
     console.error('open');
     process.stdin.resume().on('end', () => store.close());`,
    [store],
  );

test('who wants to read while another writes waits, names the PID, and then answers', async () => {
  const store = shop.path('held.duckdb');
  shop.write('held.log', lines(0, 100));
  await built.postscope('import', shop.path('held.log'), '--store', store).ended;
  const held = holder(store);
  await held.says('open');
  const reader = built.postscope('search', '--store', store, '--limit', '5', '--json');
  await reader.says('Waiting');
  const other = built.postscope('import', shop.path('held.log'), '--store', store);
  await other.says('Waiting');
  held.process.stdin?.end();
  const answered = await reader.ended;
  expect(answered.stderr).toContain(`Waiting for PID ${held.process.pid}, which is writing to the store`);
  expect(answered.code).toBe(0);
  expect(answered.stdout).toContain('client99.example.org');
  const imported = await other.ended;
  expect(imported.stderr).toMatch(/Waiting for PID \d+, which has the store open/);
  expect(imported.code).toBe(0);
  expect(imported.stdout).toContain('Nothing new');
  expect(besides(store)).toEqual([]);
});

test('a reader is let in between two commits of a long import, and another import is not', async () => {
  const store = shop.path('shared.duckdb');
  const writer = await openWriter({ path: store });
  const source = { key: 'test', path: 'test' };
  let offset = 0;
  const commit = () => writer.commit([{ source, offset: ++offset, complete: false, tail: '', read: 0, notes: [] }]);
  await commit();
  const reader = built.postscope('doctor', '--store', store);
  const other = built.postscope('import', shop.write('other.log', lines(0, 10)), '--store', store);
  await Promise.all([reader.says('Waiting'), other.says('Waiting')]);
  let answered: Awaited<typeof reader.ended> | undefined;
  void reader.ended.then((ended) => {
    answered = ended;
  });
  // It has its turn at one of the next commits, however many there are; that of the import comes when all are done.
  while (answered === undefined) await commit();
  expect(answered.code).toBe(0);
  expect(answered.stderr).toContain(`Waiting for PID ${process.pid}`);
  expect(other.process.exitCode).toBeNull();
  await commit();
  expect(await writer.totals({})).toMatchObject({ lines: 0 });
  expect(await writer.sources()).toMatchObject([{ path: 'test', bytes: offset }]);
  await writer.close();
  expect((await other.ended).code).toBe(0);
  const after = await openReader({ path: store });
  expect(await documentsOf(after)).toHaveLength(10);
  expect((await after.sources()).map(({ path }) => path)).toContain('test');
  await after.close();
  expect(besides(store)).toEqual([]);
});

test('the note of a process that waited and is gone holds nobody up', async () => {
  const store = shop.path('gone.duckdb');
  const writer = await openWriter({ path: store });
  // No process of Linux has a number like this.
  writeFileSync(`${store}.waiting-99999999`, '');
  await writer.commit([]);
  await writer.close();
  // An import that closed the file for a reader, and was killed meanwhile, keeps its place for ten seconds and no longer.
  const place = `${store}.back-soon-99999999`;
  writeFileSync(place, '');
  await expect(openWriter({ path: store, patience: 0 })).rejects.toMatchObject({ code: 'busy' });
  utimesSync(place, 0, Date.now() / 1000 - 11);
  await (await openWriter({ path: store, patience: 0 })).close();
});

describe('a store that cannot be had is a sentence and exit code 1', () => {
  const importing = async (store: string) => {
    const { code, stdout, stderr } = await built.postscope('import', shop.write('a.log', lines(0, 10)), '--store', store).ended;
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    return [code, stderr] as const;
  };

  test('a directory', async () => {
    expect(await importing(shop.folder)).toEqual([1, expect.stringContaining('is a directory, not a store file')]);
  });

  test('a file of something else', async () => {
    expect(await importing(shop.write('letter.txt', 'Dear all,\n'.repeat(1000)))).toEqual([
      1,
      expect.stringMatching(/letter\.txt .*not a .*store/),
    ]);
  });

  test('the database of another program', async () => {
    const path = shop.path('foreign.duckdb');
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run('CREATE TABLE birds (name VARCHAR)');
    connection.closeSync();
    instance.closeSync();
    expect(await importing(path)).toEqual([1, expect.stringContaining('is a DuckDB file of another program')]);
  });

  test('a store of a newer postscope', async () => {
    const path = shop.path('newer.duckdb');
    await (await openWriter({ path })).close();
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run("UPDATE meta SET value = '999' WHERE key = 'schema_version'");
    connection.closeSync();
    instance.closeSync();
    expect(await importing(path)).toEqual([1, expect.stringMatching(/has schema 999, this postscope knows \d+; update postscope/)]);
  });

  test('a folder that cannot be made, or not be written to', async () => {
    shop.write('file', 'x');
    expect(await importing(shop.path('file/store.duckdb'))).toEqual([1, expect.stringMatching(/file, cannot be made/)]);
    // Root may write everywhere but where the kernel says no.
    expect(await importing('/sys/postscope/store.duckdb')).toEqual([1, expect.stringMatching(/\/sys\/postscope, cannot be made/)]);
    mkdirSync(shop.path('locked'));
    chmodSync(shop.path('locked'), 0o555);
    if (process.getuid?.() !== 0)
      expect(await importing(shop.path('locked/store.duckdb'))).toEqual([1, expect.stringContaining('cannot be')]);
  });

  test('a disk that is full', async () => {
    const [code, stderr] = await importing('/dev/full');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\/dev\/full/)]);
  });
});
