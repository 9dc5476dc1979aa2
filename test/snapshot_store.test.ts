/** One contract for both stores: snapshots come back as they were put in, once. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backlogOf } from '../postfix/snapshot/backlog.js';
import { parseMailq } from '../postfix/snapshot/mailq.js';
import { parsePostconf } from '../postfix/snapshot/postconf.js';
import type { QueuedMessage } from '../postfix/snapshot/queue.js';
import { parseResolv } from '../postfix/snapshot/resolv.js';
import { snapshotSchema } from '../postfix/snapshot/schema.js';
import { type NewSnapshot, type Snapshot, snapshotOf } from '../postfix/snapshot/snapshot.js';
import { Zone } from '../postfix/zone.js';
import { setup } from '../store/elasticsearch/setup.js';
import { openReader, openWriter, type StoreAddress } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { partsOf } from '../store/snapshot_port.js';
import { service } from './services/index.js';
import { Workshop } from './workshop.js';

const { url = '', missing } = await service('elasticsearch');

const sample = (name: string) => readFileSync(join(import.meta.dirname, 'logs/incident', name), 'utf8');
const start = Date.parse('2026-11-24T03:06:08Z');
const minute = 60_000;

function queue(host: string, time: number, messages: readonly QueuedMessage[]): NewSnapshot {
  return snapshotOf('queue', { host, time }, { source: 'mailq', whole: true, backlog: backlogOf(messages, time) }, messages);
}
const { messages: during } = parseMailq(sample('during-mailq.txt'), { time: start, zone: new Zone('UTC') }).content;

/** What senders may have put there, in a queue too large for one document. */
const hostile = String.raw`'); DROP TABLE snapshots; -- "\u202e<script>{"query":1}`;
const large: QueuedMessage[] = Array.from({ length: 12_000 }, (_, i) => ({
  queueId: i.toString(16).toUpperCase().padStart(10, '0'),
  queue: 'deferred',
  arrival: start - i * 1000,
  size: i,
  sender: hostile,
  recipients: [{ address: `"${'ü'.repeat(i % 7)}"@${i % 700}.test`, reason: { text: hostile, kind: 'other' } }],
}));

const of = (host: string, minutes: number) => ({ host, time: start + minutes * minute });
const all: readonly NewSnapshot[] = [
  queue('mailer', start, during),
  queue('mailer', start + 5 * minute, []),
  queue('Other', start + 2 * minute, large),
  snapshotOf('postconf', of('mailer', 0), parsePostconf(sample('during-postconf-n.txt')).content),
  snapshotOf('postconf', of('mailer', 3), parsePostconf(`constructor = 1\nx.y = ${hostile}\n__proto__ = 2\n`).content),
  snapshotOf('resolv', of('mailer', 0), { ...parseResolv(sample('during-resolv.conf')).content, chroot: parseResolv('').content }),
  snapshotOf('version', of('mailer', 0), { version: '3.7.11' }),
  snapshotOf('probe', of('mailer', 4), { relays: [{ 'a.b': null, deep: [[1, 'x']] }], said: hostile }),
  // Of the month before.
  snapshotOf('version', { host: 'mailer', time: Date.parse('2026-10-31T23:59:59.999Z') }, { version: '3.7.10' }),
];

/** As a reader gives them, newest first. */
const asRead = (snapshots: readonly NewSnapshot[]): Snapshot[] =>
  [...snapshots]
    .sort(
      (a, b) =>
        b.time - a.time ||
        (a.host < b.host ? -1 : a.host > b.host ? 1 : 0) ||
        (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.id < b.id ? -1 : 1),
    )
    .map(({ messages: _, ...snapshot }) => snapshot as Snapshot);

const workshop = new Workshop();
afterAll(() => workshop.remove());

const prefix = `test-snapshots-${randomBytes(4).toString('hex')}`;
const stores: readonly (readonly [string, boolean, StoreAddress])[] = [
  ['embedded', true, { path: workshop.store }],
  ['cluster', missing === undefined, { elasticsearch: { url, prefix } }],
];

