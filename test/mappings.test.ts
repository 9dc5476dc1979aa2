/** The mappings are made of the schemas; Elasticsearch takes them, and with them every document of every line we have. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Properties } from '../mappings/properties.js';
import { rolesOf } from '../mappings/roles.js';
import { templatesOf } from '../mappings/templates.js';
import { Clock } from '../postfix/clock.js';
import { daemons } from '../postfix/daemons/index.js';
import { type EventDocument, toDocument } from '../postfix/document.js';
import { identityOf } from '../postfix/identity.js';
import { neighbours } from '../postfix/neighbours/index.js';
import { Parser } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';
import { BulkWriter } from '../store/elasticsearch/bulk.js';
import { fromIndexed, type IndexedDocument, toIndexed } from '../store/elasticsearch/document.js';
import { eventsIndex, indexNames, mappingVersion } from '../store/elasticsearch/names.js';
import { Operations } from '../store/elasticsearch/operations.js';
import { Patience } from '../store/elasticsearch/patience.js';
import { type SetupStep, setup } from '../store/elasticsearch/setup.js';
import { service } from './services/index.js';

const folder = join(import.meta.dirname, '../mappings');

describe('mappings/', () => {
  const { components, indices } = templatesOf('postscope');

  // Made anew by `npx vitest run test/mappings.test.ts -u`.
  test.each(Object.entries({ ...components }))('the component template %s is as it is checked in', async (name, body) => {
    await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot(join(folder, 'templates', `${name}.component.json`));
  });
  test.each(Object.entries({ ...indices }))('the index template %s is as it is checked in', async (name, body) => {
    await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot(join(folder, 'templates', `${name}.index.json`));
  });
  test.each(Object.entries(rolesOf('postscope')))('the role %s is as it is checked in', async (name, body) => {
    await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot(join(folder, 'roles', `${name}.json`));
  });
  test('nothing else is checked in', () => {
    const names = [
      ...Object.keys(components).map((name) => `${name}.component.json`),
      ...Object.keys(indices).map((name) => `${name}.index.json`),
    ];
    expect(readdirSync(join(folder, 'templates')).sort()).toEqual(names.sort());
  });

  test('have far fewer fields than the 1,000 that an index may have, of types that every Elasticsearch has', () => {
    const types = fieldsOf(components['postscope-events']?.template.mappings?.properties ?? {});
    expect(types.size).toBeLessThan(200);
    expect(new Set(types.values())).toEqual(new Set(['date', 'keyword', 'text', 'long', 'double', 'byte', 'boolean', 'ip', 'flattened']));
    for (const kind of ['messages', 'attempts']) {
      const own = fieldsOf(components[`postscope-${kind}`]?.template.mappings?.properties ?? {});
      expect(own.size).toBeLessThan(100);
      expect(new Set(own.values())).toEqual(new Set(['date', 'keyword', 'long', 'double', 'byte', 'boolean', 'ip', 'object']));
      // What was folded is kept as it is, and none of it is a field.
      expect([...own].filter(([, type]) => type === 'object')).toEqual([['postfix.folded', 'object']]);
    }
  });
});

function fieldsOf(properties: Properties, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, property] of Object.entries(properties)) {
    const { type, properties: own } = property as { readonly type?: string; readonly properties?: Properties };
    if (type !== undefined) found.set(path + name, type);
    else if (own !== undefined) for (const [inner, of] of fieldsOf(own, `${path}${name}.`)) found.set(inner, of);
  }
  return found;
}

const zone = new Zone('Europe/Berlin');
const anchor = Date.parse('2026-11-25T00:00:00Z');

/** Every sample of every pattern, every line of every log, and lines that no server would write. */
function* lines(): Generator<string> {
  for (const [program, groups] of [
    ...Object.entries(daemons).map(([name, groups]) => [`postfix/${name}`, groups] as const),
    ...Object.entries(neighbours),
  ]) {
    for (const { level, samples } of groups.flat()) {
      for (const sample of samples) {
        const queueId = /^(warning|error|fatal|panic): /.test(sample) ? '4233D579836: ' : '';
        yield `Nov 24 02:59:54 mailer ${program}[7]: ${level === undefined ? '' : `${level}: `}${queueId}${sample}`;
      }
    }
  }
  const logs = join(import.meta.dirname, 'logs');
  for (const name of readdirSync(logs))
    yield* readFileSync(join(logs, name, 'maillog'), 'utf8')
      .trimEnd()
      .split('\n');
  yield* hostile;
}

