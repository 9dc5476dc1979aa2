/** `postscope snapshot`: queue and configuration of this machine, or saved ones, into the store. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Missing, Part, What } from '../ingest/snapshot/take.js';
import { snapshotJson, snapshotText } from '../report/render/snapshot.js';
import { printable } from '../report/render/text.js';
import type { Writer } from '../store/port.js';
import { configurationOf, folderOf } from './config/flags.js';
import { contextOf } from './context.js';
import { formatOf, zoneOf } from './flags.js';
import { type Io, write } from './io.js';
import { openStoreToWrite } from './open.js';
import { type PrivacyOptions, privacyFlags, snapshotHiderOf } from './privacy.js';
import { storeOf } from './store.js';
import { parseInstant } from './time.js';
import { UsageError } from './usage.js';
import { viewOf } from './view.js';

/** Flags that name a saved file. */
const files = ['mailq', 'postqueue', 'postconf', 'master', 'resolv'] as const satisfies readonly What[];

type Flags = PrivacyOptions &
  Readonly<Partial<Record<(typeof files)[number] | 'at' | 'host' | 'zone' | 'store' | 'config', string>>> & {
    readonly json?: true;
  };

export function snapshotCommand(program: Command): void {
  const command = program
    .command('snapshot')
    .summary('keep what the queue and the configuration are now, beside the log')
    .description(
      "Keeps what this machine's Postfix has now: the queue (postqueue -j, or mailq), the configuration (postconf -n, postconf -M), its " +
        'version, and /etc/resolv.conf. Or, where files are named, what somebody saved of them.',
    )
    .option('--mailq <file>', 'saved output of mailq, or of postqueue -p')
    .addOption(new Option('--postqueue <file>', 'saved output of postqueue -j').conflicts('mailq'))
    .option('--postconf <file>', 'saved output of postconf -n, or of postconf; main.cf will do')
    .option('--master <file>', 'saved output of postconf -M; master.cf will do')
    .option('--resolv <file>', 'a saved resolv.conf')
    .option('--at <time>', 'when the files were saved: 2026-04-03T14:30, -3h (default: the time of each file)')
    .addHelpOption(new Option('-h, --help', 'show this'))
    .option('--host <name>', "whose it is, as its log names it (default: the store's only host, or this machine)")
    .option('--zone <name>', "time zone of the machine that wrote it, and to read times in (default: this machine's)")
    .option('--json', 'print JSON')
    .option('--store <where>', 'a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)')
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)');
  privacyFlags(command)
    .addHelpText(
      'after',
      `
Every few minutes by cron, it shows how the queue grew, and what was changed when:
  */5 * * * *  postscope snapshot

The queue is readable for everybody, unless authorized_mailq_users says otherwise. What cannot be taken is said,
and the rest is kept all the same. The same files again add nothing. Passwords in main.cf are not kept.

mailq prints times without year and zone; if it ran in another zone than this machine's, say so with --zone.

--privacy hides senders, recipients, what reasons repeat of them, and addresses in the configuration, before anything is
stored; with the same key (--privacy-key) they are called here as in the lines of the log.

Exit codes: 0 all was taken; 1 something could not be, and is named; 2 wrong usage.

Examples:
  postscope snapshot
  postscope snapshot --mailq mailq.txt --postconf postconf-n.txt --at 2026-04-03T14:30 --host mailer
  postscope queue                      what waits, and for what`,
    )
    .action(async (flags: Flags) => {
      const context = contextOf(command);
      const { io } = context;
      const zone = zoneOf(flags, io);
      const configuration = await configurationOf(command, io);
      const target = await storeOf(configuration, io);
      const hide = await snapshotHiderOf(configuration, io.env);
      const named = files.filter((what) => flags[what] !== undefined);
      if (flags.at !== undefined && named.length === 0) {
        throw new UsageError(
          '--at says when files were saved, and no file is named: --mailq, --postqueue, --postconf, --master or --resolv',
        );
      }
      const at = flags.at === undefined ? undefined : parseInstant(flags.at, '--at', { zone, now: io.now() });
      const had = named.length > 0 ? await readFiles(named, flags, at, io) : await fromMachine(io);
      const { snapshotsOf } = await import('../ingest/snapshot/take.js');
      const note = (text: string) => void io.stderr.write(`${text}\n`);
      const store = await openStoreToWrite(target, io, (holder) => note(`Waiting for ${printable(holder)}, which has the store open …`));
      try {
        const host = flags.host ?? (await hostOf(store, named.length > 0));
        const { taken, missing: unread } = snapshotsOf(had.parts, host, zone);
        const missing = [...had.missing, ...unread];
        const receipt = await store.addSnapshots(taken.map(({ snapshot }) => hide(snapshot)));
        const report = { host, store: target.shown, taken, missing, ...receipt };
        const text = formatOf(flags) === 'json' ? snapshotJson(report) : snapshotText(report, viewOf(io, zone));
        await write(io.stdout, text);
        if (missing.length > 0) context.exitCode = 1;
      } finally {
        await store.close();
      }
    });
}

interface Had {
  readonly parts: readonly Part[];
  readonly missing: readonly Missing[];
}

async function readFiles(named: readonly (typeof files)[number][], flags: Flags, at: number | undefined, io: Io): Promise<Had> {
  const { readText } = await import('../ingest/snapshot/text.js');
  const parts: Part[] = [];
  const missing: Missing[] = [];
  for (const what of named) {
    const from = flags[what] as string;
    try {
      const { text, modified } = await readText(resolve(folderOf(io), from));
      parts.push({ what, from, text, time: at ?? Math.floor(modified / 1000) * 1000 });
    } catch (error) {
      missing.push({ what, from, why: (error as Error).message });
    }
  }
  return { parts, missing };
}

async function fromMachine(io: Io): Promise<Had> {
  const { takeFromMachine } = await import('../ingest/snapshot/machine.js');
  return takeFromMachine({ path: io.env['PATH'], resolvConf: '/etc/resolv.conf', now: io.now });
}

/** The host of whom the store has lines, as a snapshot belongs to a log: syslog writes the name without its domain. */
export async function hostOf(store: Writer, saved: boolean): Promise<string> {
  const own = hostname();
  const short = own.split('.')[0] as string;
  const { hosts } = await store.totals({});
  const known = [own, short].find((name) => hosts.includes(name));
  return known ?? (saved && hosts.length === 1 ? (hosts[0] as string) : short);
}
