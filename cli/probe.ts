/** `postscope probe`: asks nameservers and relays directly. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { NoPlan, type Plan, planOf } from '../probe/plan.js';
import type { ProbeResult } from '../probe/result.js';
import { probe } from '../probe/run.js';
import { json } from '../report/render/json.js';
import { probeCsv, probeText } from '../report/render/probe.js';
import { printable, withoutStrayControls } from '../report/render/text.js';
import { configurationOf, folderOf } from './config/flags.js';
import type { Configuration } from './config/load.js';
import { contextOf } from './context.js';
import { formatOf, type ReadingOptions, zoneOf } from './flags.js';
import { type Io, write } from './io.js';
import { type PrivacyOptions, privacyFlags, snapshotHiderOf } from './privacy.js';
import { type NamedStore, storeOf } from './store.js';
import { untilStopped } from './until_stopped.js';
import { UsageError } from './usage.js';
import { viewOf } from './view.js';

interface Flags extends Pick<ReadingOptions, 'zone' | 'json' | 'csv' | 'store' | 'config' | 'host'>, PrivacyOptions {
  readonly relay?: readonly string[];
  readonly nameserver?: readonly string[];
  readonly resolv?: string;
  readonly postconf?: string;
  readonly timeout?: number;
  readonly route: boolean;
  readonly keep?: true;
}

const another = (text: string, before: readonly string[] = []) => [...before, text];

function secondsTyped(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 600)) throw new InvalidArgumentError('Seconds from 0.1 to 600 are wanted.');
  return value;
}

export function probeCommand(program: Command): void {
  const command = program
    .command('probe')
    .summary('ask nameservers and relays directly; nothing is delivered')
    .description(
      'Asks each nameserver by itself for the relay, dials each address of it, and talks SMTP up to QUIT. Nothing is delivered: ' +
        'there is no MAIL FROM.',
    )
    .option('--relay <host[:port]>', 'a relay as relayhost has it, instead of what postconf says; may be repeated', another)
    .option('--nameserver <ip[:port]>', "a nameserver, instead of resolv.conf's; may be repeated", another)
    .option('--resolv <file>', 'this resolv.conf, instead of /etc/resolv.conf and the copy in the chroot')
    .option('--postconf <file>', 'what postconf printed, or a main.cf, instead of asking postconf')
    .option(
      '--timeout <seconds>',
      'how long each step may take (default: 5 for a nameserver, or more where resolv.conf says so; 30 for a relay)',
      secondsTyped,
    )
    .option('--no-route', 'without traceroute or mtr')
    .option('--keep', 'keep the result in the store, beside the log')
    .option('--host <name>', 'whose it is, with --keep, as the log names it (default: this machine)')
    .option('--zone <name>', "time zone to show times in (default: this machine's)")
    .addOption(new Option('--json', 'print JSON').conflicts('csv'))
    .addOption(new Option('--csv', 'print CSV, safe to open in a spreadsheet').conflicts('json'))
    .addHelpOption(new Option('-h, --help', 'show this'))
    .option(
      '--store <where>',
      'where --keep keeps it: a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)',
    )
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)');
  privacyFlags(command)
    .addHelpText(
      'after',
      `
What is asked:
  nameservers   MX of the relay's name, A and AAAA of each exchanger; 3 tries by UDP, and by TCP where the answer is
                cut off. [host] and [192.0.2.1] in brackets have no MX, just as in Postfix's relayhost.
  relays        connect, greeting, EHLO, STARTTLS with the certificate, EHLO, QUIT. Certificates are held against the
                public authorities, smtp_tls_CAfile and smtp_tls_CApath. At port 465 TLS comes first.
  routes        traceroute or mtr, whichever is installed

With --keep, --privacy hides addresses in what servers and certificates say, before the result is stored.

By cron, it leaves a history beside the log:
  */15 * * * *  postscope probe --keep > /dev/null

Exit codes: 0 all answered (warnings too); 1 something did not, or mail cannot be handed over so; 2 wrong usage;
130 stopped.

Examples:
  postscope probe
  postscope probe --relay relay.example.net --nameserver 192.0.2.53 --timeout 3
  postscope probe --relay '[192.0.2.25]:587' --no-route --json`,
    )
    .action(async (flags: Flags) => {
      const context = contextOf(command);
      const { io } = context;
      const view = viewOf(io, zoneOf(flags, io));
      const { relay: relays, nameserver: nameservers, resolv, postconf, timeout, route } = flags;
      if (flags.keep !== true && (flags.privacy ?? flags.privacyKey) !== undefined) {
        throw new UsageError('--privacy is for what --keep stores; without it, nothing is');
      }
      const keeping = flags.keep === true ? await keepingOf(await configurationOf(command, io), io) : undefined;
      const inFolder = (path: string | undefined) => (path === undefined ? undefined : resolve(folderOf(io), path));
      const plan = await planFor({ relays, nameservers, resolv: inFolder(resolv), postconf: inFolder(postconf) }, io.env);
      if (plan.destinations.length === 0) {
        io.stderr.write('relayhost is empty: mail goes to each recipient’s own domain. --relay NAME probes one of them.\n');
      }
      if (io.stderr.isTTY === true) io.stderr.write('Asking nameservers and relays; what is silent takes a while. Ctrl-C ends it.\n');
      const result = await untilStopped(
        (signal) =>
          probe(plan, { timeout, route, now: io.now(), env: io.env, signal }).catch((error: unknown) => {
            if (!signal.aborted) throw error;
            return undefined;
          }),
        () => void io.stderr.write('Stopped.\n'),
      );
      if (result === undefined) {
        context.exitCode = 130;
        return;
      }
      await write(io.stdout, shown(result));
      if (keeping !== undefined) await keep(result, keeping, flags.host, io);
      context.exitCode = result.findings.some(({ severity }) => severity === 'failure') ? 1 : 0;

      function shown(found: ProbeResult): string {
        const format = formatOf(flags);
        if (format === 'json') return json(found);
        return withoutStrayControls(format === 'csv' ? probeCsv(found) : probeText(found, view));
      }
    });
}

/** Where a result is kept, and what is hidden of it. */
interface Keeping {
  readonly target: NamedStore;
  readonly hide: Awaited<ReturnType<typeof snapshotHiderOf>>;
}

const keepingOf = async (configuration: Configuration, io: Io): Promise<Keeping> => ({
  target: await storeOf(configuration, io),
  hide: await snapshotHiderOf(configuration, io.env),
});

async function keep(result: ProbeResult, { target, hide }: Keeping, host: string | undefined, io: Io): Promise<void> {
  const [{ hostOf }, { openStoreToWrite }, { snapshotOf }] = await Promise.all([
    import('./snapshot.js'),
    import('./open.js'),
    import('../postfix/snapshot/snapshot.js'),
  ]);
  const store = await openStoreToWrite(target, io, (holder) => {
    io.stderr.write(`Waiting for ${printable(holder)}, which has the store open …\n`);
  });
  try {
    const of = { host: host ?? (await hostOf(store, false)), time: Date.parse(result.time) };
    await store.addSnapshots([hide(snapshotOf('probe', of, result))]);
    io.stderr.write(`Kept as of ${printable(of.host)} in ${printable(target.shown)}.\n`);
  } finally {
    await store.close();
  }
}

async function planFor(asking: Parameters<typeof planOf>[0], env: NodeJS.ProcessEnv): Promise<Plan> {
  try {
    return await planOf(asking, env);
  } catch (error) {
    if (error instanceof NoPlan) throw new UsageError(error.message);
    throw error;
  }
}
