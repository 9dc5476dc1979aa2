/** Questions to an Elasticsearch that has nothing yet, or has no answer: what is empty is empty, and what is wrong is said. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { StoreError } from '../store/errors.js';
import { openReader, openWriter } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { service } from './services/index.js';
import { Workshop } from './workshop.js';

const { url = '', missing } = await service('elasticsearch');
const newPrefix = () => `reader-${randomBytes(4).toString('hex')}`;

/** Every question there is. */
const questions: Readonly<Record<string, (reader: Reader) => Promise<unknown>>> = {
  totals: async (reader) => ({ ...(await reader.totals({})), bytes: undefined }),
  search: (reader) => reader.search({ limit: 10, text: 'lost connection' }),
  trace: (reader) => reader.trace('4A1B2C3D4E', {}),
  queueIdsOf: (reader) => reader.queueIdsOf('x@example.org', {}),
  failures: (reader) => reader.failures({ by: 'hour', zone: 'UTC' }),
  relays: (reader) => reader.relays({ limit: 10 }),
  delays: (reader) => reader.delays({ by: 'day', zone: 'Europe/Berlin' }),
  reasons: (reader) => reader.reasons({ limit: 10 }),
  coverage: (reader) => reader.coverage({}),
  unrecognized: (reader) => reader.unrecognized({}),
  quarantine: (reader) => reader.quarantine(),
  quarantined: (reader) => reader.quarantined({ limit: 10 }),
  sources: (reader) => reader.sources(),
};

describe.skipIf(missing !== undefined)('an Elasticsearch', () => {
  test.each(Object.entries(questions))('with no index at all answers %s as an empty file does', async (_, ask) => {
    const workshop = new Workshop();
    await (await openWriter({ path: workshop.store })).close();
    const empty = await workshop.read(ask);
    const reader = await openReader({ elasticsearch: { url, prefix: newPrefix() } });
    try {
      expect(await ask(reader)).toEqual(empty);
    } finally {
      await reader.close();
      workshop.remove();
    }
  });

  test('with indices that were made without the templates says that, and what to do', async () => {
    const prefix = newPrefix();
    const client = new Client({ node: url });
    const index = `${prefix}-events-2026.11`;
    const reader = await openReader({ elasticsearch: { url, prefix } });
    try {
      const document = {
        host: { name: 'mailer' },
        log: { file: { path: 'maillog' } },
        postfix: { micros: 1, attempt: true, reason: { kind: 'other' } },
      };
      await client.index({ index, document, refresh: true });
      for (const name of ['totals', 'search', 'coverage', 'failures']) {
        await expect(questions[name]?.(reader), name).rejects.toMatchObject({
          code: 'not_set_up',
          message: expect.stringContaining('postscope setup'),
        });
      }
    } finally {
      await reader.close();
      await client.indices.delete({ index });
      await client.close();
    }
  });
});

describe('a server that has no answer', () => {
  let server: Server;
  let answer: { status: number; body: string; headers?: Readonly<Record<string, string>> };
  let address: string;
  const elastic = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' };
  const refusing = (status: number, type: string, reason: string) => ({
    status,
    headers: elastic,
    body: JSON.stringify({ status, error: { type, reason, root_cause: [{ type, reason }] } }),
  });
  let reader: Reader | undefined;

  beforeAll(async () => {
    server = createServer((_, response) => {
      response.writeHead(answer.status, { 'content-type': 'text/html', ...answer.headers });
      response.end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  afterEach(async () => {
    await reader?.close();
    reader = undefined;
  });

  const ask = async (to: string) => {
    reader = await openReader({ elasticsearch: { url: to, prefix: 'postscope' } });
    return reader.sources();
  };

  test.each([
    [
      'wants a password',
      refusing(401, 'security_exception', 'missing authentication credentials'),
      'denied',
      /are API key, or user and password, right\?/,
    ],
    [
      'does not let this user read',
      refusing(403, 'security_exception', 'action [indices:data/read/search] is unauthorized'),
      'denied',
      /unauthorized.*reader\.json/,
    ],
    [
      'has no memory for it',
      refusing(429, 'circuit_breaking_exception', '[parent] Data too large'),
      'overloaded',
      /Data too large.*shorter period/,
    ],
    [
      'has lost a shard',
      refusing(503, 'no_shard_available_action_exception', 'no shard available'),
      'overloaded',
      /no shard available.*_cluster\/health/,
    ],
    ['is behind a proxy that finds it dead', { status: 502, body: '<html>Bad Gateway</html>' }, 'unreachable', /502/],
    [
      'is another program',
      { status: 200, body: '{}', headers: { 'content-type': 'application/json' } },
      'unreachable',
      /does not answer as Elasticsearch does/,
    ],
  ])('as it %s', async (_, given, code, message) => {
    answer = given;
    const error = await ask(address).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((error as StoreError).message).toContain(address);
  });

  test('as nobody listens there', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    await expect(ask(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/ECONNREFUSED.*Is it running/),
    });
  });

  test('what is a fault of ours is not taken for one of theirs', async () => {
    answer = refusing(400, 'x_content_parse_exception', '[1:2] unknown field');
    await expect(ask(address)).rejects.not.toBeInstanceOf(StoreError);
  });
});
