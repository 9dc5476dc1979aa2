import { describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import type { Reader, SourceAccount } from '../store/port.js';
import {
  type Answers,
  at,
  Collected,
  delaysOf,
  failure,
  fakeReader,
  hostileRelay,
  line,
  noTotals,
  relay101,
  relay102,
  relay102WithoutPort,
  relayA4,
  run,
  searchable,
  spread,
  summary,
  unmeasured,
} from './fake_reader.js';
import { storedLines } from './stored_lines.js';

/** Nothing of this may reach a terminal, but for newlines and our own colours. */
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ue000-\ue07f]/u;
const withoutColours = (text: string) => text.replace(/\x1b\[[\d;]*m|\n/g, '');

const totals = {
  lines: 1_234_567,
  hosts: ['mailer', 'relay\x1b[5m\u202e'],
  first: at('2026-03-30T10:00:00Z'),
  last: at('2026-04-09T21:00:00Z'),
  bytes: 45_000_000,
};

const account = (path: string, more: Partial<SourceAccount> = {}): SourceAccount => ({
  path,
  read: 100,
  stored: 90,
  alreadyThere: 8,
  quarantined: 2,
  bytes: 12_345,
  complete: true,
  notes: [],
  ...more,
});

/** A store in which relay A4 stopped answering on 3 April, and with names that somebody chose with care. */
function incident(more: Answers = {}): Reader {
  return fakeReader({
    totals: async () => totals,
    failures: async ({ kinds }) =>
      [
        failure('2026-04-02T22:00Z', relayA4, 'connect_timeout', 1204, {
          first: at('2026-04-03T00:11:31Z'),
          last: at('2026-04-03T21:00:00Z'),
        }),
        failure('2026-04-03T22:00Z', relayA4, 'connect_timeout', 310, {
          first: at('2026-04-03T22:00:05Z'),
          last: at('2026-04-04T20:00:00Z'),
        }),
        failure('2026-04-03T22:00Z', relay102WithoutPort, 'conversation_timeout', 7, {
          first: at('2026-04-04T01:00:00Z'),
          last: at('2026-04-04T02:00:00Z'),
        }),
        failure('2026-04-03T22:00Z', relay102, 'conversation_timeout', 5, {
          first: at('2026-04-04T00:30:00Z'),
          last: at('2026-04-04T00:31:00Z'),
        }),
        failure('2026-04-08T22:00Z', hostileRelay, 'connect_timeout', 1, {
          first: at('2026-04-09T11:00:00Z'),
          last: at('2026-04-09T11:00:00Z'),
        }),
        failure('2026-04-08T22:00Z', relay101, 'lost_connection', 2, {
          first: at('2026-04-09T12:00:00Z'),
          last: at('2026-04-09T12:00:00Z'),
        }),
      ].filter(({ kind }) => kinds === undefined || kinds.includes(kind)),
    relays: async () => [
      summary(hostileRelay, {
        attempts: 1,
        failures: [{ kind: 'connect_timeout', phase: 'connect', count: 1 }],
        firstFailure: at('2026-04-09T11:00:00Z'),
        lastFailure: at('2026-04-09T11:00:00Z'),
      }),
      summary(relay101, {
        attempts: 52_000,
        sent: 51_998,
        failures: [{ kind: 'lost_connection', phase: 'body', count: 2 }],
        c: spread(0.05, 25, 31, 7500),
        d: spread(0.02, 0.04, 0.1, 3),
        firstFailure: at('2026-04-09T12:00:00Z'),
        lastFailure: at('2026-04-09T12:00:00Z'),
      }),
      summary(relay102, {
        attempts: 1005,
        sent: 990,
        deferred: 9,
        bounced: 1,
        failures: [{ kind: 'conversation_timeout', phase: 'end_of_data', count: 5 }],
        c: spread(0.05, 0.1, 25, 31),
        d: spread(0.02, 8, 8, 8),
        firstFailure: at('2026-04-04T00:30:00Z'),
        lastFailure: at('2026-04-04T00:31:00Z'),
      }),
      summary(relay102WithoutPort, {
        attempts: 7,
        failures: [{ kind: 'conversation_timeout', phase: 'end_of_data', count: 7 }],
        firstFailure: at('2026-04-04T00:20:00Z'),
        lastFailure: at('2026-04-04T02:00:00Z'),
      }),
      summary(relayA4, {
        attempts: 1514,
        failures: [{ kind: 'connect_timeout', phase: 'connect', count: 1514 }],
        firstFailure: at('2026-04-03T00:11:31Z'),
        lastFailure: at('2026-04-04T20:00:00Z'),
      }),
      summary(
        { host: 'none', ip: undefined, port: undefined },
        {
          attempts: 3,
          deferred: 3,
          failures: [{ kind: 'dns_failure', phase: undefined, count: 3 }],
          firstFailure: at('2026-04-04T00:00:00Z'),
          lastFailure: at('2026-04-04T00:00:00Z'),
        },
      ),
    ],
    delays: async () => [
      delaysOf('2026-04-01T22:00Z', 64_000),
      delaysOf('2026-04-02T22:00Z', 65_123, { b: spread(0.5, 50, 100, 125), c: spread(25, 25, 31, 46) }),
      delaysOf('2026-04-08T22:00Z', 12, { c: spread(0.05, 6, 31, 31), d: unmeasured }),
    ],
    coverage: async () => [
      {
        host: 'mailer',
        lines: 1_234_567,
        first: totals.first,
        last: totals.last,
        gaps: [{ since: at('2026-04-05T00:00Z'), until: at('2026-04-05T09:00Z') }],
      },
    ],
    sources: async () => [account('/var/log/maillog'), account('/var/log/maillog.1.gz', { notes: ['ends in the middle of a line'] })],
    reasons: async () => [
      {
        kind: 'rejected_permanent',
        phase: 'rcpt',
        replyCode: 550,
        enhancedCode: '5.1.1',
        count: 42,
        relays: 3,
        example: 'host mx[192.0.2.1] said: 550 \x1b[31mno\u202e',
        last: totals.last,
      },
    ],
    ...more,
  });
}

const commandLines = [
  'timeouts',
  'timeouts --kind all',
  'relays',
  'delays',
  'report',
  'doctor',
  'search',
  'search --full',
  'trace ABCDEF1234',
  'trace ABCDEF1234 --lines',
];
const hostileLine = line({
  time: '2026-04-03T00:11:31Z',
  queueId: 'ABCDEF1234',
  host: 'ma\x1b[2Jiler',
  program: 'postfix/sm\u202etp',
  message: 'ABCDEF1234: to=<=cmd|x@example.com>, relay=none, status=deferred (\x1b]0;owned\x07 \ue01b[1m \x9b31m said)',
  outcome: 'failure',
  fields: { recipient: '=cmd|x@example.com', status: 'deferred', delay: 5, delay_c: 5, reason: '\t=HYPERLINK("x")' },
});

/** What smtpd, cleanup and smtp write of a mail whose sender, names and relay's replies were chosen with care. */
const hostileMail = storedLines([
  'Apr  3 00:11:00 mailer postfix/smtpd[7]: ABCDEF1234: client=\x1b[2J=x\x9b31m[192.0.2.66], sasl_method=PLAIN, sasl_username==cmd|x',
  'Apr  3 00:11:00 mailer postfix/cleanup[8]: ABCDEF1234: message-id=<=\x1b[5m@x>',
  'Apr  3 00:11:00 mailer postfix/qmgr[9]: ABCDEF1234: from=<=cmd|\x1b]0;owned\x07@example.com>, size=8289, nrcpt=1 (queue active)',
  'Apr  3 00:11:39 mailer postfix/smtp[1234]: ABCDEF1234: host =x\xe2\x80\xae.example[192.0.2.1] said: 450 \x1b[31m said (in reply to MAIL FROM command)',
  'Apr  3 00:11:39 mailer postfix/smtp[1234]: ABCDEF1234: to=<=cmd|\x1b[1m@example.com>, relay==y\xe2\x80\xae.example[192.0.2.2]:25, delay=39, delays=0/0/31/8, dsn=4.0.0, status=deferred (host =y.example[192.0.2.2] said: 450 =\x1b]0;owned\x07\x9b31m no (in reply to RCPT TO command))',
  'Apr  3 00:11:40 mailer postfix/bounce[10]: ABCDEF1234: sender delay notification: ABCDEF9999',
]);

describe('whatever a sender wrote', () => {
  const { reader: searching } = searchable([hostileLine], '1.2');
  const reader = incident({
    search: searching.search,
    trace: async () => [hostileLine, ...hostileMail],
    unrecognized: async () => [{ program: 'x\x1b[1m', count: 1, examples: ['\x1b]52;c;aGk=\x07\u2066'] }],
    quarantine: async () => [{ reason: 'no_time', count: 1, examples: [{ path: '/var/log/\x1b[1m', offset: 5, text: '\0\x1b[31m' }] }],
    sources: async () => [account('/var/log/\x1b[31mmaillog', { notes: ['\x1b[31m'], complete: false })],
  });

  test.each(commandLines)('%s obeys nothing of it on a terminal', async (commandLine) => {
    for (const terminal of [40, 80, 200]) {
      const { code, out, err } = await run(reader, commandLine.split(' '), { terminal });
      expect({ code, err: withoutColours(err).match(dangerous) }).toEqual({ code: 0, err: null });
      expect(withoutColours(out)).not.toMatch(dangerous);
      // Our colours are all that is left: none of the numbers above is among them.
      expect(out).not.toMatch(/\x1b\[(?:5|2J|31m (?:said|no))/);
    }
  });

  test.each(commandLines)('%s has no colours and cuts nothing in a pipe', async (commandLine) => {
    const { out } = await run(reader, commandLine.split(' '));
    expect(out).not.toContain('\x1b');
    expect(out).not.toContain('…' + '\n');
  });

  test.each(commandLines)('%s --csv has no formula', async (commandLine) => {
    const { code, out } = await run(reader, [...commandLine.split(' '), '--csv']);
    expect(code).toBe(0);
    expect(out).not.toMatch(/(^|,)"?\s*[=+@]/m);
    expect(out.replaceAll('\n', '')).not.toMatch(dangerous);
  });

  test.each(commandLines)('%s --json is JSON', async (commandLine) => {
    const { out } = await run(reader, [...commandLine.split(' '), '--json']);
    if (commandLine.startsWith('search'))
      expect(
        out
          .trim()
          .split('\n')
          .map((text) => JSON.parse(text)),
      ).toEqual([hostileLine]);
    else expect(JSON.parse(out)).toBeTypeOf('object');
    expect(out.replaceAll('\n', '')).not.toMatch(dangerous);
  });

  test('NO_COLOR and TERM=dumb are honoured', async () => {
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await run(reader, ['timeouts'], { terminal: 100, env })).out).not.toContain('\x1b');
    }
    expect((await run(reader, ['timeouts'], { terminal: 100, env: { NO_COLOR: '' } })).out).toContain('\x1b[1m');
  });

  test('a terminal line is never longer than the terminal where a table is cut', async () => {
    for (const terminal of [80, 100, 132]) {
      for (const commandLine of ['timeouts', 'relays', 'delays']) {
        const { out } = await run(incident(), [commandLine], { terminal });
        const tooLong = withoutColoursByLine(out).filter((text) => text.length > terminal);
        expect({ commandLine, terminal, tooLong }).toEqual({ commandLine, terminal, tooLong: [] });
      }
    }
  });
});

