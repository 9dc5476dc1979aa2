/** `trace`: the whole way of a mail, from whichever of its queue IDs one begins, told as a story. */
import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { chainOf } from '../postfix/message/chain.js';
import { type Folded, fold } from '../postfix/message/fold.js';
import type { Message } from '../postfix/message/message.js';
import { trace } from '../report/trace.js';
import { factIn } from '../store/facts.js';
import { openReader } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { at, run } from './fake_reader.js';
import { service } from './services/index.js';
import { TwoStores } from './two_stores.js';
import { documentsOf, now, Workshop } from './workshop.js';

const logs = join(import.meta.dirname, 'logs');

/** A store of some files, open for the tests of a block. */
function storeOf(fill: (workshop: Workshop) => Promise<unknown>): { reader: Reader } {
  const workshop = new Workshop();
  const opened: { reader: Reader } = { reader: undefined as unknown as Reader };
  beforeAll(async () => {
    await fill(workshop);
    opened.reader = await openReader({ path: workshop.store });
  });
  afterAll(async () => {
    await opened.reader.close();
    workshop.remove();
  });
  return opened;
}

/** The reader stays open when a command is done with it. */
const kept = (reader: Reader): Reader =>
  new Proxy(reader, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'close') return async () => {};
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

const shown = async (reader: Reader, ...argv: string[]) =>
  (await run(kept(reader), ['trace', ...argv], { terminal: 100, env: { NO_COLOR: '1' }, zone: 'UTC', now: '2026-11-25T12:00:00Z' })).out;

/** Counts what is asked of a store. */
function counting(reader: Reader): { reader: Reader; asked: string[] } {
  const asked: string[] = [];
  const counted = new Proxy(reader, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        asked.push(String(name));
        return value.apply(target, args);
      };
    },
  });
  return { reader: counted, asked };
}

