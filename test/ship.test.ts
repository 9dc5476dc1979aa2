/** Shipping as a whole: what is shipped is what an import would store, whatever the queue does meanwhile. */
import { readFileSync, renameSync, utimesSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { ship } from '../ingest/ship.js';
import { MemoryQueue } from '../queue/memory.js';
import { openReader, openWriter } from '../store/open.js';
import { work } from '../workers/run.js';
import { expectContiguous, quick, Rig, until } from './follow_rig.js';
import { documentsOf, expectBalanced, line, lines, Workshop } from './workshop.js';

let rig: Rig;
let shop: Workshop;
beforeEach(() => {
  rig = new Rig();
  shop = new Workshop();
});
afterEach(async () => {
  await rig.remove();
  shop.remove();
});

const linesOf = (...texts: string[]) => texts.join('').trimEnd().split('\n');
const generated = (lineCount: number, seed = 3): string => {
  const made: string[] = [];
  for (const { kind, ...rest } of generate({ seed, hosts: 2, days: 2, lines: lineCount }))
    if (kind === 'line') made.push((rest as { line: string }).line);
  return `${made.join('\n')}\n`;
};
const day = (name: string, text: string) => {
  rig.write(name, text);
  const then = Date.parse('2026-11-24T11:00:00Z') / 1000;
  utimesSync(rig.path(name), then, then);
};

/** The identities of all documents of an import of these files. */
async function imported(...names: string[]): Promise<string[]> {
  await shop.import(names.map((name) => rig.path(name)));
  return (await shop.documents()).map(({ event }) => event.id ?? '').sort();
}

describe('the same line is the same document', () => {
  test.each([
    ['a generated log', generated(6000)],
    ['incident', readFileSync(new URL('logs/incident/maillog', import.meta.url), 'utf8')],
    ['iso', readFileSync(new URL('logs/iso/maillog', import.meta.url), 'utf8')],
  ])('%s: every batch read by a worker of its own, in any order, and imported from its .gz', async (_, text) => {
    day('mail.log', text);
    rig.cluster.atOnce = false;
    const running = rig.start(['mail.log']);
    await until(() => rig.cluster.waiting.reduce((sum, { batch }) => sum + batch.bytes.length, 0) >= text.length, 'all is sent');
    let random = 5;
    rig.cluster.atOnce = true;
    rig.cluster.work((waiting) => {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      return random % waiting;
    });
    await running.stop();
    expectContiguous(rig.cluster.batches);
    day('mail.log.gz', text);
    rig.write('mail.log.gz', gzipSync(text));
    expect(rig.cluster.ids).toEqual(await imported('mail.log.gz'));
  });

  test('equal lines of one second stay as many as they are, in one batch, over many, and over a rotation', async () => {
    const again = line(1);
    const text =
      line(0) +
      again.repeat(3) +
      Array.from({ length: 1500 }, (_, i) => line(1, `warning: number ${i}`) + again).join('') +
      again.repeat(7);
    const next = again.repeat(2) + line(1, 'something else') + again + lines(7, 9);
    day('mail.log.1', text.replaceAll('\n', '\r\n'));
    day('mail.log', next);
    await rig.once(['mail.log*']);
    expect(rig.cluster.documents.size).toBe(linesOf(text, next).length);
    expect(rig.cluster.ids).toEqual(await imported('mail.log.1', 'mail.log'));
    // What goes along for it is little.
    for (const { before } of rig.cluster.batches) expect(before.length).toBeLessThan(200_000);
  });

  test('equal lines on both sides of a rotation and of a restart', async () => {
    const again = line(1);
    rig.write('mail.log', line(0) + again.repeat(2));
    const first = rig.start(['mail.log']);
    await until(() => rig.cluster.documents.size === 3, 'the first');
    renameSync(rig.path('mail.log'), rig.path('mail.log.1'));
    rig.write('mail.log', again);
    await until(() => rig.cluster.documents.size === 4, 'the second');
    await first.stop();
    rig.append('mail.log', again.repeat(2) + line(4));
    await rig.once(['mail.log']);
    expect(rig.cluster.documents.size).toBe(7);
    expect(rig.cluster.ids).toEqual(await imported('mail.log.1', 'mail.log'));
  });

  test.each(['stop', 'kill'] as const)('equal lines on both sides of a rotation, with a %s of the shipper between them', async (how) => {
    rig.write('mail.log', lines(0, 2));
    const first = rig.start(['mail.log']);
    await until(() => rig.cluster.documents.size === 2, 'the first');
    renameSync(rig.path('mail.log'), rig.path('mail.log.1'));
    rig.write('mail.log', '');
    await until(() => first.state().sources.length === 2, 'both are open');
    if (how === 'stop') await first.stop();
    else await rig.kill(first);
    const second = rig.start(['mail.log']);
    await until(() => second.state().sources.length === 2, 'both are open');
    rig.append('mail.log', line(1) + line(2));
    await until(() => rig.cluster.documents.size >= 4, 'the second');
    expect(rig.cluster.ids).toEqual(await imported('mail.log.1', 'mail.log'));
  });

  test('stamps without a year: a log of three years, and lines that are written now', async () => {
    const at = (month: string, n: number) => `${month} 10:00:${String(n % 60).padStart(2, '0')} mailer postfix/qmgr[1]: ABC${n}: removed\n`;
    const days = ['Nov 30', 'Jan  2', 'May  5', 'Sep  7', 'Dec 24', 'Feb  3', 'Jun  9', 'Nov 20'];
    const old = days.flatMap((month) => Array.from({ length: 400 }, (_, n) => at(month, n))).join('');
    day('mail.log', old);
    const running = rig.start(['mail.log']);
    await until(() => rig.cluster.documents.size === 3200, 'all');
    const years = () => [...rig.cluster.documents.values()].map(({ time }) => new Date(time).getUTCFullYear());
    expect(years().filter((_, i) => i % 400 === 0)).toEqual([2024, 2025, 2025, 2025, 2025, 2026, 2026, 2026]);
    const ids = rig.cluster.ids;
    const today = new Date();
    const stamp = `${today.toUTCString().slice(8, 11)} ${String(today.getUTCDate()).padStart(2)}`;
    rig.append('mail.log', at(stamp, 1));
    await until(() => rig.cluster.documents.size === 3201, 'one more');
    expect(years().at(-1)).toBe(today.getUTCFullYear());
    await running.stop();
    day('copy.log', old);
    expect(ids).toEqual(await imported('copy.log'));
  });
});

test('over the real queue and store: documents are lines, and the books balance', async () => {
  const text = generated(8000, 11);
  const half = text.indexOf('\n', text.length / 2) + 1;
  rig.write('mail.log.1', text.slice(0, half));
  rig.write('mail.log', text.slice(half));
  const path = shop.path('shipped.duckdb');
  const store = await openWriter({ path });
  const queue = new MemoryQueue();
  const working = work({ queue, store, commitLines: 0 });
  const log = { info() {}, warn() {}, error() {} };
  const names = { paths: [rig.path('mail.log*')], checkpointPath: rig.checkpoint, zone: 'UTC', host: 'localhost' };
  const result = await ship({ ...names, sender: queue, log, once: true, times: quick });
  queue.close();
  await working;
  await store.close();
  const reader = await openReader({ path });
  try {
    const documents = await documentsOf(reader);
    const want = linesOf(text).sort();
    expect(documents.map(({ event, message }) => event.original ?? message).sort()).toEqual(want);
    expect(result).toEqual({ read: want.length, stored: want.length, alreadyThere: 0, quarantined: 0, pending: 0 });
    const sources = await reader.sources();
    expectBalanced(sources);
    expect(sources.map(({ path: name, bytes, complete }) => [name, bytes, complete])).toEqual([
      [rig.path('mail.log'), text.length - half, true],
      [rig.path('mail.log.1'), half, true],
    ]);
  } finally {
    await reader.close();
  }
});

describe('the queue', () => {
  test('is full: reading stops, and goes on by itself', async () => {
    rig.write('a.log', lines(0, 5000));
    rig.write('b.log', lines(5000, 5010));
    rig.cluster.fill();
    const running = rig.start(['*.log']);
    await until(() => running.state().sources.filter(({ pending }) => pending > 0).length === 2, 'both wait');
    rig.append('a.log', lines(6000, 6001));
    await until(() => running.state().sources.every(({ lagBytes }) => lagBytes > 0), 'it lags');
    // A batch of each source at most is held out to it.
    expect(running.state().sources.map(({ pending }) => pending)).toEqual([1, 1]);
    expect(rig.cluster.batches).toEqual([]);
    rig.cluster.empty();
    await rig.arrive(linesOf(lines(0, 5010), lines(6000, 6001)));
    await until(() => running.state().sources.every(({ lagBytes, lagSeconds }) => lagBytes === 0 && lagSeconds === 0), 'no lag');
    expect(running.state()).toMatchObject({ lines: 5011, read: 5011, stored: 5011, waitingSince: undefined });
  });

  test('is full while the shipper is stopped: it stops, and the next one sends what was not taken', async () => {
    rig.write('mail.log', lines(0, 3000));
    rig.cluster.fill();
    const running = rig.start(['mail.log'], { times: { patience: 50 } });
    await until(() => running.state().waitingSince !== undefined, 'it waits');
    expect((await running.stop()).pending).toBe(1);
    expect(running.saying('sent again at the next start')).toHaveLength(1);
    rig.cluster.empty();
    rig.start(['mail.log']);
    await rig.arrive(linesOf(lines(0, 3000)));
  });

  test('loses all it had: it is sent again from the lowest byte that is not stored', async () => {
    rig.write('mail.log', lines(0, 5000));
    rig.cluster.atOnce = false;
    const running = rig.start(['mail.log']);
    await until(() => running.state().lines === 5000, 'all is sent');
    // The first and the third are stored.
    rig.cluster.work(() => 0, 1);
    rig.cluster.work(() => 1, 1);
    await until(() => running.state().sources[0]?.stored === rig.cluster.batches[0]?.next, 'the first is stored');
    const twice = linesOf(rig.cluster.batches[2]?.bytes.toString() ?? '').length;
    rig.cluster.lose();
    rig.cluster.atOnce = true;
    await rig.arrive(linesOf(lines(0, 5000)));
    await running.stop();
    expect(running.saying('the queue lost a batch')).toHaveLength(1);
    expect(rig.cluster.booksOf(rig.path('mail.log'))).toMatchObject([{ read: 5000, alreadyThere: twice, stored: 5000 - twice }]);
  });

  test('a sender that fails for good ends the shipper with its error, and what is stored is written down', async () => {
    rig.write('mail.log', lines(0, 1500));
    const { cluster } = rig;
    let batches = 0;
    const sender = { send: (batch: never) => (++batches > 1 ? Promise.reject(new Error('wrong password')) : cluster.send(batch)) };
    const running = rig.start(['mail.log'], { sender });
    await running.ended;
    expect(running.failure).toEqual(new Error('wrong password'));
    await rig.once(['mail.log']);
    await rig.arrive(linesOf(lines(0, 1500)));
    expectContiguous(cluster.batches.filter(({ bytes }) => bytes.length > 0));
  });
});

test('a batch has at most 1,000 lines and 256 KiB; a line that is too long, or of NULs, is one of its own', async () => {
  const long = line(1, 'x'.repeat(200_000));
  const endless = line(2, 'y'.repeat(2_000_000));
  rig.write('mail.log', lines(0, 2500) + long.repeat(2) + endless + lines(2500, 2600) + '\0'.repeat(8192) + lines(2600, 2601));
  const running = rig.start(['mail.log']);
  await until(() => rig.cluster.documents.size === 2601, 'the lines');
  await running.stop();
  expect(rig.cluster.aside).toHaveLength(4);
  expectContiguous(rig.cluster.batches);
  for (const { bytes, cut } of rig.cluster.batches) {
    if (!cut) expect(bytes.length).toBeLessThanOrEqual(256 * 1024);
    expect(bytes.toString().split('\n').length - 1).toBeLessThanOrEqual(1000);
  }
  expect(rig.cluster.booksOf(rig.path('mail.log'))).toMatchObject([{ read: 2605, stored: 2601, quarantined: 4 }]);
  // The digest of what is in front of a place holds behind a long line too.
  rig.append('mail.log', line(9000));
  await rig.once(['mail.log']);
  expect(rig.cluster.booksOf(rig.path('mail.log'))).toHaveLength(1);
});

test('the books are sent when a source is quiet, and go along with each batch', async () => {
  rig.write('mail.log', lines(0, 2000));
  rig.start(['mail.log']);
  const empty = () => rig.cluster.batches.filter(({ bytes }) => bytes.length === 0);
  await until(() => empty().length === 1, 'the books');
  expect(empty()[0]).toMatchObject({ complete: false, account: { read: 2000, stored: 2000, complete: false } });
  expect(rig.cluster.batches.map(({ account }) => account?.read)).toEqual([0, expect.any(Number), 2000]);
  rig.append('mail.log', line(2000));
  await until(() => empty().length === 2, 'the books');
  expect(rig.cluster.booksOf(rig.path('mail.log'))).toMatchObject([{ read: 2001 }]);
});

describe('standard input', () => {
  test('is read to its end, its last line as it is', async () => {
    const stdin = new PassThrough();
    const running = rig.start([], { stdin });
    stdin.write(lines(0, 1500));
    stdin.write(line(1500).slice(0, 20));
    await until(() => rig.cluster.documents.size === 1500, 'what was written');
    stdin.end(line(1500).slice(20).trimEnd());
    const result = await running.end();
    expect(result).toMatchObject({ read: 1501, stored: 1501, pending: 0 });
    await rig.arrive(linesOf(lines(0, 1501)));
    expect(rig.cluster.booksOf('-')).toMatchObject([{ read: 1501, complete: true }]);
  });

  test('is kept until it is stored: what the queue loses is sent again, and no more is read than is kept', async () => {
    const stdin = new PassThrough();
    rig.cluster.atOnce = false;
    const running = rig.start([], { stdin });
    let written = 0;
    const feed = () => {
      while (written < 230) if (!stdin.write(lines(written++ * 1000, written * 1000))) return;
      stdin.end();
    };
    stdin.on('drain', feed);
    feed();
    await until(() => running.state().bytes > 15 * 1024 * 1024, 'much is under way');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(running.state().bytes).toBeLessThanOrEqual(16 * 1024 * 1024);
    rig.cluster.lose();
    rig.cluster.atOnce = true;
    rig.cluster.work();
    const result = await running.end();
    expect(result.read).toBe(230_000);
    expect(rig.cluster.documents.size).toBe(230_000);
  });

  test('cannot be read again: what is under way when the shipper is stopped is said not to come again', async () => {
    const stdin = new PassThrough();
    rig.cluster.atOnce = false;
    const running = rig.start([], { stdin, times: { patience: 50 } });
    stdin.write(lines(0, 3));
    await until(() => rig.cluster.waiting.length === 1, 'it is under way');
    expect((await running.stop()).pending).toBe(1);
    expect(running.saying('of standard input were not stored yet')).toHaveLength(1);
    expect(running.saying('at the next start')).toEqual([]);
  });
});

test('several sources at once: none waits for another', async () => {
  rig.write('large.log', lines(0, 60_000));
  rig.write('small.log', lines(70_000, 70_010));
  await rig.once(['large.log', 'small.log']);
  const place = rig.cluster.batches.findIndex(({ source }) => source.path === rig.path('small.log'));
  expect(place).toBeLessThan(rig.cluster.batches.length / 2);
});
