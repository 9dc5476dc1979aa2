/** What the fold takes and makes is what its schemas say, for every line of every log. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { daemons } from '../postfix/daemons/index.js';
import { attemptDocument, messageDocument } from '../postfix/message/document.js';
import { fold } from '../postfix/message/fold.js';
import { attemptDocumentSchema, attemptSchema, factSchema, messageDocumentSchema, messageSchema } from '../postfix/message/schema.js';
import { factsIn } from './message_facts.js';

const logs = join(import.meta.dirname, 'logs');
const lines = new Map(
  readdirSync(logs).map(
    (name) =>
      [
        name,
        readFileSync(join(logs, name, 'maillog'), 'utf8')
          .trimEnd()
          .split('\n'),
      ] as const,
  ),
);
lines.set(
  'generated',
  [...generate({ seed: 3, hosts: 3, days: 1, lines: 5000 })].flatMap((item) => (item.kind === 'line' ? [item.line] : [])),
);
// Every sample of every daemon, with a queue ID and without, so that every kind of line is there.
lines.set(
  'samples',
  Object.entries(daemons).flatMap(([daemon, groups]) =>
    groups
      .flat()
      .flatMap(({ level, samples }) =>
        samples.flatMap((sample) =>
          ['', '4233D579836: '].map(
            (id) =>
              `Nov 24 03:05:32 mailer postfix/${daemon}[19551]: ${level === undefined || level === 'info' ? '' : `${level}: `}${id}${sample}`,
          ),
        ),
      ),
  ),
);

describe.each([...lines])('the lines of %s', (name, all) => {
  const facts = factsIn(all);
  const { messages, attempts } = fold(facts);

  test('give facts, messages and attempts as the schemas want them', () => {
    for (const fact of facts) expect(factSchema.parse(fact)).toEqual(fact);
    for (const message of messages) expect(messageSchema.parse(message)).toEqual(message);
    for (const attempt of attempts) expect(attemptSchema.parse(attempt)).toEqual(attempt);
    expect(messages.length).toBeGreaterThan(0);
    if (name === 'samples') expect(new Set(facts.map(({ is }) => is)).size).toBe(18);
  });

  test('give documents that hold what was folded', () => {
    for (const message of messages) {
      const document = messageDocument(message);
      expect(messageDocumentSchema.parse(document)).toEqual(document);
      expect(JSON.stringify(document.postfix.folded)).toBe(JSON.stringify(message));
    }
    for (const attempt of attempts) {
      const document = attemptDocument(attempt);
      expect(attemptDocumentSchema.parse(document)).toEqual(document);
      expect(JSON.stringify(document.postfix.folded)).toBe(JSON.stringify(attempt));
    }
  });

  test('are nothing else in JSON', () => {
    expect(JSON.parse(JSON.stringify({ facts, messages, attempts }))).toEqual({ facts, messages, attempts });
  });
});

test('a message and its tries can be searched by the names of ECS', () => {
  const { messages, attempts } = fold(factsIn(lines.get('incident') ?? []));
  const message = messages.find(({ queueId }) => queueId === '75A9CC235A');
  if (message === undefined) throw new Error('no message');
  expect(messageDocument(message)).toMatchObject({
    '@timestamp': '2026-11-24T03:04:53.000Z',
    event: { outcome: 'success', start: '2026-11-24T03:04:53.000Z', end: '2026-11-24T03:05:32.000Z', duration: 39e9 },
    host: { name: 'mailer' },
    email: {
      local_id: '75A9CC235A',
      message_id: '179548949338.19143.15826968008717586316@client.test',
      from: { address: 'user28@domain.test' },
      to: { address: ['person68@partner3.test'] },
    },
    source: { domain: 'localhost', ip: '127.0.0.1' },
    destination: { domain: ['relay101.example.net'], ip: ['10.50.0.101'] },
    postfix: {
      state: 'sent',
      size: 2241,
      attempts: 3,
      failed_attempts: 2,
      possible_doubles: 1,
      status: ['sent'],
      linked_id: ['430695F6713'],
    },
  });
  expect(attempts.filter((attempt) => attempt.message === message.id).map(attemptDocument)).toMatchObject([
    {
      '@timestamp': '2026-11-24T03:05:24.000Z',
      event: { outcome: 'failure' },
      process: { name: 'postfix/smtp', pid: 19556 },
      email: { local_id: '75A9CC235A' },
      destination: { domain: 'relaya4.example.net', ip: '10.50.0.104', port: 25 },
      postfix: { message_document: message.id, reason: { kind: 'connect_timeout', phase: 'connect' } },
    },
    {
      event: { duration: 8e9 },
      destination: { ip: '10.50.0.102' },
      postfix: { seconds: { least: 7, most: 9 }, reason: { may_be_double: 'yes' } },
    },
    { event: { outcome: 'success' }, destination: { ip: '10.50.0.101' }, postfix: { outcome: 'sent' } },
  ]);
});

test('what the schemas do not know is an error', () => {
  const [message] = fold(factsIn(lines.get('healthy') ?? [])).messages;
  expect(messageSchema.safeParse(message).success).toBe(true);
  expect(messageSchema.safeParse({ ...message, later: 1 }).success).toBe(false);
  expect(messageSchema.safeParse({ ...message, state: 'lost' }).success).toBe(false);
});
