/** What mailq, postqueue, postconf and resolv.conf say: the laboratory's own output, and what hands and old versions make of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from '../ingest/snapshot/text.js';
import { backlogOf } from '../postfix/snapshot/backlog.js';
import { parseMailq } from '../postfix/snapshot/mailq.js';
import { parseMaster } from '../postfix/snapshot/master.js';
import { parsePostconf, parseVersion } from '../postfix/snapshot/postconf.js';
import { parsePostqueue } from '../postfix/snapshot/postqueue.js';
import type { QueuedMessage, QueuedRecipient } from '../postfix/snapshot/queue.js';
import { reasonOf } from '../postfix/snapshot/queue.js';
import { parseResolv } from '../postfix/snapshot/resolv.js';
import { queuedMessageSchema, snapshotSchema } from '../postfix/snapshot/schema.js';
import { snapshotOf } from '../postfix/snapshot/snapshot.js';
import { Zone } from '../postfix/zone.js';

const logs = join(import.meta.dirname, 'logs');
const read = (path: string) => readFileSync(join(logs, path), 'utf8');
const utc = new Zone('UTC');
const at = (iso: string) => Date.parse(iso);
const taken = { time: at('2026-11-24T04:00:00Z'), zone: utc };

/** Every sample whose name ends so: `incident/during-mailq.txt`. */
const samples = (end: string) =>
  readdirSync(logs).flatMap((folder) =>
    readdirSync(join(logs, folder))
      .filter((name) => name.endsWith(end))
      .map((name) => `${folder}/${name}`),
  );

const noSnapshot = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was read');
};

