/** What Elasticsearch's answer to a question says of the store, in a sentence that says what to do. */
import { errors } from '@elastic/elasticsearch';
import { StoreError, type StoreErrorCode } from '../errors.js';

/**
 * @param url of the server, without user and password
 * @returns a StoreError where the operator can do something about it; otherwise the error as it is, which is a fault of ours
 */
export function troubleOf(error: unknown, url: string): unknown {
  if (error instanceof StoreError) return error;
  const store = (code: StoreErrorCode, text: string) => new StoreError(code, `Elasticsearch at ${url} ${text}`, { cause: error });
  if (error instanceof errors.TimeoutError)
    return store('unreachable', `did not answer in time (${error.message}); is it busy, or its network slow?`);
  if (error instanceof errors.ProductNotSupportedError) {
    return store('unreachable', 'does not answer as Elasticsearch does; does the URL name it, and not Kibana or a proxy?');
  }
  if (error instanceof errors.DeserializationError) {
    return store('unreachable', 'answers with something that is no JSON; does the URL name Elasticsearch, and not Kibana or a proxy?');
  }
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError) {
    return store('unreachable', `cannot be reached: ${error.message}. Is it running, and is the URL right (http or https, host, port)?`);
  }
  if (!(error instanceof errors.ResponseError)) return error;
  return refusedFor(error.statusCode ?? 0, (error.body as { error?: unknown } | undefined)?.error, url) ?? error;
}

/**
 * The same of one of several answers.
 * @param status of HTTP
 * @param cause `error` of the answer
 * @returns undefined where it is a fault of ours
 */
export function refusedFor(status: number, cause: unknown, url: string): StoreError | undefined {
  const { type, reason } = causeOf(cause);
  const store = (code: StoreErrorCode, text: string) => new StoreError(code, `Elasticsearch at ${url} ${text}`, { cause });
  switch (status) {
    case 401:
      return store(
        'denied',
        'wants to know who is asking, or does not know the one it was told: are API key, or user and password, right?',
      );
    case 403:
      return store('denied', `does not allow that: ${reason}. The user needs what mappings/roles/reader.json has`);
    case 408:
    case 502:
    case 504:
      return store('unreachable', `is behind something that says ${status}; is the server itself running?`);
    case 429:
      return store('overloaded', `has too much to do or too little memory: ${reason}. Ask again later, or for a shorter period`);
    case 503:
      return store('overloaded', `cannot answer now: ${reason}. Ask again when its shards are there (GET /_cluster/health)`);
    case 400:
      // Of an index that was made without our templates, texts can be looked for, but nothing be sorted or counted by them.
      if (/fielddata|no mapping found|not optimi[sz]ed for operations/i.test(reason)) {
        return store(
          'not_set_up',
          `has indices that were made without postscope's templates: ${reason}. Run 'postscope setup', and index anew`,
        );
      }
      if (type === 'too_many_buckets_exception') {
        return store('overloaded', `allows fewer groups than this question needs: ${reason}. Ask for a shorter period`);
      }
      return undefined;
    default:
      return undefined;
  }
}

interface Cause {
  readonly type?: unknown;
  readonly reason?: unknown;
  readonly root_cause?: readonly Cause[];
}

/** The cause that lies deepest, in the server's own words. */
function causeOf(error: unknown): { type: string; reason: string } {
  if (typeof error !== 'object' || error === null) return { type: '', reason: typeof error === 'string' ? error : 'it gives no reason' };
  const cause: Cause = error;
  const root = cause.root_cause?.[0] ?? cause;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { type: text(root.type), reason: text(root.reason) || text(cause.reason) || 'it gives no reason' };
}
