/** `postscope import`: log files into the store. */
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { ImportResult } from '../ingest/import.js';
import { counted, bytes as size } from '../report/render/number.js';
import { printable } from '../report/render/text.js';
import { calledAs } from './called.js';
import { contextOf } from './context.js';
import { positiveInteger, zoneOf } from './flags.js';
import { type Io, write } from './io.js';
import { ImportProgress } from './progress.js';
import { defaultStorePath } from './store_path.js';

interface ImportFlags {
  readonly store?: string;
  readonly zone?: string;
  readonly defaultHost?: string;
  readonly commitLines?: number;
  readonly report?: boolean;
  readonly quiet?: boolean;
}

export function importCommand(program: Command): void {
  const command = program
    .command('import')
    .summary('read log files into the store')
    .description(
      'Reads log files into the store, oldest first: plain or packed (gzip, xz, zstd, bzip2), in any order, as often as you like.',
    )
    .argument('<path...>', 'files, directories, globs; - for standard input')
    .option('--store <path>', 'the store file (default: POSTSCOPE_STORE, or the one in your data directory)')
    .option('--zone <name>', "time zone in which the log was written (default: this machine's)")
    .option('--default-host <name>', 'host of lines that name none, such as those of containers (default: this machine)')
    .option('--commit-lines <n>', 'lines to a transaction; a crash costs at most the time to read these again', positiveInteger)
    .option('--report', 'print the report when done')
    .option('--quiet', 'say nothing but what went wrong')
    .addHelpText(
      'after',
      `
Importing again adds nothing: a line that is in the store already is known, also out of a rotated, renamed or
compressed copy. Ctrl-C, or a crash, loses nothing either: the same command goes on where the last commit was.

Stamps without a year (Nov 24 02:59:54) get theirs from the date in the file's name (maillog-20220403) or else from
the file's own time. If the log was written in another zone than this machine's, say so with --zone.

Exit codes: 0 all was read; 1 something could not be read (it is named) or is damaged; 2 wrong usage; 130 Ctrl-C.

Examples:
  postscope import /var/log/maillog*
  postscope import /var/log/mail.log* --zone Europe/Berlin
  journalctl -u 'postfix*' -o json | postscope import -`,
    )
    .action(async (paths: string[], flags: ImportFlags) => {
      const context = contextOf(command);
      context.exitCode = await run(paths, flags, context.io);
      if (flags.report === true && context.exitCode !== 130) {
        const imported = context.exitCode;
        await program.parseAsync(
          ['report', '--store', storeOf(flags, context.io), ...(flags.zone === undefined ? [] : ['--zone', flags.zone])],
          {
            from: 'user',
          },
        );
        context.exitCode = Math.max(imported, context.exitCode);
      }
    });
}

const storeOf = (flags: ImportFlags, io: Io) => flags.store ?? defaultStorePath(io.env);

/** @returns the exit code */
async function run(paths: string[], flags: ImportFlags, io: Io): Promise<number> {
  const zone = zoneOf(flags, io);
  const path = storeOf(flags, io);
  // Not before they are needed: DuckDB takes longer to load than `--help` to print.
  const [{ openWriter }, { importFiles }, { expand }] = await Promise.all([
    import('../store/open.js'),
    import('../ingest/import.js'),
    import('../ingest/paths.js'),
  ]);
  const note = (text: string) => void io.stderr.write(`${text}\n`);
  // npm changes to the project's folder; what was typed is relative to where it was typed.
  const named = await expand(paths, io.env.INIT_CWD ?? process.cwd());
  if (named.files.length === 0 && !named.standardInput) {
    for (const { path: wrong, why } of named.unusable) note(`${printable(wrong)} ${why}`);
    return 1;
  }
  const store = await openWriter({ path, onWait: (holder) => note(`Waiting for ${holder}, which has the store open …`) });
  const stop = new AbortController();
  const onInterrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    note('\nStopping; what was read is being stored (Ctrl-C again to leave at once) …');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const progress = flags.quiet === true ? undefined : new ImportProgress(io, path);
  try {
    const result = await importFiles({
      named,
      store,
      zone,
      defaultHost: flags.defaultHost ?? hostname(),
      now: io.now(),
      signal: stop.signal,
      ...(flags.commitLines === undefined ? {} : { commitLines: flags.commitLines }),
      ...progress?.watching(),
    });
    progress?.end();
    for (const { path: wrong, why } of result.unusable) note(`${printable(wrong)} ${why}`);
    const foreign = await foreignNote(store, result);
    if (foreign !== undefined) note(foreign);
    if (flags.quiet !== true) {
      const { bytes } = await store.totals({});
      await write(io.stdout, summary(result, path, bytes, progress?.seconds ?? 0, calledAs(io.env), flags.report === true));
    }
    if (stop.signal.aborted) {
      note('Stopped. The same command goes on from here.');
      return 130;
    }
    return result.unusable.length > 0 || result.files.some(({ notes }) => notes.some((text) => /damaged/.test(text))) ? 1 : 0;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await store.close();
  }
}

/** Where nothing that was stored is of Postfix, the wrong file was named. */
async function foreignNote(
  store: { unrecognized: (scope: object) => Promise<readonly { program: string; count: number }[]> },
  result: ImportResult,
) {
  if (result.stored === 0) return undefined;
  const programs = await store.unrecognized({});
  const unknown = programs.reduce((sum, { count }) => sum + count, 0);
  if (unknown < result.stored * 0.9) return undefined;
  const names = programs.slice(0, 3).map(({ program }) => printable(program === '' ? '(no program)' : program));
  return `Hardly a line of this is Postfix's: most are of ${names.join(', ')}. Was another log meant?`;
}

function summary(result: ImportResult, path: string, bytes: number, seconds: number, called: string, reported: boolean): string {
  const { read, stored, alreadyThere, quarantined } = result;
  const rate = seconds > 0.5 ? ` in ${seconds.toFixed(1)} s (${counted(Math.round(read / seconds), 'line')}/s)` : '';
  const aside = quarantined > 0 ? `, ${counted(quarantined, 'line')} set aside (${called} doctor says why)` : '';
  return [
    `Read ${counted(read, 'line')}${rate}: ${counted(stored, 'line')} stored, ${counted(alreadyThere, 'line')} already there${aside}.`,
    `The store is ${printable(path)} (${size(bytes)}).`,
    ...(reported ? [''] : [`Next:  ${called} report`]),
    '',
  ].join('\n');
}
