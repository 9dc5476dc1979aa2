import { Client } from '@elastic/elasticsearch';
import { afterAll, expect, test } from 'vitest';
import { zoneOf } from '../postfix/zone.js';
import { setup } from '../store/elasticsearch/setup.js';
import { ElasticsearchWriters } from '../store/elasticsearch/writers.js';
import { LineReader } from '../workers/batch.js';
import { startElasticsearch } from './services/elasticsearch.js';
import { lines } from './workshop.js';

test('no room for another shard', async () => {
  const es = await startElasticsearch();
  try {
    const client = new Client({ node: es.url });
    await setup(client, { prefix: 'p' });
    await client.cluster.putSettings({ persistent: { 'cluster.max_shards_per_node': 1 } });
    const raw = await client.bulk({ operations: [{ create: { _index: 'p-events-2026.11', _id: 'x' } }, { '@timestamp': 0 }] });
    console.log(JSON.stringify(raw));
    const writers = await ElasticsearchWriters.open({ url: es.url, prefix: 'p' });
    const writer = writers.writer();
    const bytes = Buffer.from(lines(0, 5));
    const source = { key: 'k', path: '/x' };
    new LineReader().read({ source, offset: 0, bytes, before: Buffer.alloc(0), zone: 'UTC', host: 'm', year: undefined, anchor: Date.parse('2026-11-25'), cut: false, next: bytes.length, complete: false, damaged: false, tail: '', notes: [], account: undefined }, {
      event: (event, at, ordinal, kept) => writer.add(event, { source, offset: at, ordinal, zone: zoneOf('UTC') }, kept),
      aside: () => {},
    });
    console.log(await writer.commit([]).catch((e) => String(e)));
    await writers.close();
    await client.close();
  } finally { await es.stop(); }
}, 60000);