const withoutColoursByLine = (text: string) => text.split('\n').map(withoutColours);
const plainOn = async (reader: Reader, argv: readonly string[], terminal: number) =>
  (await run(reader, argv, { terminal, env: { NO_COLOR: '1' } })).out;

describe('timeouts', () => {
  test('by relay and day, on a terminal', async () => {
    expect(await plainOn(incident(), ['timeouts'], 100)).toMatchInlineSnapshot(`
      "Timeouts per relay and day
      connect timed out, conversation timed out; 2026-03-30 00:00 to 2026-04-10 00:00, times in
      Europe/Berlin

      relay                      timeouts   share    time lost  first seen        last seen
      relaya4                       1,514  99.1 %  25 min 14 s  2026-04-03 02:11  2026-04-04 22:00
      relay102                         12   0.8 %         12 s  2026-04-04 02:30  2026-04-04 04:00
      =cmd|␛]0;owned␇\\u202elive         1  <0.1 %          1 s  2026-04-09 13:00  2026-04-09 13:00

      day             relaya4  relay102  =cmd|␛]0;owned␇\\u20…  total
      2026-03-30 Mon        ·         ·                     ·      ·
        … 2 days without any
      2026-04-02 Thu        ·         ·                     ·      ·
      2026-04-03 Fri    1,204         ·                     ·  1,204  ████████████████████████████████████
      2026-04-04 Sat      310        12                     ·    322  █████████▋
      2026-04-05 Sun        ·         ·                     ·      ·
        … 2 days without any
      2026-04-08 Wed        ·         ·                     ·      ·
      2026-04-09 Thu        ·         ·                     1      1  ▏
      "
    `);
  });

  test('in a narrow terminal, relays stand below each other', async () => {
    expect(await plainOn(incident(), ['timeouts', '--kind', 'all'], 60)).toMatchInlineSnapshot(`
      "Failures per relay and day
      all kinds; 2026-03-30 00:00 to 2026-04-10 00:00, times in
      Europe/Berlin

      relay                 failures    time lost  first seen        last seen
      relaya4                  1,514  25 min 14 s  2026-04-03 02:11  2026-04-04 22:00
      relay102                    12         12 s  2026-04-04 02:30  2026-04-04 04:00
      relay101                     2          2 s  2026-04-09 14:00  2026-04-09 14:00
      =cmd|␛]0;owned␇\\u20…         1          1 s  2026-04-09 13:00  2026-04-09 13:00

      day             relaya4  relay102  relay101  others  total
      2026-03-30 Mon        ·         ·         ·       ·      ·
        … 2 days without any
      2026-04-02 Thu        ·         ·         ·       ·      ·
      2026-04-03 Fri    1,204         ·         ·       ·  1,204
      2026-04-04 Sat      310        12         ·       ·    322
      2026-04-05 Sun        ·         ·         ·       ·      ·
        … 2 days without any
      2026-04-08 Wed        ·         ·         ·       ·      ·
      2026-04-09 Thu        ·         ·         2       1      3
      "
    `);
  });

  test('as CSV', async () => {
    expect((await run(incident(), ['timeouts', '--csv'])).out).toMatchInlineSnapshot(`
      "day,relay,ip,port,count
      2026-04-03,relaya4.example.net,10.50.0.104,25,1204
      2026-04-04,relaya4.example.net,10.50.0.104,25,310
      2026-04-04,relay102.example.net,10.50.0.102,25,12
      2026-04-09,"'=cmd|␛]0;owned␇\\u202elive",192.0.2.66,25,1
      "
    `);
  });

  test('asks for the kinds, the period and the zone that were typed', async () => {
    const asked: unknown[] = [];
    const reader = incident({
      failures: async (question) => {
        asked.push(question);
        return [];
      },
      tries: async (question) => {
        asked.push(question);
        return [];
      },
    });
    await run(
      reader,
      'timeouts --kind lost-connection,timeouts --kind tls_failure --by week --since 2026-04 --until 2026-04-05 --host mailer --zone UTC'.split(
        ' ',
      ),
    );
    await run(reader, ['timeouts', '--kind', 'all', '--status-lines']);
    // What fails without a try at a relay stands in lines alone.
    await run(reader, ['timeouts', '--kind', 'dns_failure,connection_refused']);
    expect(asked).toEqual([
      {
        by: 'week',
        zone: 'UTC',
        kinds: ['lost_connection', 'connect_timeout', 'conversation_timeout', 'tls_failure'],
        since: at('2026-04-01T00:00Z'),
        until: at('2026-04-06T00:00Z'),
        host: 'mailer',
      },
      { by: 'day', zone: 'Europe/Berlin' },
      { by: 'day', zone: 'Europe/Berlin', kinds: ['connection_refused'] },
      { by: 'day', zone: 'Europe/Berlin', kinds: ['dns_failure'] },
    ]);
  });

  test('--top shows that many relays, and the rest as a sum', async () => {
    const out = await plainOn(incident(), ['timeouts', '--top', '1'], 100);
    expect(out).toContain('and 2 relays more with 13 timeouts');
    expect(out).toMatch(/day +relaya4 +others +total/);
    expect(out).toMatch(/2026-04-04 Sat +310 +12 +322/);
  });

  test('of fifty relays, a pipe gets as many as a terminal; --top 50 is a list of them, --top 20 sums up the others', async () => {
    const reader = incident({
      failures: async () =>
        Array.from({ length: 50 }, (_, i) =>
          failure('2026-04-02T22:00Z', { host: `mx${i}.example`, ip: `192.0.2.${i}`, port: 25 }, 'connect_timeout', 100 - i),
        ),
    });
    const { out } = await run(reader, ['timeouts']);
    expect(out).toContain('and 34 relays more with 2,295 timeouts');
    expect(out).not.toContain('mx16');
    expect(out).toMatch(/2026-04-03 Fri +100 .* 89 +2,641 +3,775/);
    const all = (await run(reader, ['timeouts', '--top', '50'])).out;
    expect(all).toMatch(/2026-04-03 Fri +mx0.example\[192.0.2.0\] +100\n +mx1.example/);
    expect(all).toMatch(/mx49.example\[192.0.2.49\] +51\n$/);
    expect((await run(reader, ['timeouts', '--top', '20'])).out).toMatch(/mx19.example\[192.0.2.19\] +81\n +others +1,965\n$/);
    expect((await run(reader, ['timeouts', '--csv'])).out.split('\n')).toHaveLength(52);
  });
});

