import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Zone } from '../postfix/zone.js';
import { delaysOverTime, latestOf, worstOf } from '../report/delays.js';
import { examine, hoursWithoutLine } from '../report/doctor.js';
import { failuresOverTime } from '../report/failures.js';
import { mostTelling, relaysCompared } from '../report/relays.js';
import { trace } from '../report/trace.js';
import { failureWords, relayLabel, relayName, shortNames } from '../report/vocabulary.js';
import type { Relay } from '../store/port.js';
import {
  at,
  delaysOf,
  failure,
  fakeReader,
  relay101,
  relay102,
  relay102WithoutPort,
  relayA4,
  spread,
  summary,
  unmeasured,
} from './fake_reader.js';
import { storedLines } from './stored_lines.js';

const utc = new Zone('UTC');
const april = { first: at('2026-04-01T05:00Z'), last: at('2026-04-04T20:00Z') };
const question = { scope: {}, period: april, by: 'day' as const, zone: utc, kinds: undefined, counted: 'status_lines' as const };

const relays: fc.Arbitrary<Relay> = fc.record({
  host: fc.constantFrom('a.example', 'b.example', 'none'),
  ip: fc.constantFrom(undefined, '192.0.2.1', '192.0.2.2'),
  port: fc.constantFrom(undefined, 25, 587),
});

describe('failures over time', () => {
  test('days without a failure are there too', async () => {
    const reader = fakeReader({ failures: async () => [failure('2026-04-02T00:00Z', relayA4, 'connect_timeout', 3)] });
    const report = await failuresOverTime(reader, question);
    expect(report.buckets.map(({ total }) => total)).toEqual([0, 3, 0, 0]);
    expect([report.since, report.until]).toEqual([at('2026-04-01T00:00Z'), at('2026-04-05T00:00Z')]);
  });

  test('a relay named with and without its port is one', async () => {
    const reader = fakeReader({
      failures: async () => [
        failure('2026-04-02T00:00Z', relay102WithoutPort, 'conversation_timeout', 3, {
          first: at('2026-04-02T01:00Z'),
          last: at('2026-04-02T02:00Z'),
        }),
        failure('2026-04-03T00:00Z', relay102, 'connect_timeout', 1, { first: at('2026-04-03T09:00Z'), last: at('2026-04-03T09:00Z') }),
      ],
    });
    const report = await failuresOverTime(reader, question);
    expect(report.relays).toEqual([
      {
        relay: relay102,
        total: 4,
        seconds: undefined,
        kinds: [
          { kind: 'conversation_timeout', count: 3 },
          { kind: 'connect_timeout', count: 1 },
        ],
        first: at('2026-04-02T01:00Z'),
        last: at('2026-04-03T09:00Z'),
        counts: [0, 3, 1, 0],
      },
    ]);
  });

  test('nothing is lost, whatever relays there are', async () => {
    const count = fc.tuple(relays, fc.constantFrom('2026-04-01T00:00Z', '2026-04-03T00:00Z', '2026-05-01T00:00Z'), fc.nat(100));
    await fc.assert(
      fc.asyncProperty(fc.array(count), async (counts) => {
        const reader = fakeReader({ failures: async () => counts.map(([relay, bucket, n]) => failure(bucket, relay, 'other', n)) });
        const report = await failuresOverTime(reader, question);
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
        const expected = sum(counts.map(([, , n]) => n));
        expect(report.total).toBe(expected);
        expect(sum(report.buckets.map(({ total }) => total))).toBe(expected);
        expect(sum(report.relays.flatMap(({ counts: series }) => series))).toBe(expected);
        expect(new Set(report.relays.map(({ relay }) => relayName(relay))).size).toBe(report.relays.length);
      }),
    );
  });
});

