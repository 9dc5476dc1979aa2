/** A store that an older postscope made is lifted, with all that is in it (STYLE, habit 9). `schema-N.log` is what it was made from. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDuckDBReader, openDuckDBWriter } from '../store/duckdb/index.js';
import { openReader } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { referenceOf } from './reference_answers.js';
import { Workshop } from './workshop.js';

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
  workshop.write('store/none', '');
});
afterEach(() => workshop.remove());

const stored = (name: string) => readFileSync(new URL(`stores/${name}`, import.meta.url));
const begin = (schema: number) => writeFileSync(workshop.store, gunzipSync(stored(`schema-${schema}.duckdb.gz`)));

test.each([1, 2, 3])('a store of schema %i tells who only reads to import something', async (schema) => {
  begin(schema);
  await expect(openReader({ path: workshop.store })).rejects.toMatchObject({ code: 'older_version' });
});

test('a store of schema 1 is lifted, and its lines are known when they come again', async () => {
  begin(1);
  workshop.write('again.log', stored('schema-1.log'));
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

test('the lines of a store of schema 2 are folded by the next writer, though nothing new came', async () => {
  begin(2);
  workshop.write('again.log', stored('schema-2.log'), Date.parse('2026-11-24T10:00:00Z'));
  expect(await workshop.import(['again.log'])).toMatchObject({ stored: 0 });
  const { folded } = referenceOf(stored('schema-2.log').toString());
  const writer = await openDuckDBWriter({ path: workshop.store });
  try {
    expect(await writer.unfolded()).toBe(150);
    expect((await writer.messages({ limit: 100 })).messages).toEqual([]);
    expect(await writer.fold()).toEqual({ lines: 150, messages: folded.messages.length, attempts: folded.attempts.length });
  } finally {
    await writer.close();
  }
  const reader = await openDuckDBReader({ path: workshop.store });
  try {
    expect(await reader.unfolded()).toBe(0);
    const { messages } = await reader.messages({ limit: 100 });
    expect(new Map(messages.map((message) => [message.id, message]))).toEqual(
      new Map(folded.messages.map((message) => [message.id, message])),
    );
    expect((await reader.attempts({ limit: 1000 })).attempts).toHaveLength(folded.attempts.length);
  } finally {
    await reader.close();
  }
});

test('of what is in a store of schema 3 the next writer makes sums', async () => {
  begin(3);
  const writer = await openDuckDBWriter({ path: workshop.store });
  const answers = async (reader: Reader) => [await reader.relays({}), await reader.delays({ by: 'hour', zone: 'UTC' })] as const;
  const before = await answers(writer);
  expect(before[0].relays.length).toBeGreaterThan(0);
  expect(await writer.fold()).toMatchObject({ lines: 0 });
  await writer.close();
  const instance = await DuckDBInstance.create(workshop.store);
  const connection = await instance.connect();
  const sums = await connection.runAndReadAll('SELECT sum(count) = (SELECT count(*) FROM deliveries) FROM outcome_sums');
  expect(sums.getRowsJS()).toEqual([[true]]);
  connection.closeSync();
  instance.closeSync();
  expect(await workshop.read(answers)).toEqual(before);
});
