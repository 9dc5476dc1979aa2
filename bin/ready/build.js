// Whether dist/ is built of the sources that are there, and how it is built.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, fail, root, run } from './root.js';

const folders = ['postfix', 'ingest', 'queue', 'workers', 'store', 'report', 'probe', 'ops', 'web', 'cli', 'bench', 'mappings'];
const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/**
 * Of everything that the build is made of. Not its times: git sets these to the time of the checkout, and a copy keeps or
 * loses them as it likes.
 */
export function digestOfSources() {
  const paths = folders.filter((folder) => existsSync(at(folder))).flatMap(sourcesIn);
  const hash = createHash('sha256');
  for (const path of [...paths.sort(), ...settings]) hash.update(`${path}\n`).update(readFileSync(at(path)));
  return hash.digest('hex');
}

function sourcesIn(folder) {
  return readdirSync(at(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length));
}

export function isBuiltOf(digest) {
  try {
    return readFileSync(at('dist/.built'), 'utf8') === digest && existsSync(at('dist/cli/main.js'));
  } catch {
    return false;
  }
}

export function build(digest) {
  console.error('Building …');
  // One that is broken off must not count.
  rmSync(at('dist/.built'), { force: true });
  const { status } = run(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')]);
  if (status !== 0) fail('The build failed.');
  writeFileSync(at('dist/.built'), digest);
}
