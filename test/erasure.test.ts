/** One person taken out of texts: they are named nowhere afterwards, in whatever way they were written, and all others are left alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Eraser, whomOf } from '../postfix/privacy/erasure.js';
import { Pseudonyms } from '../postfix/privacy/pseudonyms.js';
import { bytesOf, keepText } from '../postfix/text.js';

const key = Buffer.alloc(32, 7);
const bob = new Eraser({ address: 'bob@example.com' }, key);
const all = new Eraser({ domain: 'example.com' }, key);
const front = 'Nov 24 02:59:54 mailer ';
const p = 'p-[\\da-f]{20}';

/** The ways to name an address in a line, known to the grammar and not. */
const places: readonly ((address: string) => string)[] = [
  (a) => `${front}postfix/qmgr[12]: 70EAEC233E: from=<${a}>, size=1, nrcpt=1 (queue active)`,
  (a) =>
    `${front}postfix/smtp[12]: 70EAEC233E: to=<${a}>, orig_to=<${a}>, relay=mx.example.org[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.25] said: 550 5.1.1 <${a}>: User unknown, see http://spf.example.org/Why?id=${encodeURIComponent(a)} (in reply to RCPT TO command))`,
  (a) => `${front}postfix/smtpd[12]: 70EAEC233E: client=unknown[192.0.2.7], sasl_method=LOGIN, sasl_username=${a}, sasl_sender=${a}`,
  (a) =>
    `${front}postfix/smtpd[12]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 450 4.7.1 <${a}>: Helo command rejected: Host not found; from=<${a}> to=<${a}> proto=ESMTP helo=<${a}>`,
  (a) => `${front}postfix/cleanup[12]: 70EAEC233E: message-id=<${a}>`,
  (a) => `${front}postfix/smtpd[12]: warning: no grammar knows this, nor <${a}>, nor "${a}".`,
  (a) => `no time at all: <${a}>`,
  (a) =>
    JSON.stringify({
      MESSAGE: `70EAEC233E: from=<${a}>, size=1`,
      _HOSTNAME: 'h',
      SYSLOG_IDENTIFIER: 'postfix/qmgr',
      __REALTIME_TIMESTAMP: '1700000000000000',
    }),
];

const spellings = [
  'bob@example.com',
  'BOB@Example.COM',
  '"bob"@example.com',
  '"b\\ob"@example.com',
  'bob+lists@example.com',
  'list-return-bob=example.com@lists.test',
  'SRS0=HHH=TT=example.com=bob@forward.test',
  'prvs=1234abcd=bob@example.com',
  'bob%example.com@relay.test',
  'example.com!bob@relay.test',
  '"bob@example.com"@evil.test',
];
const named = /bob(?:"|\\")?(?:@|%40|=|%)example\.com|example\.com[=!]bob/i;

test.each(spellings)('%s is erased wherever it stands, alone and with its whole domain', (spelling) => {
  for (const place of places) {
    const line = place(spelling);
    for (const eraser of [bob, all]) {
      const left = eraser.erase(line);
      expect(left, line).not.toMatch(named);
      expect(left, line).not.toMatch(/bob/i);
      expect(eraser.erase(left)).toBe(left);
    }
    expect(all.erase(line), line).not.toMatch(/[@=%!]example\.com|example\.com[=!]/i);
  }
});

test.each([
  'xbob@example.com',
  'bob@sub.example.com',
  'bob@example.com.evil.test',
  'x-bob@example.com',
  'bob@example.org',
  'bob.x@example.com',
])('%s is somebody else', (other) => {
  for (const place of places) expect(bob.erase(place(other))).toBe(place(other));
});

test('the pseudonym is that of --privacy pseudonymous, and of a domain one that no domain is called', () => {
  expect(bob.pseudonym).toBe(new Pseudonyms('pseudonymous', key).address('bob@example.com'));
  expect(all.pseudonym).toMatch(new RegExp(`^${p}\\.invalid$`));
  expect(all.erase('<bob@example.com> <eve@example.com> mx.example.com[192.0.2.1]')).toMatch(
    new RegExp(`^<${p}@${all.pseudonym}> <(?!${bob.pseudonym.split('@')[0]})${p}@${all.pseudonym}> mx\\.example\\.com\\[192`),
  );
});

