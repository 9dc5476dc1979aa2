/** Workers write messages beside the lines; whoever works, in whatever order, and whatever is lost meanwhile: they are the fold of all lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { zoneOf } from '../postfix/zone.js';
import type { LineBatch } from '../queue/port.js';
import { setup } from '../store/elasticsearch/setup.js';
import type { ElasticsearchWriter } from '../store/elasticsearch/writer.js';
import { ElasticsearchWriters } from '../store/elasticsearch/writers.js';
import { openReader } from '../store/open.js';
import { LineReader } from '../workers/batch.js';
import { MemoryFacts } from '../workers/state/memory.js';
import type { FactState } from '../workers/state/port.js';
import { RedisFacts } from '../workers/state/redis.js';
import { expectSame, factsIn, foldedIn, foldedOf } from './folded_store.js';
import { service } from './services/index.js';
import { type RunningRedis, startRedis } from './services/redis.js';

const elasticsearch = await service('elasticsearch');
const anyRedis = await service('redis');

const anchor = Date.parse('2026-11-25T00:00:00Z');

/** A log, cut into batches of so many lines. */
function cut(path: string, text: string, lines: number): LineBatch[] {
  const bytes = Buffer.from(text);
  const batches: LineBatch[] = [];
  let from = 0;
  for (let at = 0, n = 1; at < bytes.length; n++) {
    at = bytes.indexOf(10, at) + 1;
    if (n % lines !== 0 && at < bytes.length) continue;
    batches.push({
      ...{ source: { key: path, path }, offset: from, bytes: bytes.subarray(from, at), before: bytes.subarray(0, from), zone: 'UTC' },
      ...{ host: 'mailer', year: undefined, anchor, cut: false, next: at, complete: false, damaged: false, tail: '', notes: [] },
      account: undefined,
    });
    from = at;
  }
  return batches;
}

function feed(writer: ElasticsearchWriter, batch: LineBatch): void {
  const { source } = batch;
  new LineReader().read(batch, {
    event: (event, offset, ordinal, kept) => writer.add(event, { source, offset, ordinal, zone: zoneOf('UTC') }, kept),
    aside: (reason) => {
      throw new Error(reason);
    },
  });
}

/** Numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

function shuffled<T>(list: readonly T[], next: () => number): T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}

const logs = ['daemons', 'faults', 'incident', 'longids'];
const generated = (lines: number): string => {
  let text = '';
  for (const item of generate({ seed: 5, hosts: 2, days: 2, lines })) if (item.kind === 'line') text += `${item.line}\n`;
  return text;
};
/** Of all logs, so many lines each. */
const batchesOf = (lines: number) => [
  ...logs.flatMap((name) => cut(name, readFileSync(join(import.meta.dirname, 'logs', name, 'maillog'), 'utf8'), lines)),
  ...cut('generated', generated(1_500), lines),
];

