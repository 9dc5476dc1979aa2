/** The pages of `postscope serve`, asked as a browser asks, without one. */
import { describe, expect, test } from 'vitest';
import { parseSince, parseUntil } from '../cli/time.js';
import type { Message } from '../postfix/message/message.js';
import type { Reader } from '../store/port.js';
import { webApp } from '../web/app.js';
import { Readers } from '../web/readers.js';
import { at, delaysOf, failure, fakeReader, hostileRelay, line, noTotals, relay102, spread, summary } from './fake_reader.js';

const now = at('2026-04-10T12:00:00Z');
const evil = '<script>alert(1)</script>"\' onload=x \x1b]0;owned\x07\u202e=cmd|';

const message: Message = {
  id: 'm1',
  host: evil,
  queueId: '70EAEC233E',
  state: 'sent',
  complete: false,
  missing: ['arrival'],
  firstLine: at('2026-04-03T02:10:45Z'),
  lastLine: at('2026-04-03T02:12:00Z'),
  sender: evil,
  messageId: evil,
  recipients: [{ address: evil, status: 'sent', dsn: '2.0.0', attempts: 1, deliveries: [] }],
  attempts: 1,
  failedAttempts: 0,
  possibleDoubles: 1,
  links: [],
  facts: 3,
};

const hostile = { ...hostileRelay, host: evil };
const evilLine = line({
  time: '2026-04-03T02:12:00Z',
  message: `70EAEC233E: to=<b@example.org>, relay=${evil}`,
  queueId: '70EAEC233E',
  host: evil,
  fields: { relay_host: evil, status: 'sent' },
});

const reader = fakeReader({
  totals: async () => ({ ...noTotals, lines: 10, hosts: ['mailer', evil], first: at('2026-04-01T00:00Z'), last: at('2026-04-10T00:00Z') }),
  failures: async () => [
    failure('2026-04-02T00:00Z', relay102, 'connect_timeout', 7),
    failure('2026-04-03T00:00Z', hostile, 'conversation_timeout', 2),
  ],
  relays: async () => [summary(relay102, { attempts: 100, sent: 93 }), summary(hostile, { attempts: 3 })],
  delays: async () => [delaysOf('2026-04-02T00:00Z', 90, { c: spread(25, 25, 31, 46) })],
  rests: async () => [
    { bucket: at('2026-04-02T00:00Z'), rest: 25, count: 60, vague: 0, relays: 2, seconds: 1500, failed: 42, c: 1542, first: 0, last: 0 },
  ],
  messageCounts: async () => [
    { bucket: at('2026-04-02T00:00Z'), state: 'sent', count: 5, incomplete: 0, possiblyDoubled: 0, recipients: 5, bytes: 9, seconds: 1 },
  ],
  messages: async ({ after }) => (after === undefined ? { messages: [message], next: '"><script>' } : { messages: [] }),
  attempts: async () => ({
    attempts: [
      {
        id: 'a1',
        host: 'mailer',
        program: 'postfix/smtp',
        queueId: '70EAEC233E',
        relay: { host: evil, ip: '192.0.2.66', port: 25 },
        number: 1,
        time: now,
        ended: { earliest: now, latest: now + 1000 },
        outcome: 'failed',
        kind: 'other',
        text: evil,
        recipients: [],
      },
    ],
  }),
  search: async ({ after }) => (after === undefined ? { events: [evilLine], next: 'x' } : { events: [] }),
  trace: async () => [evilLine],
  coverage: async () => [
    {
      host: evil,
      lines: 10,
      first: at('2026-04-01T00:00Z'),
      last: at('2026-04-10T00:00Z'),
      gaps: [{ since: at('2026-04-02T00:00Z'), until: at('2026-04-02T05:00Z') }],
    },
  ],
  unrecognized: async () => [{ program: evil, count: 3, examples: [evil] }],
  quarantine: async () => [{ reason: 'binary', count: 1, examples: [{ path: evil, offset: 0, text: evil }] }],
  sources: async () => [{ path: evil, read: 10, stored: 9, alreadyThere: 0, quarantined: 0, bytes: 1, complete: false, notes: [evil] }],
});