describe('relays', () => {
  test('side by side', async () => {
    expect(await plainOn(incident(), ['relays'], 100)).toMatchInlineSnapshot(`
      "                               relay101      relaya4     relay102  =cmd|␛]0;owned␇\\u202eli…
      address                     10.50.0.101  10.50.0.104  10.50.0.102                192.0.2.66
      attempts                         52,000        1,514        1,012                         1
      sent                             51,998            ·          990                         ·
      deferred                              ·            ·            9                         ·
      bounced                               ·            ·            1                         ·
      failed attempts                       2        1,514           12                         1
        of all attempts                <0.1 %        100 %        1.2 %                     100 %
        connect timed out                   ·        1,514            ·                         1
        timed out at end of data            ·            ·           12                         ·
        cut off at message body             2            ·            ·                         ·
      time lost in them                   2 s  25 min 14 s         12 s                       1 s
        each, on average                  1 s          1 s          1 s                       1 s
      d p50  transmission              0.02 s            –       0.02 s                         –
      d p90                            0.04 s            –          8 s                         –
      d p99                             0.1 s            –          8 s                         –
      d max                               3 s            –          8 s                         –
      first failure                2026-04-09   2026-04-03   2026-04-04                2026-04-09
                                     14:00:00     02:11:31     02:20:00                  13:00:00
      last failure                 2026-04-09   2026-04-04   2026-04-04                2026-04-09
                                     14:00:00     22:00:00     04:00:00                  13:00:00

                               (none)
      address
      attempts                      3
      sent                          ·
      deferred                      3
      bounced                       ·
      failed attempts               3
        of all attempts         100 %
        DNS failure                 3
      time lost in them           3 s
        each, on average          1 s
      d p50  transmission           –
      d p90                         –
      d p99                         –
      d max                         –
      first failure        2026-04-04
                             02:00:00
      last failure         2026-04-04
                             02:00:00
      "
    `);
  });

  test('as CSV', async () => {
    expect((await run(incident(), ['relays', '--top', '2', '--csv'])).out).toMatchInlineSnapshot(`
      "relay,ip,port,attempts,sent,deferred,bounced,failed_attempts,failed_seconds,possible_doubles,c_p50,c_p90,c_p99,c_max,d_p50,d_p90,d_p99,d_max,first_failure,last_failure,connect_timeout.connect,conversation_timeout.end_of_data,dns_failure,lost_connection.body
      relay101.example.net,10.50.0.101,25,52000,51998,0,0,2,2,0,0.05,25,31,7500,0.02,0.04,0.1,3,2026-04-09T14:00:00+02:00,2026-04-09T14:00:00+02:00,0,0,0,2
      relaya4.example.net,10.50.0.104,25,1514,0,0,0,1514,1514,0,,,,,,,,,2026-04-03T02:11:31+02:00,2026-04-04T22:00:00+02:00,1514,0,0,0
      "
    `);
  });

  test('a hundred relays are the busiest few in text, on a terminal and in a pipe, and all where somebody asks for them', async () => {
    const reader = incident({
      relays: async () =>
        Array.from({ length: 100 }, (_, i) => summary({ host: `mx${i}.example`, ip: `192.0.2.${i}`, port: 25 }, { attempts: i })),
    });
    for (const out of [await plainOn(reader, ['relays'], 100), (await run(reader, ['relays'])).out]) {
      expect(out).toContain('and 84 relays more');
      expect(out).toContain('192.0.2.84');
      expect(out).not.toContain('192.0.2.83');
    }
    for (const flags of [['--top', '100'], ['--csv'], ['--json']]) {
      expect((await run(reader, ['relays', ...flags])).out).toContain('192.0.2.83');
    }
  });
});

