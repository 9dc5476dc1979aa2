/**
 * Data views, searches and dashboards (mappings/kibana/), put into Kibana by its import API. They have the same identities each time, so
 * that a later import takes the place of an earlier one: https://www.elastic.co/docs/api/doc/kibana/operation/operation-post-saved-objects-import
 */
import { randomBytes } from 'node:crypto';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { kibanaFile, kibanaObjects } from '../../mappings/kibana/index.js';
import type { ServiceLog } from '../../ops/service_log.js';
import { StoreError } from '../errors.js';

/** How to reach a Kibana. */
export interface KibanaAddress {
  /** Without user and password; with the base path, where Kibana has one. */
  readonly url: string;
  /** Identity of the space that they go into. */
  readonly space: string;
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority, PEM. */
  readonly ca?: string;
}

export interface KibanaOptions {
  /** Of the indices that the data views are about. */
  readonly prefix: string;
  /** Asks nothing and says what it would do. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly log?: Pick<ServiceLog, 'warn'>;
  /** Milliseconds that a Kibana which is not there, or not ready yet, is waited for. */
  readonly patience?: number;
  /** Milliseconds between two tries. */
  readonly pause?: number;
}

export interface KibanaStep {
  readonly what: 'Kibana';
  readonly name: string;
  /** `created` where none of them was there before. */
  readonly did: 'created' | 'updated' | 'left';
  readonly advice?: string;
}

const named = 'data views and dashboards';

/** What is said where no Kibana is configured. */
export const importByHand = (prefix: string): KibanaStep => ({
  what: 'Kibana',
  name: named,
  did: 'left',
  advice:
    prefix === 'postscope'
      ? 'set kibana.url to have them imported, or import mappings/kibana/postscope.ndjson yourself (Stack Management, Saved Objects, Import)'
      : `set kibana.url to have those for the prefix ${prefix} imported`,
});

/** @throws StoreError where Kibana does not answer, does not let us, or does not take all of them; the signal's reason */
export async function importIntoKibana(address: KibanaAddress, options: KibanaOptions): Promise<KibanaStep> {
  const { prefix, dryRun = false } = options;
  const { url, space } = address;
  const objects = kibanaObjects(prefix);
  const step = (did: KibanaStep['did']): KibanaStep => ({ what: 'Kibana', name: `${named} in the space ${space}`, did });
  if (dryRun) return step('updated');
  const { status, body } = await answered(address, kibanaFile(prefix), options);
  const at = `Kibana at ${url}`;
  const said = reasonIn(body);
  if (status === 401) {
    throw new StoreError('denied', `${at} does not know who we are (${said}): check kibana.api_key, or user and password of Elasticsearch`);
  }
  if (status === 403) {
    throw new StoreError(
      'denied',
      `${at} does not let us import into the space ${space} (${said}): it takes all privileges for Saved Objects Management there`,
    );
  }
  if (status === 404) {
    throw new StoreError('not_a_store', `${at} has no space ${space}, or is no Kibana (404, ${said}): check kibana.url and kibana.space`);
  }
  const result = status === 200 ? (parsed(body) as Partial<ImportAnswer> | undefined) : undefined;
  if (typeof result?.success !== 'boolean') {
    throw new StoreError('not_writable', `${at} refused the data views and dashboards (${status}, ${said})`);
  }
  const { successCount = 0, successResults = [], errors = [] } = result;
  if (!result.success || successCount !== objects.length) {
    const which = errors.slice(0, 3).map(({ type, id, error }) => `${type} ${id} (${wordsOf(error)})`);
    throw new StoreError(
      'not_writable',
      `${at} took ${successCount} of ${objects.length} objects${which.length === 0 ? '' : `, and not: ${which.join(', ')}${errors.length > 3 ? ' …' : ''}`}. Run setup again when that is mended`,
    );
  }
  return step(successResults.some(({ overwrite }) => overwrite === true) ? 'updated' : 'created');
}

