/** The fold of a stream gives what the fold of everything gives, and holds no more than what is going on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { Clock } from '../postfix/clock.js';
import type { Attempt } from '../postfix/message/attempt.js';
import { type Fact, factOf } from '../postfix/message/fact.js';
import { fold } from '../postfix/message/fold.js';
import { keysOf, queueKey } from '../postfix/message/keys.js';
import type { Message } from '../postfix/message/message.js';
import { inFileOrder } from '../postfix/message/order.js';
import { refold } from '../postfix/message/refold.js';
import { type Streamed, StreamFold, type StreamOptions } from '../postfix/message/stream.js';
import { Parser } from '../postfix/parse.js';
import { Zone } from '../postfix/zone.js';
import { factsIn } from './message_facts.js';

const linesOf = (name: string) =>
  readFileSync(join(import.meta.dirname, 'logs', name, 'maillog'), 'utf8')
    .trimEnd()
    .split('\n');

function generated(lines: number, hosts: number, days: number): Fact[] {
  const all: string[] = [];
  for (const item of generate({ seed: 23, hosts, days, lines })) if (item.kind === 'line') all.push(item.line);
  return factsIn(all).sort(inFileOrder);
}

interface Given {
  readonly documents: string[];
  readonly again: ReadonlySet<string>;
  /** The most facts that were held after a sweep. */
  readonly held: number;
  readonly sweeps: readonly Streamed[];
}

/** @param isSweep whether to sweep before this fact */
function streamed(facts: readonly Fact[], options: StreamOptions, isSweep: (at: number) => boolean): Given {
  const stream = new StreamFold(options);
  const sweeps: Streamed[] = [];
  let held = 0;
  facts.forEach((fact, at) => {
    if (isSweep(at)) {
      sweeps.push(stream.sweep());
      held = Math.max(held, stream.held);
    }
    stream.add(fact);
  });
  sweeps.push(stream.finish());
  const again = stream.again;
  const isRight = ({ host, queueId }: Message | Attempt) => queueId === undefined || !again.has(queueKey(host, queueId));
  const anew = refolded(facts, again, options);
  return {
    documents: documentsOf(
      [...sweeps.flatMap(({ messages }) => messages).filter(isRight), ...anew.messages],
      [...sweeps.flatMap(({ attempts }) => attempts).filter(isRight), ...anew.attempts.filter(({ message }) => message !== undefined)],
    ),
    again,
    held,
    sweeps,
  };
}

/** As a store does it that has all facts: of some queue keys. */
function refolded(facts: readonly Fact[], keys: ReadonlySet<string>, options: StreamOptions) {
  const asking = refold(
    facts.filter((fact) => keys.has(keysOf(fact).queue ?? '')),
    options,
  );
  let step = asking.next();
  while (!step.done) step = asking.next(facts);
  const isAsked = ({ host, queueId }: Message | Attempt) => keys.has(queueKey(host, queueId ?? ''));
  return { messages: step.value.messages.filter(isAsked), attempts: step.value.attempts.filter(isAsked) };
}

/** The documents, a line of JSON each, in the order of their identities. */
function documentsOf(messages: readonly Message[], attempts: readonly Attempt[]): string[] {
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  return [...[...messages].sort(byId), ...[...attempts].sort(byId)].map((document) => JSON.stringify(document));
}

function wanted(facts: readonly Fact[], options: StreamOptions = {}): string[] {
  const { messages, attempts } = fold(facts, options);
  return documentsOf(messages, attempts);
}

/** All documents, but only the first that differs is shown. */
function expectSame(got: readonly string[], documents: readonly string[]): void {
  const i = documents.findIndex((document, at) => got[at] !== document);
  if (i >= 0) expect(got[i]).toBe(documents[i]);
  expect(got.length).toBe(documents.length);
}

/** Two hosts, the lines of each in their order, and in any order with those of the other. */
function alternating(one: readonly Fact[], other: readonly Fact[]): fc.Arbitrary<Fact[]> {
  return fc.array(fc.nat(200), { minLength: 1, maxLength: 50 }).map((runs) => {
    const all: Fact[] = [];
    for (let from = 0, i = 0; from < Math.max(one.length, other.length); i++) {
      const to = from + (runs[i % runs.length] as number) + 1;
      all.push(...one.slice(from, to), ...other.slice(from, to));
      from = to;
    }
    return all;
  });
}

