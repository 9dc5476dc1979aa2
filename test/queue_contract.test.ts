/** What both queues promise (queue/port.ts): that of one process, and BullMQ on a real Redis. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BullReceiver } from '../queue/bullmq/receiver.js';
import { BullSender } from '../queue/bullmq/sender.js';
import { MemoryQueue } from '../queue/memory.js';
import type { BatchReceiver, BatchSender, LineBatch, Outcome, Taken } from '../queue/port.js';
import { batch } from './real_batch.js';
import { service } from './services/index.js';

const redis = await service('redis');
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

interface Ends {
  readonly sender: BatchSender;
  readonly receiver: BatchReceiver;
  closeSender(): Promise<void>;
  end(): Promise<void>;
}

const queues: readonly { name: string; missing: string | undefined; open(depth: number): Promise<Ends> }[] = [
  {
    name: 'MemoryQueue',
    missing: undefined,
    async open(depth) {
      const queue = new MemoryQueue(depth, 20);
      const closeSender = async () => queue.close();
      return { sender: queue, receiver: queue, closeSender, end: async () => queue.abort() };
    },
  },
  {
    name: 'BullMQ',
    missing: redis.missing,
    async open(depth) {
      const address = { redis: { url: redis.url ?? '' }, name: 'lines', prefix: `contract-${randomUUID()}` };
      const sender = await BullSender.open(address, quiet, { maxDepth: depth, lookEvery: 20 });
      const receiver = await BullReceiver.open(address, quiet, { backoff: { first: 20, most: 20 } });
      const end = async () => {
        await receiver.close();
        await sender.close();
      };
      return { sender, receiver, closeSender: () => sender.close(), end };
    },
  },
];

const outcome = (read: number): Outcome => ({ read, stored: read - 3, alreadyThere: 2, quarantined: 1 });

/** Takes so many, and ends none. */
async function take(receiver: BatchReceiver, count: number): Promise<Taken[]> {
  const all: Taken[] = [];
  for await (const taken of receiver.receive()) {
    all.push(taken);
    if (all.length === count) break;
  }
  return all;
}

