/** `postscope ship`: follows logs, and sends their lines to the workers. */
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { count, counted } from '../report/render/number.js';
import { configurationOf, folderOf, settingFlags } from './config/flags.js';
import type { Configuration } from './config/load.js';
import { contextOf } from './context.js';
import { type Io, write } from './io.js';
import { hiderOf } from './privacy.js';
import { untilStopped } from './until_stopped.js';
import { UsageError } from './usage.js';

interface Flags {
  readonly once?: boolean;
}

export function shipCommand(program: Command): void {
  const command = program
    .command('ship')
    .summary('follow logs, and send their lines into the queue')
    .description(
      'Follows mail logs and sends their lines to the workers (postscope work), by a queue in Redis. It runs until it is stopped.',
    )
    .argument('[path...]', 'files, directories, globs; - for standard input (default: ship.paths of the configuration)')
    .option('--once', 'read what is there, wait until all of it is stored, and end');
  settingFlags(command, 'ship');
  command
    .addHelpText(
      'after',
      `
Globs are looked at again and again: a file that appears later is read too. Quote them, or the shell will look only once.
Rotated and compressed files may be named along: what was shipped out of a file is known under whatever name it has now.

The checkpoint says how far all is stored, not how far it was sent: Redis may be lost whole, and so may this process,
and no line with it. Where Redis is away, or the queue is full, reading stops; the log file is the buffer.
It ends with SIGTERM or Ctrl-C: what is under way is waited for, 10 seconds at most. A second signal ends it at once.

With --privacy, addresses, login names and what replies repeat of them are hidden before anything is sent. Names and
addresses of mail servers and clients stay. See: postscope import --help. Give the same key to every shipper, and to
whoever asks for an address, or one person has several pseudonyms.

It logs to standard error, a JSON object a line. /healthz answers 503 when for longer than health.patience something was
to be stored and nothing was, or a log could not be read; /metrics is for Prometheus. User and password of Redis:
postscope config --help.

Exit codes: 0 stopped, or all is stored (--once); 1 something went wrong; 2 wrong usage.

Examples:
  postscope ship '/var/log/mail.log*'
  postscope ship --journal --redis-url rediss://redis.example.org:6379
  postscope ship --once /srv/old-logs --zone Europe/Berlin`,
    )
    .action(async (paths: string[], flags: Flags) => {
      const context = contextOf(command);
      context.exitCode = await run(paths, flags, await configurationOf(command, context.io), context.io);
    });
}

async function run(named: readonly string[], { once = false }: Flags, configuration: Configuration, io: Io): Promise<number> {
  const { values } = configuration;
  const all = named.length > 0 ? named : (values['ship.paths'] ?? []);
  const paths = all.filter((path) => path !== '-');
  const stdin = paths.length < all.length;
  if (all.length === 0 && !values['ship.journal']) {
    throw new UsageError(
      "nothing to ship: name files, such as '/var/log/mail.log*', or - for standard input; or --journal; or ship.paths in the configuration",
    );
  }
  // Not before they are needed: BullMQ takes longer to load than `--help` to print.
  const [{ redisOf }, { BullSender }, { ship }, { QueueDepth }, { ShipOperations }, { logOf, operate, watchHealth }] = await Promise.all([
    import('./config/connections.js'),
    import('../queue/bullmq/sender.js'),
    import('../ingest/ship.js'),
    import('../ops/queue_depth.js'),
    import('../ops/ship.js'),
    import('./service.js'),
  ]);
  const address = { redis: redisOf(configuration), name: values['queue.name'], prefix: values['queue.prefix'] };
  const log = logOf('ship', configuration, io);
  try {
    const privacy = await hiderOf(configuration, io.env);
    const sender = await BullSender.open(address, log, { maxDepth: values['queue.depth'] });
    const depth = new QueueDepth(
      () => sender.depth(),
      (now, before) => operations.depthHeard(now?.waiting, before?.waiting),
    );
    const operations = new ShipOperations(values['health.patience'], depth);
    const server = await operate(values['ship.metrics_listen'], operations, configuration, log).catch(async (error: unknown) => {
      await sender.close();
      throw error;
    });
    const watch = watchHealth(() => operations.health(), log);
    depth.start();
    try {
      const result = await untilStopped(
        (signal) =>
          ship({
            paths,
            base: folderOf(io),
            ...(values['ship.journal'] ? { journal: {} } : {}),
            ...(stdin ? { stdin: process.stdin } : {}),
            sender,
            ...(privacy === undefined ? {} : { privacy }),
            checkpointPath: values['ship.checkpoint'] ?? checkpointOf(io.env),
            zone: values['ship.zone'] ?? io.zone,
            host: values['ship.default_host'] ?? hostname(),
            signal,
            log,
            observer: operations.observer,
            once,
          }),
        (signal) => log.info({ signal }, 'stopping: what is under way is waited for'),
      );
      const { read, stored, alreadyThere, quarantined, pending } = result;
      if (once) {
        const aside = quarantined > 0 ? `, ${counted(quarantined, 'line')} set aside` : '';
        await write(
          io.stdout,
          `Shipped ${counted(read, 'line')}: ${count(stored)} stored, ${count(alreadyThere)} already there${aside}.\n`,
        );
      }
      return once && pending > 0 ? 1 : 0;
    } finally {
      watch.stop();
      depth.stop();
      await server?.close();
      await sender.close();
    }
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/** In the folder that systemd made for the service, or else in the user's data directory. */
function checkpointOf(env: Io['env']): string {
  const folder =
    env.STATE_DIRECTORY?.split(':')[0] ||
    join(env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(env.HOME || homedir(), '.local', 'share'), 'postscope');
  return join(folder, 'shipped.json');
}
