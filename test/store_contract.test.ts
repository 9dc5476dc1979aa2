/** One contract for both stores: the same logs, the same questions, equal answers. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventDocument } from '../postfix/document.js';
import { kinds } from '../postfix/reason.js';
import type { Interval, Reader, Scope, SearchQuery } from '../store/port.js';
import { service } from './services/index.js';
import { TwoStores } from './two_stores.js';
import { documentsOf, now } from './workshop.js';

const { url = '', missing } = await service('elasticsearch');

/** What no log of the laboratory has: months, summer's end in Berlin, sockets, odd bytes, ties between files, lines without a time. */
const delivery = (stamp: string, id: string, rest: string, host = 'mailer') => `${stamp} ${host} postfix/smtp[811]: ${id}: ${rest}`;
const months = [
  delivery(
    'Aug 31 23:59:59',
    '4A1B2C3D4E',
    'to=<Ann.Lee@Example.ORG>, relay=relay7.example.net[2001:db8::7]:25, delay=0.05, delays=0.01/0.02/0.01/0.01, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as AA11BB22CC)',
  ),
  delivery(
    'Sep  1 00:00:00',
    '4A1B2C3D4E',
    'to=<"quoted local"@example.org>, relay=relay7.example.net[192.0.2.7]:25, delay=86400, delays=86000/0.02/399/0.98, dsn=4.4.2, status=deferred (lost connection with relay7.example.net[192.0.2.7] while receiving the initial server greeting)',
  ),
  delivery(
    'Sep  1 00:00:00',
    '4A1B2C3D4E',
    'conversation with relay7.example.net[192.0.2.7] timed out while sending end of data -- message may be sent more than once',
  ),
  delivery(
    'Oct 25 00:30:00',
    '5F00000001',
    'to=<a@one.example>, relay=none, delay=31, delays=0.01/0/31/0, dsn=4.4.1, status=deferred (connect to relaya4.example.net[10.50.0.104]:25: Connection timed out)',
  ),
  'Oct 25 00:30:01 mailer postfix/smtp[811]: connect to relaya4.example.net[10.50.0.104]:25: Connection timed out',
  'Oct 25 02:30:01 mailer postfix/smtp[812]: connect to relaya4.example.net[10.50.0.104]:25: Connection timed out',
  'Oct 25 02:59:59 mailer postfix/smtp[812]: connect to relaya4.example.net[2001:db8::104]:25: Network is unreachable',
  'Oct 25 02:15:00 mailer postfix/smtp[813]: connect to relaya4.example.net[10.50.0.104]:25: Connection refused',
  delivery(
    'Oct 25 03:30:00',
    '5F00000002',
    'to=<b@two.example>, relay=none, delay=5, delays=0.01/0/5/0, dsn=4.3.0, status=deferred (Host or domain name not found. Name service error for name=two.example type=MX: Host not found, try again)',
  ),
  delivery(
    'Oct 25 23:30:00',
    '5F00000003',
    'to=<c@three.example>, relay=none, delay=5, delays=5/0/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to relaya4.example.net[10.50.0.104]:25: Connection refused)',
  ),
  'Oct 26 00:00:00 mailer postfix/lmtp[9]: 5F00000004: to=<d@local.example>, relay=mx.local.example[private/dovecot-lmtp], delay=0.3, delays=0.1/0.01/0.05/0.14, dsn=2.0.0, status=sent (250 2.0.0 <d@local.example> saved)',
  'Oct 26 00:00:00 mailer postfix/pipe[9]: 5F00000004: to=<e@local.example>, orig_to=<root>, relay=spamfilter, delay=1.2, delays=0.1/0.01/0/1.1, dsn=5.3.0, status=bounced (command line usage error. Command output: ÄÖÜ oops)',
  delivery(
    'Oct 26 00:00:01',
    '5F00000005',
    'to=<f@four.example>, relay=relay8.example.net[192.0.2.8]:587, delay=2, delays=0.1/0/1/0.9, dsn=5.1.1, status=bounced (host relay8.example.net[192.0.2.8] said: 550 5.1.1 <f@four.example>: Recipient address rejected: User unknown (in reply to RCPT TO command))',
  ),
  delivery('Oct 26 00:00:01', '5F00000005', 'host relay8.example.net[192.0.2.8] refused to talk to me: 421 4.7.0 try again later'),
  // The relay is what relay= names, whatever the reason speaks of.
  'Oct 26 00:00:01 mailer postfix/pipe[9]: 5F00000008: to=<g@local.example>, relay=spamfilter, delay=1, delays=0.1/0/0.1/0.8, dsn=4.3.0, status=deferred (connect to filter.example.net[192.0.2.50]:10025: Connection refused)',
  'Oct 26 00:00:01 mailer postfix/qmgr[5]: 5F00000006: from=<>, size=2340, nrcpt=1 (queue active)',
  'Oct 26 00:00:01 mailer postfix/qmgr[5]: 5F00000007: from=<Weird+Tag@Sub.Example.org>, status=expired, returned to sender',
  'Oct 26 00:00:02 mailer postfix/cleanup[6]: 5F00000007: message-id=<Mixed.CASE_id@example.org>',
  'Oct 26 00:00:02 mailer postfix/cleanup[6]: 5F0000000A: message-id=<mixed.case_ID@example.org>',
  'Oct 26 00:00:02 Mailer postfix/smtpd[7]: connect from client-9.Example.COM[2001:db8::9]',
  'Oct 26 00:00:02 Mailer postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.99]: 554 5.7.1 Service unavailable; from=<x@y.example> to=<z@w.example> proto=ESMTP helo=<wild*card?\\\\>',
  'Oct 26 05:00:00 mailer frobnicator[7]: nobody knows what_this.is 100% sure? [a*b] "quoted"',
  'Oct 26 05:00:00 mailer frobnicator[7]: and nobody knows this either',
  'Oct 26 05:00:00 mailer frobnicator[7]: nor the third, at one second',
  'Oct 26 05:00:00 mailer frobnicator[7]: nor the fourth, at one second',
  'Oct 26 05:00:01 mailer postfix/smtp[8]: some words that no pattern of smtp has: naïve CAFÉ straße',
  'Oct 26 05:00:01 mailer zeta: x',
  'no time at all',
  'neither has this one, and it is ÄÖÜ',
  'nor this',
  'nor that',
];
/** A second file, with lines of the very same times, and a later year's turn. */
const others = [
  delivery(
    'Oct 26 00:00:01',
    '6A00000001',
    'to=<g@five.example>, relay=relay8.example.net[192.0.2.8]:25, delay=2, delays=0.1/0/1/0.9, dsn=4.2.0, status=deferred (host relay8.example.net[192.0.2.8] said: 451 4.2.0 Greylisted (in reply to RCPT TO command))',
    'second',
  ),
  'Oct 26 00:00:01 second postfix/qmgr[5]: 6A00000001: removed',
  'Oct 26 00:00:01 second postfix/smtp[1]: fatal: this one knows nobody',
  'Oct 26 05:00:00 mailer frobnicator[8]: of another file, at that second',
  'Nov 12 10:00:00 second postfix/smtp[1]: connect to relaya4.example.net[10.50.0.104]:25: Connection timed out',
  'nor has the second file a time here',
];