describe('mailq', () => {
  test.each(samples('mailq.txt'))('%s says what postqueue -j of the same moment says', (path) => {
    const { content, notes } = parseMailq(read(path), taken);
    expect(notes).toEqual([]);
    expect(content).toEqual(parsePostqueue(read(path.replace('mailq.txt', 'postqueue.ndjson'))).content);
  });

  test('marks, several recipients of a reason, recipients without one, notices', () => {
    const { content, notes } = parseMailq(
      [
        '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------',
        '79C43C2312!#    635 Tue Nov 24 02:59:54  "two words"@domain.test',
        '                                         d@dest.test',
        '',
        '8E3D6C2141    10482 Mon Nov 23 03:05:18  MAILER-DAEMON',
        '                                         first@one.test',
        '(host mx.one.test[192.0.2.1] said: 450 4.7.1 <a@one.test>: Greylisted (see http://x/) (in reply to RCPT TO command))',
        '                                         a@one.test',
        '                                         b@one.test',
        '                                                     (reason unavailable)',
        '                                         c@one.test',
        '',
        '-- 10 Kbytes in 2 Requests.',
        '',
      ].join('\n'),
      taken,
    );
    expect(notes).toEqual([]);
    expect(content.whole).toBe(true);
    const [held, notice] = content.messages;
    expect(held).toEqual({
      queueId: '79C43C2312',
      queue: 'hold',
      arrival: at('2026-11-24T02:59:54Z'),
      size: 635,
      sender: '"two words"@domain.test',
      forcedExpire: true,
      recipients: [{ address: 'd@dest.test' }],
    });
    expect(notice?.sender).toBe('');
    expect(notice?.queue).toBe('deferred');
    expect(notice?.recipients.map(({ address, reason }) => [address, reason?.kind, reason?.phase, reason?.enhancedCode])).toEqual([
      ['first@one.test', undefined, undefined, undefined],
      ['a@one.test', 'rejected_temporary', 'rcpt', '4.7.1'],
      ['b@one.test', 'rejected_temporary', 'rcpt', '4.7.1'],
      ['c@one.test', undefined, undefined, undefined],
    ]);
    expect(notice?.recipients[1]?.relay).toEqual({ host: 'mx.one.test', ip: '192.0.2.1' });
  });

  test.each([
    ['of last year, read in January', 'Thu Dec 31 23:59:58', '2027-01-02T08:00:00Z', '2026-12-31T23:59:58Z'],
    ['of years ago: the day of the week tells', 'Thu Feb 29 12:00:00', '2026-11-24T04:00:00Z', '2024-02-29T12:00:00Z'],
    ['of this second', 'Tue Nov 24 04:00:00', '2026-11-24T04:00:00Z', '2026-11-24T04:00:00Z'],
    // The clock of the machine that copied it may be behind.
    ['of a minute from now', 'Tue Nov 24 04:01:00', '2026-11-24T04:00:00Z', '2026-11-24T04:01:00Z'],
  ])('an arrival without a year: %s', (_, stamp, time, arrival) => {
    const text = `79C43C2312      635 ${stamp}  a@b.test\n${' '.repeat(41)}c@d.test\n\n-- 0 Kbytes in 1 Request.\n`;
    expect(parseMailq(text, { time: at(time), zone: utc }).content.messages[0]?.arrival).toBe(at(arrival));
  });

  test('an arrival is local time of the machine that listed it', () => {
    const text = `79C43C2312      635 Tue Nov 24 02:59:54  a@b.test\n${' '.repeat(41)}c@d.test\n\n-- 0 Kbytes in 1 Request.\n`;
    const { content } = parseMailq(text, { ...taken, zone: new Zone('Europe/Berlin') });
    expect(content.messages[0]?.arrival).toBe(at('2026-11-24T01:59:54Z'));
  });

  test('cut off anywhere, it gives the messages up to there and says so', () => {
    const text = read('incident/during-mailq.txt');
    const all = parseMailq(text, taken).content.messages.map(({ queueId }) => queueId);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 3 }), (length) => {
        let reading: ReturnType<typeof parseMailq>;
        try {
          reading = parseMailq(text.slice(0, length), taken);
        } catch (error) {
          expect((error as Error).message).toMatch(/^it is (?:empty|no output of mailq)/);
          return;
        }
        const { content, notes } = reading;
        expect(content.whole).toBe(false);
        expect(notes.at(-1)).toMatch(/^it is cut off: its last line .* is missing; it goes as far as \d+ messages?$/);
        expect(all.slice(0, content.messages.length)).toEqual(content.messages.map(({ queueId }) => queueId));
      }),
    );
  });

  test.each([
    ['an empty file', '', "it is empty; mailq says 'Mail queue is empty' where nothing is queued"],
    [
      'another file',
      'Nov 24 03:04:51 mailer postfix/qmgr[1]: x\n',
      'it is no output of mailq: it begins with "Nov 24 03:04:51 mailer postfix/qmgr[1]: x"',
    ],
    [
      'a complaint instead of a queue',
      'postqueue: fatal: Queue report unavailable - mail system is down\n',
      'it says only "postqueue: fatal: Queue report unavailable - mail system is down"',
    ],
  ])('%s is a sentence', (_, text, sentence) => {
    expect(noSnapshot(() => parseMailq(text, taken))).toBe(sentence);
  });

  test('a count that differs is said', () => {
    const text = read('incident/during-mailq.txt').replace('in 23 Requests', 'in 40 Requests');
    const { content, notes } = parseMailq(text, taken);
    expect(content.whole).toBe(false);
    expect(notes).toEqual(['its last line speaks of 40 requests, and 23 messages are in it']);
  });
});

/** As showq_compat.c and showq_json.c write it. */
function written(messages: readonly QueuedMessage[], long: boolean): { readonly mailq: string; readonly json: string } {
  const lines = messages.map(({ queueId, queue, arrival, size, sender, forcedExpire, recipients }) => {
    const mark = `${queueId}${queue === 'active' ? '*' : queue === 'hold' ? '!' : ''}${forcedExpire ? '#' : ''}`;
    const [weekday, day, month, , time] = new Date(arrival).toUTCString().replace(',', '').split(' ');
    const stamp = `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time}`;
    const head = long
      ? `${mark.padEnd(17)} ${String(size).padStart(8)} ${stamp} ${sender || 'MAILER-DAEMON'}`
      : `${mark.padEnd(11)} ${String(size).padStart(7)} ${stamp}  ${sender || 'MAILER-DAEMON'}`;
    let said = '';
    const rest = recipients.flatMap(({ address, reason }) => {
      const why = reason?.text ?? '';
      const line = why === said ? [] : [`(${why || 'reason unavailable'})`.padStart(78)];
      said = why;
      return [...line, `${' '.repeat(long ? 47 : 41)}${address}`];
    });
    return [head, ...rest].join('\n');
  });
  const sum = Math.floor(messages.reduce((all, { size = 0 }) => all + size, 0) / 1024);
  const foot = `\n-- ${sum} Kbytes in ${messages.length} Request${messages.length === 1 ? '' : 's'}.\n`;
  const json = messages.map((message) => {
    const recipients = message.recipients.map(({ address, reason }) => ({ address, ...(reason ? { delay_reason: reason.text } : {}) }));
    return `${JSON.stringify({
      queue_name: message.queue,
      queue_id: message.queueId,
      arrival_time: message.arrival / 1000,
      message_size: message.size,
      forced_expire: message.forcedExpire === true,
      sender: message.sender || 'MAILER-DAEMON',
      recipients,
    })}\n`;
  });
  const head = long
    ? '----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------\n'
    : '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n';
  return { mailq: messages.length === 0 ? 'Mail queue is empty\n' : `${head}${lines.join('\n\n')}\n${foot}`, json: json.join('') };
}

