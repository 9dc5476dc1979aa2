/** `postscope import`: log files into the store. */
import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Command, Option } from 'commander';
import type { ImportResult } from '../ingest/import.js';
import type { TextHider } from '../postfix/privacy/text.js';
import { LocalClock } from '../report/render/clock.js';
import { importCsv, importJson, leftOutWords } from '../report/render/import.js';
import { counted, bytes as size } from '../report/render/number.js';
import { shellWord } from '../report/render/shell.js';
import { printable } from '../report/render/text.js';
import { calledAs } from './called.js';
import { configurationOf, folderOf } from './config/flags.js';
import { contextOf } from './context.js';
import { flagsToRepeat, formatOf, positiveInteger, type ReadingOptions, readingFlags, scopeOf, zoneOf } from './flags.js';
import { type Io, write } from './io.js';
import { openStoreToWrite } from './open.js';
import { hiderOf, type PrivacyOptions, privacyFlags } from './privacy.js';
import { ImportProgress } from './progress.js';
import { type NamedStore, storeOf } from './store.js';

interface ImportFlags extends ReadingOptions, PrivacyOptions {
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
    .option('--default-host <name>', 'host of lines that name none, such as those of containers (default: this machine)')
    .option('--commit-lines <n>', 'lines to a transaction; a crash costs at most the time to read these again', positiveInteger)
    .addOption(new Option('--report', 'print the report when done, of the same period and host').conflicts(['json', 'csv']))
    .option('--quiet', 'say nothing but what went wrong');
  privacyFlags(command);
  readingFlags(command, {
    since: 'only files with lines from this time on: 2026-04-03, 2026-04, "2026-04-03 14:30", today, yesterday, -7d, -3h',
    until: 'only files that begin before this time; a date, month or year is meant to its end',
    host: 'only files that begin with a line of this host',
    zone: "time zone in which the log was written, and in which times are read here (default: this machine's)",
    json: 'print the result as JSON: the totals, and what became of each file',
    csv: 'the same as CSV: a row for each file, and one with the totals',
  })
    .addHelpText(
      'after',
      `
Importing again adds nothing: a line that is in the store already is known, also out of a rotated, renamed or
compressed copy. Ctrl-C, or a crash, loses nothing either: the same command goes on where the last commit was.

Stamps without a year (Nov 24 02:59:54) get theirs from the date in the file's name (maillog-20220403) or else from
the file's own time. If the log was written in another zone than this machine's, say so with --zone.

--privacy hides who wrote to whom before anything is stored, in fields and text alike: addresses, login names, and what
replies repeat of them. Names and addresses of mail servers and clients stay, and what else a text tells.
  pseudonymous  a pseudonym for the local part, and the domain: p-3f9a…@example.com. The same person stays the same
  domain-only   -@example.com. Two persons of a domain cannot be told apart
  full          -@-
Message-ids get a pseudonym in each of them, so that a mail can be followed from server to server. Pseudonyms hang on
the key (--privacy-key): keep it, and use the same for all. A line with and without --privacy are two lines; what was
imported once is not imported again in another mode.

--since, --until and --host choose files, not lines: a file is read whole, or left out and named. When it begins, and
on which host, its first line says; that it ends before --since is told by the date in its name, or by its own time.
A file of which that cannot be told is read, and so is standard input.

Exit codes: 0 all was read; 1 something could not be read (it is named) or is damaged; 2 wrong usage; 130 Ctrl-C.

Examples:
  postscope import /var/log/maillog*
  postscope import /var/log/mail.log* --zone Europe/Berlin
  journalctl -u 'postfix*' -o json | postscope import -`,
    )
    .action(async (paths: string[], flags: ImportFlags) => {
      const context = contextOf(command);
      const configuration = await configurationOf(command, context.io);
      const named = await storeOf(configuration, context.io);
      const privacy = await hiderOf(configuration, context.io.env);
      const { code: imported, any } = await run(paths, flags, named, privacy, context.io);
      context.exitCode = imported;
      if (flags.report === true && any && imported !== interrupted) {
        await program.parseAsync(
          [
            'report',
            // What follows a flag may begin with a hyphen: -7d.
            ...(['store', 'config', 'zone', 'since', 'until', 'host'] as const).flatMap((name) =>
              flags[name] === undefined ? [] : [`--${name}=${flags[name]}`],
            ),
          ],
          { from: 'user' },
        );
        context.exitCode = Math.max(imported, context.exitCode);
      }
    });
}

/** Lines to a commit into Elasticsearch: until they are stored they are held here, as JSON. */
const linesInMemory = 20_000;

/** Exit code after Ctrl-C: 128 and the number of the signal, as shells have it. */
const interrupted = 130;

interface Outcome {
  /** The exit code. */
  readonly code: number;
  /** Something of what was named could be read. */
  readonly any: boolean;
}

