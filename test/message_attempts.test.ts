/** Tries at relays, joined to their message by the process that made them (FACTS 5), and how long each took. */
import { describe, expect, test } from 'vitest';
import { knowing, timeoutsSeen } from '../postfix/message/attempt.js';
import { attributeAnew, fold } from '../postfix/message/fold.js';
import { before, between, printed, stampOf } from '../postfix/message/interval.js';
import { timeoutsOf } from '../postfix/message/timeouts.js';
import { factsIn } from './message_facts.js';

const line = (time: string, pid: number, text: string, program = 'postfix/smtp') => `Nov 24 03:${time} mailer ${program}[${pid}]: ${text}`;
const refused = (relay: string) => `connect to ${relay}.example.net[192.0.2.${relay.length}]:25: Connection refused`;
const sent = (queueId: string, figures: string, relay = 'relay101.example.net[10.50.0.101]:25', to = 'bob@example.org') =>
  `${queueId}: to=<${to}>, relay=${relay}, ${figures}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4233D579836)`;
const quick = 'delay=0.1, delays=0/0/0.1/0';
const dead = 'connect to relaya4.example.net[10.50.0.104]:25: Connection timed out';

const owners = (lines: readonly string[], options = {}) =>
  fold(factsIn(lines), options).attempts.map(({ relay, queueId }) => [relay?.host.split('.')[0], queueId]);

describe('a failed connection, which is logged without queue ID,', () => {
  test('belongs to the next delivery of its process, whatever others write', () => {
    expect(
      owners([
        line('00:01', 11, refused('mx')),
        line('00:01', 12, refused('mx2')),
        line('00:01', 12, sent('70EAEC233E', quick)),
        line('00:01', 11, refused('mx33')),
        line('00:01', 11, sent('71B33C2066', quick)),
      ]).sort(),
    ).toEqual([
      ['mx', '71B33C2066'],
      ['mx2', '70EAEC233E'],
      ['mx33', '71B33C2066'],
      ['relay101', '70EAEC233E'],
      ['relay101', '71B33C2066'],
    ]);
  });

  test('and the next line with a queue ID, where the delivery is not in the log', () => {
    const timeout = 'conversation with relay102.example.net[10.50.0.102] timed out while sending MAIL FROM';
    expect(owners([line('00:01', 11, dead), line('00:08', 11, `70EAEC233E: ${timeout}`)])).toEqual([
      ['relaya4', '70EAEC233E'],
      ['relay102', '70EAEC233E'],
    ]);
  });

  test('does not belong to a delivery that the process was handed later', () => {
    const lines = [line('00:01', 11, refused('mx')), line('50:00', 11, sent('70EAEC233E', quick))];
    expect(owners(lines)).toEqual([
      ['mx', undefined],
      ['relay101', '70EAEC233E'],
    ]);
    // Where it was handed over before, it does.
    const long = lines.map((text) => text.replace(quick, 'delay=3000, delays=0/0/3000/0'));
    expect(owners(long)[0]).toEqual(['mx', '70EAEC233E']);
    // But not if a process cannot live as long.
    expect(owners(long, { reach: 60_000 })[0]).toEqual(['mx', undefined]);
  });

  test('belongs to no delivery of another host, program or process', () => {
    const others = [
      line('00:02', 12, sent('70EAEC233E', quick)),
      line('00:02', 11, sent('70EAEC233E', quick), 'postfix-out/smtp'),
      line('00:02', 11, sent('70EAEC233E', quick)).replace('mailer', 'other'),
    ];
    for (const other of others) expect(owners([line('00:02', 11, refused('mx')), other])).toContainEqual(['mx', undefined]);
  });

  test('is joined when its delivery comes later, from another file', () => {
    const head = factsIn([line('00:01', 11, dead)], 'maillog.1');
    const tail = factsIn([line('00:02', 11, sent('70EAEC233E', 'delay=7, delays=0/0/7/0'))], 'maillog');
    expect(fold(head).attempts[0]?.queueId).toBeUndefined();
    const { messages, attempts } = fold([...tail, ...head]);
    expect(attempts[0]).toMatchObject({ queueId: '70EAEC233E', message: messages[0]?.id });
    expect(messages[0]).toMatchObject({ attempts: 2, failedAttempts: 1, facts: 2 });
  });

  test('is the same try as the status line that repeats it', () => {
    const status = `70EAEC233E: to=<bob@example.org>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (${dead})`;
    const { attempts, messages } = fold(
      factsIn([line('00:31', 11, dead), line('00:31', 11, status), line('00:31', 11, status.replace('bob', 'cy'))]),
    );
    expect(attempts).toMatchObject([{ outcome: 'failed', kind: 'connect_timeout', recipients: ['bob@example.org', 'cy@example.org'] }]);
    expect(messages[0]?.recipients.map(({ attempts: count }) => count)).toEqual([1, 1]);
    expect(messages[0]?.recipients[0]?.deliveries[0]?.attribution).toMatchObject({ failed: [{ relay: { host: 'relaya4.example.net' } }] });
  });
});