const why = fc.constantFrom(
  'connect to relaya4.example.net[10.50.0.104]:25: Connection timed out',
  'delivery temporarily suspended: lost connection with relay103.example.net[10.50.0.103] while sending end of data -- message may be sent more than once',
  'host mx.example.com[192.0.2.25] said: 450 4.7.1 (odd) reply) ((in reply to RCPT TO command)',
  'unknown mail transport error',
);
const anyRecipient: fc.Arbitrary<QueuedRecipient> = fc
  .record({
    address: fc.constantFrom('a@one.test', '"b c"@two.test', 'root', '"(odd)"@three.test', 'Ä@vier.test'),
    why: fc.option(why, { nil: undefined }),
  })
  .map(({ address, why: text }) => ({ address, ...(text === undefined ? {} : reasonOf(text)) }));
const anyMessage = (long: boolean): fc.Arbitrary<QueuedMessage> =>
  fc
    .record({
      queueId: long ? fc.constantFrom('4jYSXh6HNLz5yZH', '4jYSXC5PfSz5yhX') : fc.constantFrom('79C43C2312', '8E3D6C2141', 'ACF37C217F0'),
      queue: fc.constantFrom('active', 'hold', 'deferred'),
      arrival: fc.integer({ min: at('2023-01-01T00:00:00Z') / 1000, max: taken.time / 1000 }),
      size: fc.integer({ min: 1, max: 99_999_999 }),
      sender: fc.constantFrom('', 'user1@domain.test', '"two words"@domain.test'),
      expire: fc.boolean(),
      recipients: fc.array(anyRecipient, { minLength: 1, maxLength: 4 }),
      tried: fc.constant(reasonOf('connect to relaya4.example.net[10.50.0.104]:25: Connection timed out')),
    })
    .map(({ arrival, expire, tried, recipients, ...rest }) => ({
      ...rest,
      arrival: arrival * 1000,
      ...(expire ? { forcedExpire: true as const } : {}),
      // Nothing is in the deferred queue that was not tried.
      recipients: rest.queue === 'deferred' ? [{ address: 'z@tried.test', ...tried }, ...recipients] : recipients,
    }));

test('whatever is queued is read back from either listing, with short queue IDs and long ones', () => {
  for (const long of [false, true]) {
    fc.assert(
      fc.property(fc.array(anyMessage(long), { maxLength: 6 }), (messages) => {
        const { mailq, json } = written(messages, long);
        expect(parsePostqueue(json).content).toEqual({ messages, whole: true });
        expect(parseMailq(mailq, taken)).toEqual({ content: { messages, whole: true }, notes: [] });
        for (const message of messages) expect(queuedMessageSchema.parse(message)).toEqual(message);
      }),
      { numRuns: 60 },
    );
  }
});

