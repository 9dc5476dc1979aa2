/** In whatever order, parts and copies lines come, messages and attempts are the same to the byte (DESIGN, promise 4). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import type { Attempt } from '../postfix/message/attempt.js';
import type { Fact } from '../postfix/message/fact.js';
import { type FoldOptions, fold } from '../postfix/message/fold.js';
import { keysOf, queueKey } from '../postfix/message/keys.js';
import type { Message } from '../postfix/message/message.js';
import { addDistinct } from '../postfix/message/order.js';
import { refold } from '../postfix/message/refold.js';
import { factsIn } from './message_facts.js';

/** A store in its simplest form: facts by key, and what was made of them. */
class Shelf {
  private readonly byKey = new Map<string, Map<string, Fact>>();
  private readonly messages = new Map<string, Message[]>();
  private readonly attempts = new Map<string, Attempt>();

  constructor(private readonly options: FoldOptions = {}) {}

  take(batch: readonly Fact[]): void {
    for (const fact of batch) {
      const stored = JSON.parse(JSON.stringify(fact)) as Fact;
      const { queue, process } = keysOf(stored);
      for (const key of [queue, process]) {
        if (key === undefined) continue;
        const known = this.byKey.get(key) ?? new Map<string, Fact>();
        addDistinct(known, [stored]);
        this.byKey.set(key, known);
      }
    }
    const asking = refold(batch, this.options);
    let step = asking.next();
    while (!step.done) {
      const { queues, processes } = step.value;
      const answer = [
        ...queues.flatMap((key) => this.under(key)),
        ...processes.flatMap(({ key, from, to }) => this.under(key).filter(({ time }) => time >= from && time <= to)),
      ];
      step = asking.next(answer);
    }
    const { queues, messages, attempts } = step.value;
    for (const queue of queues) this.messages.delete(queue);
    const gone = new Set(queues);
    for (const { id, host, queueId } of [...this.attempts.values()]) {
      if (queueId !== undefined && gone.has(queueKey(host, queueId))) this.attempts.delete(id);
    }
    for (const message of messages) {
      const key = queueKey(message.host, message.queueId);
      this.messages.set(key, [...(this.messages.get(key) ?? []), message]);
    }
    for (const attempt of attempts) this.attempts.set(attempt.id, attempt);
  }

  private under(key: string): Fact[] {
    return [...(this.byKey.get(key)?.values() ?? [])];
  }

  get content(): string[] {
    return documentsOf([...this.messages.values()].flat(), [...this.attempts.values()]);
  }
}

/** The documents, a line of JSON each, in the order of their identities. */
function documentsOf(messages: readonly Message[], attempts: readonly Attempt[]): string[] {
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  return [...[...messages].sort(byId), ...[...attempts].sort(byId)].map((document) => JSON.stringify(document));
}

function wanted(facts: readonly Fact[], options: FoldOptions = {}): string[] {
  const { messages, attempts } = fold(facts, options);
  return documentsOf(messages, attempts);
}

/** All documents, but only the first that differs is shown. */
function expectSame(got: readonly string[], documents: readonly string[]): void {
  const i = documents.findIndex((document, at) => got[at] !== document);
  if (i >= 0) expect(got[i]).toBe(documents[i]);
  expect(got.length).toBe(documents.length);
}

const linesOf = (name: string) =>
  readFileSync(join(import.meta.dirname, 'logs', name, 'maillog'), 'utf8')
    .trimEnd()
    .split('\n');

/** The same line in another file, where it stands further behind. */
const copyOf = (fact: Fact): Fact => ({ ...fact, path: 'archive.gz', offset: fact.offset + 1_000_000 });