const long = 'x'.repeat(40_000);
const hostile = [
  // A term may have 32,766 bytes.
  `Nov 24 02:59:54 mailer postfix/smtpd[7]: warning: ${long}`,
  `Nov 24 02:59:54 mailer postfix/smtp[7]: 4233D579836: to=<${long}@example.com>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (${long})`,
  `Nov 24 02:59:54 mailer postfix/cleanup[7]: 4233D579836: message-id=<${'ü'.repeat(9000)}@example.com>`,
  // Numbers that no field of an index has.
  'Nov 24 02:59:54 mailer postfix/qmgr[7]: 4233D579836: from=<a@example.com>, size=99999999999999999999999, nrcpt=1 (queue active)',
  'Nov 24 02:59:54 mailer postfix/smtpd[99999999999999999999]: connect from a.example.com[192.0.2.1]',
  'Nov 24 02:59:54 mailer postfix/smtpd[99999999999]: disconnect from a.example.com[192.0.2.1] a.b=1 __proto__=1/2 constructor=3 commands=3',
  'Nov 24 02:59:54 mailer postfix/smtpd[7]: connect from a.example.com[fe80::1]',
  'Nov 24 02:59:54 mailer postfix/smtpd[7]: connect from a.example.com[::ffff:192.0.2.7]',
  'Nov 24 02:59:54 mailer postfix/smtpd[7]: connect from a.example.com[1:2:3:4:5:6:7::]',
  // Times that a date with nanoseconds cannot have.
  '0001-01-01T00:00:00.000001Z mailer postfix/qmgr[7]: 4233D579836: removed',
  '9998-12-31T23:59:59.999999Z mailer postfix/qmgr[7]: 4233D579836: removed',
  'Nov 24 02:59:54 mailer postfix/qmgr[7]: 4233D579836: from=<"a@b c"@EXAMPLE.com>, size=1, nrcpt=1 (queue active)',
];

interface Read {
  readonly id: string;
  readonly time: number;
  readonly document: EventDocument;
  readonly indexed: IndexedDocument;
}

function read(): Read[] {
  const parser = new Parser(new Clock(new Zone('UTC'), () => anchor), 'mailer');
  const seen = new Map<string, number>();
  return [...lines()].map((line, offset) => {
    const kept = keepText(Buffer.from(line, 'utf8').toString('latin1'));
    const event = parser.parse(kept.text);
    if (event === undefined) throw new Error(`no time: ${line}`);
    const ordinal = seen.get(line) ?? 0;
    seen.set(line, ordinal + 1);
    const id = identityOf(event.host, event.time, kept, ordinal);
    const document = () => toDocument(event, kept, { id, path: '/var/log/maillog', offset });
    return { id, time: event.time, document: document(), indexed: toIndexed(document(), event, zone) };
  });
}

test('what is added for the index is taken away again, whatever the line', () => {
  const all = read();
  expect(all.length).toBeGreaterThan(10_000);
  for (const { document, indexed } of all)
    expect(fromIndexed(JSON.parse(JSON.stringify(indexed)))).toEqual(JSON.parse(JSON.stringify(document)));
});

