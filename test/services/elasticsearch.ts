/**
 * A real Elasticsearch on a free port of this machine, with a folder of its own: the server of the Maven artifact that
 * Elastic's own integration tests use, kept in the cache. What it lacks is in docs/FACTS.md.
 */
import { spawnSync } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cacheFolder } from './cache.js';
import { findJava } from './java.js';
import { type Kept, keep } from './kept.js';
import { Unavailable } from './unavailable.js';

/** Of the server. */
export const version = '9.4.3';
const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`;
const address = `https://repo1.maven.org/maven2/org/elasticsearch/distribution/integ-test-zip/elasticsearch/${version}/elasticsearch-${version}.zip`;
/** Debian's `nobody`: Elasticsearch refuses to run as root. */
const nobody = 65534;

export interface ElasticsearchOptions {
  /** Of the heap, in MiB. */
  readonly heap?: number;
  /** It lives for minutes: Java compiles once and quickly, which spares half of the CPU; bench/ wants it as it is in production. */
  readonly brief?: boolean;
  /** Users of the file realm, each with the roles of `roles.yml`, and one password; who comes without a name is refused. */
  readonly security?: { readonly users: Readonly<Record<string, readonly string[]>>; readonly password: string; readonly roles: string };
}

export interface RunningElasticsearch {
  readonly url: string;
  /** Ends it, and takes its folder away. */
  stop(): Promise<void>;
  /** As a power cut: what it had acknowledged is in its folder. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same folder. */
  start(): Promise<void>;
  /** Lets it hang, and go on. */
  suspend(): void;
  resume(): void;
}

/** @throws Unavailable where it cannot be had here */
export async function startElasticsearch({
  heap = 512,
  brief = false,
  security,
}: ElasticsearchOptions = {}): Promise<RunningElasticsearch> {
  const java = findJava();
  if (java === undefined) throw new Unavailable('Elasticsearch needs a JDK of 21 or newer (ES_JAVA_HOME names one); there is none');
  const home = await installed(java);
  const folder = mkdtempSync(join(tmpdir(), 'postscope-elasticsearch-'));
  const config = join(folder, 'config');
  for (const name of ['data', 'logs', 'tmp']) mkdirSync(join(folder, name));
  cpSync(join(home, 'config'), config, { recursive: true });
  const env = {
    PATH: process.env.PATH,
    ES_JAVA_HOME: java,
    ES_PATH_CONF: config,
    ES_TMPDIR: join(folder, 'tmp'),
    ES_JAVA_OPTS: `-Xms${heap}m -Xmx${heap}m -XX:-AlwaysPreTouch${brief ? ' -XX:TieredStopAtLevel=1' : ''}`,
    LIBFFI_TMPDIR: join(folder, 'tmp'),
  };
  const asUser = process.getuid?.() === 0 ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
  if (security !== undefined) {
    writeFileSync(join(config, 'roles.yml'), security.roles);
    const hash = hashOf(security.password);
    const users = Object.entries(security.users);
    writeFileSync(join(config, 'users'), users.map(([name]) => `${name}:${hash}\n`).join(''));
    writeFileSync(join(config, 'users_roles'), users.flatMap(([name, roles]) => roles.map((role) => `${role}:${name}\n`)).join(''));
  }
  if (asUser.length > 0) own(folder);
  let kept: Kept | undefined;
  let port = 0;
  const start = async () => {
    writeSettings(config, folder, port, security !== undefined);
    const output = join(folder, `output-${Date.now()}`);
    kept = keep({ command: [...asUser, join(home, 'bin/elasticsearch')], output, env });
    port = await portOf(kept, output);
  };
  await start();
  const end = async (signal: NodeJS.Signals) => {
    kept?.signal(signal);
    await kept?.gone();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    kill: () => end('SIGKILL'),
    suspend: () => kept?.signal('SIGSTOP'),
    resume: () => kept?.signal('SIGCONT'),
    stop: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeSettings(config: string, folder: string, port: number, secured: boolean): void {
  const settings = [
    'cluster.name: postscope-test',
    'discovery.type: single-node',
    'http.host: 127.0.0.1',
    'transport.host: 127.0.0.1',
    `http.port: ${port}`,
    'transport.port: 0',
    `path.data: ${join(folder, 'data')}`,
    `path.logs: ${join(folder, 'logs')}`,
    `xpack.security.enabled: ${secured}`,
    // A disk that others fill is no failure of ours.
    'cluster.routing.allocation.disk.threshold_enabled: false',
    // Every test has indices of its own.
    'cluster.max_shards_per_node: 5000',
  ];
  writeFileSync(join(config, 'elasticsearch.yml'), `${settings.join('\n')}\n`);
}

/** As `elasticsearch-users` writes it where its hashing is pbkdf2; that starts a Java for each user. */
function hashOf(password: string): string {
  const rounds = 10_000;
  const salt = randomBytes(32);
  const key = pbkdf2Sync(password, salt, rounds, 32, 'sha512');
  return `{PBKDF2}${rounds}$${salt.toString('base64')}$${key.toString('base64')}`;
}

function own(folder: string): void {
  chownSync(folder, nobody, nobody);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) own(path);
    else chownSync(path, nobody, nobody);
  }
}

