/** `postscope snapshot` and `postscope queue` as they are typed, over a store of their own. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import { takeFromMachine } from '../ingest/snapshot/machine.js';
import { backlogOf } from '../postfix/snapshot/backlog.js';
import { snapshotOf } from '../postfix/snapshot/snapshot.js';
import { setup } from '../store/elasticsearch/setup.js';
import type { MessageWriter } from '../store/message_port.js';
import { openWriter } from '../store/open.js';
import { Collected, type Run } from './fake_reader.js';
import { service } from './services/index.js';
import { now, Workshop } from './workshop.js';

const elasticsearch = await service('elasticsearch');

const sample = (path: string) => join(import.meta.dirname, 'logs', path);

let workshop = new Workshop();
afterEach(() => {
  workshop.remove();
  workshop = new Workshop();
});

const type = (...argv: string[]): Promise<Run> => typeWith({ POSTSCOPE_STORE: workshop.store }, argv);
/** What is said in the configuration counts. */
const typeWithoutStore = (...argv: string[]): Promise<Run> => typeWith({}, argv);

async function typeWith(more: Readonly<Record<string, string>>, argv: readonly string[], columns?: number): Promise<Run> {
  const stdout = new Collected(columns !== undefined, columns);
  const stderr = new Collected();
  const env = { HOME: workshop.folder, INIT_CWD: workshop.folder, PATH: join(workshop.folder, 'bin'), ...more };
  const code = await main(argv, { stdout, stderr, env, zone: 'UTC', now: () => now });
  return { code, out: stdout.text.replaceAll(workshop.folder, ''), err: stderr.text.replaceAll(workshop.folder, '') };
}

/** Files of one moment, as the lab saved them. */
const saved = (tag: string) =>
  [
    ['mailq', 'mailq.txt'],
    ['postconf', 'postconf-n.txt'],
    ['master', 'postconf-M.txt'],
    ['resolv', 'resolv.conf'],
  ].flatMap(([flag, name]) => [`--${flag}`, workshop.write(`${tag}/${name}`, readFileSync(sample(`incident/${tag}-${name}`)))]);

