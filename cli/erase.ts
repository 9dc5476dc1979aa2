/** `postscope erase`: takes one person's data, or a domain's, out of the store. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { Eraser, NobodyError, type Whom, whomOf } from '../postfix/privacy/erasure.js';
import type { ErasePlan } from '../report/render/erase.js';
import { printable } from '../report/render/text.js';
import { type EraseWriter, isNobody } from '../store/erase_port.js';
import { configurationOf } from './config/flags.js';
import type { Configuration } from './config/load.js';
import { settingOf } from './config/settings.js';
import { type Context, contextOf } from './context.js';
import { type Io, write } from './io.js';
import { Failure, mustExist, openStore } from './open.js';
import { keyPathOf } from './privacy.js';
import { userName } from './retention.js';
import { type NamedStore, storeOf } from './store.js';
import { UsageError } from './usage.js';

interface Flags {
  readonly address?: string;
  readonly domain?: string;
  readonly remove?: true;
  readonly apply?: true;
  readonly yes?: true;
  readonly skipQueue?: true;
  readonly json?: true;
}

export function eraseCommand(program: Command): void {
  const key = settingOf('privacy.key_file');
  const command = program
    .command('erase')
    .summary("one person's data taken out of the store")
    .description(
      'Shows what names a person, and with --apply puts a pseudonym in the place of their address everywhere: in lines, messages, attempts, snapshots, the quarantine and the record. Counts, delays and chains stay what they were.',
    )
    .optionsGroup('Whose:')
    .addOption(new Option('--address <address>', 'this address, in any case and quoting, and bob+anything@ too').conflicts('domain'))
    .option('--domain <domain>', 'all addresses of this domain; those of domains below it are others')
    .optionsGroup('What to do:')
    .option('--apply', 'do it, after asking; otherwise it is only shown what there is')
    .option('--yes', 'do not ask')
    .option('--remove', 'delete the lines, and messages whole with all their recipients, instead of putting a pseudonym there')
    .option('--skip-queue', 'of a cluster: do not look into the queue, as there is none')
    .addHelpOption(new Option('-h, --help', 'show this'))
    .option(key.flag as string, key.doc)
    .option('--json', 'print JSON')
    .option('--store <where>', 'a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)')
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)')
    .addHelpText(
      'after',
      `
The pseudonym is a keyed hash, p-3f9a…@example.com, or p-3f9a…@p-81c2….invalid where a domain goes: the same that --privacy
pseudonymous makes with this key of an address. Whoever has the key can tell whose it is; once it is deleted, nobody can.

An address is found wherever it stands: as sender, recipient, login or message-id, in HELO, and in what replies repeat;
between quotes, in capitals, in URLs, in VERP, SRS and BATV senders; and its left side by itself in a line that has the
address too. What is not told from others: a login name without a domain, an address that was cut off by syslog or
that is encoded otherwise (base64, UTF-7), a name in a subject, and names of hosts.

A line without the name is another line: a copy of the log that is imported afterwards brings the old one back, unless it
is imported with --privacy. A file that was imported to its end is not read again. Neither log files nor archives are touched.

A file is written anew, so that none of its bytes has the name, which takes as much free room as it has; a cluster is
asked to merge what was deleted, which takes up to a minute. Of a cluster the queue has to be empty, as what waits in it
holds lines as they were logged.

That it was done is written down in the store (retention --log): by whom, when, how much there was, and the pseudonym.
Afterwards it is asked for in every way there is. If it is killed, run it again.

Exit codes: 0 fine, or nothing names them; 1 an error, or something is left; 2 wrong usage.

Examples:
  postscope erase --address bob@example.com
  postscope erase --address bob@example.com --apply
  postscope erase --domain example.com --remove --apply --yes`,
    )
    .action(async (flags: Flags) => {
      const context = contextOf(command);
      const { io } = context;
      const whom = whomIn(flags);
      const configuration = await configurationOf(command, io);
      const store = await storeOf(configuration, io);
      mustExist(store, io);
      const path = configuration.values['privacy.key_file'] ?? keyPathOf(io.env);
      // To look, none is made: any will do where nothing is written.
      const isKept = flags.apply === true || existsSync(path);
      const { readOrMakePrivacyKey } = await import('../ingest/privacy.js');
      const eraser = new Eraser(whom, isKept ? await readOrMakePrivacyKey(path) : randomBytes(32));
      await run(eraser, flags, { context, configuration, store, pseudonym: isKept ? eraser.pseudonym : undefined });
    });
}

/** @throws UsageError */
function whomIn({ address, domain, apply, yes }: Flags): Whom {
  if (address === undefined && domain === undefined) throw new UsageError('whose data? --address bob@example.com, or --domain example.com');
  if (yes === true && apply !== true) throw new UsageError('--yes answers what --apply asks, and without it nothing is erased');
  if (apply === true && yes !== true && process.stdin.isTTY !== true) {
    throw new UsageError('--apply asks before it erases, and there is no terminal to ask at: --yes says that it is meant');
  }
  try {
    return whomOf({ address, domain });
  } catch (error) {
    if (error instanceof NobodyError)
      throw new UsageError(`${address === undefined ? '--domain' : '--address'}: ${printable(error.message)}`);
    throw error;
  }
}

