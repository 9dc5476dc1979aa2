/** Addresses hidden in lines: nobody's survives, the grammar reads all else as before, and the same person stays the same. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readOrMakePrivacyKey, readPrivacyKey } from '../ingest/privacy.js';
import { Clock } from '../postfix/clock.js';
import { daemons } from '../postfix/daemons/index.js';
import { type FieldName, fields } from '../postfix/fields.js';
import { neighbours } from '../postfix/neighbours/index.js';
import { Parser } from '../postfix/parse.js';
import type { HidingMode } from '../postfix/privacy/mode.js';
import { Pseudonyms } from '../postfix/privacy/pseudonyms.js';
import { hiddenAddress, hiddenMessageId, hiddenText } from '../postfix/privacy/question.js';
import { TextHider } from '../postfix/privacy/text.js';
import { bytesOf, keepText } from '../postfix/text.js';
import { zoneOf } from '../postfix/zone.js';

const key = Buffer.alloc(32, 7);
const pseudonyms = new Pseudonyms('pseudonymous', key);
const pseudonymous = new TextHider(pseudonyms);
const hide = (line: string, hider = pseudonymous) => hider.hideLine(Buffer.from(line, 'utf8')).toString('utf8');
const parser = () => new Parser(new Clock(zoneOf('UTC'), () => Date.UTC(2026, 11, 1)));
const front = 'Nov 24 02:59:54 mailer ';
const deferred = (to: string, reason: string) =>
  `${front}postfix/smtp[12]: 70EAEC233E: to=<${to}>, relay=mx.example.org[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.25] said: ${reason} (in reply to RCPT TO command))`;

function samples(): string[] {
  const patterns = new Set<unknown>();
  return Object.entries({ ...daemons, ...neighbours }).flatMap(([program, groups]) =>
    groups.flat().flatMap((pattern) => {
      if (patterns.has(pattern)) return [];
      patterns.add(pattern);
      const level = pattern.level === undefined || pattern.level === 'info' ? '' : `${pattern.level}: `;
      return pattern.samples.map((text) => `${front}${program in daemons ? 'postfix/' : ''}${program}[12]: ${level}${text}`);
    }),
  );
}

const logs = ['logs', 'logs_more'].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder)).map((name) => join(import.meta.dirname, folder, name, 'maillog')),
);
const linesOf = (path: string) =>
  readFileSync(path, 'latin1')
    .split('\n')
    .filter((line) => line !== '');

/** Fields that may hold what is hidden; none of the others may change. */
const mayHide = (name: FieldName) => ['text', 'address', 'message_id'].includes(fields[name].type) && !['phase_text'].includes(name);
const mayHideWord: ReadonlySet<string> = new Set(['kind', 'phase', 'status', 'relay_host']);

/** Reads both, and says where they differ in what must not. */
function differences(before: string, after: string): string[] {
  const [a, b] = [parser().parse(before), parser().parse(after)];
  if (a === undefined || b === undefined) return a === b ? [] : ['time'];
  const heads = (['time', 'host', 'pid', 'program', 'level', 'action', 'queueId'] as const).filter((name) => a[name] !== b[name]);
  const inFields = (['fields', 'reason'] as const).flatMap((part) => {
    const [x, y] = [a[part] ?? {}, b[part] ?? {}];
    return ([...new Set([...Object.keys(x), ...Object.keys(y)])] as FieldName[]).filter((name) => {
      const same = JSON.stringify(x[name]) === JSON.stringify(y[name]);
      if (mayHide(name) && !mayHideWord.has(name)) return (x[name] === undefined) !== (y[name] === undefined);
      return !same;
    });
  });
  return [...heads, ...inFields];
}

describe('the grammar reads the same out of', () => {
  const checkIn = (hider: TextHider) => (line: string) => {
    const before = keepText(line).text;
    const after = keepText(hider.hideLine(Buffer.from(line, 'latin1')).toString('latin1')).text;
    expect(differences(before, after), `${before}\n${after}`).toEqual([]);
  };

  test.each<HidingMode>(['pseudonymous', 'domain-only', 'full'])('every sample of every pattern, in the mode %s', (mode) => {
    const check = checkIn(new TextHider(new Pseudonyms(mode, key)));
    for (const line of samples()) check(Buffer.from(line).toString('latin1'));
  });

  test('every line of the logs', () => {
    const check = checkIn(pseudonymous);
    for (const path of logs) for (const line of linesOf(path)) check(line);
  });
});

