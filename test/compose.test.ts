/** docker-compose.yml, Dockerfile, .env.example and the systemd units, held against what the program knows. Nothing is started by Docker here. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { elasticsearchOf, kibanaOf, redisOf } from '../cli/config/connections.js';
import { loadConfiguration } from '../cli/config/load.js';
import { settingNames, settingOf, settingsFor, type Use, variablesOf } from '../cli/config/settings.js';
import { isCommand, main } from '../cli/main.js';
import { serveOperations } from '../ops/server.js';
import { Collected } from './fake_reader.js';
import { version as serverVersion } from './services/elasticsearch.js';

const root = join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'postscope-compose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const found = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** The real parser of compose files, which needs no engine; undefined where there is none. */
const compose = [['docker', 'compose'], ['docker-compose']].find(([program = '', ...args]) => found(program, ...args, 'version'));
const inCi = process.env.CI === 'true';

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly (string | { readonly host_ip?: string })[];
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string; readonly read_only?: boolean })[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly [other: string]: unknown;
}

/** Values for all variables that .env.example leaves empty. */
const filled = {
  ELASTIC_PASSWORD: 'elastic1',
  WRITER_PASSWORD: 'writer1',
  READER_PASSWORD: 'reader1',
  KIBANA_PASSWORD: 'kibana1',
  KIBANA_KEY: 'k'.repeat(32),
  REDIS_PASSWORD: 'redis1',
  MAIL_ZONE: 'Europe/Berlin',
};

/** What the parser says of the file with these variables. */
function parsed(env: Readonly<Record<string, string>>) {
  const [program = '', ...args] = compose ?? [];
  // Beside it there is no .env of somebody who runs it.
  const copy = join(folder, 'docker-compose.yml');
  cpSync(join(root, 'docker-compose.yml'), copy);
  const { PATH = '', HOME = '' } = process.env;
  return spawnSync(program, [...args, '-f', copy, 'config'], { encoding: 'utf8', cwd: folder, env: { PATH, HOME, ...env } });
}

const example = [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }));
/** `${NAME:-default}` and `${NAME:?sentence}` in the compose file. */
const used = [...read('docker-compose.yml').matchAll(/(?<!\$)\$\{([A-Z_]+)(:[-?])([^}]*)\}/g)].map(([, name = '', how, text = '']) => ({
  name,
  required: how === ':?',
  text,
}));

test('there is a parser of compose files in CI', () => {
  if (inCi) expect(compose).toBeDefined();
});

