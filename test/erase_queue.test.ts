/** What of a queue may name somebody: batches are counted in whatever state, and facts of messages in flight forgotten. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { QueuedLines } from '../queue/bullmq/erase.js';
import { BullSender } from '../queue/bullmq/sender.js';
import { batch } from './real_batch.js';
import { service } from './services/index.js';

const { url = '', missing } = await service('redis');
const quiet = { info() {}, warn() {}, error() {} };

test.skipIf(missing !== undefined)('batches that wait are counted, and only facts of this store are forgotten', async () => {
  const address = { redis: { url }, name: 'lines', prefix: `bull-${randomUUID()}` };
  const redis = new Redis(url);
  const lines = await QueuedLines.open(address);
  const sender = await BullSender.open(address, quiet);
  try {
    expect(await lines.batches()).toBe(0);
    await sender.send(batch(0));
    await expect.poll(() => lines.batches()).toBe(1);
    const [own, other] = [`${address.prefix}:facts:mail*`, `${address.prefix}:facts:mail2`];
    for (const key of [`${own}:run:q mailer 1`, `${own}:run:state`, `${other}:run:q mailer 1`]) await redis.hset(key, 'a', 'b');
    await lines.forgetFacts(own);
    expect(await redis.keys(`${address.prefix}:facts:*`)).toEqual([`${other}:run:q mailer 1`]);
    expect(await lines.batches()).toBe(1);
  } finally {
    await sender.close();
    await lines.close();
    const left = await redis.keys(`${address.prefix}:*`);
    if (left.length > 0) await redis.del(...left);
    redis.disconnect();
  }
});

test('a Redis that is away is said', async () => {
  await expect(QueuedLines.open({ redis: { url: 'redis://127.0.0.1:1' }, name: 'lines', prefix: 'x' })).rejects.toThrow('127.0.0.1:1');
});