async function run(paths: string[], flags: ImportFlags, target: NamedStore, privacy: TextHider | undefined, io: Io): Promise<Outcome> {
  const zone = zoneOf(flags, io);
  const { shown: path } = target;
  const scope = scopeOf(flags, zone, io.now());
  const format = formatOf(flags);
  // Not before they are needed: DuckDB takes longer to load than `--help` to print.
  const [{ importFiles }, { expand }] = await Promise.all([import('../ingest/import.js'), import('../ingest/paths.js')]);
  const note = (text: string) => void io.stderr.write(`${text}\n`);
  const named = await expand(paths, folderOf(io));
  if (named.files.length === 0 && named.archives.length === 0 && !named.standardInput) {
    for (const { path: wrong, why } of named.unusable) note(`${printable(wrong)} ${why}`);
    const nothing = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0, files: [], leftOut: [], unusable: named.unusable };
    if (format === 'json') await write(io.stdout, importJson(nothing, { path, bytes: sizeOf(target) }, zone));
    if (format === 'csv') await write(io.stdout, importCsv(nothing, zone));
    return { code: 1, any: false };
  }
  const store = await openStoreToWrite(target, io, (holder) => note(`Waiting for ${holder}, which has the store open …`));
  const commitLines = flags.commitLines ?? (target.address.path === undefined ? linesInMemory : undefined);
  const stop = new AbortController();
  let isFolding = false;
  const onInterrupt = () => {
    if (isFolding) note('\nStopped. The lines are stored; the next import makes messages of the rest.');
    if (stop.signal.aborted || isFolding) process.exit(interrupted);
    stop.abort();
    note('\nStopping; what was read is being stored (Ctrl-C again to leave at once) …');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const progress = flags.quiet === true ? undefined : new ImportProgress(io, path, named.standardInput);
  let result: ImportResult;
  let bytes = 0;
  let messages: number | undefined;
  try {
    result = await importFiles({
      named,
      store,
      zone,
      defaultHost: flags.defaultHost ?? hostname(),
      now: io.now(),
      scope,
      signal: stop.signal,
      ...(privacy === undefined ? {} : { privacy }),
      ...(commitLines === undefined ? {} : { commitLines }),
      ...progress?.watching(),
    });
    if (store.fold !== undefined && !stop.signal.aborted) {
      isFolding = true;
      await store.fold(progress?.folding);
      isFolding = false;
      const counts = (await store.messageCounts?.({ by: 'month', zone: 'UTC' })) ?? [];
      messages = counts.reduce((sum, { count }) => sum + count, 0);
    }
    progress?.end();
    for (const { path: wrong, why } of result.unusable) note(`${printable(wrong)} ${why}`);
    if (flags.quiet !== true) {
      const clock = new LocalClock(zone);
      for (const file of result.leftOut) note(`${printable(file.survey.path)} is left out: ${printable(leftOutWords(file, clock))}`);
    }
    const foreign = await foreignNote(store, result);
    if (foreign !== undefined) note(foreign);
    if (target.address.path === undefined) bytes = (await store.totals({})).bytes;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await store.close();
  }
  // Not before it is closed: until then, part of it is in DuckDB's log beside it.
  if (target.address.path !== undefined) bytes = sizeOf(target);
  if (format === 'json') await write(io.stdout, importJson(result, { path, bytes }, zone));
  else if (format === 'csv') await write(io.stdout, importCsv(result, zone));
  else if (flags.quiet !== true) await write(io.stdout, summary(result, { bytes, messages }, progress?.seconds ?? 0, flags, target, io));
  if (stop.signal.aborted) {
    note(named.files.length > 0 ? 'Stopped. The same command goes on from here.' : 'Stopped. What was read until then is stored.');
    return { code: interrupted, any: false };
  }
  const bad = result.unusable.length > 0 || result.files.some(({ damaged }) => damaged);
  return { code: bad ? 1 : 0, any: result.files.length > 0 };
}

/** Bytes of a store that is a file; 0 where there is none. */
const sizeOf = ({ address: { path } }: NamedStore) => (path === undefined ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0));

/** Where nothing that was read is of Postfix, the wrong file was named. */
async function foreignNote(
  store: { unrecognized: (scope: object) => Promise<readonly { program: string; count: number }[]> },
  result: ImportResult,
) {
  if (result.quarantined > 0 && result.stored + result.alreadyThere === 0) {
    return 'Not a line of this has a time as logs have it. Was another file meant?';
  }
  if (result.stored === 0) return undefined;
  const programs = await store.unrecognized({});
  const unknown = programs.reduce((sum, { count }) => sum + count, 0);
  if (unknown < result.stored * 0.9) return undefined;
  const names = programs.slice(0, 3).map(({ program }) => printable(program === '' ? '(no program)' : program));
  return `Hardly a line of this is Postfix's: most are of ${names.join(', ')}. Was another log meant?`;
}

interface Holdings {
  readonly bytes: number;
  readonly messages: number | undefined;
}

function summary(
  result: ImportResult,
  { bytes, messages }: Holdings,
  seconds: number,
  flags: ImportFlags,
  target: NamedStore,
  io: Io,
): string {
  const { read, stored, alreadyThere, quarantined } = result;
  const called = calledAs(io.env);
  const { store } = flagsToRepeat(flags, target, io);
  const there = store === undefined ? '' : ` --store ${shellWord(store)}`;
  const rate = seconds > 0.5 ? ` in ${seconds.toFixed(1)} s (${counted(Math.round(read / seconds), 'line')}/s)` : '';
  const aside = quarantined > 0 ? `, ${counted(quarantined, 'line')} set aside (${called} doctor${there} says why)` : '';
  const nothingNew = read === 0 && result.files.length > 0 && result.files.every(({ known }) => known);
  return [
    nothingNew
      ? 'Nothing new: all of it was imported before.'
      : `Read ${counted(read, 'line')}${rate}: ${counted(stored, 'line')} stored, ${counted(alreadyThere, 'line')} already there${aside}.`,
    `The store is ${printable(target.shown)} (${messages === undefined ? '' : `${counted(messages, 'message')}, `}${size(bytes)}).`,
    ...(flags.report === true ? [''] : [`Next:  ${called} report${there}`]),
    '',
  ].join('\n');
}