/** Commands of a Postfix that is none. */
function command(name: string, script: string): void {
  chmodSync(workshop.write(`bin/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
}

test('three moments of the incident: what was taken, the queue, its course, and what was changed', async () => {
  const at = ['2026-11-24T03:06:08', '2026-11-24T03:07:44', '2026-11-24T03:08:00'];
  const first = await type('snapshot', ...saved('during'), '--host', 'mailer', '--at', at[0] as string);
  expect(first.err).toBe('');
  expect(first.out).toBe(
    [
      'mailer at 2026-11-24 03:06:08 (UTC)',
      '  queue          23 messages for 23 recipients, 112 kB; the oldest has waited 1 min 15 s [/during/mailq.txt]',
      '  configuration  52 parameters set [/during/postconf-n.txt]',
      '  services       32 services [/during/postconf-M.txt]',
      '  resolv.conf    nameserver 10.50.0.54, 10.50.0.53; 5 s to each, 2 rounds [/during/resolv.conf]',
      '4 snapshots stored, in /store/test.duckdb.',
      '',
    ].join('\n'),
  );
  expect(first.code).toBe(0);
  for (const [i, tag] of ['dns-only', 'after'].entries()) {
    expect((await type('snapshot', ...saved(tag), '--host', 'mailer', '--at', at[i + 1] as string)).code).toBe(0);
  }
  const again = await type('snapshot', ...saved('during'), '--host', 'mailer', '--at', at[0] as string);
  expect(again.out).toContain('0 snapshots stored, 4 already there');

  const queue = await type('queue', '--at', '2026-11-24 03:06:30');
  expect(queue.out).toMatchInlineSnapshot(`
    "Queue of mailer at 2026-11-24 03:06:08
    as mailq listed it; times in UTC

    23 messages for 23 recipients, 112 kB (18 active, 5 deferred); the oldest has waited 1 min 15 s

    next hop                           recipients  messages      oldest
    (not tried yet)                            18        18        50 s  ██████████████████▊
    relay102.example.net[10.50.0.102]           3         3  1 min 15 s  ███▏
    relay103.example.net[10.50.0.103]           2         2  1 min 15 s  ██▏

    why it waits              recipients  messages      oldest
    not tried yet                     18        18        50 s  ██████████████████▊
    timed out at end of data           3         3  1 min 15 s  ███▏
    cut off at end of data             2         2  1 min 15 s  ██▏

    age             recipients  messages      oldest
    under 1 min             18        18        50 s  ██████████████████▊
    1 min to 5 min           5         5  1 min 15 s  █████▎

    recipient domain  recipients  messages      oldest
    partner8.test              7         7        50 s  ███████▎
    partner6.test              4         4  1 min 15 s  ████▏
    partner7.test              4         4  1 min 15 s  ████▏
    partner0.test              3         3  1 min 15 s  ███▏
    partner3.test              2         2        50 s  ██▏
    partner5.test              2         2  1 min 15 s  ██▏
    partner1.test              1         1  1 min 15 s  █
    "
  `);
  expect((await type('queue')).out).toContain('Queue of mailer at 2026-11-24 03:08:00\nas mailq listed it; times in UTC\n\nNothing waits.');
  const over = await type('queue', '--over');
  expect(over.out).toMatchInlineSnapshot(`
    "Queue of mailer over time
    at 3 snapshots; times in UTC

    at                   messages                                oldest  untried  tried, and put off most for           mostly
    2026-11-24 03:06:08        23  ████████████████████████  1 min 15 s       18  relay102.example.net[10.50.0.102]: 3  timed out at end of data: 3
    2026-11-24 03:07:44         4  ████▏                           41 s        4
      changed between 2026-11-24 03:07:44 and 2026-11-24 03:08:00: nameserver 10.50.0.54 removed
    2026-11-24 03:08:00         0                                     –        0

    23 messages fewer at the end than at the beginning, 1 min 52 s before.
    "
  `);

  const json = JSON.parse((await type('queue', '--at', at[0] as string, '--json', '--messages')).out);
  expect(json.queues[0]).toMatchObject({
    host: 'mailer',
    time: '2026-11-24T03:06:08.000Z',
    source: { is: 'snapshot', of: 'mailq', whole: true },
  });
  expect(json.queues[0].messages).toHaveLength(23);
  expect(json.queues[0].messages[0]).toMatchObject({ queueId: '70EAEC233E', arrival: '2026-11-24T03:04:53.000Z' });
  const courses = JSON.parse((await type('queue', '--over', '--json')).out);
  expect(courses.courses[0].points.map(({ backlog }: { backlog: { messages: number } }) => backlog.messages)).toEqual([23, 4, 0]);
  expect(courses.changes).toMatchObject([{ name: 'nameserver', before: '10.50.0.54', words: 'nameserver 10.50.0.54 removed' }]);
  const csv = (await type('queue', '--at', at[0] as string, '--csv')).out.split('\n');
  expect(csv[0]).toBe('time,host,source,by,name,phase,suspended_kind,recipients,messages,oldest_seconds');
  expect(csv).toContain('2026-11-24T03:06:08+00:00,mailer,mailq,relay,relay102.example.net[10.50.0.102],,,3,3,75');
  expect(csv).toContain('2026-11-24T03:06:08+00:00,mailer,mailq,reason,lost_connection,end_of_data,,2,2,75');
  const rows = (await type('queue', '--at', at[0] as string, '--csv', '--messages')).out.trimEnd().split('\n');
  expect(rows).toHaveLength(24);
  expect(rows[1]).toMatch(
    /^2026-11-24T03:06:08\+00:00,mailer,mailq,70EAEC233E,deferred,2026-11-24T03:04:53\+00:00,75,4689,user8@domain.test,/,
  );
  expect((await type('queue', '--over', '--csv')).out.split('\n')[1]).toBe(
    '2026-11-24T03:06:08+00:00,mailer,mailq,23,23,112170,75,relay102.example.net[10.50.0.102],3,conversation_timeout,3',
  );
});

test('a terminal of 80 columns is wide enough', async () => {
  for (const [i, tag] of ['during', 'dns-only', 'after'].entries()) {
    await type('snapshot', ...saved(tag).slice(0, 2), '--host', 'mailer', '--at', `2026-11-24T03:0${6 + i}:30`);
  }
  for (const argv of [
    ['queue', '--at', '2026-11-24T03:06:30', '--messages'],
    ['queue', '--at', '2026-11-24T03:07:30'],
    ['queue', '--over'],
  ]) {
    const { out } = await typeWith({ POSTSCOPE_STORE: workshop.store, NO_COLOR: '1' }, argv, 80);
    expect(out).toContain('Queue of mailer');
    for (const line of out.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  }
});

test('by the log alone, where nobody took a snapshot', async () => {
  workshop.write('maillog', readFileSync(sample('incident/maillog')));
  await workshop.import(['maillog']);
  const store = await openWriter({ path: workshop.store });
  await (store as unknown as MessageWriter).fold();
  await store.close();
  const { out, err, code } = await type('queue', '--at', '2026-11-24T03:06:08');
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out).toContain('made again from the log alone: what had arrived by then, and had not been removed; times in UTC');
  expect(out).toContain('23 messages for 23 recipients, 112 kB (5 deferred); the oldest has waited 1 min 15 s');
  expect((await type('queue', '--over')).out).toMatch(/messages {2}\S+ {2}highest 33\n/);
});

test('a month of snapshots is shown by the worst of each stretch, and what senders wrote is only text', async () => {
  const store = await openWriter({ path: workshop.store });
  const start = Date.parse('2026-11-01T00:00:00Z');
  const address = `=cmd|'/C calc'!A0@\u202e\ue01b]0;owned.test`;
  const queued = (time: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      queueId: `${i}`.padStart(10, 'A'),
      arrival: time,
      size: 1,
      sender: address,
      recipients: [{ address }],
    }));
  await store.addSnapshots(
    Array.from({ length: 500 }, (_, i) => {
      const time = start + i * 300_000;
      const messages = queued(time, i === 250 ? 9 : 1);
      return snapshotOf(
        'queue',
        { host: 'mailer', time },
        { source: 'postqueue', whole: true, backlog: backlogOf(messages, time) },
        messages,
      );
    }),
  );
  await store.close();
  const { out } = await type('queue', '--over');
  expect(out.split('\n').filter((line) => /^2026-11-\d\d /.test(line))).toHaveLength(48);
  expect(out).toContain('2026-11-01 20:50:00         9');
  expect(out).toContain('the worst of each stretch; --csv has all 500');
  for (const argv of [
    ['queue', '--messages'],
    ['queue', '--messages', '--csv'],
    ['queue', '--json', '--messages'],
    ['queue', '--csv'],
  ]) {
    const { out: shown } = await type(...argv);
    expect(shown).not.toMatch(/[\x1b\u202e\ue01b]/u);
    expect(shown).not.toMatch(/(?:^|,)"?=cmd/m);
  }
});

describe.skipIf(elasticsearch.missing !== undefined)('into Elasticsearch', () => {
  const prefix = `test-${randomBytes(4).toString('hex')}`;
  const client = new Client({ node: elasticsearch.url ?? '' });
  afterAll(async () => {
    const made = Object.keys(await client.indices.get({ index: `${prefix}-*`, features: 'aliases' }));
    if (made.length > 0) await client.indices.delete({ index: made });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-*` });
    await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` });
    await client.close();
  });

  test('a snapshot, and the queue by it', async () => {
    const config = [
      '--config',
      workshop.write('c.yml', `elasticsearch: { url: '${elasticsearch.url}', prefix: ${prefix} }\nstore: elasticsearch\n`),
    ];
    const taken = [...saved('during'), '--host', 'mailer', '--at', '2026-11-24T03:06:08'];
    expect(await typeWithoutStore('snapshot', ...taken, ...config)).toMatchObject({
      code: 1,
      err: expect.stringContaining("run 'postscope setup' first"),
    });
    await setup(client, { prefix });
    expect((await typeWithoutStore('snapshot', ...taken, ...config)).out).toMatch(/4 snapshots stored, in http:\/\/[^@]*\n$/);
    expect((await typeWithoutStore('snapshot', ...taken, ...config)).out).toContain('0 snapshots stored, 4 already there');
    const { out, err, code } = await typeWithoutStore('queue', ...config, '--messages');
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toContain('23 messages for 23 recipients, 112 kB (18 active, 5 deferred); the oldest has waited 1 min 15 s');
    expect(out).toContain('70EAEC233E');
    expect((await typeWithoutStore('queue', '--over', ...config)).out).toContain('at 1 snapshot; times in UTC');
  });
});

describe('what cannot be', () => {
  test('files that are cut off, empty, binary, missing: a sentence each, and the rest is kept', async () => {
    const cut = workshop.write('cut.txt', readFileSync(sample('incident/during-mailq.txt'), 'utf8').slice(0, 900));
    const { code, out } = await type(
      'snapshot',
      ...['--mailq', cut],
      ...['--postconf', workshop.write('empty', ''), '--master', workshop.path('gone'), '--resolv', sample('incident/during-resolv.conf')],
      ...['--host', 'mailer', '--at', '2026-11-24T03:06:08'],
    );
    expect(code).toBe(1);
    expect(out.replace(sample(''), 'logs/')).toMatchInlineSnapshot(`
      "mailer at 2026-11-24 03:06:08 (UTC)
        queue          7 messages for 6 recipients, 28 kB; the oldest has waited 50 s [/cut.txt]
                       1 line cannot be read, such as "                     "
                       it is cut off: its last line (-- … Kbytes in … Requests.) is missing; it goes as far as 7 messages
        resolv.conf    nameserver 10.50.0.54, 10.50.0.53; 5 s to each, 2 rounds [logs//incident/during-resolv.conf]
      Not taken:
        services       /gone: is not there.
        configuration  /empty: it is empty; postconf -n prints config_directory or myhostname at least.
      2 snapshots stored, in /store/test.duckdb.
      "
    `);
    expect(await type('snapshot', '--postqueue', workshop.write('binary', Buffer.from([0, 1, 2])))).toMatchObject({
      code: 1,
      out: 'Nothing could be taken:\n  queue          /binary: is binary, not text.\n',
    });
    expect((await type('queue')).out).toContain('as mailq listed it (cut off, so there was more); times in UTC');
  });

  test('an empty store, and a moment of which nothing is known', async () => {
    expect(await type('queue')).toMatchObject({ code: 1, err: expect.stringContaining('There is no store at /store/test.duckdb.') });
    await type('snapshot', '--resolv', sample('incident/during-resolv.conf'), '--host', 'mailer');
    expect((await type('queue')).err).toBe(
      'error: The store at /store/test.duckdb has neither a snapshot of the queue nor lines to make it from.\n' +
        'Take one: postscope snapshot     or read the log: postscope import /var/log/maillog*\n',
    );
    await type('snapshot', ...saved('during'), '--host', 'mailer', '--at', '2026-11-24T03:06:08');
    expect((await type('queue', '--at', '2026-11-24T05:00')).err).toBe(
      'error: Nothing is known of the queue at 2026-11-24 05:00:00: there is no snapshot of then, and there are no lines of the log (UTC).' +
        ' The latest snapshot is of 2026-11-24 03:06:08.\n',
    );
  });

  test('flags that do not go together', async () => {
    expect(await type('snapshot', '--at', '2026-11-24')).toMatchObject({ code: 2, err: expect.stringContaining('no file is named') });
    expect(await type('snapshot', '--mailq', 'a', '--postqueue', 'b')).toMatchObject({ code: 2 });
    expect(await type('queue', '--since', '-1d')).toMatchObject({ code: 2 });
    expect(await type('queue', '--over', '--at', 'now')).toMatchObject({ code: 2 });
  });
});

describe('this machine', () => {
  const machine = () => ({ path: join(workshop.folder, 'bin'), resolvConf: workshop.path('resolv.conf'), now: () => now });
  const postconf = (queue: string) => `case "$*" in
    -n) cat ${sample('incident/during-postconf-n.txt')};;
    -M) cat ${sample('incident/during-postconf-M.txt')};;
    *) echo "mail_version = 3.7.11"; echo "queue_directory = ${queue}";;
  esac`;

  test('a Postfix of today: postqueue -j, the copy of resolv.conf in its chroot, warnings', async () => {
    command('postqueue', `[ "$1" = -j ] && cat ${sample('incident/during-postqueue.ndjson')}`);
    command('postconf', `echo "postconf: warning: main.cf: unused parameter: x=1" >&2\n${postconf(workshop.path('spool'))}`);
    workshop.write('resolv.conf', 'nameserver 10.50.0.53\n');
    workshop.write('spool/etc/resolv.conf', 'nameserver 10.50.0.54\n');
    const { parts, missing } = await takeFromMachine(machine());
    expect(missing).toEqual([]);
    expect(parts.map(({ what, from }) => [what, from])).toEqual([
      ['postqueue', 'postqueue -j'],
      ['postconf', 'postconf -n'],
      ['master', 'postconf -M'],
      ['version', 'postconf mail_version queue_directory'],
      ['resolv', workshop.path('resolv.conf')],
    ]);
    const { snapshotsOf } = await import('../ingest/snapshot/take.js');
    const { Zone } = await import('../postfix/zone.js');
    const { taken } = snapshotsOf(parts, 'mailer', new Zone('UTC'));
    expect(taken.map(({ snapshot: { kind } }) => kind)).toEqual(['queue', 'postconf', 'master', 'version', 'resolv']);
    expect(taken[3]?.snapshot.content).toEqual({ version: '3.7.11' });
    expect(taken[1]?.notes).toEqual(['postconf: warning: main.cf: unused parameter: x=1']);
    expect(taken[4]?.snapshot.content).toMatchObject({ nameservers: ['10.50.0.53'], chroot: { nameservers: ['10.50.0.54'] } });
    expect(taken[4]?.notes).toEqual(["the copy in Postfix's queue directory differs: daemons in a chroot ask 10.50.0.54"]);
  });

  test('a Postfix of old has no postqueue -j, and one that is down lists nothing', async () => {
    command('postconf', postconf('/nowhere'));
    workshop.write('resolv.conf', 'nameserver 10.50.0.53\n');
    command(
      'postqueue',
      `[ "$1" = -p ] && cat ${sample('incident/during-mailq.txt')} && exit 0\necho "postqueue: invalid option -- j" >&2; exit 1`,
    );
    const old = await takeFromMachine(machine());
    expect(old.missing).toEqual([]);
    expect(old.parts[0]).toMatchObject({
      what: 'mailq',
      from: 'postqueue -p',
      text: readFileSync(sample('incident/during-mailq.txt'), 'utf8'),
    });
    command('postqueue', 'echo "postqueue: fatal: Queue report unavailable - mail system is down" >&2; exit 69');
    expect((await takeFromMachine(machine())).missing).toEqual([
      { what: 'mailq', from: 'postqueue -p', why: 'it says: postqueue: fatal: Queue report unavailable - mail system is down' },
    ]);
  });
});
