/** `postscope retention`: what the store holds of which month, what goes, what is held, and what was done about it. */
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Zone } from '../postfix/zone.js';
import { printable } from '../report/render/text.js';
import type { View } from '../report/render/view.js';
import { type Keep, type Policy, parseKeep, parseMonths } from '../report/retention_policy.js';
import { heldMonths, holdsOf, newEntryId, type RetentionWriter } from '../store/retention_port.js';
import { configurationOf, folderOf } from './config/flags.js';
import { contextOf } from './context.js';
import { type Format, formatOf, zoneOf } from './flags.js';
import { type Io, write } from './io.js';
import { Failure, mustExist } from './open.js';
import { writeTo } from './output_file.js';
import { type NamedStore, storeOf } from './store.js';
import { UsageError } from './usage.js';
import { version } from './version.js';
import { viewOf } from './view.js';

interface Flags {
  readonly keep?: Keep;
  readonly keepMessages?: Keep;
  readonly keepAttempts?: Keep;
  readonly keepSnapshots?: Keep;
  readonly apply?: true;
  readonly yes?: true;
  readonly archive?: string;
  readonly hold?: Months;
  readonly release?: Months;
  readonly reason?: string;
  readonly log?: true;
  readonly html?: string;
  readonly store?: string;
  readonly config?: string;
  readonly zone?: string;
  readonly json?: true;
  readonly csv?: true;
}

type Months = ReturnType<typeof parseMonths>;

export function retentionCommand(program: Command): void {
  const command = program
    .command('retention')
    .summary('what is kept of which month, what goes, what is held')
    .description(
      'Shows what the store holds of every month and host, and what each policy would free; deletes months that are older than is to ' +
        'be kept; and keeps months for an investigation, whatever the policy.',
    )
    .optionsGroup('Policy:')
    .option('--keep <time>', 'keep so much, and show what is older: 18mo, 90d, 2y', typed(parseKeep))
    .option('--keep-messages <time>', 'messages, where it is not the same as of lines', typed(parseKeep))
    .option('--keep-attempts <time>', 'attempts, where it is not the same as of messages', typed(parseKeep))
    .option('--keep-snapshots <time>', 'snapshots, where it is not the same as of lines', typed(parseKeep))
    .option('--apply', 'delete what is older, after asking')
    .option('--yes', 'do not ask')
    .option('--archive <folder>', 'with --apply: make an archive of each month there before it goes (see archive --help)')
    .optionsGroup('For an investigation:')
    .addOption(new Option('--hold <months>', 'keep 2022-04, 2022 or 2022-04..2022-06 whatever the policy').argParser(typed(parseMonths)))
    .addOption(new Option('--release <months>', 'end that hold').argParser(typed(parseMonths)).conflicts(['hold', 'keep']))
    .option('--reason <text>', 'what the hold is for')
    .optionsGroup('What to show:')
    .addOption(new Option('--log', 'every deletion, hold and release so far').conflicts(['keep', 'hold', 'release', 'html']))
    .option('--html <file>', 'write the report as one page that needs nothing else')
    .addHelpOption(new Option('-h, --help', 'show this'))
    .option('--zone <name>', "time zone to show times in (default: this machine's); months are those of UTC")
    .addOption(new Option('--json', 'print JSON').conflicts('csv'))
    .addOption(new Option('--csv', 'print CSV, safe to open in a spreadsheet').conflicts('json'))
    .option('--store <where>', 'a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)')
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)')
    .addHelpText(
      'after',
      `
Only whole months go, of UTC and by the time of the line. A message that goes on in a month that stays, stays whole with
its attempts; in a file, where a message is its lines, these stay too. In a cluster whole indices go, those only whose
name is that of a month and which have postscope's mark.

A gap is odd where the host usually writes ten lines or more in these hours of the week; otherwise the time is a quiet one.
Bytes of a month are its share by lines where the store cannot tell them, and then it says "about".

Deletions, holds and releases are written down in the store, with who it was and what was there before and after; no
policy deletes that. A log file of which no line is left is read again by the next import that is given it, and its
lines come back: keep files that are older than the policy out of an import that runs by itself.

Examples:
  postscope retention
  postscope retention --keep 18mo --keep-attempts 6mo        what would go
  postscope retention --keep 18mo --apply --yes              from a timer
  postscope retention --keep 18mo --apply --archive /srv/archives
  postscope retention --hold 2022-04 --reason "mail of 12 April"
  postscope retention --log`,
    )
    .action(async (flags: Flags) => {
      const { io } = contextOf(command);
      check(flags);
      const zone = zoneOf(flags, io);
      const store = await storeOf(await configurationOf(command, io), io);
      mustExist(store, io);
      const changes = flags.apply === true || flags.hold !== undefined || flags.release !== undefined;
      await withRetention(store, changes ? 'write' : 'read', io, (retention) => act(retention, { flags, io, zone }));
    });
}