describe('a recipient', () => {
  test('takes part in the tries until his own line, and in no later ones', () => {
    const reply = 'host relay101.example.net[10.50.0.101] said: 450 4.2.0 <cy@example.org>: Greylisted (in reply to RCPT TO command)';
    const figures = 'delay=1.1, delays=0.1/0.01/0.5/0.5';
    const { attempts, messages } = fold(
      factsIn([
        line('00:01', 11, `70EAEC233E: ${reply}`),
        line('00:01', 11, sent('70EAEC233E', figures)),
        line('00:02', 11, sent('70EAEC233E', figures, 'relay102.example.net[10.50.0.102]:25', 'cy@example.org')),
      ]),
    );
    expect(attempts).toMatchObject([
      { outcome: 'partly', kind: 'rejected_temporary', phase: 'rcpt', recipients: ['bob@example.org'] },
      { outcome: 'sent', recipients: ['cy@example.org'] },
    ]);
    expect(messages[0]?.recipients.map(({ address, attempts: count }) => [address, count])).toEqual([
      ['bob@example.org', 1],
      ['cy@example.org', 2],
    ]);
  });

  test('of another destination takes part in no try of this one, although the same process has both', () => {
    const { messages } = fold(
      factsIn([
        line('00:01', 11, sent('70EAEC233E', quick)),
        line('00:01', 11, sent('70EAEC233E', quick, 'mx.example.org[192.0.2.9]:25', 'cy@example.org')),
      ]),
    );
    expect(messages[0]?.recipients.map(({ attempts: count }) => count)).toEqual([1, 1]);
  });

  test('whose delivery is suspended took part in none', () => {
    const text = `70EAEC233E: to=<bob@example.org>, relay=none, delay=30, delays=30/0/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended: ${dead})`;
    const { messages, attempts } = fold(factsIn([line('00:31', 11, text, 'postfix/error')]));
    expect(attempts).toEqual([]);
    expect(messages[0]?.recipients[0]).toMatchObject({
      attempts: 0,
      status: 'deferred',
      deliveries: [{ reason: { suspendedKind: 'connect_timeout' } }],
    });
  });
});

test('a relay that may have the message although it is sent again is marked (FACTS 7)', () => {
  const lost = 'lost connection with relay103.example.net[10.50.0.103] while sending end of data -- message may be sent more than once';
  const { messages, attempts } = fold(factsIn([line('00:01', 11, `70EAEC233E: ${lost}`), line('00:01', 11, sent('70EAEC233E', quick))]));
  expect(messages[0]?.possibleDoubles).toBe(1);
  expect(attempts.map(({ mayBeDouble }) => mayBeDouble)).toEqual([true, undefined]);
});

test('TLS that cannot be started is with the relay that the line before names', () => {
  const { attempts } = fold(
    factsIn([
      line('00:01', 11, 'SSL_connect error to relay102.example.net[10.50.0.102]:25: -1'),
      line('00:01', 11, '70EAEC233E: Cannot start TLS: handshake failure'),
      line('00:01', 11, sent('70EAEC233E', quick)),
    ]),
  );
  expect(attempts).toMatchObject([{ kind: 'tls_failure', relay: { ip: '10.50.0.102', port: 25 } }, { outcome: 'sent' }]);
});

