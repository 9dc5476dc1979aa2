/** The pages of `postscope serve`, asked as a browser asks, without one. */
import { describe, expect, test } from 'vitest';
import { parseSince, parseUntil } from '../cli/time.js';
import type { Message } from '../postfix/message/message.js';
import { heatSection } from '../report/html/heat.js';
import { LocalClock } from '../report/render/clock.js';
import type { Reader } from '../store/port.js';
import { Answers } from '../web/answers.js';
import { type WebOptions, webApp } from '../web/app.js';
import { Readers, versionOf } from '../web/readers.js';
import { NotWanted, Turns, type Wish } from '../web/turns.js';
import { at, delaysOf, failure, fakeReader, hostileRelay, line, noTotals, relay102, spread, summary } from './fake_reader.js';
import { Workshop } from './workshop.js';

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

const appOf = (of: Reader = reader, more: Partial<WebOptions> = {}) =>
  webApp({
    readers: new Readers({ open: async () => of, version: () => '1' }),
    zone: 'UTC',
    times: { since: (text, zone) => parseSince(text, { zone, now }), until: (text, zone) => parseUntil(text, { zone, now }) },
    ...more,
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
  '/compare',
  '/compare?at=2026-04-03',
  ...['summary', 'diagnosis', 'timeouts', 'change', 'heat', 'volume', 'delays', 'relays', 'newest', 'facets', 'queue', 'queue-course'].map(
    (name) => `/part/${name}`,
  ),
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
    ['/compare?at=lately', 'lately'],
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

describe('a page', () => {
  test('stands before the store has said anything, and says what went wrong where the answer belongs', async () => {
    let fail: (error: Error) => void = () => {};
    const silence = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const slow = { ...reader, totals: () => silence };
    const answer = await appOf(slow).request('/messages', { headers: { host: 'localhost' } });
    const chunks = (answer.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await chunks.read()).value);
    expect(await read()).toContain('<nav');
    fail(new Error('the store <is> away'));
    expect((await read()) + (await read())).toContain('the store &lt;is&gt; away');
  });

  test('asks for names as they stand in a store with hidden persons', async () => {
    const asked: unknown[] = [];
    const store = {
      ...reader,
      search: async (query: object) => {
        asked.push(query);
        return { events: [] };
      },
    };
    const asStored: WebOptions['asStored'] = async (words) => {
      if (words.to !== undefined) throw new Error('--to: only domains are kept');
      return { ...words, ...(words.from === undefined ? {} : { from: 'p-1@example.com' }) };
    };
    const text = async (path: string) =>
      (await appOf(store as Reader, { asStored }).request(path, { headers: { host: 'localhost' } })).text();
    expect(await text('/search?from=bob@example.com')).toContain('value="bob@example.com"');
    expect(asked).toEqual([{ from: 'p-1@example.com', limit: 100 }]);
    expect(await text('/search?to=bob@example.com')).toContain('<p class="bad">only domains are kept</p>');
    expect(asked).toHaveLength(1);
  });

  test('search asks once for a page of lines', async () => {
    const limits: number[] = [];
    const store = {
      ...reader,
      search: async ({ limit }: { limit: number }) => {
        limits.push(limit);
        return { events: [evilLine], next: 'x' };
      },
    };
    const text = await (await appOf(store).request('/search?text=x', { headers: { host: 'localhost' } })).text();
    expect(limits).toEqual([100]);
    expect(text).toContain('after=x');
  });

  test('the parts of the overview ask everything once', async () => {
    const asked = new Map<string, number>();
    const counting = new Proxy(reader, {
      get: (target, name: keyof Reader) =>
        typeof target[name] === 'function'
          ? (...words: unknown[]) => {
              const question = `${name} ${JSON.stringify(words)}`;
              asked.set(question, (asked.get(question) ?? 0) + 1);
              return (target[name] as (...all: unknown[]) => unknown)(...words);
            }
          : target[name],
    });
    const app = appOf(counting);
    const get = async (name: string) => (await app.request(`/part/${name}`, { headers: { host: 'localhost' } })).text();
    const first = await Promise.all(['summary', 'timeouts', 'heat', 'volume', 'delays', 'relays', 'newest'].map(get));
    expect([...asked].filter(([, times]) => times > 1)).toEqual([]);
    // Another time nothing is asked at all.
    const before = asked.size;
    expect(await Promise.all(['summary', 'timeouts', 'heat', 'volume', 'delays', 'relays', 'newest'].map(get))).toEqual(first);
    expect(asked.size).toBe(before);
  });
});

describe('before and after', () => {
  test('both sides of a moment, and whether the difference is chance', async () => {
    const split = at('2026-04-03T00:00Z');
    const calm = summary(relay102, { attempts: 400, sent: 400 });
    const bad = summary(relay102, { attempts: 400, sent: 200, failures: [{ kind: 'connect_timeout', phase: 'connect', count: 200 }] });
    const side = (since: number | undefined) => fakeReader({ relays: async () => [(since ?? 0) >= split ? bad : calm] });
    const store: Reader = {
      ...reader,
      tries: (question) => side(question.since).tries(question),
      relays: (question) => side(question.since).relays(question),
    };
    const text = await (await appOf(store).request('/compare?at=2026-04-03', { headers: { host: 'localhost' } })).text();
    expect(text).toContain('Failed tries: 0 % before, 50 % after; more than chance: higher after');
    expect(text).toMatch(
      /connect timed out<\/td><td class="n"><a href="\/search\?[^"]*kind=connect_timeout[^"]*">0<\/a> of 400<\/td><td class="n"><a href="\/search\?[^"]*since=2026-04-03[^"]*">200<\/a> of 400<\/td><td class="text"><span class="bad">higher, more than chance/,
    );
  });

  test('the moment has to be one of the period', async () => {
    expect(await (await ask('/compare?at=2025-01-01')).text()).toContain('not within the period');
  });
});

describe('the map of hours and weekdays', () => {
  const clock = new LocalClock('Europe/Berlin');
  const links = {
    failures: ({ since }: { since?: number }) => `/at/${since}`,
    hours: (weekday: number, hour: number) => `/hours/${weekday}/${hour}`,
  } as never;

  test('adds up the same hour of all weeks, in local time, and leads to all of them', () => {
    // 01:00 in Berlin, in winter and in summer; both are Mondays.
    const counts = [
      { bucket: at('2026-01-05T00:00Z'), count: 3 },
      { bucket: at('2026-07-05T23:00Z'), count: 4 },
      { bucket: at('2026-07-05T23:00Z'), count: 1 },
      { bucket: at('2026-07-08T10:00Z'), count: 1 },
    ];
    const { text } = heatSection(counts, { clock, links });
    expect(text).toContain('<title>Monday 01:00, 8, most on 2026-07-06</title>');
    expect(text).toContain('<a href="/hours/0/1" aria-label="Monday 01:00, 8, most on 2026-07-06">');
    expect(text.match(/<rect/g)).toHaveLength(7 * 24);
    expect(text).toContain('<td class="">Monday</td><td class="n">0</td><td class="n"><a href="/hours/0/1">8</a></td>');
    // Where there is but one, nothing has to be chosen.
    expect(text).toContain(`<a href="/at/${at('2026-07-08T10:00Z')}" aria-label="Wednesday 12:00, 1`);
  });

  test('one of its hours, in each week', async () => {
    const counts = [at('2026-04-03T02:00Z'), at('2026-04-10T02:00Z'), at('2026-04-10T03:00Z')];
    const store: Reader = {
      ...reader,
      failures: async () => counts.map((bucket) => ({ ...failure('2026-04-03T02:00Z', relay102, 'connect_timeout', 3), bucket })),
    };
    const app = await appOf(store);
    const of = (words: string) => app.request(`/hours?count=status_lines&zone=UTC&${words}`, { headers: { host: 'localhost' } });
    const text = await (await of('weekday=4&hour=2')).text();
    expect(text).toContain('6 timeouts on Friday from 2:00 to 3:00, in 2 weeks');
    expect(text).toMatch(
      /2026-04-10 02:00<\/td><td class="n"><a href="\/attempts\?[^"]*since=2026-04-10T02[^"]*until=2026-04-10T03[^"]*">3</,
    );
    expect((await of('weekday=7&hour=2')).status).toBe(400);
    expect((await of('weekday=1&hour=')).status).toBe(400);
  });

  test('of nothing is none', () => {
    expect(heatSection([], { clock }).text).toBe('');
  });
});