/** @returns what reads an argument, and says what is wrong about it */
export function typed<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof RangeError)
        throw new InvalidArgumentError(`${(error.message[0] ?? '').toUpperCase()}${error.message.slice(1)}.`);
      throw error;
    }
  };
}

/** @throws UsageError */
function check({ keep, keepMessages, keepAttempts, keepSnapshots, apply, yes, archive, hold, release, reason, html }: Flags): void {
  if (keep === undefined && (apply ?? keepMessages ?? keepAttempts ?? keepSnapshots) !== undefined) {
    throw new UsageError('--keep says how much is to be kept, and is missing: --keep 18mo');
  }
  if (yes === true && apply !== true) throw new UsageError('--yes answers what --apply asks, and without it nothing is deleted');
  if (archive !== undefined && apply !== true)
    throw new UsageError('--archive is for months that --apply deletes; postscope archive makes one without deleting anything');
  if (hold !== undefined && (reason ?? '').trim() === '')
    throw new UsageError('--hold needs a --reason: whoever finds it has to know what it is for');
  if (reason !== undefined && hold === undefined) throw new UsageError('--reason is that of a --hold');
  if (hold !== undefined && keep !== undefined) throw new UsageError('--hold and --keep are two things: hold first, and then delete');
  if (html !== undefined && (keep ?? hold ?? release) !== undefined)
    throw new UsageError('--html writes the report, which is without --keep, --hold and --release');
  if (apply === true && yes !== true && process.stdin.isTTY !== true) {
    throw new UsageError('--apply asks before it deletes, and there is no terminal to ask at: --yes says that it is meant');
  }
}

interface Act {
  readonly flags: Flags;
  readonly io: Io;
  readonly zone: Zone;
}

export async function withRetention(
  { address }: NamedStore,
  mode: 'read' | 'write',
  io: Io,
  use: (retention: RetentionWriter) => Promise<void>,
): Promise<void> {
  const { openRetention } = await import('../store/open.js');
  const onWait = (holder: string) => void io.stderr.write(`Waiting for ${printable(holder)}, which has the store open …\n`);
  const retention = await openRetention({ ...address, onWait }, mode);
  try {
    await use(retention);
  } finally {
    await retention.close();
  }
}

async function act(retention: RetentionWriter, { flags, io, zone }: Act): Promise<void> {
  const view = viewOf(io, zone);
  const format = formatOf(flags);
  if (flags.hold !== undefined) return hold(retention, flags.hold, flags.reason as string, io);
  if (flags.release !== undefined) return release(retention, flags.release, io);
  if (flags.log === true) return showLog(retention, view, format, io);
  const policy = policyOf(flags);
  if (policy === undefined) return show(retention, flags, view, format, io);
  return keep(retention, policy, flags, view, io);
}

function policyOf({ keep, keepMessages = keep, keepAttempts = keepMessages, keepSnapshots = keep }: Flags): Policy | undefined {
  if (keep === undefined || keepMessages === undefined || keepAttempts === undefined || keepSnapshots === undefined) return undefined;
  return { events: keep, messages: keepMessages, attempts: keepAttempts, snapshots: keepSnapshots };
}

async function show(retention: RetentionWriter, { html }: Flags, view: View, format: Format, io: Io): Promise<void> {
  const { retention: reportOf } = await import('../report/retention.js');
  const report = await reportOf(retention, io.now());
  if (html !== undefined) {
    const { retentionHtml } = await import('../report/render/retention_html.js');
    const out = { print: (text: string) => write(io.stdout, text), note: (text: string) => void io.stderr.write(`${text}\n`) };
    return writeTo(out, html, retentionHtml(report, io.now(), view));
  }
  const { retentionText } = await import('../report/render/retention.js');
  const { retentionCsv, retentionJson } = await import('../report/render/retention_data.js');
  await write(
    io.stdout,
    format === 'json' ? retentionJson(report) : format === 'csv' ? retentionCsv(report, view) : retentionText(report, view),
  );
}

