/** The import into Kibana: what `postscope setup` sends, held against a small Kibana on loopback, and what is said when it goes wrong. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { kibanaOf } from '../cli/config/connections.js';
import { loadConfiguration } from '../cli/config/load.js';
import { main } from '../cli/main.js';
import { kibanaFile, kibanaObjects } from '../mappings/kibana/index.js';
import { importByHand, importIntoKibana, type KibanaAddress, type KibanaOptions } from '../store/elasticsearch/kibana.js';
import { StoreError } from '../store/errors.js';
import { Collected } from './fake_reader.js';
import { Workshop } from './workshop.js';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that is ended after the test. */
const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0)) await end();
});

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As much of Kibana as an import needs: spaces, who may, a form with a file, and objects by identity. */
class FakeKibana {
  readonly asked: Asked[] = [];
  readonly objects = new Map<string, object>();
  readonly url: Promise<string>;

  constructor(private readonly answer?: (response: ServerResponse, tries: number) => boolean) {
    this.url = listening((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const asked = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(pieces).toString(),
        };
        this.asked.push(asked);
        if (this.answer?.(response, this.asked.length) !== true) this.import(asked, response);
      });
    });
  }

  private import({ method, path, headers, body }: Asked, response: ServerResponse): void {
    const url = new URL(path, 'http://kibana');
    const [, space = 'default', api] = /^(?:\/s\/([^/]+))?(\/api\/.*)$/.exec(url.pathname) ?? [];
    const refuse = (statusCode: number, error: string, message: string) => reply(response, statusCode, { statusCode, error, message });
    const isImport = method === 'POST' && api === '/api/saved_objects/_import' && ['default', 'mail'].includes(space);
    if (!isImport) refuse(404, 'Not Found', 'Not Found');
    else if (headers['kbn-xsrf'] === undefined) refuse(400, 'Bad Request', 'Request must contain a kbn-xsrf header.');
    else {
      const successResults = this.put(space, fileIn(headers['content-type'] ?? '', body), url.searchParams.get('overwrite') === 'true');
      reply(response, 200, { success: true, successCount: successResults.length, warnings: [], successResults });
    }
  }

  private put(space: string, text: string, overwrite: boolean) {
    return text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const object = JSON.parse(line) as { readonly type: string; readonly id: string };
        const name = `${space} ${object.type} ${object.id}`;
        const isThere = this.objects.has(name);
        if (isThere && !overwrite) throw new Error(`${name} is there`);
        this.objects.set(name, object);
        return { type: object.type, id: object.id, ...(isThere ? { overwrite: true } : {}) };
      });
  }
}

