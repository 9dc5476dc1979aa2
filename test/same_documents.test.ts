/** Whoever works, in whatever order, and however often: the cluster has the documents that the embedded store has, and their fold. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import { ship } from '../ingest/ship.js';
import type { EventDocument } from '../postfix/document.js';
import type { Fact } from '../postfix/message/fact.js';
import { zoneOf } from '../postfix/zone.js';
import type { BatchReceiver, BatchSender, LineBatch, Outcome, Sent, Taken } from '../queue/port.js';
import { setup } from '../store/elasticsearch/setup.js';
import { ElasticsearchWriters } from '../store/elasticsearch/writers.js';
import { factIn } from '../store/facts.js';
import { openReader, openWriter, type StoreAddress } from '../store/open.js';
import { work } from '../workers/run.js';
import { RedisFacts } from '../workers/state/redis.js';
import { expectSame, foldedIn, foldedOf } from './folded_store.js';
import { service } from './services/index.js';
import { type RunningRedis, startRedis } from './services/redis.js';
import { documentsOf, now, Workshop } from './workshop.js';

const elasticsearch = await service('elasticsearch');
const anyRedis = await service('redis');

/** Keeps what is sent until somebody lets it go: shuffled, and as often as is wanted. */
class Shuffled implements BatchSender, BatchReceiver {
  readonly sent: { batch: LineBatch; stored: (outcome: Outcome) => void }[] = [];
  private readonly ready: Taken[] = [];
  private readonly waiting: (() => void)[] = [];
  private ended = false;
  /** Once the first are let go, what comes later goes straight on. */
  private open = false;

  async send(batch: LineBatch): Promise<Sent> {
    return {
      stored: new Promise((stored) => {
        this.sent.push({ batch, stored });
        if (this.open) this.put([this.sent.at(-1) as (typeof this.sent)[number]]);
      }),
    };
  }

  letGo(times: number, seed: number): void {
    this.open = true;
    const all = Array.from({ length: times }, () => this.sent).flat();
    let state = seed;
    for (let i = all.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      const j = state % (i + 1);
      [all[i], all[j]] = [all[j] as (typeof all)[number], all[i] as (typeof all)[number]];
    }
    this.put(all);
  }

  private put(all: typeof this.sent): void {
    for (const { batch, stored } of all) {
      this.ready.push({
        batch,
        abandoned: 0,
        begun: undefined,
        begin: async () => {},
        done: async (outcome) => stored(outcome),
        failed: async (error) => {
          throw error;
        },
      });
    }
    for (const wake of this.waiting.splice(0)) wake();
  }

  async *receive(): AsyncIterable<Taken> {
    for (;;) {
      const taken = this.ready.shift();
      if (taken !== undefined) yield taken;
      else if (this.ended) return;
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  abort(): void {
    this.ended = true;
    for (const wake of this.waiting.splice(0)) wake();
  }
}

const logs = ['daemons', 'faults', 'healthy', 'incident', 'iso', 'longids'];
const generated = (): string => {
  let text = '';
  for (const item of generate({ seed: 11, hosts: 2, days: 2, lines: 8_000 })) if (item.kind === 'line') text += `${item.line}\n`;
  return text;
};

describe.skipIf(elasticsearch.missing !== undefined || anyRedis.missing !== undefined)('documents in Elasticsearch', () => {
  const url = elasticsearch.url ?? 'http://127.0.0.1:1';
  const client = new Client({ node: url });
  const names = [...logs, 'generated'].map((name) => `${name}.log`);
  const packed = names.map((name) => `${name}.gz`);
  let shop: Workshop;
  let embedded: readonly EventDocument[];
  let facts: readonly Fact[];
  let round = 0;
  let prefix = '';
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis();
    shop = new Workshop();
    for (const name of logs) shop.write(`${name}.log`, readFileSync(new URL(`logs/${name}/maillog`, import.meta.url)));
    shop.write('generated.log', generated());
    for (const name of names) shop.write(`${name}.gz`, gzipSync(readFileSync(shop.path(name))));
    await shop.import(names);
    embedded = await documents({ path: shop.store });
    facts = embedded.flatMap((document) => factIn(document) ?? []);
  });
  beforeEach(async () => {
    prefix = `same-${process.pid}-${round++}`;
    await setup(client, { prefix });
  });
  afterEach(async () => {
    const made = Object.keys(await client.indices.get({ index: `${prefix}-*`, features: 'aliases' }));
    await client.indices.delete({ index: made });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-*` });
    await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` });
  });
  afterAll(async () => {
    await redis?.stop();
    await client.close();
    shop?.remove();
  });

  /** All of a store, by id. */
  async function documents(address: StoreAddress): Promise<EventDocument[]> {
    const reader = await openReader(address);
    try {
      return (await documentsOf(reader)).sort((a, b) => (a.event.id < b.event.id ? -1 : 1));
    } finally {
      await reader.close();
    }
  }

  test.each([
    ['1 worker, batches in their order', 1, 1, 0],
    ['1 worker, every batch twice, shuffled', 1, 2, 7],
    ['4 workers, every batch twice, shuffled', 4, 2, 23],
  ])('%s; then all files again, from their .gz', async (_, workers, times, seed) => {
    const queue = new Shuffled();
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const checkpointPath = shop.path(`shipped-${prefix}.json`);
    const paths = names.map((name) => shop.path(name));
    const shipping = ship({ paths, sender: queue, checkpointPath, zone: 'UTC', host: 'localhost', log, once: true });
    const bytes = () => queue.sent.reduce((sum, { batch }) => sum + batch.bytes.length, 0);
    const whole = paths.reduce((sum, path) => sum + readFileSync(path).length, 0);
    await expect.poll(bytes).toBe(whole);
    queue.letGo(times, seed);
    // Workers of their own: no two share a connection, or know of each other.
    const states = Array.from({ length: workers }, () => new RedisFacts({ redis: { url: redis.url }, prefix }));
    const own = await Promise.all(states.map((state) => ElasticsearchWriters.open({ url, prefix, state })));
    const working = own.map((writers) => work({ queue, store: writers.writer(), commitLines: 0 }));
    const shipped = await shipping;
    queue.abort();
    await Promise.all(working);
    for (const one of [...own, ...states]) await one.close();
    expect(shipped).toMatchObject({ read: embedded.length, quarantined: 0, pending: 0 });
    expect(await documents({ elasticsearch: { url, prefix } })).toEqual(embedded);
    const folded = foldedOf(facts, prefix);
    expect(folded.size).toBeGreaterThan(1_000);
    expectSame(await foldedIn(client, prefix), folded);

    const store = await openWriter({ elasticsearch: { url, prefix } });
    try {
      const named = await expand(packed, shop.folder);
      const again = await importFiles({ named, store, zone: zoneOf('UTC'), defaultHost: 'localhost', now });
      expect(again).toMatchObject({ read: embedded.length, stored: 0, alreadyThere: embedded.length, quarantined: 0 });
    } finally {
      await store.close();
    }
    expect(await documents({ elasticsearch: { url, prefix } })).toEqual(embedded);
    expectSame(await foldedIn(client, prefix), folded);
  });
});
