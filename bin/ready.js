// Makes a checkout ready to run: checks Node, installs what is missing, builds what has changed. Needs nothing but Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const floor = [20, 20];
const sources = ['postfix', 'ingest', 'queue', 'workers', 'store', 'report', 'cli', 'bench', 'mappings'];

/** Ends the process with a sentence where something cannot be made ready. */
export function ready() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < floor[0] || (major === floor[0] && minor < floor[1])) {
    fail(`postscope needs Node ${floor.join('.')} or newer; this is ${process.version}`);
  }
  if (!existsSync(join(root, 'package-lock.json'))) return;
  const installed = modified('node_modules/.package-lock.json');
  if (installed === 0 || installed < modified('package-lock.json')) {
    console.error('Installing what postscope needs (once) …');
    run(
      'npm',
      ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
      'the packages could not be installed; is there a network, or a proxy to set for npm?',
    );
  }
  const built = modified('dist/.built');
  if (
    built === 0 ||
    built < Math.max(...sources.map(newest), modified('tsconfig.json'), modified('tsconfig.build.json'), modified('package-lock.json'))
  ) {
    console.error('Building …');
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')], 'the build failed');
    writeFileSync(join(root, 'dist/.built'), '');
  }
}

function run(command, args, failure) {
  // What it prints goes to standard error: standard output is for answers.
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(failure);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const modified = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When a folder's sources were last changed; a file that was taken away changes its folder. */
function newest(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return 0;
  let latest = statSync(path).mtimeMs;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory() || entry.name.endsWith('.ts') || entry.name.endsWith('.json')) {
      latest = Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
    }
  }
  return latest;
}
