/** Messages that are made on a thread of their own are those that are made in this one, and a thread that fails is an error with its reason. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import { Zone } from '../postfix/zone.js';
import { openDuckDBWriter } from '../store/duckdb/index.js';
import { Built } from './built.js';
import { now, Workshop } from './workshop.js';

let workshop: Workshop;
let built: Built;
let log: string;

beforeAll(() => {
  workshop = new Workshop();
  built = new Built();
  const lines: string[] = [];
  // More than one packet, which is what makes a thread worth its start.
  for (const item of generate({ seed: 31, hosts: 2, days: 1, lines: 25_000 })) if (item.kind === 'line') lines.push(item.line);
  // One line that does not stand in bytes.
  lines.splice(100, 0, (lines[99] as string).replace(/\]: .*/, ']: 4D3C2B1A0F: message-id=<größe@example.com>'));
  log = join(workshop.folder, 'maillog');
  writeFileSync(log, `${lines.join('\n')}\n`);
}, 120_000);

afterAll(() => {
  built.remove();
  workshop.remove();
});

/** All rows that the fold has made, whatever numbers relays and results have. */
async function rowsOf(store: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(store, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const rows: string[] = [];
  for (const sql of [
    'SELECT * FROM messages',
    `SELECT t.* EXCLUDE (relay, result), r.* EXCLUDE (id), u.* EXCLUDE (id) FROM attempts t JOIN relays r ON r.id = t.relay
      JOIN results u ON u.id = t.result`,
    'SELECT t.* EXCLUDE (relay), r.* EXCLUDE (id) FROM rests t JOIN relays r ON r.id = t.relay',
  ]) {
    for (const row of (await connection.runAndReadAll(sql)).getRowsJS()) rows.push(row.map(String).join('|'));
  }
  connection.closeSync();
  instance.closeSync();
  return rows.sort();
}

test('a thread makes the rows that are made without one', { timeout: 120_000 }, async () => {
  const beside = join(workshop.folder, 'beside.duckdb');
  const { code, stderr } = await built.postscope('import', '--quiet', '--zone', 'UTC', '--store', beside, log).ended;
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const here = join(workshop.folder, 'here.duckdb');
  const writer = await openDuckDBWriter({ path: here });
  const named = await expand([log], '/');
  await importFiles({ named, store: writer, zone: new Zone('UTC'), defaultHost: 'localhost', now });
  await writer.fold();
  await writer.close();
  const rows = await rowsOf(here);
  expect(rows.length).toBeGreaterThan(8_000);
  expect(await rowsOf(beside)).toEqual(rows);
});

test('a thread that fails ends the import, and says why', { timeout: 120_000 }, async () => {
  writeFileSync(
    join(built.folder, 'store/duckdb/fold_thread.js'),
    `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('out of paper'); });`,
  );
  const store = join(workshop.folder, 'failed.duckdb');
  const { code, stderr } = await built.postscope('import', '--quiet', '--zone', 'UTC', '--store', store, log).ended;
  expect(stderr).toContain('the thread that makes messages of lines failed: out of paper');
  expect(code).not.toBe(0);
});