const sorted = (facts: Fact[]) => facts.sort(inFileOrder);
const onHost = (lines: readonly string[], name: string) => lines.map((line) => line.replace(' mailer ', ` ${name} `));

const logs: [string, Fact[], Fact[]][] = [
  ['incident and faults', sorted(factsIn(linesOf('incident'))), sorted(factsIn(onHost(linesOf('faults'), 'other'), 'other'))],
  ['daemons and iso', sorted(factsIn(linesOf('daemons'))), sorted(factsIn(onHost(linesOf('iso'), 'other'), 'other'))],
  ['longids and relayonly', sorted(factsIn(linesOf('longids'))), sorted(factsIn(onHost(linesOf('relayonly'), 'other'), 'other'))],
  ['of two servers', ...byHost(generated(6000, 2, 1))],
];

/** @param facts of two hosts */
function byHost(facts: readonly Fact[]): [Fact[], Fact[]] {
  const [name] = facts.map(({ host }) => host);
  return [facts.filter(({ host }) => host === name), facts.filter(({ host }) => host !== name)];
}

describe.each(logs)('the logs %s', (_, one, other) => {
  const options = fc.record({ grace: fc.constantFrom(0, 1000, 20_000, 120_000), reach: fc.constantFrom(4000, 60_000, 18_000_000) });

  test('come to the same, swept at any points, with any patience', () => {
    fc.assert(
      fc.property(alternating(one, other), options, fc.integer({ min: 1, max: 300 }), (facts, chosen, every) => {
        const { documents } = streamed(facts, chosen, (at) => at % every === 0);
        expectSame(documents, wanted(facts, chosen));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a log that makes little sense', () => {
  const queueIds = ['4233D579836', '70EAEC233E', '4jTvTJ34XBzXfZy'];
  const client = 'mx.example.com[192.0.2.25]';
  const checked = `from ${client}; from=<ann@example.com> to=<bob@example.org> proto=ESMTP helo=<mail.example.com>`;
  const texts: ((queueId: string, pid: number, n: number) => string)[] = [
    (_, pid) => `smtpd[${pid}]: connect from ${client}`,
    (queueId, pid) => `smtpd[${pid}]: ${queueId}: client=${client}`,
    (_, pid) =>
      `smtpd[${pid}]: NOQUEUE: reject: RCPT from ${client}: 550 5.1.1 <no@example.org>: unknown; ${checked.slice(checked.indexOf(';') + 2)}`,
    (_, pid) => `smtpd[${pid}]: lost connection after DATA (14 bytes) from ${client}`,
    (queueId, pid) => `pickup[${pid}]: ${queueId}: uid=0 from=<root>`,
    (queueId, pid) => `cleanup[${pid}]: ${queueId}: message-id=<one@example.com>`,
    (queueId, pid) => `cleanup[${pid}]: ${queueId}: milter-reject: END-OF-MESSAGE ${checked.replace(';', ': 5.7.1 Spam;')}`,
    (queueId, pid) => `cleanup[${pid}]: ${queueId}: hold: header Subject: invoice ${checked}`,
    (queueId, pid) => `qmgr[${pid}]: ${queueId}: from=<ann@example.com>, size=1200, nrcpt=1 (queue active)`,
    (queueId, pid) => `qmgr[${pid}]: ${queueId}: removed`,
    (queueId, pid) => `postsuper[${pid}]: ${queueId}: released from hold`,
    (queueId, pid, n) =>
      `smtp[${pid}]: ${queueId}: to=<bob${n}@example.org>, relay=mx${n}.example.org[192.0.2.${n}]:25, delay=3, delays=1/1/${n}/0, dsn=2.0.0, status=${n % 3 === 0 ? 'deferred' : 'sent'} (250 2.0.0 Ok)`,
    (_, pid, n) => `smtp[${pid}]: connect to mx${n}.example.org[192.0.2.${n}]:25: Connection refused`,
    (queueId, pid, n) =>
      `smtp[${pid}]: ${queueId}: lost connection with mx${n}.example.org[192.0.2.${n}] while receiving the initial server greeting`,
  ];
  const line = fc.record({
    after: fc.oneof({ weight: 8, arbitrary: fc.nat(3) }, { weight: 2, arbitrary: fc.nat(90) }),
    text: fc.nat(texts.length - 1),
    queueId: fc.constantFrom(...queueIds),
    pid: fc.constantFrom(101, 102),
    n: fc.integer({ min: 1, max: 6 }),
  });
  const log = fc.array(line, { minLength: 1, maxLength: 60 }).map((lines) => {
    let time = Date.parse('2026-11-10T03:00:00Z');
    return factsIn(
      lines.map(({ after, text, queueId, pid, n }) => {
        time += after * 1000;
        return `${new Date(time).toISOString()} mailer postfix/${(texts[text] as (typeof texts)[number])(queueId, pid, n)}`;
      }),
    );
  });

  test('comes to the same all the same, with what is named in `again` folded once more', () => {
    fc.assert(
      fc.property(
        log,
        fc.record({
          grace: fc.constantFrom(0, 3000, 20_000),
          reach: fc.constantFrom(4000, 60_000, 18_000_000),
          silence: fc.constantFrom(5000, 120_000),
        }),
        fc.integer({ min: 1, max: 5 }),
        (facts, options, every) => {
          const { documents } = streamed(facts, options, (at) => at % every === 0);
          expectSame(documents, wanted(facts, options));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a log that once came to something else', () => {
  const at = (second: number, text: string) => `Nov 10 03:00:0${second} mailer postfix/${text}`;
  const client = 'mx.example.com[192.0.2.25]';
  const refused = `cleanup[101]: 4233D579836: milter-reject: END-OF-MESSAGE from ${client}: 5.7.1 Spam; from=<ann@example.com> to=<bob@example.org> proto=ESMTP helo=<mail.example.com>`;
  const later = [at(2, `smtpd[103]: connect from ${client}`), at(2, `smtpd[103]: connect from ${client}`)];

  test.each([
    [
      'a client hangs up after its message was given out, as another one has its queue ID',
      [
        at(0, `smtpd[102]: 4233D579836: client=${client}`),
        at(0, 'pickup[101]: 4233D579836: uid=0 from=<root>'),
        at(0, refused),
        at(1, `smtpd[101]: connect from ${client}`),
        at(1, `smtpd[102]: lost connection after DATA (14 bytes) from ${client}`),
      ],
    ],
    [
      'a delivery goes on in the next life of its queue ID',
      [
        at(0, 'smtp[101]: 4233D579836: lost connection with mx1.example.org[192.0.2.1] while receiving the initial server greeting'),
        at(1, 'pickup[101]: 4233D579836: uid=0 from=<root>'),
        at(1, refused),
        at(1, `smtpd[101]: connect from ${client}`),
        at(
          1,
          'smtp[101]: 4233D579836: to=<bob1@example.org>, relay=mx1.example.org[192.0.2.1]:25, delay=3, delays=1/1/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)',
        ),
      ],
    ],
  ])('because %s', (_, lines) => {
    const facts = factsIn([...lines, ...later]);
    const options = { grace: 0, reach: 4000, silence: 5000 };
    const { documents, again } = streamed(facts, options, () => true);
    expect([...again]).toEqual(['mailer 4233D579836']);
    expectSame(documents, wanted(facts, options));
  });
});

describe('what is given out', () => {
  const at = (time: string, text: string) => `Nov 10 ${time} mailer postfix/${text}`;
  const client = 'mx.example.com[192.0.2.25]';
  const taken = [
    at('03:00:00', `smtpd[801]: connect from ${client}`),
    at('03:00:01', `smtpd[801]: 4233D579836: client=${client}`),
    at('03:00:01', 'cleanup[802]: 4233D579836: message-id=<one@example.com>'),
    at('03:00:02', 'qmgr[803]: 4233D579836: from=<ann@example.com>, size=1200, nrcpt=1 (queue active)'),
  ];
  const delivered = [
    at(
      '03:00:03',
      'local[804]: 4233D579836: to=<bob@example.org>, relay=local, delay=3, delays=2/0.5/0/0.5, dsn=2.0.0, status=sent (delivered to mailbox)',
    ),
    at('03:00:04', 'qmgr[803]: 4233D579836: removed'),
  ];
  const tick = (time: string) => at(time, 'smtpd[900]: connect from unknown[192.0.2.99]');
  const stateAfter = (lines: readonly string[], options?: StreamOptions) => {
    const facts = factsIn(lines);
    const stream = new StreamFold(options);
    for (const fact of facts) stream.add(fact);
    return { facts, stream, given: stream.sweep() };
  };
  const queueIds = ({ messages }: Streamed) => messages.map(({ queueId }) => queueId);

  test('is a message with the facts that were added, two minutes after it was removed', () => {
    const early = stateAfter([...taken, ...delivered, tick('03:02:04')]);
    expect(queueIds(early.given)).toEqual([]);
    const { facts, stream, given } = stateAfter([...taken, ...delivered, tick('03:02:05')]);
    expect(queueIds(given)).toEqual(['4233D579836']);
    const made = given.facts.get(given.messages[0]?.id ?? '') ?? [];
    expect(made).toHaveLength(5);
    for (const [i, fact] of made.entries()) expect(fact).toBe(facts[i + 1]);
    expect(given.attempts.map(({ message }) => message)).toEqual([given.messages[0]?.id]);
    expect(stream.finish()).toMatchObject({ messages: [], attempts: [] });
  });

  test('is nothing of a message in the queue, however old, until the log ends', () => {
    const { stream, given } = stateAfter([...taken, tick('08:00:00'), tick('23:00:00')]);
    expect(queueIds(given)).toEqual([]);
    expect(stream.finish().messages).toMatchObject([{ queueId: '4233D579836', state: 'queued' }]);
  });

  test('is a message of which nothing was heard for longer than mail stays in the queue, but not one on hold', () => {
    const held = 'Nov 10 03:00:04 mailer postfix/postsuper[99]: 70EAEC233E: placed on hold';
    const late = 'Nov 20 03:00:00 mailer postfix/smtpd[900]: connect from unknown[192.0.2.99]';
    const { stream, given } = stateAfter([...taken, held, late]);
    expect(queueIds(given)).toEqual(['4233D579836']);
    expect(queueIds(stream.sweep())).toEqual([]);
    expect(queueIds(stream.finish())).toEqual(['70EAEC233E']);
  });

  test('is a message that was never queued, when its client is gone or a check has refused it', () => {
    const lost = [...taken.slice(0, 2), at('03:00:05', `smtpd[801]: lost connection after DATA (14 bytes) from ${client}`)];
    const refused = [
      ...taken.slice(0, 3),
      at(
        '03:00:03',
        `cleanup[802]: 4233D579836: milter-reject: END-OF-MESSAGE from ${client}: 5.7.1 Spam; from=<ann@example.com> to=<bob@example.org> proto=ESMTP helo=<mail.example.com>`,
      ),
    ];
    expect(stateAfter([...lost, tick('03:10:00')]).given.messages).toMatchObject([{ ending: 'lost' }]);
    expect(stateAfter([...refused, tick('03:10:00')]).given.messages).toMatchObject([{ ending: 'rejected' }]);
  });

  test('waits for the process whose last failure may not be told yet', () => {
    const failed = at(
      '03:00:03',
      'smtp[807]: 4233D579836: lost connection with mx.example.org[192.0.2.9] while receiving the initial server greeting',
    );
    const { stream, given } = stateAfter([...taken, failed, ...delivered, tick('03:10:00')]);
    expect(queueIds(given)).toEqual([]);
    const next = at(
      '03:11:00',
      'smtp[807]: 70EAEC233E: to=<cy@example.org>, relay=mx.example.org[192.0.2.9]:25, delay=0.2, delays=0/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)',
    );
    for (const fact of factsIn([next], 'maillog.2')) stream.add(fact);
    const { messages, attempts } = stream.sweep();
    expect(messages).toMatchObject([{ queueId: '4233D579836', failedAttempts: 1 }]);
    expect(attempts).toHaveLength(2);
  });

  test('is named again when the session says more of its client later', () => {
    const { stream, given } = stateAfter([...taken, ...delivered, tick('03:10:00')]);
    expect(queueIds(given)).toEqual(['4233D579836']);
    const greeted = at(
      '03:11:00',
      `smtpd[801]: NOQUEUE: reject: RCPT from ${client}: 550 5.1.1 <no@example.org>: Recipient address rejected: User unknown; from=<ann@example.com> to=<no@example.org> proto=ESMTP helo=<mail.example.com>`,
    );
    for (const fact of factsIn([greeted], 'maillog.2')) stream.add(fact);
    expect([...stream.again]).toEqual(['mailer 4233D579836']);
  });

  test('is not named again because its queue ID comes back, or because its client hangs up', () => {
    const { stream } = stateAfter([...taken, ...delivered, tick('03:10:00')]);
    const more = [
      at('03:11:00', `smtpd[801]: lost connection after RSET from ${client}`),
      at('03:12:00', `smtpd[805]: 4233D579836: client=${client}`),
      at('03:12:01', 'cleanup[802]: 4233D579836: message-id=<two@example.com>'),
    ];
    for (const fact of factsIn(more, 'maillog.2')) stream.add(fact);
    expect([...stream.again]).toEqual([]);
    expect(stream.finish().messages).toMatchObject([{ messageId: 'two@example.com' }]);
  });
});

test('what waits in the queue does not keep the log that it was read from', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const stream = new StreamFold();
  const parser = new Parser(new Clock(new Zone('UTC'), () => Date.parse('2026-12-31T00:00:00Z')));
  const before = heap();
  for (let i = 0; i < 100; i++) {
    const queueId = `70EAEC2${1000 + i}`;
    const stamp = `Nov 10 ${String(10 + Math.floor(i / 60))}:${String(i % 60).padStart(2, '0')}`;
    const lines = [
      `${stamp}:00 mailer postfix/smtpd[801]: ${queueId}: client=a-client-with-a-long-name.example.com[192.0.2.25]\n`,
      `${stamp}:01 mailer postfix/cleanup[802]: ${queueId}: message-id=<a-long-message-id-${i}@example.com>\n`,
    ].join('');
    const bytes = Buffer.from(lines + ' '.repeat(1_000_000), 'latin1');
    const text = bytes.toString('latin1');
    for (let at = 0; at < lines.length; at = text.indexOf('\n', at) + 1) {
      const event = parser.parseAt(text, bytes, at, text.indexOf('\n', at), true);
      const fact = event === undefined ? undefined : factOf(event, `${i} ${at}`, { path: 'maillog', offset: at });
      if (fact !== undefined) stream.add(fact);
    }
    stream.sweep();
  }
  expect(heap() - before).toBeLessThan(20_000_000);
  const { messages } = stream.finish();
  expect(messages).toHaveLength(100);
  expect(messages.find(({ queueId }) => queueId === '70EAEC21007')).toMatchObject({
    messageId: 'a-long-message-id-7@example.com',
    client: { host: 'a-client-with-a-long-name.example.com' },
  });
});

describe('a log of a month', () => {
  const facts = generated(60_000, 2, 30);
  const patience = { grace: 120_000, reach: 3_600_000 };
  const sweepEvery = 500;
  const whole = streamed(facts, patience, (at) => at % sweepEvery === 0);

  test('comes to the same, queue IDs that come back and all', () => {
    const lives = new Map<string, number>();
    for (const { messages } of whole.sweeps) {
      for (const { host, queueId } of messages) lives.set(`${host} ${queueId}`, (lives.get(`${host} ${queueId}`) ?? 0) + 1);
    }
    expect([...lives.values()].filter((count) => count > 1).length).toBeGreaterThan(5);
    expectSame(whole.documents, wanted(facts, patience));
  });

  test('comes with the facts of each message', () => {
    for (const { messages, facts: made } of whole.sweeps) {
      expect([...made.keys()]).toEqual(messages.map(({ id }) => id));
      for (const { id, facts: count } of messages) expect(made.get(id)).toHaveLength(count);
    }
  });

  test('is given out as it goes, and never held for longer than its messages last', () => {
    expect(whole.sweeps.at(-1)?.messages.length).toBeLessThan(facts.length / 500);
    expect(whole.held).toBeLessThan(facts.length / 20);
    const half = streamed(facts.slice(0, facts.length / 2), patience, (at) => at % sweepEvery === 0);
    expect(whole.held).toBeLessThan(half.held * 1.5);
  });
});
