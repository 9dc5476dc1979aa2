/**
 * Messages and attempts in Elasticsearch: what is written of a fold is taken as it is, and every question is answered as plain loops
 * over the fold answer it (reference_answers.ts).
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attemptDerivedSchema, deliverySchema, messageDerivedSchema } from '../mappings/schemas.js';
import { Clock } from '../postfix/clock.js';
import { toDocument } from '../postfix/document.js';
import { identityOf, Ordinals } from '../postfix/identity.js';
import { type Fact, factOf } from '../postfix/message/fact.js';
import { processKey, queueKey } from '../postfix/message/keys.js';
import { states } from '../postfix/message/message.js';
import { attemptDocumentSchema, messageDocumentSchema } from '../postfix/message/schema.js';
import { Parser } from '../postfix/parse.js';
import { kinds } from '../postfix/reason.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';
import { Asked, type PageSizes } from '../store/elasticsearch/asked.js';
import { BulkWriter } from '../store/elasticsearch/bulk.js';
import { localTime, toIndexed } from '../store/elasticsearch/document.js';
import { type PlacedFold, placed, toIndexedMessage } from '../store/elasticsearch/message_document.js';
import { eventsIndex, indexNames } from '../store/elasticsearch/names.js';
import { Operations } from '../store/elasticsearch/operations.js';
import { Patience } from '../store/elasticsearch/patience.js';
import { ElasticsearchReader } from '../store/elasticsearch/reader.js';
import { setup } from '../store/elasticsearch/setup.js';
import type { AttemptQuery, MessageQuery, MessageReader } from '../store/message_port.js';
import type { Interval } from '../store/port.js';
import { ReferenceAnswers } from './reference_answers.js';
import { service } from './services/index.js';

const logs = join(import.meta.dirname, 'logs');
const zone = new Zone('Europe/Berlin');
const anchor = Date.parse('2026-12-31T00:00:00Z');

const long = 'x'.repeat(40_000);
const head = (time: string, program: string) => `2026-11-26T${time}Z hostile postfix/${program}[9]: `;
/** Names that an outsider chose: quotes, wildcards, what queries are written in, other alphabets, and what is longer than a term. */
const hostileIds = ['a"b\\*?', '{"query":{"match_all":{}}}', 'a AND b:[* TO *]', "') OR 1=1 --", 'Ünï©øde@ΣΙΣΥΦΟΣ', `${long}@example.com`];
const hostile = [
  ...hostileIds.flatMap((id, i) => {
    const queueId = `4233D57980${i}`;
    const to = `to=<"${i}*?\\"q"@${i === 5 ? long : 'Example.ORG'}>`;
    return [
      `${head('03:00:00.000001', 'smtpd')}${queueId}: client=evil*.example.net[192.0.2.${i}], sasl_method=LOGIN, sasl_username=a"b*${i}`,
      `${head('03:00:00.000002', 'cleanup')}${queueId}: message-id=<${id}>`,
      `${head('03:00:00.000003', 'qmgr')}${queueId}: from=<${i === 4 ? 'Ä*' : i}@Évil.example>, size=${i + 1}000, nrcpt=1 (queue active)`,
      `${head('03:00:01.5', 'smtp')}${queueId}: ${to}, relay=relay${i}*.example.com[198.51.100.${i}]:25, delay=9.87654321, delays=0.1/0/5/0.1, dsn=4.4.1, status=deferred (${long})`,
    ];
  }),
  // One message that is tried again and again, in two hours of the day, by either count of them.
  ...['04:10:00', '04:20:00', '04:50:00', '05:10:00'].map(
    (time) =>
      `${head(time, 'smtp')}4233D579830: to=<a@b.example>, relay=retry.example.com[198.51.100.9]:25, delay=9, delays=0.1/0/5/0.1, dsn=4.4.1, status=deferred (host retry.example.com[198.51.100.9] said: 451 4.3.0 later (in reply to RCPT TO command))`,
  ),
  // Numbers that no field has, in a year of their own.
  '2025-01-01T00:00:00Z hostile postfix/qmgr[9]: 4233D57981F: from=<>, size=99999999999999999999999, nrcpt=99999999999999999999999 (queue active)',
  '2025-01-01T00:00:01Z hostile postfix/smtp[99999999999999999999]: 4233D57981F: to=<a@b.example>, relay=a[192.0.2.1]:99999999999999999999, delay=99999999999999999, delays=99999999999999999/0/99999999999999999/0, dsn=4.4.1, status=deferred (x)',
  // Before it is queued, a message ends.
  `${head('03:00:03', 'smtpd')}4233D579820: client=a.example.net[192.0.2.9]`,
  `${head('03:00:04', 'cleanup')}4233D579820: milter-reject: END-OF-MESSAGE from a.example.net[192.0.2.9]: 5.7.1 no; from=<> to=<a@b.example> proto=ESMTP helo=<x>`,
];

