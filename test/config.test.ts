/** The configuration: where it may stand, what goes before what, and what is said of what is wrong. No secret is ever shown. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { elasticsearchOf, redisOf } from '../cli/config/connections.js';
import { ConfigurationError } from '../cli/config/errors.js';
import { hider } from '../cli/config/hide.js';
import { kinds } from '../cli/config/kinds.js';
import { type Configuration, loadConfiguration } from '../cli/config/load.js';
import { settingNames, settingOf, settings, variablesOf } from '../cli/config/settings.js';
import { main } from '../cli/main.js';
import { Collected, fakeReader, noTotals } from './fake_reader.js';

const folder = mkdtempSync(join(tmpdir(), 'postscope-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const noFile = join(folder, 'there-is-none.yml');

interface Given {
  readonly flags?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  readonly yaml?: string;
}

function load({ flags = {}, env = {}, yaml }: Given): Configuration {
  const usualFile = yaml === undefined ? noFile : file('postscope.yml', yaml);
  return loadConfiguration({ flags, env, folder, usualFile });
}

/** What is said of a configuration that is wrong. */
function wrong(given: Given, then: (configuration: Configuration) => unknown = () => {}): string {
  try {
    then(load(given));
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.replaceAll(folder, '…');
    throw error;
  }
  throw new Error('nothing was said');
}

describe('what goes before what', () => {
  const yaml = 'redis:\n  url: redis://file:1\nwork:\n  concurrency: 3\nlog: { level: debug }\n';

  test('flags before variables before the file before defaults, and each says where it came from', () => {
    const { values, origins } = load({
      yaml,
      flags: { redisUrl: 'redis://flag:1' },
      env: { REDIS_URL: 'redis://env:1', POSTSCOPE_WORK_CONCURRENCY: '4' },
    });
    expect(values['redis.url']).toBe('redis://flag:1');
    expect(values['work.concurrency']).toBe(4);
    expect(values['log.level']).toBe('debug');
    expect(values['queue.name']).toBe('lines');
    expect(origins['redis.url']).toBe('--redis-url');
    expect(origins['work.concurrency']).toBe('POSTSCOPE_WORK_CONCURRENCY');
    expect(origins['log.level']).toBe(`${join(folder, 'postscope.yml')}:5`);
    expect(origins['queue.name']).toBe('default');
    expect(origins['elasticsearch.api_key']).toBeUndefined();
  });

  test('of two variables for one setting, the one that means postscope', () => {
    const env = { REDIS_URL: 'redis://theirs:1', POSTSCOPE_REDIS_URL: 'redis://ours:1' };
    expect(load({ env }).values['redis.url']).toBe('redis://ours:1');
  });

  test('an empty variable is none, as compose files pass on what is not set', () => {
    expect(load({ yaml, env: { REDIS_URL: '' } }).values['redis.url']).toBe('redis://file:1');
  });

  test('the file that is named before the usual one; one that is named has to be there', () => {
    const named = file('named.yml', 'work: { concurrency: 9 }');
    expect(load({ yaml, flags: { config: 'named.yml' } }).values['work.concurrency']).toBe(9);
    expect(load({ yaml, env: { POSTSCOPE_CONFIG: named } }).values['work.concurrency']).toBe(9);
    expect(wrong({ flags: { config: 'no.yml' } })).toBe('configuration: --config: …/no.yml cannot be read: it is not there');
    expect(wrong({ env: { POSTSCOPE_CONFIG: folder } })).toBe('configuration: POSTSCOPE_CONFIG: … cannot be read: it is a directory');
  });

  test('every default is one that may be typed', () => {
    for (const name of settingNames) {
      const { kind, default: usual } = settingOf(name);
      if (usual !== undefined) expect(kinds[kind].schema.safeParse(usual).success, name).toBe(true);
    }
  });

  test('every setting can be set by each of its variables, and in the file', () => {
    const samples: Record<string, string> = {
      text: 'some text',
      path: '/some/path',
      store: 'elasticsearch',
      list: '/var/log/mail.log',
      elasticsearch: 'http://es:9200',
      kibana: 'http://k:5601',
      space: 'mail',
      redis: 'redis://r:1',
      fingerprint: 'ab'.repeat(32),
      prefix: 'other',
      name: 'other',
      zone: 'Europe/Berlin',
      count: '7',
      duration: '7m',
      size: '7KiB',
      switch: 'true',
      level: 'warn',
      listen: '127.0.0.1:7',
      privacy: 'pseudonymous',
    };
    for (const name of settingNames) {
      const sample = samples[settingOf(name).kind] as string;
      for (const variable of variablesOf(name)) expect(load({ env: { [variable]: sample } }).origins[name]).toBe(variable);
      const [section, key] = name.split('.');
      const { origins } = load({ yaml: key === undefined ? `${section}: ${sample}` : `${section}:\n  ${key}: ${sample}` });
      expect(origins[name]).toBe(`${join(folder, 'postscope.yml')}:${key === undefined ? 1 : 2}`);
    }
  });
});