describe('FACTS 3: c = 31 s to a healthy relay', () => {
  const lines = [line('05:24', 11, dead), line('05:24', 11, sent('70EAEC233E', 'delay=31, delays=0.01/0.05/31/0'))];
  const attributionOf = (timeouts = {}) =>
    fold(factsIn(lines), { timeouts: () => timeouts }).messages[0]?.recipients[0]?.deliveries[0]?.attribution;

  test('is 6 s of the dead relay and 25 s of name resolution, where postconf says how long Postfix waits', () => {
    expect(attributionOf(timeoutsOf([['smtp_connect_timeout', '6s']]))).toEqual({
      failed: [
        {
          attempt: expect.any(String),
          relay: { host: 'relaya4.example.net', ip: '10.50.0.104', port: 25 },
          seconds: { least: 6, most: 6.5, likely: 6 },
        },
      ],
      rest: { least: 24, most: 25.5, likely: 25 },
      setup: { least: 0, most: 1, likely: 0 },
      stalls: 5,
    });
  });

  test('is no more than that both together took it, where nothing says so', () => {
    const { failed, rest } = attributionOf() ?? { failed: [], rest: undefined };
    expect(failed[0]?.seconds).toMatchObject({ least: 0, most: 31.5 });
    expect(rest).toMatchObject({ least: 0, most: 31.5 });
  });

  test('is told anew from stored documents when a snapshot comes', () => {
    const { messages, attempts } = fold(factsIn(lines));
    const delivery = messages[0]?.recipients[0]?.deliveries[0];
    if (delivery === undefined) throw new Error('no delivery');
    const timeouts = timeoutsOf([['smtp_connect_timeout', '6s']]);
    expect(attributeAnew(delivery, new Map(attempts.map((attempt) => [attempt.id, attempt])), timeouts)).toEqual(attributionOf(timeouts));
  });

  test('is shown by another delivery of the log in which the time-out stands behind another try', () => {
    const behind = [
      line('06:00', 12, '71B33C2066: host relay102.example.net[10.50.0.102] refused to talk to me: 421 4.3.2 busy'),
      line('06:06', 12, dead),
      line('06:06', 12, sent('71B33C2066', 'delay=6, delays=0/0/6/0')),
    ];
    const seen = timeoutsSeen(fold(factsIn(behind)).attempts);
    expect(seen).toEqual({ connect: 6 });
    expect(attributionOf(seen)?.rest.likely).toBe(25);
  });

  test('with stamps of microseconds, each try is known to them', () => {
    const iso = (time: string, text: string) => `2026-11-24T03:${time}+00:00 mailer postfix/smtp[12]: ${text}`;
    const { attempts } = fold(
      factsIn([
        iso('06:00.100200', '71B33C2066: host relay102.example.net[10.50.0.102] refused to talk to me: 421 4.3.2 busy'),
        iso('06:06.103500', dead),
        iso('06:06.110000', sent('71B33C2066', 'delay=6, delays=0/0/6/0')),
      ]),
    );
    expect(attempts[1]?.seconds?.likely).toBeCloseTo(6.0033, 4);
    expect((attempts[1]?.seconds?.most ?? 0) - (attempts[1]?.seconds?.least ?? 0)).toBeLessThan(0.0001);
  });

  test('is not told from a time-out that the log contradicts', () => {
    const [first] = fold(factsIn(lines)).attempts;
    if (first === undefined) throw new Error('no attempt');
    expect(knowing(timeoutsOf([['smtp_connect_timeout', '5m']]), first)).toBe(first);
  });
});

describe('what is printed', () => {
  test('is as exact as it is printed', () => {
    expect(printed(31)).toEqual({ least: 30.5, most: 31.5, likely: 31 });
    expect(printed(9.9)).toEqual({ least: 9.85, most: 9.95, likely: 9.9 });
    expect(printed(0.02)).toEqual({ least: 0.015, most: 0.025, likely: 0.02 });
    expect(printed(0)).toEqual({ least: 0, most: 0.005, likely: 0 });
    // delay_logging_resolution_limit = 6
    expect(printed(12.345678)).toEqual({ least: 12.345677, most: 12.345679, likely: 12.345678 });
  });

  test('is cut off at the second, or at what decimals there are', () => {
    const time = Date.parse('2026-11-24T03:05:24Z');
    expect(stampOf(time)).toEqual({ earliest: time, latest: time + 1000 });
    expect(stampOf(time + 0.25)).toEqual({ earliest: time + 0.25, latest: time + 0.251 });
    expect(between(stampOf(time), stampOf(time + 6000))).toEqual({ least: 5, most: 7, likely: 6 });
    expect(before(stampOf(time), printed(31))).toEqual({ earliest: time - 31_500, latest: time + 1000 - 30_500 });
  });
});