const always: Wish = { urgency: 0, wanted: true };

describe('readers', () => {
  test('one question at a time, and the store is let go when nobody asks', async () => {
    let opened = 0;
    let closed = 0;
    let asking = 0;
    const unfolded = async () => {
      expect(++asking).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return asking--;
    };
    const readers = new Readers({
      idle: 5,
      version: () => `${opened}`,
      open: async () => {
        opened++;
        return { ...reader, unfolded, totals: () => unfolded().then(() => noTotals), close: async () => void closed++ };
      },
    });
    const one = readers.readerFor(always);
    await Promise.all([one.unfolded(), one.totals({}), one.totals({ host: 'mailer' })]);
    expect([opened, closed]).toEqual([1, 0]);
    await expect.poll(() => closed).toBe(1);
    await one.unfolded();
    await readers.close();
    expect([opened, closed]).toEqual([2, 2]);
  });

  test('a store that cannot be opened is tried again by the next question', async () => {
    let times = 0;
    const readers = new Readers({
      version: () => '1',
      open: async () => {
        if (times++ === 0) throw new Error('busy');
        return reader;
      },
    });
    await expect(readers.readerFor(always).unfolded()).rejects.toThrow('busy');
    await expect(readers.readerFor(always).unfolded()).resolves.toBe(0);
    await readers.close();
  });

  test('the version of a file is another one when it was written', () => {
    const workshop = new Workshop();
    const path = workshop.write('store', 'a');
    const version = versionOf({ path });
    const before = version();
    expect(version()).toBe(before);
    workshop.write('store', 'ab');
    const after = version();
    expect(after).not.toBe(before);
    workshop.write('store.wal', 'c');
    expect(version()).not.toBe(after);
    workshop.remove();
  });
});

