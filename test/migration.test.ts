/** A store that an older postscope made is lifted, with all that is in it (STYLE, habit 9). `schema-1.log` is what it was made from. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReader } from '../store/open.js';
import { Workshop } from './workshop.js';

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
  workshop.write('store/none', '');
  writeFileSync(workshop.store, gunzipSync(readFileSync(new URL('stores/schema-1.duckdb.gz', import.meta.url))));
});
afterEach(() => workshop.remove());

const log = readFileSync(new URL('stores/schema-1.log', import.meta.url));

test('a store of schema 1 tells who only reads to import something', async () => {
  await expect(openReader({ path: workshop.store })).rejects.toMatchObject({ code: 'older_version' });
});

test('a store of schema 1 is lifted, and its lines are known when they come again', async () => {
  workshop.write('again.log', log);
  const again = await workshop.import(['again.log']);
  expect(again).toMatchObject({ stored: 0 });
  await workshop.read(async (reader) => {
    const asides = await reader.quarantined({ limit: 10 });
    expect(asides.lines.map(({ reason, text }) => [reason, text.text])).toEqual([
      ['no_time', 'this line has no time'],
      ['binary', '\ue000\ue001\ue002 rubbish'],
    ]);
    expect(asides.lines.every(({ id }) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  });
});
