/** `postscope erase` as it is typed, what it says of what is wrong, and what is left when it is killed. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import { Eraser } from '../postfix/privacy/erasure.js';
import { openReader } from '../store/open.js';
import { Built } from './built.js';
import { EraseRig, key, logOf, person } from './erase_rig.js';
import { Collected, type Run } from './fake_reader.js';
import { documentsOf, now } from './workshop.js';

const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

let rig: EraseRig;
beforeEach(() => {
  rig = new EraseRig();
  writeFileSync(rig.workshop.path('privacy.key'), key.toString('hex'), { mode: 0o600 });
});
afterEach(() => rig.remove());

const keyFlags = () => ['--privacy-key', rig.workshop.path('privacy.key')];
const eraser = () => new Eraser({ address: person }, Buffer.from(key.toString('hex')));

async function type(command: string, ...argv: string[]): Promise<Run> {
  const stdout = new Collected();
  const stderr = new Collected();
  const env = { HOME: rig.workshop.folder, INIT_CWD: rig.workshop.folder, ...rig.env };
  const code = await main([command, ...argv], { stdout, stderr, env, zone: 'UTC', now: () => now });
  const shown = (text: string) => text.replaceAll(rig.workshop.folder, '…');
  return { code, out: shown(stdout.text), err: shown(stderr.text) };
}

const bytesOf = (path: string) => createHash('md5').update(readFileSync(path)).digest('hex');

test('what there is, is shown; then erased, verified and written down; the second time nothing names them', async () => {
  await rig.fillWith(logOf(person), person);
  const before = bytesOf(rig.workshop.store);
  const shown = await type('erase', '--address', person, ...keyFlags());
  expect(shown).toMatchObject({ code: 0, err: 'Nothing was erased: --apply does that.\n' });
  expect(shown.out).toMatch(
    /^\d+ lines, \d+ messages with \d+ attempts, 2 snapshots, 1 line in quarantine and 1 entry of the record name user1@domain\.test\. p-/,
  );
  expect(shown.out).toContain('archives that were made of the store');
  expect(bytesOf(rig.workshop.store)).toBe(before);
  const done = await type('erase', '--address', person.toUpperCase(), '--apply', '--yes', ...keyFlags());
  expect(done.err).toBe('Erasing …\nPutting messages together …\nWriting the file anew …\n');
  expect(done.out).toMatch(/\nReplaced: \d+ lines, .*\.\nThe store has \d+ lines and \d+ messages\.\nVerified: nothing found, /);
  expect(done.code).toBe(0);
  expect(await type('erase', '--address', person, '--apply', '--yes', ...keyFlags())).toEqual({
    code: 0,
    out: `Nothing names ${person}.\n`,
    err: '',
  });
  expect((await type('search', '--to', person)).out).not.toContain('domain.test');
  const pseudonym = eraser().pseudonym;
  expect((await type('search', '--to', person, '--privacy', 'pseudonymous', ...keyFlags())).out).toContain(pseudonym);
  const log = await type('retention', '--log');
  expect(log.out).toContain(`erasure, with a pseudonym instead, of ${pseudonym}: `);
  expect(log.out).not.toContain(person);
  expect((await type('retention', '--log', '--csv')).out).toMatch(/,erasure,,p-[\da-f]{20}@domain\.test,\d+,\d+,\d+,2,yes/);
  // It is known to its end, and not read again.
  await rig.fill(['maillog']);
  expect((await type('erase', '--address', person, ...keyFlags())).out).toBe(`Nothing names ${person}.\n`);
});

test('JSON; a key is made where something is erased, and not before', async () => {
  await rig.fillWith(logOf(person), person);
  const path = rig.workshop.path('.local/share/postscope/privacy.key');
  expect(JSON.parse((await type('erase', '--domain', 'domain.test', '--json')).out)).toMatchObject({ how: 'replaced', queue: 'none' });
  expect(existsSync(path)).toBe(false);
  const done = await type('erase', '--domain', 'domain.test', '--remove', '--apply', '--yes', '--json');
  expect(JSON.parse(done.out)).toMatchObject({ how: 'removed', verified: true, left: [], erased: { what: 'erasure', how: 'removed' } });
  expect(existsSync(path)).toBe(true);
});

test('what cannot be erased is said: the name of a file', async () => {
  const name = `mail of ${person}`;
  rig.workshop.write(
    name,
    'Nov 20 10:00:00 mailer postfix/qmgr[5]: 5F00000006: from=<user1@domain.test>, size=2340, nrcpt=1 (queue active)\n',
  );
  await rig.fill([name]);
  const done = await type('erase', '--address', person, '--apply', '--yes');
  expect(done.code).toBe(1);
  expect(done.out).toContain('Left:\n  the name of a file that lines came from has it');
});

describe('what is wrong is said in a sentence, and nothing is touched', () => {
  const wrong: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
    [[], /whose data\? --address bob@example\.com, or --domain example\.com/],
    [['--address', 'bob'], /--address: "bob" is no address: it has no @/],
    [['--address', '\u001b[2J@x.test'], /has control characters/],
    [['--domain', 'bob@example.com'], /--domain: "bob@example.com" is no domain: it has an @/],
    [['--address', person, '--domain', 'x.test'], /cannot be used with/],
    [['--address', person, '--yes'], /without it nothing is erased/],
  ];
  test('flags', async () => {
    await rig.fillWith(logOf(person).slice(0, 20), person);
    const before = bytesOf(rig.workshop.store);
    for (const [argv, says] of wrong) {
      const { code, err } = await type('erase', ...argv);
      expect(err, argv.join(' ')).toMatch(says);
      expect(err).not.toContain('\x1b');
      expect(code).toBe(2);
    }
    expect(await type('erase', '--address', 'nobody@nowhere.test', '--apply', '--yes')).toMatchObject({
      code: 0,
      out: 'Nothing names nobody@nowhere.test.\n',
    });
    if (process.stdin.isTTY !== true) {
      expect((await type('erase', '--address', person, '--apply')).err).toContain('no terminal to ask at: --yes');
    }
    expect(bytesOf(rig.workshop.store)).toBe(before);
  });

  test('no store, and one of a newer version', async () => {
    expect((await type('erase', '--address', person, '--apply', '--yes')).err).toContain('There is no store at');
    await rig.fillWith(logOf(person).slice(0, 20), person);
    const instance = await duckdb.DuckDBInstance.create(rig.workshop.store);
    const connection = await instance.connect();
    await connection.run("UPDATE meta SET value = '99' WHERE key = 'schema_version'");
    connection.closeSync();
    instance.closeSync();
    const before = bytesOf(rig.workshop.store);
    const { code, err } = await type('erase', '--address', person, '--apply', '--yes');
    expect(code).toBe(1);
    expect(err).toMatch(/has schema 99, this postscope knows \d+; update postscope/);
    expect(bytesOf(rig.workshop.store)).toBe(before);
  });

  test('a queue that cannot be looked into', async () => {
    const { code, err } = await type(
      'erase',
      '--address',
      person,
      '--apply',
      '--yes',
      '--store',
      'http://127.0.0.1:1',
      '--config',
      redis(),
    );
    expect(err).toMatch(/nothing was erased\. Where there is no queue, .*: --skip-queue/);
    expect(code).toBe(1);
  });

  /** A configuration file that names a Redis which is not there. */
  const redis = () => rig.workshop.write('postscope.yml', 'redis:\n  url: redis://127.0.0.1:1\n');
});

