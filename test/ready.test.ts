/** A checkout makes itself ready: what is missing is installed, what has changed is built, and nothing else is done. */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let root: string;
let log: string;
const at = (path: string) => join(root, path);
const put = (path: string, text: string) => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};

const here = { optional: true, os: [process.platform], cpu: [process.arch] };
const packages = {
  '': {},
  'node_modules/duckdb': { version: '1.0.0' },
  'node_modules/duckdb-here': { version: '1.0.0', ...here },
  'node_modules/duckdb-there': { version: '1.0.0', optional: true, os: ['plan9'] },
  'node_modules/typescript': { version: '2.0.0', dev: true },
};
const installed = ['duckdb', 'duckdb-here', 'typescript'];

/** What stands for npm and for the compiler here: they do as much as is looked at, and write down that they were called. */
const npm = `#!${process.execPath}
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync(process.env.LOG, 'npm ');
const packages = ${JSON.stringify(packages)};
const kept = {};
for (const name of ${JSON.stringify(installed)}) {
  kept['node_modules/' + name] = packages['node_modules/' + name];
  mkdirSync('node_modules/' + name + '/bin', { recursive: true });
  writeFileSync('node_modules/' + name + '/package.json', '{}');
}
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: kept }));
writeFileSync('node_modules/typescript/bin/tsc', ${JSON.stringify(`
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync(process.env.LOG, 'tsc ');
mkdirSync('dist/cli', { recursive: true });
writeFileSync('dist/cli/main.js', '');
`)});
`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postscope-ready-'));
  log = at('log');
  cpSync(join(import.meta.dirname, '../bin'), at('bin'), { recursive: true });
  put('package.json', '{ "type": "module" }');
  put('package-lock.json', JSON.stringify({ packages }));
  for (const path of ['tsconfig.json', 'tsconfig.build.json', 'postfix/parse.ts', 'cli/main.ts']) put(path, '{}');
  put('path/npm', npm);
  chmodSync(at('path/npm'), 0o755);
  put('path/package.json', '{ "type": "commonjs" }');
  writeFileSync(log, '');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  /** What was called. */
  readonly called: string;
  readonly err: string;
}

async function ready(options = '{}'): Promise<Ran> {
  writeFileSync(log, '');
  return begin(options);
}

function begin(options: string): Promise<Ran> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `import { ready } from './bin/ready.js'; ready(${options});`], {
    cwd: root,
    env: { ...process.env, LOG: log, PATH: `${at('path')}${delimiter}${process.env.PATH}`, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, called: readFileSync(log, 'utf8').trim(), err })));
}

test('a fresh checkout is installed and built, once', async () => {
  expect(await ready()).toMatchObject({ code: 0, called: 'npm tsc' });
  expect(await ready()).toMatchObject({ code: 0, called: '', err: '' });
});

test('times say nothing, contents do', async () => {
  await ready();
  utimesSync(at('postfix/parse.ts'), new Date(), new Date(Date.now() + 60_000));
  expect((await ready()).called).toBe('');
  put('postfix/parse.ts', '{} // changed');
  expect((await ready()).called).toBe('tsc');
  rmSync(at('cli/main.ts'));
  expect((await ready()).called).toBe('tsc');
  rmSync(at('dist/cli/main.js'));
  expect((await ready()).called).toBe('tsc');
});

test('packages that were taken away, are older, or are of another machine are installed anew', async () => {
  await ready();
  rmSync(at('node_modules/duckdb-here'), { recursive: true });
  expect((await ready()).called).toBe('npm');
  const lock = readFileSync(at('node_modules/.package-lock.json'), 'utf8');
  put('node_modules/.package-lock.json', lock.replace('1.0.0', '0.9.0'));
  expect((await ready()).called).toBe('npm');
  put('node_modules/.package-lock.json', lock.replace(process.platform, 'plan9'));
  expect((await ready()).called).toBe('npm');
});

test('the compiler is missed where there is something to compile, and by developers', async () => {
  await ready();
  rmSync(at('node_modules/typescript'), { recursive: true });
  expect((await ready()).called).toBe('');
  expect((await ready('{ develop: true }')).called).toBe('npm');
  rmSync(at('node_modules/typescript'), { recursive: true });
  put('postfix/parse.ts', '{} // changed');
  expect((await ready()).called).toBe('npm tsc');
});

test('two at once do it once', async () => {
  const [first, second] = await Promise.all([begin('{}'), begin('{}')]);
  expect([first?.code, second?.code]).toEqual([0, 0]);
  expect(readFileSync(log, 'utf8')).toBe('npm tsc ');
  expect(existsSync(at('dist/.making'))).toBe(false);
});

test('a process that was killed does not lock out the next one', async () => {
  // No process has this number: it is above what Linux and macOS give.
  put('dist/.making', '99999999');
  expect(await ready()).toMatchObject({ code: 0, called: 'npm tsc' });
});

test('an installation that fails is said, and tried again', async () => {
  put('path/npm', `#!${process.execPath}\nprocess.exit(1)\n`);
  chmodSync(at('path/npm'), 0o755);
  expect(await ready()).toMatchObject({ code: 1, err: expect.stringContaining('The packages could not be installed') });
  put('path/npm', npm);
  expect(await ready()).toMatchObject({ code: 0, called: 'npm tsc' });
});
