/** A real Redis on a free port of this machine, with a folder of its own: Debian's redis-server. A test may start its own, to end it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type Kept, keep } from './kept.js';
import { Unavailable } from './unavailable.js';

export interface RedisOptions {
  /** Kept, when it stops; without it there is one that goes with it. */
  readonly dir?: string;
  readonly port?: number;
  /** Of the default user. */
  readonly password?: string;
  /** Files in PEM; with it, it speaks TLS only. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Settings as in redis.conf, in the place of those below. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface RunningRedis {
  /** Without the password. */
  readonly url: string;
  readonly port: number;
  /** Of the process group that it runs in, as of now. */
  readonly pid: number;
  /** Ends it, and takes its folder away. */
  stop(): Promise<void>;
  /** As kill -9: what is not in the append-only file is lost. */
  kill(): Promise<void>;
  /** Starts it on the same port with the same folder, killing it first where it runs. */
  restart(): Promise<void>;
  /** Lets it hang, and go on. */
  suspend(): void;
  resume(): void;
}

/** @throws Unavailable where there is none on the PATH */
export async function startRedis({ dir, port, password, tls, config = {} }: RedisOptions = {}): Promise<RunningRedis> {
  const binary = findServer();
  if (binary === undefined) throw new Unavailable('there is no redis-server on the PATH (Debian: apt install redis-server)');
  const folder = dir ?? mkdtempSync(join(tmpdir(), 'postscope-redis-'));
  // It tells by the name that it is called by which of its programs it is.
  const server = join(folder, 'redis-server');
  if (!existsSync(server)) symlinkSync(binary, server);
  const output = join(folder, 'redis.log');
  let at = port ?? 0;
  let kept: Kept | undefined;

  const start = async () => {
    // Somebody else may take a free port before the server does.
    for (let tries = 0; ; tries++) {
      at = at === 0 ? await freePort() : at;
      const settings: Readonly<Record<string, string>> = {
        bind: '127.0.0.1',
        dir: folder,
        port: tls === undefined ? String(at) : '0',
        save: '',
        appendonly: 'yes',
        appendfsync: 'everysec',
        'maxmemory-policy': 'noeviction',
        ...(password === undefined ? {} : { requirepass: password }),
        ...(tls && {
          'tls-port': String(at),
          'tls-cert-file': tls.cert,
          'tls-key-file': tls.key,
          'tls-ca-cert-file': tls.ca,
          'tls-auth-clients': 'no',
        }),
        ...config,
      };
      const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
      kept = keep({ command: [server, ...words], output });
      for (const until = Date.now() + 30_000; kept.alive() && Date.now() < until; await pause(20)) {
        if (await answers(at, tls !== undefined)) return;
      }
      kept.signal('SIGKILL');
      await kept.gone();
      if (port !== undefined || tries >= 5) throw new Error(`redis-server did not start: ${readFileSync(output, 'utf8').slice(-2_000)}`);
      at = 0;
    }
  };
  const end = async () => {
    kept?.signal('SIGKILL');
    await kept?.gone();
    // That was the shell; the server may take a moment longer, and its port with it.
    while (await listens(at)) await pause(5);
  };

  await start();
  return {
    url: `${tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${at}`,
    port: at,
    get pid() {
      return kept?.group ?? 0;
    },
    async stop() {
      await end();
      if (dir === undefined) rmSync(folder, { recursive: true, force: true });
    },
    kill: end,
    async restart() {
      await end();
      await start();
    },
    suspend: () => kept?.signal('SIGSTOP'),
    resume: () => kept?.signal('SIGCONT'),
  };
}

/** Debian's package redis-tools has the server under the name of its checker, and starts none when it is installed. */
function findServer(): string | undefined {
  for (const name of ['redis-server', 'redis-check-rdb']) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Whether it has read its file and serves; one that wants a password serves too. */
function answers(port: number, tls: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const ask = () => void socket.write('PING\r\n');
    const socket = tls ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, ask) : connect(port, '127.0.0.1', ask);
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (data) => {
      const text = data.toString();
      resolve(text.startsWith('+PONG') || text.startsWith('-NOAUTH'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
