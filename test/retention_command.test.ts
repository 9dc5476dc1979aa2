/** `postscope retention` as it is typed, what it says of what is wrong, and what is left when it is killed. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { mappingVersion } from '../store/elasticsearch/names.js';
import { openWriter } from '../store/open.js';
import { Built } from './built.js';
import { RetentionRig, typedAt } from './retention_rig.js';
import { service } from './services/index.js';
import { now, Workshop } from './workshop.js';

const elasticsearch = await service('elasticsearch');
const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

let rig: RetentionRig;
beforeEach(() => {
  rig = new RetentionRig();
});
afterEach(() => rig.remove());

const type = (...argv: string[]) => typedAt(rig, ['retention', ...argv]);

const bytesOf = (path: string) => createHash('md5').update(readFileSync(path)).digest('hex');

test('a policy is shown, applied, and written down; the second time nothing is older', async () => {
  await rig.fill();
  const shown = await type('--keep', '1mo');
  expect(shown).toMatchObject({ code: 0, err: 'Nothing was deleted: --apply does that.\n' });
  expect(shown.out).toMatch(
    /Older than is to be kept \(1mo\):\n.*month +lines +messages +attempts +snapshots\n +2026-08 +\d+ +24 +\d+ +1\n +2026-09 +\d+ +21 +/,
  );
  const applied = await type('--keep', '1mo', '--apply', '--yes');
  expect(applied.code).toBe(0);
  expect(applied.out).toContain(shown.out);
  expect(applied.out).toMatch(/Deleted\. The store has \d+ lines, 48 messages, \d+ attempts and 2 snapshots\./);
  expect(await type('--keep', '1mo', '--apply', '--yes')).toMatchObject({
    code: 0,
    out: 'Nothing is older than is to be kept (1mo).\n',
    err: '',
  });
  const log = await type('--log');
  expect(log.out).toMatch(
    /^2026-11-24 12:00:00 {2}\S+ {2}deletion of 2026-08\.\.2026-09, to keep 1mo\n {4}before: .*\n {4}after: {2}.*\n$/,
  );
  expect(JSON.parse((await type('--log', '--json')).out)).toMatchObject([{ what: 'deletion', time: '2026-11-24T12:00:00.000Z' }]);
  expect((await type('--log', '--csv')).out.split('\n')).toHaveLength(4);
});

test('holds: kept whatever the policy, until they are released', async () => {
  await rig.fill();
  expect((await type('--hold', '2026-08', '--reason', 'mail of 12 August \x1b[2J')).out).toContain('Held: 2026-08.');
  expect(await type('--hold', '2025-08', '--reason', 'a year mistyped')).toMatchObject({
    code: 0,
    err: 'The store has nothing of that time.\n',
  });
  expect((await type('--release', '2025-08')).code).toBe(0);
  expect(await type('--hold', '2026-08', '--reason', 'again')).toMatchObject({
    code: 1,
    err: expect.stringContaining('2026-08 is held already: mail of'),
  });
  const applied = await type('--keep', '1mo', '--apply', '--yes');
  expect(applied.out).toContain('Kept all the same, under a hold: 2026-08\n');
  expect(applied.out).not.toMatch(/^ +2026-08/m);
  const report = await type();
  expect(report.out).toMatch(/2026-08 .* held\n/);
  expect(report.out).not.toContain('\x1b');
  expect(await type('--release', '2026')).toMatchObject({ code: 1, err: 'error: There is no hold of 2026; held: 2026-08.\n' });
  expect((await type('--release', '2026-08')).code).toBe(0);
  expect((await type('--keep', '1mo', '--apply', '--yes', '--json')).out).toContain('"month": "2026-08"');
  expect((await type('--log')).out.match(/ {2}(hold|deletion|release) /g)).toHaveLength(6);
});

test('the report: text, JSON, CSV and a page; what came from outside is text in each of them', async () => {
  const odd = '=1+1 <b>\x1b[2J';
  rig.workshop.write(odd, 'Nov 20 10:00:00 mailer postfix/qmgr[5]: 5F00000006: from=<>, size=2340, nrcpt=1 (queue active)\n');
  await rig.fill();
  await rig.fill([odd]);
  const { out } = await type();
  expect(out).toMatch(/ on disk, \d+ lines\. By month \(UTC\):/);
  expect(out).toMatch(/2026-08 +mailer +\d+ +\d+ % +about /);
  expect(out).toContain('--keep 1mo       2');
  const json = JSON.parse((await type('--json')).out) as { holdings: { files: string[]; month: string }[]; bytesOfMonths: string };
  expect(json.bytesOfMonths).toBe('by share of lines');
  expect(json.holdings.map(({ month }) => month)).toEqual(['2026-08', '2026-09', '2026-10', '2026-11']);
  const csv = (await type('--csv')).out;
  expect(csv).toMatch(/^month,host,lines,share,bytes,/);
  const page = await type('--html', rig.workshop.path('page.html'));
  expect(page).toMatchObject({ code: 0, out: '' });
  const html = readFileSync(rig.workshop.path('page.html'), 'utf8');
  for (const text of [out, csv, html]) expect(text).not.toContain('\x1b');
  expect(html).not.toContain('<b>');
  expect(html).toContain('&lt;b&gt;');
  expect(html).toContain('<svg');
});

describe('what is wrong is said in a sentence, and nothing is touched', () => {
  const wrong: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
    [['--keep', '0'], /Nothing at all would be kept/],
    [['--keep', '0mo', '--apply', '--yes'], /Nothing at all would be kept/],
    [['--keep', '18'], /A number of what\? Accepted: 18mo/],
    [['--keep', '-3d'], /argument missing|Not a length of time/],
    [['--keep', '3 fortnights'], /Not a length of time that I know/],
    [['--keep', '99999y'], /Longer than any log is old/],
    [['--apply', '--yes'], /--keep says how much is to be kept, and is missing/],
    [['--keep', '1mo', '--yes'], /without it nothing is deleted/],
    [['--keep', '1mo', '--keep-attempts', '2y', '--apply', '--yes'], /attempts cannot be kept longer \(2y\) than the messages/],
    [['--hold', '2026-13', '--reason', 'x'], /Not a period that I know/],
    [['--hold', '2026-02-30', '--reason', 'x'], /Not a period that I know/],
    [['--hold', '2026-05..2026-04', '--reason', 'x'], /It ends before it begins/],
    [['--hold', '2026-04'], /--hold needs a --reason/],
    [['--release', '2026-04'], /There is no hold of 2026-04; nothing is held/],
    [['--log', '--keep', '1mo'], /cannot be used with/],
  ];
  test('flags', async () => {
    await rig.fill();
    const before = bytesOf(rig.workshop.store);
    for (const [argv, says] of wrong) {
      const { code, err } = await type(...argv);
      expect(err, argv.join(' ')).toMatch(says);
      expect(code).toBeGreaterThan(0);
    }
    expect(bytesOf(rig.workshop.store)).toBe(before);
  });

  test.skipIf(process.stdin.isTTY === true)('nobody to ask', async () => {
    await rig.fill();
    const before = bytesOf(rig.workshop.store);
    expect(await type('--keep', '1mo', '--apply')).toMatchObject({ code: 2, err: expect.stringContaining('no terminal to ask at: --yes') });
    expect(bytesOf(rig.workshop.store)).toBe(before);
  });

  test('no store, and one of a newer version', async () => {
    expect((await type('--keep', '1mo', '--apply', '--yes')).err).toContain('There is no store at');
    await rig.fill();
    const instance = await duckdb.DuckDBInstance.create(rig.workshop.store);
    const connection = await instance.connect();
    await connection.run("UPDATE meta SET value = '99' WHERE key = 'schema_version'");
    connection.closeSync();
    instance.closeSync();
    const before = bytesOf(rig.workshop.store);
    const { code, err } = await type('--keep', '1mo', '--apply', '--yes');
    expect(code).toBe(1);
    expect(err).toMatch(/has schema 99, this postscope knows \d+; update postscope/);
    expect(bytesOf(rig.workshop.store)).toBe(before);
  });
});

test('a user without the right: said before anything is written', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const answer = /_has_privileges/.test(request.url ?? '')
      ? { has_all_requested: false }
      : /_mapping/.test(request.url ?? '')
        ? { 'mail-retention': { mappings: { _meta: { managed_by: 'postscope', version: mappingVersion } } } }
        : { hits: { hits: [] } };
    response.writeHead(200, {
      'content-type': 'application/vnd.elasticsearch+json; compatible-with=9',
      'x-elastic-product': 'Elasticsearch',
    });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    const store = ['--store', `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
    for (const argv of [
      ['--keep', '1mo', '--apply', '--yes'],
      ['--hold', '2026-04', '--reason', 'x'],
    ]) {
      const { code, err } = await type(...argv, ...store);
      expect(err).toMatch(/^error: .*may not delete indices of this store; it needs the role 'retention' of mappings\/roles\/\n$/);
      expect(code).toBe(1);
    }
    expect(asked.filter((one) => /^(PUT|DELETE)|_doc|_bulk/.test(one))).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('as a process of its own', () => {
  let built: Built;
  beforeAll(() => {
    built = new Built();
  });
  afterAll(() => built.remove());

  /** With the clock of the tests, as what is old would be older each day. */
  const script = (env: Readonly<Record<string, string>>) =>
    `import { main, processIo } from './cli/main.js';
     const io = processIo();
     process.exitCode = await main(process.argv.slice(1), { ...io, env: { ...io.env, ...${JSON.stringify(env)} }, now: () => ${now} });`;
  const apply = ['retention', '--keep', '1mo', '--apply', '--yes'];

  test('a store that may only be read', async () => {
    await rig.fill();
    const path = rig.workshop.store;
    chmodSync(path, 0o444);
    for (const folder of [built.folder, rig.workshop.folder]) chmodSync(folder, 0o755);
    const before = bytesOf(path);
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const args = ['--input-type=module', '-e', script(rig.env), '--', ...apply];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: built.folder, encoding: 'utf8', ...asNobody });
    expect(stderr).toMatch(/^error: .*(cannot be opened|Permission denied)/);
    expect(status).toBe(1);
    expect(bytesOf(path)).toBe(before);
  });

  test('killed at ten moments, it ends as if it had not been; the file is shorter', async () => {
    const shop = new Workshop();
    try {
      const lines: string[] = [];
      for (const made of generate({ seed: 3, hosts: 2, days: 70, lines: 60_000 })) if (made.kind === 'line') lines.push(made.line);
      shop.write('maillog', `${lines.join('\n')}\n`, now);
      await shop.import(['maillog']);
      const writer = await openWriter({ path: shop.store });
      await writer.fold?.();
      await writer.close();
      const [whole, killed] = [shop.path('whole.duckdb'), shop.path('killed.duckdb')];
      for (const copy of [whole, killed]) copyFileSync(shop.store, copy);
      const run = (path: string) => built.script(script({ POSTSCOPE_STORE: path }), apply);
      expect((await run(whole).ended).code).toBe(0);
      let kills = 0;
      // Seeded, so that a failure comes again.
      for (let round = 0, random = 42; round < 10; round++) {
        random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
        const running = run(killed);
        await Promise.race([running.says('Deleting'), running.ended]);
        const timer = setTimeout(() => running.process.kill('SIGKILL'), (random / 2 ** 31) * 600);
        if ((await running.ended).code === 'SIGKILL') kills++;
        clearTimeout(timer);
        // From the start, until one of them got through.
        if (round % 3 === 2) copyFileSync(shop.store, killed);
      }
      expect(kills).toBeGreaterThan(0);
      expect((await run(killed).ended).code).toBe(0);
      expect(await rowsOf(killed)).toEqual(await rowsOf(whole));
      expect(statSync(whole).size).toBeLessThan(statSync(shop.store).size);
    } finally {
      shop.remove();
    }
  }, 300_000);

  test.skipIf(elasticsearch.missing !== undefined)('killed in a cluster, the next one ends what was begun', async () => {
    const url = elasticsearch.url as string;
    const [whole, killed] = [0, 1].map(() => new RetentionRig({ url, prefix: `retention-${randomBytes(4).toString('hex')}` })) as [
      RetentionRig,
      RetentionRig,
    ];
    try {
      for (const one of [whole, killed]) await one.fill();
      const run = (one: RetentionRig) => built.script(script(one.env), apply);
      expect(await run(whole).ended).toMatchObject({ code: 0 });
      for (const pause of [50, 300, 700]) {
        const running = run(killed);
        await Promise.race([running.says('Deleting'), running.ended]);
        const timer = setTimeout(() => running.process.kill('SIGKILL'), pause);
        await running.ended;
        clearTimeout(timer);
      }
      expect(await run(killed).ended).toMatchObject({ code: 0 });
      expect(await killed.contents()).toEqual(await whole.contents());
      await killed.retention(async (retention) => {
        for (const entry of await retention.retentionLog()) expect(entry).toHaveProperty('after');
      });
    } finally {
      for (const one of [whole, killed]) await one.remove();
    }
  });
});

/** What every table has, in an order of its own. */
async function rowsOf(path: string): Promise<Readonly<Record<string, string>>> {
  const instance = await duckdb.DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const rows: Record<string, string> = {};
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  for (const [table] of tables.getRowsJS()) {
    // When it was, and under what name it is written down, is another time another.
    if (table === 'retention') continue;
    const [row] = (
      await connection.runAndReadAll(`SELECT count(*) || ' ' || coalesce(bit_xor(hash(t)), 0) FROM ${table as string} t`)
    ).getRowsJS();
    rows[table as string] = String(row?.[0]);
  }
  connection.closeSync();
  instance.closeSync();
  return rows;
}