test('nobody who is named in the logs is named in what is left of them', () => {
  for (const path of logs) {
    const lines = linesOf(path);
    const people = new Set(lines.flatMap((line) => [...line.matchAll(/(?<=[<=])[\w.+-]+@[\w.-]+/g)].map(([address]) => address)));
    expect(people.size).toBeGreaterThan(1);
    const left = pseudonymous.hide(readFileSync(path)).bytes.toString('latin1');
    const named = new Set(left.match(/[\w.+-]+@[\w.-]+/g));
    expect([...people].filter((address) => named.has(address))).toEqual([]);
  }
});

/** Local parts that are hard to find, and none of which is part of anything else in a line. */
const locals = [
  'zz.alice',
  '"zz alice"',
  '"zz\\"al>ice, x"',
  '"zzbob@inner.example"',
  '"zz zzbob@inner.example zz"',
  'zz//&',
  '/zz/zzbob',
  'zzjürgen',
  'zz用户',
  'zzlist-return-zzbob=example.net',
  'prvs=1234abcd=zzbob',
  'SRS0=HHH=TT=example.net=zzbob',
  'zzbob%example.net',
  'example.net!zzbob',
  'zzbob+lists',
  "zzo'brien",
  'ZZBOB',
];
const domains = ['example.com', '[192.0.2.1]', '[IPv6:2001:db8::1]', 'exämple.com', 'EXAMPLE.com'];
/** The local part without quoting, as local(8) has it. */
const plain = (address: string) =>
  address.slice(0, address.lastIndexOf('@')).replace(/^"(.*)"$/s, (_, text: string) => text.replace(/\\(.)/gs, '$1'));

/** The ways to name somebody in a line, known to the grammar and not. */
const places: readonly ((address: string) => string)[] = [
  (a) => `${front}postfix/qmgr[12]: 70EAEC233E: from=<${a}>, size=1, nrcpt=1 (queue active)`,
  (a) => deferred(a, `550 5.1.1 <${a}>: Recipient address rejected: User unknown`),
  (a) => deferred(a, `550 5.1.1 ${a}... User unknown`),
  (a) => deferred(a, `450 mailbox ${a.slice(0, a.lastIndexOf('@'))} is full`),
  (a) => deferred('x@example.org', `550 SPF: see http://spf.example.org/Why?s=mfrom;id=${encodeURIComponent(a)};ip=192.0.2.1`),
  (a) =>
    `${front}postfix/local[12]: 70EAEC233E: to=<x@example.org>, orig_to=<${a}>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)`,
  (a) =>
    `${front}postfix/local[12]: 70EAEC233E: to=<${a}>, relay=local, delay=0, delays=0/0/0/0, dsn=5.1.1, status=bounced (unknown user: "${plain(a)}")`,
  (a) =>
    `${front}postfix/smtpd[12]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 450 4.7.1 <${a}>: Helo command rejected: Host not found; from=<${a}> to=<${a}> proto=ESMTP helo=<${a}>`,
  (a) => `${front}postfix/smtpd[12]: 70EAEC233E: client=unknown[192.0.2.7], sasl_method=LOGIN, sasl_username=${a}, sasl_sender=${a}`,
  (a) =>
    `${front}postfix/smtpd[12]: warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: authentication failure, sasl_username=${a}`,
  (a) => `${front}postfix/cleanup[12]: 70EAEC233E: message-id=<${a}>`,
  (a) =>
    `${front}postfix/cleanup[12]: 70EAEC233E: reject: header From: "A" <${a}> from unknown[192.0.2.7]; from=<${a}> to=<${a}>: 5.7.1 no`,
  (a) => `${front}postfix/smtpd[12]: warning: no grammar knows this, nor <${a}>`,
  (a) => `${front}someone[12]: whatever ${a}, and user=<${a}>: ${a}.`,
  (a) => `no time at all: <${a}>`,
  (a) =>
    JSON.stringify({
      _HOSTNAME: 'h',
      SYSLOG_IDENTIFIER: 'postfix/qmgr',
      MESSAGE: `70EAEC233E: from=<${a}>, size=1`,
      _CMDLINE: `x <${a}>`,
      __REALTIME_TIMESTAMP: '1700000000000000',
    }),
  (a) => JSON.stringify({ log: `${front}postfix/qmgr[12]: 70EAEC233E: from=<${a}>, size=1\n`, time: '2026-11-24T02:59:54Z' }),
  (a) => `${JSON.stringify({ MESSAGE: `cut off, from=<${a}>` }).slice(0, -2)}`,
  (a) => `<22>1 2026-11-24T02:59:54Z mailer postfix/qmgr 12 - [x@32473 who="${a.replaceAll(/["\\\]]/g, '\\$&')}"] 70EAEC233E: removed`,
  (a) => `${front}postfix/qmgr[12]: 70EAEC233E: from=<${a}`,
];

