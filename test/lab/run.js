#!/usr/bin/env node
// `sudo test/lab/run.js SCENARIO FOLDER [SEED]`: builds the lab, and runs it in namespaces of its own. What it makes: README.md.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

if (process.getuid?.() !== 0) {
  console.error('The lab makes namespaces and runs Postfix: it has to be started by root.');
  process.exit(1);
}
const tsc = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
const built = mkdtempSync(join(tmpdir(), 'postscope-lab-'));
let child;
// Its standard input ends with this process, and the lab with that.
const run = (program, ...args) =>
  new Promise((resolve, reject) => {
    child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] });
    child.on('error', reject).on('exit', (status) => resolve(status ?? 1));
  });
// unshare(1) lets gentler signals pass.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill('SIGKILL'));
try {
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
  process.exitCode = await run(process.execPath, tsc, '-p', import.meta.dirname, '--outDir', built);
  if (process.exitCode === 0) {
    // The kernel takes network, mounts and processes away with the first process of the namespaces, however that ends.
    const alone = ['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
    process.exitCode = await run('unshare', ...alone, process.execPath, join(built, 'main.js'), ...process.argv.slice(2));
  }
} finally {
  rmSync(built, { recursive: true });
}
