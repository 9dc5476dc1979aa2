/** The queue on Redis, and what happens to it: workers are killed, Redis is killed, flushed, away, full, locked. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnrecoverableError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { QueueAddress, RedisConnection } from '../queue/bullmq/connection.js';
import { BullReceiver, type ReceiverOptions } from '../queue/bullmq/receiver.js';
import { BullSender, type SenderOptions } from '../queue/bullmq/sender.js';
import type { BatchReceiver, Outcome, Taken } from '../queue/port.js';
import { Built } from './built.js';
import { batch } from './real_batch.js';
import { service } from './services/index.js';
import { type RunningRedis, startRedis } from './services/redis.js';

const shared = await service('redis');
const hasOwn = spawnSync('redis-server', ['--version']).error === undefined;
const hasOpenssl = spawnSync('openssl', ['version']).error === undefined;

const outcome: Outcome = { read: 10, stored: 10, alreadyThere: 0, quarantined: 0 };
/** As in production, in a fiftieth of the time. */
const hasty: ReceiverOptions = { lockDuration: 600, stalledInterval: 200, backoff: { first: 20, most: 20 } };
const curious: SenderOptions = { askAfter: 300, askEvery: 100, lookEvery: 20 };

/** Whatever a test opens, is closed behind it. */
const opened: { close(): Promise<unknown> }[] = [];
const keeping = <T extends { close(): Promise<unknown> }>(one: T): T => {
  opened.push(one);
  return one;
};
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function newLog() {
  const said: string[] = [];
  const say = (level: string) => (_about: object, message: string) => void said.push(`${level}: ${message}`);
  return { said, log: { info: say('info'), warn: say('warn'), error: say('error') } };
}
const { log: quiet } = newLog();

const addressOf = (redis: RedisConnection): QueueAddress => ({ redis, name: 'lines', prefix: `bull-${randomUUID()}` });
const openSender = async (address: QueueAddress, options: SenderOptions = {}, log = quiet) =>
  keeping(await BullSender.open(address, log, { ...curious, ...options }));
const openReceiver = async (address: QueueAddress, options: ReceiverOptions = {}, log = quiet) =>
  keeping(await BullReceiver.open(address, log, { ...hasty, ...options }));

async function own(options: Parameters<typeof startRedis>[0] = {}): Promise<RunningRedis> {
  const redis = await startRedis(options);
  keeping({ close: () => redis.stop() });
  return redis;
}

const client = (url: string, options = {}) => {
  const redis = new Redis(url, { retryStrategy: () => 100, ...options });
  redis.on('error', () => {});
  keeping({ close: async () => redis.disconnect() });
  return redis;
};

async function take(receiver: BatchReceiver): Promise<Taken> {
  for await (const taken of receiver.receive()) return taken;
  throw new Error('the receiver has ended');
}

/** A lane that stores whatever comes. */
async function work(receiver: BatchReceiver): Promise<void> {
  for await (const taken of receiver.receive()) await taken.done(outcome);
}

/** vitest's own is a second. */
const patient = { timeout: 60_000, interval: 20 };
const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), patient);