function reply(response: ServerResponse, status: number, body: object | string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The one file of a form. @throws Error where it is none, or its name does not end as Kibana wants it */
function fileIn(type: string, body: string): string {
  const [, boundary = ''] = /^multipart\/form-data; boundary=([\w-]+)$/.exec(type) ?? [];
  const [before, part = '', after] = body.split(`--${boundary}`);
  const [head = '', ...lines] = part.split('\r\n\r\n');
  if (before !== '' || after !== '--\r\n') throw new Error('no form with one part');
  expect(head.toLowerCase()).toMatch(/content-disposition: form-data; name="file"; filename="[\w.-]+\.ndjson"/);
  return lines.join('\r\n\r\n').replace(/\r\n$/, '');
}

const quick: KibanaOptions = { prefix: 'postscope', patience: 0, pause: 1 };
const into = async (kibana: FakeKibana, more: Partial<KibanaAddress> = {}, options: Partial<KibanaOptions> = {}) =>
  importIntoKibana({ url: await kibana.url, space: 'default', ...more }, { ...quick, ...options });

describe('an import', () => {
  test('sends the file that is checked in, and again in its place', async () => {
    const kibana = new FakeKibana();
    expect(await into(kibana)).toEqual({ what: 'Kibana', name: 'data views and dashboards in the space default', did: 'created' });
    expect(await into(kibana)).toMatchObject({ did: 'updated' });
    expect(kibana.objects.size).toBe(kibanaObjects('postscope').length);
    for (const { path, headers, body } of kibana.asked) {
      expect(path).toBe('/api/saved_objects/_import?overwrite=true');
      expect(fileIn(headers['content-type'] ?? '', body)).toBe(kibanaFile('postscope'));
      expect(headers.authorization).toBeUndefined();
    }
  });

  test('goes into a space, for a prefix, as somebody', async () => {
    const kibana = new FakeKibana();
    await into(kibana, { space: 'mail', apiKey: 'a2V5' }, { prefix: 'other' });
    await into(kibana, { space: 'mail', username: 'jo', password: 'p:w' }, { prefix: 'other' });
    const [withKey, withPassword] = kibana.asked;
    expect(withKey?.path).toBe('/s/mail/api/saved_objects/_import?overwrite=true');
    expect(withKey?.headers.authorization).toBe('ApiKey a2V5');
    expect(withPassword?.headers.authorization).toBe(`Basic ${Buffer.from('jo:p:w').toString('base64')}`);
    expect([...kibana.objects.keys()].every((name) => /^mail [\w-]+ other-/.test(name))).toBe(true);
  });

  test('asks nothing where it only says what it would do', async () => {
    const kibana = new FakeKibana();
    expect(await into(kibana, {}, { dryRun: true })).toMatchObject({ did: 'updated' });
    expect(kibana.asked).toEqual([]);
  });

  test('waits for a Kibana that is not ready yet', async () => {
    const said: string[] = [];
    const kibana = new FakeKibana((response, tries) => {
      if (tries < 3) reply(response, 503, 'Kibana server is not ready yet');
      return tries < 3;
    });
    const log = { warn: (about: object, text: string) => void said.push(`${text} (${(about as { reason: string }).reason})`) };
    expect(await into(kibana, {}, { patience: 60_000, log })).toMatchObject({ did: 'created' });
    expect(kibana.asked.length).toBe(3);
    expect(said).toEqual(['Kibana is not ready yet; waiting for it (503, Kibana server is not ready yet)']);
  });

  test('ends when it is told to', async () => {
    const stop = new AbortController();
    const kibana = new FakeKibana((response) => {
      reply(response, 503, 'not ready');
      stop.abort(new Error('stopped'));
      return true;
    });
    await expect(into(kibana, {}, { patience: 60_000, pause: 60_000, signal: stop.signal })).rejects.toThrow('stopped');
  });
});

describe('what goes wrong is said in a sentence', () => {
  const answering = (status: number, body: object | string) =>
    new FakeKibana((response) => {
      reply(response, status, body);
      return true;
    });
  const error = (status: number, name: string, message: string) => ({ statusCode: status, error: name, message });

  test.each([
    [
      'somebody it does not know',
      401,
      error(401, 'Unauthorized', 'unable to authenticate user [jo]'),
      'denied',
      /does not know who we are \(unable to authenticate user \[jo\]\): check kibana\.api_key/,
    ],
    [
      'somebody who may not',
      403,
      error(403, 'Forbidden', 'Unable to bulk_create dashboard,index-pattern,search'),
      'denied',
      /does not let us import into the space default \(Unable to bulk_create .*Saved Objects Management/,
    ],
    [
      'a space that there is not',
      404,
      error(404, 'Not Found', 'Not Found'),
      'not_a_store',
      /has no space default, or is no Kibana \(404, Not Found\)/,
    ],
    [
      'a form that is too large',
      413,
      error(413, 'Request Entity Too Large', 'Payload content length greater than maximum'),
      'not_writable',
      /refused .*\(413, Payload/,
    ],
    ['a page that is no Kibana', 200, '<html>hello</html>', 'not_writable', /\(200, <html>hello<\/html>\)/],
    [
      'a Kibana that does not become ready',
      503,
      'Kibana server is not ready yet',
      'unreachable',
      /does not answer \(503, Kibana server is not ready yet\)/,
    ],
  ] as const)('%s', async (_, status, body, code, words) => {
    const kibana = answering(status, body);
    await expect(into(kibana)).rejects.toThrow(words);
    await expect(into(kibana)).rejects.toMatchObject({ code });
  });

  test('objects that it did not take, by name', async () => {
    const errors = [
      {
        type: 'dashboard',
        id: 'postscope-dashboard-queue',
        error: { type: 'missing_references', references: [{ type: 'search', id: 'x' }] },
      },
      { type: 'search', id: 'postscope-search-kept', error: { type: 'conflict' } },
      {
        type: 'dashboard',
        id: 'postscope-dashboard-kept',
        error: { type: 'unknown', message: 'more recent version of Kibana', statusCode: 422 },
      },
      { type: 'search', id: 'a', error: { type: 'unsupported_type' } },
    ];
    const kibana = answering(200, { success: false, successCount: 19, successResults: [], errors });
    await expect(into(kibana)).rejects.toThrow(
      'took 19 of 23 objects, and not: dashboard postscope-dashboard-queue (it speaks of search x, which is not there), ' +
        'search postscope-search-kept (one of this identity is there, perhaps in another space), ' +
        'dashboard postscope-dashboard-kept (more recent version of Kibana) …. Run setup again when that is mended',
    );
  });

  test('nobody who listens', async () => {
    const url = await listening(() => undefined);
    for (const end of running.splice(0)) await end();
    const failing = importIntoKibana({ url, space: 'default' }, quick);
    await expect(failing).rejects.toThrow(
      /^Kibana at http:\/\/127\.0\.0\.1:\d+ does not answer \(.*ECONNREFUSED.*\): check kibana\.url, and whether it runs$/,
    );
    await expect(failing).rejects.toBeInstanceOf(StoreError);
  });

  test('https where there is none, at once', async () => {
    const kibana = new FakeKibana();
    const url = (await kibana.url).replace('http:', 'https:');
    await expect(importIntoKibana({ url, space: 'default' }, { ...quick, patience: 60_000 })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });
});

describe('the configuration', () => {
  const workshop = new Workshop();
  afterAll(() => workshop.remove());
  const configured = (env: Readonly<Record<string, string>>) =>
    kibanaOf(loadConfiguration({ flags: {}, env, folder: workshop.folder, usualFile: workshop.path('none.yml') }));

  test('names no Kibana unless somebody does', () => {
    expect(configured({})).toBeUndefined();
    expect(importByHand('postscope').advice).toContain('mappings/kibana/postscope.ndjson');
    expect(importByHand('other').advice).not.toContain('postscope.ndjson');
  });

  test('lets log in as with Elasticsearch, or with an API key of its own', () => {
    const env = { KIBANA_URL: 'https://kibana.example.org:5601/base/', ELASTICSEARCH_URL: 'http://jo:secret@127.0.0.1:9200' };
    expect(configured(env)).toEqual({ url: 'https://kibana.example.org:5601/base', space: 'default', username: 'jo', password: 'secret' });
    expect(configured({ ...env, POSTSCOPE_KIBANA_API_KEY: 'a2V5', POSTSCOPE_KIBANA_SPACE: 'mail' })).toEqual({
      url: 'https://kibana.example.org:5601/base',
      space: 'mail',
      apiKey: 'a2V5',
    });
  });

  test.each([
    [{ KIBANA_URL: 'http://jo:secret@kibana:5601' }, /KIBANA_URL/],
    [{ KIBANA_URL: 'kibana:5601' }, /KIBANA_URL/],
    [{ KIBANA_URL: 'http://kibana:5601', POSTSCOPE_KIBANA_SPACE: '../x' }, /POSTSCOPE_KIBANA_SPACE/],
    [{ KIBANA_URL: 'http://kibana:5601', POSTSCOPE_KIBANA_CA_FILE: '/none.pem' }, /none\.pem/],
  ])('is refused where it cannot be meant: %o', (env, words) => {
    expect(() => configured(env)).toThrow(words);
    expect(() => configured(env)).not.toThrow(/secret/);
  });
});

describe('postscope setup', () => {
  const workshop = new Workshop();
  afterAll(() => workshop.remove());

  /** An Elasticsearch that has nothing yet, and takes everything. */
  const elasticsearch = () =>
    listening((request, response) => {
      request.resume();
      response.writeHead(request.method === 'GET' ? 404 : 200, {
        'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
        'x-elastic-product': 'Elasticsearch',
      });
      response.end('{}');
    });

  async function postscope(...args: string[]) {
    const [stdout, stderr] = [new Collected(), new Collected()];
    const io = { stdout, stderr, env: { POSTSCOPE_CONFIG: workshop.write('c.yml', '{}') }, now: Date.now, zone: 'UTC' };
    const code = await main(['setup', '--elasticsearch-url', await elasticsearch(), ...args], io);
    return { code, out: stdout.text, err: stderr.text };
  }

  test('imports into the Kibana that it is given', async () => {
    const kibana = new FakeKibana();
    const { code, out, err } = await postscope(
      '--kibana-url',
      await kibana.url,
      '--kibana-space',
      'mail',
      '--elasticsearch-prefix',
      'other',
    );
    expect(code, err).toBe(0);
    expect(out).toMatch(/^Kibana data views and dashboards in the space mail: created$/m);
    expect([...kibana.objects.keys()]).toContain('mail dashboard other-dashboard-timeouts');
  });

  test('says what to do where it is given none', async () => {
    const { code, out } = await postscope();
    expect(code).toBe(0);
    expect(out).toMatch(/^Kibana data views and dashboards: left as it is: set kibana\.url .*mappings\/kibana\/postscope\.ndjson/m);
  });

  test('with --dry-run asks Kibana nothing', async () => {
    const kibana = new FakeKibana();
    const { code, out } = await postscope('--dry-run', '--kibana-url', await kibana.url);
    expect(code).toBe(0);
    expect(out).toMatch(/^Kibana data views and dashboards in the space default: would be updated$/m);
    expect(kibana.asked).toEqual([]);
  });

  test('fails where Kibana does', async () => {
    const kibana = new FakeKibana((response) => {
      reply(response, 401, { statusCode: 401, error: 'Unauthorized', message: '\u001b[31mno' });
      return true;
    });
    const { code, err } = await postscope('--kibana-url', await kibana.url);
    expect(code).toBe(1);
    expect(err).toContain('does not know who we are');
    expect(err).not.toContain('\u001b');
  });
});