describe('the incident', () => {
  const store = storeOf(async (workshop) => {
    copyFileSync(join(logs, 'incident/maillog'), workshop.path('maillog-20261124'));
    await workshop.import(['maillog-20261124']);
  });

  test('a message that timed out at one relay and was sent by another: every try, every second, the possible copies', async () => {
    expect(await shown(store.reader, '7826DC235C')).toMatchInlineSnapshot(`
      "times in UTC

      7826DC235C on mailer
        sent, 2 min 44 s after arrival, 3 tries, 2 failed
        A second copy may exist: after 2 tries the relay may have had it already.
        from <user34@domain.test>
        message-id <179548949338.19143.15054528041402956267@client.test>
        4.1 kB
        2026-11-24
        03:04:53  arrived from localhost[127.0.0.1]
        03:05:51  deferred: <person2@partner6.test>, at relay102.example.net[10.50.0.102], 58 s after
                    arrival
                  try 1  relay103.example.net[10.50.0.103], until 03:05:43 (up to 27 s): cut off at end of
                         data
                  try 2  relay102.example.net[10.50.0.102], 03:05:43 to 03:05:51 (8 s ± 1 s): timed out at
                         end of data
                  a  before the queue manager            0 s
                  b  in the queue manager               25 s  ████████████████████████▍
                  c  connection set-up                  25 s  ████████████████████████▍
                     try 1 relay103               up to 26 s
                     name resolution, set-up      up to 26 s  ████████████████████████▍
                  d  transmission                        8 s  ███████▊
                  25 s is 5 × 5 s, what a nameserver in resolv.conf costs that does not answer.
                  conversation with relay102.example.net[10.50.0.102] timed out while sending end of data
                    -- message may be sent more than once
                  relay103.example.net[10.50.0.103], relay102.example.net[10.50.0.102] may have taken it
                    all the same: a later try delivers a second copy.
        03:07:37  sent: <person2@partner6.test>, by relaya4.example.net[10.50.0.104], 2 min 44 s after
                    arrival
                  a  earlier tries, and waiting   1 min 38 s
                  b  in the queue manager               41 s  ████████████████████████████████████████
                  c  connection set-up                  25 s  ████████████████████████▍
                     name resolution, set-up            25 s  ████████████████████████▍
                  d  transmission                        0 s
                  25 s is 5 × 5 s, what a nameserver in resolv.conf costs that does not answer.
                  250 2.0.0 Ok: queued as F652A9EA149
        03:07:37  left the queue

      The 8 lines of the log: postscope trace 7826DC235C --lines
      "
    `);
  });

  test('c of a delivery is divided between the relay that took no connection and the nameserver', async () => {
    const { chains } = await trace(store.reader, '8BD2DC210E', {});
    const delivery = chains[0]?.hops[0]?.message.recipients[0]?.deliveries[0];
    expect(delivery?.delays.c).toBe(31);
    expect(delivery?.attribution).toMatchObject({
      failed: [{ relay: { host: 'relaya4.example.net' }, seconds: { least: 6, likely: 6, most: 6.5 } }],
      rest: { likely: 25 },
      stalls: 5,
    });
    expect(await shown(store.reader, '8BD2DC210E')).toContain('try 1 relaya4               6 s ± 0.5 s');
  });

  test('the lines are below the story, with those that have no queue ID', async () => {
    const out = await shown(store.reader, '8BD2DC210E', '--lines');
    expect(out).toContain('left the queue\n  6 lines\n');
    expect(out).toContain('smtp     connect to relaya4.example.net[10.50.0.104]:25: Connection timed\n');
    expect(out).toContain('out (no queue ID; same process)\n');
  });

  test('as JSON, with the lines behind each attempt', async () => {
    const { out } = await run(kept(store.reader), ['trace', '8BD2DC210E', '--json']);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ asked: '8BD2DC210E', by: 'queue_id', queueIds: ['8BD2DC210E'], limits: [], loose: [] });
    const [{ message, attempts, lines }] = report.chains[0].messages;
    expect(message).toMatchObject({ arrival: '2026-11-24T03:05:18.000Z', state: 'sent', attempts: 2, failedAttempts: 1 });
    expect(
      attempts.map(({ outcome, kind, lines: own }: { outcome: string; kind?: string; lines: string[] }) => [outcome, kind, own.length]),
    ).toEqual([
      ['failed', 'connect_timeout', 1],
      ['sent', undefined, 1],
    ]);
    expect(lines).toHaveLength(6);
    expect(lines).toEqual(expect.arrayContaining(attempts.flatMap(({ lines: own }: { lines: string[] }) => own)));
    expect(message.recipients[0].deliveries[0].attribution.failed[0].attempt).toBe(attempts[0].id);
    // The identities are those of the lines themselves.
    const full = JSON.parse((await run(kept(store.reader), ['trace', '8BD2DC210E', '--json', '--lines'])).out);
    expect(full.chains[0].messages[0].lines.map(({ event }: { event: { id: string } }) => event.id)).toEqual(lines);
  });

  test('as CSV: a row for each try and each delivery, or for each line', async () => {
    const rows = (await run(kept(store.reader), ['trace', '8BD2DC210E', '--csv', '--zone', 'UTC'])).out.trimEnd().split('\n');
    expect(rows.map((row) => row.split(',').slice(0, 2).join(' '))).toEqual([
      'record time',
      'attempt 2026-11-24T03:06:14+00:00',
      'attempt 2026-11-24T03:06:14+00:00',
      'delivery 2026-11-24T03:06:14+00:00',
    ]);
    expect(rows[3]).toContain(',56,0,25,31,0,6,25,');
    const lines = (await run(kept(store.reader), ['trace', '8BD2DC210E', '--csv', '--lines'])).out.trimEnd().split('\n');
    expect(lines).toHaveLength(7);
  });

  test('is found by message-id, with brackets or without, and by a queue ID in small letters', async () => {
    const id = '179548951851.19143.7187041387713896602@client.test';
    const [chain] = (await trace(store.reader, '8BD2DC210E', {})).chains;
    for (const asked of [`<${id}>`, id, id.toUpperCase(), '8bd2dc210e']) {
      const report = await trace(store.reader, asked, {});
      expect(report.chains[0]?.hops.map(({ message }) => message)).toEqual(chain?.hops.map(({ message }) => message));
      expect(report.queueIds).toEqual(['8BD2DC210E']);
    }
    expect(await shown(store.reader, `<${id}>`)).toContain(`message-id <${id}>: 1 queue ID: 8BD2DC210E`);
  });

  test('an ordinary message costs a handful of questions', async () => {
    const { reader, asked } = counting(store.reader);
    const { chains } = await trace(reader, '8BD2DC210E', {});
    expect(chains).toHaveLength(1);
    expect(asked.length).toBeLessThanOrEqual(5);
  });
});