/** What of a local part may not be seen again, in whatever way a line quotes it. */
const traces = (local: string) =>
  [...local.normalize('NFC').matchAll(/[\p{L}\p{N}.]*zz[\p{L}\p{N}.]*/giu)].map(([part]) => part.toLowerCase());

test.each<HidingMode>(['pseudonymous', 'domain-only', 'full'])('no address of a hostile corpus survives %s, wherever it stands', (mode) => {
  const hider = new TextHider(new Pseudonyms(mode, key));
  for (const place of places) {
    for (const local of locals) {
      for (const domain of domains) {
        const line = place(`${local}@${domain}`);
        const left = decodedOf(hide(line, hider)).toLowerCase();
        for (const trace of traces(local)) expect(left, line).not.toContain(trace);
      }
    }
  }
});

const decodedOf = (line: string) =>
  line.replace(/%[\da-f]{2}(?:%[\da-f]{2})*/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());

describe('whatever is thrown at it', () => {
  const word = fc.stringMatching(/^[a-z0-9!#$&'*+/=?^_`{|}~-]{1,12}$/);
  const quoted = fc
    .string({ unit: fc.constantFrom(...'ab @<>,;:\\"[]('), minLength: 0, maxLength: 8 })
    .map((text) => `"zz${text.replace(/["\\]/g, '\\$&')}"`);
  const utf8 = fc.string({ unit: fc.constantFrom('ü', 'é', '用', 'ж', 'a'), minLength: 1, maxLength: 6 }).map((text) => `zz${text}`);
  const local = fc.oneof(
    word.map((text) => `zz${text}`),
    quoted,
    utf8,
  );
  const domain = fc.oneof(fc.constantFrom(...domains), fc.stringMatching(/^[a-y]{1,8}\.[a-y]{2,6}$/));

  test('no address survives', () => {
    fc.assert(
      fc.property(local, domain, fc.constantFrom(...places), (name, at, place) => {
        const line = place(`${name}@${at}`);
        const left = decodedOf(hide(line)).toLowerCase();
        expect(left, line).not.toContain(`${name}@`.toLowerCase());
        // Names of hosts never begin so.
        expect(left, line).not.toMatch(/zz[a-z\u0080-\uffff]/);
      }),
      { numRuns: 600 },
    );
  });

  test('the grammar reads the same', () => {
    fc.assert(
      fc.property(local, domain, fc.constantFrom(...places.slice(0, 12)), (name, at, place) => {
        const line = place(`${name}@${at}`);
        const before = parser().parse(line);
        fc.pre(before !== undefined && before.action !== 'unrecognized');
        expect(differences(line, hide(line)), `${line}\n${hide(line)}`).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('the same line comes to the same bytes, and a line without newline to one without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const line = Buffer.from(noise).filter((byte) => byte !== 10);
        const text = Buffer.concat([Buffer.from('x@y '), Buffer.from(line)]);
        const once = new TextHider(new Pseudonyms('pseudonymous', key)).hideLine(text);
        expect(pseudonymous.hideLine(text)).toEqual(once);
        expect(once.includes(10)).toBe(false);
      }),
    );
  });

  test('a line that names nobody is left as it is, byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const line = Buffer.from(Buffer.from(noise).filter((byte) => ![10, 0x40, 0x3c, 0x3d, 0x25, 0x5c, 0x26, 0xbc].includes(byte)));
        expect(pseudonymous.hideLine(line)).toEqual(line);
      }),
    );
  });

  test.each(['a@b ', '"@', '"@x ', 'a@', '<', '\\"', '%40', 'from=<"', 'a"b@c', '/', 'x=y@z ', 'who@a.b <x@y> '])(
    'a line of 1 MiB of %j takes no time',
    (part) => {
      const line = Buffer.from(`${front}postfix/smtpd[12]: warning: `.padEnd(1 << 20, part));
      const began = process.cpuUsage();
      pseudonymous.hideLine(line);
      expect(process.cpuUsage(began).user / 1000).toBeLessThan(10_000);
    },
  );
});

