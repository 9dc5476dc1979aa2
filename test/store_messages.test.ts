/**
 * A store's messages and attempts are those of the fold, however its lines came in and however often its passes were broken off; and
 * its answers are those that plain loops over them give.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import { Clock } from '../postfix/clock.js';
import { identityOf, Ordinals } from '../postfix/identity.js';
import type { Attempt } from '../postfix/message/attempt.js';
import { type Fact, factOf, type Relay } from '../postfix/message/fact.js';
import { processKey, queueKey } from '../postfix/message/keys.js';
import type { Message, Recipient } from '../postfix/message/message.js';
import type { Question } from '../postfix/message/refold.js';
import { Parser } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';
import { openDuckDBReader, openDuckDBWriter } from '../store/duckdb/index.js';
import { StoredFacts } from '../store/duckdb/stored_facts.js';
import type { AttemptQuery, FoldReceipt, MessageQuery, MessageReader, MessageWriter, TriesQuestion } from '../store/message_port.js';
import type { Reader, Writer } from '../store/port.js';
import { ReferenceAnswers } from './reference_answers.js';
import { Workshop } from './workshop.js';

const logs = join(import.meta.dirname, 'logs');
const names = readdirSync(logs);
/** A character a byte. */
const textOf = (name: string) => readFileSync(join(logs, name, 'maillog'), 'latin1');
const now = Date.parse('2026-12-31T00:00:00Z');

/** The facts of files, as they are stored. */
function factsOf(files: Readonly<Record<string, string>>): Fact[] {
  const facts: Fact[] = [];
  for (const [path, text] of Object.entries(files)) {
    const parser = new Parser(new Clock(new Zone('UTC'), () => now));
    const ordinals = new Ordinals();
    let offset = 0;
    for (const line of text.trimEnd().split('\n')) {
      const kept = keepText(line);
      const event = parser.parse(kept.text);
      if (event === undefined) throw new Error(`no time: ${line}`);
      const fact = factOf(event, identityOf(event.host, event.time, kept, ordinals.nextText(line)), { path, offset });
      if (fact !== undefined) facts.push(fact);
      offset += line.length + 1;
    }
  }
  return facts;
}

const referenceOf = (files: Readonly<Record<string, string>>) => new ReferenceAnswers(factsOf(files));

/** An embedded store in a folder of its own. */
class Rig {
  readonly workshop = new Workshop();

  /** @param fewLines above it, a fold is a pass in order of time @param foldsLive messages are made of lines as they come */
  constructor(
    private readonly fewLines: number,
    private readonly foldsLive = false,
  ) {}