describe('relays', () => {
  test('with an address first, then local transports, then what names none', async () => {
    const local = { host: 'local', ip: undefined, port: undefined };
    const socket = { host: 'mx1.example', ip: 'private/dovecot-lmtp', port: undefined };
    const none = { host: 'none', ip: undefined, port: undefined };
    const reader = fakeReader({
      relays: async () => [
        summary(none, { attempts: 9 }),
        summary(local, { attempts: 5 }),
        summary(socket, { attempts: 8 }),
        summary(relay101, { attempts: 1 }),
      ],
    });
    expect((await relaysCompared(reader, { scope: {}, counted: 'status_lines' })).relays.map(({ relay }) => relay)).toEqual([
      relay101,
      socket,
      local,
      none,
    ]);
  });

  test('what is measured stays with the delivery lines, whose relay has a port', async () => {
    const reader = fakeReader({
      relays: async () => [
        summary(relay102WithoutPort, {
          attempts: 7,
          failures: [{ kind: 'lost_connection', phase: 'body', count: 7 }],
          firstFailure: 5,
          lastFailure: 9,
        }),
        summary(relay102, {
          attempts: 10,
          sent: 10,
          c: spread(1, 2, 3, 4),
          d: unmeasured,
          firstFailure: undefined,
          lastFailure: undefined,
        }),
      ],
    });
    const { relays: answers, failures } = await relaysCompared(reader, { scope: {}, counted: 'status_lines' });
    expect(answers).toMatchObject([
      { relay: relay102, attempts: 17, sent: 10, failed: 7, c: spread(1, 2, 3, 4), firstFailure: 5, lastFailure: 9 },
    ]);
    expect(failures).toEqual([{ kind: 'lost_connection', phase: 'body', count: 7 }]);
  });

  test('a page has those that fail most among the busiest', async () => {
    const reader = fakeReader({
      relays: async () =>
        Array.from({ length: 20 }, (_, i) =>
          summary(
            { host: `mx${i}.example`, ip: '192.0.2.1', port: 25 },
            { attempts: 100 - i, failures: [{ kind: 'other', phase: undefined, count: i }] },
          ),
        ),
    });
    const report = await relaysCompared(reader, { scope: {}, counted: 'status_lines' });
    expect(mostTelling(report, 4).map(({ relay }) => relay.host)).toEqual(['mx0.example', 'mx1.example', 'mx18.example', 'mx19.example']);
  });
});

describe('delays', () => {
  test('the latest and the worst of a period with holes in it', async () => {
    const reader = fakeReader({
      delays: async () => [delaysOf('2026-04-01T00:00Z', 5, { c: spread(25, 25, 31, 46) }), delaysOf('2026-04-03T00:00Z', 7)],
    });
    const report = await delaysOverTime(reader, question);
    expect(report.buckets.map(({ deliveries }) => deliveries)).toEqual([5, 0, 7, 0]);
    expect(latestOf(report)?.bucket).toBe(at('2026-04-03T00:00Z'));
    expect(worstOf(report, 'c')?.bucket).toBe(at('2026-04-01T00:00Z'));
    expect(report.buckets[1]?.c).toEqual(unmeasured);
  });
});

describe('doctor', () => {
  test('a line that is nowhere is missing', async () => {
    const account = { path: 'maillog', read: 10, stored: 5, alreadyThere: 2, quarantined: 1, bytes: 1, complete: true, notes: [] };
    const report = await examine(fakeReader({ sources: async () => [account, { ...account, read: 8 }] }), {});
    expect(report.books.map(({ missing }) => missing)).toEqual([2, 0]);
    expect(report).toMatchObject({ read: 18, stored: 10, alreadyThere: 4, quarantined: 2, disagreeing: 1 });
  });

  test('gaps count by whole hours', () => {
    const gaps = [
      { since: at('2026-04-01T00:00Z'), until: at('2026-04-01T09:00Z') },
      { since: at('2026-04-02T00:00Z'), until: at('2026-04-02T01:00Z') },
    ];
    expect(hoursWithoutLine({ host: 'mailer', lines: 1, first: 0, last: 0, gaps })).toBe(10);
  });
});

