/** What is counted of messages, attempts and deliveries, as SQL over numbers. Sums are of whole microseconds, so that they are exact. */
import type { Attempt } from '../../postfix/message/attempt.js';
import { type State, states } from '../../postfix/message/message.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import type { MessageCount, RestCount, TriesQuestion, TryCount } from '../message_port.js';
import type { OverTime, Relay } from '../port.js';
import { bucketsOf } from './buckets.js';
import type { Columns } from './columns.js';
import { literal } from './literal.js';
import { millis, where, within } from './scope.js';

type Rows = (sql: string) => Promise<readonly (readonly unknown[])[]>;

/** How it is asked: for a few rows, or for many as columns. */
export interface Asked {
  readonly rows: Rows;
  readonly columns: (sql: string) => Promise<Columns>;
}

/** A column of seconds as a sum of microseconds: to make whole numbers of them is to round them. */
const sum = (seconds: string) => `sum((${seconds} * 1e6)::BIGINT)::DOUBLE`;
/** Such a sum in seconds, rounded to milliseconds. */
const rounded = (micros: unknown) => Math.round(Number(micros ?? 0) / 1000) / 1000;

const listed = (values: readonly string[]) => ['', ...values].map(literal).join(',');

export async function triesIn({ rows, columns }: Asked, question: TriesQuestion): Promise<readonly TryCount[]> {
  const { kinds, relays } = question;
  const bucket = await bucketsIn(rows, 'attempts', question);
  const conditions = within(question, 't');
  const places = `relays ${where(relays === undefined ? [] : [`host IN (${listed(relays)})`])}`;
  if (kinds !== undefined) conditions.push(`t.result IN (SELECT id FROM results WHERE kind IN (${listed(kinds)}))`);
  if (relays !== undefined) conditions.push(`t.relay IN (SELECT id FROM ${places})`);
  const way = 'outcome, kind, phase, reply_code, enhanced_code';
  const [
    starts = [],
    relayOf = [],
    sortOf = [],
    count = [],
    messages = [],
    doubles = [],
    seconds = [],
    least = [],
    most = [],
    first = [],
    last = [],
  ] = (await columns(
    // Whether a copy may exist is no part of the sort.
    `WITH sorts AS (SELECT id, min(id) OVER (PARTITION BY ${way}) AS sort, doubled FROM results),
        sorted AS (SELECT id, row_number() OVER (ORDER BY outcome, kind NULLS FIRST, phase NULLS FIRST, reply_code NULLS FIRST, enhanced_code NULLS FIRST) AS rank FROM results),
        places AS (SELECT id, row_number() OVER (ORDER BY host, ip NULLS FIRST, port NULLS FIRST) AS rank FROM ${places}),
        counted AS (
          SELECT ${bucket.sql('t.time')} AS bucket, t.relay, s.sort, count(*) AS count, count(*) FILTER (t.alone) + count(DISTINCT t.message) FILTER (NOT t.alone) AS messages,
            count(*) FILTER (s.doubled) AS doubles, ${sum('t.seconds')} AS seconds, ${sum('t.least')} AS least, ${sum('t.most')} AS most,
            min(t.time) AS first, max(t.time) AS last
          FROM attempts t JOIN sorts s ON s.id = t.result ${where(conditions)} GROUP BY ALL)
      SELECT c.bucket::DOUBLE, c.relay, c.sort, c.count::DOUBLE, c.messages::DOUBLE, c.doubles::DOUBLE, c.seconds, c.least, c.most, c.first::DOUBLE, c.last::DOUBLE
        FROM counted c JOIN places p ON p.id = c.relay JOIN sorted u ON u.id = c.sort ORDER BY c.bucket, p.rank, u.rank`,
  )) as readonly (readonly number[])[];
  // Of many counts there are few relays and sorts: their texts are looked up once for each.
  const relayBy = new Map<unknown, Relay>();
  for (const [id, host, ip, port] of await rows(`SELECT id, host, ip, port FROM ${places}`)) {
    relayBy.set(id, { host: host as string, ip: (ip as string | null) ?? undefined, port: port === null ? undefined : Number(port) });
  }
  const sortBy = new Map<unknown, Pick<TryCount, 'outcome' | 'kind' | 'phase' | 'replyCode' | 'enhancedCode'>>();
  for (const [id, outcome, kind, phase, code, enhanced] of await rows(`SELECT id, ${way} FROM results`)) {
    sortBy.set(id, {
      outcome: outcome as Attempt['outcome'],
      kind: (kind as Kind | null) ?? undefined,
      phase: (phase as Phase | null) ?? undefined,
      replyCode: code === null ? undefined : Number(code),
      enhancedCode: (enhanced as string | null) ?? undefined,
    });
  }
  return starts.map((start, i) => ({
    bucket: bucket.instant(start),
    relay: relayBy.get(relayOf[i]) as Relay,
    ...(sortBy.get(sortOf[i]) as Pick<TryCount, 'outcome' | 'kind' | 'phase' | 'replyCode' | 'enhancedCode'>),
    count: count[i] as number,
    messages: messages[i] as number,
    possibleDoubles: doubles[i] as number,
    seconds: rounded(seconds[i]),
    least: rounded(least[i]),
    most: rounded(most[i]),
    first: millis(first[i]),
    last: millis(last[i]),
  }));
}

