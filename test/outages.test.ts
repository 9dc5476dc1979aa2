/** Redis and Elasticsearch go away, lose what they have, hang, and come back: every line is one document in the end. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './built.js';
import { ClusterRig } from './cluster_rig.js';
import { type RunningElasticsearch, startElasticsearch } from './services/elasticsearch.js';
import { service } from './services/index.js';
import { type RunningRedis, startRedis } from './services/redis.js';

const elasticsearch = await service('elasticsearch');
const anyRedis = await service('redis');

const lines = 15_000;

describe.skipIf(elasticsearch.missing !== undefined || anyRedis.missing !== undefined)('a shipper and a worker go on by themselves', () => {
  let built: Built;
  let redis: RunningRedis;
  let own: RunningElasticsearch;
  let rig: ClusterRig;
  beforeAll(async () => {
    built = ClusterRig.built();
    [redis, own] = await Promise.all([startRedis(), startElasticsearch({ brief: true })]);
    rig = new ClusterRig(built, redis.url, own.url);
    await rig.setup();
  });
  afterAll(async () => {
    await rig?.remove();
    await Promise.all([redis?.stop(), own?.stop()]);
    built?.remove();
  });

  test('while Redis is started anew, flushed, and away for 30 s, and Elasticsearch is killed, away for 30 s, and hangs', async () => {
    const worker = rig.worker();
    const shipper = rig.shipper();
    const outages = async () => {
      await pause(3_000);
      await redis.restart();
      await pause(2_000);
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
      await pause(2_000);
      await Promise.all([redis.kill(), own.kill()]);
      await pause(30_000);
      await Promise.all([redis.restart(), own.start()]);
      await pause(2_000);
      own.suspend();
      await pause(3_000);
      own.resume();
    };
    const [written] = await Promise.all([rig.write(lines, { every: 160 }), outages()]);
    expect(written).toBe(lines);
    // Neither has ended; both end in good order now.
    for (const { process: child } of [shipper, worker]) {
      expect(child.exitCode).toBeNull();
      child.kill('SIGTERM');
    }
    expect([(await shipper.ended).code, (await worker.ended).code]).toEqual([0, 0]);
    await rig.finish();
    expect(await rig.result()).toEqual({ documents: lines, quarantine: [], read: lines, accounted: lines });
    await rig.expectFolded();
  }, 300_000);
});