describe('postqueue -j', () => {
  test('an empty one is an empty queue, and that is said', () => {
    expect(parsePostqueue('')).toEqual({
      content: { messages: [], whole: true },
      notes: ['it is empty, as postqueue -j prints nothing where nothing is queued'],
    });
  });

  test('cut off, it says how far it goes', () => {
    const text = read('incident/during-postqueue.ndjson');
    const { content, notes } = parsePostqueue(text.slice(0, 1000));
    expect(content.messages).toHaveLength(4);
    expect(content.whole).toBe(false);
    expect(notes).toEqual(['it is cut off in the middle of its last line, behind 4 messages']);
  });

  test('what is no line of it is said, and named', () => {
    const text = read('incident/during-postqueue.ndjson');
    const { content, notes } = parsePostqueue(`${text}{"queue_name": "active", "queue_id": 7}\nnull\n`);
    expect(content.messages).toHaveLength(23);
    expect(notes).toEqual(['2 lines cannot be read, such as "{\\"queue_name\\": \\"active\\", \\"queue_id\\": 7}"']);
    expect(noSnapshot(() => parsePostqueue('postqueue: fatal: usage: postqueue -f\n'))).toBe(
      'it is no output of postqueue -j: it begins with "postqueue: fatal: usage: postqueue -f"',
    );
  });

  test('the address before aliases, where it is another (Postfix 3.10)', () => {
    const line = (orig: string) =>
      `{"queue_name": "deferred", "queue_id": "99DB6C2241", "arrival_time": 1795489869, "message_size": 7, "forced_expire": false, "sender": "a@b.test", "recipients": [{"orig_address": "${orig}", "address": "c@d.test", "bounce_reason": "too many hops"}]}\n`;
    expect(parsePostqueue(line('alias@d.test')).content.messages[0]?.recipients[0]).toMatchObject({
      origAddress: 'alias@d.test',
      reason: { kind: 'loop' },
    });
    expect(parsePostqueue(line('c@d.test')).content.messages[0]?.recipients[0]).not.toHaveProperty('origAddress');
  });
});

test('a suspended destination keeps the kind, the phase and the relay for which it was suspended', () => {
  expect(
    reasonOf('delivery temporarily suspended: conversation with relaya4.example.net[10.50.0.104] timed out while sending MAIL FROM'),
  ).toEqual({
    reason: {
      text: 'delivery temporarily suspended: conversation with relaya4.example.net[10.50.0.104] timed out while sending MAIL FROM',
      kind: 'suspended',
      suspendedKind: 'conversation_timeout',
      phase: 'mail',
    },
    relay: { host: 'relaya4.example.net', ip: '10.50.0.104' },
  });
});

test('the queue of the incident, counted', () => {
  const { messages } = parseMailq(read('incident/during-mailq.txt'), taken).content;
  const backlog = backlogOf(messages, at('2026-11-24T03:06:08Z'));
  expect(backlog).toMatchObject({ messages: 23, recipients: 23, bytes: 112_170, first: at('2026-11-24T03:04:53Z'), moreRelays: 0 });
  expect(backlog.queues.map(({ queue, messages: n }) => [queue, n])).toEqual([
    ['active', 18],
    ['deferred', 5],
  ]);
  expect(backlog.relays.map(({ relay, untried, recipients }) => [relay?.ip ?? untried, recipients])).toEqual([
    [true, 18],
    ['10.50.0.102', 3],
    ['10.50.0.103', 2],
  ]);
  expect(backlog.reasons.map(({ kind, phase, recipients }) => [kind, phase, recipients])).toEqual([
    [undefined, undefined, 18],
    ['conversation_timeout', 'end_of_data', 3],
    ['lost_connection', 'end_of_data', 2],
  ]);
  expect(backlog.ages.map(({ from, messages: n }) => [from, n])).toEqual([
    [0, 18],
    [60, 5],
  ]);
});

