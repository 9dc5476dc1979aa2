/** The checkpoint: written whole or not at all, never ahead of the store, read by its version, owned by one shipper. */
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../ingest/follow/checkpoint.js';
import { Ledger, noBooks } from '../ingest/follow/ledger.js';
import { Rig, until } from './follow_rig.js';
import { line, lines } from './workshop.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  mkdirSync(join(rig.folder, 'state'));
});
afterEach(() => rig.remove());

const linesOf = (...texts: string[]) => texts.join('').trimEnd().split('\n');
const stands = () => JSON.parse(readFileSync(rig.checkpoint, 'utf8')) as Checkpoint;

/** As version 1 is written; stays as it is when there is a version 2. */
const first = {
  version: 1,
  files: [
    {
      id: '0d9f2c1e-4a0b-4f7e-9d35-6f0c2f0f3b11',
      name: '/var/log/mail.log',
      path: '/var/log/mail.log',
      at: '/var/log/mail.log.1',
      inode: '64769:1311',
      packing: 'none',
      head: { length: 1024, digest: 'V3vLl2sPMx1nqIlPYB3TCA' },
      carried: '',
      finished: false,
      first: 1795392000000,
      seen: 1795392060000,
      offset: 3380,
      tail: 'p0nJp9UqgqFqCUnVb6AKcQ',
      read: 40,
      stored: 38,
      alreadyThere: 1,
      quarantined: 1,
      notes: ['a note'],
    },
  ],
  journal: {
    id: '7c6f3a55-12ab-4c6c-8a3e-2f6f50f6d9c2',
    cursor: 's=1;i=2',
    offset: 100,
    tail: '',
    read: 1,
    stored: 1,
    alreadyThere: 0,
    quarantined: 0,
    notes: [],
  },
};

test('what is written is read, and version 1 is read for ever', async () => {
  writeFileSync(rig.checkpoint, JSON.stringify(first));
  const read = await readCheckpoint(rig.checkpoint);
  expect(read).toEqual(first);
  await writeCheckpoint(rig.checkpoint, read as Checkpoint);
  expect(stands()).toEqual(first);
  expect(existsSync(`${rig.checkpoint}.new`)).toBe(false);
  expect(await readCheckpoint(rig.path('none.json'))).toBeUndefined();
});

test.each([
  ['', 'is damaged: it is not JSON'],
  ['{"version":1,"fil', 'is damaged: it is not JSON'],
  ['{"version":1,"files":[{"id":7}],"journal":null}', 'is damaged at files.0.id'],
  [JSON.stringify({ ...first, files: [{ ...first.files[0], offset: -1 }] }), 'is damaged at files.0.offset'],
  [
    JSON.stringify({ ...first, version: 2, files: 'of another shape' }),
    'was written by a newer postscope (its version is 2, this postscope knows 1)',
  ],
])('%s is refused, with what to do', async (text, why) => {
  writeFileSync(rig.checkpoint, text);
  const running = rig.start(['mail.log']);
  await running.ended;
  expect(String(running.failure)).toContain(`CheckpointError: the checkpoint ${rig.checkpoint} ${why}`);
  expect(String(running.failure)).toContain('lines that are stored already stay single');
  // It stands as it was.
  expect(readFileSync(rig.checkpoint, 'utf8')).toBe(text);
});

test('a folder that cannot be written is said before anything is read', async () => {
  rig.write('file', '');
  const running = rig.start(['mail.log'], { checkpointPath: rig.path('file/checkpoint.json') });
  await running.ended;
  expect(String(running.failure)).toMatch(
    /CheckpointError: the checkpoint .* cannot be written \(E\w+\)\. Its folder needs to be writable/,
  );
});

test('it names the lowest byte that is not stored, whatever is stored behind it', async () => {
  rig.write('mail.log', lines(0, 5000));
  rig.cluster.atOnce = false;
  const running = rig.start(['mail.log'], { times: { patience: 50 } });
  await until(() => running.state().lines === 5000, 'all is sent');
  await until(() => existsSync(rig.checkpoint) && stands().files.length === 1, 'the file has its name before its first batch is sent');
  // All but the first.
  const all = rig.cluster.waiting.length;
  rig.cluster.work(() => 1, all - 1);
  expect(running.state().sources[0]?.stored).toBe(0);
  rig.cluster.work();
  await until(() => stands().files[0]?.offset === rig.size('mail.log'), 'all is stored');
  await running.stop();
  expect(stands().files).toMatchObject([{ read: 5000, stored: 5000, alreadyThere: 0, quarantined: 0, at: rig.path('mail.log') }]);
});

test('killed: what was not written down comes again, and nothing twice', async () => {
  rig.write('mail.log', lines(0, 3000));
  rig.cluster.atOnce = false;
  const running = rig.start(['mail.log'], { times: { checkpoint: 1_000_000, patience: 50 } });
  await until(() => running.state().lines === 3000, 'all is sent');
  rig.cluster.work(() => 0, 2);
  await rig.kill(running);
  rig.cluster.work();
  rig.cluster.atOnce = true;
  expect(stands().files).toMatchObject([{ offset: 0 }]);
  await rig.once(['mail.log']);
  await rig.arrive(linesOf(lines(0, 3000)));
  // It is the same source.
  expect(rig.cluster.booksOf(rig.path('mail.log'))).toMatchObject([{ read: 3000, stored: 0, alreadyThere: 3000, complete: true }]);
});

