/** README.md and ARCHITECTURE.md say what is so: what README shows was printed, and what it names is there. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sink } from '../cli/io.js';
import { main } from '../cli/main.js';
import { Clock } from '../postfix/clock.js';
import { toDocument } from '../postfix/document.js';
import { Parser } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';

const root = join(import.meta.dirname, '..');
const page = (name: string) => readFileSync(join(root, name), 'utf8');
const readme = page('README.md');

/** Blocks of one language, in order. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].filter(([, is]) => is === language).map(([, , body]) => body as string);

const folder = mkdtempSync(join(tmpdir(), 'postscope-docs-'));
const store = join(folder, 'sample.duckdb');
const sample = join(root, 'sample/maillog-20261124');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a terminal of 96 columns without colours shows of a command, with the paths that README has. */
async function shown(argv: readonly string[]): Promise<string> {
  let text = '';
  // Standard output and standard error are one on a terminal; the bar of an import is none of it.
  const take = (more: string) => {
    text += more;
  };
  const terminal = (isTTY: boolean): Sink => ({ isTTY, columns: 96, write: take });
  await main(argv, {
    stdout: terminal(true),
    stderr: terminal(false),
    env: { POSTSCOPE_STORE: store, NO_COLOR: '1', npm_command: 'exec', INIT_CWD: root },
    now: () => Date.parse('2026-11-25T12:00:00Z'),
    zone: 'UTC',
  });
  return text.replaceAll(folder, '/home/you/.local/share/postscope').replaceAll(`${root}/`, '/home/you/postscope/');
}

/** Words of a command as a shell makes them of it. */
const words = (command: string) => [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');

/** Commands of a console block with what they print. */
const dialogue = (block: string) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...output] = part.split('\n');
      return { command, output: output.join('\n').trimEnd() };
    });

/** The size of a store differs a little with every version of DuckDB. */
const comparable = (text: string) => text.replace(/\(\d[\d.]* [kM]B\)/g, '(… MB)');

/** Fails where the output is not what is shown; `…` on a line of its own stands for lines that are left out. */
function expectShown(printed: string, wanted: string): void {
  let rest = comparable(printed);
  wanted = comparable(wanted);
  if (!/^ *…$/m.test(wanted)) {
    expect(rest.trimEnd()).toBe(wanted);
    return;
  }
  for (const [i, piece] of wanted.split(/^ *…(?:\n|$)/m).entries()) {
    if (piece === '') continue;
    const at = rest.indexOf(piece.trimEnd());
    if (at < 0 || (i === 0 && at > 0)) expect(rest).toContain(piece.trimEnd());
    rest = rest.slice(at + piece.length);
  }
}

describe('README.md', () => {
  beforeAll(async () => {
    await shown(['import', '--quiet', '--zone', 'UTC', sample]);
  });

  const commands = blocks(readme, 'console').flatMap(dialogue);

  test('shows every command that answers', () => {
    const named = new Set(commands.map(({ command }) => command.split(' ').slice(0, 3).join(' ')));
    for (const name of ['report', 'timeouts', 'relays', 'delays', 'search', 'trace', 'doctor']) {
      expect(named).toContain(`npx postscope ${name}`);
    }
  });

  test.each(commands)('$command', async ({ command, output }) => {
    const [npx, postscope, ...argv] = words(command);
    expect([npx, postscope]).toEqual(['npx', 'postscope']);
    expectShown(await shown(argv), output);
  });

  test('a line and the document that is made of it', () => {
    const [line = ''] = blocks(readme, 'text').filter((block) => /^\w{3} \d\d .* postfix\//.test(block));
    const [json = ''] = blocks(readme, 'json');
    const kept = keepText(line.trimEnd());
    const event = new Parser(new Clock(new Zone('UTC'), () => Date.parse('2026-11-25T00:00:00Z'))).parse(kept.text);
    if (event === undefined) throw new Error('the line of README.md has no time');
    const document = toDocument(event, kept, { id: 'id', path: '-', offset: 0 });
    expect(JSON.parse(JSON.stringify(document))).toMatchObject(JSON.parse(json));
  });

  test('names every command and every flag, and none that is not there', async () => {
    const help = await shown(['--help']);
    const names = [...help.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name]) => name as string).filter((name) => name !== 'postscope');
    expect(names).toContain('parse');
    const flags = new Set(['--version', '--help']);
    // Of `npm start`.
    for (const [flag] of page('bin/start.js').matchAll(/--no-[a-z]+/g)) flags.add(flag);
    for (const name of names) {
      if (name === 'help') continue;
      expect(readme).toContain(`postscope ${name}`);
      const verbs = name === 'quarantine' ? [['list'], ['show'], ['replay']] : [[]];
      for (const verb of verbs) {
        const says = await shown([name, ...verb, '--help']);
        for (const [, flag] of says.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)) flags.add(flag as string);
      }
    }
    const named = new Set([...readme.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag));
    // Those of settings have a page of their own.
    const settings = new Set(
      [...page('docs/CLUSTER.md').matchAll(/^\| `[\w.]+` +\| `(--[a-z-]+)` +\|/gm)].map(([, flag]) => flag as string),
    );
    expect([...flags].filter((flag) => !named.has(flag) && !settings.has(flag))).toEqual([]);
    // Of other programs' flags there are none.
    expect([...named].filter((flag) => !flags.has(flag))).toEqual([]);
    for (const [, name] of readme.matchAll(/(?:npx |`)postscope ([a-z]+)\b/g)) expect(names).toContain(name);
  });

  test('every script that it names is one of package.json', () => {
    const { scripts } = JSON.parse(page('package.json')) as { scripts: Record<string, string> };
    for (const [, run, name] of readme.matchAll(/npm (run )?(start|test|[a-z]+)\b/g)) {
      if (run !== undefined || name === 'start' || name === 'test') expect(scripts).toHaveProperty(name as string);
    }
  });
});

describe.each(['README.md', 'ARCHITECTURE.md'])('the files that %s names', (name) => {
  const text = page(name);
  const paths = [...text.matchAll(/`([\w./-]+\/[\w./-]*|[\w-]+\.(?:ts|json|md))`/g)].map(([, path]) => path as string);
  const ours = paths.filter((path) => !/^[/.~]/.test(path) && !/^(postfix|postfix-out)\/\w*(smtp|smtpd|qmgr)$/.test(path));

  test('are there', () => {
    expect(ours.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test('ARCHITECTURE.md gives a reason for every dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(page('package.json')) as Record<string, Record<string, string>>;
  const text = page('ARCHITECTURE.md');
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    expect(text).toContain(name.startsWith('@types/') ? '@types/' : name);
  }
});