describe('postconf', () => {
  test.each(samples('postconf-n.txt'))('%s is read whole', (path) => {
    const { content, notes } = parsePostconf(read(path));
    expect(notes).toEqual([]);
    expect(Object.keys(content.parameters)).toHaveLength(read(path).trimEnd().split('\n').length);
    expect(content.parameters).toMatchObject({ relayhost: 'relay.example.net', alias_database: '' });
    expect(content.complete).toBe(false);
  });

  test('continuation lines, comments, references, spaces around values: main.cf itself', () => {
    const { content, notes } = parsePostconf(
      `mynetworks = 127.0.0.0/8,\n    [::1]/128,\n# a comment between\n\n\t10.0.0.0/8\nmydestination=$myhostname, \${mydomain}  \nsmtp_connect_timeout = 6s\n`,
    );
    expect(content.parameters).toEqual({
      mynetworks: '127.0.0.0/8, [::1]/128, 10.0.0.0/8',
      mydestination: `$myhostname, \${mydomain}`,
      smtp_connect_timeout: '6s',
    });
    expect(notes).toEqual([]);
  });

  test('names that Postfix does not have are kept, and said: but not those that others refer to, or that a service or a table has', () => {
    const { content, notes } = parsePostconf(
      [
        'smtp_conect_timeout = 3s',
        'our_relays = 10.0.0.9',
        'mynetworks = $our_relays',
        'slow_destination_rate_delay = 1s',
        'virtual_alias_maps = ldap:users',
        'users_search_base = dc=example',
        'users_bind_pw = hunter2',
        'smtp_sasl_password_maps = static:me:hunter2, hash:/etc/postfix/sasl',
        'relayhost = a',
        'relayhost = b',
        'postconf: warning: /etc/postfix/main.cf: unused parameter: smtp_conect_timeout=3s',
        'rubbish',
      ].join('\n'),
    );
    expect(content.parameters).toMatchObject({ smtp_conect_timeout: '3s', relayhost: 'b', users_bind_pw: '(not kept)' });
    expect(JSON.stringify(content)).not.toContain('hunter2');
    expect(content.parameters['smtp_sasl_password_maps']).toBe('static:(not kept), hash:/etc/postfix/sasl');
    expect(notes).toEqual([
      'postconf: warning: /etc/postfix/main.cf: unused parameter: smtp_conect_timeout=3s',
      `line 12, "rubbish": is no 'name = value'`,
      'set more than once, and the last holds, as in Postfix: relayhost',
      'smtp_conect_timeout is no parameter of any Postfix up to 3.12, and no other value refers to it: mistyped?',
    ]);
  });

  test('what is none is a sentence', () => {
    expect(noSnapshot(() => parsePostconf(''))).toBe('it is empty; postconf -n prints config_directory or myhostname at least');
    expect(noSnapshot(() => parsePostconf('postconf: fatal: open /etc/postfix/main.cf: No such file or directory\n'))).toBe(
      'it is no output of postconf: it begins with "postconf: fatal: open /etc/postfix/main.cf: No such file or directory"',
    );
    expect(noSnapshot(() => parsePostconf('Mail queue is empty\n'))).toMatch(/^it is no output of postconf/);
  });

  test('a name from hell is a name', () => {
    const { parameters } = parsePostconf('constructor = 1\n__proto__ = 2\n').content;
    expect(Object.entries(parameters)).toEqual([
      ['constructor', '1'],
      ['__proto__', '2'],
    ]);
  });

  test('mail_version', () => {
    expect(parseVersion('mail_version = 3.7.11\n')).toBe('3.7.11');
    expect(parseVersion('3.12-20260822\n')).toBe('3.12-20260822');
    expect(noSnapshot(() => parseVersion('what?\n'))).toBe('"what?" is no version of Postfix');
  });
});

describe('master.cf', () => {
  test.each(samples('postconf-M.txt'))('%s is read whole', (path) => {
    const { content, notes } = parseMaster(read(path));
    expect(notes).toEqual([]);
    expect(content.services).toHaveLength(read(path).trimEnd().split('\n').length);
    expect(content.services.at(-1)).toMatchObject({
      name: 'submission',
      type: 'inet',
      chroot: 'n',
      command: 'smtpd',
      options: { smtpd_tls_security_level: 'may' },
    });
  });

  test('folded as by postconf -M -f, with values in brackets, and what is no service', () => {
    const { content, notes } = parseMaster(
      [
        'slow       unix  -       -       n       -       1       smtp -v',
        '    -o smtp_connect_timeout=9s',
        '    -o {smtp_helo_name=a b}',
        '    -o { smtp_bind_address = 10.0.0.7 }',
        '# of old',
        `dovecot unix - n n - - pipe flags=DRhu user=vmail argv={/usr/bin/x y} \${recipient}`,
        'smtp inet n -',
      ].join('\n'),
    );
    expect(content.services).toMatchObject([
      {
        name: 'slow',
        processes: '1',
        command: 'smtp -v',
        options: { smtp_connect_timeout: '9s', smtp_helo_name: 'a b', smtp_bind_address: '10.0.0.7' },
      },
      { name: 'dovecot', command: `pipe flags=DRhu user=vmail argv={/usr/bin/x y} \${recipient}` },
    ]);
    expect(notes).toEqual(['line 7, "smtp inet n -": is no line of master.cf']);
    expect(noSnapshot(() => parseMaster('nameserver 10.0.0.1\n'))).toBe(
      'it is no output of postconf -M, and no master.cf: it begins with "nameserver 10.0.0.1"',
    );
    expect(noSnapshot(() => parseMaster(''))).toBe('it is empty: no master.cf is without a service');
  });
});