describe('delays', () => {
  test('over time', async () => {
    expect(await plainOn(incident(), ['delays'], 100)).toMatchInlineSnapshot(`
      "Delays per day
      129,135 deliveries; times in Europe/Berlin

                                     p90 now  worst p90  worst day   p90
      a  before the queue manager     0.02 s     0.02 s  2026-04-02        ▁▁▁▁          ▁▁
      b  in the queue manager         0.01 s       50 s  2026-04-03        ▁▁██          ▁▁
      c  connection set-up, DNS too      6 s       25 s  2026-04-03        ▁▁██          ▂▂
      d  transmission                      –     0.04 s  2026-04-02        ▁▁▁▁

      a  reception, milters, filters; for a message tried before, also its wait in the deferred queue
      b  waiting for a turn behind other deliveries to the same destination
      c  DNS, relays tried before, TCP, EHLO, STARTTLS
      d  from MAIL FROM to the last reply

      day             deliveries   a p50   a p90  b p50   b p90   c p50  c p90   d p50   d p90
      2026-04-02 Thu      64,000  0.01 s  0.02 s    0 s  0.01 s  0.05 s  0.1 s  0.02 s  0.04 s
      2026-04-03 Fri      65,123  0.01 s  0.02 s  0.5 s    50 s    25 s   25 s  0.02 s  0.04 s
        … 5 days without a delivery
      2026-04-09 Thu          12  0.01 s  0.02 s    0 s  0.01 s  0.05 s    6 s       –       –
      "
    `);
  });

  test('all percentiles where there is room', async () => {
    expect((await run(incident(), ['delays'])).out).toMatch(/a p50 +a p90 +a p99 +a max +b p50.* d max/);
  });
});