describe('turns', () => {
  test('the most urgent is next, and who has gone is not answered', async () => {
    const turns = new Turns(1, () => {});
    const done: string[] = [];
    const of = (name: string, wish: Wish) => turns.take(wish, async () => void done.push(name));
    let release = () => {};
    const first = turns.take(always, () => new Promise<void>((resolve) => (release = resolve)));
    const gone = { urgency: 0, wanted: true };
    const left = of('gone', gone);
    const rest = [of('diagnosis', { urgency: 9, wanted: true }), of('chart', { urgency: 2, wanted: true }), of('page', always)];
    gone.wanted = false;
    release();
    await expect(left).rejects.toThrow(NotWanted);
    await Promise.all([first, ...rest]);
    expect(done).toEqual(['page', 'chart', 'diagnosis']);
  });

  test('an error of one is not the next one’s', async () => {
    const turns = new Turns(1, () => {});
    await expect(turns.take(always, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(turns.take(always, async () => 7)).resolves.toBe(7);
  });
});

describe('answers', () => {
  test('are kept until the store is another', async () => {
    let version = '1';
    let asked = 0;
    const answers = new Answers(() => version);
    const get = () => answers.of('how many', always, async () => ++asked);
    expect([await get(), await get()]).toEqual([1, 1]);
    version = '2';
    expect([await get(), await get()]).toEqual([2, 2]);
  });

  test('one that failed is asked for again', async () => {
    const answers = new Answers(() => '1');
    await expect(answers.of('q', always, () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
    await expect(answers.of('q', always, async () => 1)).resolves.toBe(1);
  });

  test('whoever joins makes it as urgent as he is, and keeps it wanted when the first has gone', async () => {
    const answers = new Answers(() => '1');
    const first = { urgency: 9, wanted: true };
    let all: Wish = always;
    let release: (value: number) => void = () => {};
    const ask = (wishes: Wish) => {
      all = wishes;
      return new Promise<number>((resolve) => (release = resolve));
    };
    const one = answers.of('q', first, ask);
    await new Promise((resolve) => setImmediate(resolve));
    expect(all.urgency).toBe(9);
    const other = answers.of('q', { urgency: 1, wanted: true }, ask);
    first.wanted = false;
    expect([all.urgency, all.wanted]).toEqual([1, true]);
    release(5);
    expect(await Promise.all([one, other])).toEqual([5, 5]);
  });

  test('whoever comes just as all others have gone gets an answer all the same', async () => {
    const answers = new Answers(() => '1');
    const left = answers.of('q', { urgency: 0, wanted: false }, () => Promise.reject(new NotWanted()));
    const came = answers.of('q', always, async () => 3);
    await expect(left).rejects.toThrow(NotWanted);
    await expect(came).resolves.toBe(3);
  });

  test('the one that was asked for longest ago goes first when there are too many', async () => {
    const answers = new Answers(() => '1');
    const asked: string[] = [];
    const get = (question: string) =>
      answers.of(question, always, async () => {
        asked.push(question);
        return new Array(80_000).fill(0);
      });
    for (const question of ['a', 'b', 'a', 'c', 'a', 'b']) await get(question);
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });
});
