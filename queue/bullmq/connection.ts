/** How Redis is reached, and whether it is one that can be trusted with batches. */
import { Redis } from 'ioredis';
import type { ServiceLog } from '../../ops/service_log.js';
import { QueueError, queueError } from './errors.js';

/** How to reach a Redis. */
export interface RedisConnection {
  /** `redis:` or, with TLS, `rediss:`; the path is the number of the database. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority, PEM, where the system does not know it. */
  readonly ca?: string;
}

/** A queue in a Redis. Who sends and who receives has to name the same. */
export interface QueueAddress {
  readonly redis: RedisConnection;
  /** Name of the queue, without `:`. */
  readonly name: string;
  /** What all its keys begin with, without `:`. */
  readonly prefix: string;
}

/** Where it is, for people: without user and password. */
export function placeOf({ url }: RedisConnection): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/^\/$/, '')}`;
}

/** The longest that a connection blocks on purpose: BullMQ's XREAD and BZPOPMIN, ten seconds at most. */
const longestBlock = 10_000;

/** For ioredis, and for those connections that BullMQ makes of it. */
export function optionsOf({ url, username, password, ca }: RedisConnection) {
  const at = new URL(url);
  const user = username ?? decodeURIComponent(at.username);
  const secret = password ?? decodeURIComponent(at.password);
  return {
    host: at.hostname.replace(/^\[|\]$/g, ''),
    port: Number(at.port || 6379),
    db: Number(at.pathname.slice(1)),
    ...(user === '' ? {} : { username: user }),
    ...(secret === '' ? {} : { password: secret }),
    ...(at.protocol === 'rediss:' ? { tls: ca === undefined ? {} : { ca } } : {}),
    // BullMQ demands it of connections that block: a command that waits is not to fail because Redis was started again.
    maxRetriesPerRequest: null,
    // Soon at first, as a restart takes a second; every five seconds for as long as it takes.
    retryStrategy: (times: number) => Math.min(100 * 2 ** Math.min(times, 6), 5_000) * (0.75 + Math.random() / 2),
    connectTimeout: 10_000,
    // Nothing hangs for ever: a server that is there and says nothing is one that is away, and a connection on which nothing comes is
    // made anew. Both have to be longer than what blocks on purpose.
    commandTimeout: longestBlock + 5_000,
    socketTimeout: longestBlock + 10_000,
  };
}

/**
 * The connection for everything that does not block. While Redis is away its commands fail at once, and whoever gives them waits
 * and gives them again. Were they queued here, a worker's requests for a batch would all be carried out when Redis is back, and take
 * batches that nobody waits for any more.
 */
export function connect(connection: RedisConnection): Redis {
  return new Redis({ ...optionsOf(connection), enableOfflineQueue: false });
}

/** BullMQ's own floor for a server that it recommends. */
const oldest = [6, 2] as const;

/**
 * Looks at the server once. One that is away will be waited for; one that does not let us in, or cannot be trusted, will not mend by
 * itself.
 * @throws QueueError where somebody has to do something first
 */
export async function check(connection: RedisConnection, log: ServiceLog): Promise<void> {
  const place = placeOf(connection);
  const redis = new Redis({
    ...optionsOf(connection),
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
  });
  let last: Error | undefined;
  let met = false;
  redis.on('connect', () => {
    met = true;
  });
  redis.on('error', (error) => {
    last = error;
  });
  try {
    await redis.connect();
    await redis.ping();
    const info = await redis.info().catch((error: Error) => {
      // A user whose rights end before INFO has an administrator who knows the server.
      if (/^NOPERM/.test(error.message)) return '';
      throw error;
    });
    judge(info, place, log);
  } catch (thrown) {
    const error = thrown instanceof QueueError ? thrown : queueError(last ?? thrown, place);
    if (error.code !== 'away' && error.code !== 'full') throw error;
    if (met && place.startsWith('redis:')) {
      log.warn(
        { place },
        `what listens at ${place} ends connections at once: if it is a Redis that speaks TLS only, its URL begins with rediss://`,
      );
    }
  } finally {
    redis.disconnect();
  }
}

function judge(info: string, place: string, log: ServiceLog): void {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
  const version = field('redis_version');
  if (version !== undefined) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      throw new QueueError('too_old', `Redis at ${place} is version ${version}; the queue needs ${oldest.join('.')} or newer`);
    }
  }
  const policy = field('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    log.warn(
      { place, policy },
      `Redis at ${place} may throw batches away when its memory is full (maxmemory-policy ${policy}): set it to noeviction. Shippers notice and send them again, but the work is done twice.`,
    );
  }
  if (field('aof_enabled') === '0') {
    log.warn(
      { place },
      `Redis at ${place} keeps nothing when it is killed (appendonly no): set appendonly yes. Shippers notice and send batches again, but the work is done twice.`,
    );
  }
}