describe('report', () => {
  test('on one page', async () => {
    expect(await plainOn(incident(), ['report', '--host', 'mailer'], 100)).toMatchInlineSnapshot(`
      "1,234,567 lines of mailer, relay␛[5m\\u202e, 2026-03-30 12:00 to 2026-04-09 23:00 (Europe/Berlin)
      4 lines set aside, 9 hours without a line: see postscope doctor

      Why mail is late
      Nothing in the log says why mail would be late.

      3 of 4 relays timed out since 2026-04-03 02:11: 1,527 of 54,527 attempts (2.8 %)
      relay                      timeouts  of attempts    time lost  first seen        last seen
      relaya4                       1,514        100 %  25 min 14 s  2026-04-03 02:11  2026-04-04 22:00
      relay102                         12        1.2 %         12 s  2026-04-04 02:30  2026-04-04 04:00
      =cmd|␛]0;owned␇\\u202elive         1        100 %          1 s  2026-04-09 13:00  2026-04-09 13:00
      without one: relay101.example.net[10.50.0.101]

      Deliveries per day
      2026-03-30 ······████··········▁▁ 2026-04-09  most: 65,123, 2026-04-03
      sent 52,988 (>99.9 %)   deferred 12 (<0.1 %)   bounced 1 (<0.1 %)

      Where the time goes
                                     p90 now  worst p90  worst day   p90
      a  before the queue manager     0.02 s     0.02 s  2026-04-02        ▁▁▁▁          ▁▁
      b  in the queue manager         0.01 s       50 s  2026-04-03        ▁▁██          ▁▁
      c  connection set-up, DNS too      6 s       25 s  2026-04-03        ▁▁██          ▂▂
      d  transmission                      –     0.04 s  2026-04-02        ▁▁▁▁

      Relays side by side
                                     relay101      relaya4     relay102  =cmd|␛]0;owned␇\\u202eli…
      address                     10.50.0.101  10.50.0.104  10.50.0.102                192.0.2.66
      attempts                         52,000        1,514        1,012                         1
      sent                             51,998            ·          990                         ·
      deferred                              ·            ·            9                         ·
      bounced                               ·            ·            1                         ·
      failed attempts                       2        1,514           12                         1
        of all attempts                <0.1 %        100 %        1.2 %                     100 %
        connect timed out                   ·        1,514            ·                         1
        timed out at end of data            ·            ·           12                         ·
        cut off at message body             2            ·            ·                         ·
      time lost in them                   2 s  25 min 14 s         12 s                       1 s
        each, on average                  1 s          1 s          1 s                       1 s
      d p50  transmission              0.02 s            –       0.02 s                         –
      d p90                            0.04 s            –          8 s                         –
      first failure                2026-04-09   2026-04-03   2026-04-04                2026-04-09
                                     14:00:00     02:11:31     02:20:00                  13:00:00
      last failure                 2026-04-09   2026-04-04   2026-04-04                2026-04-09
                                     14:00:00     22:00:00     04:00:00                  13:00:00

                               (none)
      address
      attempts                      3
      sent                          ·
      deferred                      3
      bounced                       ·
      failed attempts               3
        of all attempts         100 %
        DNS failure                 3
      time lost in them           3 s
        each, on average          1 s
      d p50  transmission           –
      d p90                         –
      first failure        2026-04-04
                             02:00:00
      last failure         2026-04-04
                             02:00:00

      Most frequent failures
      42  5xx at RCPT TO 550 5.1.1  3 relays  host mx[192.0.2.1] said: 550 ␛[31mno\\u202e

      What to type next
      The store is /home/op/.local/share/postscope/postscope.duckdb (45 MB).
        postscope timeouts --host mailer
            the same, with every bucket and more kinds (--kind all)
        postscope search --kind connect_timeout --relay relaya4.example.net --host mailer
            the lines of the worst relay
        postscope relays --host mailer
            all percentiles, all relays
        postscope delays --host mailer
            a, b, c and d over time
        postscope search --status deferred --host mailer
            lines, newest first; then: trace QUEUE-ID
        postscope doctor --host mailer
            what was not understood, and where
      "
    `);
  });

  test('calls itself as it was called', async () => {
    const { out } = await run(incident(), ['report'], { env: { npm_command: 'exec' } });
    expect(out).toContain('npx postscope relays');
  });
});

