/** Lines into Elasticsearch, and what is there afterwards: each once, or in quarantine, and the books balance. */

import { readFileSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { rolesOf } from '../mappings/roles.js';
import { Eraser } from '../postfix/privacy/erasure.js';
import type { KeptText } from '../postfix/text.js';
import { zoneOf } from '../postfix/zone.js';
import type { LineBatch } from '../queue/port.js';
import { asideId } from '../store/aside.js';
import type { SourceDocument } from '../store/elasticsearch/account.js';
import { fromQuarantineDocument, type QuarantineDocument } from '../store/elasticsearch/aside.js';
import { fromIndexed, type IndexedDocument } from '../store/elasticsearch/document.js';
import { openElasticsearchErase } from '../store/elasticsearch/erase.js';
import { setup } from '../store/elasticsearch/setup.js';
import type { ElasticsearchWriter } from '../store/elasticsearch/writer.js';
import { ElasticsearchWriters, type WritersOptions } from '../store/elasticsearch/writers.js';
import type { Account, Progress, Source } from '../store/port.js';
import { LineReader } from '../workers/batch.js';
import { startElasticsearch } from './services/elasticsearch.js';
import { service } from './services/index.js';
import { line, lines } from './workshop.js';

const log = (name: string) => readFileSync(join(import.meta.dirname, 'logs', name, 'maillog'), 'utf8');
const source = (key: string, path = '/var/log/maillog'): Source => ({ key, path });
const anchor = Date.parse('2026-11-25T00:00:00Z');

/** Adds the lines of a text, as a worker does, and says how far that is. */
function feed(writer: ElasticsearchWriter, of: Source, text: string, offset = 0): Progress {
  const bytes = Buffer.from(text);
  const next = offset + bytes.length;
  const zone = 'Europe/Berlin';
  const batch: LineBatch = {
    ...{ source: of, offset, bytes, before: Buffer.alloc(0), zone, host: 'mailer', year: undefined, anchor },
    ...{ cut: false, next, complete: false, damaged: false, tail: 'tail', notes: [], account: undefined },
  };
  const read = new LineReader().read(batch, {
    event: (event, at, ordinal, kept: KeptText) => writer.add(event, { source: of, offset: at, ordinal, zone: zoneOf(zone) }, kept),
    aside: (reason, at, kept, ordinal) =>
      writer.setAside({ reason, why: undefined, source: of, offset: at, ordinal, text: kept, zone, host: 'mailer', anchor }),
  });
  return { source: of, offset: next, complete: false, tail: 'tail', read, notes: [] };
}

const elasticsearch = await service('elasticsearch');
describe.skipIf(elasticsearch.missing !== undefined)('the writer', () => {
  const url = elasticsearch.url ?? 'http://127.0.0.1:1';
  const client = new Client({ node: url });
  const prefixes: string[] = [];
  const open: ElasticsearchWriters[] = [];
  const proxies: Server[] = [];

  async function fresh(): Promise<string> {
    const prefix = `writer-${process.pid}-${prefixes.length}`;
    prefixes.push(prefix);
    await setup(client, { prefix });
    return prefix;
  }
  async function writersTo(prefix: string, options: Partial<WritersOptions> = {}): Promise<ElasticsearchWriters> {
    const writers = await ElasticsearchWriters.open({ url, prefix, firstPause: 1, longestPause: 20, ...options });
    open.push(writers);
    return writers;
  }
  afterEach(async () => {
    for (const writers of open.splice(0)) await writers.close();
    for (const proxy of proxies.splice(0)) {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
  afterAll(async () => {
    for (const prefix of prefixes) {
      for (const index of Object.keys(await client.indices.get({ index: `${prefix}-*` }))) await client.indices.delete({ index });
      await client.indices.deleteIndexTemplate({ name: `${prefix}-*` });
      await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` });
    }
    await client.close();
  });

  async function all<T>(index: string, sort: object[]): Promise<T[]> {
    await client.indices.refresh({ index });
    const { hits } = await client.search<T>({ index, size: 10_000, sort: sort as { [field: string]: 'asc' }[] });
    return hits.hits.map(({ _source }) => _source as T);
  }
  const linesOf = async (prefix: string) =>
    (await all<IndexedDocument>(`${prefix}-events-*`, [{ 'log.offset': 'asc' }])).map((document) => fromIndexed(document).event.original);
  const sourcesOf = (prefix: string) => all<SourceDocument>(`${prefix}-sources`, [{ key: 'asc' }]);
  const quarantineOf = async (prefix: string) =>
    (await all<QuarantineDocument>(`${prefix}-quarantine`, [{ offset: 'asc' }])).map(fromQuarantineDocument);

  test('stores lines in the months of their time, and says where it was when it is opened again', async () => {
    const prefix = await fresh();
    const writer = (await writersTo(prefix)).writer();
    const text =
      'Oct 31 23:59:59 mailer postfix/qmgr[7]: 4233D579836: removed\nNov  1 01:00:00 mailer postfix/qmgr[7]: 4233D579836: removed\n';
    const progress = feed(writer, source('a'), text);
    expect(writer.pending).toBe(2);
    expect(await writer.commit([progress])).toEqual({ stored: 2, alreadyThere: 0, quarantined: 0 });
    expect(writer.pending).toBe(0);
    expect(await linesOf(prefix)).toEqual(text.trimEnd().split('\n'));
    // Times are those of Berlin, and months are those of UTC.
    expect(Object.keys(await client.indices.get({ index: `${prefix}-events-*` })).sort()).toEqual([
      `${prefix}-events-2026.10`,
      `${prefix}-events-2026.11`,
    ]);
    const again = (await writersTo(prefix)).writer();
    expect(again.positionOf('a')).toEqual({ offset: text.length, complete: false, tail: 'tail' });
    expect(again.positionOf('b')).toBeUndefined();
  });

  test('a log that comes again, whole or in part, adds nothing', async () => {
    const prefix = await fresh();
    const text = log('faults');
    const count = text.trimEnd().split('\n').length;
    const writers = await writersTo(prefix, { size: { documents: 100, bytes: 1 << 20 } });
    const first = writers.writer();
    expect(await first.commit([feed(first, source('a'), text)])).toEqual({ stored: count, alreadyThere: 0, quarantined: 0 });
    const second = writers.writer();
    expect(await second.commit([feed(second, source('b', '/var/log/maillog.1.gz'), text)])).toEqual({
      stored: 0,
      alreadyThere: count,
      quarantined: 0,
    });
    expect((await linesOf(prefix)).length).toBe(count);
    expect((await sourcesOf(prefix)).map(({ key, read, stored, already_there }) => ({ key, read, stored, already_there }))).toEqual([
      { key: 'a', read: count, stored: count, already_there: 0 },
      { key: 'b', read: count, stored: 0, already_there: count },
    ]);
  });

  test('lines without a time, and documents that Elasticsearch refuses, are in quarantine with the reason, and are let go once stored', async () => {
    const prefix = await fresh();
    const writer = (await writersTo(prefix)).writer();
    const of = source('a');
    // A number that no index can have is not its document's end: here the index itself has other ideas of a field.
    const index = `${prefix}-events-2026.11`;
    await client.indices.create({
      index,
      mappings: { properties: { postfix: { properties: { protocol: { type: 'keyword', ignore_above: 8191 } } } } },
    });
    await client.indices.close({ index });
    const text = `${line(0)}no time at all\n${line(1)}`;
    expect(await writer.commit([feed(writer, of, text)])).toEqual({ stored: 0, alreadyThere: 0, quarantined: 3 });
    const aside = await quarantineOf(prefix);
    expect(aside.map(({ reason, offset, text: kept, why }) => [reason, offset, kept.text, why?.split(':')[0]])).toEqual([
      ['refused', 0, line(0).trimEnd(), 'index_closed_exception'],
      ['no_time', line(0).length, 'no time at all', undefined],
      ['refused', line(0).length + 15, line(1).trimEnd(), 'index_closed_exception'],
    ]);
    expect(await sourcesOf(prefix)).toMatchObject([{ read: 3, stored: 0, already_there: 0, quarantined: 3 }]);

    // Tried again while it is still refused, it stays; once it is stored, it is let go.
    const refusedIds = aside.filter(({ reason }) => reason === 'refused').map(({ id }) => id);
    const retry = async () => {
      feed(writer, of, text.slice(0, line(0).length));
      feed(writer, of, line(1), line(0).length + 15);
      writer.release(refusedIds);
      return writer.commit([]);
    };
    expect(await retry()).toEqual({ stored: 0, alreadyThere: 0, quarantined: 2 });
    expect((await quarantineOf(prefix)).length).toBe(3);
    await client.indices.open({ index, wait_for_active_shards: 1 });
    expect(await retry()).toEqual({ stored: 2, alreadyThere: 0, quarantined: 0 });
    expect((await quarantineOf(prefix)).map(({ reason }) => reason)).toEqual(['no_time']);
    expect((await linesOf(prefix)).length).toBe(2);
  });

  test('books that a shipper keeps are replaced by newer ones only, whoever brings them', async () => {
    const prefix = await fresh();
    const account = (read: number, complete = false): Account => ({
      ...{ source: source('a'), path: '/var/log/maillog', read, stored: read, alreadyThere: 0, quarantined: 0 },
      ...{ offset: read * 100, bytes: read * 100, complete, tail: `tail ${read}`, notes: ['odd'] },
    });
    const here = (await writersTo(prefix)).writer();
    // Another process, which has read the books before there was anything in them.
    const there = (await writersTo(prefix)).writer();
    here.record(account(5));
    await here.commit([]);
    there.record(account(3));
    await there.commit([]);
    expect(await sourcesOf(prefix)).toMatchObject([{ read: 5, offset: 500 }]);
    there.record(account(9));
    there.record(account(7));
    await there.commit([]);
    here.record(account(8));
    await here.commit([]);
    expect(await sourcesOf(prefix)).toMatchObject([{ read: 9, stored: 9, offset: 900, tail: 'tail 9', notes: ['odd'], complete: false }]);
    here.record(account(9, true));
    await here.commit([]);
    expect(await sourcesOf(prefix)).toMatchObject([{ read: 9, complete: true }]);
  });

  test('two processes that read one source at once lose nothing of each other in the books', async () => {
    const prefix = await fresh();
    const writers = await Promise.all([writersTo(prefix), writersTo(prefix), writersTo(prefix)]);
    await Promise.all(
      writers.map(async (each, n) => {
        const writer = each.writer();
        for (let i = 0; i < 5; i++) await writer.commit([feed(writer, source('a'), line(n * 5 + i), (n * 5 + i) * 100)]);
      }),
    );
    expect(await sourcesOf(prefix)).toMatchObject([{ read: 15, stored: 15, already_there: 0, quarantined: 0 }]);
  });

  test("without 'postscope setup' nothing is written, as Elasticsearch would guess at the fields", async () => {
    const prefix = `writer-${process.pid}-none`;
    await expect(writersTo(prefix)).rejects.toMatchObject({ code: 'not_set_up', message: expect.stringContaining('postscope setup') });
    expect(await client.indices.exists({ index: `${prefix}-sources` })).toBe(false);
    // And where the template goes away meanwhile, the next month is not begun.
    const lost = await fresh();
    const writer = (await writersTo(lost)).writer();
    await client.indices.deleteIndexTemplate({ name: `${lost}-events` });
    const progress = feed(writer, source('a'), line(0));
    await expect(writer.commit([progress])).rejects.toMatchObject({ code: 'not_set_up' });
    expect(await client.indices.exists({ index: `${lost}-events-2026.11` })).toBe(false);
    await client.indices.putIndexTemplate({ name: `${lost}-events`, index_patterns: [`${lost}-none`] });
  });

  /** In front of Elasticsearch: cuts connections, loses answers, and answers for it, every so many requests. */
  async function proxy(): Promise<{ url: string; faults: () => number }> {
    let requests = 0;
    let faults = 0;
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('error', () => {});
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const turn = requests++ % 9;
        const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
        const instead = (status: number, type: string) => {
          faults++;
          outgoing.writeHead(status, headers).end(JSON.stringify({ error: { type, reason: 'so it is' }, status }));
        };
        if (turn === 1) return instead(429, 'circuit_breaking_exception');
        if (turn === 3) return instead(503, 'cluster_block_exception');
        if (turn === 5) {
          faults++;
          return void outgoing.destroy();
        }
        const { hostname, port } = new URL(url);
        const onward = forward({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
          if (turn === 7) {
            faults++;
            answer.resume();
            outgoing.destroy();
            return;
          }
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        onward.end(Buffer.concat(chunks));
      });
    });
    proxies.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults: () => faults };
  }

  test('through a bad connection, in several lanes at once, every line is there once and the books balance', async () => {
    const prefix = await fresh();
    const { url: through, faults } = await proxy();
    const retried: number[] = [];
    const writers = await writersTo(prefix, {
      url: through,
      size: { documents: 50, bytes: 1 << 20 },
      onRetry: ({ status }) => retried.push(status),
    });
    let read = 0;
    await Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        const writer = writers.writer();
        const of = source(`lane ${lane}`);
        for (let i = 0; i < 5; i++) {
          // Each lane brings half of what the next one brings, too.
          const from = (lane * 5 + i) * 100;
          const progress = feed(writer, of, lines(from, from + 200), i * 10_000);
          read += progress.read;
          const receipt = await writer.commit([progress]);
          expect(receipt.stored + receipt.alreadyThere).toBe(progress.read);
        }
      }),
    );
    const stored = await linesOf(prefix);
    expect(stored.length).toBe(2100);
    expect(new Set(stored).size).toBe(2100);
    const sources = await sourcesOf(prefix);
    expect(sources.map(({ key }) => key)).toEqual(['lane 0', 'lane 1', 'lane 2', 'lane 3']);
    for (const { read: of, stored: own, already_there, quarantined } of sources) expect(own + already_there + quarantined).toBe(of);
    expect(sources.reduce((sum, { read: of }) => sum + of, 0)).toBe(read);
    expect(faults()).toBeGreaterThan(10);
    expect(new Set(retried)).toEqual(new Set([0, 429, 503]));
  });

  test('a commit that is told to end leaves the books as they were', async () => {
    const prefix = await fresh();
    const abort = new AbortController();
    const retried: string[] = [];
    const writers = await writersTo(prefix, { signal: abort.signal, onRetry: ({ type }) => retried.push(type) });
    const writer = writers.writer();
    await writer.commit([feed(writer, source('a'), line(0))]);
    await client.indices.addBlock({ index: `${prefix}-events-2026.11`, block: 'write' });
    const committing = writer.commit([feed(writer, source('a'), line(1), 100)]);
    await expect.poll(() => retried.length).toBeGreaterThan(3);
    expect(new Set(retried)).toEqual(new Set(['cluster_block_exception']));
    abort.abort(new Error('SIGTERM'));
    await expect(committing).rejects.toThrow('SIGTERM');
    expect(await sourcesOf(prefix)).toMatchObject([{ read: 1 }]);
  });

  test('a block that somebody takes off again is waited for', async () => {
    const prefix = await fresh();
    const retried: string[] = [];
    const writer = (await writersTo(prefix, { onRetry: ({ type }) => retried.push(type) })).writer();
    await writer.commit([feed(writer, source('a'), line(0))]);
    const index = `${prefix}-events-2026.11`;
    await client.indices.addBlock({ index, block: 'write' });
    const committing = writer.commit([feed(writer, source('a'), line(1), 100)]);
    await expect.poll(() => retried.length).toBeGreaterThan(3);
    await client.indices.putSettings({ index, settings: { 'index.blocks.write': false } });
    expect(await committing).toEqual({ stored: 1, alreadyThere: 0, quarantined: 0 });
  });

  test('the roles are enough for what each has to do, and for no more', async () => {
    const prefix = 'roles';
    const password = 'a password of the test';
    const users = ['writer', 'reader', 'setup', 'erase', 'nobody'] as const;
    const yaml = Object.entries(rolesOf(prefix)).map(
      ([name, { cluster, indices }]) => `${name}:\n  cluster: ${JSON.stringify(cluster)}\n  indices: ${JSON.stringify(indices)}\n`,
    );
    const server = await startElasticsearch({
      brief: true,
      security: {
        roles: `${yaml.join('')}nobody:\n  cluster: []\n`,
        password,
        users: Object.fromEntries(users.map((name) => [name, [name]])),
      },
    });
    const as = (username: (typeof users)[number]) => new Client({ node: server.url, auth: { username, password }, maxRetries: 0 });
    const [writerUser, reader, setupUser, nobody] = [as('writer'), as('reader'), as('setup'), as('nobody')];
    const may = async (doing: Promise<unknown>) =>
      doing.then(
        () => true,
        (error: { statusCode?: number }) => {
          if (error.statusCode !== 403) throw error;
          return false;
        },
      );
    try {
      const steps = await setup(setupUser, { prefix });
      expect(steps.filter(({ what, did }) => what !== 'role' && did !== 'created')).toEqual([]);
      expect(steps.filter(({ what }) => what === 'role')).toHaveLength(Object.keys(rolesOf(prefix)).length);
      for (const { what, did, byHand } of steps) if (what === 'role') expect([did, byHand?.method]).toEqual(['left', 'PUT']);
      await expect(ElasticsearchWriters.open({ url: server.url, prefix, username: 'nobody', password })).rejects.toMatchObject({
        code: 'denied',
      });
      await expect(ElasticsearchWriters.open({ url: server.url, prefix, username: 'writer', password: 'wrong' })).rejects.toMatchObject({
        code: 'denied',
      });
      const index = `${prefix}-events-2026.11`;

      const writers = await ElasticsearchWriters.open({ url: server.url, prefix, username: 'writer', password });
      const writer = writers.writer();
      const text = `${line(0)}no time at all\n`;
      expect(await writer.commit([feed(writer, source('a'), text)])).toEqual({ stored: 1, alreadyThere: 0, quarantined: 1 });
      writer.release([asideId({ source: source('a'), offset: line(0).length, reason: 'no_time' })]);
      expect(await writer.commit([feed(writer, source('a'), line(1), 100)])).toEqual({ stored: 1, alreadyThere: 0, quarantined: 0 });
      await writers.close();
      expect((await reader.count({ index: `${prefix}-quarantine` })).count).toBe(0);

      const found = await reader.search<IndexedDocument>({ index: `${prefix}-events-*`, sort: [{ 'postfix.micros': 'asc' }] });
      expect(found.hits.hits.map(({ _source }) => _source?.event.original)).toEqual([line(0).trimEnd(), line(1).trimEnd()]);
      expect(await may(reader.indices.stats({ index: `${prefix}-*` }))).toBe(true);
      const { _id: id = '' } = found.hits.hits[0] ?? {};
      for (const [name, user] of Object.entries({ writer: writerUser, reader, nobody })) {
        expect(await may(user.delete({ index, id })), name).toBe(false);
        expect(await may(user.update({ index, id, doc: { message: 'changed' } })), name).toBe(false);
        expect(await may(user.index({ index, id, document: { '@timestamp': 0 } })), name).toBe(false);
        expect(await may(user.indices.delete({ index })), name).toBe(false);
        expect(await may(user.indices.putIndexTemplate({ name: `${prefix}-events`, index_patterns: ['x'] })), name).toBe(false);
      }
      expect(await may(reader.index({ index: `${prefix}-sources`, document: {} }))).toBe(false);
      expect(await may(nobody.search({ index }))).toBe(false);
      expect(await may(setupUser.search({ index }))).toBe(false);
      expect((await reader.count({ index: `${prefix}-events-*` })).count).toBe(2);

      const again = await ElasticsearchWriters.open({ url: server.url, prefix, username: 'writer', password });
      const named = 'Nov 24 11:00:00 mailer postfix/qmgr[14]: 70EAEC2330: from=<person@domain.test>, size=100, nrcpt=1 (queue active)\n';
      const other = again.writer();
      expect(await other.commit([feed(other, source('b'), named)])).toMatchObject({ stored: 1 });
      await again.close();
      const options = { eraser: new Eraser({ address: 'person@domain.test' }, Buffer.alloc(32, 7)), remove: false };
      const who = { url: server.url, prefix, password };
      await expect(openElasticsearchErase({ ...who, username: 'reader' }, options, 'write')).rejects.toMatchObject({ code: 'denied' });
      const erase = await openElasticsearchErase({ ...who, username: 'erase' }, options, 'write');
      expect(await erase.naming()).toMatchObject({ lines: 1, messages: 1 });
      await erase.erase({ time: 0, who: 'test' }, () => {});
      expect(await erase.naming()).toMatchObject({ lines: 0, messages: 0 });
      expect(await erase.traces()).toEqual([]);
      await erase.close();
      const rewritten = await reader.search<IndexedDocument>({ index: `${prefix}-events-*` });
      const texts = rewritten.hits.hits.map(({ _source }) => _source?.event.original);
      expect(texts).toHaveLength(3);
      expect(texts).toContainEqual(expect.stringContaining(`from=<${options.eraser.pseudonym}>`));
    } finally {
      await Promise.all([writerUser, reader, setupUser, nobody].map((user) => user.close()));
      await server.stop();
    }
  });
});
