/**
 * What a queue knows of lines: batches that wait hold them as they were logged, and are not changed, as whoever sent them would send
 * them again; and beside the queue lie facts of messages in flight, which are a copy, and may be forgotten at any time.
 */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { optionsOf, placeOf, type QueueAddress } from './connection.js';
import { queueError } from './errors.js';

export class QueuedLines {
  private readonly queue: Queue;

  private constructor(
    private readonly redis: Redis,
    { name, prefix }: QueueAddress,
  ) {
    this.queue = new Queue(name, { prefix, skipVersionCheck: true, connection: redis });
  }

  /** @throws QueueError where Redis is away, or lets nobody in */
  static async open(address: QueueAddress): Promise<QueuedLines> {
    const redis = new Redis({ ...optionsOf(address.redis), lazyConnect: true, retryStrategy: () => null, commandTimeout: 15_000 });
    let last: Error | undefined;
    redis.on('error', (error) => {
      last = error;
    });
    try {
      await redis.connect();
      await redis.ping();
      return new QueuedLines(redis, address);
    } catch (error) {
      redis.disconnect();
      throw queueError(last ?? error, placeOf(address.redis));
    }
  }

  /** Batches that hold lines, in whatever state; of what is stored, there are none. @throws Error of Redis */
  async batches(): Promise<number> {
    const counts = await this.queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** @param prefix of their keys, as workers have it (workers/state/redis.ts) @throws Error of Redis */
  async forgetFacts(prefix: string): Promise<void> {
    const match = `${prefix.replace(/[*?[\]\\]/g, '\\$&')}:*`;
    for (let cursor = '0'; ; ) {
      const [next, keys] = await this.redis.scan(cursor, 'MATCH', match, 'COUNT', 1_000);
      if (keys.length > 0) await this.redis.unlink(...keys);
      if (next === '0') return;
      cursor = next;
    }
  }

  async close(): Promise<void> {
    await this.queue.close();
    this.redis.disconnect();
  }
}
