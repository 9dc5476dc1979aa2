/** What can be wrong with the queue, in a closed set of codes, each with a sentence that says what to do. */
export type QueueErrorCode =
  /** It does not answer now, and may do later. */
  | 'away'
  /** It does not let us in, or not do what the queue needs. */
  | 'denied'
  /** Its certificate, or that there is none. */
  | 'untrusted'
  | 'too_old'
  /** It answers, and takes nothing more for now: memory, disk, a replica. */
  | 'full'
  | 'other';

export class QueueError extends Error {
  constructor(
    readonly code: QueueErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'QueueError';
  }
}

interface Meaning {
  /** Of the error's `code`, or what its message begins with. */
  readonly what: RegExp;
  readonly code: QueueErrorCode;
  readonly sentence: (place: string, message: string) => string;
}

/** The first that fits. Names of settings are those of cli/config/settings.ts; names of errors those of Redis, Node and OpenSSL. */
const meanings: readonly Meaning[] = [
  {
    what: /^WRONGPASS/,
    code: 'denied',
    sentence: (place) => `Redis at ${place} refuses this user and password: check redis.username and redis.password (REDIS_PASSWORD)`,
  },
  {
    what: /^NOAUTH|no password is set|HELLO must be called with the client already authenticated/,
    code: 'denied',
    sentence: (place) => `Redis at ${place} wants a password: give it as redis.password (REDIS_PASSWORD)`,
  },
  {
    what: /^(?:NOPERM|ERR (?:unknown command|SELECT|DB index))/,
    code: 'denied',
    sentence: (place, message) => `Redis at ${place} does not do what the queue needs: ${message}`,
  },
  {
    what: /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_UNTRUSTED)/,
    code: 'untrusted',
    sentence: (place) => `the certificate of Redis at ${place} is of an authority that is not known here: name its file as redis.ca_file`,
  },
  {
    what: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    code: 'untrusted',
    sentence: (place) => `the certificate of Redis at ${place} is for another name: use the one it is for in redis.url`,
  },
  {
    what: /^CERT_/,
    code: 'untrusted',
    sentence: (place, message) => `the certificate of Redis at ${place} is not valid: ${message}`,
  },
  {
    what: /^(?:EPROTO|ERR_SSL_)/,
    code: 'untrusted',
    sentence: (place) => `what listens at ${place} does not speak TLS as it should: is it redis:// rather than rediss://?`,
  },
  {
    what: /^OOM/,
    code: 'full',
    sentence: (place) => `Redis at ${place} has used up its maxmemory: raise it, or have fewer batches wait (queue.depth)`,
  },
  {
    what: /^MISCONF/,
    code: 'full',
    sentence: (place) => `Redis at ${place} cannot write to its disk, and takes nothing until it can: look at its log, and at the disk`,
  },
  {
    what: /^READONLY/,
    code: 'full',
    sentence: (place) => `Redis at ${place} is a replica, which takes nothing: name the primary in redis.url`,
  },
  { what: /^(?:LOADING|BUSY|TRYAGAIN|MASTERDOWN)/, code: 'away', sentence: (place) => `Redis at ${place} is not ready yet` },
  { what: /^ECONNREFUSED/, code: 'away', sentence: (place) => `nothing listens at ${place}: start Redis, or correct redis.url` },
  {
    what: /^(?:ENOTFOUND|EAI_)/,
    code: 'away',
    sentence: (place) => `the host of ${place} has no address: check the name, and the nameserver`,
  },
  {
    what: /^(?:EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN)/,
    code: 'away',
    sentence: (place) => `there is no way to ${place}: check network and firewall`,
  },
  {
    what: /^(?:ETIMEDOUT|connect ETIMEDOUT|Command timed out|Socket timeout)/,
    code: 'away',
    sentence: (place) =>
      `Redis at ${place} does not answer${place.startsWith('rediss:') ? ' (if it does not speak TLS, its URL begins with redis://)' : ''}`,
  },
  {
    what: /^(?:ECONNRESET|EPIPE|Connection is closed|Stream isn't writeable|Command aborted|Socket closed)/,
    code: 'away',
    sentence: (place) => `the connection to Redis at ${place} broke`,
  },
];

/** What an error of ioredis or BullMQ means. Its own words are kept as the cause, and none that may hold a secret are passed on. */
export function queueError(error: unknown, place: string): QueueError {
  if (error instanceof QueueError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  for (const meaning of meanings) {
    if (meaning.what.test(message) || meaning.what.test(code)) {
      return new QueueError(meaning.code, meaning.sentence(place, message), { cause: error });
    }
  }
  return new QueueError('other', `Redis at ${place}: ${message}`, { cause: error });
}