test('hour and weekday are those of the clock on the wall of the host', () => {
  const hourOf = (text: string, name = 'Europe/Berlin') => {
    const parser = new Parser(new Clock(new Zone('UTC'), () => anchor), 'mailer');
    const line = `${text} mailer postfix/qmgr[7]: 4233D579836: removed`;
    const event = parser.parse(line);
    if (event === undefined) throw new Error(line);
    const kept = keepText(line);
    return toIndexed(toDocument(event, kept, { id: 'x', path: 'x', offset: 0 }), event, new Zone(name)).postfix.local_time;
  };
  // 2026-03-29: at 02:00 the clocks of Berlin go to 03:00. It is a Sunday.
  expect(hourOf('2026-03-29T00:59:59Z')).toEqual({ hour: 1, weekday: 7 });
  expect(hourOf('2026-03-29T01:00:00Z')).toEqual({ hour: 3, weekday: 7 });
  expect(hourOf('2026-03-29T21:59:59.999Z')).toEqual({ hour: 23, weekday: 7 });
  expect(hourOf('2026-03-29T22:00:00Z')).toEqual({ hour: 0, weekday: 1 });
  // And from 03:00 back to 02:00.
  expect(hourOf('2026-10-25T00:30:00Z')).toEqual({ hour: 2, weekday: 7 });
  expect(hourOf('2026-10-25T01:30:00Z')).toEqual({ hour: 2, weekday: 7 });
  expect(hourOf('2026-10-25T10:00:00Z', 'Asia/Kathmandu')).toEqual({ hour: 15, weekday: 7 });
  expect(hourOf('1969-12-31T12:00:00Z', 'UTC')).toEqual({ hour: 12, weekday: 3 });
});

