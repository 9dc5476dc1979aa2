/** The command line: `bin/postscope.js` runs `main`, and so do the tests. */
import { Command, CommanderError } from 'commander';
import { printableLines } from '../report/render/text.js';
import { type Context, giveContext } from './context.js';
import { type Io, nobodyReads, OutputClosed, processIo } from './io.js';
import { UsageError } from './usage.js';
import { version } from './version.js';
import { hasColours } from './view.js';

export { type Io, processIo };

type Register = (program: Command) => void;

/**
 * In the order in which `postscope --help` lists them, and loaded when they are typed: all of them take longer to load than
 * one of them to answer.
 */
const commands: Readonly<Record<string, () => Promise<readonly Register[]>>> = {
  report: async () => [(await import('./report.js')).reportCommand],
  diagnose: async () => [(await import('./diagnose.js')).diagnoseCommand],
  timeouts: async () => [(await import('./timeouts.js')).timeoutsCommand],
  relays: async () => [(await import('./relays.js')).relaysCommand],
  delays: async () => [(await import('./delays.js')).delaysCommand],
  search: async () => [(await import('./search.js')).searchCommand],
  messages: async () => [(await import('./messages.js')).messagesCommand],
  queue: async () => [(await import('./queue.js')).queueCommand],
  trace: async () => [(await import('./trace.js')).traceCommand],
  compare: async () => [(await import('./compare.js')).compareCommand],
  evidence: async () => [(await import('./evidence.js')).evidenceCommand],
  probe: async () => [(await import('./probe.js')).probeCommand],
  serve: async () => [(await import('./serve.js')).serveCommand],
  doctor: async () => [(await import('./doctor.js')).doctorCommand],
  // `import --report` goes on to it.
  import: async () => [(await import('./report.js')).reportCommand, (await import('./import.js')).importCommand],
  retention: async () => [(await import('./retention.js')).retentionCommand],
  archive: async () => [(await import('./archive.js')).archiveCommand],
  erase: async () => [(await import('./erase.js')).eraseCommand],
  snapshot: async () => [(await import('./snapshot.js')).snapshotCommand],
  parse: async () => [(await import('./parse.js')).parseCommand],
  quarantine: async () => [(await import('./quarantine.js')).quarantineCommand],
  ship: async () => [(await import('./ship.js')).shipCommand],
  work: async () => [(await import('./work.js')).workCommand],
  setup: async () => [(await import('./setup.js')).setupCommand],
  config: async () => [(await import('./config.js')).configCommand],
};

/** Whether a word is the name of a command. */
export const isCommand = (word: string): boolean => Object.hasOwn(commands, word);

/** The command that was typed; all of them where none was, for the help, and for what is like what was typed. */
async function commandsFor([typed = '']: readonly string[]): Promise<readonly Register[]> {
  const needed = isCommand(typed) ? [typed] : Object.keys(commands);
  return [...new Set((await Promise.all(needed.map((name) => (commands[name] as () => Promise<readonly Register[]>)()))).flat())];
}

/**
 * Runs one command.
 * @param argv what was typed behind `postscope`
 * @returns the exit code: 0 fine, 1 error, 2 wrong usage
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const program = programFor(io, argv, await commandsFor(argv));
  const context = giveContext(program, io);
  // A reader that went away (`| head`) ends the run, and quietly.
  const closed = new Promise<number>((resolve) => {
    io.stdout.on?.('error', (error) => {
      nobodyReads(io.stdout);
      resolve(complain(error, io));
    });
  });
  return Promise.race([closed, run(program, context, argv)]);
}

async function run(program: Command, context: Context, argv: readonly string[]): Promise<number> {
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    return complain(error, context.io);
  }
}

function programFor(io: Io, argv: readonly string[], registers: readonly Register[]): Command {
  const program = new Command('postscope')
    .description('Why is mail late? A Postfix maillog as a searchable store, and the answers in it.')
    .usage('<command> [options]')
    .version(version(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this, or the help of a command')
    .exitOverride()
    .showHelpAfterError('(--help says more)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // A wrong argument is repeated in the message, and may have been copied from a log.
      outputError: (text, write) => write(printableLines(text) + hintFor(text, argv)),
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 110),
      getErrHelpWidth: () => Math.min(io.stderr.columns ?? 100, 110),
      getOutHasColors: () => hasColours(io.stdout, io.env),
      getErrHasColors: () => hasColours(io.stderr, io.env),
    })
    .addHelpText(
      'after',
      `
One evening, one server:
  postscope import /var/log/maillog*     read the logs, compressed ones too (Debian: /var/log/mail.log*)
  postscope report                       the one page
  postscope timeouts                     which relay, since when
  postscope trace QUEUE-ID               one message from arrival to removal

Every command explains its columns: postscope timeouts --help
Exit codes: 0 fine (a search without a hit too), 1 error, 2 wrong usage.`,
    );
  program.configureHelp({ styleTitle: (title) => (hasColours(io.stdout, io.env) ? `\x1b[1m${title}\x1b[22m` : title) });
  for (const register of registers) register(program);
  return program;
}

/** `--since 2026-04-03 14:30` is two words to the shell. */
function hintFor(text: string, argv: readonly string[]): string {
  const loose = text.includes('too many arguments') && argv.some((word) => /^\d\d?:\d\d/.test(word));
  return loose ? 'A time with a blank in it needs quotes, or a T instead: --since 2026-04-03T14:30\n' : '';
}

/** Says what went wrong. @returns the exit code */
function complain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 || error.code === 'commander.help' ? 0 : 2;
  if (error instanceof OutputClosed || isClosedPipe(error)) return 0;
  const text = error instanceof Error ? error.message : String(error);
  io.stderr.write(printableLines(`error: ${text}\n`));
  if (error instanceof UsageError) return 2;
  if (io.env.POSTSCOPE_DEBUG && error instanceof Error) io.stderr.write(printableLines(`${error.stack}\n`));
  return 1;
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EPIPE';
}