describe('what is wrong names itself, the place, and what was expected', () => {
  test('in the file, with the line, all of it at once', () => {
    const yaml = [
      'redis:',
      '  ulr: redis://a:1',
      '  password: [a, b]',
      'work:',
      '  concurrency: many',
      'elastic: {}',
      'log: loud',
      'ship:',
      '  zone: Middle/Earth',
    ].join('\n');
    expect(wrong({ yaml })).toMatchInlineSnapshot(`
      "the configuration is wrong in 6 places:
        …/postscope.yml:2: redis.ulr: no such setting (did you mean redis.url?)
        …/postscope.yml:6: elastic: no such setting
        …/postscope.yml:7: log: wanted are settings below it, each on a line of its own, further in
        …/postscope.yml:3: redis.password: wanted is a text
        …/postscope.yml:9: ship.zone "Middle/Earth": wanted is a time zone such as Europe/Berlin or UTC, or an offset such as +02:00
        …/postscope.yml:5: work.concurrency "many": wanted is a whole number above 0"
    `);
  });

  test('a zone by its name, and by its offset, which Node 20 does not take for one', () => {
    for (const zone of ['Europe/Berlin', 'utc', '+02:00', '-0330']) expect(load({ flags: { zone } }).values['ship.zone']).toBe(zone);
  });

  test('where to listen', () => {
    const listen = (text: string) => load({ env: { POSTSCOPE_SHIP_METRICS_LISTEN: text } }).values['ship.metrics_listen'];
    expect(listen('[::1]:9464')).toEqual({ host: '::1', port: 9464 });
    expect(listen('0.0.0.0:0')).toEqual({ host: '0.0.0.0', port: 0 });
    expect(listen('off')).toBe('off');
    for (const text of [':9464', '9464', '::1:9464', '127.0.0.1:99999', '127.0.0.1']) {
      expect(wrong({ env: { POSTSCOPE_SHIP_METRICS_LISTEN: text } })).toContain('wanted is an address and a port such as 127.0.0.1:9464');
    }
  });

  test('what is no YAML, and what is no settings', () => {
    expect(wrong({ yaml: 'redis:\n  url: "redis://a\nwork: {' })).toMatch(
      /^configuration: …\/postscope\.yml:\d: this is no YAML: |…\/postscope\.yml:\d: this is no YAML/,
    );
    expect(wrong({ yaml: '- a\n- b' })).toContain('…/postscope.yml:1: wanted are settings');
    expect(wrong({ yaml: 'work:\n  concurrency: 1\n  concurrency: 2' })).toContain(
      'postscope.yml:3: this is no YAML: Map keys must be unique',
    );
    expect(wrong({ yaml: 'a: &a { concurrency: 1 }\nwork: *a' })).toContain('postscope.yml:2: work: wanted are settings below it');
  });

  test('an empty file, and one of comments, say nothing', () => {
    for (const yaml of ['', '# redis:\n', 'redis:\n  # url: x\n', 'redis: {}\nwork:\n'])
      expect(load({ yaml }).values['queue.name']).toBe('lines');
  });

  test('in variables and flags', () => {
    expect(wrong({ env: { POSTSCOPE_WORK_CONCURRENCY: '0' } })).toBe(
      'configuration: POSTSCOPE_WORK_CONCURRENCY "0": wanted is a whole number above 0',
    );
    // A flag that two settings have is wrong once.
    expect(wrong({ flags: { metricsListen: '9464' } })).toBe(
      'configuration: --metrics-listen "9464": wanted is an address and a port such as 127.0.0.1:9464 or [::1]:9464, or off',
    );
    expect(wrong({ env: { POSTSCOPE_HEALTH_PATIENCE: '5' } })).toBe(
      'configuration: POSTSCOPE_HEALTH_PATIENCE "5": wanted is a time such as 500ms, 30s, 10m or 2h',
    );
  });

  test('a variable that begins like ours and is none', () => {
    expect(wrong({ env: { POSTSCOPE_REDIS_PASWORD: 'secret-1' } })).toBe(
      'configuration: POSTSCOPE_REDIS_PASWORD: no such variable (did you mean POSTSCOPE_REDIS_PASSWORD?)',
    );
    // Of Kubernetes, for a service that is called postscope; and of others.
    const env = {
      POSTSCOPE_SERVICE_HOST: '10.0.0.1',
      POSTSCOPE_PORT_9464_TCP_ADDR: '10.0.0.1',
      REDIS_PORT: 'tcp://1',
      ELASTICSEARCH_HOSTS: 'x',
    };
    expect(load({ env }).values['queue.name']).toBe('lines');
  });

  test('what an outsider may have put into a value does not reach the terminal', () => {
    expect(wrong({ env: { POSTSCOPE_LOG_LEVEL: 'a\x1b]0;owned\x07' } })).toContain('"a␛]0;owned␇"');
    expect(wrong({ yaml: '"a\\e[5m": 1' })).toContain('a␛[5m: no such setting');
  });
});