test('what is no text is read as what it was meant to be, and a domain in both of its spellings', () => {
  const eraser = new Eraser({ address: 'jürgen@exämple.com' }, key);
  for (const address of ['jürgen@exämple.com', 'JÜRGEN@EXÄMPLE.COM', 'jürgen@exämple.com'.normalize('NFD'), 'jürgen@xn--exmple-cua.com']) {
    expect(eraser.erase(`from=<${address}>`)).toBe(`from=<${eraser.pseudonym}>`);
  }
  // A line with a byte that is no text is kept as bytes, and so are its letters.
  const kept = keepText(`from=<${Buffer.from('jürgen@exämple.com').toString('latin1')}>\xff\x01`);
  expect(kept.encoding).toBe('bytes');
  const left = bytesOf({ text: eraser.erase(kept.text), encoding: 'bytes' });
  expect(left.toString('latin1')).toBe(`from=<${eraser.pseudonym}>\xff\x01`);
});

test('JSON: every text of a value, and the same value where nothing names them', () => {
  const value = { a: ['<bob@example.com>', { b: 1, c: null }], d: 'x' };
  expect(bob.eraseIn(value)).toEqual({ a: [`<${bob.pseudonym}>`, { b: 1, c: null }], d: 'x' });
  const other = { a: ['x', { b: 1 }] };
  expect(bob.eraseIn(other)).toBe(other);
});

describe('whatever is thrown at it', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9!#$&'*/?^_{|}~]{0,11}$/).map((text) => `zz${text}`);
  const quoted = fc
    .string({ unit: fc.constantFrom(...'ab @<>,;:\\"[]('), minLength: 0, maxLength: 8 })
    .map((text) => `"zz${text.replace(/["\\]/g, '\\$&')}"`);
  const utf8 = fc.string({ unit: fc.constantFrom('ü', 'é', '用', 'ж', 'a'), minLength: 1, maxLength: 6 }).map((text) => `zz${text}`);
  const local = fc.oneof(word, quoted, utf8);
  const domain = fc.constantFrom('example.com', 'exämple.com', 'mail.example-1.test');

  test('no address survives', () => {
    fc.assert(
      fc.property(local, domain, fc.constantFrom(...places), (name, at, place) => {
        const address = `${name}@${at}`;
        for (const eraser of [new Eraser({ address }, key), new Eraser({ domain: at }, key)]) {
          const left = decodedOf(eraser.erase(place(address))).toLowerCase();
          expect(left, place(address)).not.toContain(address.toLowerCase());
          expect(eraser.names(left)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('others are left, byte by byte', () => {
    fc.assert(
      fc.property(local, fc.constantFrom(...places), (name, place) => {
        fc.pre(!name.includes('bob'));
        expect(bob.erase(place(`${name}@example.com`))).toBe(place(`${name}@example.com`));
      }),
      { numRuns: 500 },
    );
  });

  test.each(['bob@', 'bob+', '@example.com', 'example.com=', 'bob=example.com', '"bob', '!', '%40example.com', 'a@example.com '])(
    'a line of 64 KiB of %j takes no time',
    (part) => {
      const line = `${front}postfix/smtpd[12]: warning: ${'example.com '}`.padEnd(1 << 16, part);
      const began = process.cpuUsage();
      for (const eraser of [bob, all]) eraser.erase(line);
      expect(process.cpuUsage(began).user / 1000).toBeLessThan(5_000);
    },
  );
});

const decodedOf = (line: string) =>
  line.replace(/%[\da-f]{2}(?:%[\da-f]{2})*/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());

describe('nobody', () => {
  test.each([
    ['bob', /"bob" is no address: it has no @; a domain is named with --domain/],
    ['@example.com', /takes something on both sides/],
    ['bob@', /takes something on both sides/],
    ['a\u001b@b.test', /control characters/],
  ])('--address %j', (address, says) => {
    expect(() => whomOf({ address })).toThrow(says);
  });

  test.each([
    ['bob@example.com', /it has an @; an address is named with --address/],
    ['com', /is no domain: example.com would be one/],
    ['', /is no domain/],
    ["x'; DROP TABLE lines", /is no domain/],
  ])('--domain %j', (domain, says) => {
    expect(() => whomOf({ domain })).toThrow(says);
  });
});
