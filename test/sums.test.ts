/** Sums are what counting gives: for any period, in any zone, and after whatever changed the rows. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDBReader, openDuckDBWriter } from '../store/duckdb/index.js';
import type { Interval, Reader, Scope } from '../store/port.js';
import { Workshop } from './workshop.js';

const log = (name: string) => join(import.meta.dirname, 'logs', name, 'maillog');
/** Offsets of whole hours, of which one changes, and of a part of one. */
const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata'];

async function sql(path: string, statement: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(statement)).getRowsJS()[0] ?? [];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Imports logs one after the other, with their messages. */
async function fill(one: Workshop, ...names: string[]): Promise<void> {
  await one.import(names.map(log));
  const writer = await openDuckDBWriter({ path: one.store });
  await writer.fold();
  await writer.close();
}

const areSummed = ({ store }: Workshop) => sql(store, "SELECT value FROM meta WHERE key = 'summed'");

/** All questions that sums are used for. */
async function answers(reader: Reader, scope: Scope, by: Interval, zone: string) {
  return {
    relays: await reader.relays(scope),
    busiest: await reader.relays({ ...scope, limit: 2 }),
    delays: await reader.delays({ ...scope, by, zone }),
    rests: await reader.rests({ ...scope, by, zone }),
    tries: await reader.tries({ ...scope, by, zone }),
    timeouts: await reader.tries({ ...scope, by: 'month', zone: 'UTC', kinds: ['connect_timeout'], relays: ['relay103.example.net'] }),
  };
}

let workshop: Workshop;
/** The same lines, once with sums and once without. */
let summed: Reader;
let counted: Reader;
let without: Workshop;

beforeAll(async () => {
  [workshop, without] = [new Workshop(), new Workshop()];
  for (const one of [workshop, without]) await fill(one, 'incident', 'faults');
  expect(await areSummed(workshop)).toEqual(['1']);
  await sql(without.store, "UPDATE meta SET value = '0' WHERE key = 'summed'");
  summed = await openDuckDBReader({ path: workshop.store });
  counted = await openDuckDBReader({ path: without.store });
});
afterAll(async () => {
  await summed.close();
  await counted.close();
  workshop.remove();
  without.remove();
});

test('of the whole store', async () => {
  for (const by of ['minute', 'hour', 'day', 'week', 'month'] as const) {
    for (const zone of zones) expect(await answers(summed, {}, by, zone)).toEqual(await answers(counted, {}, by, zone));
  }
});

test('of any period, and of one host', async () => {
  const { first = 0, last = 0, hosts } = await counted.totals({});
  const hour = 3_600_000;
  const time = fc.oneof(
    fc.integer({ min: first - hour, max: last + hour }),
    fc.integer({ min: Math.floor(first / hour), max: Math.ceil(last / hour) }).map((n) => n * hour),
    fc.constantFrom(...['2026-10-01', '2026-11-01', '2026-12-01'].map((day) => Date.parse(day))),
  );
  const scope = fc.record({ since: time, until: time, host: fc.constantFrom(...hosts) }, { requiredKeys: [] });
  const by = fc.constantFrom<Interval>('minute', 'hour', 'day', 'week', 'month');
  await fc.assert(
    fc.asyncProperty(scope, by, fc.constantFrom(...zones), async (some, interval, zone) => {
      expect(await answers(summed, some, interval, zone)).toEqual(await answers(counted, some, interval, zone));
      expect(await summed.totals(some)).toMatchObject({ ...(await counted.totals(some)), bytes: expect.any(Number) });
    }),
    { numRuns: 25 },
  );
});

test('after more lines came', async () => {
  const [grown, whole] = [new Workshop(), new Workshop()];
  try {
    await fill(grown, 'faults');
    await fill(grown, 'incident');
    await fill(whole, 'faults', 'incident');
    await grown.read(async (one) =>
      whole.read(async (other) => expect(await answers(one, {}, 'hour', 'UTC')).toEqual(await answers(other, {}, 'hour', 'UTC'))),
    );
    expect(await areSummed(grown)).toEqual(['1']);
  } finally {
    grown.remove();
    whole.remove();
  }
});

test('are not used while the rows are others, and made of them by the next fold', async () => {
  const own = new Workshop();
  try {
    await fill(own, 'faults');
    await sql(own.store, 'DELETE FROM deliveries WHERE relay = (SELECT min(relay) FROM deliveries)');
    await sql(own.store, "UPDATE meta SET value = '0' WHERE key = 'summed'");
    const before = await own.read((reader) => answers(reader, {}, 'hour', 'UTC'));
    const writer = await openDuckDBWriter({ path: own.store });
    await writer.fold();
    await writer.close();
    expect(await areSummed(own)).toEqual(['1']);
    expect(await own.read((reader) => answers(reader, {}, 'hour', 'UTC'))).toEqual(before);
  } finally {
    own.remove();
  }
});

test('of two stores that one process fills, each has its own number of the relay that is none', async () => {
  const [first, second] = [new Workshop(), new Workshop()];
  const nones = "SELECT count(*) FROM rests d JOIN relays r ON r.id = d.relay WHERE r.host = 'none'";
  const named = "SELECT min(id) FROM relays WHERE host = 'none'";
  try {
    await fill(first, 'faults');
    await fill(first, 'daemons');
    await fill(second, 'daemons');
    expect(await sql(first.store, named)).not.toEqual(await sql(second.store, named));
    expect(await sql(first.store, nones)).toEqual([2n]);
    expect(await sql(second.store, nones)).toEqual([2n]);
  } finally {
    first.remove();
    second.remove();
  }
});
