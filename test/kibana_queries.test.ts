/**
 * Every panel and every search of the dashboards, asked of Elasticsearch over test/logs as Kibana would ask it: it has to be taken, and
 * to give the figures that the questions of the reports give.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import { kibanaFile } from '../mappings/kibana/index.js';
import { backlogOf } from '../postfix/snapshot/backlog.js';
import { parseMailq } from '../postfix/snapshot/mailq.js';
import { snapshotOf } from '../postfix/snapshot/snapshot.js';
import { Zone } from '../postfix/zone.js';
import { timeoutKinds } from '../report/failures.js';
import { Asked } from '../store/elasticsearch/asked.js';
import { localTime } from '../store/elasticsearch/document.js';
import { indexNames } from '../store/elasticsearch/names.js';
import { ElasticsearchReader } from '../store/elasticsearch/reader.js';
import { setup } from '../store/elasticsearch/setup.js';
import { openWriter } from '../store/open.js';
import { queryOf } from './kibana_kql.js';
import { type Row, rowsOf } from './kibana_lens.js';
import { dashboardsIn, objectsIn, searchesIn } from './kibana_objects.js';
import { service } from './services/index.js';
import { now, Workshop } from './workshop.js';

const logs = join(import.meta.dirname, 'logs');
const zone = new Zone('UTC');
const prefix = `kibana-${randomBytes(4).toString('hex')}`;
const objects = objectsIn(kibanaFile(prefix));
const dashboards = dashboardsIn(objects);
const panels = dashboards.flatMap(({ title, panels: own }) =>
  own.flatMap((panel) => (panel.lens === undefined ? [] : [{ name: `${title.replace(/^.*?: /, '')}: ${panel.title}`, lens: panel.lens }])),
);
const searches = searchesIn(objects);
/** The indices of a data view. */
const indexOf = (view: string) => `${view}-*`;

const head = (time: string, program: string) => `Nov 24 ${time} mx2 postfix/${program}[77]: `;
/** What test/logs has nothing of: somebody who logs in, with TLS, and whose message still waits. */
const waiting = `${[
  `${head('10:00:00', 'submission/smtpd')}Anonymous TLS connection established from pc.example.org[192.0.2.7]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)`,
  `${head('10:00:01', 'submission/smtpd')}4F00D500A1: client=pc.example.org[192.0.2.7], sasl_method=PLAIN, sasl_username=jo`,
  `${head('10:00:01', 'cleanup')}4F00D500A1: message-id=<waits@example.org>`,
  `${head('10:00:01', 'qmgr')}4F00D500A1: from=<jo@example.org>, size=4711, nrcpt=1 (queue active)`,
  `${head('10:00:08', 'smtp')}4F00D500A1: to=<ann@far.example>, relay=mx.far.example[192.0.2.25]:25, delay=7, delays=0.1/0/5/1.9, dsn=4.7.1, status=deferred (host mx.far.example[192.0.2.25] said: 451 4.7.1 later (in reply to RCPT TO command))`,
].join('\n')}\n`;
const own = 'mx2/maillog';