describe('resolv.conf', () => {
  test.each(samples('resolv.conf'))('%s is read whole', (path) => {
    const { content, notes } = parseResolv(read(path));
    expect(notes).toEqual([]);
    expect(content).toMatchObject({ timeout: 5, attempts: 2, rotate: false, ndots: 1 });
    expect(content.nameservers.at(-1)).toBe('10.50.0.53');
  });

  test('options, comments, and what the C library passes over', () => {
    const { content, notes } = parseResolv(
      [
        '# made by hand',
        'search one.test two.test',
        'nameserver 10.0.0.1 # first',
        ' nameserver 10.0.0.2',
        'nameserver ns.example.net',
        'nameserver fe80::1%eth0',
        'nameserver\t10.0.0.3',
        'nameserver 10.0.0.4',
        'options timeout:90 attempts:1 rotate ndots:2 edns0',
        'nameservers 10.0.0.5',
        '; end',
      ].join('\n'),
    );
    expect(content).toEqual({
      nameservers: ['10.0.0.1', 'fe80::1%eth0', '10.0.0.3'],
      search: ['one.test', 'two.test'],
      // The library waits no longer than 30 seconds.
      timeout: 30,
      attempts: 1,
      rotate: true,
      ndots: 2,
      options: ['timeout:90', 'attempts:1', 'rotate', 'ndots:2', 'edns0'],
    });
    expect(notes).toEqual([
      'line 4, " nameserver 10.0.0.2": the C library passes over a line that begins with white space',
      'line 5, "nameserver ns.example.net": is no IP address, and is not asked',
      'line 10, "nameservers 10.0.0.5": is none of its keywords',
      'it names 4 servers, and the C library asks only the first 3: 10.0.0.4 never',
    ]);
    expect(parseResolv('').notes).toEqual(['it names no server, so the C library asks 127.0.0.1']);
  });
});

test('binary files are no text, and control characters never get past', () => {
  expect(() => textOf(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]))).toThrow('is binary, not text');
  const listing = `79C43C2312      635 Tue Nov 24 02:59:54  a\x1b]0;owned\x07@b.test\r\n${' '.repeat(41)}ü@d.test\r\n\r\n-- 0 Kbytes in 1 Request.\r\n`;
  const { content } = parseMailq(textOf(Buffer.from(listing)), taken);
  expect(content.whole).toBe(true);
  expect(content.messages[0]?.sender).not.toMatch(/[\0-\x1f]/);
  expect(content.messages[0]?.recipients[0]?.address).toBe('ü@d.test');
});

test('every snapshot is as its schema says, and the same again is the same', () => {
  const of = { host: 'mailer', time: taken.time };
  for (const path of samples('mailq.txt')) {
    const { messages, whole } = parseMailq(read(path), taken).content;
    const { messages: listed, ...snapshot } = snapshotOf(
      'queue',
      of,
      { source: 'mailq', whole, backlog: backlogOf(messages, of.time) },
      messages,
    );
    expect(snapshotSchema.parse(snapshot)).toEqual(snapshot);
    expect(listed).toBe(messages);
  }
  const others = () => [
    snapshotOf('postconf', of, parsePostconf(read('incident/during-postconf-n.txt')).content),
    snapshotOf('master', of, parseMaster(read('incident/during-postconf-M.txt')).content),
    snapshotOf('resolv', of, { ...parseResolv(read('incident/during-resolv.conf')).content, chroot: parseResolv('').content }),
    snapshotOf('version', of, { version: '3.7.11' }),
    snapshotOf('probe', of, { nameservers: [{ address: '10.50.0.53', ok: null }] }),
  ];
  for (const snapshot of others()) expect(snapshotSchema.parse(snapshot)).toEqual(snapshot);
  expect(others()).toEqual(others());
  expect(new Set([...others(), ...others().map((one) => ({ ...one, time: 1 }))].map(({ id }) => id)).size).toBe(5);
});
