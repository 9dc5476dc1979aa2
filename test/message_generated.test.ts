/** Messages and attempts of generated logs of three hosts agree in every field with what really happened. */
import { describe, expect, test } from 'vitest';
import { generate, type MessageTruth } from '../bench/generate/index.js';
import { Random } from '../bench/generate/random.js';
import { byMessage, got, isRight, keyOf, keyOfTruth, type LeftTruth, wanted } from '../bench/judge.js';
import type { Fact } from '../postfix/message/fact.js';
import { fold } from '../postfix/message/fold.js';
import type { Message } from '../postfix/message/message.js';
import { factsIn } from './message_facts.js';

const lines: string[] = [];
const truths: MessageTruth[] = [];
for (const item of generate({ seed: 5, hosts: 3, days: 2, lines: 60_000 })) {
  if (item.kind === 'line') lines.push(item.line);
  else truths.push(item.message);
}
const facts = factsIn(lines);
const { messages, attempts } = fold(facts);

const byEnd = new Map<string, Message>();
const byArrival = new Map<string, Message[]>();
for (const message of messages) {
  if (message.removal !== undefined) byEnd.set(keyOf(message), message);
  const key = `${message.host} ${message.queueId}`;
  byArrival.set(key, [...(byArrival.get(key) ?? []), message]);
}
const removed = truths.filter((truth): truth is LeftTruth => truth.removed !== null);
const found = removed.map((truth) => ({ truth, message: byEnd.get(keyOfTruth(truth)) }));

const tried = byMessage(attempts);

describe('a log of three hosts', () => {
  test('is large enough to tell', () => {
    expect(removed.length).toBeGreaterThan(5000);
    expect(truths.flatMap(({ failures }) => failures).length).toBeGreaterThan(200);
    const lives = new Map<string, number>();
    for (const { host, queue_id } of truths) lives.set(`${host} ${queue_id}`, (lives.get(`${host} ${queue_id}`) ?? 0) + 1);
    expect([...lives.values()].filter((count) => count > 1).length).toBeGreaterThan(5);
  });

  test('gives every message that has left as it was', () => {
    expect(found.filter(({ message }) => message === undefined).map(({ truth }) => truth)).toEqual([]);
    for (const { truth, message } of found) if (message !== undefined) expect(got(message, tried), message.queueId).toEqual(wanted(truth));
  });

  test('gives what has not left yet as it was left', () => {
    const living = truths.filter(({ removed: time, recipients }) => time === null && recipients.some(({ deliveries }) => deliveries > 0));
    expect(living.length).toBeGreaterThan(2);
    for (const truth of living) {
      const message = byArrival.get(`${truth.host} ${truth.queue_id}`)?.at(-1);
      expect(message?.removal).toBeUndefined();
      const told = truth.recipients.filter(({ deliveries }) => deliveries > 0).map(({ address, status }) => `${address} ${status}`);
      expect(message?.recipients.map(({ address, status }) => `${address} ${status}`).sort()).toEqual(told.sort());
    }
    for (const state of ['rejected', 'discarded', 'lost'] as const) {
      const gone = truths.filter((truth) => truth.state === state);
      expect(gone.length).toBeGreaterThan(0);
      for (const { host, queue_id, arrival } of gone) {
        const lives = byArrival.get(`${host} ${queue_id}`) ?? [];
        const message = lives.find((life) => Math.abs((life.arrival ?? 0) - arrival * 1000) < 2000);
        expect(message, `${host} ${queue_id}`).toMatchObject({ state: 'discarded', ending: state });
      }
    }
  });

  test('gives the same when it is cut into files anywhere, even within a second', () => {
    // Younger files have the shorter names, as logrotate gives them, and begin at offset 0.
    const random = new Random(7);
    const parts: Fact[][] = [];
    for (let at = 0; at < lines.length; ) {
      const end = at + 1 + random.below(600);
      parts.push(factsIn(lines.slice(at, end), `maillog.${String(10_000 - parts.length)}`));
      at = end;
    }
    expect(parts.length).toBeGreaterThan(150);
    const folded = fold(parts.reverse().flat());
    const ends = new Map(folded.messages.map((message) => [keyOf(message), message]));
    const tries = byMessage(folded.attempts);
    const right = removed.filter((truth) => isRight(truth, ends.get(keyOfTruth(truth)), tries));
    // Where a process writes on both sides of a cut within one second, nothing says in which order.
    expect(right.length / removed.length).toBeGreaterThan(0.9995);
  });
});