describe.each(queues)('$name', ({ missing, open }) => {
  const story = (name: string, depth: number, tell: (ends: Ends) => Promise<void>) =>
    test.skipIf(missing !== undefined)(name, async () => {
      const ends = await open(depth);
      try {
        await tell(ends);
      } finally {
        await ends.end();
      }
    });

  story('a batch comes out as it went in', 100, async ({ sender, receiver }) => {
    const source = { key: 'a:b', path: '/var/log/mail\u001b[31m.log' };
    const whole: LineBatch = {
      ...batch(3),
      source,
      bytes: Buffer.concat([Buffer.from([0, 255, 128, 27, 10]), batch(3).bytes]),
      before: batch(2).bytes,
      year: 2026,
      cut: true,
      complete: true,
      damaged: true,
      notes: ['the file ends in the middle of a line', '<b>"\\'],
      account: {
        source,
        path: source.path,
        read: 30,
        stored: 20,
        alreadyThere: 9,
        quarantined: 1,
        bytes: 4_000,
        offset: 3_000,
        complete: false,
        tail: 'cafe',
        notes: [],
      },
    };
    const empty = { ...batch(0), bytes: Buffer.alloc(0), next: 0 };
    for (const one of [whole, batch(0), empty]) await sender.send(one);
    const [first, second, third] = await take(receiver, 3);
    expect(first?.batch).toEqual(whole);
    expect(second?.batch).toEqual(batch(0));
    expect(third?.batch).toEqual(empty);
    expect([first?.abandoned, first?.begun]).toEqual([0, undefined]);
  });

  story('the batches of a source come in their order, and each sender hears what became of its own', 100, async ({ sender, receiver }) => {
    const sent = [];
    for (let n = 0; n < 20; n++) sent.push(await sender.send(batch(n)));
    const taken = await take(receiver, 20);
    expect(taken.map(({ batch }) => batch.offset)).toEqual(sent.map((_, n) => batch(n).offset));
    await Promise.all(taken.map((one, n) => one.done(outcome(10 + n))));
    expect(await Promise.all(sent.map(({ stored }) => stored))).toEqual(sent.map((_, n) => outcome(10 + n)));
  });

  story('who sends waits while the queue is deep, and goes on when a worker has taken some', 4, async ({ sender, receiver }) => {
    let through = 0;
    const sending = (async () => {
      for (let n = 0; n < 12; n++) {
        await sender.send(batch(n));
        through++;
      }
    })();
    const lane = receiver.receive()[Symbol.asyncIterator]();
    const taken: Taken[] = [];
    const furthest: number[] = [];
    for (let n = 0; n < 12; n++) {
      const next = await lane.next();
      taken.push(next.value);
      furthest.push(through - taken.length);
    }
    await sending;
    // Four wait, and a few more may be on their way by the time that it is noticed.
    expect(Math.max(...furthest)).toBeLessThanOrEqual(8);
    expect(through).toBe(12);
    expect(new Set(taken.map(({ batch }) => batch.offset)).size).toBe(12);
  });

  story('of several lanes each gets batches of its own', 100, async ({ sender, receiver }) => {
    const lanes = Array.from({ length: 4 }, async () => {
      const offsets: number[] = [];
      for await (const taken of receiver.receive()) {
        offsets.push(taken.batch.offset);
        await taken.done(outcome(10));
      }
      return offsets;
    });
    const sent = [];
    for (let n = 0; n < 40; n++) sent.push(await sender.send(batch(n)));
    await Promise.all(sent.map(({ stored }) => stored));
    receiver.abort();
    const offsets = (await Promise.all(lanes)).flat();
    expect(offsets.sort((a, b) => a - b)).toEqual(sent.map((_, n) => batch(n).offset));
  });

  story('a batch that cannot be stored now comes again, and counts as stored only then', 100, async ({ sender, receiver }) => {
    const { stored } = await sender.send(batch(1));
    let heard: Outcome | undefined;
    void stored.then((outcome) => {
      heard = outcome;
    });
    for (let times = 0; times < 3; times++) {
      const [taken] = await take(receiver, 1);
      expect(taken?.batch).toEqual(batch(1));
      expect(taken?.abandoned).toBe(0);
      expect(heard).toBeUndefined();
      await taken?.begin({ line: 4, times: 1, aside: [] });
      await taken?.failed(new Error('no room in the index: disk usage exceeded flood-stage watermark'));
    }
    const [taken] = await take(receiver, 1);
    // Nobody died of a line.
    expect([taken?.abandoned, taken?.begun]).toEqual([0, undefined]);
    await taken?.done(outcome(10));
    expect(await stored).toEqual(outcome(10));
  });

  story('abort ends lanes that wait, and no lane gets anything any more', 100, async ({ sender, receiver }) => {
    const got: number[] = [];
    const lanes = Array.from({ length: 3 }, async () => {
      for await (const taken of receiver.receive()) got.push(taken.batch.offset);
    });
    receiver.abort();
    await Promise.all(lanes);
    await sender.send(batch(0));
    for await (const taken of receiver.receive()) got.push(taken.batch.offset);
    expect(got).toEqual([]);
  });

  story(
    'what is sent when the sender is closed is not taken, and whoever waits to send waits no longer',
    2,
    async ({ sender, closeSender }) => {
      const sending = (async () => {
        for (let n = 0; n < 30; n++) await sender.send(batch(n));
      })();
      await closeSender();
      await sending;
      const { stored } = await sender.send(batch(30));
      const ended = await Promise.race([stored.then(() => 'stored'), new Promise((resolve) => setImmediate(resolve, 'nothing'))]);
      expect(ended).toBe('nothing');
    },
  );
});
