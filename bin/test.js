// `npm test`: makes the checkout ready, runs everything, and closes with a line that counts what really ran.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installServices } from './ready/services.js';
import { ready } from './ready.js';

ready({ develop: true });
installServices();
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'postscope-test-'));
const results = join(folder, 'results.json');
const { status, signal } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
const counted = count();
rmSync(folder, { recursive: true, force: true });
const line = `${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped`;
// .ci/run prints the line itself, so that it is the last whatever npm has to say.
if (process.env.POSTSCOPE_TEST_SUMMARY) writeFileSync(process.env.POSTSCOPE_TEST_SUMMARY, `${line}\n`);
else console.log(line);
process.exitCode = status === 0 && counted.failed === 0 && counted.passed > 0 ? 0 : 1;

/** Tests by what became of them. A file that could not be loaded counts as one that failed. */
function count() {
  let report;
  try {
    report = JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    console.error(`vitest left no results (${signal ?? `exit code ${status}`})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults.map((test) => test.status));
  const broken = report.testResults.filter(
    ({ status: of, assertionResults }) => of === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  for (const { name, message } of broken) console.error(`${name}: ${message}`);
  const passed = tests.filter((test) => test === 'passed').length;
  const failed = tests.filter((test) => test === 'failed').length + broken.length;
  return { passed, failed, skipped: tests.length - passed - tests.filter((test) => test === 'failed').length };
}