describe('a log of three hosts', () => {
  const lines: string[] = [];
  for (const item of generate({ seed: 5, hosts: 3, days: 2, lines: 30_000 })) if (item.kind === 'line') lines.push(item.line);
  const store = storeOf(async (workshop) => {
    workshop.write('maillog', `${lines.join('\n')}\n`, now);
    await workshop.import(['maillog']);
  });
  let whole: Folded;
  beforeAll(async () => {
    const facts = (await documentsOf(store.reader)).map(factIn).filter((fact) => fact !== undefined);
    whole = fold(facts);
  });

  /** What the seconds of a try come to depends on which time-outs were seen elsewhere. */
  const withoutSeconds = (message: Message) => ({
    ...message,
    recipients: message.recipients.map((recipient) => ({
      ...recipient,
      deliveries: recipient.deliveries.map(({ attribution, ...delivery }) => ({
        ...delivery,
        failed: attribution?.failed.map(({ attempt }) => attempt),
      })),
    })),
  });

  test('a trace finds what folding the whole log finds, from whichever message of a chain it begins', async () => {
    const some = new Map<string, Message>();
    for (const [i, message] of whole.messages.entries()) if (i % 150 === 0) some.set(message.id, message);
    for (const kind of ['filter', 'next_hop', 'bounce', 'forward', 'delay_notice'] as const) {
      for (const message of whole.messages.filter(({ links }) => links.some((link) => link.kind === kind)).slice(0, 3))
        some.set(message.id, message);
    }
    for (const message of [...whole.messages].sort((a, b) => b.failedAttempts - a.failedAttempts).slice(0, 5))
      some.set(message.id, message);
    expect(some.size).toBeGreaterThan(20);
    for (const { id } of some.values()) {
      const chain = chainOf(whole.messages, (message) => message.id === id);
      for (const start of chain.messages) {
        const { chains, limits } = await trace(store.reader, start.queueId, {
          host: start.host,
          since: start.firstLine,
          until: start.lastLine + 1,
        });
        const own = chains.find(({ hops }) => hops.some(({ message }) => message.id === start.id));
        expect(own?.hops.map(({ message }) => withoutSeconds(message))).toEqual(chain.messages.map(withoutSeconds));
        expect(own?.edges).toEqual(chain.edges);
        expect(limits).toEqual([]);
        for (const { message, attempts, attemptLines, lines: shownLines } of own?.hops ?? []) {
          expect(attempts.map((attempt) => attempt.id)).toEqual(
            whole.attempts.filter((attempt) => attempt.message === message.id).map((attempt) => attempt.id),
          );
          const ids = new Set(shownLines.map(({ event }) => event.event.id));
          expect(ids.size).toBeGreaterThanOrEqual(message.facts);
          for (const of of attemptLines.values()) for (const line of of) expect(ids).toContain(line);
        }
      }
    }
  });
});

const stamp = (time: string, host: string, program: string, text: string) => `2026-11-24T${time}+00:00 ${host} postfix/${program}: ${text}`;