describe.each(stores.filter(([, there]) => there))('%s', (name, _, address) => {
  let reader: Reader;

  beforeAll(async () => {
    if (name === 'cluster') {
      const client = new Client({ node: url });
      await setup(client, { prefix });
      await client.close();
    }
    const writer = await openWriter(address);
    // One after the other and twice, as a timer that went wrong would.
    expect(await writer.addSnapshots(all.slice(0, 3))).toEqual({ stored: 3, alreadyThere: 0 });
    expect(await writer.addSnapshots(all)).toEqual({ stored: all.length - 3, alreadyThere: 3 });
    // Who has written finds it at once.
    expect(await writer.snapshots({ limit: 100 })).toHaveLength(all.length);
    expect(await writer.addSnapshots([])).toEqual({ stored: 0, alreadyThere: 0 });
    await writer.close();
    reader = await openReader(address);
  });

  afterAll(async () => {
    await reader?.close();
    if (name !== 'cluster') return;
    const client = new Client({ node: url });
    const made = Object.keys(await client.indices.get({ index: `${prefix}-*`, features: 'aliases' }));
    if (made.length > 0) await client.indices.delete({ index: made });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-*` });
    await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` });
    await client.close();
  });

  test('all of them, newest first, as they were', async () => {
    const found = await reader.snapshots({ limit: 100 });
    expect(found).toEqual(asRead(all));
    for (const snapshot of found) expect(() => snapshotSchema.parse(snapshot)).not.toThrow();
    expect(await reader.snapshots({ limit: 3 })).toEqual(asRead(all).slice(0, 3));
  });

  test('by kind, host without capitals, and period: from inclusive, to exclusive', async () => {
    expect(await reader.snapshots({ kinds: ['postconf', 'probe'], limit: 9 })).toEqual(asRead([all[7], all[4], all[3]] as NewSnapshot[]));
    expect(await reader.snapshots({ kinds: [], limit: 9 })).toEqual([]);
    expect(await reader.snapshots({ host: 'oTHER', limit: 9 })).toEqual(asRead([all[2]] as NewSnapshot[]));
    expect(await reader.snapshots({ host: hostile, limit: 9 })).toEqual([]);
    expect(await reader.snapshots({ since: start + 2 * minute, until: start + 4 * minute, limit: 9 })).toEqual(
      asRead([all[4], all[2]] as NewSnapshot[]),
    );
  });

  test('the latest of each kind and host, at a moment', async () => {
    expect(await reader.snapshots({ latestBefore: start + 4 * minute, limit: 99 })).toEqual(
      asRead([all[7], all[4], all[2], all[0], all[5], all[6]] as NewSnapshot[]),
    );
    expect(await reader.snapshots({ latestBefore: start - 1, limit: 99 })).toEqual(asRead([all[8]] as NewSnapshot[]));
    expect(await reader.snapshots({ latestBefore: start + 9 * minute, kinds: ['queue'], host: 'mailer', limit: 1 })).toEqual(
      asRead([all[1]] as NewSnapshot[]),
    );
  });

  test('the messages of a queue, however many', async () => {
    expect(await reader.queuedIn((all[0] as Snapshot).id)).toEqual(during);
    expect(await reader.queuedIn((all[1] as Snapshot).id)).toEqual([]);
    expect(await reader.queuedIn((all[2] as Snapshot).id)).toEqual(large);
    expect(await reader.queuedIn("no' such")).toEqual([]);
  });
});

test('a store of the first postscope takes snapshots too', async () => {
  const path = workshop.write('old.duckdb', gunzipSync(readFileSync(join(import.meta.dirname, 'stores/schema-1.duckdb.gz'))));
  const writer = await openWriter({ path });
  expect(await writer.addSnapshots(all)).toEqual({ stored: all.length, alreadyThere: 0 });
  await writer.close();
  const reader = await openReader({ path });
  expect(await reader.snapshots({ limit: 100 })).toEqual(asRead(all));
  await reader.close();
});

test('parts are of half a megabyte, and a message that is larger is one by itself', () => {
  const parts = partsOf(large);
  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts) expect(part.length).toBeLessThan(510_000);
  expect(parts.flatMap((part) => JSON.parse(part) as QueuedMessage[])).toEqual(large);
  const huge = { ...large[0], sender: 'x'.repeat(600_000) } as QueuedMessage;
  expect(partsOf([huge, ...large.slice(0, 2)])).toHaveLength(2);
  expect(partsOf([])).toEqual([]);
});