async function showLog(retention: RetentionWriter, view: View, format: Format, io: Io): Promise<void> {
  const { logText } = await import('../report/render/retention.js');
  const { logCsv, logJson } = await import('../report/render/retention_data.js');
  const log = await retention.retentionLog();
  await write(io.stdout, format === 'json' ? logJson(log) : format === 'csv' ? logCsv(log, view) : logText(log, view));
}

/** Shows what is older than the policy keeps; with `--apply` deletes it. */
async function keep(retention: RetentionWriter, policy: Policy, flags: Flags, view: View, io: Io): Promise<void> {
  const { plan } = await import('../report/retention.js');
  const { conflictIn } = await import('../report/retention_policy.js');
  const { countsText, planText } = await import('../report/render/retention.js');
  const { planCsv, planJson } = await import('../report/render/retention_data.js');
  const conflict = conflictIn(policy, io.now());
  if (conflict !== undefined) throw new UsageError(`--keep: ${conflict}`);
  const format = formatOf(flags);
  const note = (text: string) => void io.stderr.write(`${text}\n`);
  if (flags.apply === true) await retention.finish(heldMonths(await retention.retentionLog()));
  const planned = await plan(retention, policy, io.now());
  const print = (text: string) => write(io.stdout, text);
  if (format === 'text') await print(planText(planned, view));
  else if (format === 'csv') await print(planCsv(planned));
  if (flags.apply !== true || planned.tolls.length === 0) {
    if (format === 'json') await print(planJson(planned, undefined));
    else if (format === 'text' && planned.tolls.length > 0) note('Nothing was deleted: --apply does that.');
    return;
  }
  if (flags.yes !== true && !(await isMeant())) throw new Failure('Nothing was deleted.');
  if (flags.archive !== undefined) {
    const folder = resolve(folderOf(io), flags.archive);
    for (const { month } of planned.tolls) {
      const { path } = await retention.archive({ month, folder, time: io.now(), who: userName(), version: version(), onStep: note });
      note(`${month} is in ${printable(path)}`);
    }
  }
  const entry = await retention.take(planned.doomed, { time: io.now(), who: userName(), keep: planned.keep }, note);
  if (format === 'json') await print(planJson(planned, entry));
  if (format === 'text') await print(`Deleted. The store has ${countsText(entry.after ?? entry.before)}.\n`);
}

async function hold(retention: RetentionWriter, { from, to }: Months, reason: string, io: Io): Promise<void> {
  const { monthsText } = await import('../report/retention_policy.js');
  const log = await retention.retentionLog();
  const known = holdsOf(log).find((one) => one.from === from && one.to === to);
  if (known !== undefined) throw new Failure(`${monthsText(from, to)} is held already: ${printable(known.reason)}`);
  await retention.enter({ what: 'hold', id: newEntryId(), time: io.now(), who: userName(), from, to, reason });
  await write(io.stdout, `Held: ${monthsText(from, to)}. No policy deletes it until --release ${monthsText(from, to)}.\n`);
  const { months } = await retention.stock();
  // A year mistyped protects nothing.
  if (!months.some(({ month }) => month >= from && month <= to)) io.stderr.write('The store has nothing of that time.\n');
}

async function release(retention: RetentionWriter, { from, to }: Months, io: Io): Promise<void> {
  const { monthsText } = await import('../report/retention_policy.js');
  const holds = holdsOf(await retention.retentionLog());
  if (!holds.some((one) => one.from === from && one.to === to)) {
    const there = holds.map((one) => monthsText(one.from, one.to)).join(', ');
    throw new Failure(`There is no hold of ${monthsText(from, to)}; ${there === '' ? 'nothing is held' : `held: ${there}`}.`);
  }
  await retention.enter({ what: 'release', id: newEntryId(), time: io.now(), who: userName(), from, to });
  await write(io.stdout, `Released: ${monthsText(from, to)}. The next policy may delete it.\n`);
}

async function isMeant(): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question('Delete all of this, for good? Type yes: ')).trim().toLowerCase() === 'yes';
  } finally {
    asking.close();
  }
}

/** A user without an entry in passwd has a number. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