describe('a mail that went from server to server, through a filter, and came back', () => {
  const out = [
    stamp('01:00:00.000', 'out1', 'pickup[10]', '3A0000000A: uid=1000 from=<ann@example.org>'),
    stamp('01:00:00.010', 'out1', 'cleanup[11]', '3A0000000A: message-id=<one@example.org>'),
    stamp('01:00:00.020', 'out1', 'qmgr[12]', '3A0000000A: from=<ann@example.org>, size=1200, nrcpt=1 (queue active)'),
    stamp('01:00:30.020', 'out1', 'smtp[13]', 'connect to mx2.example.net[192.0.2.2]:25: Connection timed out'),
    stamp(
      '01:00:30.520',
      'out1',
      'smtp[13]',
      '3A0000000A: to=<bob@example.net>, relay=mx1.example.net[192.0.2.1]:25, delay=31, delays=0.02/0/30/0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 3B0000000B)',
    ),
    stamp('01:00:30.530', 'out1', 'qmgr[12]', '3A0000000A: removed'),
  ];
  const mx = [
    stamp('01:00:30.100', 'mx1', 'smtpd[20]', 'connect from out1.example.org[198.51.100.1]'),
    stamp(
      '01:00:30.120',
      'mx1',
      'smtpd[20]',
      'Anonymous TLS connection established from out1.example.org[198.51.100.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
    ),
    stamp('01:00:30.200', 'mx1', 'smtpd[20]', '3B0000000B: client=out1.example.org[198.51.100.1]'),
    stamp('01:00:30.210', 'mx1', 'cleanup[21]', '3B0000000B: message-id=<one@example.org>'),
    stamp('01:00:30.220', 'mx1', 'qmgr[22]', '3B0000000B: from=<ann@example.org>, size=1500, nrcpt=1 (queue active)'),
    stamp('01:00:31.000', 'mx1', 'smtpd[23]', '3C0000000C: client=localhost[127.0.0.1]'),
    stamp('01:00:31.010', 'mx1', 'cleanup[21]', '3C0000000C: message-id=<one@example.org>'),
    stamp('01:00:31.020', 'mx1', 'qmgr[22]', '3C0000000C: from=<ann@example.org>, size=1900, nrcpt=1 (queue active)'),
    stamp(
      '01:00:31.030',
      'mx1',
      'smtp[24]',
      '3B0000000B: to=<bob@example.net>, relay=127.0.0.1[127.0.0.1]:10024, delay=0.8, delays=0.02/0/0/0.78, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3C0000000C)',
    ),
    stamp('01:00:31.040', 'mx1', 'qmgr[22]', '3B0000000B: removed'),
    stamp(
      '01:00:31.050',
      'mx1',
      'local[25]',
      '3C0000000C: to=<bob@example.net>, relay=local, delay=0.05, delays=0.02/0/0/0.03, dsn=5.2.2, status=bounced (mailbox is full)',
    ),
    stamp('01:00:31.060', 'mx1', 'cleanup[21]', '3D0000000D: message-id=<20261124010031.3D0000000D@mx1.example.net>'),
    stamp('01:00:31.070', 'mx1', 'bounce[26]', '3C0000000C: sender non-delivery notification: 3D0000000D'),
    stamp('01:00:31.080', 'mx1', 'qmgr[22]', '3D0000000D: from=<>, size=3000, nrcpt=1 (queue active)'),
    stamp('01:00:31.090', 'mx1', 'qmgr[22]', '3C0000000C: removed'),
  ];
  const store = storeOf(async (workshop) => {
    workshop.write('out1.log', `${out.join('\n')}\n`);
    workshop.write('mx1.log', `${mx.join('\n')}\n`);
    await workshop.import(['out1.log', 'mx1.log']);
  });

  const all = ['3A0000000A', '3B0000000B', '3C0000000C', '3D0000000D'];

  test('is one way, whichever of its queue IDs is given', async () => {
    for (const id of all) {
      const { chains } = await trace(store.reader, id, {});
      expect(chains).toHaveLength(1);
      expect(chains[0]?.hops.map(({ message }) => message.queueId)).toEqual(all);
      expect(chains[0]?.hops.filter(({ asked }) => asked).map(({ message }) => message.queueId)).toEqual([id]);
      expect(chains[0]?.edges.map(({ kind }) => kind)).toEqual(['next_hop', 'filter', 'bounce']);
    }
  });

  test('is told from hop to hop', async () => {
    expect(await shown(store.reader, '3D0000000D')).toMatchInlineSnapshot(`
      "times in UTC

      The way of this mail: 4 messages on 2 hosts
        2026-11-24 01:00:00  3A0000000A        out1  sent        31 s
        2026-11-24 01:00:30    3B0000000B      mx1   filtered   0.8 s  next server, from 3A0000000A on ou…
        2026-11-24 01:00:31      3C0000000C    mx1   bounced   0.05 s  behind the content filter, from 3B…
        2026-11-24 01:00:31        3D0000000D  mx1   queued            non-delivery notice about 3C000000…

      3A0000000A on out1
        sent, 31 s after arrival, 2 tries, 1 failed
        from <ann@example.org>
        message-id <one@example.org>
        1.2 kB
        2026-11-24
        01:00:00  arrived from local user 1000
        01:00:30  sent: <bob@example.net>, by mx1.example.net[192.0.2.1], 31 s after arrival
                  try 1  mx2.example.net[192.0.2.2], until 01:00:30 (up to 30 s): connect timed out
                  try 2  mx1.example.net[192.0.2.1], at 01:00:30 (0.5 s): sent
                  a  before the queue manager         0.02 s  ▏
                  b  in the queue manager                0 s
                  c  connection set-up                  30 s  ████████████████████████████████████████
                     try 1 mx2                    up to 30 s  ███████████████████████████████████████▉
                     name resolution, set-up      up to 31 s  ▏
                  d  transmission                      0.4 s  ▌
                  250 2.0.0 Ok: queued as 3B0000000B
        01:00:30  goes on at mx1.example.net[192.0.2.1]: 3B0000000B
        01:00:30  left the queue

      3B0000000B on mx1, next server, from 3A0000000A on out1
        taken by the content filter, 0.8 s after arrival, 1 try
        from <ann@example.org>
        message-id <one@example.org>
        1.5 kB
        2026-11-24
        01:00:30  arrived from out1.example.org[198.51.100.1], TLSv1.3
        01:00:31  sent: <bob@example.net>, by 127.0.0.1[127.0.0.1]:10024, 0.8 s after arrival
                  a  before the queue manager         0.02 s  █
                  b  in the queue manager                0 s
                  c  connection set-up                   0 s
                  d  transmission                     0.78 s  ████████████████████████████████████████
                  250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3C0000000C
        01:00:31  behind the content filter: 3C0000000C
        01:00:31  left the queue

      3C0000000C on mx1, behind the content filter, from 3B0000000B
        bounced, 0.05 s after arrival, 1 try, 1 failed
        from <ann@example.org>
        message-id <one@example.org>
        1.9 kB
        2026-11-24
        01:00:31  arrived from localhost[127.0.0.1]
        01:00:31  bounced: <bob@example.net>, at local, 0.05 s after arrival
                  try 1  local, at 01:00:31 (0.03 s): failed
                  a  before the queue manager         0.02 s  ██████████████████████████▋
                  b  in the queue manager                0 s
                  c  connection set-up                   0 s
                  d  transmission                     0.03 s  ████████████████████████████████████████
                  mailbox is full
        01:00:31  non-delivery notice: 3D0000000D
        01:00:31  left the queue

      3D0000000D on mx1, non-delivery notice about 3C0000000C
        in the queue, not yet tried for every recipient
        The log does not say that it was removed (still in the queue, or its end is not in the store).
        from <>
        message-id <20261124010031.3D0000000D@mx1.example.net>
        3.0 kB
        1 recipient of whom no line tells a delivery
        2026-11-24
        01:00:31  arrived, made by Postfix

      The 20 lines of the log: postscope trace 3D0000000D --lines
      "
    `);
  });

  test('--host says which message is meant, and not where its way ends', async () => {
    const { chains } = await trace(store.reader, '<one@example.org>', { host: 'mx1' });
    expect(chains.map(({ hops }) => hops.map(({ message, asked }) => [message.queueId, asked]))).toEqual([
      all.map((id) => [id, id === '3B0000000B' || id === '3C0000000C']),
    ]);
  });

  test('what the log does not say is said', async () => {
    const half = new Workshop();
    half.write('mx1.log', `${mx.slice(8, 10).join('\n')}\n`);
    await half.import(['mx1.log']);
    const text = await half.read((reader) => shown(reader, '3B0000000B'));
    half.remove();
    expect(text).toContain('The log does not say how it arrived, nor its message-id, nor that the queue manager took it.');
    expect(text).toContain('arrived (worked out from the first delivery: the log begins later)');
    expect(text).toContain('behind the content filter: 3C0000000C, of which the store has no line');
  });
});