describe('the same person', () => {
  const person = pseudonyms.address('bob@example.com');

  test('is the same in every place and every spelling, and another is another', () => {
    expect(person).toMatch(/^p-[\da-f]{20}@example\.com$/);
    for (const spelled of ['bob@example.com', 'BOB@Example.COM', '"bob"@example.com', '"b\\ob"@example.com']) {
      expect(pseudonyms.address(spelled)).toBe(person);
    }
    expect(pseudonyms.address('bob@example.org')).not.toBe(person.replace('com', 'org'));
    expect(new Pseudonyms('pseudonymous', Buffer.alloc(32, 8)).address('bob@example.com')).not.toBe(person);
    for (const place of places.filter((place) => !/message-id|mailbox|unknown user|x@32473/.test(place('')))) {
      expect(hide(place('Bob@example.com')), place('')).toMatch(new RegExp(person.replace('@', '(?:@|%40)')));
    }
  });

  test('is the same in bytes that are no UTF-8', () => {
    const latin1 = pseudonymous.hideLine(
      Buffer.from(`${front}postfix/qmgr[1]: 70EAEC233E: from=<jürgen@example.com>, size=1, nrcpt=1 (queue active)`, 'latin1'),
    );
    expect(latin1.toString('latin1')).toContain(`from=<${pseudonyms.address('jürgen@example.com')}>`);
    const behindNuls = Buffer.concat([
      Buffer.alloc(3),
      Buffer.from(`${front}postfix/qmgr[1]: 70EAEC233E: from=<Äpfel@example.com>, size=1`),
    ]);
    expect(pseudonymous.hideLine(behindNuls).toString('latin1')).toContain(`from=<${pseudonyms.address('äpfel@example.com')}>`);
  });

  test('is named by the same local part where a reply repeats it', () => {
    const [name] = person.split('@');
    expect(hide(deferred('bob@example.com', '550 5.1.1 no mailbox bob here, see /var/mail/bob.'))).toContain(
      `550 5.1.1 no mailbox ${name} here, see /var/mail/${name}.`,
    );
    // But not where a word only looks like a name.
    expect(hide(deferred('user@example.com', '550 5.1.1 <user>: unknown user'))).toContain(
      `550 5.1.1 <${pseudonyms.local('user@example.com')}>: unknown user`,
    );
    const timedOut = `${front}postfix/smtp[12]: 70EAEC233E: to=<timed@example.com>, relay=none, delay=2, delays=0/0/1/1, dsn=4.4.1, status=deferred (connect to mx.example.org[192.0.2.25]:25: Connection timed out)`;
    expect(hide(timedOut)).toContain('Connection timed out');
  });

  test('leaves hosts as they are: servers and clients, HELO, and the ends of the log line', () => {
    const line = `${front}postfix/smtpd[12]: NOQUEUE: reject: RCPT from mail.example.com[192.0.2.7]: 450 4.7.1 <mail.example.com>: Helo command rejected: Host not found; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<mail.example.com>`;
    expect(hide(line).replace(/p-[\da-f]{20}/g, '…')).toBe(line.replace('a@', '…@').replace('b@', '…@'));
    const milter = `${front}postfix/smtpd[12]: warning: connect to Milter service inet:8891@localhost: Connection refused`;
    expect(hide(milter)).toBe(milter);
    const unit = JSON.stringify({ _SYSTEMD_UNIT: 'postfix@-.service', MESSAGE: '70EAEC233E: removed' });
    expect(hide(unit)).toBe(unit);
  });

  test('gives nothing away in the other modes, and message-ids join in all of them', () => {
    const line = `${front}postfix/cleanup[12]: 70EAEC233E: message-id=<1.2@mx.example.com>`;
    const in_ = (mode: HidingMode, text: string) => hide(text, new TextHider(new Pseudonyms(mode, key)));
    const from = `${front}postfix/qmgr[12]: 70EAEC233E: from=<bob@example.com>, size=1, nrcpt=1 (queue active)`;
    expect(in_('domain-only', from)).toContain('from=<-@example.com>,');
    expect(in_('full', from)).toContain('from=<-@->,');
    expect(in_('pseudonymous', from.replace('bob@example.com', ''))).toContain('from=<>,');
    expect(in_('pseudonymous', line)).toMatch(/<p-[\da-f]{20}@mx\.example\.com>$/);
    expect(in_('domain-only', line)).toBe(in_('pseudonymous', line));
    expect(in_('full', line)).toMatch(/<p-[\da-f]{20}@->$/);
  });
});