describe.skipIf(shared.missing !== undefined)('workers that are processes', () => {
  const redis = { url: shared.url ?? '' };
  let built: Built;
  beforeAll(() => {
    built = new Built();
  });
  afterAll(() => built?.remove());

  test('a worker is killed with a batch, and the next, and the next: the fourth one stores it, and knows of them', async () => {
    const address = addressOf(redis);
    const sender = await openSender(address);
    const { stored } = await sender.send(batch(0));
    const script = `
      import { BullReceiver } from './queue/bullmq/receiver.js';
      const [address, options] = process.argv.slice(1).map((text) => JSON.parse(text));
      const log = { info() {}, warn() {}, error() {} };
      const receiver = await BullReceiver.open(address, log, options);
      for await (const { abandoned, begun, begin } of receiver.receive()) {
        await begin({ line: 7, times: (begun?.times ?? 0) + 1, aside: [2] });
        console.error('has it, as number ' + abandoned);
        setInterval(() => {}, 1_000);
        await new Promise(() => {});
      }`;
    for (let number = 0; number < 3; number++) {
      const worker = built.script(script, [JSON.stringify(address), JSON.stringify(hasty)]);
      await worker.says(`has it, as number ${number}`);
      worker.process.kill('SIGKILL');
      expect(await worker.ended).toMatchObject({ code: 'SIGKILL', stderr: `has it, as number ${number}\n` });
    }
    const receiver = await openReceiver(address);
    const taken = await take(receiver);
    expect(taken.batch).toEqual(batch(0));
    expect(taken.abandoned).toBe(3);
    expect(taken.begun).toEqual({ line: 7, times: 3, aside: [2] });
    await taken.done(outcome);
    expect(await stored).toEqual(outcome);
    expect(await sender.depth()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    expect(sender.counters).toMatchObject({ sent: 1, stored: 1, resent: 0, refused: 0, inFlight: 0, inFlightBytes: 0 });
  });
});

describe.skipIf(shared.missing !== undefined)('workers', () => {
  const redis = { url: shared.url ?? '' };
  test('a worker that takes its time keeps the batch: the lock is renewed', async () => {
    const address = addressOf(redis);
    const sender = await openSender(address);
    const { stored } = await sender.send(batch(0));
    const slow = await openReceiver(address);
    const taken = await take(slow);
    const other = await openReceiver(address);
    let abandoned = 0;
    const lane = (async () => {
      for await (const taken of other.receive()) {
        abandoned += taken.abandoned;
        await taken.done(outcome);
      }
    })();
    // Ten renewals, and as many looks for workers that are gone.
    const asked = client(redis.url);
    const until = Date.now() + 2_000;
    while (Date.now() < until) {
      expect(
        await asked.pttl(`${address.prefix}:lines:${(await asked.lrange(`${address.prefix}:lines:active`, 0, -1))[0]}:lock`),
      ).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await taken.done({ ...outcome, stored: 9, alreadyThere: 1 });
    expect(await stored).toEqual({ ...outcome, stored: 9, alreadyThere: 1 });
    other.abort();
    await lane;
    expect([abandoned, slow.counters.locksLost]).toEqual([0, 0]);
  });

  test('a worker that ends gives back what it has in hand: the next one gets it at once, and nobody counts as lost', async () => {
    const address = addressOf(redis);
    const sender = await openSender(address);
    const { stored } = await sender.send(batch(0));
    const ending = await openReceiver(address, { lockDuration: 60_000, stalledInterval: 60_000 });
    const first = await take(ending);
    await first.begin({ line: 3, times: 1, aside: [] });
    await ending.close();
    const next = await openReceiver(address);
    const taken = await take(next);
    expect([taken.abandoned, taken.begun]).toEqual([0, undefined]);
    await taken.done(outcome);
    expect(await stored).toEqual(outcome);
  });

  test('a worker whose lock was lost while it stored the batch leaves the outcome behind, and nobody does it again', async () => {
    const address = addressOf(redis);
    const sender = await openSender(address);
    const { stored } = await sender.send(batch(0));
    const { said, log } = newLog();
    const receiver = await openReceiver(address, {}, log);
    const taken = await take(receiver);
    const asked = client(redis.url);
    const [id] = await asked.lrange(`${address.prefix}:lines:active`, 0, -1);
    await asked.del(`${address.prefix}:lines:${id}:lock`);
    await until(() => receiver.counters.abandoned === 1);
    await until(() => said.some((sentence) => sentence.startsWith('warn: this worker was not heard of in time')));
    await taken.done({ ...outcome, stored: 4, alreadyThere: 6 });
    expect(receiver.counters.locksLost).toBe(1);
    // It is back in the queue by now: whoever asks for a batch next finds what came of it.
    const lane = work(receiver);
    expect(await stored).toEqual({ ...outcome, stored: 4, alreadyThere: 6 });
    receiver.abort();
    await lane;
    expect(receiver.counters.taken).toBe(1);
  });

  test('what a worker has done keeps no lines in Redis', async () => {
    const address = addressOf(redis);
    const sender = await openSender(address);
    const receiver = await openReceiver(address);
    const { stored } = await sender.send(batch(0, 300));
    await vi.waitFor(async () => expect((await sender.depth()).waiting).toBe(1), patient);
    const asked = client(redis.url);
    const [id] = await asked.lrange(`${address.prefix}:lines:wait`, 0, -1);
    const key = `${address.prefix}:lines:${id}`;
    const raw = batch(0, 300).bytes.length;
    const size = Number(await asked.hstrlen(key, 'data'));
    expect(size).toBeGreaterThan(raw * 0.05);
    expect(size).toBeLessThan(raw * 0.4);
    const lane = work(receiver);
    await stored;
    expect(await asked.hget(key, 'data')).toBe(JSON.stringify({ version: 1, outcome }));
    receiver.abort();
    await lane;
  });

  test('a store that is away for long: a batch fails again and again, with the reason, and is stored in the end', async () => {
    const address = addressOf(redis);
    const sender = await openSender(address);
    const receiver = await openReceiver(address, { lockDuration: 60_000 });
    const { stored } = await sender.send(batch(0));
    const asked = client(redis.url);
    for (let times = 0; times < 3; times++) {
      const taken = await take(receiver);
      expect(taken.abandoned).toBe(0);
      await taken.failed(new Error('connect ECONNREFUSED 10.0.0.7:9200'));
    }
    const [id] = await asked.zrange(`${address.prefix}:lines:delayed`, 0, '-1');
    expect(await asked.hmget(`${address.prefix}:lines:${id}`, 'failedReason', 'stacktrace')).toEqual([
      'connect ECONNREFUSED 10.0.0.7:9200',
      '[]',
    ]);
    const lane = work(receiver);
    expect(await stored).toEqual(outcome);
    receiver.abort();
    await lane;
    expect(receiver.counters).toMatchObject({ taken: 4, failed: 3, done: 1, refused: 0, abandoned: 0 });
  });

  test('a batch that this worker cannot read goes to the failed ones, the next is done, and the sender sends the first again', async () => {
    const address = addressOf(redis);
    const told = newLog();
    const sender = await openSender(address, { refusedPause: 100 }, told.log);
    const sent = [await sender.send(batch(0)), await sender.send(batch(1))];
    const asked = client(redis.url);
    const key = async (list: string) => `${address.prefix}:lines:${(await asked.lrange(`${address.prefix}:lines:${list}`, -1, -1))[0]}`;
    await until(() => sender.counters.inFlightBytes > 0);
    await vi.waitFor(async () => expect((await sender.depth()).waiting).toBe(2), patient);
    await asked.hset(await key('wait'), 'data', JSON.stringify({ version: 2, lines: 'of the future' }));
    const { said, log } = newLog();
    const receiver = await openReceiver(address, {}, log);
    const lane = work(receiver);
    expect(await Promise.all(sent.map(({ stored }) => stored))).toEqual([outcome, outcome]);
    receiver.abort();
    await lane;
    const reason = 'the batch is of version 2, and this worker reads 1: the shipper is newer, update the worker';
    expect(said).toEqual([`warn: a batch cannot be read, and goes to the queue's failed ones: ${reason}`]);
    expect(told.said).toEqual([`warn: workers cannot read the batch of /var/log/maillog at byte 0: ${reason}. It is sent again`]);
    expect(sender.counters).toMatchObject({ sent: 2, stored: 2, refused: 1, inFlight: 0 });
    // The unreadable copy went when the new one came.
    expect(await sender.depth()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  test('a batch that no worker can read is kept, said to be one after the third time, and stored when workers are new enough', async () => {
    const address = addressOf(redis);
    const { said, log } = newLog();
    const sender = await openSender(address, { refusedPause: 10 }, log);
    const connection = client(redis.url, { maxRetriesPerRequest: null });
    const refuse = async () => {
      throw new UnrecoverableError('the batch is of version 1, and this worker reads 0');
    };
    const old = new Worker(address.name, refuse, { connection, prefix: address.prefix });
    const { stored } = await sender.send(batch(0));
    await until(() => sender.counters.refused >= 5);
    await old.close();
    expect(said).toEqual([
      'warn: workers cannot read the batch of /var/log/maillog at byte 0: the batch is of version 1, and this worker reads 0. It is sent again',
      expect.stringMatching(
        /^error: .* reads 0\. That was the third time\. It goes on being sent, .* Update the workers, or look at job \S+ in/,
      ),
    ]);
    expect((await sender.depth()).failed).toBeLessThanOrEqual(1);
    const receiver = await openReceiver(address);
    const lane = work(receiver);
    expect(await stored).toEqual(outcome);
    receiver.abort();
    await lane;
    expect(said.at(-1)).toBe('info: the batch of /var/log/maillog at byte 0 is stored at last');
  });

  test.each([
    [
      'other lines than were packed',
      (data: { lines: string }) => ({ ...data, lines: Buffer.from('Nov 24').toString('base64') }),
      'cannot be unpacked',
    ],
    ['no batch at all', () => ({ mail: 'newsletter' }), 'this is no batch of postscope: is another program using the queue?'],
    ['a header that lacks the zone', (data: { batch: object }) => ({ ...data, batch: { ...data.batch, zone: undefined } }), 'zone'],
    [
      'a claim to be huge',
      (data: { batch: object }) => ({ ...data, batch: { ...data.batch, bytes: 1e12 } }),
      'claims to be of 1000000000000 bytes',
    ],
    ['more lines than it says', (data: { batch: object }) => ({ ...data, batch: { ...data.batch, bytes: 5 } }), 'cannot be unpacked'],
  ])('%s: a job is refused with its reason', async (_, change, expected) => {
    const address = addressOf(redis);
    const sender = await openSender(address);
    await sender.send(batch(0));
    await vi.waitFor(async () => expect((await sender.depth()).waiting).toBe(1), patient);
    const asked = client(redis.url);
    const key = `${address.prefix}:lines:${(await asked.lrange(`${address.prefix}:lines:wait`, 0, -1))[0]}`;
    await asked.hset(key, 'data', JSON.stringify(change(JSON.parse((await asked.hget(key, 'data')) ?? ''))));
    await sender.close();
    const { said, log } = newLog();
    const receiver = await openReceiver(address, {}, log);
    const lane = work(receiver);
    await until(() => receiver.counters.refused === 1);
    await vi.waitFor(async () => expect((await receiver.depth()).failed).toBe(1), patient);
    expect(said.join()).toContain(expected);
    receiver.abort();
    await lane;
  });

  test('a queue that is too deep stops who sends, who says so once', async () => {
    const address = addressOf(redis);
    const { said, log } = newLog();
    const sender = await openSender(address, { maxDepth: 5 }, log);
    let through = 0;
    const sending = (async () => {
      for (let n = 0; n < 60; n++) {
        await sender.send(batch(n));
        through++;
      }
    })();
    await until(() => said.length > 0);
    const stuck = through;
    expect(stuck).toBeLessThan(20);
    expect(said[0]).toMatch(/^info: \d+ batches wait in the queue: reading waits until workers have taken some$/);
    const receiver = await openReceiver(address);
    const lane = work(receiver);
    await sending;
    await until(() => sender.counters.inFlight === 0);
    await until(() => said.at(-1) === 'info: the queue has room again');
    receiver.abort();
    await lane;
    expect(sender.counters).toMatchObject({ sent: 60, stored: 60 });
  });

  test('a sender keeps no more batches than it may, though the queue has room', async () => {
    const address = addressOf(redis);
    const sender = await openSender(address, { maxInFlight: 12 });
    const sending = (async () => {
      for (let n = 0; n < 40; n++) await sender.send(batch(n));
    })();
    await until(() => sender.counters.inFlight === 12);
    await vi.waitFor(async () => expect((await sender.depth()).waiting).toBe(12), patient);
    expect(sender.counters.sent).toBe(12);
    const receiver = await openReceiver(address);
    const lane = work(receiver);
    await sending;
    await until(() => sender.counters.stored === 40);
    receiver.abort();
    await lane;
  });
});

describe.skipIf(!hasOwn)('Redis', () => {
  test('killed and started again, with batches waiting, in hand and on their way: all are stored in the end', async () => {
    const redis = await own();
    const address = addressOf({ url: redis.url });
    const { said, log } = newLog();
    const sender = await openSender(address, {}, log);
    const receiver = await openReceiver(address);
    const stored: Promise<Outcome>[] = [];
    let through = 0;
    const sending = (async () => {
      for (let n = 0; n < 60; n++) {
        stored.push((await sender.send(batch(n))).stored);
        through++;
      }
    })();
    await until(() => through > 20);
    const held = await take(receiver);
    await redis.kill();
    await until(() => said.length > 0);
    expect(said).toEqual([expect.stringMatching(/^warn: (?:nothing listens at|the connection to Redis at) redis:\/\/127\.0\.0\.1:\d+/)]);
    const ending = held.done(outcome);
    await redis.restart();
    await ending;
    const lanes = [work(receiver), work(receiver)];
    await sending;
    expect(await Promise.all(stored)).toHaveLength(60);
    receiver.abort();
    await Promise.all(lanes);
    expect(said.filter((sentence) => /is back, after \d+ s/.test(sentence))).toHaveLength(1);
    expect(sender.counters).toMatchObject({ sent: 60, stored: 60, inFlight: 0, inFlightBytes: 0 });
  });

  test('flushed with batches waiting and in hand: all are sent again, and stored', async () => {
    const redis = await own();
    const address = addressOf({ url: redis.url });
    const { said, log } = newLog();
    const sender = await openSender(address, {}, log);
    const receiver = await openReceiver(address);
    const stored: Promise<Outcome>[] = [];
    for (let n = 0; n < 50; n++) stored.push((await sender.send(batch(n))).stored);
    const held = [await take(receiver), await take(receiver)];
    await client(redis.url).flushall();
    // Whoever has them in hand ends them in peace; there is nobody to hear of it.
    for (const taken of held) await taken.done(outcome);
    const lanes = [work(receiver), work(receiver)];
    expect(await Promise.all(stored)).toHaveLength(50);
    receiver.abort();
    await Promise.all(lanes);
    expect(sender.counters).toMatchObject({ sent: 50, stored: 50, resent: 50, inFlight: 0 });
    expect(receiver.counters.locksLost).toBe(2);
    expect(said.join('\n')).toMatch(/Redis has lost \d+ batch(?:es)? that were not stored/);
  });

  test('hanging, then killed, then away for longer than locks last: workers and senders go on by themselves', async () => {
    const redis = await own();
    const address = addressOf({ url: redis.url });
    const sender = await openSender(address);
    const receivers = [await openReceiver(address), await openReceiver(address)];
    const lanes = receivers.flatMap((receiver) => [work(receiver), work(receiver)]);
    await (await sender.send(batch(0))).stored;
    // Workers wait for the next batch.
    redis.suspend();
    const sent = sender.send(batch(1));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await redis.restart();
    await (await sent).stored;
    for (let n = 2; n < 6; n++) await (await sender.send(batch(n))).stored;
    for (const receiver of receivers) receiver.abort();
    await Promise.all(lanes);
    expect(sender.counters).toMatchObject({ sent: 6, stored: 6, inFlight: 0 });
    // Nobody took batches while nobody was asking.
    expect((await sender.depth()).active).toBe(0);
  });

  test('away when all begins, it is waited for', async () => {
    const redis = await own();
    const address = addressOf({ url: redis.url });
    await redis.kill();
    const { said, log } = newLog();
    const sender = await openSender(address, {}, log);
    const receiver = await openReceiver(address);
    const sending = sender.send(batch(0));
    const lane = work(receiver);
    await until(() => said.length > 0);
    expect(said[0]).toMatch(
      /^warn: nothing listens at redis:\/\/127\.0\.0\.1:\d+: start Redis, or correct redis\.url\. Nothing is lost: reading stops until the queue takes batches, and goes on by itself$/,
    );
    await redis.restart();
    await (await sending).stored;
    receiver.abort();
    await lane;
  });

  test('away for good, senders and receivers end all the same', async () => {
    const redis = await own();
    const address = addressOf({ url: redis.url });
    await redis.kill();
    const sender = await openSender(address);
    const receiver = await openReceiver(address);
    const sending = sender.send(batch(0));
    const lane = work(receiver);
    await sender.close();
    await sending;
    receiver.abort();
    await lane;
    await receiver.close();
  });

  test('where events do not come through, jobs are asked for', async () => {
    const redis = await own();
    const admin = client(redis.url);
    const address = addressOf({ url: redis.url, username: 'deaf', password: 'x' });
    await admin.call('ACL', 'SETUSER', 'deaf', 'on', '>x', '~*', '&*', '+@all', '-xread');
    const sender = await openSender(address);
    const receiver = await openReceiver({ ...address, redis: { url: redis.url } });
    const lane = work(receiver);
    expect(await (await sender.send(batch(0))).stored).toEqual(outcome);
    receiver.abort();
    await lane;
    expect(sender.counters).toMatchObject({ sent: 1, stored: 1, resent: 0 });
  });

  test('full, it takes nothing, which is said with what to do; with more memory all goes on', async () => {
    const redis = await own();
    const admin = client(redis.url);
    const address = addressOf({ url: redis.url });
    const { said, log } = newLog();
    const sender = await openSender(address, {}, log);
    await sender.send(batch(0));
    await vi.waitFor(async () => expect((await sender.depth()).waiting).toBe(1), patient);
    await admin.config('SET', 'maxmemory', '1000');
    const sending = (async () => {
      for (let n = 1; n < 15; n++) await sender.send(batch(n));
    })();
    await until(() => said.length > 0);
    expect(said).toEqual([
      expect.stringMatching(/^warn: Redis at \S+ has used up its maxmemory: raise it, or have fewer batches wait \(queue\.depth\)\./),
    ]);
    await admin.config('SET', 'maxmemory', '0');
    await sending;
    const receiver = await openReceiver(address);
    const lane = work(receiver);
    await until(() => sender.counters.stored === 15);
    receiver.abort();
    await lane;
  });

  test('what makes it lose batches is said at the start', async () => {
    const redis = await own({ config: { 'maxmemory-policy': 'allkeys-lru', appendonly: 'no' } });
    const { said, log } = newLog();
    await openSender(addressOf({ url: redis.url }), {}, log);
    expect(said).toEqual([
      expect.stringMatching(
        /^warn: Redis at \S+ may throw batches away when its memory is full \(maxmemory-policy allkeys-lru\): set it to noeviction/,
      ),
      expect.stringMatching(/^warn: Redis at \S+ keeps nothing when it is killed \(appendonly no\): set appendonly yes/),
    ]);
  });

  test('a password that is wrong, or missing, or a user who may too little: nothing begins, and the sentence has no secret in it', async () => {
    const redis = await own({ password: 'tiger' });
    const open = (more: object) => openSender(addressOf({ url: redis.url, ...more }));
    await expect(open({ password: 'lion' })).rejects.toMatchObject({
      code: 'denied',
      message: `Redis at ${redis.url} refuses this user and password: check redis.username and redis.password (REDIS_PASSWORD)`,
    });
    await expect(open({})).rejects.toMatchObject({
      code: 'denied',
      message: `Redis at ${redis.url} wants a password: give it as redis.password (REDIS_PASSWORD)`,
    });
    const admin = client(redis.url, { password: 'tiger' });
    await admin.call('ACL', 'SETUSER', 'blind', 'on', '>x', '~*', '-@all');
    await expect(open({ username: 'blind', password: 'x' })).rejects.toMatchObject({ code: 'denied' });
    await expect(openReceiver(addressOf({ url: redis.url, password: 'lion' }))).rejects.toMatchObject({ code: 'denied' });
  });

  test('a user with no more rights than the queue needs will do', async () => {
    const redis = await own({ password: 'tiger' });
    const admin = client(redis.url, { password: 'tiger' });
    const address = addressOf({ url: redis.url, username: 'postscope', password: 'x' });
    await admin.call('ACL', 'SETUSER', 'postscope', 'on', '>x', `~${address.prefix}:*`, '+@all', '-@admin', '-@dangerous');
    const { said, log } = newLog();
    const sender = await openSender(address, {}, log);
    const receiver = await openReceiver(address, {}, log);
    const lane = work(receiver);
    await (await sender.send(batch(0))).stored;
    receiver.abort();
    await lane;
    expect(said).toEqual([]);
  });

  describe.skipIf(!hasOpenssl)('over TLS', () => {
    const folder = mkdtempSync(join(tmpdir(), 'postscope-certificates-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    let redis: RunningRedis;
    beforeAll(async () => {
      const words =
        '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=redis -addext subjectAltName=IP:127.0.0.1';
      execFileSync('openssl', ['req', ...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'pipe' });
      redis = await startRedis({ tls: { cert, key, ca: cert } });
    });
    afterAll(async () => {
      await redis.stop();
      rmSync(folder, { recursive: true });
    });

    test('with the certificate authority a batch goes through', async () => {
      const address = addressOf({ url: redis.url, ca: readFileSync(cert, 'utf8') });
      const sender = await openSender(address);
      const lane = openReceiver(address).then(async (receiver) => ({ receiver, lane: work(receiver) }));
      expect(await (await sender.send(batch(0))).stored).toEqual(outcome);
      const { receiver, lane: ended } = await lane;
      receiver.abort();
      await ended;
    });

    test('without it nothing begins', async () => {
      await expect(openSender(addressOf({ url: redis.url }))).rejects.toMatchObject({
        code: 'untrusted',
        message: `the certificate of Redis at ${redis.url} is of an authority that is not known here: name its file as redis.ca_file`,
      });
    });

    test('a certificate for another name is said to be one', async () => {
      const elsewhere = redis.url.replace('127.0.0.1', 'localhost');
      await expect(openSender(addressOf({ url: elsewhere, ca: readFileSync(cert, 'utf8') }))).rejects.toMatchObject({
        message: `the certificate of Redis at ${elsewhere} is for another name: use the one it is for in redis.url`,
      });
    });

    test('no TLS to a server that speaks nothing else: it may be away, and what it may be besides is said', async () => {
      const url = redis.url.replace('rediss:', 'redis:');
      const { said, log } = newLog();
      await openSender(addressOf({ url }), {}, log);
      expect(said).toContain(
        `warn: what listens at ${url} ends connections at once: if it is a Redis that speaks TLS only, its URL begins with rediss://`,
      );
    });

    test('TLS to a server that speaks something else', async () => {
      const other = createServer((socket) => socket.on('error', () => {}).end('-ERR unknown command\r\n'));
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      keeping({ close: async () => other.close() });
      const url = `rediss://127.0.0.1:${(other.address() as AddressInfo).port}`;
      await expect(openSender(addressOf({ url }))).rejects.toMatchObject({
        code: 'untrusted',
        message: `what listens at ${url} does not speak TLS as it should: is it redis:// rather than rediss://?`,
      });
    });
  });
});
