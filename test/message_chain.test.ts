/** A mail is followed over its messages: bounces, forwards, content filter, the next host; both ways. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generate, type MessageTruth } from '../bench/generate/index.js';
import { chainOf, edgesOf, unknownIn } from '../postfix/message/chain.js';
import { fold } from '../postfix/message/fold.js';
import type { Message } from '../postfix/message/message.js';
import { factsIn } from './message_facts.js';

const lines: string[] = [];
const truths: MessageTruth[] = [];
for (const item of generate({ seed: 5, hosts: 3, days: 2, lines: 30_000 })) {
  if (item.kind === 'line') lines.push(item.line);
  else truths.push(item.message);
}
const { messages } = fold(factsIn(lines));

const lives = new Map<string, Message[]>();
for (const message of messages) {
  const key = `${message.host} ${message.queueId}`;
  lives.set(key, [...(lives.get(key) ?? []), message]);
}
const messageOf = ({ host, queue_id, arrival }: MessageTruth) =>
  lives.get(`${host} ${queue_id}`)?.find((message) => Math.abs((message.arrival ?? 0) - arrival * 1000) < 2000);
/** The life of a child that began when its parent lived. */
const truthOf = (host: string, queueId: string, after: number) =>
  truths
    .filter((truth) => truth.host === host && truth.queue_id === queueId && truth.arrival >= after)
    .sort((a, b) => a.arrival - b.arrival)[0];

describe('the chains of a log of three hosts', () => {
  const edges = new Set(edgesOf(messages).map(({ parent, child }) => `${parent} ${child}`));

  test('have every child and every continuation on another host, and nothing else', () => {
    const wanted = new Set<string>();
    let elsewhere = 0;
    for (const truth of truths) {
      const parent = messageOf(truth);
      if (parent === undefined) continue;
      const children = truth.children.map((queueId) => truthOf(truth.host, queueId, truth.arrival));
      if (truth.next !== null) {
        children.push(truthOf(truth.next.host, truth.next.queue_id, truth.arrival));
        elsewhere++;
      }
      for (const child of children) {
        const message = child === undefined ? undefined : messageOf(child);
        // At the end of the log, a child may be made and not yet be told of.
        if (message !== undefined && parent.links.some(({ queueId }) => queueId === message.queueId))
          wanted.add(`${parent.id} ${message.id}`);
      }
    }
    expect(elsewhere).toBeGreaterThan(50);
    expect(wanted.size).toBeGreaterThan(200);
    expect([...wanted].filter((edge) => !edges.has(edge))).toEqual([]);
    expect([...edges].filter((edge) => !wanted.has(edge))).toEqual([]);
  });

  test('are the same from whichever of their messages one begins, and in parts', () => {
    const begin = messages.find(({ links }) => links.some(({ kind }) => kind === 'filter'));
    const chain = chainOf(messages, ({ id }) => id === begin?.id);
    expect(chain.messages.length).toBeGreaterThan(1);
    for (const { id: end } of chain.messages) expect(chainOf([...messages].reverse(), ({ id }) => id === end)).toEqual(chain);
    expect(chain.messages.every(({ messageId }) => messageId === begin?.messageId)).toBe(true);

    // As a store answers: by queue ID, and by the queue IDs that links name.
    let known = begin === undefined ? [] : [begin];
    const asked = new Set<string>();
    for (;;) {
      const { queueIds, linkedTo } = unknownIn(known, asked);
      if (queueIds.length + linkedTo.length === 0) break;
      for (const queueId of [...queueIds, ...linkedTo]) asked.add(queueId);
      known = messages.filter(
        (message) =>
          known.includes(message) || asked.has(message.queueId) || message.links.some(({ queueId }) => linkedTo.includes(queueId)),
      );
    }
    expect(chainOf(known, ({ id }) => id === begin?.id)).toEqual(chain);
  });
});

test('a bounce and its original, a forward and its copies in a real log', () => {
  const log = readFileSync(join(import.meta.dirname, 'logs/daemons/maillog'), 'utf8')
    .trimEnd()
    .split('\n');
  const folded = fold(factsIn(log)).messages;
  const { messages: chain, edges } = chainOf(folded, ({ queueId }) => queueId === '6C8D7C2158');
  expect(chain.map(({ queueId }) => queueId).sort()).toEqual(['67882C2311', '6C8D7C2158', '6EAADC2316']);
  const id = (queueId: string) => chain.find((message) => message.queueId === queueId)?.id;
  expect(edges).toEqual(
    expect.arrayContaining([
      { parent: id('67882C2311'), child: id('6C8D7C2158'), kind: 'forward' },
      { parent: id('67882C2311'), child: id('6EAADC2316'), kind: 'bounce' },
    ]),
  );
  expect(edges).toHaveLength(2);
});

describe('a queue ID of another host', () => {
  const at = (host: string, text: string, program = 'smtp') => `Nov 24 03:00:00 ${host} postfix/${program}[7]: ${text}`;
  const sent =
    '70EAEC233E: to=<bob@example.org>, relay=mx.example.org[192.0.2.9]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4233D579836)';
  const from = [at('mailer', '70EAEC233E: message-id=<one@example.com>', 'cleanup'), at('mailer', sent)];
  const ids = (all: readonly string[]) =>
    chainOf(fold(factsIn(all)).messages, ({ host }) => host === 'mailer').messages.map(({ host }) => host);

  test('is the next server only where the message-ID is the same', () => {
    expect(ids([...from, at('other', '4233D579836: message-id=<one@example.com>', 'cleanup')])).toEqual(['mailer', 'other']);
    expect(ids([...from, at('other', '4233D579836: message-id=<two@example.com>', 'cleanup')])).toEqual(['mailer']);
    expect(ids([...from, at('other', '4233D579836: message-id=<>', 'cleanup')])).toEqual(['mailer']);
  });
});

test('what postsuper queued again goes on under another queue ID', () => {
  const lines = [
    'Nov 24 03:00:00 mailer postfix/cleanup[7]: 70EAEC233E: message-id=<one@example.com>',
    'Nov 24 04:00:00 mailer postfix/postsuper[8]: 70EAEC233E: requeued',
    'Nov 24 04:00:01 mailer postfix/pickup[9]: 4233D579836: uid=89 from=<ann@example.com> orig_id=70EAEC233E',
  ];
  const { messages: chain, edges } = chainOf(fold(factsIn(lines)).messages, ({ queueId }) => queueId === '4233D579836');
  expect(chain.map(({ queueId }) => queueId)).toEqual(['70EAEC233E', '4233D579836']);
  expect(edges).toMatchObject([{ kind: 'requeue', parent: chain[0]?.id, child: chain[1]?.id }]);
});
