/** The commands of a cluster as an operator types them, against a real Redis and a real Elasticsearch. */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import { Built, type Running } from './built.js';
import { Collected } from './fake_reader.js';
import { service } from './services/index.js';
import { line, lines, Workshop } from './workshop.js';

const redis = await service('redis');
const elasticsearch = await service('elasticsearch');
const missing = redis.missing ?? elasticsearch.missing;

let shop: Workshop;
beforeEach(() => {
  shop = new Workshop();
});
afterEach(() => shop.remove());

/** A command in this process. */
async function postscope(...argv: string[]) {
  const stdout = new Collected();
  const stderr = new Collected();
  const env = { HOME: shop.folder, INIT_CWD: shop.folder };
  const io = { stdout, stderr, env, now: () => Date.parse('2026-11-25T12:00:00Z'), zone: 'UTC', configFile: shop.path('no.yml') };
  const code = await main(argv, io);
  return { code, out: stdout.text, err: stderr.text.replaceAll(shop.folder, '…') };
}

/** What stands in a log of JSON lines. */
const messages = (text: string) =>
  text
    .split('\n')
    .filter((at) => at.startsWith('{'))
    .map((at) => JSON.parse(at) as { message: string; 'log.level': string; address?: string });

describe.each(['ship', 'work', 'setup', 'quarantine', 'config'])('%s --help', (name) => {
  test('says what it does, and ends', async () => {
    const { code, out } = await postscope(name, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: postscope ${name}`));
    expect(out).toMatch(/Examples?( of a file)?:/);
    // Nothing of it is broken off at the edge of a terminal.
    for (const text of out.split('\n')) expect(text.length).toBeLessThanOrEqual(140);
  });
});

describe('quarantine', () => {
  const long = `Nov 23 00:00:09 mailer postfix/smtpd[1]: ${'x'.repeat(70_000)}\n`;
  const fill = async () => {
    shop.write('maillog', `${line(0)}no time in \x1b[2Jthis\n${long}${line(1)}`);
    await shop.import(['maillog']);
  };

  test('lists, shows, and pages', async () => {
    await fill();
    const { code, out } = await postscope('quarantine', 'list', '--store', shop.store);
    expect(code).toBe(0);
    expect(out.replaceAll(shop.folder, '…')).toMatch(
      /^[\da-f]{16} {2}no_time {2}…\/maillog, byte \d+\n {2}no time in ␛\[2Jthis\n[\da-f]{16} {2}too_long {2}…\/maillog, byte \d+\n {2}Nov 23 .*…\n$/,
    );
    const first = await postscope('quarantine', 'list', '--store', shop.store, '--limit', '1');
    const [, after = ''] = /--after (\S+)$/m.exec(first.err) ?? [];
    expect(first.err).toContain('More of them: postscope quarantine list --limit 1 --store');
    expect((await postscope('quarantine', 'list', '--store', shop.store, '--after', after)).out).toContain('too_long');
    const wrong = await postscope('quarantine', 'list', '--store', shop.store, '--after', 'nonsense');
    expect([wrong.code, wrong.err]).toEqual([
      2,
      'error: --after "nonsense": not where a page ended; copy it from the end of the page before\n',
    ]);
    const json = await postscope('quarantine', 'list', '--store', shop.store, '--json', '--reason', 'no_time');
    const listed = JSON.parse(json.out);
    expect(listed).toMatchObject({ reason: 'no_time', text: 'no time in \ue01b[2Jthis', encoding: 'bytes', zone: 'UTC' });
    const shown = await postscope('quarantine', 'show', listed.id, '--store', shop.store);
    expect(shown.out).toContain('reason          no_time: no time in it, so it cannot be placed\n');
    expect(shown.out).toContain('no time in ␛[2Jthis');
    expect(await postscope('quarantine', 'show', 'none', '--store', shop.store)).toMatchObject({
      code: 1,
      err: 'error: Not in quarantine: none\n',
    });
  });

  test('tries again; what cannot be stored stays, with the reason', async () => {
    await fill();
    const { code, out, err } = await postscope('quarantine', 'replay', '--store', shop.store);
    expect(code).toBe(1);
    expect(out).toBe('0 lines stored, 2 lines stay in quarantine.\n');
    expect(err).toMatch(/^[\da-f]{16} {2}…\/maillog, byte \d+: it still has no time that postscope knows\n/);
    expect(err).toMatch(/byte \d+: only its beginning was kept, so it cannot be stored as it was\n$/);
  });

  test('what a worker died of is stored, once it does not any more, with its own time and host', async () => {
    shop.write('maillog', line(0));
    await shop.import(['maillog']);
    // As a worker would have left it: the year is that of the line's own time.
    const text = 'Nov 23 00:00:05 postfix/smtpd[1005]: connect from client5.example.org[192.0.2.5]';
    const { openWriter } = await import('../store/open.js');
    const writer = await openWriter({ path: shop.store });
    const source = { key: 'ship:a', path: '/var/log/maillog' };
    const aside = {
      why: '3 workers were lost while they read it',
      source,
      ordinal: 0,
      zone: 'UTC',
      host: 'container',
      anchor: Date.parse('2021-11-23T00:00:05Z'),
    };
    for (let i = 0; i < 3; i++)
      writer.setAside({
        ...aside,
        reason: i === 2 ? 'no_time' : 'crash',
        offset: i * 100,
        ordinal: i,
        text: { text: i === 2 ? 'no time' : text, encoding: 'ascii' },
      });
    await writer.commit([]);
    await writer.close();
    const { code, out } = await postscope('quarantine', 'replay', '--store', shop.store, '--reason', 'crash');
    expect([code, out]).toEqual([0, '2 lines stored, none stays in quarantine.\n']);
    const documents = await shop.documents();
    expect(documents.map((document) => [document['@timestamp'].slice(0, 19), document.host.name])).toEqual([
      ['2021-11-23T00:00:05', 'container'],
      ['2021-11-23T00:00:05', 'container'],
      ['2026-11-23T00:00:00', 'mailer'],
    ]);
    expect((await postscope('quarantine', 'list', '--store', shop.store, '--json')).out.trim().split('\n')).toHaveLength(1);
    expect((await postscope('quarantine', 'replay', 'nobody', '--store', shop.store)).err).toContain('nobody: not in quarantine');
    expect((await postscope('doctor', '--store', shop.store)).code).toBe(0);
  });

  test('more than a page of them, some of which stay', async () => {
    const { openWriter } = await import('../store/open.js');
    const writer = await openWriter({ path: shop.store });
    const aside = {
      why: undefined,
      source: { key: 'a', path: 'a' },
      ordinal: 0,
      zone: 'UTC',
      host: 'h',
      anchor: Date.parse('2026-11-24T00:00:00Z'),
    };
    for (let i = 0; i < 2500; i++) {
      const stays = i % 1000 === 7;
      writer.setAside({ ...aside, reason: 'crash', offset: i, text: { text: stays ? 'no time' : line(i).trimEnd(), encoding: 'ascii' } });
    }
    await writer.commit([]);
    await writer.close();
    const { out, err } = await postscope('quarantine', 'replay', '--store', shop.store);
    expect(out, err).toBe('2,497 lines stored, 3 lines stay in quarantine.\n');
    expect(await shop.lines()).toHaveLength(2497);
  });

  test('without a verb, or of a store that is not there, says what to do', async () => {
    expect((await postscope('quarantine')).code).toBe(2);
    expect((await postscope('quarantine', 'list', '--store', 'no.duckdb')).err).toContain('There is no store at …/no.duckdb.');
  });
});

describe('what is wrong is said before anything is connected to', () => {
  test('nothing to ship', async () => {
    const { code, err } = await postscope('ship');
    expect([code, err]).toEqual([2, expect.stringContaining("error: nothing to ship: name files, such as '/var/log/mail.log*'")]);
  });

  test('settings that do not go together', async () => {
    const config = shop.write('c.yml', 'elasticsearch:\n  api_key: key-1\n  username: u\n  password: pass-1\n');
    for (const command of ['work', 'setup']) {
      const { code, err } = await postscope(command, '--config', config);
      expect(code).toBe(2);
      expect(err).toMatch(
        /^error: configuration: elasticsearch: an API key \(…\/c\.yml:2\) and a user or password \(…\/c\.yml:3\) are both given/,
      );
      expect(err).not.toMatch(/key-1|pass-1/);
    }
  });
});

/** As much of Elasticsearch as setup needs where the test's server lacks it: users of the native realm (docs/FACTS.md). */
async function securityServer(
  there: Readonly<Record<string, object>> = {},
  refuses: (method: string, path: string) => boolean = () => false,
) {
  const asked: { readonly method: string; readonly path: string; readonly body: unknown; readonly who: string }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => {
      text += piece;
    });
    request.on('end', () => {
      const { method = '', url: path = '' } = request;
      const who = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
      asked.push({ method, path, body: text === '' ? undefined : JSON.parse(text), who });
      const denied = { error: { type: 'security_exception', reason: 'unauthorized for user [setup]' } };
      const known = path === '/_security/_authenticate' ? {} : method === 'GET' ? there[path] : { acknowledged: true };
      const body = refuses(method, path) ? denied : known;
      response.writeHead(body === denied ? 403 : body === undefined ? 404 : 200, {
        'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
        'x-elastic-product': 'Elasticsearch',
      });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    changes: () => asked.filter(({ method, path }) => method !== 'GET' && path.startsWith('/_security')),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('setup makes users where it is given their passwords', () => {
  const config = (url: string) =>
    shop.write(
      'c.yml',
      `elasticsearch: { url: '${url}', username: elastic, password: elastic-1 }\nsetup: { writer_password: writer-1, reader_password: reader-1, kibana_password: kibana-1 }\n`,
    );

  test('each with its role, and Kibana its password', async () => {
    const server = await securityServer();
    try {
      const { code, out, err } = await postscope('setup', '--config', config(server.url));
      expect(code, err).toBe(0);
      expect(server.asked.every(({ who }) => who === 'elastic:elastic-1')).toBe(true);
      const managed = expect.objectContaining({ managed_by: 'postscope' });
      expect(server.changes().slice(-4)).toMatchObject([
        {
          method: 'PUT',
          path: '/_security/user/postscope_writer',
          body: { password: 'writer-1', roles: ['postscope_writer'], metadata: managed },
        },
        {
          method: 'PUT',
          path: '/_security/role/postscope_kibana',
          body: { applications: [{ application: 'kibana-.kibana', privileges: ['space_read'] }] },
        },
        {
          method: 'PUT',
          path: '/_security/user/postscope_reader',
          body: { password: 'reader-1', roles: ['postscope_reader', 'postscope_kibana'], metadata: managed },
        },
        { method: 'POST', path: '/_security/user/kibana_system/_password', body: { password: 'kibana-1' } },
      ]);
      expect(out).toContain('user postscope_writer: created\n');
      expect(out).toContain('user kibana_system: updated\n');
      expect(`${out}${err}`).not.toMatch(/(elastic|writer|reader|kibana)-1/);
    } finally {
      server.close();
    }
  });

  test('with --dry-run nothing is changed', async () => {
    const server = await securityServer();
    try {
      const { code, out } = await postscope('setup', '--dry-run', '--config', config(server.url));
      expect(code).toBe(0);
      expect(out).toContain('user postscope_reader: would be created\n');
      expect(server.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
    } finally {
      server.close();
    }
  });

  test('a role that may not be put in place is given as the request with which somebody can who may', async () => {
    const server = await securityServer({}, (method, path) => method === 'PUT' && path.startsWith('/_security/role/'));
    try {
      const { code, out, err } = await postscope('setup', '--elasticsearch-url', server.url);
      expect(code, err).toBe(0);
      expect(out).toContain('role postscope_writer: left as it is: it cannot be put in place (unauthorized for user [setup]);');
      const body = out.split('\n').find((_, i, all) => all[i - 1] === '  PUT /_security/role/postscope_writer') ?? '';
      expect(JSON.parse(body)).toMatchObject({ cluster: ['monitor'], metadata: { managed_by: 'postscope' } });
    } finally {
      server.close();
    }
  });

  test("somebody else's user of that name is left alone", async () => {
    const server = await securityServer({
      '/_security/user/postscope_writer': { postscope_writer: { roles: ['superuser'], metadata: {} } },
    });
    try {
      const { code, err } = await postscope('setup', '--config', config(server.url));
      expect(code).toBe(1);
      expect(err).toContain("error: the user postscope_writer is there, and none of postscope's");
      expect(server.changes().filter(({ path }) => path.startsWith('/_security/user'))).toEqual([]);
    } finally {
      server.close();
    }
  });
});

describe.skipIf(redis.missing !== undefined)('a Redis that wants a user', () => {
  test('as docs/CLUSTER.md makes one; its password is nowhere in the log', async () => {
    const { startRedis } = await import('./services/redis.js');
    const page = readFileSync(join(import.meta.dirname, '../docs/CLUSTER.md'), 'utf8');
    const [, rule = ''] = /`user ship on >PASSWORD (.*?)`/.exec(page) ?? [];
    const server = await startRedis({ password: 'default-1' });
    try {
      const cli = (...args: string[]) =>
        spawnSync('redis-cli', ['-p', String(server.port), ...args], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, REDISCLI_AUTH: 'default-1' },
        }).stdout;
      expect(cli('acl', 'setuser', 'ship', 'on', '>ship-secret-1', ...rule.split(' '))).toBe('OK\n');
      const address = (password: string) => ({
        redis: { url: server.url, username: 'ship', password },
        name: 'lines',
        prefix: 'postscope',
      });
      const { BullSender } = await import('../queue/bullmq/sender.js');
      const { BullReceiver } = await import('../queue/bullmq/receiver.js');
      const log = { info: () => {}, warn: () => {}, error: () => {} };
      const sender = await BullSender.open(address('ship-secret-1'), log);
      const receiver = await BullReceiver.open(address('ship-secret-1'), log);
      const source = { key: 'a', path: 'a' };
      const nothing = Buffer.alloc(0);
      const batch = {
        source,
        offset: 0,
        bytes: Buffer.from(line(0)),
        before: nothing,
        zone: 'UTC',
        host: 'h',
        year: undefined,
        anchor: 0,
        cut: false,
        next: 1,
        complete: false,
        damaged: false,
        tail: '',
        notes: [],
        account: undefined,
      };
      const { stored } = await sender.send(batch);
      for await (const taken of receiver.receive()) {
        await taken.begin({ line: 0, times: 1, aside: [] });
        await taken.done({ read: 1, stored: 1, alreadyThere: 0, quarantined: 0 });
        receiver.abort();
      }
      expect(await stored).toMatchObject({ stored: 1 });
      expect(await sender.depth()).toMatchObject({ waiting: 0 });
      await receiver.close();
      await sender.close();

      const config = shop.write('c.yml', `redis: { url: '${server.url}', username: ship, password: wrong-secret-1 }\n`);
      chmodSync(config, 0o644);
      const { code, err } = await postscope(
        'ship',
        '--config',
        config,
        '--metrics-listen',
        'off',
        '--checkpoint',
        shop.path('c.json'),
        'a',
      );
      expect(code).toBe(1);
      expect(messages(err)).toMatchObject([
        // The test's file is one that everybody can read.
        { 'log.level': 'warn', message: expect.stringContaining('has secrets in it') },
        { 'log.level': 'fatal', message: expect.stringContaining('refuses this user and password') },
      ]);
      expect(err).not.toContain('secret-1');
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(missing !== undefined)(`a cluster${missing === undefined ? '' : ` (${missing})`}`, () => {
  let built: Built;
  beforeAll(() => {
    built = new Built();
  });
  afterAll(() => built?.remove());

  const running: Running[] = [];
  const logs = new Map<Running, string>();
  afterEach(async () => {
    for (const { process } of running) process.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ ended }) => ended));
  });
  const start = (...args: string[]) => {
    const one = built.postscope(...args);
    running.push(one);
    one.process.stderr?.on('data', (piece) => logs.set(one, `${logs.get(one) ?? ''}${piece}`));
    return one;
  };

  /** Each test has a queue and indices of its own. */
  const configure = (more = ''): string => {
    const own = randomBytes(4).toString('hex');
    return shop.write(
      'postscope.yml',
      `redis: { url: '${redis.url}' }
queue: { prefix: test-${own} }
elasticsearch: { url: '${elasticsearch.url}', prefix: test-${own} }
ship: { metrics_listen: '127.0.0.1:0', zone: UTC, checkpoint: '${shop.path('state/shipped.json')}' }
work: { metrics_listen: '127.0.0.1:0' }
store: elasticsearch
${more}`,
    );
  };

  /** Where a service answers, as it says in its log. */
  const addressOf = async (service: Running): Promise<string> => {
    await service.says('health and metrics at');
    const address = messages(logs.get(service) ?? '').find((one) => one.address !== undefined)?.address;
    if (address === undefined) throw new Error(`no address in: ${logs.get(service)}`);
    return `http://${address}`;
  };

  test('setup, ship, work, and questions: as many documents as lines', async () => {
    const config = configure();
    const dry = await start('setup', '--config', config, '--dry-run').ended;
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('would be created') });
    expect((await start('setup', '--config', config).ended).code).toBe(0);
    const again = await start('setup', '--config', config, '--json').ended;
    expect(again.code).toBe(0);
    for (const step of JSON.parse(again.stdout)) expect(step).toMatchObject({ did: expect.stringMatching(/nothing|left/) });

    shop.write('maillog.1', `${lines(0, 2500)}no time in this\n`);
    shop.write('maillog', lines(2500, 3000));
    const worker = start('work', '--config', config, '--concurrency', '2');
    const shipped = await start('ship', '--once', '--config', config, shop.path('maillog*')).ended;
    expect(shipped.code, shipped.stderr).toBe(0);
    expect(shipped.stdout).toBe('Shipped 3,001 lines: 3,000 stored, 0 already there, 1 line set aside.\n');

    const url = await addressOf(worker);
    const health = await fetch(`${url}/healthz`);
    expect([health.status, await health.json()]).toMatchObject([200, { healthy: true }]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('postscope_work_lines_total{outcome="stored"} 3000\n');
    expect(metrics).toContain('postscope_work_lines_total{outcome="quarantined"} 1\n');
    expect(metrics).toMatch(/^postscope_work_bulk_seconds_count [1-9]/m);

    worker.process.kill('SIGTERM');
    const { code, stderr } = await worker.ended;
    expect(code, stderr).toBe(0);
    expect(messages(stderr).at(-1)).toMatchObject({ message: 'stopped' });

    const totals = await postscope('doctor', '--config', config, '--json');
    expect(totals.code, totals.err).toBe(0);
    expect(JSON.parse(totals.out).totals).toMatchObject({ lines: 3000, hosts: ['mailer'] });
    const search = await postscope('search', '--config', config, '--client', 'client2999.example.org');
    expect(search.out).toContain('connect from client2999.example.org');
    const aside = await postscope('quarantine', 'list', '--config', config);
    expect(aside.out).toContain('no time in this');
    const replayed = await postscope('quarantine', 'replay', '--config', config);
    expect([replayed.code, replayed.out], replayed.err).toEqual([1, '0 lines stored, 1 line stays in quarantine.\n']);
    // The same files without the queue.
    const imported = await postscope('import', '--config', config, '--zone', 'UTC', 'maillog.1', 'maillog');
    expect(imported.code, imported.err).toBe(0);
    expect(imported.out).toContain('0 lines stored, 3,000 lines already there, 1 line set aside');
    expect(imported.out).toContain(`The store is ${new URL(elasticsearch.url ?? '').origin} (`);
  });

  test('a line that was refused or killed a worker is tried again', async () => {
    const config = configure();
    expect((await start('setup', '--config', config).ended).code).toBe(0);
    const { loadConfiguration } = await import('../cli/config/load.js');
    const { elasticsearchOf } = await import('../cli/config/connections.js');
    const { openWriter } = await import('../store/open.js');
    const writer = await openWriter({
      elasticsearch: elasticsearchOf(loadConfiguration({ flags: { config }, env: {}, folder: shop.folder })),
    });
    const aside = {
      why: undefined,
      source: { key: 'a', path: 'a' },
      ordinal: 0,
      zone: 'UTC',
      host: 'h',
      anchor: Date.parse('2026-11-24T00:00:00Z'),
    };
    for (let i = 0; i < 30; i++) {
      const text = { text: i === 7 ? 'no time' : line(i).trimEnd(), encoding: 'ascii' } as const;
      writer.setAside({ ...aside, reason: i % 2 === 0 ? 'crash' : 'refused', offset: i, text });
    }
    await writer.commit([]);
    await writer.close();
    const { out, err } = await postscope('quarantine', 'replay', '--config', config);
    expect(out, err).toBe('29 lines stored, 1 line stays in quarantine.\n');
    expect(err).toMatch(/ {2}a, byte 7: it still has no time that postscope knows\n$/);
    const rest = async () =>
      (await postscope('quarantine', 'list', '--config', config, '--json')).out
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text).offset);
    await expect.poll(rest).toEqual([7]);
    expect((await postscope('search', '--config', config, '--all')).out.trim().split('\n')).toHaveLength(29);
  });

  test('a shipper follows, ends with SIGTERM, and goes on where it was', async () => {
    const config = configure();
    expect((await start('setup', '--config', config).ended).code).toBe(0);
    start('work', '--config', config);
    const log = shop.write('maillog', lines(0, 10));
    const shipper = start('ship', '--config', config, log);
    const url = await addressOf(shipper);
    appendFileSync(log, line(10) + line(11));
    const stored = async () =>
      Number(/^postscope_ship_lines_stored_total\{outcome="stored"\} (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);
    await expect.poll(stored, { interval: 100 }).toBe(12);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    shipper.process.kill('SIGTERM');
    const { code, stderr } = await shipper.ended;
    expect(code, stderr).toBe(0);
    appendFileSync(log, line(12));
    const again = await start('ship', '--once', '--config', config, log).ended;
    expect(again.stdout).toBe('Shipped 1 line: 1 stored, 0 already there.\n');
  });

  test('a second signal does not wait for what is under way', async () => {
    const config = configure();
    const log = shop.write('maillog', lines(0, 10));
    // There is no worker: nothing is ever stored.
    const shipper = start('ship', '--config', config, log);
    const url = await addressOf(shipper);
    const sent = async () => Number(/^postscope_ship_pending_batches (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);
    await expect.poll(sent, { interval: 50 }).toBe(1);
    shipper.process.kill('SIGINT');
    await shipper.says('what is under way is waited for');
    shipper.process.kill('SIGINT');
    expect((await shipper.ended).code).toBe(130);
  });

  test('a worker says that setup was not run, and ends', async () => {
    const { code, stderr } = await start('work', '--config', configure()).ended;
    expect(code).toBe(1);
    expect(messages(stderr).at(-1)).toMatchObject({ 'log.level': 'fatal', message: expect.stringMatching(/run 'postscope setup' first$/) });
  });

  test('a worker that waits for Elasticsearch ends with SIGTERM at once', async () => {
    const config = configure();
    const worker = start('work', '--config', config, '--elasticsearch-url', 'http://127.0.0.1:1');
    await worker.says('Elasticsearch cannot take it now');
    worker.process.kill('SIGTERM');
    const { code, stderr } = await worker.ended;
    expect(code, stderr).toBe(0);
  });
});