describe.skipIf(compose === undefined)(
  `docker-compose.yml${compose === undefined ? ' (skipped: neither "docker compose" nor docker-compose is here)' : ''}`,
  () => {
    const { stdout, stderr, status } = compose === undefined ? { stdout: '', stderr: '', status: 0 } : parsed(filled);
    const services = ((parse(stdout || '{}') as { services?: Record<string, Service> }).services ?? {}) as Record<string, Service>;
    const entries = Object.entries(services);
    const ours = entries.filter(([, { image }]) => image === 'postscope');

    test('is one', () => {
      expect(stderr).not.toMatch(/error|warn/i);
      expect(status).toBe(0);
      expect(Object.keys(services).sort()).toEqual(['dashboards', 'elasticsearch', 'kibana', 'redis', 'setup', 'ship', 'work']);
    });

    test.each(Object.keys(filled))('without %s it says so in a sentence', (name) => {
      const said = parsed({ ...filled, [name]: '' });
      expect(said.status).not.toBe(0);
      expect(said.stderr).toMatch(new RegExp(`${name}[\\s\\S]*set it in \\.env, `));
    });

    test('uses no variable that .env.example does not name, and the other way round', () => {
      expect([...new Set(used.map(({ name }) => name))].sort()).toEqual(example.map(({ name }) => name).sort());
    });

    test('.env.example is empty where something has to be chosen, and has the defaults elsewhere', () => {
      for (const { name, value } of example) {
        for (const use of used.filter((one) => one.name === name)) expect([name, value]).toEqual([name, use.required ? '' : use.text]);
      }
      expect(Object.keys(filled).sort()).toEqual([...new Set(used.filter(({ required }) => required).map(({ name }) => name))].sort());
    });

    test.skipIf(!inCi && !found('openssl', 'version'))('the lines of docs/CLUSTER.md make an .env that is enough', () => {
      const block = /^ {4}for name in (?:.*\n)+? {4}echo "MAIL_ZONE.*$/m.exec(read('docs/CLUSTER.md'))?.[0] ?? '';
      const here = mkdtempSync(join(folder, 'env-'));
      writeFileSync(join(here, 'timedatectl'), '#!/bin/sh\n[ "$*" = "show -p Timezone --value" ] && echo Europe/Berlin\n', { mode: 0o755 });
      expect(spawnSync('sh', ['-ec', block], { cwd: here, env: { PATH: `${here}:${process.env.PATH}` } }).status).toBe(0);
      const made = Object.fromEntries(
        [...readFileSync(join(here, '.env'), 'utf8').matchAll(/^(\w+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
      );
      expect(Object.keys(made).sort()).toEqual(Object.keys(filled).sort());
      expect(new Set(Object.values(made)).size).toBe(Object.keys(filled).length);
      expect(made.KIBANA_KEY?.length).toBeGreaterThanOrEqual(32);
      expect(made.MAIL_ZONE).toBe('Europe/Berlin');
      expect(statSync(join(here, '.env')).mode & 0o777).toBe(0o600);
      expect(parsed(made).status).toBe(0);
    });

    test('gives the program no command, flag or variable that it does not know', async () => {
      expect(ours.map(([name]) => name).sort()).toEqual(['dashboards', 'setup', 'ship', 'work']);
      for (const [name, { command = [], environment = {} }] of ours) {
        const [verb = '', ...rest] = command;
        expect(isCommand(verb)).toBe(true);
        expect(verb).toBe(name === 'dashboards' ? 'setup' : name);
        await knowsFlags([verb, ...rest]);
        const known = settingsFor(verb as Use).flatMap((setting) => [
          ...variablesOf(setting),
          ...variablesOf(setting).map((variable) => `${variable}_FILE`),
        ]);
        for (const variable of Object.keys(environment)) expect(known, `${variable} of ${name}`).toContain(variable);
      }
    });

    test('configures each of them so that they meet', () => {
      const configurationOf = (name: string) =>
        loadConfiguration({ flags: {}, env: services[name]?.environment ?? {}, folder, usualFile: join(folder, 'none.yml') });
      const [setup, ship, work] = [configurationOf('setup'), configurationOf('ship'), configurationOf('work')];
      expect(redisOf(ship)).toEqual(redisOf(work));
      for (const name of ['queue.name', 'queue.prefix'] as const) expect(ship.values[name]).toBe(work.values[name]);
      expect(new URL(redisOf(ship).url).hostname).toBe('redis');
      const { prefix, url } = elasticsearchOf(setup);
      const dashboards = configurationOf('dashboards');
      expect(elasticsearchOf(dashboards)).toEqual(elasticsearchOf(setup));
      expect(kibanaOf(dashboards)).toMatchObject({ url: 'http://kibana:5601', space: 'default', username: 'elastic' });
      expect(elasticsearchOf(work)).toMatchObject({
        prefix,
        url,
        username: `${prefix}_writer`,
        password: setup.values['setup.writer_password'],
      });
      expect(new URL(url).hostname).toBe('elasticsearch');
      expect(services.kibana?.environment).toMatchObject({
        ELASTICSEARCH_USERNAME: 'kibana_system',
        ELASTICSEARCH_PASSWORD: setup.values['setup.kibana_password'],
      });
      expect(ship.values['ship.zone']).toBe('Europe/Berlin');
      expect(ship.values['ship.paths']).toEqual(['/var/log/mail.log*', '/var/log/maillog*']);
    });

    test('starts each one when what it needs is there', () => {
      for (const [name, { depends_on: needs = {} }] of entries) {
        for (const [needed, { condition }] of Object.entries(needs)) {
          const { healthcheck, restart } = services[needed] ?? {};
          if (condition === 'service_healthy') expect(healthcheck, `${name} waits for ${needed}`).toBeDefined();
          else expect([needed, condition, restart]).toEqual(['setup', 'service_completed_successfully', 'no']);
        }
      }
      const needs = (name: string) => Object.keys(services[name]?.depends_on ?? {}).sort();
      expect([needs('setup'), needs('ship'), needs('work'), needs('kibana'), needs('dashboards')]).toEqual([
        ['elasticsearch'],
        ['redis'],
        ['redis', 'setup'],
        ['elasticsearch', 'setup'],
        ['kibana'],
      ]);
    });

    test('bounds memory and logs, starts again what ends, and asks whether it is well', () => {
      for (const [name, service] of entries) {
        expect(service.mem_limit, name).toBeDefined();
        expect(service.logging, name).toMatchObject({
          driver: 'json-file',
          options: { 'max-size': expect.any(String), 'max-file': expect.any(String) },
        });
        if (name === 'setup' || name === 'dashboards') continue;
        expect(service.restart, name).toBe('unless-stopped');
        expect(service.healthcheck, name).toBeDefined();
      }
      for (const [name, service] of ours) {
        expect(service.read_only, name).toBe(true);
        expect(service.cap_drop, name).toEqual(['ALL']);
        expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
      }
    });

    test('listens on loopback only, and lets workers be as many as one likes', () => {
      for (const [name, { ports = [] }] of entries) {
        for (const port of ports) expect(typeof port === 'string' ? port : `${port.host_ip}:`, name).toMatch(/^127\.0\.0\.1:/);
      }
      for (const key of ['ports', 'container_name', 'hostname', 'volumes']) expect(services.work).not.toHaveProperty(key);
    });

    test('cannot write to the logs, and keeps what has to be kept', () => {
      const mounts = entries.flatMap(([name, { volumes = [] }]) =>
        volumes
          .map((volume) =>
            typeof volume === 'string' ? volume.split(':') : [volume.source, volume.target, volume.read_only === true ? 'ro' : 'rw'],
          )
          .map((mount) => [name, ...mount]),
      );
      expect(mounts).toContainEqual(['ship', '/var/log', '/var/log', 'ro']);
      expect(mounts.filter(([, source = '']) => source.startsWith('/'))).toHaveLength(1);
      expect(mounts).toContainEqual(['ship', 'checkpoint', dockerfile.env.STATE_DIRECTORY, 'rw']);
    });

    test('has no password where ps would show it', () => {
      const secrets = Object.entries(filled)
        .filter(([name]) => name !== 'MAIL_ZONE')
        .map(([, value]) => value);
      for (const [name, { command, healthcheck }] of entries) {
        const shown = JSON.stringify([command, healthcheck]);
        for (const secret of secrets) expect(shown, name).not.toContain(secret);
      }
    });

    test('servers are of one version, which is that of the client and of the tests', () => {
      const tag = (name: string) => /:([\d.]+)/.exec(services[name]?.image ?? '')?.[1];
      expect(tag('elasticsearch')).toBe(serverVersion);
      expect(tag('kibana')).toBe(serverVersion);
      const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
      expect(dependencies['@elastic/elasticsearch']).toMatch(new RegExp(`^~${serverVersion.split('.').slice(0, 2).join('\\.')}\\.`));
      expect(tag('redis')).toMatch(/^[78]\./);
    });

    test('asks for the health of a service as the service answers it', async () => {
      let healthy = true;
      const server = await serveOperations({
        host: '127.0.0.1',
        port: 0,
        health: () => ({ healthy, why: '', lastProgress: '' }),
        metrics: async () => ({ type: '', text: '' }),
      });
      const port = /:(\d+)$/.exec(server.address)?.[1] ?? '';
      for (const name of ['ship', 'work']) {
        const configured = loadConfiguration({
          flags: {},
          env: services[name]?.environment ?? {},
          folder,
          usualFile: join(folder, 'none.yml'),
        });
        const listen = configured.values[`${name as 'ship' | 'work'}.metrics_listen`];
        const [kind, program, ...args] = services[name]?.healthcheck?.test ?? [];
        expect([kind, program]).toEqual(['CMD', 'node']);
        expect(listen).toMatchObject({ port: Number(/127\.0\.0\.1:(\d+)\/healthz/.exec(args.join(' '))?.[1]) });
        const ask = () =>
          new Promise<number | null>((resolve) =>
            spawn(
              process.execPath,
              args.map((arg) => arg.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`)),
            ).on('close', resolve),
          );
        healthy = true;
        expect(await ask()).toBe(0);
        healthy = false;
        expect(await ask()).toBe(1);
      }
      await server.close();
    });

    test.skipIf(!inCi && !found('redis-server', '--version'))('starts Redis with what the queue needs', async () => {
      const [sh, c, script = ''] = services.redis?.command ?? [];
      expect([sh, c]).toEqual(['sh', '-c']);
      const socket = join(folder, 'redis.sock');
      // As the container would run it, but for where: $$ is how a compose file writes $.
      const here = script
        .replaceAll('$$', '$')
        .replaceAll('/tmp/redis.conf', join(folder, 'redis.conf'))
        .replace('dir /data', `dir ${folder}\nport 0\nunixsocket ${socket}`);
      const server = spawn('sh', ['-c', here], { env: { PATH: process.env.PATH, REDIS_PASSWORD: 'redis1' }, stdio: 'ignore' });
      const ended = new Promise((resolve) => server.on('close', resolve));
      const cli = (password: string, ...args: string[]) =>
        spawnSync('redis-cli', ['-s', socket, ...args], { encoding: 'utf8', env: { PATH: process.env.PATH, REDISCLI_AUTH: password } })
          .stdout;
      try {
        await expect.poll(() => cli('redis1', 'ping')).toBe('PONG\n');
        expect(cli('wrong', 'ping')).not.toContain('PONG');
        const setting = (name: string) => cli('redis1', 'config', 'get', name).split('\n')[1];
        expect(['appendonly', 'appendfsync', 'save', 'maxmemory', 'maxmemory-policy'].map(setting)).toEqual([
          'yes',
          'everysec',
          '',
          String(512 * 1024 ** 2),
          'noeviction',
        ]);
        const [kind, question = ''] = services.redis?.healthcheck?.test ?? [];
        expect(kind).toBe('CMD-SHELL');
        const asked = (password: string) =>
          spawnSync('sh', ['-c', question.replaceAll('$$', '$').replace('redis-cli', `redis-cli -s ${socket}`)], {
            env: { PATH: process.env.PATH, REDIS_PASSWORD: password },
          }).status;
        expect([asked('redis1'), asked('wrong')]).toEqual([0, 1]);
      } finally {
        server.kill('SIGKILL');
        await ended;
      }
    });
  },
);

const dockerfile = (() => {
  const text = read('Dockerfile');
  return {
    text,
    /** Of the last stage. */
    env: Object.fromEntries(
      [...text.slice(text.lastIndexOf('\nFROM ')).matchAll(/^ENV (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>,
  };
})();

describe('Dockerfile', () => {
  const ignored = read('.dockerignore').split('\n');

  test('has a Node that is new enough, and runs as nobody in particular', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const floor = Number(/\d+/.exec(engines.node)?.[0]);
    const images = [...dockerfile.text.matchAll(/^FROM node:(\d+)-bookworm-slim/gm)].map(([, major]) => Number(major));
    expect(images).toHaveLength(2);
    for (const major of images) expect(major).toBeGreaterThanOrEqual(floor);
    expect(dockerfile.text).toMatch(/^USER node$/m);
  });

  test('gets what it is built from, and no secrets', () => {
    expect(ignored).toContain('*');
    const allowed = ignored.filter((text) => text.startsWith('!')).map((text) => text.slice(1));
    for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'bin']) expect(allowed).toContain(name);
    for (const name of allowed) expect(existsSync(join(root, name)), name).toBe(true);
    for (const name of ['.env', '.git', 'node_modules', 'test', 'dist']) expect(allowed).not.toContain(name);
    const [, project = ''] = /tsc -p (\S+)/.exec(dockerfile.text) ?? [];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', join(root, project), '--listFilesOnly'], { encoding: 'utf8' });
    expect(status).toBe(0);
    const compiled = stdout.split('\n').filter((path) => path.startsWith(root) && !path.includes('/node_modules/'));
    expect(compiled).toContain(join(root, 'cli/main.ts'));
    const within = (path: string) => allowed.some((name) => path === join(root, name) || path.startsWith(join(root, name, '/')));
    for (const path of [...compiled, join(root, project)]) expect(within(path), path).toBe(true);
  });

  test('starts what is there', () => {
    const [, entry = ''] = /^ENTRYPOINT \["node", "\/opt\/postscope\/(.*)"\]$/m.exec(dockerfile.text) ?? [];
    expect(existsSync(join(root, entry))).toBe(true);
    const copied = [...dockerfile.text.matchAll(/^COPY --from=build \/build\/(\S+)/gm)].map(([, name]) => name);
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'node_modules', 'bin', 'dist']));
    // With it, bin/postscope.js would take this for a checkout, and build it.
    expect(copied).not.toContain('package-lock.json');
  });
});

const unitFiles = readdirSync(join(root, 'deploy/systemd'));
const units = unitFiles.filter((name) => name.endsWith('.service'));

describe('systemd', () => {
  test.each(units)('%s starts a command with flags that there are', async (name) => {
    const lines = [...read(join('deploy/systemd', name)).matchAll(/^ExecStart=(.*)$/gm)].map(([, line = '']) => line);
    expect(lines).toHaveLength(1);
    const [env, node, program, ...command] = (lines[0] ?? '').split(' ');
    expect([env, node, program]).toEqual(['/usr/bin/env', 'node', '/opt/postscope/bin/postscope.js']);
    expect(isCommand(command[0] ?? '')).toBe(true);
    await knowsFlags(command);
  });

  test('keeps the checkpoint where the program looks for it, and secrets in a file of root', () => {
    const unit = read('deploy/systemd/postscope-ship.service');
    expect(unit).toMatch(/^StateDirectory=postscope$/m);
    expect(unit).toMatch(/^EnvironmentFile=-\/etc\/postscope\.env$/m);
    for (const name of units) expect(read(join('deploy/systemd', name))).not.toMatch(/^Environment=.*(PASSWORD|KEY)/m);
  });

  test.skipIf(!found('systemd-analyze', '--version'))('systemd-analyze has nothing to say against them', () => {
    const here = unitFiles.map((name) => {
      // As it would be installed: systemd looks whether the program is there.
      const path = join(folder, name.replace('@', '@9465'));
      writeFileSync(path, read(join('deploy/systemd', name)));
      return path;
    });
    const said = spawnSync('systemd-analyze', ['verify', ...here], { encoding: 'utf8' });
    expect(said.stderr).toBe('');
    expect(said.status).toBe(0);
  });
});

/** Fails where a command line has a flag that the command does not know. */
async function knowsFlags([verb = '', ...rest]: readonly string[]): Promise<void> {
  const stdout = new Collected();
  await main([verb, '--help'], { stdout, stderr: new Collected(), env: {}, now: Date.now, zone: 'UTC' });
  const known = [...stdout.text.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag);
  expect(known).toContain('--help');
  for (const flag of rest.filter((word) => word.startsWith('-'))) expect(known, verb).toContain(flag);
}

test('the page of docs/ has the table of settings as it is', () => {
  const rows = settingNames.map((name) => {
    const { doc, default: usual = '', flag = '', secret } = settingOf(name);
    const variables = variablesOf(name).map((variable) => `\`${variable}\``);
    return `| \`${name}\` | ${flag === '' ? '' : `\`${flag.replace(/ .*/, '')}\``} | ${variables.join(', ')}${secret ? ', or either with `_FILE`' : ''} | ${usual === '' ? '' : `\`${usual}\``} | ${doc} |`;
  });
  const page = read('docs/CLUSTER.md');
  for (const row of rows) expect(page.replace(/ +/g, ' ')).toContain(row.replace(/ +/g, ' '));
});

test('the page of docs/ shows no flag, variable, unit or service that there is not', () => {
  const page = read('docs/CLUSTER.md');
  const known = new Set([...settingNames.flatMap(variablesOf), ...example.map(({ name }) => name)]);
  for (const [, name = ''] of page.matchAll(/\b((?:POSTSCOPE|ELASTICSEARCH|REDIS)_[A-Z_]+)\b/g)) {
    if (name !== 'POSTSCOPE_CONFIG') expect(known).toContain(name.replace(/_FILE$/, (end) => (known.has(name) ? end : '')));
  }
  for (const [, name = ''] of page.matchAll(/\b(postscope-\w+@?(?:\d+)?)(?:\.service)?\b/g)) {
    if (/^postscope-(ship|work|setup)/.test(name)) expect(units).toContain(`${name.replace(/\d+$/, '')}.service`);
  }
});