  async write<T>(work: (store: Writer & MessageReader & MessageWriter) => Promise<T>): Promise<T> {
    const { fewLines, foldsLive } = this;
    const store = await openDuckDBWriter({ path: this.workshop.store, fewLines, foldsLive, linesAtOnce: 60, commitMessages: 5 });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  async read<T>(ask: (reader: Reader) => Promise<T>): Promise<T> {
    const reader = await openDuckDBReader({ path: this.workshop.store });
    try {
      return await ask(reader);
    } finally {
      await reader.close();
    }
  }

  /** Imports files, and folds. */
  async import(files: Readonly<Record<string, string>>, isFolded = true, commitLines = 200_000): Promise<FoldReceipt | undefined> {
    for (const [name, text] of Object.entries(files)) this.workshop.write(name, Buffer.from(text, 'latin1'), now);
    const named = await expand(Object.keys(files), this.workshop.folder);
    return this.write(async (store) => {
      const { unusable } = await importFiles({ named, store, zone: new Zone('UTC'), defaultHost: 'localhost', now, commitLines });
      expect(unusable).toEqual([]);
      return isFolded ? store.fold() : undefined;
    });
  }

  remove(): void {
    this.workshop.remove();
  }
}

async function allMessages(reader: MessageReader, query: Omit<MessageQuery, 'limit' | 'after'> = {}, limit = 1000): Promise<Message[]> {
  const found: Message[] = [];
  for (let after: string | undefined; ; ) {
    const { messages, next } = await reader.messages({ ...query, limit, ...(after === undefined ? {} : { after }) });
    found.push(...messages);
    if (next === undefined) return found;
    expect(messages).toHaveLength(limit);
    after = next;
  }
}

async function allAttempts(reader: MessageReader, query: Omit<AttemptQuery, 'limit' | 'after'> = {}, limit = 1000): Promise<Attempt[]> {
  const found: Attempt[] = [];
  for (let after: string | undefined; ; ) {
    const { attempts, next } = await reader.attempts({ ...query, limit, ...(after === undefined ? {} : { after }) });
    found.push(...attempts);
    if (next === undefined) return found;
    expect(attempts).toHaveLength(limit);
    after = next;
  }
}

const json = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();

async function expectFolded(rig: Rig, reference: ReferenceAnswers): Promise<void> {
  await rig.read(async (reader) => {
    expect(await reader.unfolded()).toBe(0);
    expect(json(await allMessages(reader))).toEqual(json(reference.folded.messages));
    expect(json(await allAttempts(reader))).toEqual(json(reference.folded.attempts));
  });
}

for (const [way, fewLines, foldsLive] of [
  ['asked for', 1_000_000, false],
  ['read in order of time', 0, false],
  ['folded as it comes, or asked for', 1_000_000, true],
] as const) {
  describe(`what new lines change is ${way}`, () => {
    let rig: Rig;
    beforeEach(() => {
      rig = new Rig(fewLines, foldsLive);
    });
    afterEach(() => rig.remove());

    for (const name of names) {
      const text = textOf(name);
      const all = text.trimEnd().split('\n');
      // Equal lines in one second of two files could be the same line.
      let half = Math.floor(all.length / 2);
      while (all[half]?.slice(0, 19) === all[half - 1]?.slice(0, 19)) half++;
      const first = `${all.slice(0, half).join('\n')}\n`;
      const second = `${all.slice(half).join('\n')}\n`;

      const reference = referenceOf({ maillog: text });

      test(`the log '${name}', at once`, async () => {
        const receipt = await rig.import({ maillog: text });
        expect(receipt).toMatchObject({ lines: all.length, messages: reference.folded.messages.length });
        await expectFolded(rig, reference);
        expect(await rig.write((store) => store.fold())).toEqual({ lines: 0, messages: 0, attempts: 0 });
      });

      if (!['daemons', 'faults', 'incident', 'longids'].includes(name)) continue;
      test(`the log '${name}', in halves, the older one first, and each twice`, async () => {
        await rig.import({ 'a.log': first });
        await rig.import({ 'b.log': second });
        await rig.import({ 'c.log': first, 'd.log': second });
        await expectFolded(rig, referenceOf({ 'a.log': first, 'b.log': second }));
      });

      test(`the log '${name}', in halves, the younger one first`, async () => {
        await rig.import({ 'b.log': second });
        await rig.import({ 'a.log': first });
        await expectFolded(rig, referenceOf({ 'a.log': first, 'b.log': second }));
      });
    }
  });
}

test.each([0, 1_000_000])('passes that are broken off before each of their commits, with up to %i lines asked for', async (fewLines) => {
  const rig = new Rig(fewLines);
  try {
    const all = textOf('faults').trimEnd().split('\n');
    const parts = [0, 1, 2].map((part) => `${all.filter((_, i) => Math.floor(i / 150) % 3 === part).join('\n')}\n`);
    const files = Object.fromEntries(parts.map((part, i) => [`${i}.log`, part]));
    let broken = 0;
    for (const name of Object.keys(files).reverse()) {
      await rig.import({ [name]: files[name] as string }, false);
      for (let after = 0; ; after++) {
        const isDone = await rig.write(async (store) => {
          dieAtCommit(store, after);
          return store.fold().then(
            () => true,
            (error) => {
              expect(String(error)).toContain('killed');
              return false;
            },
          );
        });
        if (isDone) break;
        broken++;
        // Who reads meanwhile is answered.
        await rig.read((reader) => reader.messages({ limit: 10 }));
      }
    }
    expect(broken).toBeGreaterThan(2);
    await expectFolded(rig, referenceOf(files));
  } finally {
    rig.remove();
  }
});

describe('lines that are folded as they come', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig(0, true);
  });
  afterEach(() => rig.remove());

  const text = textOf('faults');
  const lines = text.trimEnd().split('\n');

  /** Passes over stored lines, which there are none of where all were folded as they came. */
  const passesOverLines = async (files: Readonly<Record<string, string>>, commitLines?: number) => {
    const read = vi.spyOn(StoredFacts.prototype, 'read');
    try {
      await rig.import(files, true, commitLines);
      return read.mock.calls.filter(([, options]) => options?.order !== undefined).length;
    } finally {
      read.mockRestore();
    }
  };

  test('are not read again, in however many commits they came', async () => {
    expect(await passesOverLines({ maillog: text }, 1)).toBe(0);
    await expectFolded(rig, referenceOf({ maillog: text }));
  });

  test('may be of several files and hosts, one after the other', async () => {
    const files = { 'a.log': text, 'b.log': text.replaceAll(' mailer ', ' other ') };
    expect(await passesOverLines(files)).toBe(0);
    await expectFolded(rig, referenceOf(files));
  });

  test('may be out of order by some seconds', async () => {
    const shuffled = lines.flatMap((_, i) => (i % 2 === 0 ? [lines[i + 1], lines[i]] : [])).filter((line) => line !== undefined);
    const files = { maillog: `${shuffled.join('\n')}\n` };
    await passesOverLines(files);
    await expectFolded(rig, referenceOf(files));
  });

  test('are read again where they come too late', async () => {
    const part = (of: number) => `${lines.filter((_, i) => Math.floor(i / 150) % 2 === of).join('\n')}\n`;
    const files = { 'a.log': part(0), 'b.log': part(1) };
    expect(await passesOverLines(files, 1)).toBeGreaterThan(0);
    await expectFolded(rig, referenceOf(files));
  });

  test('are read again where some are copies', async () => {
    const half = `${lines.slice(0, 400).join('\n')}\n`;
    expect(await passesOverLines({ 'a.log': half, 'b.log': text }, 1)).toBeGreaterThan(0);
    await expectFolded(rig, referenceOf({ maillog: text }));
  });

  test('are read again after a process that did not come to the end of it', async () => {
    await rig.import({ maillog: text }, false, 1);
    expect(await passesOverLines({})).toBeGreaterThan(0);
    await expectFolded(rig, referenceOf({ maillog: text }));
  });
});