describe('doctor', () => {
  test('says so when the books do not agree', async () => {
    const reader = incident({ sources: async () => [account('/var/log/maillog', { read: 101 }), account('/var/log/maillog.1')] });
    const { code, out, err } = await run(reader, ['doctor']);
    expect(code).toBe(1);
    expect(out).toContain('THE BOOKS DO NOT AGREE for 1 file.');
    expect(err).toBe('The books of 1 of 2 files do not agree.\n');
    expect((await run(reader, ['doctor', '--json'])).code).toBe(1);
  });

  test('the books, what was not understood, and the hours without a line', async () => {
    const reader = incident({
      unrecognized: async () => [
        {
          program: 'postfix/smtp',
          count: 2,
          examples: ['Apr  3 00:00:00 mailer postfix/smtp[1]: new in 3.13', 'Apr  3 00:00:01 mailer postfix/smtp[1]: new too'],
        },
        { program: 'greylistd', count: 1204, examples: ['Apr  3 00:00:00 mailer greylistd[1]: hello'] },
      ],
      quarantine: async () => [
        { reason: 'no_time', count: 2, examples: [{ path: '/var/log/maillog', offset: 12_345, text: 'last message repeated' }] },
      ],
      coverage: async () => [
        {
          host: 'mailer',
          lines: 5,
          first: at('2026-04-01T00:00Z'),
          last: at('2026-04-09T00:00Z'),
          gaps: Array.from({ length: 8 }, (_, i) => ({
            since: at(`2026-04-0${i + 1}T01:00Z`),
            until: at(`2026-04-0${i + 1}T0${i + 2}:00Z`),
          })),
        },
      ],
    });
    expect(await plainOn(reader, ['doctor'], 100)).toMatchInlineSnapshot(`
      "Books: read = stored + already there + quarantined
        file                   read  stored  already there  quarantined  missing   text
        /var/log/maillog        100      90              8            2        0  12 kB
        /var/log/maillog.1.gz   100      90              8            2        0  12 kB
        2 files                 200     180             16            4        0  25 kB
        /var/log/maillog.1.gz: ends in the middle of a line

      Lines that no pattern knows
        1,204 of greylistd, such as
          Apr  3 00:00:00 mailer greylistd[1]: hello
        2 of postfix/smtp, such as
          Apr  3 00:00:00 mailer postfix/smtp[1]: new in 3.13
          Apr  3 00:00:01 mailer postfix/smtp[1]: new too

      Quarantine: lines that could not be placed
        2 lines: no time in it, so it cannot be placed
          /var/log/maillog, byte 12,345: last message repeated

      Coverage: whole hours without a line (times in Europe/Berlin)
        mailer: 5 lines, 2026-04-01 02:00 to 2026-04-09 02:00, 36 hours without one
          2026-04-03 03:00 to 2026-04-03 06:00  3 hours
          2026-04-04 03:00 to 2026-04-04 07:00  4 hours
          2026-04-05 03:00 to 2026-04-05 08:00  5 hours
          2026-04-06 03:00 to 2026-04-06 09:00  6 hours
          2026-04-07 03:00 to 2026-04-07 10:00  7 hours
          2026-04-08 03:00 to 2026-04-08 11:00  8 hours
          and 2 shorter gaps: --csv or --json shows them

      All books agree.
      "
    `);
  });

  test('many files are shortened, but never one with something to say', async () => {
    const files = Array.from({ length: 40 }, (_, i) =>
      account(`/var/log/maillog.${i}`, { quarantined: 0, read: 98, ...(i === 33 ? { complete: false } : {}) }),
    );
    const { out } = await run(incident({ sources: async () => files }), ['doctor']);
    expect(out).toMatch(/maillog\.33 .*not read to its end/);
    expect(out).toContain('28 files more, all well');
    expect((await run(incident({ sources: async () => files }), ['doctor', '--csv'])).out).toContain('maillog.39');
  });
});

describe('search', () => {
  const hit = line({
    time: '2026-04-03T00:11:31Z',
    queueId: 'ABCDEF1234',
    message: 'ABCDEF1234: removed',
    program: 'postfix/qmgr',
    action: 'removed',
  });

  test('a line for each hit, and the next page to be typed', async () => {
    const { reader, asked } = searchable([hit], '99.7');
    const { code, out, err } = await run(reader, [
      'search',
      '--to',
      "o'hara@example.com",
      '--kind',
      'Connect-Timeout',
      '--message-id',
      '<x@y>',
      '--limit',
      '1',
      '--since',
      '-7d',
    ]);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '2026-04-03 02:11:31 mailer qmgr ABCDEF1234 removed\n',
      err:
        '1 line, newest first, times in Europe/Berlin. More of them:\n' +
        "  postscope search --to 'o'\\''hara@example.com' --message-id '<x@y>' --kind connect_timeout --limit 1 --since -7d --after 99.7\n",
    });
    expect(asked).toEqual([
      { to: "o'hara@example.com", kind: 'connect_timeout', messageId: 'x@y', limit: 1, since: at('2026-04-03T12:00:00Z') },
    ]);
  });

  test('--all goes on to the last page', async () => {
    const { reader, asked } = searchable([hit], '99.7');
    const { out } = await run(reader, ['search', '--all', '--csv']);
    expect(out.split('\n')).toHaveLength(1 + 2 + 1);
    expect(asked.map(({ after }) => after)).toEqual([undefined, '99.7']);
  });

  test('nothing found is said, and is no error', async () => {
    const { reader } = searchable([]);
    expect(await run(reader, ['search', '--from', 'nobody@example.com'])).toEqual({
      code: 0,
      out: '',
      err: 'No line matches, of 10 lines in the store.\n',
    });
  });

  test('nothing in the period, and where there would be something', async () => {
    const { reader } = searchable([]);
    const outside: Reader = { ...reader, totals: async (scope) => (scope.since === undefined ? reader.totals(scope) : noTotals) };
    expect((await run(outside, ['search', '--since', 'today'])).err).toBe(
      'No lines from 2026-04-10 00:00:00. The store holds 10 of mailer, 2026-04-01 02:00 to 2026-04-10 02:00 (Europe/Berlin).\n',
    );
  });

  test('a cursor that is none', async () => {
    const reader = fakeReader({
      search: async () => {
        throw new RangeError('no cursor');
      },
    });
    expect((await run(reader, ['search', '--after', 'x'])).code).toBe(2);
  });
});