const elasticsearch = await service('elasticsearch');
describe.skipIf(elasticsearch.missing !== undefined)('in Elasticsearch', () => {
  const client = new Client({ node: elasticsearch.url ?? 'http://127.0.0.1:1' });
  const prefixes: string[] = [];
  /** A prefix of this test's own. */
  const fresh = () => {
    const prefix = `mappings-${process.pid}-${prefixes.length}`;
    prefixes.push(prefix);
    return prefix;
  };
  afterAll(async () => {
    for (const prefix of prefixes) await removeAll(client, prefix);
    await client.close();
  });
  const kinds = (steps: readonly SetupStep[]) => [...new Set(steps.filter(({ what }) => what !== 'role').map(({ did }) => did))];

  describe('setup', () => {
    test('installs what is needed once, and has nothing to do the second time', async () => {
      const prefix = fresh();
      expect(kinds(await setup(client, { prefix, dryRun: true }))).toEqual(['created']);
      expect(await client.indices.exists({ index: `${prefix}-sources` })).toBe(false);
      expect(kinds(await setup(client, { prefix }))).toEqual(['created']);
      expect(kinds(await setup(client, { prefix }))).toEqual(['nothing']);
      expect(await client.indices.exists({ index: `${prefix}-sources` })).toBe(true);
    });

    test("a template that somebody changed is put right; what it does not know of is the operator's", async () => {
      const prefix = fresh();
      await setup(client, { prefix });
      await client.cluster.putComponentTemplate({
        name: `${prefix}-events@custom`,
        template: { settings: { number_of_replicas: 0, number_of_shards: 2 } },
      });
      const { component_templates: found } = await client.cluster.getComponentTemplate({ name: `${prefix}-events` });
      const changed = found[0]?.component_template;
      if (changed?.template.mappings?.properties === undefined) throw new Error('no mappings');
      delete changed.template.mappings.properties.message;
      const { template, _meta } = changed;
      await client.cluster.putComponentTemplate({ name: `${prefix}-events`, template, ...(_meta === undefined ? {} : { _meta }) });
      const steps = await setup(client, { prefix });
      expect(steps.filter(({ did, what }) => did !== 'nothing' && what !== 'role')).toEqual([
        { what: 'component template', name: `${prefix}-events`, did: 'updated' },
      ]);
      const index = eventsIndex(prefix, anchor);
      await client.indices.create({ index });
      const settings = (await client.indices.getSettings({ index }))[index]?.settings?.index;
      expect(settings).toMatchObject({
        number_of_shards: '2',
        codec: 'best_compression',
        sort: { field: ['@timestamp', 'postfix.micros'] },
      });
    });

    test('an index of an older version gets the fields that were added', async () => {
      const prefix = fresh();
      await setup(client, { prefix });
      const { components } = templatesOf(prefix);
      const body = structuredClone(components[`${prefix}-events`]?.template) as {
        mappings: { properties: Record<string, unknown>; _meta: object };
      };
      // Version 1 refused a line whose process has a number that is none.
      const all: Record<string, unknown> = { ...body.mappings.properties, process: { properties: { pid: { type: 'long' } } } };
      const { tls: _, ...older } = all;
      const index = eventsIndex(prefix, anchor);
      await client.transport.request({ method: 'DELETE', path: `/_index_template/${prefix}-events` });
      await client.transport.request({
        method: 'PUT',
        path: `/${index}`,
        body: { ...body, mappings: { ...body.mappings, properties: older } },
      });
      const steps = await setup(client, { prefix });
      expect(steps.filter(({ what, did }) => what === 'index' && did !== 'nothing')).toEqual([
        { what: 'index', name: index, did: 'updated' },
      ]);
      const mapping = await client.indices.getMapping({ index });
      expect(mapping[index]?.mappings.properties).toHaveProperty('tls');
      expect(mapping[index]?.mappings.properties).toHaveProperty('process.properties.pid.ignore_malformed', true);
      expect(kinds(await setup(client, { prefix }))).toEqual(['nothing']);
    });

    test('an index of an older version that lacks nothing is marked as of this one, as nobody writes into an older one', async () => {
      const prefix = fresh();
      await setup(client, { prefix });
      const index = eventsIndex(prefix, anchor);
      await client.indices.create({ index });
      const version = async () => (await client.indices.getMapping({ index }))[index]?.mappings._meta?.['version'];
      await client.indices.putMapping({ index, _meta: { managed_by: 'postscope', version: mappingVersion - 1 } });
      expect(await version()).toBe(mappingVersion - 1);
      const steps = await setup(client, { prefix });
      expect(steps.filter(({ did, what }) => did !== 'nothing' && what !== 'role')).toEqual([
        { what: 'index', name: index, did: 'updated' },
      ]);
      expect(await version()).toBe(mappingVersion);
    });

    test('what cannot be changed in place is left, with what to do', async () => {
      const prefix = fresh();
      const guessed = eventsIndex(prefix, Date.parse('2026-01-01'));
      await client.index({ index: guessed, document: { message: 'sent before setup' } });
      const other = eventsIndex(prefix, Date.parse('2026-02-01'));
      const { components } = templatesOf(prefix);
      const body = structuredClone(components[`${prefix}-events`]?.template) as { mappings: { properties: Record<string, unknown> } };
      body.mappings.properties.message = { type: 'keyword' };
      await client.transport.request({ method: 'PUT', path: `/${other}`, body });
      const steps = (await setup(client, { prefix })).filter(({ did }) => did === 'left').filter(({ what }) => what === 'index');
      expect(steps).toEqual([
        { what: 'index', name: guessed, did: 'left', advice: expect.stringContaining('made without the template') },
        { what: 'index', name: other, did: 'left', advice: expect.stringMatching(/cannot be changed in place.*reindex it/) },
      ]);
    });

    test("somebody else's template is not touched, unless told to", async () => {
      const prefix = fresh();
      await client.cluster.putComponentTemplate({ name: `${prefix}-sources`, template: { settings: { number_of_shards: 3 } } });
      await expect(setup(client, { prefix })).rejects.toThrow(new RegExp(`the component template '${prefix}-sources'.*--force`));
      expect(await client.indices.existsIndexTemplate({ name: `${prefix}-events` })).toBe(false);
      expect(kinds(await setup(client, { prefix, force: true }))).toEqual(['created', 'updated']);
    });

    test('a newer version is not taken back', async () => {
      const prefix = fresh();
      await setup(client, { prefix });
      const template = { index_patterns: [indexNames(prefix).events], priority: 500, _meta: { managed_by: 'postscope', version: 99 } };
      await client.indices.putIndexTemplate({ name: `${prefix}-events`, ...template });
      await expect(setup(client, { prefix })).rejects.toMatchObject({ code: 'newer_version' });
    });

    test('a prefix that no index can have is refused', async () => {
      await expect(setup(client, { prefix: 'Post Scope' })).rejects.toThrow(/small letters/);
    });
  });

  describe('every document', () => {
    const prefix = fresh();
    const all = read();
    beforeAll(async () => {
      await setup(client, { prefix });
      const bulk = new BulkWriter(new Patience(client));
      for (let i = 0; i < all.length; i += 2000) {
        const operations = new Operations(Operations.bufferFor(2 << 20));
        for (const { id, time, indexed } of all.slice(i, i + 2000)) {
          operations.add(JSON.stringify({ create: { _index: eventsIndex(prefix, time), _id: id } }), JSON.stringify(indexed));
        }
        const { refused } = await bulk.write(operations);
        expect([...refused.values()]).toEqual([]);
      }
      await client.indices.refresh({ index: `${prefix}-*` });
    });
    const count = async (query: object) => (await client.count({ index: `${prefix}-events-*`, query })).count;

    test('is taken, and read as it was', async () => {
      expect(await count({ match_all: {} })).toBe(all.length);
      const found = await client.mget<IndexedDocument>({
        docs: all.map(({ id, time }) => ({ _index: eventsIndex(prefix, time), _id: id })),
      });
      for (const [i, { document }] of all.entries()) {
        const doc = found.docs[i];
        if (doc === undefined || !('_source' in doc) || doc._source === undefined)
          throw new Error(`${document.event.original} is not there`);
        expect(fromIndexed(doc._source)).toEqual(JSON.parse(JSON.stringify(document)));
      }
    });

    test('of another field is refused', async () => {
      const document = { '@timestamp': '2026-11-24T00:00:00Z', colour: 'red' };
      await expect(client.index({ index: eventsIndex(prefix, anchor), document })).rejects.toThrow(/strict_dynamic_mapping_exception/);
    });

    test('is found by an address, by what is in front of the @ and by what is behind it, in any case', async () => {
      const sender = 'email.from.address';
      const whole = all.filter(({ document }) => document.email?.from?.address?.toLowerCase() === '"a@b c"@example.com').length;
      expect(whole).toBe(1);
      expect(await count({ term: { [sender]: '"A@B c"@example.COM' } })).toBe(1);
      expect(
        await count({
          bool: { filter: [{ term: { 'postfix.domain.sender': 'Example.Com' } }, { term: { 'postfix.local_part.sender': '"A@b C"' } }] },
        }),
      ).toBe(1);
    });

    test('is found by its words and phrases, also those of the whole line', async () => {
      const message = all.filter(({ document }) =>
        /conversation with .* timed out while sending end of data/.test(document.message),
      ).length;
      expect(message).toBeGreaterThan(0);
      expect(await count({ match_phrase: { message: 'timed out while sending end of data' } })).toBeGreaterThanOrEqual(message);
      expect(await count({ match: { 'event.original': '9998' } })).toBe(1);
    });

    test('is in the order of its microseconds', async () => {
      const { hits } = await client.search<IndexedDocument>({
        index: `${prefix}-events-*`,
        sort: [{ '@timestamp': 'desc' }, { 'postfix.micros': 'desc' }],
        query: { range: { '@timestamp': { gte: '2026-01-01', lt: '2027-01-01' } } },
        size: 5000,
        _source: ['postfix.micros'],
      });
      const micros = hits.hits.map(({ _source }) => _source?.postfix.micros ?? 0);
      expect(micros.length).toBeGreaterThan(1000);
      expect(micros).toEqual([...micros].sort((a, b) => b - a));
    });

    test('that has a value no field can have is found by its other fields', async () => {
      expect(
        await count({ bool: { filter: [{ exists: { field: '_ignored' } }, { term: { 'email.local_id': '4233D579836' } }] } }),
      ).toBeGreaterThanOrEqual(3);
    });
  });
});

async function removeAll(client: Client, prefix: string): Promise<void> {
  const answer = await client.indices.get({ index: `${prefix}-*` });
  for (const index of Object.keys(answer)) await client.indices.delete({ index });
  await client.indices.deleteIndexTemplate({ name: `${prefix}-*` }, { ignore: [404] });
  await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` }, { ignore: [404] });
}