describe('trace', () => {
  test('two messages that had the same queue ID are two, on each host', async () => {
    const events = ['one', 'two'].flatMap((host) =>
      storedLines([
        `Apr  1 00:00:00 ${host} postfix/smtpd[1]: ABCDEF1234: client=x[192.0.2.1]`,
        `Apr  1 00:01:00 ${host} postfix/qmgr[2]: ABCDEF1234: removed`,
        // rsyslog may write these in another order.
        `Apr  5 00:00:00 ${host} postfix/cleanup[3]: ABCDEF1234: message-id=<${host}>`,
        `Apr  5 00:00:00 ${host} postfix/pickup[4]: ABCDEF1234: uid=0 from=<x>`,
      ]),
    );
    const report = await trace(fakeReader({ trace: async () => events }), 'ABCDEF1234', {});
    expect(report.chains.map(({ hops }) => hops.map(({ message, lines }) => [message.host, lines.length, message.ending]))).toEqual([
      [['one', 2, 'removed']],
      [['two', 2, 'removed']],
      [['one', 2, undefined]],
      [['two', 2, undefined]],
    ]);
  });

  test('the tries of one delivery to two recipients are told once, and asked for once', async () => {
    const to = (name: string) =>
      `Apr  1 00:00:31 mailer postfix/smtp[5]: ABCDEF1234: to=<${name}>, relay=y[192.0.2.2]:25, delay=31, delays=0/0/31/0, dsn=2.0.0, status=sent (250 ok)`;
    const [attempt, a, b] = storedLines([
      'Apr  1 00:00:20 mailer postfix/smtp[5]: connect to x[192.0.2.1]:25: Connection timed out',
      to('a'),
      to('b'),
    ]);
    let searches = 0;
    const reader = fakeReader({
      trace: async () => [a, b].filter((event) => event !== undefined),
      search: async ({ limit }) => {
        if (limit < 3_000) searches++;
        return { events: attempt === undefined ? [] : [attempt] };
      },
    });
    const [hop] = (await trace(reader, 'ABCDEF1234', {})).chains[0]?.hops ?? [];
    expect(hop?.lines.map(({ named, gap }) => [named, gap])).toEqual([
      [false, undefined],
      [true, 11],
      [true, 0],
    ]);
    expect(hop?.attempts.map(({ outcome, recipients }) => [outcome, recipients])).toEqual([
      ['failed', []],
      ['sent', ['a', 'b']],
    ]);
    expect(searches).toBe(1);
  });

  test('a name that is no queue ID is a message-id', async () => {
    const asked: (string | undefined)[] = [];
    const reader = fakeReader({
      search: async ({ messageId }) => {
        asked.push(messageId);
        return { events: [] };
      },
    });
    await trace(reader, '<CAFEBABE>', {});
    await trace(reader, 'ABCDEF1234', {});
    expect(asked).toEqual(['CAFEBABE', 'ABCDEF1234']);
  });
});

describe('words', () => {
  test('names are as short as they can be without two being alike', () => {
    const mx = (host: string, ip = '192.0.2.1', port = 25): Relay => ({ host, ip, port });
    expect(
      shortNames([
        mx('relay101.example.net'),
        mx('mx1.a.example'),
        mx('mx1.b.example'),
        mx('mx2.c.example', '192.0.2.1'),
        mx('mx2.c.example', '192.0.2.2'),
      ]),
    ).toEqual(['relay101', 'mx1.a.example', 'mx1.b.example', 'mx2.c.example[192.0.2.1]', 'mx2.c.example[192.0.2.2]']);
    expect(shortNames([mx('x.example', '192.0.2.1', 25), mx('x.example', '192.0.2.1', 587)])).toEqual([
      'x.example[192.0.2.1]:25',
      'x.example[192.0.2.1]:587',
    ]);
    expect(shortNames([mx('10.0.0.1'), mx('10.0.0.2')])).toEqual(['10.0.0.1', '10.0.0.2']);
    fc.assert(
      fc.property(fc.uniqueArray(relays, { selector: relayName }), (list) => {
        expect(new Set(shortNames(list)).size).toBe(list.length);
      }),
    );
  });

  test('port 25 goes without saying', () => {
    expect([relayLabel(relay101), relayLabel({ ...relay101, port: 587 }), relayName(relay101)]).toEqual([
      'relay101.example.net[10.50.0.101]',
      'relay101.example.net[10.50.0.101]:587',
      'relay101.example.net[10.50.0.101]:25',
    ]);
  });

  test('failures', () => {
    expect([
      failureWords('conversation_timeout', 'end_of_data'),
      failureWords('lost_connection', 'greeting'),
      failureWords('rejected_temporary', 'rcpt'),
      failureWords('connect_timeout', 'connect'),
      failureWords('greeting_refused', 'greeting'),
      failureWords('dns_failure', undefined),
    ]).toEqual([
      'timed out at end of data',
      'cut off at greeting',
      '4xx at RCPT TO',
      'connect timed out',
      'refused to talk to us',
      'DNS failure',
    ]);
  });
});