describe('trace', () => {
  const lines = storedLines([
    'Apr  3 00:11:00 mailer postfix/smtpd[7]: ABCDEF1234: client=localhost[127.0.0.1]',
    'Apr  3 00:11:00 mailer postfix/cleanup[8]: ABCDEF1234: message-id=<x@y>',
    'Apr  3 00:11:00 mailer postfix/qmgr[9]: ABCDEF1234: from=<a@example.com>, size=8289, nrcpt=1 (queue active)',
    'Apr  3 00:11:39 mailer postfix/smtp[1234]: ABCDEF1234: to=<b@example.org>, relay=relay102.example.net[10.50.0.102]:25, delay=39, delays=0/0.02/31/8, dsn=4.4.2, status=deferred (conversation with relay102.example.net[10.50.0.102] timed out while sending end of data -- message may be sent more than once)',
    'Apr  4 02:11:39 mailer postfix/smtp[1240]: ABCDEF1234: to=<b@example.org>, relay=relay101.example.net[10.50.0.101]:25, delay=93639, delays=93638/0.02/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 6DBC78C0591)',
    'Apr  4 02:11:39 mailer postfix/qmgr[9]: ABCDEF1234: removed',
  ]);
  const failed = storedLines([
    'Apr  3 00:11:31 mailer postfix/smtp[1234]: connect to relaya4.example.net[10.50.0.104]:25: Connection timed out',
    'Apr  3 00:11:31 mailer postfix/smtp[99]: connect to somebody.else[192.0.2.1]:25: Connection timed out',
  ]);
  const reader = fakeReader({
    trace: async (id) => (id === 'ABCDEF1234' ? lines : []),
    search: async ({ since = 0, until = Number.POSITIVE_INFINITY, messageId }) => {
      const all = messageId === undefined ? failed : messageId === 'x@y' ? lines.slice(1, 2) : [];
      return { events: all.filter((event) => at(event['@timestamp']) >= since && at(event['@timestamp']) < until) };
    },
  });

  test('every try, also what the process wrote without a queue ID, and where the time went', async () => {
    expect(await plainOn(reader, ['trace', 'ABCDEF1234'], 100)).toMatchInlineSnapshot(`
      "times in Europe/Berlin

      ABCDEF1234 on mailer
        sent, 1 d 2 h after arrival, 3 tries, 2 failed
        A second copy may exist: after 1 try the relay may have had it already.
        from <a@example.com>
        message-id <x@y>
        8.3 kB
        2026-04-03
        02:11:00  arrived from localhost[127.0.0.1]
        02:11:39  deferred: <b@example.org>, at relay102.example.net[10.50.0.102], 39 s after arrival
                  try 1  relaya4.example.net[10.50.0.104], until 02:11:31 (up to 33 s): connect timed out
                  try 2  relay102.example.net[10.50.0.102], 02:11:31 to 02:11:39 (8 s ± 1 s): timed out at
                         end of data
                  a  before the queue manager            0 s
                  b  in the queue manager             0.02 s  ▏
                  c  connection set-up                  31 s  ████████████████████████████████████████
                     try 1 relaya4                up to 32 s  ████████████████████████████████████████
                     name resolution, set-up      up to 32 s
                  d  transmission                        8 s  ██████████▍
                  conversation with relay102.example.net[10.50.0.102] timed out while sending end of data
                    -- message may be sent more than once
                  relay102.example.net[10.50.0.102] may have taken it all the same: a later try delivers a
                    second copy.
        2026-04-04
        04:11:39  sent: <b@example.org>, by relay101.example.net[10.50.0.101], 1 d 2 h after arrival
                  a  earlier tries, and waiting      1 d 2 h
                  b  in the queue manager             0.02 s  ▏
                  c  connection set-up                   0 s
                  d  transmission                        1 s  █▎
                  250 2.0.0 Ok: queued as 6DBC78C0591
        04:11:39  left the queue

      The 7 lines of the log: postscope trace ABCDEF1234 --lines
      "
    `);
  });

  test('in a pipe nothing is cut, and every time has its date', async () => {
    expect((await run(reader, ['trace', 'ABCDEF1234', '--lines'])).out).toMatchInlineSnapshot(`
      "times in Europe/Berlin

      ABCDEF1234 on mailer
        sent, 1 d 2 h after arrival, 3 tries, 2 failed
        A second copy may exist: after 1 try the relay may have had it already.
        from <a@example.com>
        message-id <x@y>
        8.3 kB
        2026-04-03 02:11:00  arrived from localhost[127.0.0.1]
        2026-04-03 02:11:39  deferred: <b@example.org>, at relay102.example.net[10.50.0.102], 39 s after arrival
                             try 1  relaya4.example.net[10.50.0.104], until 2026-04-03 02:11:31 (up to 33 s): connect timed out
                             try 2  relay102.example.net[10.50.0.102], 2026-04-03 02:11:31 to 2026-04-03 02:11:39 (8 s ± 1 s): timed out at end of data
                             a  before the queue manager            0 s
                             b  in the queue manager             0.02 s  ▏
                             c  connection set-up                  31 s  ████████████████████████████████████████
                                try 1 relaya4                up to 32 s  ████████████████████████████████████████
                                name resolution, set-up      up to 32 s
                             d  transmission                        8 s  ██████████▍
                             conversation with relay102.example.net[10.50.0.102] timed out while sending end of data -- message may be sent more than once
                             relay102.example.net[10.50.0.102] may have taken it all the same: a later try delivers a second copy.
        2026-04-04 04:11:39  sent: <b@example.org>, by relay101.example.net[10.50.0.101], 1 d 2 h after arrival
                             a  earlier tries, and waiting      1 d 2 h
                             b  in the queue manager             0.02 s  ▏
                             c  connection set-up                   0 s
                             d  transmission                        1 s  █▎
                             250 2.0.0 Ok: queued as 6DBC78C0591
        2026-04-04 04:11:39  left the queue
        7 lines
        2026-04-03 02:11:00               smtpd    client=localhost[127.0.0.1]
        2026-04-03 02:11:00               cleanup  message-id=<x@y>
        2026-04-03 02:11:00               qmgr     from=<a@example.com>, size=8289, nrcpt=1 (queue active)
        2026-04-03 02:11:31        +31 s  smtp     connect to relaya4.example.net[10.50.0.104]:25: Connection timed out (no queue ID; same process)
        2026-04-03 02:11:39         +8 s  smtp     to=<b@example.org>, relay=relay102.example.net[10.50.0.102]:25, delay=39, delays=0/0.02/31/8, dsn=4.4.2, status=deferred (conversation with relay102.example.net[10.50.0.102] timed out while sending end of data -- message may be sent more than once)
        2026-04-04 04:11:39     +1 d 2 h  smtp     to=<b@example.org>, relay=relay101.example.net[10.50.0.101]:25, delay=93639, delays=93638/0.02/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 6DBC78C0591)
        2026-04-04 04:11:39               qmgr     removed
      "
    `);
  });

  test('a message-id gives its queue IDs', async () => {
    const { code, out } = await run(reader, ['trace', '<x@y>']);
    expect(code).toBe(0);
    expect(out).toContain('message-id <x@y>: 1 queue ID: ABCDEF1234');
    expect(out).toContain('2026-04-03 02:11:39');
    expect(out).toContain("The 7 lines of the log: postscope trace '<x@y>' --lines");
  });

  test('lines that tell of no message are shown all the same', async () => {
    const [stray] = storedLines(['Apr  3 00:11:00 mailer postfix/cleanup[8]: warning: ABCDEF1234: queue file size limit exceeded']);
    const { code, out } = await run(fakeReader({ trace: async () => (stray === undefined ? [] : [stray]) }), ['trace', 'ABCDEF1234']);
    expect(code).toBe(0);
    expect(out).toContain('No line tells how this message came or went.');
    expect(out).toContain('queue file size limit exceeded');
  });

  test('one that is not there', async () => {
    expect(await run(reader, ['trace', 'FFFFFF9999'])).toEqual({
      code: 1,
      out: '',
      err: 'error: No line has the queue ID or the message-id FFFFFF9999 in the store.\n',
    });
  });
});