interface Written {
  readonly facts: readonly Fact[];
  /** Action and document of each line. */
  readonly events: readonly (readonly [action: string, document: string])[];
}

/** Every line of every log, and the hostile ones, as a worker reads them. */
function read(prefix: string): Written {
  const parser = new Parser(new Clock(new Zone('UTC'), () => anchor));
  const ordinals = new Ordinals();
  const facts: Fact[] = [];
  const events: [string, string][] = [];
  const logged = readdirSync(logs).map(
    (name) =>
      [
        name,
        readFileSync(join(logs, name, 'maillog'), 'utf8')
          .trimEnd()
          .split('\n'),
      ] as const,
  );
  for (const [name, lines] of [...logged, ['hostile', hostile] as const]) {
    for (const [offset, line] of lines.entries()) {
      const kept = keepText(Buffer.from(line, 'utf8').toString('latin1'));
      const event = parser.parse(kept.text);
      if (event === undefined) throw new Error(`no time: ${line}`);
      const id = identityOf(event.host, event.time, kept, ordinals.nextText(kept.text));
      const place = { path: `/var/log/${name}`, offset };
      const fact = factOf(event, id, place);
      if (fact !== undefined) facts.push(fact);
      const document = toIndexed(toDocument(event, kept, { id, ...place }), event, zone);
      events.push([JSON.stringify({ create: { _index: eventsIndex(prefix, event.time), _id: id } }), JSON.stringify(document)]);
    }
  }
  return { facts, events };
}

/** Not so that year's whose numbers no field has. */
const isCountable = (document: { readonly '@timestamp': string }) => !document['@timestamp'].startsWith('2025');

const documentsOf = ({ messages, attempts, deliveries }: PlacedFold) => [...messages, ...attempts, ...deliveries];

const prefix = `messages-${randomBytes(4).toString('hex')}`;
const { facts, events } = read(prefix);
const reference = new ReferenceAnswers(facts);
const fold = placed(prefix, reference.folded, () => zone);
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

describe('what is written', () => {
  test('is what its schemas say', () => {
    for (const { document } of fold.messages) {
      const { micros, left, local_time, local_part, domain, orig_to, resent_message_id, relay, recipients, in_micros, ...postfix } =
        document.postfix;
      const derived = { micros, left, local_time, local_part, domain, orig_to, resent_message_id, relay, recipients, in_micros };
      messageDerivedSchema.parse(plain({ postfix: derived }));
      if (isCountable(document)) messageDocumentSchema.parse(plain({ ...document, postfix }));
    }
    for (const { document } of fold.attempts) {
      const { micros, local_time, relay, in_micros, alone, ...postfix } = document.postfix;
      attemptDerivedSchema.parse(plain({ postfix: { micros, local_time, relay, in_micros, alone } }));
      if (isCountable(document)) attemptDocumentSchema.parse(plain({ ...document, postfix }));
    }
    for (const { document } of fold.deliveries) if (isCountable(document)) deliverySchema.parse(plain(document));
  });

  test('has an identity of its own in its index', () => {
    const names = documentsOf(fold).map(({ index, id }) => `${index} ${id}`);
    expect(new Set(names).size).toBe(names.length);
    expect(fold.deliveries.length).toBeGreaterThan(500);
  });

  test('has the hour of day of its host, where the zone is known', () => {
    const [message] = reference.folded.messages;
    if (message === undefined) throw new Error('no messages');
    expect(toIndexedMessage(message, zone).postfix.local_time).toEqual(localTime(message.arrival ?? message.firstLine, zone));
    expect(toIndexedMessage(message, undefined).postfix).not.toHaveProperty('local_time');
  });
});