describe('a short queue ID that came back', () => {
  const life = (day: string, id: string) => [
    `2026-11-${day}T01:00:00+00:00 mx1 postfix/pickup[1]: 3A0000000A: uid=0 from=<root>`,
    `2026-11-${day}T01:00:00+00:00 mx1 postfix/cleanup[2]: 3A0000000A: message-id=<${id}>`,
    `2026-11-${day}T01:00:00+00:00 mx1 postfix/cleanup[2]: warning: 3A0000000A: unreasonable header`,
    `2026-11-${day}T01:00:01+00:00 mx1 postfix/qmgr[3]: 3A0000000A: removed`,
  ];
  const store = storeOf(async (workshop) => {
    workshop.write('maillog', `${[...life('20', 'a@x'), ...life('22', 'b@x')].join('\n')}\n`);
    await workshop.import(['maillog']);
  });

  test('is two mails, with their own lines, and a period chooses', async () => {
    const both = await trace(store.reader, '3A0000000A', {});
    expect(both.chains.map(({ hops }) => [hops[0]?.message.messageId, hops[0]?.lines.length])).toEqual([
      ['a@x', 4],
      ['b@x', 4],
    ]);
    expect(await shown(store.reader, '3A0000000A')).toContain('Mail 2 of 2 with this queue ID');
    const later = await trace(store.reader, '3A0000000A', { since: at('2026-11-21T00:00:00Z') });
    expect(later.chains.map(({ hops }) => hops[0]?.message.messageId)).toEqual(['b@x']);
    expect((await trace(store.reader, '<a@x>', {})).chains).toHaveLength(1);
  });
});