describe('as a process of its own', () => {
  let built: Built;
  beforeAll(() => {
    built = new Built();
  });
  afterAll(() => built.remove());

  const script = (store: string) =>
    `import { main, processIo } from './cli/main.js';
     const io = processIo();
     process.exitCode = await main(process.argv.slice(1), { ...io, env: { ...io.env, POSTSCOPE_STORE: ${JSON.stringify(store)} }, now: () => ${now} });`;
  const apply = () => ['erase', '--address', person, '--apply', '--yes', ...keyFlags()];

  test('a store that may only be read', async () => {
    await rig.fillWith(logOf(person).slice(0, 20), person);
    const path = rig.workshop.store;
    chmodSync(path, 0o444);
    for (const folder of [built.folder, rig.workshop.folder]) chmodSync(folder, 0o755);
    const before = bytesOf(path);
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const words = ['erase', '--address', person, '--apply', '--yes', '--privacy-key', `${rig.workshop.folder}/other.key`];
    if (process.getuid?.() === 0) chmodSync(rig.workshop.folder, 0o777);
    const args = ['--input-type=module', '-e', script(path), '--', ...words];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: built.folder, encoding: 'utf8', ...asNobody });
    expect(stderr).toMatch(/^error: .*(cannot be opened|Permission denied)/);
    expect(status).toBe(1);
    expect(bytesOf(path)).toBe(before);
  });

  test('killed at several moments, it ends as if it had not been', async () => {
    await rig.fillWith(logOf(person), person);
    const [whole, killed] = [rig.workshop.path('whole.duckdb'), rig.workshop.path('killed.duckdb')];
    for (const copy of [whole, killed]) copyFileSync(rig.workshop.store, copy);
    expect((await built.script(script(whole), apply()).ended).code).toBe(0);
    let kills = 0;
    // After each word that it says, and a little later: not yet changed, changed and not folded, not written anew.
    for (const [word, later] of [
      ['Erasing', 0],
      ['Erasing', 120],
      ['Putting', 0],
      ['Putting', 60],
      ['Writing', 0],
      ['Writing', 40],
    ] as const) {
      const running = built.script(script(killed), apply());
      await Promise.race([running.says(word), running.ended]);
      const timer = setTimeout(() => running.process.kill('SIGKILL'), later);
      if ((await running.ended).code === 'SIGKILL') kills++;
      clearTimeout(timer);
    }
    expect(kills).toBeGreaterThan(2);
    expect((await built.script(script(killed), apply()).ended).code).toBe(0);
    const contents = async (path: string) => {
      const reader = await openReader({ path });
      try {
        const { messages } = await reader.messages({ limit: 10_000 });
        const { attempts } = await reader.attempts({ limit: 10_000 });
        return { documents: await documentsOf(reader), messages, attempts };
      } finally {
        await reader.close();
      }
    };
    expect(await contents(killed)).toEqual(await contents(whole));
    expect(readFileSync(killed, 'latin1')).not.toMatch(/(?<!x)user1@domain\.test/i);
    expect(existsSync(`${killed}.anew`)).toBe(false);
  });
});