export async function restsIn({ rows, columns }: Asked, question: OverTime): Promise<readonly RestCount[]> {
  const bucket = await bucketsIn(rows, 'rests', question);
  const [starts = [], rest = [], count = [], vague = [], relays = [], seconds = [], failed = [], c = [], first = [], last = []] =
    (await columns(
      // Host and address are the relay: some lines name its port and some do not.
      `WITH used AS (SELECT DISTINCT d.relay FROM rests d ${where(within(question, 'd'))}),
        places AS (SELECT id, if(host = 'none', NULL, min(id) OVER (PARTITION BY host, ip)) AS place FROM relays JOIN used ON used.relay = id),
        counted AS (
          SELECT ${bucket.sql('d.time')} AS bucket, floor(d.rest + 0.5) AS rest, count(*) AS count, count(*) FILTER (d.vague) AS vague,
            count(DISTINCT p.place) AS relays, ${sum('d.rest')} AS seconds, ${sum('d.failed')} AS failed, ${sum('d.c')} AS c,
            min(d.time) AS first, max(d.time) AS last
          FROM rests d JOIN places p ON p.id = d.relay ${where(within(question, 'd'))} GROUP BY ALL)
      SELECT bucket::DOUBLE, rest, count::DOUBLE, vague::DOUBLE, relays::DOUBLE, seconds, failed, c, first::DOUBLE, last::DOUBLE
        FROM counted ORDER BY bucket, rest`,
    )) as readonly (readonly number[])[];
  return starts.map((start, i) => ({
    bucket: bucket.instant(start),
    rest: rest[i] as number,
    count: count[i] as number,
    vague: vague[i] as number,
    relays: relays[i] as number,
    seconds: rounded(seconds[i]),
    failed: rounded(failed[i]),
    c: rounded(c[i]),
    first: millis(first[i]),
    last: millis(last[i]),
  }));
}

export async function messageCountsIn(rows: Rows, question: OverTime): Promise<readonly MessageCount[]> {
  const bucket = await bucketsIn(rows, 'messages', question);
  const found = await rows(
    `SELECT ${bucket.sql('m.time')} AS bucket, m.state, count(*), count(*) FILTER (NOT m.complete), count(*) FILTER (m.doubled),
        sum(m.recipients), coalesce(sum(m.size), 0), ${sum('m.delay')}
      FROM messages m ${where(within(question, 'm'))} GROUP BY bucket, m.state ORDER BY bucket, m.state`,
  );
  return found.map(([start, state, count, incomplete, doubled, recipients, bytes, seconds]) => ({
    bucket: bucket.instant(start),
    state: states[Number(state)] as State,
    count: Number(count),
    incomplete: Number(incomplete),
    possiblyDoubled: Number(doubled),
    recipients: Number(recipients),
    bytes: Number(bytes),
    seconds: rounded(seconds),
  }));
}

async function bucketsIn(rows: Rows, table: 'messages' | 'attempts' | 'rests', { by, zone, since, until }: OverTime) {
  const [row] = await rows(`SELECT min(time), max(time) FROM ${table}`);
  const [from, to] = row?.[0] == null ? [0, 0] : [millis(row[0]), millis(row[1])];
  const first = Math.max(since ?? from, from);
  return bucketsOf(by, zone, first, Math.max(first, Math.min(until ?? to, to)));
}