/** What the import API answers with. */
interface ImportAnswer {
  readonly success: boolean;
  readonly successCount?: number;
  readonly successResults?: readonly { readonly overwrite?: boolean }[];
  readonly errors?: readonly { readonly type: string; readonly id: string; readonly error: ImportError }[];
}

interface ImportError {
  readonly type: string;
  readonly message?: string;
  readonly references?: readonly { readonly type: string; readonly id: string }[];
}

function wordsOf({ type, message, references = [] }: ImportError): string {
  switch (type) {
    case 'conflict':
    case 'ambiguous_conflict':
      return 'one of this identity is there, perhaps in another space';
    case 'missing_references':
      return `it speaks of ${references.map((reference) => `${reference.type} ${reference.id}`).join(', ')}, which is not there`;
    case 'unsupported_type':
      return 'this Kibana has nothing of the sort';
    default:
      return message ?? type;
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** 502 to 504 are of a proxy in front of it, 503 is its own while it starts. */
const isNotReady = (status: number) => status === 429 || (status >= 502 && status <= 504);

/** It is not started yet, or just being started again. */
const passing: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']);

async function answered(address: KibanaAddress, file: string, options: KibanaOptions): Promise<Answer> {
  const { signal, log, patience = 120_000, pause: between = 2000 } = options;
  const until = Date.now() + patience;
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    let why: string;
    try {
      const answer = await posted(address, file, signal);
      if (!isNotReady(answer.status)) return answer;
      why = `${answer.status}, ${reasonIn(answer.body)}`;
    } catch (error) {
      signal?.throwIfAborted();
      const { code = '', message } = error as NodeJS.ErrnoException;
      // Of several addresses that refuse, Node says no more than their codes.
      why = message === '' ? code : message;
      if (!passing.has(code)) throw unreachable(address, why);
    }
    if (Date.now() + between > until) throw unreachable(address, why);
    if (tries === 1) log?.warn({ reason: why }, 'Kibana is not ready yet; waiting for it');
    await pause(between, undefined, signal === undefined ? {} : { signal });
  }
}

const unreachable = ({ url }: KibanaAddress, why: string) =>
  new StoreError('unreachable', `Kibana at ${url} does not answer (${why}): check kibana.url, and whether it runs`);

/** A form with one file in it, as the import API wants it (RFC 7578). */
function posted(
  { url, space, apiKey, username, password, ca }: KibanaAddress,
  file: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const boundary = `postscope-${randomBytes(12).toString('hex')}`;
  const body = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="postscope.ndjson"\r\n` +
      `content-type: application/ndjson\r\n\r\n${file}\r\n--${boundary}--\r\n`,
  );
  const authorization =
    apiKey !== undefined
      ? `ApiKey ${apiKey}`
      : username !== undefined && password !== undefined
        ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
        : undefined;
  const target = new URL(`${url}${space === 'default' ? '' : `/s/${encodeURIComponent(space)}`}/api/saved_objects/_import?overwrite=true`);
  const send = target.protocol === 'https:' ? secure : plain;
  return new Promise((resolve, reject) => {
    const request = send(
      target,
      {
        method: 'POST',
        headers: {
          'kbn-xsrf': 'postscope',
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': body.length,
          ...(authorization === undefined ? {} : { authorization }),
        },
        ...(ca === undefined ? {} : { ca }),
        ...(signal === undefined ? {} : { signal }),
        timeout: 90_000,
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() }));
      },
    );
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer within 90 seconds')));
    request.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Kibana's errors are `{ statusCode, error, message }`; what is in front of it may say anything. */
function reasonIn(text: string): string {
  const { message, error } = (parsed(text) ?? {}) as { readonly message?: unknown; readonly error?: unknown };
  if (typeof message === 'string') return message;
  if (typeof error === 'string') return error;
  return text.trim() === '' ? 'without a word' : text.trim().slice(0, 200);
}