/** Hours of failures around nights in which clocks were set: by half an hour, at midnight, into midnight, for Ramadan. */
const nights = {
  'Australia/Lord_Howe': ['2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z'],
  'America/Havana': ['2026-11-01T05:00:00Z', '2026-03-08T05:00:00Z'],
  'Asia/Beirut': ['2026-03-28T22:00:00Z', '2026-10-24T21:00:00Z'],
  'America/Santiago': ['2026-09-06T04:00:00Z', '2026-04-05T03:00:00Z'],
  'Africa/Casablanca': ['2026-02-15T02:00:00Z', '2026-03-22T02:00:00Z'],
  'Europe/Berlin': ['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
} as const;
const clocks = Object.values(nights)
  .flat()
  .flatMap((turn) => Array.from({ length: 41 }, (_, i) => new Date(Date.parse(turn) + (i - 20) * 7 * 60_000)))
  .sort((a, b) => a.getTime() - b.getTime())
  .map(
    (time, i) =>
      `${time.toISOString()} night postfix/smtp[${i}]: connect to relay${i % 3}.example.net[192.0.2.${i % 3}]:25: Connection timed out`,
  );

const files = {
  'mail.log': `${months.join('\n')}\n`,
  'clocks.log': `${clocks.join('\n')}\n`,
  'mail.log.1': `${others.join('\n')}\n`,
  'bytes.log': Buffer.concat([
    Buffer.from('Oct 26 06:00:00 mailer postfix/smtpd[1]: warning: odd \0 bytes '),
    Buffer.from([0xe9, 0x1b, 0x5b, 0x31, 0x6d]),
    Buffer.from('\n\0\0\0\0\n'),
  ]),
};

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', '-03:30'] as const;
const intervals: readonly Interval[] = ['minute', 'hour', 'day', 'week', 'month'];

const t = Date.parse;
const scopes: Readonly<Record<string, Scope>> = {
  everything: {},
  'a quarter of an hour': { since: t('2026-11-24T02:00:00Z'), until: t('2026-11-24T02:15:00Z') },
  'to the microsecond': { since: t('2026-11-24T03:14:41Z') + 635.358, until: t('2026-11-24T03:14:41Z') + 643.472 },
  'one host': { host: 'vm' },
  'one host, in capitals': { host: 'MAILER', since: t('2026-09-01T00:00:00Z') },
  'a host that is not': { host: 'mailer2' },
  'before everything': { until: t('2001-01-01T00:00:00Z') },
  'after everything': { since: t('2036-01-01T00:00:00Z') },
  'the hour that autumn repeats': { since: t('2026-10-24T22:00:00Z'), until: t('2026-10-25T02:00:00Z') },
};

describe.skipIf(missing !== undefined)('DuckDB and Elasticsearch', () => {
  let stores: TwoStores;
  let embedded: Reader;
  let cluster: Reader;
  let documents: readonly EventDocument[];

  beforeAll(async () => {
    stores = new TwoStores(url, `contract-${randomBytes(4).toString('hex')}`);
    await stores.fill(files, now, 'Europe/Berlin');
    embedded = await stores.reader('embedded');
    cluster = await stores.reader('cluster');
    documents = await documentsOf(embedded);
  });
  afterAll(() => stores?.remove());

  /** Asks both, and gives what both answer. */
  async function both<T>(ask: (reader: Reader) => Promise<T>, what: unknown): Promise<T> {
    const [one, other] = [await ask(embedded), await ask(cluster)];
    expect(other, JSON.stringify(what)).toEqual(one);
    return one;
  }

  test('hold the same documents, in the same order, ids included', async () => {
    expect(documents.length).toBeGreaterThan(4_500);
    expect(await documentsOf(cluster)).toEqual(documents);
  });

  test.each(Object.entries(scopes))('totals, coverage, unrecognized, reasons and relays of %s', async (_, scope) => {
    await both(async (reader) => ({ ...(await reader.totals(scope)), bytes: undefined }), scope);
    expect((await cluster.totals(scope)).bytes).toBeGreaterThan(0);
    await both((reader) => reader.coverage(scope), scope);
    await both((reader) => reader.unrecognized(scope), scope);
    for (const limit of [1, 3, 1000]) {
      await both((reader) => reader.reasons({ ...scope, limit }), { ...scope, limit });
      await both((reader) => reader.relays({ ...scope, limit }), { ...scope, limit });
    }
    await both((reader) => reader.relays(scope), scope);
  });

  test.each(zones.flatMap((zone) => intervals.map((by) => [by, zone] as const)))('failures and delays by %s in %s', async (by, zone) => {
    for (const name of ['everything', 'to the microsecond', 'one host, in capitals', 'the hour that autumn repeats']) {
      const question = { ...scopes[name], by, zone };
      await both((reader) => reader.failures(question), question);
      await both((reader) => reader.delays(question), question);
    }
    const some = { by, zone, kinds: ['connect_timeout', 'lost_connection'] as const };
    expect((await both((reader) => reader.failures(some), some)).length).toBeGreaterThan(0);
    expect(await both((reader) => reader.failures({ by, zone, kinds: [] }), 'no kinds')).toEqual([]);
  });

  test.each(Object.entries(nights))('buckets around the nights in which the clocks of %s are set', async (zone, turns) => {
    for (const by of intervals) {
      for (const turn of turns) {
        const question = { by, zone, host: 'night', since: t(turn) - 2 * 86_400_000, until: t(turn) + 2 * 86_400_000 };
        expect((await both((reader) => reader.failures(question), question)).length).toBeGreaterThan(0);
      }
      await both((reader) => reader.failures({ by, zone: zone.toLowerCase() }), { by, zone });
    }
  });

  test('quarantine and sources', async () => {
    const counted = await both((reader) => reader.quarantine(), 'quarantine');
    expect(counted.map(({ reason }) => reason)).toEqual(['binary', 'no_time']);
    expect((await both((reader) => reader.sources(), 'sources')).length).toBe(12);
  });

  test.each([1, 2, 3, 100])('the lines in quarantine, by pages of %i', async (limit) => {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const question = { limit, ...(after === undefined ? {} : { after }) };
      const page = await both((reader) => reader.quarantined(question), question);
      ids.push(...page.lines.map(({ id }) => id));
      after = page.next;
      if (after === undefined) break;
    }
    expect(ids.length).toBe(6);
    expect(new Set(ids).size).toBe(6);
    await both((reader) => reader.quarantined({ limit, reason: 'no_time' }), 'by reason');
    await both((reader) => reader.quarantined({ limit, ids: ids.slice(1, 3) }), 'by ids');
    expect((await both((reader) => reader.quarantined({ limit, ids: [] }), 'no ids')).lines).toEqual([]);
  });

  test('traces of all queue IDs, in any case, and queue IDs of all message-ids', async () => {
    const queueIds = distinct(documents.map(({ email }) => email?.local_id));
    expect(queueIds.length).toBeGreaterThan(100);
    for (const [i, id] of some(queueIds, 150).entries()) {
      const traced = await both((reader) => reader.trace(i % 5 === 0 ? id.toLowerCase() : id, {}), id);
      expect(traced.length).toBeGreaterThan(0);
    }
    await both((reader) => reader.trace(queueIds[0] as string, { until: t('2026-11-24T02:00:00Z') }), 'in a period');
    await both((reader) => reader.trace('', {}), 'no queue ID');
    const messageIds = distinct(documents.map(({ email }) => email?.message_id));
    for (const id of some(messageIds, 60)) await both((reader) => reader.queueIdsOf(id, {}), id);
    expect(await both((reader) => reader.queueIdsOf('<MIXED.case_id@example.org>', {}), 'brackets')).toEqual(['5F00000007', '5F0000000A']);
  });

  /** Values to look for, of the lines themselves, and such that are in none. */
  const wanted = (): Readonly<Record<string, readonly string[]>> => {
    const senders = distinct(documents.map(({ email }) => email?.from?.address));
    const recipients = distinct(documents.map(({ email }) => email?.to?.address));
    const addresses = (values: readonly string[]) => [
      ...some(values, 12),
      ...distinct(values.map((value) => `@${value.replace(/.*@/, '')}`)),
      ...some(distinct(values.map((value) => value.replace(/@[^@]*$/, '@'))), 12),
      '',
      '@',
      'nobody@nowhere.example',
      '*@*',
      'ä@Ö.example',
    ];
    return {
      from: [...addresses(senders), 'weird+tag@SUB.example.ORG', '@sub.EXAMPLE.org', 'WEIRD+tag@'],
      to: [...addresses(recipients), '"Quoted LOCAL"@example.org', '"quoted local"@'],
      messageId: [...some(distinct(documents.map(({ email }) => email?.message_id)), 12), '<MIXED.CASE_ID@example.org>', ''],
      queueId: [...some(distinct(documents.map(({ email }) => email?.local_id)), 12), '5f00000007', 'nothing', ''],
      relay: [
        ...distinct(documents.map(({ destination }) => destination?.domain)),
        ...distinct(documents.map(({ destination }) => destination?.ip)),
        ...distinct(documents.map(({ destination }) => destination?.domain?.replace(/\..*/, '').toUpperCase())),
        'private/dovecot-lmtp',
        '2001:DB8::7',
        '2001:db8:0::7',
        'fe80::1%eth0',
        '',
      ],
      client: [
        ...some(distinct(documents.map(({ source }) => source?.domain)), 12),
        ...some(distinct(documents.map(({ source }) => source?.ip)), 12),
        'CLIENT-9.example.com',
        '2001:DB8::9',
        '',
      ],
      status: [...distinct(documents.map(({ postfix }) => postfix?.status)), 'SENT', 'no such', ''],
      kind: [...kinds],
      action: [...distinct(documents.map(({ event }) => event.action)), 'no such', ''],
      program: [
        ...distinct(documents.map(({ process }) => process.name)),
        ...distinct(documents.map(({ postfix }) => postfix?.daemon)),
        'Postfix/SMTP',
        'no such',
        '',
      ],
      host: ['mailer', 'VM', 'second', 'no such'],
    };
  };

  const pageOf = async (query: SearchQuery) => (await both((reader) => reader.search(query), query)).events.length;

  test('searches by each flag alone', async () => {
    const found: Record<string, number> = {};
    for (const [flag, values] of Object.entries(wanted())) {
      for (const value of values) found[flag] = (found[flag] ?? 0) + (await pageOf({ [flag]: value, limit: 40 }));
    }
    for (const [flag, lines] of Object.entries(found)) expect(lines, flag).toBeGreaterThan(0);
  });

  test('searches by two and three flags together, in periods', async () => {
    const values = wanted();
    const flags = Object.keys(values);
    const periods = Object.values(scopes);
    let lines = 0;
    // Lines that have something of everything, so that most combinations find some.
    for (const [i, document] of some(
      documents.filter(({ postfix }) => postfix?.status !== undefined),
      40,
    ).entries()) {
      const { email, destination, postfix, event, process } = document;
      const all: Readonly<Record<string, string | undefined>> = {
        to: email?.to?.address,
        queueId: email?.local_id,
        relay: destination?.domain,
        status: postfix?.status,
        kind: postfix?.reason?.kind,
        action: event.action,
        program: process.name,
        text: event.original?.slice(40 + i, 55 + 2 * i),
      };
      const own = Object.entries(all).filter(([, value]) => value !== undefined);
      for (let first = 0; first < own.length; first++) {
        const chosen = [first, first + 1 + (i % 3), first + 2 + (i % 4)]
          .slice(0, 2 + (i % 2))
          .flatMap((at) => [own[at % own.length] ?? []]);
        lines += await pageOf({ ...Object.fromEntries(chosen), ...periods[i % periods.length], limit: 7 });
      }
    }
    expect(lines).toBeGreaterThan(100);
    for (let i = 0; i < 60; i++) {
      const pick = (n: number) => {
        const flag = flags[(i * 7 + n * 3) % flags.length] as string;
        const of = values[flag] as readonly string[];
        return [flag, of[(i * 5 + n) % of.length]];
      };
      await pageOf({ ...Object.fromEntries([pick(0), pick(1)]), limit: 11 });
    }
  });

  test('searches by any part of a line', async () => {
    let found = 0;
    for (const [i, { event }] of some(documents, 100).entries()) {
      const line = event.original ?? '';
      const from = (i * 37) % line.length;
      const text = line.slice(from, from + 1 + ((i * 13) % 40));
      found += await pageOf({ text: i % 3 === 0 ? text.toUpperCase() : text, limit: 5 });
    }
    expect(found).toBeGreaterThan(100);
    const texts = [
      'Oct 26 00:00:02 Mailer',
      'postfix/',
      '[7]: conn',
      'naïve',
      'café STRASSE',
      'CAFÉ straße',
      ' ',
      '  ',
      '',
      '*',
      '?',
      'a*b',
      '\\\\',
      '"quoted"',
      '100%',
      '_this.i',
      'this.is 100',
      'words that NO pattern',
      '.',
      'o',
      'tim',
      'me',
      'Ä',
      'äöü',
      'timed out while sending',
      'T03:14:41.6',
      'no such text',
    ];
    for (const text of texts) await pageOf({ text, limit: 20 });
  });

  test.each([1, 7, 100, 1000])('pages of %i lines, ties of time between files included', async (limit) => {
    const queries: readonly Omit<SearchQuery, 'limit'>[] = [
      { since: t('2026-08-01T00:00:00Z'), until: t('2026-10-26T12:00:00Z'), host: 'mailer' },
      { since: t('2026-10-25T00:00:00Z'), until: t('2026-10-26T05:00:00Z'), host: 'second' },
      { since: t('2026-10-26T00:00:00Z'), until: t('2026-10-26T05:00:02Z') },
      ...(limit < 100
        ? []
        : [{}, { program: 'smtp' }, { text: 'connection timed out' }, { text: '.' }, { kind: 'connect_timeout' as const }]),
    ];
    for (const query of queries) {
      const ids: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await both((reader) => reader.search({ ...query, limit, ...(after === undefined ? {} : { after }) }), {
          query,
          limit,
          after,
        });
        ids.push(...page.events.map(({ event }) => event.id));
        after = page.next;
        if (after === undefined) break;
      }
      expect(new Set(ids).size).toBe(ids.length);
      const { events } = await embedded.search({ ...query, limit: 100_000 });
      expect(ids).toEqual(events.map(({ event }) => event.id));
    }
  });

  test('the cluster gives the same answers by small pages of groups and lines', async () => {
    const small = await stores.inPages({ groups: 7, lines: 5 });
    const few = await stores.inPages({ groups: 100, lines: 100 });
    const period = { since: t('2026-10-01T00:00:00Z'), until: t('2026-10-27T00:00:00Z') };
    const asks: readonly ((reader: Reader, scope: Scope) => Promise<unknown>)[] = [
      (reader, scope) => reader.totals(scope),
      (reader, scope) => reader.coverage(scope),
      (reader, scope) => reader.unrecognized(scope),
      (reader, scope) => reader.failures({ ...scope, by: 'minute', zone: 'UTC' }),
      (reader, scope) => reader.delays({ ...scope, by: 'hour', zone: 'UTC' }),
      (reader, scope) => reader.relays({ ...scope, limit: 2 }),
      (reader, scope) => reader.reasons({ ...scope, limit: 3 }),
      (reader, scope) => reader.search({ ...scope, text: 'connection timed out', limit: 20 }),
      (reader) => reader.quarantined({ limit: 5 }),
      (reader) => reader.sources(),
    ];
    for (const ask of asks) {
      expect(await ask(small, period)).toEqual(await ask(cluster, period));
      expect(await ask(few, {})).toEqual(await ask(cluster, {}));
    }
  });

  test('a cursor that is none is refused by both', async () => {
    for (const reader of [embedded, cluster]) {
      for (const after of ['1.2', 'bm9uc2Vuc2U', '', 'W10']) {
        await expect(reader.search({ limit: 1, after })).rejects.toThrow(RangeError);
        await expect(reader.quarantined({ limit: 1, after })).rejects.toThrow(RangeError);
      }
    }
  });
});