const { url, missing } = await service('elasticsearch');
describe.skipIf(missing !== undefined)('in Elasticsearch', () => {
  const client = new Client({ node: url ?? 'http://127.0.0.1:1' });
  const asked = (pages?: PageSizes) => new ElasticsearchReader(new Asked(client, indexNames(prefix), url ?? '', pages));
  const usual = asked();
  /** Asked for little at a time. */
  const small = asked({ groups: 7, lines: 5 });

  beforeAll(async () => {
    await setup(client, { prefix });
    const bulk = new BulkWriter(new Patience(client));
    const all = [
      ...events,
      ...documentsOf(fold).map(
        ({ index, id, document }) => [JSON.stringify({ index: { _index: index, _id: id } }), JSON.stringify(document)] as const,
      ),
    ];
    for (let i = 0; i < all.length; i += 2000) {
      const operations = new Operations(Operations.bufferFor(2 << 20));
      for (const [action, document] of all.slice(i, i + 2000)) operations.add(action, document);
      expect([...(await bulk.write(operations)).refused.values()]).toEqual([]);
    }
    await client.indices.refresh({ index: `${prefix}-*` });
  });
  afterAll(async () => {
    const made = Object.keys(await client.indices.get({ index: `${prefix}-*`, features: 'aliases' }));
    if (made.length > 0) await client.indices.delete({ index: made });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-*` }, { ignore: [404] });
    await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` }, { ignore: [404] });
    await client.close();
  });

  async function same<T>(ask: (reader: MessageReader) => Promise<T>): Promise<T> {
    const wanted = plain(await ask(reference));
    expect(plain(await ask(usual))).toEqual(wanted);
    return wanted;
  }

  test('every message and every attempt is read as it was folded, page by page', async () => {
    for (const reader of [usual, small]) {
      const messages = await allPages((after) =>
        reader.messages({ limit: 50, ...after }).then(({ messages: page, next }) => ({ page, next })),
      );
      expect(messages).toEqual(plain((await reference.messages({ limit: 100_000 })).messages));
      const attempts = await allPages((after) =>
        reader.attempts({ limit: 50, ...after }).then(({ attempts: page, next }) => ({ page, next })),
      );
      expect(attempts).toEqual(plain((await reference.attempts({ limit: 100_000 })).attempts));
    }
  });

  const noon = Date.parse('2026-11-24T12:00:00Z');
  const somePeriod = () => {
    const times = reference.folded.messages.map(({ arrival, firstLine }) => arrival ?? firstLine).sort((a, b) => a - b);
    return { since: times[Math.floor(times.length / 4)] ?? noon, until: times[Math.floor((times.length * 3) / 4)] ?? noon };
  };

  const some = [
    ['minute', 'UTC'],
    ['hour', 'UTC'],
    ['hour', 'Asia/Kathmandu'],
    ['day', 'America/St_Johns'],
    ['week', 'Europe/Berlin'],
    ['month', 'UTC'],
  ] as const satisfies readonly (readonly [Interval, string])[];
  test.each(some)('what is counted by %s of %s is what plain loops count', async (by, name) => {
    const period = somePeriod();
    for (const scope of [{ since: Date.parse('2026-01-01') }, period, { host: 'HOSTILE', since: period.since }, { host: 'nobody' }]) {
      const question = { by, zone: name, ...scope };
      for (const reader of name === 'Asia/Kathmandu' ? [usual, small] : [usual]) {
        expect(plain(await reader.tries(question))).toEqual(plain(await reference.tries(question)));
        expect(plain(await reader.rests(question))).toEqual(plain(await reference.rests(question)));
        expect(plain(await reader.messageCounts(question))).toEqual(plain(await reference.messageCounts(question)));
      }
    }
  });

  test('messages with numbers that no field has are counted as the most that there can be, or without these', async () => {
    const until = Date.parse('2026-01-01');
    expect(await usual.messageCounts({ by: 'day', zone: 'UTC', until })).toEqual([
      {
        bucket: Date.parse('2025-01-01'),
        state: 'deferred',
        count: 1,
        incomplete: 1,
        possiblyDoubled: 0,
        recipients: 9e15,
        bytes: 0,
        seconds: 9e9,
      },
    ]);
    await same((reader) => reader.messages({ until, limit: 10 }));
    await same((reader) => reader.attempts({ until, limit: 10 }));
  });

  test('tries are counted of some kinds, and of some relays', async () => {
    const question = { by: 'day', zone: 'UTC', since: Date.parse('2026-01-01') } as const;
    const relays = [...new Set((await usual.tries(question)).map(({ relay }) => relay.host))];
    const few = ['conversation_timeout', 'lost_connection'] as const;
    expect(relays.length).toBeGreaterThan(3);
    for (const relay of [...relays, 'none', 'relay?', '*']) await same((reader) => reader.tries({ ...question, relays: [relay] }));
    for (const kind of kinds) await same((reader) => reader.tries({ ...question, kinds: [kind] }));
    await same((reader) => reader.tries({ ...question, kinds: few, relays }));
    expect(await usual.tries({ ...question, kinds: [] })).toEqual([]);
  });

  test('of messages with several attempts that are alike, each is counted once', async () => {
    const ofOne = async (by: Interval, name: string) =>
      (await usual.tries({ by, zone: name, relays: ['retry.example.com'] })).map(({ messages, count }) => [messages, count]);
    expect(await ofOne('hour', 'UTC')).toEqual([
      [1, 3],
      [1, 1],
    ]);
    expect(await ofOne('hour', 'Asia/Kathmandu')).toEqual([
      [1, 1],
      [1, 3],
    ]);
    expect(await ofOne('day', 'UTC')).toEqual([[1, 4]]);
  });

  const manyMessageQueries = (): readonly Omit<MessageQuery, 'limit'>[] => {
    const messages = reference.folded.messages.filter((_, i) => i % 151 === 0);
    const relays = ['relay101', 'RELAYA4', 'relay101.example.net', 'relay', '10.50.0.104', '127.0.0.1', 'none', 'local'];
    return [
      ...messages.flatMap(({ id, queueId, messageId, sender, recipients, client, removal, lastLine }): Omit<MessageQuery, 'limit'>[] => [
        { ids: [id] },
        { queueIds: [queueId.toLowerCase()] },
        ...(messageId === undefined ? [] : [{ messageIds: [`<${messageId.toUpperCase()}>`] }]),
        ...(sender === undefined ? [] : [{ from: sender.toUpperCase() }]),
        ...(recipients[0] === undefined ? [] : [{ to: recipients[0].address }, { to: recipients[0].address.replace(/@.*/, '@') }]),
        ...(client?.host === undefined ? [] : [{ client: client.host }]),
        ...(client?.ip === undefined ? [] : [{ client: client.ip }]),
        { queuedAt: [(removal ?? lastLine) - 1] },
        { queuedAt: [removal ?? lastLine], host: 'mailer' },
      ]),
      ...relays.map((relay) => ({ relay })),
      ...states.map((state) => ({ states: [state] })),
      { states: ['deferred', 'queued'], host: 'MAILER' },
      { ids: [] },
      { queueIds: [] },
      { ids: reference.folded.messages.map(({ id }) => id) },
      { queueIds: reference.folded.messages.map(({ queueId }) => queueId) },
      { messageIds: reference.folded.messages.flatMap(({ messageId }) => messageId ?? []) },
      { from: '' },
      { from: '@' },
      { to: '@example.org' },
      { domain: 'EXAMPLE.org' },
      { lateOver: 0 },
      { lateOver: 30 },
      { possiblyDoubled: true },
      { possiblyDoubled: true, ...somePeriod() },
      { queuedAt: [noon] },
      { queuedAt: [0, noon, noon + 60_000] },
      { queuedAt: [0] },
      { queuedAt: [] },
    ];
  };

  test('messages are found by whatever is asked of them', async () => {
    let found = 0;
    for (const query of manyMessageQueries()) {
      const { messages } = await same((reader) => reader.messages({ ...query, limit: 10_000 }));
      if (messages.length > 0) found++;
    }
    expect(found).toBeGreaterThan(40);
  });

  test('attempts are found by whatever is asked of them', async () => {
    const some = reference.folded.attempts.filter((_, i) => i % 61 === 0);
    const queries: Omit<AttemptQuery, 'limit'>[] = [
      ...some.flatMap(({ message, queueId }) => [
        ...(message === undefined ? [] : [{ messages: [message] }]),
        ...(queueId === undefined ? [] : [{ queueId: queueId.toLowerCase() }]),
      ]),
      { messages: [] },
      { messages: reference.folded.messages.map(({ id }) => id) },
      ...['relay101', 'RELAYA4.example.net', '10.50.0.104', 'none'].map((relay) => ({ relay })),
      ...kinds.map((kind) => ({ kinds: [kind] })),
      { outcomes: ['partly'] },
      { outcomes: ['sent', 'failed'], ...somePeriod() },
      { outcomes: ['failed'], host: 'Hostile' },
    ];
    for (const query of queries) {
      await same((reader) => reader.attempts({ ...query, limit: 10_000 }));
      await same((reader) => reader.attempts({ ...query, withMessages: true, limit: 10_000 }));
    }
  });

  test('what an outsider chose is found as it is, and as nothing else', async () => {
    for (const [i, id] of hostileIds.entries()) {
      const ofThis = async (query: Omit<MessageQuery, 'limit'>) =>
        (await same((reader) => reader.messages({ ...query, limit: 100 }))).messages;
      expect((await ofThis({ messageIds: [id] })).map(({ queueId }) => queueId)).toEqual([`4233D57980${i}`]);
      expect((await ofThis({ messageIds: hostileIds })).length).toBe(hostileIds.length);
      expect((await ofThis({ client: `A"B*${i}` })).length).toBe(1);
      expect((await ofThis({ from: `${i === 4 ? 'ä*' : i}@ÉVIL.example` })).length).toBe(1);
      const to = `"${i}*?\\"q"@${i === 5 ? long : 'Example.ORG'}`;
      expect((await ofThis({ to })).length).toBe(1);
      expect((await ofThis({ to: to.slice(0, to.lastIndexOf('@') + 1) })).length).toBe(1);
      expect((await ofThis({ relay: `relay${i}*` })).length).toBe(1);
    }
    for (const value of [
      '*',
      '?',
      '"',
      '\\',
      '{',
      long.slice(1),
      ...['x', '*', 'ü'].map((one) => one.repeat(8191)),
      '@*',
      '*@',
      'ÿ',
      '[a TO *]',
    ]) {
      for (const name of ['from', 'to', 'domain', 'client', 'relay'] as const)
        await same((reader) => reader.messages({ [name]: value, limit: 100 }));
      for (const name of ['ids', 'queueIds', 'messageIds'] as const)
        await same((reader) => reader.messages({ [name]: [value], limit: 100 }));
      await same((reader) => reader.attempts({ relay: value, limit: 100 }));
      await same((reader) => reader.attempts({ queueId: value, messages: [value], limit: 100 }));
    }
  });

  test('a cursor that is none is refused', async () => {
    await expect(usual.messages({ limit: 1, after: 'x' })).rejects.toThrow(RangeError);
    await expect(usual.attempts({ limit: 1, after: Buffer.from('[1]').toString('base64url') })).rejects.toThrow(RangeError);
  });

  test('facts are those of the messages and processes that are asked for', async () => {
    const sorted = (found: readonly Fact[]) => [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
    const queues = [...new Set(reference.folded.messages.map(({ host, queueId }) => queueKey(host, queueId)))];
    const processes = reference.given
      .filter(({ pid }, i) => pid !== undefined && i % 9 === 0)
      .map(({ host, program, pid, time }) => ({ key: processKey(host, program, pid as number), from: time - 1000, to: time }));
    const questions = [
      { queues: [], processes: [] },
      { queues: queues.slice(0, 1), processes: [] },
      { queues, processes: [] },
      { queues: [], processes: processes.slice(0, 1) },
      { queues: ['mailer 4233D5798', '* *', `${long} ${long}`, 'nothing'], processes: [{ key: 'nobody', from: 0, to: 1 }] },
      { queues: queues.slice(0, 30), processes },
    ];
    expect(processes.length).toBeGreaterThan(250);
    for (const question of questions) {
      const wanted = sorted(await reference.facts(question));
      for (const reader of [usual, asked({ groups: 7, lines: 150 })]) expect(sorted(await reader.facts(question))).toEqual(wanted);
    }
  });

  test('where nothing is stored, nothing is found', async () => {
    const reader = new ElasticsearchReader(new Asked(client, indexNames(`${prefix}-none`), url ?? ''));
    expect(await reader.messages({ limit: 10 })).toEqual({ messages: [] });
    expect(await reader.attempts({ limit: 10 })).toEqual({ attempts: [] });
    for (const ask of ['tries', 'rests', 'messageCounts'] as const) expect(await reader[ask]({ by: 'day', zone: 'UTC' })).toEqual([]);
    expect(await reader.facts({ queues: ['mailer 4233D579800'], processes: [] })).toEqual([]);
  });
});

async function allPages<T>(
  ask: (after: { readonly after?: string }) => Promise<{ readonly page: readonly T[]; readonly next: string | undefined }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let after: string | undefined; ; ) {
    const { page, next } = await ask(after === undefined ? {} : { after });
    found.push(...page);
    if (next === undefined) return found;
    after = next;
  }
}