test('a line that cannot be hidden is withheld, and no other', () => {
  class Broken extends Pseudonyms {
    override address(value: string): string {
      if (value.startsWith('eve')) throw new RangeError(value);
      return super.address(value);
    }
  }
  const text = Buffer.from('from=<bob@example.com>\nfrom=<eve@example.com>\n');
  const { bytes, lengths } = new TextHider(new Broken('pseudonymous', key)).hide(text);
  expect(bytes.toString()).toBe(
    `from=<${pseudonyms.address('bob@example.com')}>\nwithheld, as its addresses could not be hidden: a line of 22 characters (RangeError)\n`,
  );
  expect(lengths).toEqual([23, 23]);
});

test('lines keep their ends and say how long they were', () => {
  const text = Buffer.from('a\r\n\n<bob@example.com>\nb');
  const { bytes, lengths } = pseudonymous.hide(text);
  expect(bytes.toString()).toBe(`a\r\n\n<${pseudonyms.address('bob@example.com')}>\nb`);
  expect(lengths).toEqual([3, 1, 18, 1]);
  expect(bytesOf(keepText(text.toString('latin1')))).toEqual(text);
});

describe('a question', () => {
  test('asks for what the store has', () => {
    const person = pseudonyms.address('bob@example.com');
    expect(hiddenAddress('Bob@Example.com', pseudonyms)).toBe(person);
    expect(hiddenAddress(person, pseudonyms)).toBe(person);
    expect(hiddenAddress('@Example.com', pseudonyms)).toBe('@example.com');
    expect(hiddenAddress('', pseudonyms)).toBe('');
    expect(hiddenText('to=<bob@example.com>, relay', pseudonyms)).toBe(`to=<${person}>, relay`);
    const id = /<(.*)>$/.exec(hide(`${front}postfix/cleanup[1]: 70EAEC233E: message-id=<1.A@b.example>`))?.[1];
    expect(hiddenMessageId('1.a@b.example', pseudonyms)).toBe(id);
  });

  test('says what cannot be known', () => {
    expect(() => hiddenAddress('bob@', pseudonyms)).toThrow('"bob@" has no pseudonym');
    expect(() => hiddenAddress('bob@example.com', new Pseudonyms('domain-only', key))).toThrow(
      'only domains are kept: ask for @example.com',
    );
    expect(() => hiddenAddress('@example.com', new Pseudonyms('full', key))).toThrow('none is kept');
  });
});

describe('the key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postscope-privacy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is made once, for its owner alone, whoever comes at the same time', async () => {
    const path = join(folder, 'new', 'privacy.key');
    const keys = await Promise.all(Array.from({ length: 8 }, () => readOrMakePrivacyKey(path)));
    expect(new Set(keys.map(String)).size).toBe(1);
    expect(keys[0]?.length).toBeGreaterThanOrEqual(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'new'))).toEqual(['privacy.key']);
    expect(await readPrivacyKey(path)).toEqual(keys[0]);
  });

  test('is refused where it says nothing, is none, or is no secret', async () => {
    const path = join(folder, 'bad.key');
    await expect(readPrivacyKey(path)).rejects.toThrow('there is no key of pseudonyms at');
    writeFileSync(path, 'short\n', { mode: 0o600 });
    await expect(readOrMakePrivacyKey(path)).rejects.toThrow('has 5 characters; it takes 32');
    writeFileSync(path, `${'k'.repeat(40)}\n`);
    chmodSync(path, 0o644);
    await expect(readOrMakePrivacyKey(path)).rejects.toThrow('chmod 600');
    chmodSync(path, 0o400);
    expect(await readPrivacyKey(path)).toEqual(Buffer.from('k'.repeat(40)));
    await expect(readOrMakePrivacyKey(folder)).rejects.toThrow(/chmod 600|cannot be read/);
  });
});
