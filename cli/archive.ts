/** `postscope archive`: a month of the store as a folder of Parquet files, which can be searched and imported again. */
import { dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Checked } from '../report/archives.js';
import { archiveJson, archiveText, checkedJson, checkedText } from '../report/render/archive.js';
import { shellWord } from '../report/render/shell.js';
import { printable } from '../report/render/text.js';
import { monthsListed, parseMonths } from '../report/retention_policy.js';
import type { Archived } from '../store/archive_port.js';
import { calledAs } from './called.js';
import { configurationOf, folderOf } from './config/flags.js';
import { contextOf } from './context.js';
import { type Io, write } from './io.js';
import { Failure, mustExist } from './open.js';
import { typed, userName, withRetention } from './retention.js';
import { type NamedStore, storeOf } from './store.js';
import { defaultStorePath } from './store_path.js';
import { UsageError } from './usage.js';
import { version } from './version.js';

interface Flags {
  readonly to?: string;
  readonly verify?: string;
  readonly store?: string;
  readonly config?: string;
  readonly json?: true;
}

type Months = ReturnType<typeof parseMonths>;

export function archiveCommand(program: Command): void {
  const command = program
    .command('archive')
    .summary('a month as Parquet files, which can be searched and imported again')
    .description(
      'Copies whole months of the store into folders of Parquet files, each with a manifest that has their checksums. Nothing is deleted.',
    )
    .argument('[months]', '2026-04, 2026, or 2026-04..2026-06; months are those of UTC', typed(parseMonths))
    .option('--to <folder>', 'where archives are made, each under the name of its month (default: archives, beside the store)')
    .addOption(new Option('--verify <path>', 'check an archive, or all in a folder, against their manifests').conflicts(['to']))
    .addHelpOption(new Option('-h, --help', 'show this'))
    .option('--json', 'print JSON')
    .option('--store <where>', 'a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)')
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)')
    .addHelpText(
      'after',
      `
An archive has all lines of its month and its snapshots; and every message that has a part in the month whole, with
those lines of other months that it is made of. It is the same whether it comes out of a file or a cluster. What was
written is read back and compared before the folder gets its name: what is called 2026-04 is whole. An archive that is
there already is left as it is if it has all that the store has of the month; otherwise name another folder.
Quarantine is not archived: what is in it has no time.

What to do with it:
  --store PATH   in every command that asks (search, timeouts, trace …): the archive is a store, where it lies
  import PATH    takes it back into a store of either kind: the same lines with the same identities, so what is there
                 already adds nothing. Messages and attempts are made of them anew
  other programs read its files: times are microseconds since the epoch, and lines name host and program by number
                 (origins.parquet)

Each archive is written down in the store (retention --log). retention --apply --archive makes one of each month
before it deletes it.

Exit codes: 0 fine; 1 an archive could not be made, or one is damaged; 2 wrong usage.

Examples:
  postscope archive 2026-04
  postscope archive 2025 --to /srv/archives
  postscope archive --verify /srv/archives
  postscope search --store /srv/archives/2026-04 --to bob@example.com
  postscope import /srv/archives/2026-04`,
    )
    .action(async (months: Months | undefined, flags: Flags) => {
      const context = contextOf(command);
      const { io } = context;
      if (flags.verify !== undefined) {
        if (months !== undefined) throw new UsageError('--verify checks what is there, and makes no archive: leave the month away');
        context.exitCode = await verify(resolve(folderOf(io), flags.verify), flags, io);
        return;
      }
      if (months === undefined) throw new UsageError('which month? postscope archive 2026-04');
      const store = await storeOf(await configurationOf(command, io), io);
      mustExist(store, io);
      await archive(store, months, flags, io);
    });
}

async function archive(store: NamedStore, { from, to }: Months, flags: Flags, io: Io): Promise<void> {
  const folder = flags.to === undefined ? archivesBeside(store, io) : resolve(folderOf(io), flags.to);
  const note = (text: string) => void io.stderr.write(`${text}\n`);
  const made: Archived[] = [];
  await withRetention(store, 'write', io, async (retention) => {
    const { months } = await retention.stock();
    const there = months.map(({ month }) => month).filter((month) => month >= from && month <= to);
    // Of one month, the store says what it has instead.
    if (there.length === 0 && from !== to)
      throw new Failure(
        `The store has nothing of ${from} to ${to}; it has ${monthsListed(months.map(({ month }) => month)) || 'nothing'}.`,
      );
    for (const month of there.length === 0 ? [from] : there) {
      made.push(await retention.archive({ month, folder, time: io.now(), who: userName(), version: version(), onStep: note }));
    }
  });
  const last = made.at(-1) as Archived;
  const next = `Search it:  ${calledAs(io.env)} search --store ${shellWord(last.path)}`;
  await write(io.stdout, flags.json === true ? archiveJson(made) : `${archiveText(made)}${next}\n`);
}

/** Where archives are if nobody says so. */
export const archivesBeside = ({ address: { path } }: NamedStore, io: Io): string =>
  join(dirname(path ?? resolve(defaultStorePath({ ...io.env, POSTSCOPE_STORE: undefined }))), 'archives');

async function verify(path: string, flags: Flags, io: Io): Promise<number> {
  const { checkArchives } = await import('../report/archives.js');
  const checked: Checked[] = await checkArchives(path);
  if (checked.length === 0) throw new Failure(`There is no archive at ${printable(path)}: an archive is a folder with a manifest.json.`);
  await write(io.stdout, flags.json === true ? checkedJson(checked) : checkedText(checked));
  return checked.every(({ wrong }) => wrong === undefined) ? 0 : 1;
}
