/** Requests that are made until they are answered: what passes is waited for, and what does not is an error. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, errors } from '@elastic/elasticsearch';
import type { ServiceLog } from '../../ops/service_log.js';
import { StoreError } from '../errors.js';
import { outcomeFor, type Said, said } from './outcomes.js';

export interface PatienceOptions {
  /** Ends all waiting: its reason is thrown. */
  readonly signal?: AbortSignal;
  readonly log?: Pick<ServiceLog, 'info' | 'warn'>;
  /** Before each new try. */
  readonly onRetry?: (why: Said) => void;
  /** Milliseconds to the second try, at most; it doubles with each. */
  readonly firstPause?: number;
  readonly longestPause?: number;
}

export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object | string;
  /** NDJSON. */
  readonly bulkBody?: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Where there was no answer at all. */
const noAnswer = 0;

export class Patience {
  private readonly signal: AbortSignal | undefined;
  private readonly log: Pick<ServiceLog, 'info' | 'warn'> | undefined;
  private readonly onRetry: ((why: Said) => void) | undefined;
  private readonly firstPause: number;
  private readonly longestPause: number;

  constructor(
    readonly client: Client,
    { signal, log, onRetry, firstPause = 200, longestPause = 30_000 }: PatienceOptions = {},
  ) {
    this.signal = signal;
    this.log = log;
    this.onRetry = onRetry;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
  }

  /**
   * One try. Whatever came of it that is no `stop` is an answer or something said.
   * @throws StoreError where somebody has to do something; the signal's reason
   */
  async attempt({ method, path, querystring, body, bulkBody }: Request): Promise<Answer | Said> {
    this.signal?.throwIfAborted();
    try {
      const { statusCode, body: answer } = await this.client.transport.request(
        {
          method,
          path,
          ...(querystring === undefined ? {} : { querystring }),
          ...(body === undefined ? {} : { body: body as Record<string, unknown> }),
          ...(bulkBody === undefined ? {} : { bulkBody: bulkBody as unknown as string }),
        },
        { meta: true, maxRetries: 0, ...(this.signal === undefined ? {} : { signal: this.signal }) },
      );
      return { status: statusCode, body: answer };
    } catch (error) {
      this.signal?.throwIfAborted();
      if (error instanceof errors.ResponseError) {
        const { statusCode = noAnswer, body: answer } = error;
        return said('request', statusCode, (answer as { error?: unknown } | null)?.error ?? answer);
      }
      if (error instanceof errors.ProductNotSupportedError) {
        throw new StoreError('not_a_store', 'what answers at the address of Elasticsearch is no Elasticsearch', { cause: error });
      }
      // Connections that were refused or cut, answers that did not come in time or not whole.
      if (error instanceof errors.ElasticsearchClientError && !(error instanceof errors.ConfigurationError)) {
        return { of: 'request', status: noAnswer, type: error.name, reason: error.message };
      }
      throw error;
    }
  }

  /**
   * Asks until there is an answer. One of `accept` is an answer too.
   * @throws StoreError where it is refused, or somebody has to do something; the signal's reason
   */
  async ask(request: Request, accept: readonly number[] = []): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.attempt(request);
      if ('body' in answer) return answer;
      if (accept.includes(answer.status)) return { status: answer.status, body: undefined };
      const { action, advice } = outcomeFor(answer);
      if (action !== 'retry') throw refusal(answer, advice);
      await this.wait(tries, answer);
    }
  }

  /**
   * Waits before another try, for half to all of a time that doubles: those who wait for the same server do not come at once.
   * @param whom what cannot take it
   */
  async wait(tries: number, why: Said, whom = 'Elasticsearch'): Promise<void> {
    const full = Math.min(this.longestPause, this.firstPause * 2 ** Math.min(tries - 1, 30));
    const milliseconds = Math.round(full * (0.5 + Math.random() / 2));
    this.onRetry?.(why);
    const { status, type, reason } = why;
    // The first time it is said, and then as often as it is worth while.
    if (tries === 1 || full === this.longestPause) {
      this.log?.warn({ status, type, reason, tries, milliseconds }, `${whom} cannot take it now; nothing is lost, trying again`);
    }
    try {
      await pause(milliseconds, undefined, this.signal === undefined ? {} : { signal: this.signal });
    } catch (error) {
      this.signal?.throwIfAborted();
      throw error;
    }
  }
}

/** What was said, as an error that says what to do. */
export function refusal({ status, type, reason }: Said, advice: string | undefined): StoreError {
  const text = `Elasticsearch: ${reason}${type === '' ? '' : ` (${status}, ${type})`}`;
  const code = status === 401 || status === 403 ? 'denied' : advice === undefined ? 'not_writable' : 'not_set_up';
  return new StoreError(code, advice === undefined ? text : `${text}. ${advice}`);
}