test.skipIf(missing !== undefined)(
  'a page of the quarantine goes on where it ended, though its last line has left it meanwhile',
  async () => {
    const stores = new TwoStores(url, `contract-${randomBytes(4).toString('hex')}`);
    try {
      for (const name of ['embedded', 'cluster'] as const) {
        const store = await stores.writer(name);
        const source = { key: 'a key', path: '/var/log/maillog' };
        for (const offset of [0, 20, 40, 60]) {
          const text = { text: `no time, at ${offset}`, encoding: 'ascii' } as const;
          store.setAside({ reason: 'no_time', why: undefined, source, offset, ordinal: 0, text, zone: 'UTC', host: 'mailer', anchor: now });
        }
        await store.commit([{ source, offset: 80, complete: false, tail: '', read: 4, notes: [] }]);
        const page = await store.quarantined({ limit: 2 });
        expect(page.lines.map(({ offset }) => offset)).toEqual([0, 20]);
        store.release(page.lines.map(({ id }) => id));
        await store.commit([]);
        const { lines } = await store.quarantined({ limit: 2, ...(page.next === undefined ? {} : { after: page.next }) });
        expect(lines.map(({ offset }) => offset)).toEqual([40, 60]);
        await store.close();
      }
    } finally {
      await stores.remove();
    }
  },
);

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values)].filter((value): value is string => value !== undefined);
}

/** So many of them, evenly spread. */
function some<T>(values: readonly T[], count: number): T[] {
  const step = Math.max(1, values.length / count);
  return Array.from({ length: Math.min(count, values.length) }, (_, i) => values[Math.floor(i * step)] as T);
}