describe('secrets', () => {
  test('out of files of their own, as Docker and systemd hand them over', () => {
    const path = file('secret', 'from a file\n');
    expect(load({ env: { ELASTICSEARCH_PASSWORD_FILE: path } }).values['elasticsearch.password']).toBe('from a file');
    expect(load({ yaml: `redis: { password_file: ${path} }` }).values['redis.password']).toBe('from a file');
    expect(wrong({ env: { REDIS_PASSWORD_FILE: path, REDIS_PASSWORD: 'secret-1' } })).toBe(
      'configuration: REDIS_PASSWORD and REDIS_PASSWORD_FILE are both set: only one of them is wanted',
    );
    expect(wrong({ env: { REDIS_PASSWORD_FILE: join(folder, 'no') } })).toBe(
      'configuration: REDIS_PASSWORD_FILE: "…/no" cannot be read: it is not there',
    );
    expect(wrong({ yaml: `redis:\n  password: a\n  password_file: ${path}` })).toContain(
      'postscope.yml:3: redis.password and redis.password_file are both there',
    );
  });

  test('a password of digits is one, in the file too', () => {
    expect(load({ yaml: 'redis: { password: 0123 }' }).values['redis.password']).toBe('0123');
  });

  test('in a file that everybody can read are warned of', () => {
    const path = file('open.yml', 'redis: { password: hunter22 }');
    const warnings = () => load({ flags: { config: path } }).warnings;
    chmodSync(path, 0o644);
    expect(warnings()).toEqual([
      expect.stringMatching(/open\.yml has secrets in it, and every user of this machine can read it: chmod o-r /),
    ]);
    chmodSync(path, 0o640);
    expect(warnings()).toEqual([]);
    expect(load({ yaml: 'redis: { url: "redis://a:1" }' }).warnings).toEqual([]);
  });

  test('have no flags, and a URL in a flag has none', () => {
    for (const name of settingNames) if (settingOf(name).secret) expect(settingOf(name).flag).toBeUndefined();
    const said = wrong({ flags: { redisUrl: 'redis://:hunter22@redis:1' } });
    expect(said).toBe(
      'configuration: --redis-url: a password on the command line can be read by everybody on this machine; put it into POSTSCOPE_REDIS_PASSWORD, or into a file that POSTSCOPE_REDIS_PASSWORD_FILE names',
    );
    expect(wrong({ flags: { store: 'https://elastic:hunter22@es:9200' } })).toMatch(
      /^configuration: --store: a password on the command line/,
    );
  });

  test('of wrong values are not shown', () => {
    for (const url of ['redis://:hunter22@/', 'http://:hunter22@redis:1', 'redis://:hunter22@a b', 'redis://:hun@ter22@redis:1?x=1']) {
      expect(wrong({ env: { REDIS_URL: url } })).not.toMatch(/hunter22|ter22/);
    }
    expect(wrong({ env: { ELASTICSEARCH_URL: 'ftp://u:hunter22@es:1' } })).not.toContain('hunter22');
  });

  test('are taken out of any text, in every form that clients write them in', () => {
    const { secrets } = load({ env: { REDIS_URL: 'redis://:p%40ss%2Fword@redis:1', ELASTICSEARCH_API_KEY: 'key"with\\quotes' } });
    const hide = hider(secrets);
    expect(hide('redis://:p%40ss%2Fword@redis:1 p@ss/word')).toBe('redis://:[hidden]@redis:1 [hidden]');
    expect(hide(JSON.stringify({ key: 'key"with\\quotes' }))).toBe('{"key":"[hidden]"}');
  });
});

