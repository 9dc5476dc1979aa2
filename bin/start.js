// `npm start`: the bundled sample, or one's own logs, into a store, the report of it, and on a terminal the pages of it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from './ready.js';

const usage = `Usage: npm start                              the bundled sample: import it, and print its report
       npm start -- PATH... [options]         the same with your own logs: files, directories, globs, - for standard input
                                              (options are those of: npx postscope import --help)
                                              On a terminal the same is then shown as pages, until Ctrl-C; --no-serve
                                              leaves that out.
       npx postscope COMMAND [options]        questions to what was imported

`;

ready();
const { isCommand, main, processIo } = await import('../dist/cli/main.js');
const { defaultStorePath } = await import('../dist/cli/store_path.js');
const given = process.argv.slice(2);
const typed = given.filter((word) => word !== '--no-serve');

/** Imports, reports, and where somebody sits at a terminal shows the pages. */
async function start(args) {
  process.exitCode = await main(['import', '--report', ...args], processIo());
  if (process.exitCode !== 0 || process.stdout.isTTY !== true || given.includes('--no-serve')) return;
  console.error('');
  process.exitCode = await main(['serve', ...kept(args)], processIo());
}

/** The options of an import that say which store is meant, and in which zone. */
function kept(args) {
  const names = ['--store', '--config', '--zone'];
  return args.flatMap((word, i) => {
    if (names.includes(word)) return args.slice(i, i + 2);
    return names.some((name) => word.startsWith(`${name}=`)) ? [word] : [];
  });
}

if (typed.some((word) => word === '-h' || word === '--help')) {
  process.stdout.write(usage);
  process.exitCode = await main(['--help'], processIo());
} else if (typed.length === 1 && isCommand(typed[0])) {
  // A folder of that name, such as report/ of the checkout itself, is no log.
  console.error(`${typed[0]} is a command, not a log: this is npx postscope ${typed[0]}`);
  console.error(`(a file of that name is imported by npm start -- ./${typed[0]})\n`);
  process.exitCode = await main(typed, processIo());
} else if (typed.length > 0) await start(typed);
else {
  // The sample has a store of its own, so that it never mixes with one's own logs.
  const store = join(dirname(defaultStorePath({ ...process.env, POSTSCOPE_STORE: '' })), 'sample.duckdb');
  const sample = fileURLToPath(new URL('../sample/maillog-20261124', import.meta.url));
  console.error('No logs were named, so this is the bundled sample: four minutes of a real incident.');
  console.error('For your own:  npm start -- /var/log/maillog*     (Debian: /var/log/mail.log*)\n');
  await start(['--store', store, '--zone', 'UTC', sample]);
}