interface Task {
  readonly context: Context;
  readonly configuration: Configuration;
  readonly store: NamedStore;
  /** Undefined as long as there is no key. */
  readonly pseudonym: string | undefined;
}

async function run(eraser: Eraser, flags: Flags, { context, configuration, store, pseudonym }: Task): Promise<void> {
  const { io } = context;
  const { doneText, eraseJson, planText } = await import('../report/render/erase.js');
  const print = (text: string) => write(io.stdout, text);
  const note = (text: string) => void io.stderr.write(`${text}\n`);
  const queue = flags.apply === true && flags.skipQueue !== true ? await queueOf(configuration, store, note) : undefined;
  let erase: EraseWriter | undefined;
  try {
    erase = await opened(eraser, flags, store, io, queue?.forget);
    if (flags.apply === true) await erase.finish(note);
    const plan: ErasePlan = {
      ...{ naming: await erase.naming(), pseudonym, how: flags.remove === true ? 'removed' : 'replaced' },
      queue: store.address.path !== undefined ? 'none' : flags.skipQueue === true ? 'not looked into' : 'empty',
    };
    if (flags.json !== true) await print(planText(plan, printable(eraser.whom.address ?? eraser.whom.domain)));
    if (flags.apply !== true || isNobody(plan.naming)) {
      if (flags.json === true) await print(eraseJson(plan, undefined, undefined));
      else if (!isNobody(plan.naming)) note('Nothing was erased: --apply does that.');
      return;
    }
    if (flags.yes !== true && !(await isMeant())) throw new Failure('Nothing was erased.');
    const done = await erase.erase({ time: io.now(), who: userName() }, note);
    const left = [...(await leftIn(erase)), ...(await erase.traces())];
    await erase.close();
    erase = undefined;
    left.push(...(await asked(eraser, store, io)));
    await print(flags.json === true ? eraseJson(plan, done, left) : `\n${doneText(done, left)}`);
    if (left.length > 0) context.exitCode = 1;
  } finally {
    await erase?.close();
    await queue?.close();
  }
}

async function opened(
  eraser: Eraser,
  { apply, remove }: Flags,
  { address }: NamedStore,
  io: Io,
  forget: (() => Promise<void>) | undefined,
): Promise<EraseWriter> {
  const { openErase } = await import('../store/open.js');
  const onWait = (holder: string) => void io.stderr.write(`Waiting for ${printable(holder)}, which has the store open …\n`);
  const options = { eraser, remove: remove === true, ...(forget === undefined ? {} : { forget }) };
  return openErase({ ...address, onWait }, options, apply === true ? 'write' : 'read');
}

async function leftIn(erase: EraseWriter): Promise<string[]> {
  const naming = await erase.naming();
  if (isNobody(naming)) return [];
  const { namingText } = await import('../report/render/erase.js');
  return [`${namingText(naming)}, which came in meanwhile: run it again`];
}

async function asked(eraser: Eraser, store: NamedStore, io: Io): Promise<string[]> {
  const { stillNaming } = await import('../report/erase.js');
  const reader = await openStore(store, io);
  try {
    return await stillNaming(reader, eraser);
  } finally {
    await reader.close();
  }
}

/** How long batches that are in the queue just now are waited for, in milliseconds. */
const patience = 15_000;

/** The queue of a cluster, which is empty. @throws Failure where it is not, or cannot be looked into */
async function queueOf(configuration: Configuration, { address }: NamedStore, note: (text: string) => void) {
  const { elasticsearch } = address;
  if (elasticsearch === undefined) return undefined;
  const [{ redisOf }, { QueuedLines }, { QueueError }] = await Promise.all([
    import('./config/connections.js'),
    import('../queue/bullmq/erase.js'),
    import('../queue/bullmq/errors.js'),
  ]);
  const { 'queue.name': name, 'queue.prefix': prefix } = configuration.values;
  let lines: Awaited<ReturnType<typeof QueuedLines.open>>;
  try {
    lines = await QueuedLines.open({ redis: redisOf(configuration), name, prefix });
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    throw new Failure(
      `${error.message}; what waits in the queue may name them, so nothing was erased. Where there is no queue, as the store is filled by import alone: --skip-queue`,
    );
  }
  const end = Date.now() + patience;
  let batches = await lines.batches();
  if (batches > 0) note(`Waiting until the queue is empty: ${batches} batches …`);
  while (batches > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    batches = await lines.batches();
  }
  if (batches === 0) {
    return { forget: () => lines.forgetFacts(`${prefix}:facts:${elasticsearch.prefix}`), close: () => lines.close() };
  }
  await lines.close();
  throw new Failure(
    `${batches} batches are in the queue, which hold lines as they were logged; nothing was erased. Let workers finish them, and stop the shippers if they bring too much.`,
  );
}

async function isMeant(): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question('Erase all of this, for good? Type yes: ')).trim().toLowerCase() === 'yes';
  } finally {
    asking.close();
  }
}