const appOf = (of: Reader = reader) =>
  webApp({
    readers: new Readers({ open: async () => of }),
    zone: 'UTC',
    times: { since: (text, zone) => parseSince(text, { zone, now }), until: (text, zone) => parseUntil(text, { zone, now }) },
  });

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  appOf().request(path, { method, headers: { host: '127.0.0.1:8025', ...headers } });

const paths = [
  '/',
  '/relays',
  '/delays',
  '/messages',
  '/search?text=x',
  '/message?id=70EAEC233E',
  '/attempts?failed=timeouts',
  '/queue',
  '/coverage',
  ...['summary', 'diagnosis', 'timeouts', 'volume', 'delays', 'relays', 'newest'].map((name) => `/part/${name}`),
];

describe('every page', () => {
  test.each(paths)('%s answers, and nothing that a sender wrote is more than text in it', async (path) => {
    const answer = await ask(path);
    const text = await answer.text();
    expect(answer.status, text.slice(0, 500)).toBe(200);
    const scripts = [...text.matchAll(/<script[^>]*>[^<]*/g)].map(([tag]) => tag);
    expect(scripts.every((tag) => tag === '<script type="module" src="/app.js">')).toBe(true);
    expect(text).not.toMatch(/\x1b|\u202e/);
    // Quotes in attributes are never ended by a value: what is left of a tag without its values has no event handler.
    const bare = [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, ''));
    expect(bare.filter((tag) => /\son\w+=|alert|style=/.test(tag))).toEqual([]);
    // Every address is one of this server.
    for (const [, href] of text.matchAll(/(?:href|src|action|data-part)="([^"]*)"/g)) expect(href).toMatch(/^[/#]/);
  });

  test.each(paths)('%s may only load from here, and run nothing inline', async (path) => {
    const { headers } = await ask(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('who may ask', () => {
  test.each(['evil.example', 'evil.example:8025', '127.0.0.1.evil.example', '192.0.2.1', ''])('not by the name %j', async (host) => {
    const answer = await appOf().request('/', { headers: { host } });
    expect(answer.status).toBe(421);
    expect(await answer.text()).not.toContain('mailer');
  });

  test.each(['localhost', 'localhost:8025', '127.0.0.1', '127.0.0.1:1', '[::1]:8025'])('by the name %j', async (host) => {
    expect((await ask('/', { host })).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not answered', async (method) => {
    expect((await ask('/', {}, method)).status).toBe(405);
  });
});

describe('an address', () => {
  test.each([
    ['/part/timeouts?since=yesterdayish', 'yesterdayish'],
    ['/?since=2026-04-03&until=2026-04-01', 'ends before it begins'],
    ['/?zone=Middle/Earth', 'not a time zone'],
    ['/search?kind=sadness', 'no kind of failure'],
    ['/messages?state=lost', 'no state'],
    ['/attempts?failed=x', 'no kind of failure'],
  ])('%s is answered in a sentence', async (path, said) => {
    const answer = await ask(path);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(said);
  });

  test('keeps the period from page to page', async () => {
    const text = await (await ask('/?since=2026-04-03&host=mailer&zone=Europe/Berlin')).text();
    expect(text).toContain('href="/relays?since=2026-04-03&amp;host=mailer&amp;zone=Europe%2FBerlin"');
  });

  test('of no page is told', async () => {
    const answer = await ask('/nowhere');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('no such page');
  });
});

describe('readers', () => {
  test('one at a time, and the store is let go when nobody asks', async () => {
    let opened = 0;
    let closed = 0;
    let asking = 0;
    const readers = new Readers({
      idle: 5,
      open: async () => {
        opened++;
        return { ...reader, close: async () => void closed++ };
      },
    });
    const question = async () => {
      expect(++asking).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      asking--;
    };
    await Promise.all([readers.ask(question), readers.ask(question), readers.ask(question)]);
    expect([opened, closed]).toEqual([1, 0]);
    await expect.poll(() => closed).toBe(1);
    await readers.ask(question);
    await readers.close();
    expect([opened, closed]).toEqual([2, 2]);
  });

  test("an error of one question is not the next one's", async () => {
    const readers = new Readers({ open: async () => reader });
    await expect(readers.ask(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(readers.ask(async () => 7)).resolves.toBe(7);
    await readers.close();
  });
});
