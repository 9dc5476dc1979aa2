/** What runs inside the namespaces that run.js made. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Lab } from './lab.js';
import { scenarios } from './scenarios.js';

const [name = '', folder, seed = '1'] = process.argv.slice(2);
const scenario = scenarios[name];
if (scenario === undefined || folder === undefined || !/^[1-9]\d*$/.test(seed)) {
  const list = Object.entries(scenarios).map(([one, { about }]) => `  ${one.padEnd(10)} ${about}`);
  console.error(`run.js SCENARIO FOLDER [SEED, a whole number from 1]\n${list.join('\n')}`);
  process.exit(2);
}
// run.js is gone, in whatever way.
process.stdin.on('close', () => process.exit(1)).resume();
const lab = new Lab(resolve(folder), Number(seed), scenario.setup(Number(seed)));
mkdirSync(lab.folder, { recursive: true });
await lab.build();
await scenario.run(lab);
await lab.postfix('stop');
lab.keep();
process.exit(0);