test('what is not asked for any more is not read, and keeps its place', async () => {
  rig.write('a.log', lines(0, 3));
  rig.write('b.log', lines(10, 13));
  await rig.once(['a.log', 'b.log']);
  rig.append('a.log', line(3));
  rig.append('b.log', line(13));
  await rig.once(['a.log']);
  await rig.arrive(linesOf(lines(0, 4), lines(10, 13)));
  await rig.once(['*.log']);
  await rig.arrive(linesOf(lines(0, 4), lines(10, 14)));
  expect(rig.cluster.accounts.size).toBe(2);
});

describe('its lock', () => {
  /** Where this process runs. */
  const here = () => ({
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
    host: hostname(),
  });

  test('a second shipper refuses', async () => {
    const running = rig.start(['mail.log']);
    await until(() => existsSync(`${rig.checkpoint}.lock`), 'the first has it');
    const second = rig.start(['mail.log']);
    await second.ended;
    expect(String(second.failure)).toContain(
      `LockedError: another shipper (pid ${process.pid} on ${hostname()}) is at work with the checkpoint ${rig.checkpoint}. Stop that one first`,
    );
    await running.stop();
    expect(existsSync(`${rig.checkpoint}.lock`)).toBe(false);
    await rig.once(['.']);
  });

  test('that of a process that is gone is taken over, and so is a broken one', async () => {
    const child = fork('-e', ['0'], { execArgv: [], silent: true });
    const pid = child.pid ?? 0;
    await new Promise((resolve) => child.once('exit', resolve));
    const gone = { pid, began: '1', ...here(), token: 'x' };
    // A pid that somebody else has now: in a container it is 1 at every start.
    for (const owner of [gone, { ...gone, pid: process.pid }, 'nonsense']) {
      writeFileSync(`${rig.checkpoint}.lock`, JSON.stringify(owner));
      await rig.once(['.']);
      expect(existsSync(`${rig.checkpoint}.lock`)).toBe(false);
    }
  });

  test.each([
    ['on another machine', { host: 'other', boot: 'other' }],
    // Those of a compose file are all called alike, and the pid is one that is free here, or somebody else's.
    ['in another container', { namespace: 'pid:[1]' }],
  ])('that of a shipper %s is taken over when it was not heard of for a while', async (_, elsewhere) => {
    const lock = `${rig.checkpoint}.lock`;
    writeFileSync(lock, JSON.stringify({ pid: 4_000_000, began: '1', ...here(), token: 'x', ...elsewhere }));
    const second = rig.start(['.']);
    const heard = setInterval(() => utimesSync(lock, new Date(), new Date()), 5);
    await second.ended;
    clearInterval(heard);
    expect(String(second.failure)).toMatch(/LockedError: another shipper \(pid 4000000 on .+\) is at work/);
    utimesSync(lock, 1_700_000_000, 1_700_000_000);
    await rig.once(['.']);
    expect(existsSync(lock)).toBe(false);
  });

  test('of several that start at once, one has it', async () => {
    writeFileSync(`${rig.checkpoint}.lock`, 'left by a crash');
    const started = Array.from({ length: 8 }, () => rig.start(['mail.log']));
    await until(() => started.filter(({ failure }) => failure !== undefined).length === 7, 'seven refuse');
    expect(started.filter(({ failure }) => String(failure).includes('LockedError'))).toHaveLength(7);
  });
});

test('whatever the order in which batches are stored, the place moves over what is whole, and the books with it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }), fc.array(fc.nat()), (sizes, order) => {
      const ledger = new Ledger({ key: 'k', path: 'p' }, noBooks);
      let at = 0;
      const entries = sizes.map((size) => {
        at += size;
        return { size, next: at, entry: ledger.open(at, `tail ${at}`, `mark ${at}`) };
      });
      const open = [...entries];
      const done = new Set<unknown>();
      for (let i = 0; open.length > 0; i++) {
        const [taken] = open.splice((order[i % Math.max(1, order.length)] ?? 0) % open.length, 1);
        if (taken === undefined) continue;
        done.add(taken);
        ledger.close(taken.entry, { read: taken.size, stored: taken.size, alreadyThere: 0, quarantined: 0 });
        // Once more changes nothing.
        expect(ledger.close(taken.entry, { read: 9, stored: 9, alreadyThere: 9, quarantined: 9 })).toBe(false);
        const firstOpen = entries.findIndex((entry) => !done.has(entry));
        const whole = entries.slice(0, firstOpen < 0 ? entries.length : firstOpen);
        expect(ledger.stored.read).toBe(whole.reduce((sum, { size }) => sum + size, 0));
        expect(ledger.stored.offset).toBe(whole.at(-1)?.next ?? 0);
        expect(ledger.mark).toBe(whole.length === 0 ? undefined : `mark ${whole.at(-1)?.next}`);
      }
      expect(ledger.pending).toBe(0);
    }),
  );
});
