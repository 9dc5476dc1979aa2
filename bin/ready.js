// Makes a checkout ready to run: checks Node, installs what is missing, builds what has changed. Needs nothing but Node.
import { existsSync } from 'node:fs';
import { alone } from './ready/alone.js';
import { build, digestOfSources, isBuiltOf } from './ready/build.js';
import { install, missingPackage } from './ready/packages.js';
import { at, fail } from './ready/root.js';

const floor = [20, 20];

/**
 * Ends the process with a sentence where something cannot be made ready. Where all is ready nothing is written, so that a
 * checkout that was built once may be read-only, and belong to somebody else.
 * @param develop whether what only compiler, linter and tests need has to be there too
 */
export function ready({ develop = false } = {}) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < floor[0] || (major === floor[0] && minor < floor[1])) {
    fail(`postscope needs Node ${floor.join('.')} or newer; this is ${process.version}`);
  }
  // Without a lock file this is no checkout, but something that was built elsewhere.
  if (!existsSync(at('package-lock.json'))) return;
  const digest = digestOfSources();
  const built = () => isBuiltOf(digest);
  const installed = () => missingPackage({ develop: develop || !built() }) === undefined;
  if (built() && installed()) return;
  alone(() => {
    // Another process may have done it while this one waited.
    if (!installed()) install();
    if (!built()) build(digest);
  });
}