describe.skipIf(elasticsearch.missing !== undefined || anyRedis.missing !== undefined)('messages and attempts', () => {
  const url = elasticsearch.url ?? 'http://127.0.0.1:1';
  const client = new Client({ node: url });
  let redis: RunningRedis;
  const prefixes: string[] = [];
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  afterAll(async () => {
    await redis?.stop();
    for (const prefix of prefixes) {
      for (const index of Object.keys(await client.indices.get({ index: `${prefix}-*` }))) await client.indices.delete({ index });
      await client.indices.deleteIndexTemplate({ name: `${prefix}-*` });
      await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` });
    }
    await client.close();
  });

  async function fresh(): Promise<string> {
    const prefix = `fold-${process.pid}-${prefixes.length}`;
    prefixes.push(prefix);
    await setup(client, { prefix });
    return prefix;
  }
  const inRedis = (prefix: string, expiry = {}) => {
    const state = new RedisFacts({ redis: { url: redis.url }, prefix, expiry });
    open.push(state);
    return state;
  };
  async function writerTo(prefix: string, state: FactState): Promise<ElasticsearchWriter> {
    const writers = await ElasticsearchWriters.open({ url, prefix, state, firstPause: 5, longestPause: 50 });
    open.push(writers);
    return writers.writer();
  }
  async function expectFolded(prefix: string): Promise<void> {
    await client.indices.refresh({ index: `${prefix}-*` });
    const reader = await openReader({ elasticsearch: { url, prefix } });
    try {
      const facts = await factsIn(reader);
      expect(facts.length).toBeGreaterThan(1_000);
      expectSame(await foldedIn(client, prefix), foldedOf(facts, prefix));
    } finally {
      await reader.close();
    }
  }

  /** Works until all is done. @param between after each commit */
  async function work(writers: readonly ElasticsearchWriter[], batches: readonly LineBatch[], between = async () => {}): Promise<void> {
    const left = [...batches];
    const lane = async (writer: ElasticsearchWriter) => {
      for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
        feed(writer, batch);
        await writer.commit([]);
        await between();
      }
    };
    await Promise.all(writers.map(lane));
  }

  test('in the order of the log, with facts in memory, are the fold of all lines', async () => {
    const prefix = await fresh();
    await work([await writerTo(prefix, new MemoryFacts())], batchesOf(500));
    await expectFolded(prefix);
  });

  test('facts in memory that are let go of too early come back from the store', async () => {
    const prefix = await fresh();
    const state = new MemoryFacts({ most: 300 });
    await work([await writerTo(prefix, state)], shuffled(batchesOf(400), random(5)));
    expect(state.held).toBeLessThan(2_000);
    await expectFolded(prefix);
  });

  test('shuffled, doubled, by four workers at once, while Redis is emptied and started anew, are the fold of all lines', async () => {
    const prefix = await fresh();
    const batches = batchesOf(300);
    const seed = Date.now() % 1_000_000;
    const next = random(seed);
    const workers = await Promise.all([1, 2, 3, 4].map(() => writerTo(prefix, inRedis(prefix))));
    const admin = new Redis(redis.url);
    open.push({ close: async () => admin.disconnect() });
    let commits = 0;
    await work(workers, shuffled([...batches, ...batches], next), async () => {
      commits++;
      if (commits % 7 === 0) await admin.flushall();
      if (commits === 20) await redis.restart();
    });
    await expectFolded(prefix);
  });

  test('Redis keeps nothing for long, and what comes later is completed from the store', async () => {
    const prefix = await fresh();
    const writer = await writerTo(prefix, inRedis(prefix));
    const admin = new Redis(redis.url);
    open.push({ close: async () => admin.disconnect() });
    const batches = shuffled(batchesOf(400), random(9));
    const half = batches.length >> 1;
    await work([writer], batches.slice(0, half));
    const shelves = await admin.keys(`${prefix}:*:[qp]*`);
    const left = await Promise.all(shelves.map(async (key) => ({ key, left: await admin.pttl(key) })));
    const most = ({ key }: { key: string }) => (/:q /.test(key) ? 2 * 3_600_000 : 60_000);
    expect(left.filter((one) => one.left <= 0 || one.left > most(one))).toEqual([]);
    // Most messages have left the queue, and are soon forgotten.
    expect(left.filter((one) => one.left <= 20_000).length).toBeGreaterThan(100);
    for (const key of shelves) await admin.pexpire(key, 1);
    // As these lines can be searched for when shelves expire by themselves.
    await client.indices.refresh({ index: `${prefix}-*` });
    await work([writer], batches.slice(half));
    await expectFolded(prefix);
  });

  test('what somebody else has written into Redis is thrown away', async () => {
    const prefix = await fresh();
    const writer = await writerTo(prefix, inRedis(prefix));
    const admin = new Redis(redis.url);
    open.push({ close: async () => admin.disconnect() });
    const [first, ...rest] = batchesOf(400) as [LineBatch, ...LineBatch[]];
    await work([writer], [first]);
    for (const key of await admin.keys(`${prefix}:*:[qp]*`)) await admin.hset(key, '[{"is":"client"}]', '');
    await work([writer], [first, ...rest]);
    await expectFolded(prefix);
  });

  test('a message that the fold dies of costs itself: lines are stored, the others are folded, and it is noted', async () => {
    const prefix = await fresh();
    const notes: string[] = [];
    const log = { info: () => {}, warn: (_: object, text: string) => notes.push(text) };
    const writers = await ElasticsearchWriters.open({ url, prefix, log });
    open.push(writers);
    const writer = writers.writer();
    const [batch] = batchesOf(400) as [LineBatch];
    feed(writer, batch);
    const { begin } = MemoryFacts.prototype;
    const spoiled = vi.spyOn(MemoryFacts.prototype, 'begin').mockImplementationOnce(function (this: MemoryFacts, facts) {
      // What no line says: as a fault of ours would have it.
      const delivery = [...facts.values()].flat().find(({ is }) => is === 'delivery');
      Object.assign(delivery ?? {}, { recipient: null });
      return begin.call(this, facts);
    });
    const { stored } = await writer.commit([]);
    spoiled.mockRestore();
    expect(stored).toBe(batch.bytes.toString().trimEnd().split('\n').length);
    expect(new Set(notes)).toEqual(new Set([expect.stringContaining('no message could be made of a line')]));
    expect((await foldedIn(client, prefix)).size).toBeGreaterThan(50);
  });
});