/** Every line, in any order, some of them twice or from another file as well, in batches of any size. */
function batchesOf(facts: readonly Fact[]): fc.Arbitrary<Fact[][]> {
  return fc
    .tuple(
      fc.shuffledSubarray([...facts], { minLength: facts.length }),
      fc.array(fc.nat(facts.length - 1), { maxLength: 20 }),
      fc.shuffledSubarray([...facts.keys()], { maxLength: Math.ceil(facts.length / 3) }),
      fc.array(fc.integer({ min: 1, max: Math.ceil(facts.length / 3) }), { minLength: 3, maxLength: 12 }),
    )
    .map(([shuffled, again, copied, sizes]) => {
      const copies = copied.map((i) => copyOf(facts[i] as Fact));
      const middle = Math.ceil(shuffled.length / 2);
      const all = [...copies, ...shuffled.slice(0, middle), ...again.map((i) => facts[i] as Fact), ...shuffled.slice(middle)];
      const batches: Fact[][] = [];
      for (let at = 0, i = 0; at < all.length; i++) {
        const size = sizes[i % sizes.length] as number;
        batches.push(all.slice(at, at + size));
        at += size;
      }
      return batches;
    });
}

const generated = (lines: number, hosts: number) => {
  const all: string[] = [];
  for (const item of generate({ seed: 11, hosts, days: 0.5, lines })) if (item.kind === 'line') all.push(item.line);
  return factsIn(all);
};

const logs: [string, Fact[]][] = [
  ['incident', factsIn(linesOf('incident'))],
  ['faults', factsIn(linesOf('faults'))],
  ['daemons', factsIn(linesOf('daemons'))],
  [
    'of two hosts',
    [
      ...factsIn(linesOf('iso')),
      ...factsIn(
        linesOf('longids').map((line) => line.replace(' mailer ', ' other ')),
        'other',
      ),
    ],
  ],
  ['generated', generated(3000, 3)],
];

describe.each(logs)('the log %s', (_, facts) => {
  const whole = wanted(facts);

  test('folds to the same, shuffled and with copies from another file', () => {
    const copies = facts.map(copyOf);
    fc.assert(
      fc.property(fc.shuffledSubarray([...facts, ...copies], { minLength: facts.length }), (shuffled) => {
        expectSame(wanted([...shuffled, ...facts]), whole);
      }),
      { numRuns: 10 },
    );
  });

  test('comes to the same in a store, in any batches, any order and partly twice', () => {
    const end = wanted(facts);
    fc.assert(
      fc.property(batchesOf(facts), (batches) => {
        const shelf = new Shelf();
        for (const batch of batches) shelf.take(batch);
        expectSame(shelf.content, end);
      }),
      { numRuns: 5 },
    );
  });

  test('comes to the same when the lines of a process are far apart', () => {
    // So far that some deliveries are longer than a process lives: what is joined depends on it.
    const options = { reach: 4000 };
    const end = wanted(facts, options);
    fc.assert(
      fc.property(batchesOf(facts), (batches) => {
        const shelf = new Shelf(options);
        for (const batch of batches) shelf.take(batch);
        expectSame(shelf.content, end);
      }),
      { numRuns: 5 },
    );
  });
});

test('a line that moves within its second, as a copy comes that stands elsewhere, leaves the delivery that it was joined to', () => {
  const at = (text: string) => `Nov 24 03:05:24 mailer postfix/smtp[11]: ${text}`;
  const sent = (queueId: string) =>
    at(
      `${queueId}: to=<bob@example.org>, relay=mx.example.org[192.0.2.9]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4233D579836)`,
    );
  const facts = factsIn([at('connect to mx2.example.org[192.0.2.8]:25: Connection refused'), sent('70EAEC233E'), sent('71B33C2066')]);
  const [refused, first, second] = facts as [Fact, Fact, Fact];
  const shelf = new Shelf();
  shelf.take([{ ...refused, path: 'archive', offset: first.offset + 1 }, first, second]);
  expect(shelf.content.filter((document) => document.includes('refused') && document.includes('71B33C2066'))).toHaveLength(1);
  shelf.take([refused]);
  expectSame(shelf.content, wanted(facts));
});

describe('facts', () => {
  test('are plain JSON', () => {
    for (const [, facts] of logs) expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});