describe('what is typed wrong', () => {
  test.each([
    [['timouts'], 'Did you mean timeouts?'],
    [['timeouts', '--sinc', 'x'], 'Did you mean --since?'],
    [['timeouts', '--kind', 'slow'], 'Kinds are: connect_timeout'],
    [['timeouts', '--by', 'year'], 'Allowed choices are minute, hour, day, week, month'],
    [['timeouts', '--since', 'soon'], '--since "soon": not a time that I know.\nAccepted: 2026-04-03'],
    [['timeouts', '--since', 'today', '--until', 'yesterday'], 'is not before --until "yesterday"'],
    [['timeouts', '--json', '--csv'], "'--json' cannot be used with option '--csv'"],
    [['relays', '--zone', 'berlin'], 'did you mean Europe/Berlin?'],
    [['search', '--limit', '0'], 'A whole number above 0 is wanted.'],
    [['trace'], "missing required argument 'id'"],
    [['relays', 'x'], 'too many arguments'],
    [['relays', '--since', '2026-04-03', '14:30'], 'needs quotes, or a T instead'],
    [['\x1b[31mx'], "unknown command '␛[31mx'"],
    [[], 'Usage: postscope <command>'],
  ])('%j', async (argv, sentence) => {
    const { code, out, err } = await run(fakeReader(), argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err).not.toContain('\x1b');
  });

  test('--help is an answer', async () => {
    for (const argv of [['--help'], ['timeouts', '--help'], ['help', 'search']]) {
      const { code, out, err } = await run(fakeReader(), argv);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('Usage: postscope');
    }
  });

  test('every command has examples and the common flags', async () => {
    for (const command of ['report', 'timeouts', 'relays', 'delays', 'search', 'trace', 'doctor', 'import', 'parse']) {
      const { out } = await run(fakeReader(), [command, '--help']);
      for (const word of ['Examples:', '--since', '--until', '--host', '--json', '--csv', '--zone']) expect(out).toContain(word);
      if (command !== 'parse') expect(out).toContain('--store');
    }
  });
});

describe('the store', () => {
  const withoutReader = async (argv: readonly string[], env: Record<string, string>) => {
    const [stdout, stderr] = [new Collected(), new Collected()];
    const code = await main(argv, { stdout, stderr, env, zone: 'UTC', now: () => 0 });
    return { code, out: stdout.text, err: stderr.text };
  };

  test.each([
    [['--store', '/nowhere/a'], {}, '/nowhere/a'],
    [[], { POSTSCOPE_STORE: '/nowhere/b' }, '/nowhere/b'],
    [[], { XDG_DATA_HOME: '/nowhere/data' }, '/nowhere/data/postscope/postscope.duckdb'],
    [[], { XDG_DATA_HOME: 'relative', HOME: '/nowhere' }, '/nowhere/.local/share/postscope/postscope.duckdb'],
  ])('that is not there is named, with what to type: %j %j', async (flags, env: Record<string, string>, path) => {
    const { code, out, err } = await withoutReader(['report', ...flags], env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`There is no store at ${path}.`);
    expect(err).toContain('postscope import /var/log/maillog*');
  });

  test('that is empty', async () => {
    expect((await run(fakeReader(), ['report'])).err).toContain('holds no lines yet. Fill it: postscope import');
    expect(JSON.parse((await run(fakeReader(), ['timeouts', '--json'])).out)).toMatchObject({ total: 0, relays: [] });
  });

  test('is closed again, after an error too', async () => {
    let closed = 0;
    const close = async () => void closed++;
    const broken = fakeReader({
      close,
      totals: async () => {
        throw new Error('disk on fire');
      },
    });
    expect(await run(broken, ['report'])).toMatchObject({ code: 1, err: 'error: disk on fire\n' });
    await run(fakeReader({ close }), ['report']);
    expect(closed).toBe(2);
  });
});

describe('a reader that went away', () => {
  test('ends the run quietly', async () => {
    const { reader } = searchable([line({ time: '2026-04-03T00:11:31Z', message: 'x' })], '1.1');
    const stderr = new Collected();
    const stdout = {
      write: () => {
        throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
      },
    };
    expect(await main(['search'], { stdout, stderr, env: {}, zone: 'UTC', now: () => 0, openReader: async () => reader })).toBe(0);
    expect(stderr.text).toBe('');
  });

  test('also where the error comes later', async () => {
    let fail: (error: Error) => void = () => {};
    const stderr = new Collected();
    const stdout = {
      write: () => {
        fail(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
        return false;
      },
      on: (_: 'error', listener: (error: Error) => void) => {
        fail = listener;
      },
      once: () => {},
    };
    const { reader } = searchable([line({ time: '2026-04-03T00:11:31Z', message: 'x' })]);
    expect(await main(['search'], { stdout, stderr, env: {}, zone: 'UTC', now: () => 0, openReader: async () => reader })).toBe(0);
  });
});
