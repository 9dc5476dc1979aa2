/** The journal, by a journalctl of our own that has the options of the real one. */
import { chmodSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Checkpoint } from '../ingest/follow/checkpoint.js';
import { Rig, until } from './follow_rig.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  rig.write('journal', '');
  rig.write('calls', '');
  // Gives the lines behind the cursor, then those that come. Ends when there is a file `stop`, with the text of that as its last words.
  rig.write(
    'journalctl',
    `#!${process.execPath}
const fs = require('node:fs');
const here = __dirname;
fs.appendFileSync(here + '/calls', process.argv.slice(2).join(' ') + '\\n');
const after = process.argv.find((a) => a.startsWith('--after-cursor='))?.slice(15);
const follow = process.argv.includes('--follow');
let passed = after === undefined;
let at = 0;
const look = () => {
  const text = fs.readFileSync(here + '/journal', 'utf8');
  const end = text.lastIndexOf('\\n') + 1;
  for (const line of text.slice(at, end).split('\\n')) {
    if (line === '') continue;
    if (passed) process.stdout.write(line + '\\n');
    else if (JSON.parse(line).__CURSOR === after) passed = true;
  }
  at = end;
  if (fs.existsSync(here + '/stop')) {
    process.stderr.write(fs.readFileSync(here + '/stop'));
    fs.rmSync(here + '/stop');
    process.exitCode = 1;
    return;
  }
  if (follow) setTimeout(look, 5);
};
look();
`,
  );
  chmodSync(rig.path('journalctl'), 0o755);
});
afterEach(() => rig.remove());

const entry = (n: number) =>
  `${JSON.stringify({
    __CURSOR: `s=abc;i=${n}`,
    __REALTIME_TIMESTAMP: String(1_795_392_000_000_000 + n * 1_000_000),
    _HOSTNAME: 'mailer',
    SYSLOG_IDENTIFIER: 'postfix/qmgr',
    SYSLOG_PID: '77',
    PRIORITY: '6',
    MESSAGE: `4ABCDEF${n}: removed`,
  })}\n`;
const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => entry(from + i)).join('');
const linesOf = (text: string) => text.trimEnd().split('\n');
const journal = () => ({ journal: { program: rig.path('journalctl') } });
const calls = () => linesOf(readFileSync(rig.path('calls'), 'utf8'));
const checkpoint = () =>
  existsSync(rig.checkpoint) ? (JSON.parse(readFileSync(rig.checkpoint, 'utf8')) as Checkpoint).journal : undefined;

test('is followed, line by line as it stands, and goes on behind the last line that is stored', async () => {
  rig.append('journal', entries(0, 3));
  const first = rig.start([], journal());
  await rig.arrive(linesOf(entries(0, 3)));
  rig.append('journal', entry(3));
  await rig.arrive(linesOf(entries(0, 4)));
  expect([...rig.cluster.documents.values()].map(({ host, time }) => [host, time])).toContainEqual(['mailer', 1_795_392_003_000]);
  await first.stop();
  expect(checkpoint()).toMatchObject({ cursor: 's=abc;i=3', read: 4, stored: 4 });
  rig.append('journal', entries(4, 6));
  const second = rig.start([], journal());
  await rig.arrive(linesOf(entries(0, 6)));
  await second.stop();
  expect(calls()).toEqual([
    '--output=json --all --quiet --follow --no-tail SYSLOG_FACILITY=2',
    '--output=json --all --quiet --follow --no-tail --after-cursor=s=abc;i=3 SYSLOG_FACILITY=2',
  ]);
  expect(rig.cluster.booksOf('journal')).toMatchObject([{ read: 6, stored: 6, alreadyThere: 0 }]);
});

test('the cursor in the checkpoint is that of the lowest line that is not stored, whatever is behind it', async () => {
  rig.cluster.atOnce = false;
  rig.append('journal', entry(0));
  const running = rig.start([], { ...journal(), times: { patience: 50 } });
  await until(() => rig.cluster.waiting.length === 1, 'the first');
  rig.append('journal', entry(1));
  await until(() => rig.cluster.waiting.length === 2, 'the second');
  rig.cluster.work(() => 1, 1);
  await rig.kill(running);
  expect(checkpoint()?.cursor ?? null).toBeNull();
  rig.cluster.atOnce = true;
  await rig.once([], journal());
  await rig.arrive(linesOf(entries(0, 2)));
});

test('journalctl that ends is started again, behind what was sent', async () => {
  rig.append('journal', entries(0, 2));
  const running = rig.start([], journal());
  await rig.arrive(linesOf(entries(0, 2)));
  // In one step: journalctl may look between the making of a file and its text.
  rig.write('stopping', 'Error was encountered while opening journal files\n');
  renameSync(rig.path('stopping'), rig.path('stop'));
  await until(() => calls().length === 2, 'it runs again');
  rig.append('journal', entry(2));
  await rig.arrive(linesOf(entries(0, 3)));
  expect(running.saying('journalctl stopped (Error was encountered while opening journal files); it is started again')).toHaveLength(1);
  expect(calls()[1]).toContain('--after-cursor=s=abc;i=1');
  expect(rig.cluster.booksOf('journal').length).toBeLessThanOrEqual(1);
});

test('what the queue loses is asked for again', async () => {
  rig.cluster.atOnce = false;
  rig.append('journal', entries(0, 1200));
  const running = rig.start([], journal());
  await until(() => running.state().lines === 1200, 'all is sent');
  rig.cluster.work(() => 0, 1);
  const [stored] = rig.cluster.batches;
  await until(() => running.state().sources[0]?.stored === stored?.next, 'the first is stored');
  rig.cluster.lose();
  rig.cluster.atOnce = true;
  await rig.arrive(linesOf(entries(0, 1200)));
  await until(() => rig.cluster.booksOf('journal')[0]?.read === 1200, 'the books');
  expect(rig.cluster.booksOf('journal')).toMatchObject([{ read: 1200, stored: 1200, alreadyThere: 0 }]);
});

test('once: what there is', async () => {
  rig.append('journal', entries(0, 5));
  const running = await rig.once([], { journal: { program: rig.path('journalctl'), matches: ['_SYSTEMD_UNIT=postfix@-.service'] } });
  expect(running.result).toMatchObject({ read: 5, stored: 5, pending: 0 });
  expect(calls()).toEqual(['--output=json --all --quiet _SYSTEMD_UNIT=postfix@-.service']);
});

test('no journalctl: it says so, and what to do', async () => {
  const running = rig.start([], { journal: { program: rig.path('none') } });
  await running.ended;
  expect(String(running.failure)).toContain(
    `JournalError: ${rig.path('none')} cannot be started (ENOENT). --journal needs systemd's journalctl`,
  );
});
