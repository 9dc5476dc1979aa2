/** Whatever happens to a log while it is followed, each of its lines arrives once. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, cpSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Account } from '../store/port.js';
import { expectContiguous, Rig, until } from './follow_rig.js';
import { line, lines } from './workshop.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const linesOf = (...texts: string[]) => texts.join('').trimEnd().split('\n');

test('lines are shipped as they are written, and the last one not before it is whole', async () => {
  rig.write('mail.log', lines(0, 3));
  const running = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 3)));
  rig.append('mail.log', line(3).slice(0, 40));
  rig.append('mail.log', line(3).slice(40));
  rig.append('mail.log', line(4).slice(0, 30));
  await rig.arrive(linesOf(lines(0, 4)));
  await running.stop();
  await rig.arrive(linesOf(lines(0, 4)));
  rig.append('mail.log', line(4).slice(30));
  rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 5)));
  expectContiguous(rig.cluster.batches);
});

test('a log that is renamed is read to its end, however late, and so is its successor', async () => {
  rig.write('mail.log', lines(0, 3));
  const writer = openSync(rig.path('mail.log'), 'a');
  rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 3)));
  renameSync(rig.path('mail.log'), rig.path('mail.log.1'));
  rig.write('mail.log', lines(10, 12));
  await rig.arrive(linesOf(lines(0, 3), lines(10, 12)));
  // The daemon has not noticed yet.
  writeSync(writer, line(3));
  await rig.arrive(linesOf(lines(0, 4), lines(10, 12)));
  renameSync(rig.path('mail.log.1'), rig.path('mail.log.2'));
  writeSync(writer, line(4));
  await rig.arrive(linesOf(lines(0, 5), lines(10, 12)));
  // Compressed at once, and removed, while the daemon still writes.
  rmSync(rig.path('mail.log.2'));
  writeSync(writer, line(5));
  closeSync(writer);
  await rig.arrive(linesOf(lines(0, 6), lines(10, 12)));
  expect(new Set(rig.cluster.batches.map(({ source }) => source.key)).size).toBe(2);
  await until(() => rig.cluster.booksOf(rig.path('mail.log')).some(({ complete, read }) => complete && read === 6), 'the books are closed');
});

test('copytruncate: the copy has what was not read before', async () => {
  rig.write('mail.log', lines(0, 3));
  rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 3)));
  rig.append('mail.log', lines(3, 5));
  rig.copyTruncate('mail.log', 'mail.log.1');
  await rig.arrive(linesOf(lines(0, 5)));
  rig.append('mail.log', lines(5, 6));
  await rig.arrive(linesOf(lines(0, 6)));
  // Again, and the new text is longer than the old one was before anybody looks.
  rig.cluster.fill();
  rig.copyTruncate('mail.log', 'mail.log.2');
  rig.append('mail.log', lines(100, 300));
  rig.cluster.empty();
  await rig.arrive(linesOf(lines(0, 6), lines(100, 300)));
});

test('a log that appears later, in a folder, by a glob, and by its name', async () => {
  const running = rig.start(['mail.log', 'other*.log']);
  await until(() => running.saying('is not there; it is read as soon as it can be').length === 1, 'it is said');
  await until(() => running.saying('matches no file').length === 1, 'it is said');
  rig.write('mail.log', line(0));
  rig.write('other1.log', line(1));
  await rig.arrive(linesOf(lines(0, 2)));
  rig.write('other2.log', line(2));
  await rig.arrive(linesOf(lines(0, 3)));
  expect(running.saying('is not there;')).toHaveLength(1);
});

test('an empty log that grows, and one shorter than its print', async () => {
  rig.write('mail.log', '');
  const first = rig.start(['mail.log']);
  rig.append('mail.log', line(0));
  await rig.arrive(linesOf(line(0)));
  await first.stop();
  rig.append('mail.log', lines(1, 40));
  const second = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 40)));
  await second.stop();
  expectContiguous(rig.cluster.batches);
});

test('two logs that begin alike are two, and a copy of one is nothing new', async () => {
  rig.write('a.log', lines(0, 40) + lines(50, 60));
  rig.write('b.log', lines(0, 40) + lines(70, 80));
  const first = rig.start(['*.log']);
  await rig.arrive(linesOf(lines(0, 40), lines(50, 60), lines(70, 80)));
  await first.stop();
  cpSync(rig.path('a.log'), rig.path('c.log'));
  rig.append('a.log', line(60));
  rig.append('b.log', line(80));
  const second = rig.start(['*.log']);
  await rig.arrive(linesOf(lines(0, 40), lines(50, 61), lines(70, 81)));
  await until(() => rig.cluster.booksOf(rig.path('c.log')).some(({ alreadyThere }) => alreadyThere === 50), 'the copy is accounted for');
  await second.stop();
  const read = (name: string) => rig.cluster.booksOf(rig.path(name)).map((books) => books.read);
  expect([read('a.log'), read('b.log'), read('c.log')]).toEqual([[51], [51], [50]]);
});

test('the same inode with another text is another log', async () => {
  rig.write('mail.log', lines(0, 5));
  const first = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 5)));
  await first.stop();
  // writeFile keeps the inode.
  rig.write('mail.log', lines(20, 40));
  rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 5), lines(20, 40)));
});

test.each([
  ['mail.log.1', undefined],
  ['mail.log-20261124', undefined],
  ['mail.log.1.gz', gzipSync],
  ['mail-20261124.log.gz', gzipSync],
] as const)('rotated to %s while the shipper was stopped', async (name, pack) => {
  rig.write('mail.log', lines(0, 30));
  const first = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 30)));
  await first.stop();
  rig.append('mail.log', lines(30, 50));
  if (pack === undefined) renameSync(rig.path('mail.log'), rig.path(name));
  else {
    rig.write(name, pack(lines(0, 50)));
    rmSync(rig.path('mail.log'));
  }
  rig.write('mail.log', lines(60, 70));
  const second = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 50), lines(60, 70)));
  const isWhole = ({ read, complete }: Account) => read === 50 && (complete || pack === undefined);
  await until(() => rig.cluster.booksOf(rig.path('mail.log')).some(isWhole), 'one source');
  await second.stop();
  expect(second.saying('is gone')).toEqual([]);
  const [whole] = rig.cluster.booksOf(rig.path('mail.log')).filter(({ read }) => read === 50);
  expect(whole).toMatchObject({ stored: 50, alreadyThere: 0, quarantined: 0 });
});

test('rotated several times while the shipper was stopped', async () => {
  // Older than the shipper, and not asked for.
  rig.write('mail.log.4', lines(900, 910));
  utimesSync(rig.path('mail.log.4'), 1_700_000_000, 1_700_000_000);
  rig.write('mail.log', lines(0, 30));
  const first = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 30)));
  await first.stop();
  rig.append('mail.log', lines(30, 50));
  rig.write('mail.log.3.gz', gzipSync(lines(0, 50)));
  rig.write('mail.log.2.gz', gzipSync(lines(60, 70)));
  rig.write('mail.log.1', lines(70, 80));
  rmSync(rig.path('mail.log'));
  rig.write('mail.log', lines(80, 90));
  const second = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 50), lines(60, 90)));
  await second.stop();
});

test('copied and cut while the shipper was stopped', async () => {
  rig.write('mail.log', lines(0, 30));
  const first = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 30)));
  await first.stop();
  rig.append('mail.log', lines(30, 50));
  rig.copyTruncate('mail.log', 'mail.log.1');
  rig.append('mail.log', lines(60, 61));
  const second = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 50), lines(60, 61)));
  await second.stop();
});

test('a log that is gone for good is said so, once, and its books are closed', async () => {
  rig.write('mail.log', lines(0, 30));
  const first = rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(0, 30)));
  await first.stop();
  rmSync(rig.path('mail.log'));
  const second = rig.start(['mail.log']);
  await until(() => second.saying('is gone, and was found under no other name; it was read up to byte').length === 1, 'it is said');
  await until(() => rig.cluster.booksOf(rig.path('mail.log')).some(({ complete }) => complete), 'closed');
  await second.stop();
  const third = rig.start(['mail.log']);
  await until(() => third.saying('is not there').length === 1, 'it runs');
  await third.stop();
  expect(third.saying('is gone')).toEqual([]);
});

test('a folder of packed and plain logs, with one that is none', async () => {
  rig.write('mail.log.2.gz', gzipSync(lines(0, 10)));
  rig.write('mail.log.1', lines(10, 20));
  rig.write('mail.log', lines(20, 30));
  rig.write('wtmp', Buffer.from([7, 0, 0, 0, 1, 2, 3, 4, 10, 5, 6]));
  const running = rig.start(['.']);
  await rig.arrive(linesOf(lines(0, 30)));
  await until(() => running.saying('is not a log').length === 1, 'it is said');
  // What is compressed while it is followed is not read again.
  rig.write('mail.log.1.gz', gzipSync(lines(10, 20)));
  rmSync(rig.path('mail.log.1'));
  await until(() => rig.cluster.booksOf(rig.path('mail.log.1')).some(({ complete }) => complete), 'complete');
  await running.stop();
  const again = await rig.once(['.']);
  expect(again.result).toMatchObject({ read: 0 });
  expect([...rig.cluster.accounts.values()].map(({ read, stored }) => [read, stored])).toEqual([
    [10, 10],
    [10, 10],
    [10, 10],
  ]);
});

test('the last line of a log that was rotated away is sent as it is when nobody ends it any more', async () => {
  const rest = line(3).trimEnd();
  rig.write('mail.log', lines(0, 3) + rest);
  rig.start(['mail.log'], { times: { settled: 60 } });
  await rig.arrive(linesOf(lines(0, 3)));
  renameSync(rig.path('mail.log'), rig.path('mail.log.1'));
  rig.write('mail.log', line(9));
  await rig.arrive(linesOf(lines(0, 3), rest, '\n', line(9)).filter((text) => text !== ''));
});

test('a dormant log is closed, and read on when it grows or is rotated', async () => {
  rig.write('mail.log', lines(0, 3));
  const running = rig.start(['mail.log'], { times: { dormant: 20 } });
  await rig.arrive(linesOf(lines(0, 3)));
  await until(() => running.state().sources.length === 0, 'it is closed');
  rig.append('mail.log', lines(3, 5));
  await rig.arrive(linesOf(lines(0, 5)));
  await until(() => running.state().sources.length === 0, 'it is closed');
  rig.append('mail.log', lines(5, 7));
  renameSync(rig.path('mail.log'), rig.path('mail.log.1'));
  rig.write('mail.log', line(9));
  await rig.arrive(linesOf(lines(0, 7), line(9)));
  expectContiguous(rig.cluster.batches.filter(({ bytes }) => bytes.length > 0));
});

test('what stands in the place of a log is said once, and the log is read as soon as it is there', async () => {
  execFileSync('mkfifo', [rig.path('mail.log')]);
  rig.write('other.log', line(1));
  const running = rig.start(['mail.log', 'other.log']);
  await until(() => running.saying('is neither a file nor a directory').length === 1, 'it is said');
  await rig.arrive(linesOf(line(1)));
  rmSync(rig.path('mail.log'));
  rig.write('mail.log', line(0));
  await rig.arrive(linesOf(lines(0, 2)));
  expect(running.saying('is neither a file nor a directory')).toHaveLength(1);
});

test('a log that may not be read is said so once, is tried again, and goes on where it was', async () => {
  rig.write('mail.log', lines(0, 3));
  chmodSync(rig.path('mail.log'), 0);
  // Root may read everything, so somebody else looks.
  const root = process.getuid?.() === 0;
  if (root) for (const name of ['.', 'mail.log']) chownSync(rig.path(name), 65_534, 65_534);
  if (root) process.seteuid?.(65_534);
  try {
    const running = rig.start(['mail.log'], { times: { dormant: 100 } });
    await until(() => running.saying('may not be read by this user').length > 0, 'it is said');
    await until(() => running.state().lastCheckpoint !== undefined, 'it runs on');
    expect(running.state().unreadable).toEqual([expect.stringMatching(/mail\.log may not be read by this user/)]);
    chmodSync(rig.path('mail.log'), 0o600);
    await rig.arrive(linesOf(lines(0, 3)));
    await until(() => running.saying('can be read again').length === 1, 'it is said');
    await until(() => running.state().unreadable.length === 0, 'nothing is the matter');
    await until(() => running.state().sources.length === 0, 'it is closed');
    chmodSync(rig.path('mail.log'), 0o200);
    rig.append('mail.log', line(3));
    await until(() => running.saying('may not be read by this user').length === 2, 'it is said');
    chmodSync(rig.path('mail.log'), 0o600);
    await rig.arrive(linesOf(lines(0, 4)));
    await running.stop();
    expect(running.saying('may not be read by this user')).toHaveLength(2);
    expectContiguous(rig.cluster.batches.filter(({ bytes }) => bytes.length > 0));
  } finally {
    if (root) process.seteuid?.(0);
  }
});

test('a log that is cut and grows beyond its old size while the queue is full', async () => {
  // More than is read at once.
  rig.write('mail.log', lines(0, 20_000));
  const running = rig.start(['mail.log']);
  rig.cluster.fill();
  await until(() => running.state().waitingSince !== undefined, 'it waits');
  rig.copyTruncate('mail.log', 'mail.log.1');
  rig.append('mail.log', lines(30_000, 60_000));
  rig.cluster.empty();
  await rig.arrive(linesOf(lines(0, 20_000), lines(30_000, 60_000)));
  expect(rig.cluster.aside).toEqual([]);
});

test('a log that is cut and grows to the very size that it had', async () => {
  rig.write('mail.log', lines(10, 20));
  rig.start(['mail.log']);
  await rig.arrive(linesOf(lines(10, 20)));
  const size = rig.size('mail.log');
  rig.write('mail.log', lines(20, 30));
  expect(rig.size('mail.log')).toBe(size);
  await rig.arrive(linesOf(lines(10, 30)));
});

test('old logs, rotated long ago, are read to their end and closed at the start', async () => {
  rig.write('mail.log.1', lines(0, 5) + line(5).trimEnd());
  utimesSync(rig.path('mail.log.1'), 1_795_392_000, Date.now() / 1000 - 200);
  rig.write('mail.log', lines(10, 12));
  const running = rig.start(['mail.log*'], { times: { settled: 60_000, rotated: 100_000 } });
  await rig.arrive(linesOf(lines(0, 6), lines(10, 12)));
  await until(() => rig.cluster.booksOf(rig.path('mail.log.1')).some(({ complete }) => complete), 'its books are closed');
  await until(
    () =>
      running
        .state()
        .sources.map(({ path }) => path)
        .join() === rig.path('mail.log'),
    'only the live one is open',
  );
});