/** What is left is what a process leaves that is killed there: DuckDB takes back what was not committed. */
function dieAtCommit(store: Writer, after: number): void {
  const { connection } = (store as unknown as { store: { connection: { run(sql: string): Promise<unknown> } } }).store;
  const run = connection.run.bind(connection);
  let commits = 0;
  connection.run = (sql) => (sql === 'COMMIT' && ++commits > after ? Promise.reject(new Error('killed')) : run(sql));
}

describe('answers', () => {
  const rig = new Rig(1_000_000);
  const files = { 'a.log': textOf('incident'), 'b.log': textOf('daemons').replaceAll(' mailer ', ' other ') };
  const reference = referenceOf(files);
  const { messages, attempts } = reference.folded;
  beforeAll(() => rig.import(files));
  afterAll(() => rig.remove());

  const middle = messages.map(({ firstLine }) => firstLine).sort((a, b) => a - b)[Math.floor(messages.length / 2)] as number;
  const deferred = messages.find(({ state, client }) => state === 'sent' && client !== undefined) as Message;
  const notice = messages.find(({ sender }) => sender === '') as Message;
  const aliased = messages.flatMap(({ recipients }) => recipients).find(({ origTo }) => origTo?.includes('@')) as Recipient;
  const relay = attempts.find((attempt) => attempt.relay?.ip !== undefined)?.relay as Relay;

  const messageQueries: readonly Omit<MessageQuery, 'limit'>[] = [
    {},
    { host: 'OTHER' },
    { since: middle },
    { until: middle, host: 'mailer' },
    { ids: [deferred.id, notice.id, 'none'] },
    { ids: [] },
    { queueIds: [deferred.queueId.toLowerCase(), notice.queueId] },
    { queueIds: [] },
    { messageIds: [`<${deferred.messageId?.toUpperCase()}>`] },
    { messageIds: ['nobody@nowhere'] },
    { from: deferred.sender as string },
    { from: '' },
    { from: '@domain.test' },
    { from: 'user1@' },
    { to: deferred.recipients[0]?.address.toUpperCase() as string },
    { to: aliased.origTo as string },
    { to: '@dest.test', from: 'user1@domain.test' },
    { domain: 'domain.test' },
    { domain: 'dest.test', host: 'other' },
    { client: '127.0.0.1' },
    { client: 'LOCALHOST', until: middle },
    { relay: relay.host },
    { relay: relay.ip as string, possiblyDoubled: true },
    { relay: relay.host.split('.')[0] as string, states: ['sent'] },
    { states: ['deferred', 'bounced', 'held'] },
    { states: [] },
    { lateOver: 5 },
    { possiblyDoubled: true },
    { queuedAt: [middle] },
    { queuedAt: [middle], host: 'mailer', from: '@domain.test' },
    { queuedAt: [middle + 30_000, middle, middle - 600_000] },
    { queuedAt: [] },
  ];

  test.each(messageQueries)('messages: %j', async (query) => {
    await rig.read(async (reader) => {
      const wanted = (await reference.messages({ ...query, limit: 10_000 })).messages;
      expect((await allMessages(reader, query)).map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      expect(json(await allMessages(reader, query, 7))).toEqual(json(wanted));
    });
  });

  const attemptQueries: readonly Omit<AttemptQuery, 'limit'>[] = [
    {},
    { since: middle, host: 'mailer' },
    { messages: [deferred.id, notice.id] },
    { messages: [] },
    { queueId: deferred.queueId.toLowerCase() },
    { relay: relay.host.toUpperCase() },
    { relay: relay.host.split('.')[0] as string, outcomes: ['failed'] },
    { relay: relay.ip as string, kinds: ['connect_timeout', 'lost_connection'] },
    { kinds: ['dns_failure'] },
    { outcomes: ['partly', 'sent'], until: middle },
  ];

  test.each(attemptQueries)('attempts: %j', async (query) => {
    await rig.read(async (reader) => {
      const wanted = (await reference.attempts({ ...query, limit: 10_000 })).attempts;
      expect(await allAttempts(reader, query)).toEqual(wanted);
      expect(await allAttempts(reader, query, 7)).toEqual(wanted);
      const page = await reader.attempts({ ...query, withMessages: true, limit: 20 });
      const { messages } = await reference.attempts({ ...query, withMessages: true, limit: 20 });
      expect(page.messages?.map(({ id }) => id)).toEqual(messages?.map(({ id }) => id));
      expect(json(page.messages ?? [])).toEqual(json(messages ?? []));
    });
  });

  const questions: readonly TriesQuestion[] = [
    { by: 'minute', zone: 'Europe/Berlin' },
    { by: 'hour', zone: 'Asia/Kolkata' },
    { by: 'day', zone: 'UTC', host: 'other' },
    { by: 'month', zone: 'America/New_York', since: middle },
    { by: 'week', zone: 'UTC', until: middle, kinds: ['connect_timeout', 'conversation_timeout'] },
    { by: 'day', zone: 'UTC', relays: [relay.host, 'none'] },
    { by: 'day', zone: 'UTC', relays: [] },
  ];

  test.each(questions)('counts: %j', async (question) => {
    await rig.read(async (reader) => {
      expect(await reader.tries(question)).toEqual(await reference.tries(question));
      expect(await reader.rests(question)).toEqual(await reference.rests(question));
      expect(await reader.messageCounts(question)).toEqual(await reference.messageCounts(question));
    });
  });

  test('facts, by queue ID and by process', async () => {
    const { host, queueId, arrival = 0 } = deferred;
    const attempt = attempts.find(({ message }) => message === deferred.id) as Attempt;
    const question: Question = {
      queues: [queueKey(host, queueId), queueKey('other', queueId), queueKey(notice.host, notice.queueId)],
      processes: [{ key: processKey(attempt.host, attempt.program, attempt.pid as number), from: arrival, to: arrival + 20_000 }],
    };
    await rig.read(async (reader) => {
      const plain = (facts: readonly Fact[]) => [...new Set(facts.map((fact) => JSON.stringify({ ...fact, path: '' })))].sort();
      expect(plain(await reader.facts(question))).toEqual(plain(await reference.facts(question)));
    });
  });
});