describe('what it comes to', () => {
  test('a URL with user and password, as people expect it', () => {
    expect(elasticsearchOf(load({ env: { ELASTICSEARCH_URL: 'https://elastic:p%40ss@es.example.org:9200/' } }))).toEqual({
      url: 'https://es.example.org:9200',
      username: 'elastic',
      password: 'p@ss',
      prefix: 'postscope',
    });
    expect(redisOf(load({ env: { REDIS_URL: 'rediss://ship:p%40ss@redis.example.org:6380/2' } }))).toEqual({
      url: 'rediss://redis.example.org:6380/2',
      username: 'ship',
      password: 'p@ss',
    });
  });

  test('an API key, a certificate authority, a fingerprint', () => {
    const ca = file('ca.pem', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n');
    const fingerprint = `${'AB:'.repeat(31)}AB`;
    expect(
      elasticsearchOf(
        load({
          env: {
            ELASTICSEARCH_URL: 'https://es',
            ELASTICSEARCH_API_KEY: 'key',
            ELASTICSEARCH_CA_FILE: ca,
            POSTSCOPE_ELASTICSEARCH_CA_FINGERPRINT: fingerprint,
          },
        }),
      ),
    ).toEqual({ url: 'https://es', apiKey: 'key', ca: expect.stringContaining('BEGIN'), caFingerprint: fingerprint, prefix: 'postscope' });
    expect(redisOf(load({ env: { REDIS_URL: 'rediss://redis', REDIS_CA_FILE: ca } })).ca).toContain('BEGIN');
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'a key and a user',
      { ELASTICSEARCH_API_KEY: 'key-1', ELASTICSEARCH_USERNAME: 'u', ELASTICSEARCH_PASSWORD: 'pass-1' },
      'an API key (ELASTICSEARCH_API_KEY) and a user or password (ELASTICSEARCH_USERNAME) are both given',
    ],
    ['a user without password', { ELASTICSEARCH_USERNAME: 'u' }, 'there is a username and no password'],
    [
      'two passwords',
      { ELASTICSEARCH_URL: 'http://u:pass-1@es', ELASTICSEARCH_PASSWORD: 'pass-2', ELASTICSEARCH_USERNAME: 'u' },
      'the URL of ELASTICSEARCH_URL has another password than ELASTICSEARCH_PASSWORD',
    ],
    [
      'an authority without TLS',
      { ELASTICSEARCH_CA_FINGERPRINT: 'ab'.repeat(32) },
      'means TLS, but the URL of default does not begin with https://',
    ],
    [
      'no certificate',
      { ELASTICSEARCH_URL: 'https://es', ELASTICSEARCH_CA_FILE: join(import.meta.dirname, '../package.json') },
      'has no certificate in it',
    ],
  ])('what does not go together: %s', (_, env, said) => {
    const message = wrong({ env }, elasticsearchOf);
    expect(message).toContain(said);
    expect(message).not.toMatch(/key-1|pass-\d/);
  });

  test('a Redis user without a password, and TLS without rediss', () => {
    expect(wrong({ env: { REDIS_USERNAME: 'ship' } }, redisOf)).toContain('redis: there is a username and no password');
    const ca = file('ca.pem', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n');
    expect(wrong({ env: { REDIS_CA_FILE: ca } }, redisOf)).toContain(
      'redis.ca_file (REDIS_CA_FILE) means TLS, but the URL of default does not begin with rediss://',
    );
  });
});

async function postscope(argv: readonly string[], env: Record<string, string> = {}, more: object = {}) {
  const stdout = new Collected();
  const stderr = new Collected();
  const io = {
    stdout,
    stderr,
    env: { HOME: '/home/op', INIT_CWD: folder, ...env },
    now: () => Date.parse('2026-11-25T12:00:00Z'),
    zone: 'UTC',
    configFile: noFile,
    ...more,
  };
  const code = await main(argv, io);
  return { code, out: stdout.text, err: stderr.text };
}

describe('postscope config', () => {
  const env = { REDIS_URL: 'redis://:hunter22@redis:1', ELASTICSEARCH_API_KEY: 'hunter23', POSTSCOPE_SHIP_PATHS: '/var/log/a:/var/log/b' };

  test('prints what is set and where it came from, and no secret', async () => {
    const { code, out } = await postscope(['config'], env);
    expect(code).toBe(0);
    expect(out).toMatch(/^redis\.url +redis:\/\/redis:1 {3}\(REDIS_URL\)$/m);
    expect(out).toMatch(/^elasticsearch\.api_key +\[hidden\] {3}\(ELASTICSEARCH_API_KEY\)$/m);
    expect(out).toMatch(/^ship\.paths +\/var\/log\/a:\/var\/log\/b {3}\(POSTSCOPE_SHIP_PATHS\)$/m);
    expect(out).toMatch(/^ship\.metrics_listen +127\.0\.0\.1:9464 {3}\(default\)$/m);
    expect(out).toMatch(/^redis\.password +–$/m);
    expect(out).not.toContain('hunter');
  });

  test('as JSON', async () => {
    const { out } = await postscope(['config', '--json'], env);
    const parsed = JSON.parse(out);
    expect(parsed['redis.url']).toEqual({ value: 'redis://redis:1', from: 'REDIS_URL' });
    expect(parsed['redis.password']).toBeNull();
    expect(Object.keys(parsed)).toEqual(Object.keys(settings));
    expect(out).not.toContain('hunter');
  });

  test('says what is wrong, with exit code 2', async () => {
    const { code, out, err } = await postscope(['config', '--config', file('bad.yml', 'redis:\n  prot: 1\n')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('bad.yml:2: redis.prot: no such setting');
  });

  test('its help names every setting and every variable', async () => {
    const { out } = await postscope(['config', '--help']);
    for (const name of settingNames) {
      expect(out).toContain(`${name}`);
      for (const variable of variablesOf(name)) expect(out).toContain(variable);
    }
  });
});

describe('the store that a question goes to', () => {
  const asked: unknown[] = [];
  beforeEach(() => {
    asked.length = 0;
  });
  const openReader = async (options: unknown) => {
    asked.push(options);
    return fakeReader({ totals: async () => noTotals });
  };
  const report = (argv: readonly string[], env: Record<string, string> = {}) => postscope(['report', ...argv], env, { openReader });

  test('a path, by flag, variable, file, or none', async () => {
    const config = file('store.yml', 'store: /srv/by-file.duckdb');
    await report(['--store', 'by-flag.duckdb'], { POSTSCOPE_STORE: '/srv/by-variable.duckdb' });
    await report([], { POSTSCOPE_STORE: '/srv/by-variable.duckdb' });
    await report(['--config', config]);
    await report([]);
    expect(asked).toMatchObject([
      { path: join(folder, 'by-flag.duckdb') },
      { path: '/srv/by-variable.duckdb' },
      { path: '/srv/by-file.duckdb' },
      { path: '/home/op/.local/share/postscope/postscope.duckdb' },
    ]);
  });

  test('elasticsearch, by word or URL, with whoever is configured to log in', async () => {
    const env = { ELASTICSEARCH_URL: 'https://reader:hunter22@es.example.org:9200' };
    const { err } = await report(['--store', 'elasticsearch'], env);
    await report(['--store', 'http://other:9200'], { ELASTICSEARCH_API_KEY: 'hunter23' });
    expect(asked).toMatchObject([
      { elasticsearch: { url: 'https://es.example.org:9200', username: 'reader', password: 'hunter22', prefix: 'postscope' } },
      { elasticsearch: { url: 'http://other:9200', apiKey: 'hunter23' } },
    ]);
    expect(err).toBe('The store at https://es.example.org:9200 holds no lines yet. Fill it: postscope ship /var/log/maillog*\n');
  });
});
