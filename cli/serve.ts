/** `postscope serve`: the questions as pages, for a browser on this machine. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Zone } from '../postfix/zone.js';
import type { AsStored } from '../web/asked.js';
import { configurationOf } from './config/flags.js';
import { contextOf } from './context.js';
import { zoneOf } from './flags.js';
import type { Io } from './io.js';
import { Failure, mustExist, openStore } from './open.js';
import { asStored, type PrivacyOptions, privacyFlags } from './privacy.js';
import { type NamedStore, storeOf } from './store.js';
import { parseSince, parseUntil } from './time.js';
import { untilStopped } from './until_stopped.js';

export function serveCommand(program: Command): void {
  const command = program
    .command('serve')
    .summary('the same as pages in a browser, on this machine')
    .description(
      'Shows the store as pages: what times out since when, where the time goes, the relays side by side, mails, lines, the queue. ' +
        'Only for this machine: it listens on 127.0.0.1 and answers nobody else.',
    )
    .option('--port <n>', 'port to listen on; 0 for any that is free', portNumber, 8025)
    .option('--zone <name>', "time zone to show times in (default: this machine's)")
    .option('--store <where>', 'a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)')
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)');
  privacyFlags(command)
    .addHelpText(
      'after',
      `
Ctrl-C ends it. While nobody asks, the store is let go, so that an import gets in; what it adds shows on open pages by itself.
In a store that was filled with --privacy, say so here too: what is looked for is hidden likewise, with the same key.
From another machine, by way of ssh:  ssh -L 8025:127.0.0.1:8025 mailhost   and then http://localhost:8025/

Examples:
  postscope serve
  postscope serve --store elasticsearch --port 0`,
    )
    .action(async (options: PrivacyOptions & { port: number; zone?: string }) => {
      const { io } = contextOf(command);
      const zone = zoneOf(options, io);
      const configuration = await configurationOf(command, io);
      const store = await storeOf(configuration, io);
      await serve(store, io, { port: options.port, zone: zone.name, asStored: (words) => asStored(command, words) });
    });
}

export interface ServeOptions {
  readonly port: number;
  readonly zone: string;
  /** How what is looked for stands in a store in which persons are hidden. */
  readonly asStored?: AsStored;
  /** Told where the pages are, once they are there. */
  readonly onReady?: (address: string) => void;
}

/** Serves until SIGINT or SIGTERM. @throws Failure where nothing can listen there, or there is no store */
export async function serve(store: NamedStore, io: Io, { port, zone, asStored, onReady }: ServeOptions): Promise<void> {
  mustExist(store, io);
  // Not before it is needed: `--help` has no use for a server.
  const [{ serveWeb }, { askAhead }, { Readers, versionOf }] = await Promise.all([
    import('../web/server.js'),
    import('../web/app.js'),
    import('../web/readers.js'),
  ]);
  // A file is read with all cores; a server has others to ask.
  const atOnce = store.address.path === undefined ? 4 : 1;
  const readers = new Readers({ open: () => openStore(store, io), version: versionOf(store.address), atOnce });
  const times = {
    since: (text: string, of: Zone) => parseSince(text, { zone: of, now: io.now() }),
    until: (text: string, of: Zone) => parseUntil(text, { zone: of, now: io.now() }),
  };
  const options = { readers, zone, times, ...(asStored === undefined ? {} : { asStored }) };
  const server = await serveWeb({ ...options, port }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' || error.code === 'EACCES'
      ? new Failure(`Nothing can listen on 127.0.0.1:${port} (${error.code}). Another port:  --port 0 takes any that is free`)
      : error;
  });
  try {
    await untilStopped(
      async (signal) => {
        io.stderr.write(`The pages are at ${server.address}   (Ctrl-C ends this)\n`);
        onReady?.(server.address);
        // What fails here fails again where somebody sees it.
        askAhead(options).catch(() => {});
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
      () => {},
    );
  } finally {
    await server.close();
    await readers.close();
  }
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