/** The port it says it listens on, once it has started. */
async function portOf(kept: Kept, output: string): Promise<number> {
  const until = Date.now() + 300_000;
  for (;;) {
    const text = existsSync(output) ? readFileSync(output, 'utf8') : '';
    const port = /AbstractHttpServerTransport\s*\].*publish_address \{127\.0\.0\.1:(\d+)\}/.exec(text)?.[1];
    if (port !== undefined && /\] started \{/.test(text)) return Number(port);
    if (!kept.alive()) throw new Error(`Elasticsearch ended while it started:\n${text.slice(-3000)}`);
    if (Date.now() > until) {
      kept.signal('SIGKILL');
      throw new Error(`Elasticsearch did not start within five minutes:\n${text.slice(-3000)}`);
    }
    await pause(50);
  }
}

/** The unpacked server in the cache. */
async function installed(java: string): Promise<string> {
  const cache = cacheFolder();
  const home = join(cache, `elasticsearch-${version}`);
  if (existsSync(home)) return home;
  mkdirSync(cache, { recursive: true });
  // Beside its place, and moved there when it is whole: another process may be doing the same.
  const work = mkdtempSync(join(cache, 'making-'));
  try {
    const zip = join(work, `elasticsearch-${version}.zip`);
    await download(zip, work);
    const { status, stderr } = spawnSync(join(java, 'bin/jar'), ['--extract', '--file', zip], { cwd: work, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the archive of Elasticsearch cannot be unpacked: ${stderr}`);
    const unpacked = join(work, `elasticsearch-${version}`);
    for (const name of readdirSync(join(unpacked, 'bin'))) chmodSync(join(unpacked, 'bin', name), 0o755);
    for (const [path, mode] of [
      [work, 0o755],
      [unpacked, 0o755],
    ] as const)
      chmodSync(path, mode);
    if (!existsSync(home)) renameSync(unpacked, home);
    return home;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function download(zip: string, folder: string): Promise<void> {
  const maven = spawnSync('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], { cwd: folder });
  if (maven.status === 0 && existsSync(zip)) return;
  let why: string;
  try {
    const answer = await fetch(address);
    if (answer.ok) {
      writeFileSync(zip, Buffer.from(await answer.arrayBuffer()));
      return;
    }
    why = `HTTP ${answer.status}`;
  } catch (error) {
    why = String((error as Error).cause ?? error);
  }
  throw new Unavailable(`Elasticsearch ${version} could not be had by Maven, nor from ${new URL(address).host} (${why})`);
}
