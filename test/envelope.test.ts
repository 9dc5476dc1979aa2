/** What stands in front of a message, in every form in which logs come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock } from '../postfix/clock.js';
import { isoTime } from '../postfix/document.js';
import { Parser } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';

const anchor = Date.parse('2026-11-25T00:00:00Z');

function read(line: string, zone = 'UTC') {
  const kept = keepText(Buffer.from(line, 'utf8').toString('latin1'));
  const event = new Parser(new Clock(new Zone(zone), () => anchor), 'here').parse(kept.text);
  if (event === undefined) return undefined;
  const { time, host, program, daemon, pid, priority, queueId, action } = event;
  return {
    time: isoTime(time),
    host,
    program,
    daemon,
    pid,
    priority,
    queueId,
    action,
    message: event.text.slice(event.textAt, event.textEnd),
  };
}

const removed = {
  time: '2026-11-24T02:59:54.000Z',
  host: 'mailer',
  program: 'postfix/qmgr',
  daemon: 'qmgr',
  pid: 17667,
  priority: undefined,
  queueId: '64E53C2310',
  action: 'removed',
  message: '64E53C2310: removed',
};

describe('syslog, as most daemons write it to files (RFC 3164)', () => {
  test.each([
    ['two digits', 'Nov 24 02:59:54 mailer postfix/qmgr[17667]: 64E53C2310: removed', {}],
    ['one digit, padded', 'Nov  4 02:59:54 mailer postfix/qmgr[17667]: 64E53C2310: removed', { time: '2026-11-04T02:59:54.000Z' }],
    ['one digit, bare', 'Nov 4 02:59:54 mailer postfix/qmgr[17667]: 64E53C2310: removed', { time: '2026-11-04T02:59:54.000Z' }],
    ['one digit, with a nought', 'Nov 04 02:59:54 mailer postfix/qmgr[17667]: 64E53C2310: removed', { time: '2026-11-04T02:59:54.000Z' }],
    [
      'a fraction (journalctl -o short-precise)',
      'Nov 24 02:59:54.123456 mailer postfix/qmgr[17667]: 64E53C2310: removed',
      { time: '2026-11-24T02:59:54.123456Z' },
    ],
    ['with priority', '<22>Nov 24 02:59:54 mailer postfix/qmgr[17667]: 64E53C2310: removed', { priority: 22 }],
    ['a host that is an address', 'Nov 24 02:59:54 192.0.2.1 postfix/qmgr[17667]: 64E53C2310: removed', { host: '192.0.2.1' }],
    ['a host that is an IPv6 address', 'Nov 24 02:59:54 2001:db8::25 postfix/qmgr[17667]: 64E53C2310: removed', { host: '2001:db8::25' }],
    ['a host with a domain', 'Nov 24 02:59:54 mailer.example.com postfix/qmgr[17667]: 64E53C2310: removed', { host: 'mailer.example.com' }],
    ['no pid', 'Nov 24 02:59:54 mailer postfix/qmgr: 64E53C2310: removed', { pid: undefined }],
    ['no host', 'Nov 24 02:59:54 postfix/qmgr[17667]: 64E53C2310: removed', { host: 'here' }],
    ['no host and no pid', 'Nov 24 02:59:54 postfix/qmgr: 64E53C2310: removed', { host: 'here', pid: undefined }],
    ['NULs in front, after a crash', '\0\0\0\0Nov 24 02:59:54 mailer postfix/qmgr[17667]: 64E53C2310: removed', {}],
    ['the ID that Solaris puts there', 'Nov 24 02:59:54 mailer postfix/qmgr[17667]: [ID 197553 mail.info] 64E53C2310: removed', {}],
    ['hour 24', 'Nov 23 24:00:00 mailer postfix/qmgr[17667]: 64E53C2310: removed', { time: '2026-11-24T00:00:00.000Z' }],
    ['second 60', 'Jun 30 23:59:60 mailer postfix/qmgr[17667]: 64E53C2310: removed', { time: '2026-07-01T00:00:00.000Z' }],
  ] as const)('%s', (_, line, differs) => {
    expect(read(line)).toEqual({ ...removed, ...differs });
  });
});

describe('time with year and zone (RFC 3339)', () => {
  test.each([
    ['2026-11-24T02:59:54+00:00', '02:59:54.000Z'],
    ['2026-11-24T02:59:54Z', '02:59:54.000Z'],
    ['2026-11-24T02:59:54.635358+00:00', '02:59:54.635358Z'],
    ['2026-11-24T02:59:54.6Z', '02:59:54.600Z'],
    ['2026-11-24T02:59:54.635358999Z', '02:59:54.635359Z'],
    ['2026-11-24T04:59:54.5+02:00', '02:59:54.500Z'],
    ['2026-11-23T21:29:54-05:30', '02:59:54.000Z'],
    ['2026-11-24T04:59:54+0200', '02:59:54.000Z'],
    ['2026-11-24 02:59:54,635', '02:59:54.635Z'],
    ['2026-11-24 02:59:54', '02:59:54.000Z'],
  ])('%s', (stamp, time) => {
    expect(read(`${stamp} mailer postfix/qmgr[17667]: 64E53C2310: removed`)).toEqual({ ...removed, time: `2026-11-24T${time}` });
  });
  test('without an offset is in the zone of the log', () => {
    expect(read('2026-11-24 02:59:54 mailer postfix/qmgr[17667]: 64E53C2310: removed', 'Europe/Berlin')?.time).toBe(
      '2026-11-24T01:59:54.000Z',
    );
  });
  test('with priority', () => {
    expect(read('<22>2026-11-24T02:59:54Z mailer postfix/qmgr[17667]: 64E53C2310: removed')).toEqual({ ...removed, priority: 22 });
  });
  test.each(['2026-13-24T02:59:54Z', '2026-00-24T02:59:54Z', '2026-11-32T02:59:54Z', '2026-11-24T25:59:54Z', '2026-11-24T02:60:54Z'])(
    '%s is no time',
    (stamp) => {
      expect(read(`${stamp} mailer postfix/qmgr[17667]: 64E53C2310: removed`)).toBeUndefined();
    },
  );
});

describe('RFC 5424', () => {
  test.each([
    ['nothing structured', '<22>1 2026-11-24T02:59:54.000Z mailer postfix/qmgr 17667 - - 64E53C2310: removed', {}],
    ['a message ID', '<22>1 2026-11-24T02:59:54Z mailer postfix/qmgr 17667 ID47 - 64E53C2310: removed', {}],
    [
      'structured data',
      '<22>1 2026-11-24T02:59:54Z mailer postfix/qmgr 17667 - [timeQuality tzKnown="1" isSynced="1"] 64E53C2310: removed',
      {},
    ],
    ['two elements', '<22>1 2026-11-24T02:59:54Z mailer postfix/qmgr 17667 - [a@1 x="1"][b@2 y="2"] 64E53C2310: removed', {}],
    ['brackets and quotes in it', '<22>1 2026-11-24T02:59:54Z mailer postfix/qmgr 17667 - [a@1 x="\\"]\\] \\\\"] 64E53C2310: removed', {}],
    ['a byte order mark', '<22>1 2026-11-24T02:59:54Z mailer postfix/qmgr 17667 - - \ufeff64E53C2310: removed', {}],
    ['no host, no pid', '<22>1 2026-11-24T02:59:54Z - postfix/qmgr - - - 64E53C2310: removed', { host: 'here', pid: undefined }],
  ] as const)('%s', (_, line, differs) => {
    expect(read(line)).toEqual({ ...removed, priority: 22, ...differs });
  });
  test('no program', () => {
    expect(read('<22>1 2026-11-24T02:59:54Z mailer - - - - hello')).toMatchObject({ host: 'mailer', program: '', action: 'unrecognized' });
  });
});

describe('journalctl -o json', () => {
  const entry = {
    __REALTIME_TIMESTAMP: '1795489195000000',
    _SOURCE_REALTIME_TIMESTAMP: '1795489194000123',
    _HOSTNAME: 'mailer',
    SYSLOG_IDENTIFIER: 'postfix/qmgr',
    SYSLOG_FACILITY: '2',
    PRIORITY: '6',
    SYSLOG_PID: '17667',
    _PID: '1',
    _COMM: 'qmgr',
    MESSAGE: '64E53C2310: removed',
  };
  const wanted = { ...removed, time: '2026-11-24T02:59:54.000123Z', priority: 22 };
  test('an entry', () => {
    expect(read(JSON.stringify(entry))).toEqual(wanted);
  });
  test('without the time of the source, and with the pid that systemd knows', () => {
    const { _SOURCE_REALTIME_TIMESTAMP: _, SYSLOG_PID: __, ...rest } = entry;
    expect(read(JSON.stringify(rest))).toEqual({ ...wanted, time: '2026-11-24T02:59:55.000Z', pid: 1 });
  });
  test('a message that is not UTF-8 is an array of bytes', () => {
    const MESSAGE = [...Buffer.from('64E53C2310: from=<ren\u00e9@example.com>, size=1, nrcpt=1 (queue active)', 'utf8')];
    expect(read(JSON.stringify({ ...entry, MESSAGE }))).toMatchObject({
      queueId: '64E53C2310',
      action: 'queued',
      message: '64E53C2310: from=<rené@example.com>, size=1, nrcpt=1 (queue active)',
    });
  });
  test('control characters in a message do not get through', () => {
    expect(read(JSON.stringify({ ...entry, MESSAGE: 'a\u0000b\u001b[31mc\nd' }))?.message).toBe('a\ue000b\ue01b[31mc\ue00ad');
  });
  test.each([
    '{"MESSAGE":"no time"}',
    '{"__REALTIME_TIMESTAMP":"1795489195000000"}',
    '{"__REALTIME_TIMESTAMP":"soon","MESSAGE":"x"}',
    '{"__REALTIME_TIMESTAMP":"1795489195000000","MESSAGE":null}',
    '{"__REALTIME_TIMESTAMP":"99999999999999999999999","MESSAGE":"x"}',
    '{"cut off": "li',
    '{}',
    '{"log": 7}',
  ])('%s is no entry', (line) => {
    expect(read(line)).toBeUndefined();
  });
});

describe('containers', () => {
  const tagged = 'postfix/qmgr[17667]: 64E53C2310: removed';
  const inner = `Nov 24 02:59:54 mailer ${tagged}`;
  test.each([
    [
      'Docker json-file, a whole line of syslog inside',
      JSON.stringify({ log: `${inner}\n`, stream: 'stdout', time: '2026-11-24T02:59:54.1Z' }),
      {},
    ],
    [
      "Docker json-file, postlogd's own output inside",
      JSON.stringify({ log: `${tagged}\n`, stream: 'stdout', time: '2026-11-24T02:59:54.1Z' }),
      { host: 'here', time: '2026-11-24T02:59:54.100Z' },
    ],
    ['CRI (Kubernetes)', `2026-11-24T02:59:54.123456789Z stdout F ${inner}`, {}],
    ['CRI with an offset', `2026-11-24T03:59:54.123456789+01:00 stderr F ${inner}`, {}],
    ['docker compose logs', `postfix-1  | ${inner}`, {}],
    ['docker compose logs, an older one', `mail_postfix.1 | ${inner}`, {}],
    ['docker logs -t', `2026-11-24T02:59:55.000000001Z ${inner}`, {}],
    ['docker logs -t of a program without time', `2026-11-24T02:59:54.5Z ${tagged}`, { host: 'here', time: '2026-11-24T02:59:54.500Z' }],
    ['kubectl logs --prefix', `[pod/mail-7f9/postfix] ${inner}`, {}],
    ['Postfix 3.4 to standard output (maillog_file=/dev/stdout)', inner, {}],
  ] as const)('%s', (_, line, differs) => {
    expect(read(line)).toEqual({ ...removed, ...differs });
  });
});

describe('the program', () => {
  test.each([
    ['postfix/smtp', 'smtp'],
    ['postfix/submission/smtpd', 'smtpd'],
    ['postfix/smtps/smtpd', 'smtpd'],
    ['postfix-out/smtp', 'smtp'],
    ['postfix-out/submission/smtpd', 'smtpd'],
    ['mta/qmgr', 'qmgr'],
    ['opendkim', 'opendkim'],
    ['dovecot', 'dovecot'],
    ['postfix/policy-spf', 'policy-spf'],
    ['cron', ''],
    ['smtpd', ''],
    ['postfix/unheard-of', ''],
  ])('%s', (program, daemon) => {
    const event = read(`Nov 24 02:59:54 mailer ${program}[7]: hello`);
    expect([event?.program, event?.daemon, event?.pid]).toEqual([program, daemon, 7]);
  });
  test('of two words', () => {
    expect(read('Nov 24 02:59:54 mailer spamd child[7]: prefork: child states: II')).toMatchObject({ program: 'spamd child', pid: 7 });
  });
});

describe('lines that no daemon of Postfix wrote', () => {
  test('syslogd folds equal lines', () => {
    expect(read('Nov 24 02:59:54 mailer last message repeated 3 times')).toMatchObject({
      host: 'mailer',
      program: 'syslogd',
      action: 'repeated',
    });
    expect(read('Nov 24 02:59:54 mailer message repeated 2 times: [ x]')).toMatchObject({
      host: 'mailer',
      program: 'syslogd',
      action: 'repeated',
    });
  });
  test('rsyslog folds them with the program in front', () => {
    expect(read('Nov 24 02:59:54 mailer postfix/smtpd[7]: message repeated 2 times: [ connect from unknown[192.0.2.7]]')).toMatchObject({
      program: 'postfix/smtpd',
      pid: 7,
    });
  });
  test('a mark', () => {
    expect(read('Nov 24 02:59:54 mailer -- MARK --')).toMatchObject({ host: 'mailer', program: '', action: 'unrecognized' });
  });
  test.each(['', ' ', 'hello', '\0\0\0', 'Nov', 'Nov 24', 'Nov 24 02:59:54', '<22>', '{', '2026-11-24', 'Foo 24 02:59:54 mailer a: b'])(
    'without time: %j',
    (line) => {
      expect(read(line)).toBeUndefined();
    },
  );
});

describe('any text', () => {
  const parser = new Parser(new Clock(new Zone('UTC'), () => anchor), 'here');
  const anyText = fc
    .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())
    .map((text) => text.replace(/\n/g, ' '));
  const piece = fc.constantFrom(
    'Nov 24 02:59:54 ',
    '<22>',
    '1 ',
    '2026-11-24T02:59:54Z ',
    '{"MESSAGE":',
    'mailer ',
    'postfix/smtp[',
    '7]: ',
    'to=<',
    '>, ',
    'status=sent (',
    '"',
    '\0',
    '[',
    ']',
    ': ',
  );

  test('is read or is not, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.array(fc.oneof(piece, anyText)).map((parts) => parts.join('')),
        ),
        (text) => {
          parser.parse(text);
          parser.parse(keepText(Buffer.from(text, 'utf8').toString('latin1')).text);
        },
      ),
      { numRuns: 2000 },
    );
  });

  const host = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
  const program = fc.constantFrom('postfix/smtp', 'postfix/submission/smtpd', 'postfix-out/cleanup', 'dovecot', 'cron', 'opendkim');
  const front: readonly (readonly [string, (host: string, program: string, pid: number, text: string) => string])[] = [
    ['RFC 3164', (h, p, pid, text) => `Nov 24 02:59:54 ${h} ${p}[${pid}]: ${text}`],
    ['RFC 3164 with priority', (h, p, pid, text) => `<22>Nov 24 02:59:54 ${h} ${p}[${pid}]: ${text}`],
    ['RFC 3339', (h, p, pid, text) => `2026-11-24T03:59:54.000+01:00 ${h} ${p}[${pid}]: ${text}`],
    ['RFC 5424', (h, p, pid, text) => `<22>1 2026-11-24T02:59:54Z ${h} ${p} ${pid} - - ${text}`],
    ['CRI', (h, p, pid, text) => `2026-11-24T02:59:54.1Z stdout F Nov 24 02:59:54 ${h} ${p}[${pid}]: ${text}`],
    ['Docker', (h, p, pid, text) => JSON.stringify({ log: `Nov 24 02:59:54 ${h} ${p}[${pid}]: ${text}\n`, time: '2026-11-24T02:59:54Z' })],
    [
      'journald',
      (h, p, pid, text) =>
        JSON.stringify({
          _SOURCE_REALTIME_TIMESTAMP: '1795489194000000',
          _HOSTNAME: h,
          SYSLOG_IDENTIFIER: p,
          _PID: `${pid}`,
          MESSAGE: text,
        }),
    ],
  ];
  test.each(front)('behind an envelope leaves time, host, program and process as they are: %s', (_, line) => {
    fc.assert(
      fc.property(
        host,
        program,
        fc.nat(4_194_304),
        anyText.filter((text) => !/^[\s\ufeff]|\r$/.test(text)),
        (h, p, pid, text) => {
          const event = read(line(h, p, pid, text));
          expect({ ...event, message: '' }).toMatchObject({ time: '2026-11-24T02:59:54.000Z', host: h, program: p, pid });
        },
      ),
      { numRuns: 300 },
    );
  });
});
