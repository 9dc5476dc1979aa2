/** Shipper and worker are killed, all the time, and every line is one document in the end (DESIGN, promises 1 to 4), and every
 * message the fold of its lines. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built, Running } from './built.js';
import { ClusterRig } from './cluster_rig.js';
import { service } from './services/index.js';
import { type RunningRedis, startRedis } from './services/redis.js';

const elasticsearch = await service('elasticsearch');
const anyRedis = await service('redis');

const kills = 50;
const lines = 15_000;
const seed = Date.now() % 1_000_000;

/** Numbers from 0 to 1, the same for the same seed. */
function* randoms(from: number): Generator<number, never> {
  for (let state = from | 1; ; ) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    yield state / 0x80000000;
  }
}

describe.skipIf(elasticsearch.missing !== undefined || anyRedis.missing !== undefined)('a shipper and a worker', () => {
  let built: Built;
  let redis: RunningRedis;
  let rig: ClusterRig;
  beforeAll(async () => {
    built = ClusterRig.built();
    redis = await startRedis();
    rig = new ClusterRig(built, redis.url, elasticsearch.url ?? '');
    await rig.setup();
  });
  afterAll(async () => {
    await rig?.remove();
    await redis?.stop();
    built?.remove();
  });

  test(`each killed ${kills} times at random, while the log grows and is rotated: documents are lines (seed ${seed})`, async () => {
    const random = randoms(seed);
    /** Each lives for a while, which may end before it has begun. */
    const killAgainAndAgain = async (start: () => Running) => {
      for (let i = 0; i < kills; i++) {
        const running = start();
        await pause(300 + random.next().value * 1_500);
        running.process.kill('SIGKILL');
        expect((await running.ended).code).toBe('SIGKILL');
      }
    };
    const [written] = await Promise.all([
      rig.write(lines, { every: 160 }),
      killAgainAndAgain(() => rig.worker()),
      killAgainAndAgain(() => rig.shipper()),
    ]);
    expect(written).toBe(lines);
    await rig.finish();
    expect(await rig.result()).toEqual({ documents: lines, quarantine: [], read: lines, accounted: lines });
    await rig.expectFolded();
  }, 400_000);
});