describe('many copies of one message', () => {
  const copies = Array.from({ length: 60 }, (_, i) => {
    const id = `3A000000${(i + 16).toString(16).toUpperCase()}`;
    return [
      stamp('01:00:00.000', 'mx1', 'pickup[1]', `${id}: uid=38 from=<list@x>`),
      stamp('01:00:00.000', 'mx1', 'cleanup[2]', `${id}: message-id=<list@x>`),
      stamp('01:00:01.000', 'mx1', 'qmgr[3]', `${id}: removed`),
    ];
  }).flat();
  const store = storeOf(async (workshop) => {
    workshop.write('maillog', `${copies.join('\n')}\n`);
    await workshop.import(['maillog']);
  });

  test('whoever asks for one is told that not all were looked at', async () => {
    const report = await trace(store.reader, '3A00000010', {});
    expect(report.chains.map(({ hops }) => hops.length)).toEqual([1]);
    expect(report.limits).toEqual(['19 messages more with the same message-id; only the 40 nearest in time were looked at.']);
    expect(await shown(store.reader, '3A00000010')).toContain('only the 40 nearest in time');
  });

  test('whoever asks for all of them has all', async () => {
    const report = await trace(store.reader, 'list@x', {});
    expect(report.chains).toHaveLength(60);
  });
});

const elasticsearch = await service('elasticsearch');

describe.skipIf(elasticsearch.missing !== undefined)('both stores', () => {
  let stores: TwoStores;
  beforeAll(async () => {
    stores = new TwoStores(elasticsearch.url ?? '', `trace-${randomBytes(4).toString('hex')}`);
    const lines = [...generate({ seed: 5, hosts: 3, days: 2, lines: 3_000 })].flatMap((item) => (item.kind === 'line' ? [item.line] : []));
    await stores.fill({ 'three-hosts.log': `${lines.join('\n')}\n` }, now, 'UTC');
  });
  afterAll(() => stores.remove());

  test('have the same answer', async () => {
    const [embedded, cluster] = [await stores.reader('embedded'), await stores.reader('cluster')];
    const facts = (await documentsOf(embedded)).map(factIn).filter((fact) => fact !== undefined);
    const { messages } = fold(facts);
    const told = messages.filter(
      ({ links, failedAttempts, queueId }) => failedAttempts > 1 || links.length > 1 || queueId === '8BD2DC210E',
    );
    expect(told.length).toBeGreaterThan(10);
    for (const { queueId, messageId } of told.slice(0, 15)) {
      for (const asked of [queueId, ...(messageId === undefined ? [] : [`<${messageId}>`])]) {
        expect(await trace(cluster, asked, {})).toEqual(await trace(embedded, asked, {}));
      }
    }
  });
});
