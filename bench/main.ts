/** `npm run bench`: `bin/bench.js` runs `main`. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { againstPflogsumm } from './against_pflogsumm.js';
import { NotMeasured } from './child.js';
import { months } from './months.js';

function whole(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number above zero.');
  return value;
}

/** @returns the exit code: 0 where everything was measured, bars reached or not; 1 where something could not be; 2 wrong usage */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command('npm run bench --')
    .description('Measures how fast postscope is. A machine is only comparable with itself: the ratios count.')
    .usage('[options] | months [options] | cluster [options] | messages [options]')
    .exitOverride()
    // Or --lines behind a command would be taken for that of the default bench.
    .enablePositionalOptions()
    .option('--lines <n>', 'lines of the log; the bars are meant for the default', whole, 1_000_000)
    .option('--rounds <n>', 'how often everything is measured; the median counts', whole, 3)
    .option('--ten', 'import ten times as many lines too, to see that memory does not grow')
    .addHelpText(
      'after',
      `
Measured in one run, in turn, on one log (seed 1, three servers, two days, every daemon):
  pflogsumm   Debian's, the yardstick; installed with apt-get where it is missing and root asks
  parsing     every field of every line, on one core, without a store; bar: 11 times as fast as pflogsumm
  import      the command \`postscope import\`, on two cores, into a new store; bars: 4 times as fast as pflogsumm,
              store 0.4 of the log at most, 400 MB of memory at most

Logs and stores are kept in bench/.data/ (delete it as you like): the log of a million lines takes 145 MB,
--ten 1.5 GB, months 4 GB.
Exit codes: 0 measured, whether or not the bars were reached; 1 something could not be measured; 2 wrong usage.

Examples:
  npm run bench                          the figures of the README
  npm run bench -- --lines 50000         a quick trial
  npm run bench -- --ten
  npm run bench -- months                questions to 90 days; the first time takes a quarter of an hour`,
    )
    .action(async (options: { lines: number; rounds: number; ten?: true }) => {
      code = await againstPflogsumm({ ...options, ten: options.ten === true });
    });
  program
    .command('months')
    .summary('questions to the store of 90 days')
    .description(
      'Imports 90 days of a server with 65,000 mails a day, some 43 million lines, in one command (daily files, gzip), and times ' +
        'the questions: within a process, and as whole commands; then the first pages of serve. Bars: timeouts and relays 0.5 s, ' +
        'trace 0.1 s, diagnose 5 s, retention 1 s, a page 1 s.',
    )
    .option('--days <n>', 'fewer days, for a quick trial', whole, 90)
    .option('--times <n>', 'how often each question is asked; the median counts', whole, 5)
    .option('--again', 'import anew: the store is kept otherwise, and a second run only asks')
    .action(async (options: { days: number; times: number; again?: true }) => {
      code = await months({ ...options, again: options.again === true });
    });
  program
    .command('cluster')
    .summary('two shippers, Redis, a worker, Elasticsearch')
    .description(
      'Ships a million lines by two shippers through Redis and a worker into Elasticsearch, beside what the same Elasticsearch takes ' +
        'when the documents that come of them are posted ready-made; then ships without a worker. Bars: 0.65 of the ready-made rate, 500,000 ' +
        'lines/s into Redis, 1.5 bytes of Redis for a queued byte, 300 MB for a shipper and for the worker.',
    )
    .option('--lines <n>', 'fewer lines, for a quick trial', whole, 1_000_000)
    .option('--rounds <n>', 'how often everything is measured; the median counts', whole, 3)
    .option('--concurrency <n>', 'batches that the worker has in hand at once', whole, 12)
    .action(async (options: { lines: number; rounds: number; concurrency: number }) => {
      const { cluster } = await import('./cluster.js');
      code = await cluster(options);
    });
  program
    .command('messages')
    .summary('are messages right in every field?')
    .description(
      'Imports a log of three servers, cut into files at random, in any order by several commands, and holds every message that has ' +
        'left against what the generator knows of it. Bar: 99.9 % right in every field.',
    )
    .option('--lines <n>', 'fewer lines, for a quick trial', whole, 1_000_000)
    .option('--seed <n>', 'of the log and of the cuts', whole, 5)
    .action(async (options: { lines: number; seed: number }) => {
      const { messagesAgainstTruth } = await import('./messages.js');
      code = await messagesAgainstTruth(options);
    });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof NotMeasured)) throw error;
    console.error(`Could not be measured: ${error.message}`);
    return 1;
  }
}
