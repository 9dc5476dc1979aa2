/** Bulk requests end with every document stored or refused, whatever the server, or what is between, does meanwhile. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type BulkOptions, BulkWriter } from '../store/elasticsearch/bulk.js';
import { Operations } from '../store/elasticsearch/operations.js';
import { outcomeFor, said } from '../store/elasticsearch/outcomes.js';
import { Patience, type PatienceOptions } from '../store/elasticsearch/patience.js';

/** An item of an answer: `[status, type, reason]`. */
type Fault = readonly [status: number, type: string, reason: string];
type Answering = (request: { bodies: string[]; response: ServerResponse; apply: () => void }) => boolean;

/** Speaks as much of Elasticsearch as bulk requests need, and fails as told. */
class FakeElasticsearch {
  readonly documents = new Map<string, string>();
  requests = 0;
  largest = 0;
  /** Answers in the place of the server; false lets the server answer. */
  instead: Answering = () => false;
  /** What is the matter with a document. */
  fault: (document: string) => Fault | undefined = () => undefined;
  private readonly server = createServer((request, response) => this.take(request, response));
  client = new Client({ node: 'http://127.0.0.1:1' });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.client = new Client({ node: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` });
    return this;
  }

  async stop(): Promise<void> {
    await this.client.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      this.requests++;
      const lines = Buffer.concat(chunks).toString('utf8').split('\n');
      expect(lines.pop()).toBe('');
      this.largest = Math.max(this.largest, lines.length / 2);
      const items: object[] = [];
      const apply = () => {
        for (let i = 0; i < lines.length; i += 2) {
          const { _id } = (JSON.parse(lines[i] as string) as { create: { _id: string } }).create;
          const document = lines[i + 1] as string;
          const fault = this.documents.has(_id) ? ([409, 'version_conflict_engine_exception', 'there'] as const) : this.fault(document);
          if (fault === undefined) this.documents.set(_id, document);
          items.push({ create: fault === undefined ? { status: 201 } : { status: fault[0], error: { type: fault[1], reason: fault[2] } } });
        }
      };
      const bodies = lines.filter((_, i) => i % 2 === 1);
      if (this.instead({ bodies, response, apply })) return;
      apply();
      json(response, 200, { errors: true, items });
    });
  }
}

function json(response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }).end(JSON.stringify(body));
  return true;
}

const elasticError = (response: ServerResponse, status: number, type: string, reason = 'so it is') =>
  json(response, status, { error: { root_cause: [], type, reason }, status });

const fakes: FakeElasticsearch[] = [];
afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.stop()));
});

async function fake(): Promise<FakeElasticsearch> {
  const started = await new FakeElasticsearch().start();
  fakes.push(started);
  return started;
}

const writerTo = ({ client }: FakeElasticsearch, options: PatienceOptions & BulkOptions = {}) =>
  new BulkWriter(new Patience(client, { firstPause: 1, longestPause: 4, ...options }), options);

function operationsOf(documents: readonly string[]): Operations {
  const operations = new Operations(Operations.bufferFor(0));
  for (const [i, document] of documents.entries()) operations.add(`{"create":{"_index":"i","_id":"${i}"}}`, JSON.stringify(document));
  return operations;
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `document ${i}, grün`);

describe('the table of outcomes', () => {
  test.each([
    // A document that is there already is what was wanted.
    ['document', 409, 'version_conflict_engine_exception', 'already_there'],
    // Flood stage: the disk of a node is nearly full, and its indices are read-only until somebody makes room.
    ['document', 429, 'cluster_block_exception', 'retry'],
    ['document', 429, 'es_rejected_execution_exception', 'retry'],
    ['document', 429, 'circuit_breaking_exception', 'retry'],
    ['document', 503, 'unavailable_shards_exception', 'retry'],
    ['document', 403, 'cluster_block_exception', 'retry'],
    ['document', 403, 'security_exception', 'stop'],
    ['document', 404, 'index_not_found_exception', 'stop'],
    ['document', 400, 'strict_dynamic_mapping_exception', 'stop'],
    ['document', 400, 'validation_exception', 'stop'],
    ['document', 400, 'document_parsing_exception', 'quarantine'],
    ['document', 400, 'illegal_argument_exception', 'quarantine'],
    ['document', 500, 'null_pointer_exception', 'retry_few'],
    ['request', 429, 'circuit_breaking_exception', 'retry'],
    ['request', 503, 'master_not_discovered_exception', 'retry'],
    ['request', 502, '', 'retry'],
    ['request', 504, '', 'retry'],
    ['request', 408, '', 'retry'],
    ['request', 0, 'ConnectionError', 'retry'],
    ['request', 413, '', 'split'],
    ['request', 400, 'action_request_validation_exception', 'split'],
    // A proxy's error page is not Elasticsearch's word on a document.
    ['request', 400, '', 'retry'],
    ['request', 401, 'security_exception', 'stop'],
    ['request', 403, 'security_exception', 'stop'],
    ['request', 400, 'media_type_header_exception', 'stop'],
  ] as const)('%s %i %s: %s', (of, status, type, action) => {
    expect(outcomeFor({ of, status, type, reason: '' }).action).toBe(action);
  });

  test('an error is told with the cause that names the field, and not with all of its value', () => {
    const caused_by = { type: 'illegal_argument_exception', reason: `For input string: ${'9'.repeat(5000)}` };
    const { type, reason } = said('document', 400, { type: 'document_parsing_exception', reason: 'failed to parse field [n]', caused_by });
    expect(type).toBe('document_parsing_exception');
    expect(reason).toMatch(/^failed to parse field \[n\]: For input string: 9+…$/);
    expect(reason.length).toBeLessThanOrEqual(500);
  });
});

describe('a bulk request', () => {
  test('tells of each document whether it is stored, was there, or is refused and why', async () => {
    const server = await fake();
    server.fault = (document) => (document.includes('2') ? [400, 'document_parsing_exception', 'no such number'] : undefined);
    server.documents.set('1', 'there');
    const result = await writerTo(server).write(operationsOf(numbered(4)));
    expect([0, 1, 2, 3].map((i) => result.of(i))).toEqual(['stored', 'already_there', 'refused', 'stored']);
    expect([...result.refused]).toEqual([[2, 'document_parsing_exception: no such number']]);
    expect(server.documents.get('3')).toBe('"document 3, grün"');
    expect(server.requests).toBe(1);
  });

  test('sends again only what was not taken', async () => {
    const server = await fake();
    const tried = new Map<string, number>();
    server.fault = (document) => {
      tried.set(document, (tried.get(document) ?? 0) + 1);
      return document.includes('7') && tried.get(document) === 1 ? [429, 'es_rejected_execution_exception', 'full'] : undefined;
    };
    const retries: string[] = [];
    const result = await writerTo(server, { onRetry: ({ type }) => retries.push(type) }).write(operationsOf(numbered(100)));
    expect([...result.refused]).toEqual([]);
    expect(server.documents.size).toBe(100);
    expect([...tried.values()].reduce((a, b) => a + b)).toBe(100 + 19);
    expect(retries).toEqual(['es_rejected_execution_exception']);
  });

  test('that is too large is sent in halves, and later ones are smaller', async () => {
    const server = await fake();
    server.instead = ({ bodies, response }) => bodies.length > 10 && json(response, 413, {});
    const writer = writerTo(server);
    const operations = operationsOf(numbered(100));
    const result = await writer.write(operations);
    expect(result.refused.size).toBe(0);
    expect(server.documents.size).toBe(100);
    expect(writer.largest).toBeLessThan(operations.bytes / 4);
  });

  test('that one line spoils for all is bisected to that line', async () => {
    const server = await fake();
    server.instead = ({ bodies, response }) =>
      bodies.some((body) => body.includes('document 37,')) &&
      elasticError(response, 400, 'action_request_validation_exception', 'id is too long');
    const result = await writerTo(server).write(operationsOf(numbered(100)));
    expect([...result.refused]).toEqual([[37, 'action_request_validation_exception: id is too long']]);
    expect(server.documents.size).toBe(99);
    expect(server.requests).toBeLessThan(20);
  });

  test('is not believed to be at fault where every request is refused', async () => {
    const server = await fake();
    server.instead = ({ response }) => elasticError(response, 400, 'illegal_argument_exception', 'unknown parameter');
    await expect(writerTo(server).write(operationsOf(numbered(100)))).rejects.toThrow(/All requests are refused/);
    expect(server.documents.size).toBe(0);
  });

  test('ends where somebody has to do something, and says what', async () => {
    const server = await fake();
    server.fault = () => [400, 'strict_dynamic_mapping_exception', 'introduction of [x] is not allowed'];
    await expect(writerTo(server).write(operationsOf(numbered(3)))).rejects.toThrow(/Run 'postscope setup'/);
    server.instead = ({ response }) => elasticError(response, 403, 'security_exception', 'unauthorized');
    await expect(writerTo(server).write(operationsOf(numbered(3)))).rejects.toMatchObject({
      code: 'denied',
      message: /mappings\/roles\//,
    });
    server.instead = ({ response }) => elasticError(response, 400, 'media_type_header_exception', 'Invalid media-type');
    await expect(writerTo(server).write(operationsOf(numbered(3)))).rejects.toThrow(/no Elasticsearch 9/);
  });

  test('a document at which the server fails each time is refused in the end; the others are stored', async () => {
    const server = await fake();
    server.fault = (document) => (document.includes('document 5,') ? [500, 'null_pointer_exception', 'null'] : undefined);
    const result = await writerTo(server).write(operationsOf(numbered(10)));
    expect([...result.refused.keys()]).toEqual([5]);
    expect(server.documents.size).toBe(9);
  });

  test('waits as long as it must, and ends at once when told to', async () => {
    const server = await fake();
    let refused = 0;
    server.instead = ({ response }) => {
      refused++;
      return elasticError(response, 503, 'master_not_discovered_exception');
    };
    const abort = new AbortController();
    const told: string[] = [];
    const log = { info: () => {}, warn: (_: object, message: string) => void told.push(message) };
    const writing = writerTo(server, { signal: abort.signal, log, firstPause: 1, longestPause: 1 }).write(operationsOf(numbered(3)));
    await expect.poll(() => refused).toBeGreaterThan(5);
    expect(told[0]).toMatch(/nothing is lost/);
    abort.abort(new Error('SIGTERM'));
    await expect(writing).rejects.toThrow('SIGTERM');
    const after = refused;
    server.instead = () => false;
    await writerTo(server).write(operationsOf(numbered(3)));
    expect(server.documents.size).toBe(3);
    expect(refused).toBe(after);
  });

  test('what waits while as many requests are under way as may be goes together, and each is told of its own', async () => {
    const server = await fake();
    const held: (() => void)[] = [];
    server.instead = ({ response, bodies, apply }) => {
      held.push(() => {
        apply();
        json(response, 200, { errors: false, items: bodies.map(() => ({ create: { status: 201 } })) });
      });
      return true;
    };
    const writer = writerTo(server, { inFlight: 2 });
    const writing = [0, 1, 2, 3].map((n) => {
      const operations = new Operations(Operations.bufferFor(0));
      operations.add(`{"create":{"_index":"i","_id":"${n}"}}`, '{}');
      return writer.write(operations);
    });
    await expect.poll(() => held.length).toBe(2);
    expect(server.requests).toBe(2);
    while (held.length > 0) held.shift()?.();
    await expect.poll(() => held.length).toBe(1);
    while (held.length > 0) held.shift()?.();
    const results = await Promise.all(writing);
    expect(server.requests).toBe(3);
    expect(server.documents.size).toBe(4);
    expect(results.map((result) => result.of(0))).toEqual(['stored', 'stored', 'stored', 'stored']);
  });
});

test('whatever goes wrong, and when: every document is stored once or refused for a reason of its own', async () => {
  const server = await fake();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('good', 'good', 'good', 'good', 'bad', 'poison'), { minLength: 1, maxLength: 60 }),
      fc.array(fc.constantFrom('429', '503', 'html', 'reset', 'lost', 'cut', 'partial', '413', 'well'), { maxLength: 30 }),
      async (kinds, weather) => {
        server.documents.clear();
        const coming = [...weather];
        let partial = false;
        server.fault = (document) => {
          if (document.includes('bad')) return [400, 'document_parsing_exception', 'bad'];
          return partial && document.length % 2 === 0 ? [429, 'cluster_block_exception', 'flood stage'] : undefined;
        };
        server.instead = ({ bodies, response, apply }) => {
          partial = false;
          switch (coming.shift()) {
            case '429':
              return elasticError(response, 429, 'circuit_breaking_exception');
            case '503':
              return elasticError(response, 503, 'no_shard_available_action_exception');
            case 'html':
              response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
              return true;
            case 'reset':
              response.destroy();
              return true;
            case 'lost':
              if (!bodies.some((body) => body.includes('poison'))) apply();
              response.destroy();
              return true;
            case 'cut':
              response
                .writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
                .end('{"errors":false,"ite');
              return true;
            case '413':
              if (bodies.length > 1) return json(response, 413, {});
              break;
            case 'partial':
              partial = true;
          }
          return (
            bodies.some((body) => body.includes('poison')) && elasticError(response, 400, 'illegal_argument_exception', 'Malformed action')
          );
        };
        const documents = kinds.map((kind, i) => `${kind}${'x'.repeat(i % 5)}`);
        const poisoned = kinds.filter((kind) => kind === 'poison').length;
        const writing = writerTo(server, { firstPause: 0, longestPause: 0 }).write(operationsOf(documents));
        if (poisoned === kinds.length && kinds.length > 1) {
          await expect(writing).rejects.toThrow(/All requests are refused/);
          return;
        }
        const result = await writing;
        for (const [i, kind] of kinds.entries()) {
          if (kind === 'good') expect(result.of(i)).not.toBe('refused');
          else expect(result.of(i)).toBe('refused');
        }
        expect(server.documents.size).toBe(kinds.filter((kind) => kind === 'good').length);
      },
    ),
    { numRuns: 200 },
  );
});
