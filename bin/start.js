// `npm start`: the bundled sample, or one's own logs, into a store, and the report of it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from './ready.js';

const usage = `Usage: npm start                              the bundled sample: import it, and print its report
       npm start -- PATH... [options]         the same with your own logs: files, directories, globs, - for standard input
                                              (options are those of: npx postscope import --help)
       npx postscope COMMAND [options]        questions to what was imported

`;

ready();
const { isCommand, main, processIo } = await import('../dist/cli/main.js');
const { defaultStorePath } = await import('../dist/cli/store_path.js');
const typed = process.argv.slice(2);

if (typed.some((word) => word === '-h' || word === '--help')) {
  process.stdout.write(usage);
  process.exitCode = await main(['--help'], processIo());
} else if (typed.length === 1 && isCommand(typed[0])) {
  // A folder of that name, such as report/ of the checkout itself, is no log.
  console.error(`${typed[0]} is a command, not a log: this is npx postscope ${typed[0]}`);
  console.error(`(a file of that name is imported by npm start -- ./${typed[0]})\n`);
  process.exitCode = await main(typed, processIo());
} else if (typed.length > 0) process.exitCode = await main(['import', '--report', ...typed], processIo());
else {
  // The sample has a store of its own, so that it never mixes with one's own logs.
  const store = join(dirname(defaultStorePath({ ...process.env, POSTSCOPE_STORE: '' })), 'sample.duckdb');
  const sample = fileURLToPath(new URL('../sample/maillog-20261124', import.meta.url));
  console.error('No logs were named, so this is the bundled sample: four minutes of a real incident.');
  console.error('For your own:  npm start -- /var/log/maillog*     (Debian: /var/log/mail.log*)\n');
  process.exitCode = await main(['import', '--report', '--store', store, '--zone', 'UTC', sample], processIo());
}