const { url, missing } = await service('elasticsearch');
describe.skipIf(missing !== undefined)('in Elasticsearch', () => {
  const client = new Client({ node: url ?? 'http://127.0.0.1:1' });
  const reader = new ElasticsearchReader(new Asked(client, indexNames(prefix), url ?? ''));
  const workshop = new Workshop();
  const queue = parseMailq(readFileSync(join(logs, 'incident/during-mailq.txt'), 'utf8'), { time: now, zone }).content;

  beforeAll(async () => {
    await setup(client, { prefix });
    const store = await openWriter({ elasticsearch: { url: url ?? '', prefix } });
    try {
      const named = await expand([...readdirSync(logs).map((name) => join(logs, name, 'maillog')), workshop.write(own, waiting)], logs);
      const { read, stored, unusable } = await importFiles({ named, store, zone, defaultHost: 'localhost', now });
      expect([unusable, stored]).toEqual([[], read]);
      const found = { source: 'mailq', whole: true, backlog: backlogOf(queue.messages, now) } as const;
      await store.addSnapshots([snapshotOf('queue', { host: 'mailer', time: now }, found, queue.messages)]);
    } finally {
      await store.close();
    }
    await client.indices.refresh({ index: `${prefix}-*` });
  });
  afterAll(async () => {
    const made = Object.keys(await client.indices.get({ index: `${prefix}-*`, features: 'aliases' }));
    if (made.length > 0) await client.indices.delete({ index: made });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-*` }, { ignore: [404] });
    await client.cluster.deleteComponentTemplate({ name: `${prefix}-*` }, { ignore: [404] });
    await client.close();
    workshop.remove();
  });

  const lensOf = (name: string) => {
    const found = panels.find((panel) => panel.name === name)?.lens;
    if (found === undefined) throw new Error(`no panel ${name}`);
    return found;
  };
  const rows = (name: string, auto?: '1h' | '1d' | '1M') => rowsOf(client, indexOf(lensOf(name).view), lensOf(name), auto);
  /** Of a panel with one figure. */
  const figure = async (name: string) => (await rows(name))[0]?.measure0;

  test.each(panels)('$name is asked, and something is found', async ({ name, lens }) => {
    const found = await rowsOf(client, indexOf(lens.view), lens);
    expect(found.length, name).toBeGreaterThan(0);
    for (const row of found) for (const value of Object.values(row)) expect(value).not.toBeNull();
  });

  test.each(searches)('$title finds its documents, in its order', async ({ view, query, sort, columns }) => {
    const { hits } = await client.search<object>({
      index: indexOf(view),
      query: queryOf(query),
      size: 20,
      sort: sort.map(([field, order]) => ({ [field]: { order } })),
      fields: columns.map((field) => ({ field })),
      _source: false,
    });
    expect(hits.hits.length).toBeGreaterThan(0);
    // Every column says something of some document.
    const shown = new Set(hits.hits.flatMap(({ fields = {} }) => Object.keys(fields)));
    expect([...columns].filter((column) => !shown.has(column))).toEqual([]);
  });

  /** Sums of a figure by a name made of each of them. */
  function summed<T>(all: readonly T[], name: (one: T) => unknown, value: (one: T) => number): Record<string, number> {
    const found: Record<string, number> = {};
    for (const one of all) found[JSON.stringify(name(one))] = (found[JSON.stringify(name(one))] ?? 0) + value(one);
    return found;
  }
  const measure = (row: Row, i = 0) => Number(row[`measure${i}`]);
  const toSeconds = (micros: number) => micros / 1e6;
  /** The questions round each sum to the millisecond. */
  function expectNear(found: Record<string, number>, wanted: Record<string, number>): void {
    expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
    for (const [name, value] of Object.entries(wanted)) expect(Math.abs((found[name] ?? 0) - value), name).toBeLessThan(0.02);
  }

  test('timeouts by day and month of each relay are those of tries', async () => {
    for (const [by, title] of [
      ['day', 'Timeouts by day and relay'],
      ['month', 'Timeouts by month and relay'],
    ] as const) {
      const wanted = (await reader.tries({ by, zone: 'UTC', kinds: timeoutKinds })).filter(({ relay }) => relay.host !== 'none');
      expect(wanted.length).toBeGreaterThan(0);
      expect(
        summed(
          await rows(`Timeouts over months: ${title}`),
          ({ by: relay, x }) => [relay, x],
          (row) => measure(row),
        ),
      ).toEqual(
        summed(
          wanted,
          ({ relay, bucket }) => [relay.host, bucket],
          ({ count }) => count,
        ),
      );
    }
    const all = await reader.tries({ by: 'month', zone: 'UTC' });
    const of = (some: typeof all) => some.reduce((sum, { count }) => sum + count, 0);
    const timeouts = all.filter(({ kind }) => kind !== undefined && (timeoutKinds as readonly string[]).includes(kind));
    expect(await figure('Timeouts over months: Timeouts')).toBe(of(timeouts));
    expect(await figure('Timeouts over months: Share of all tries')).toBeCloseTo(of(timeouts) / of(all), 9);
  });

  test('failures of each relay and kind, when they were seen and what they took, are those of tries', async () => {
    const wanted = (await reader.tries({ by: 'month', zone: 'UTC' })).filter(
      ({ kind, relay }) => kind !== undefined && relay.host !== 'none',
    );
    const found = await rows('Timeouts over months: Relays and kinds, first and last seen');
    const name = ({ relay, kind }: (typeof wanted)[number]) => [relay.host, kind];
    const shown = (value: (row: Row) => number) => summed(found, ({ row0, row1 }) => [row0, row1], value);
    expect(shown((row) => measure(row))).toEqual(summed(wanted, name, ({ count }) => count));
    expectNear(
      shown((row) => toSeconds(measure(row, 3))),
      summed(wanted, name, ({ seconds }) => seconds),
    );
    for (const { row0, row1, measure1, measure2 } of found) {
      const own = wanted.filter(({ relay, kind }) => relay.host === row0 && kind === row1);
      expect(measure1).toBe(Math.floor(Math.min(...own.map(({ first }) => first))));
      expect(measure2).toBe(Math.floor(Math.max(...own.map(({ last }) => last))));
    }
  });

  test('the heat map has each timeout at the hour and weekday of its host', async () => {
    const { attempts } = await reader.attempts({ kinds: timeoutKinds, limit: 10_000 });
    const found = await rows('Timeouts over months: Timeouts by hour and weekday');
    expect(
      summed(
        found,
        ({ x, y }) => [x, y],
        (row) => measure(row),
      ),
    ).toEqual(
      summed(
        attempts,
        ({ time }) => {
          const { hour, weekday } = localTime(time, zone);
          return [hour, weekday];
        },
        () => 1,
      ),
    );
  });

  test('what c was spent on, and its whole seconds, are those of rests', async () => {
    const wanted = await reader.rests({ by: 'hour', zone: 'UTC' });
    const found = await rows('Where the time goes: What c was spent on');
    for (const [i, of] of [
      [0, (one: (typeof wanted)[number]) => one.failed],
      [1, (one: (typeof wanted)[number]) => one.seconds],
    ] as const) {
      expectNear(
        summed(
          found,
          ({ x }) => x,
          (row) => toSeconds(measure(row, i)),
        ),
        summed(wanted, ({ bucket }) => bucket, of),
      );
    }
    const whole = await rows('Where the time goes: Resolution and set-up, in whole seconds');
    expect(
      summed(
        whole,
        ({ x }) => x,
        (row) => measure(row),
      ),
    ).toEqual(
      summed(
        wanted.filter(({ rest }) => rest > 0),
        ({ rest }) => rest,
        ({ count }) => count,
      ),
    );
  });

  test('a, b, c and d have the deliveries, and within a place of rank the percentiles, of delays', async () => {
    const wanted = await reader.delays({ by: 'hour', zone: 'UTC' });
    expect(await figure('Where the time goes: Deliveries')).toBe(wanted.reduce((sum, { deliveries }) => sum + deliveries, 0));
    const parts = ['before_queue_manager', 'queue_manager', 'connection_setup', 'transmission'];
    for (const [title, share, ofReport] of [
      ['half of the deliveries', 0.5, 'p50'],
      ['the slowest tenth', 0.9, 'p90'],
    ] as const) {
      const found = await rows(`Where the time goes: a, b, c, d: ${title}`);
      expect(found.map(({ x }) => x)).toEqual(wanted.map(({ bucket }) => bucket));
      for (const [b, row] of found.entries()) {
        for (const [i, name] of (['a', 'b', 'c', 'd'] as const).entries()) {
          const values = await valuesOf(`postfix.delays.${parts[i]}`, Number(row.x));
          // Elasticsearch takes the mean of neighbours, and sums up what is near to each other (t-digest).
          const rank = share * values.length;
          const slack = 1 + 0.02 * values.length;
          const at = (place: number) => values[Math.min(Math.max(Math.round(place), 0), values.length - 1)] ?? 0;
          expect(measure(row, i), `${name} of ${row.x}`).toBeGreaterThanOrEqual(at(rank - slack));
          expect(measure(row, i), `${name} of ${row.x}`).toBeLessThanOrEqual(at(rank + slack));
          expect(wanted[b]?.[name][ofReport]).toBe(values[Math.ceil(rank) - 1]);
        }
      }
    }
    const means = await rows('Where the time goes: a, b, c, d on average');
    for (const row of means) {
      const values = await valuesOf('postfix.delays.connection_setup', Number(row.x));
      expect(measure(row, 2)).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
    }
  });

  /** Of all lines of deliveries in an hour, smallest first. */
  async function valuesOf(field: string, hour: number): Promise<number[]> {
    const { hits } = await client.search({
      index: `${prefix}-events-*`,
      size: 10_000,
      query: {
        bool: { filter: [{ exists: { field: 'postfix.attempt' } }, { range: { '@timestamp': { gte: hour, lt: hour + 3_600_000 } } }] },
      },
      docvalue_fields: [field],
      _source: false,
    });
    return hits.hits.flatMap(({ fields }) => (fields?.[field] as number[] | undefined) ?? []).sort((a, b) => a - b);
  }

  test('relays side by side are counted as tries are', async () => {
    const wanted = (await reader.tries({ by: 'month', zone: 'UTC' })).filter(({ relay }) => relay.ip !== undefined);
    const found = await rows('Relays compared: Relays side by side');
    const name = ({ relay }: (typeof wanted)[number]) => [relay.host, relay.ip];
    const shown = (i: number) =>
      summed(
        found,
        ({ row0, row1 }) => [row0, row1],
        (row) => measure(row, i),
      );
    expect(shown(0)).toEqual(summed(wanted, name, ({ count }) => count));
    expect(shown(1)).toEqual(summed(wanted, name, ({ kind, count }) => (kind === undefined ? 0 : count)));
    for (const row of found) expect(measure(row, 2)).toBeCloseTo(measure(row, 1) / measure(row, 0), 9);
  });

  test('states of messages are those of messageCounts', async () => {
    const wanted = await reader.messageCounts({ by: 'hour', zone: 'UTC' });
    const found = await rows('Queue and backlog: What became of messages');
    expect(
      summed(
        found,
        ({ by, x }) => [by, x],
        (row) => measure(row),
      ),
    ).toEqual(
      summed(
        wanted,
        ({ state, bucket }) => [state, bucket],
        ({ count }) => count,
      ),
    );
    const left = wanted.filter(({ state }) => state === 'queued' || state === 'deferred' || state === 'held');
    expect(left.length).toBeGreaterThan(0);
    expect(await figure('Queue and backlog: Messages that have not left')).toBe(left.reduce((sum, { count }) => sum + count, 0));
    expect(await figure('Queue and backlog: Recipients that wait')).toBe(left.reduce((sum, { recipients }) => sum + recipients, 0));
    expect(await figure('Queue and backlog: Their size')).toBe(left.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  test('the queue is that of the snapshot', async () => {
    expect(queue.messages.length).toBeGreaterThan(0);
    expect(await figure('Queue and backlog: Longest queue of a snapshot')).toBe(queue.messages.length);
    const [size] = await rows('Queue and backlog: Size of the queue, by snapshots');
    expect(size?.measure0).toBe(queue.messages.reduce((sum, { size: bytes = 0 }) => sum + bytes, 0));
  });

  test('the slowest messages are the slowest', async () => {
    const search = searches.find(({ id }) => id === `${prefix}-search-slowest`);
    const { hits } = await client.search<{ readonly postfix: { readonly delay: number } }>({
      index: indexOf(search?.view ?? ''),
      query: queryOf(search?.query ?? ''),
      size: 10,
      sort: (search?.sort ?? []).map(([field, order]) => ({ [field]: { order } })),
    });
    const { messages } = await reader.messages({ limit: 10_000 });
    const delays = messages.flatMap(({ delay }) => delay ?? []).sort((a, b) => b - a);
    expect(hits.hits.map(({ _source }) => _source?.postfix.delay)).toEqual(delays.slice(0, 10));
  });

  test('clients, refused mail and lines are those that a search of the files finds', async () => {
    const files = [...readdirSync(logs).map((name) => join(logs, name, 'maillog')), workshop.path(own)];
    const lines = files.flatMap((path) => readFileSync(path, 'utf8').trimEnd().split('\n'));
    const found = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    expect(await figure('Who sends, who is refused: Messages handed in')).toBe(found(/\/smtpd\[\d+\]: \w+: client=/));
    expect(await figure('Who sends, who is refused: Refused')).toBe(
      found(/\/(?:smtpd|cleanup)\[\d+\]: \w+: (?:reject|milter-reject|proxy-reject): /),
    );
    expect(await figure('What we keep: Lines')).toBe((await reader.totals({})).lines);
    const months = await rows('What we keep: Lines by month');
    expect(months.reduce((sum, row) => sum + measure(row), 0)).toBe((await reader.totals({})).lines);
  });
});
