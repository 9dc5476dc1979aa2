/** What is counted of messages, attempts and deliveries, as SQL over numbers. Sums are of whole microseconds, so that they are exact. */
import type { Attempt } from '../../postfix/message/attempt.js';
import { type State, states } from '../../postfix/message/message.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import type { MessageCount, RestCount, TriesQuestion, TryCount } from '../message_port.js';
import type { OverTime } from '../port.js';
import { bucketsOf } from './buckets.js';
import { literal } from './literal.js';
import { millis, where, within } from './scope.js';

type Rows = (sql: string) => Promise<readonly (readonly unknown[])[]>;

/** A column of seconds, or one expression of them, as a sum of microseconds. */
const sum = (seconds: string) => `sum(round(${seconds} * 1e6)::BIGINT)::DOUBLE`;
/** Such a sum in seconds, rounded to milliseconds. */
const rounded = (micros: unknown) => Math.round(Number(micros ?? 0) / 1000) / 1000;

const listed = (values: readonly string[]) => ['', ...values].map(literal).join(',');

export async function triesIn(rows: Rows, question: TriesQuestion): Promise<readonly TryCount[]> {
  const { kinds, relays } = question;
  const bucket = await bucketsIn(rows, 'attempts', question);
  const conditions = within(question, 't');
  if (kinds !== undefined) conditions.push(`t.result IN (SELECT id FROM results WHERE kind IN (${listed(kinds)}))`);
  if (relays !== undefined) conditions.push(`t.relay IN (SELECT id FROM relays WHERE host IN (${listed(relays)}))`);
  const sort = 'u.outcome, u.kind, u.phase, u.reply_code, u.enhanced_code';
  const found = await rows(
    // Whether a copy may exist is no part of the sort.
    `WITH sorts AS (SELECT id, min(id) OVER (PARTITION BY outcome, kind, phase, reply_code, enhanced_code) AS sort, doubled FROM results),
        counted AS (
          SELECT ${bucket.sql('t.time')} AS bucket, t.relay, s.sort, count(*) AS count, count(*) FILTER (t.alone) + count(DISTINCT t.message) FILTER (NOT t.alone) AS messages,
            count(*) FILTER (s.doubled) AS doubles, ${sum('t.seconds')} AS seconds, ${sum('t.least')} AS least, ${sum('t.most')} AS most,
            min(t.time) AS first, max(t.time) AS last
          FROM attempts t JOIN sorts s ON s.id = t.result ${where(conditions)} GROUP BY ALL)
      SELECT c.bucket, r.host, r.ip, r.port, ${sort}, c.count, c.messages, c.doubles, c.seconds, c.least, c.most, c.first, c.last
        FROM counted c JOIN relays r ON r.id = c.relay JOIN results u ON u.id = c.sort
        ORDER BY c.bucket, r.host, r.ip NULLS FIRST, r.port NULLS FIRST, u.outcome, u.kind NULLS FIRST, u.phase NULLS FIRST,
          u.reply_code NULLS FIRST, u.enhanced_code NULLS FIRST`,
  );
  return found.map(
    ([start, host, ip, port, outcome, kind, phase, code, enhanced, count, messages, doubles, seconds, least, most, first, last]) => ({
      bucket: bucket.instant(start),
      relay: { host: host as string, ip: (ip as string | null) ?? undefined, port: port === null ? undefined : Number(port) },
      outcome: outcome as Attempt['outcome'],
      kind: (kind as Kind | null) ?? undefined,
      phase: (phase as Phase | null) ?? undefined,
      replyCode: code === null ? undefined : Number(code),
      enhancedCode: (enhanced as string | null) ?? undefined,
      count: Number(count),
      messages: Number(messages),
      possibleDoubles: Number(doubles),
      seconds: rounded(seconds),
      least: rounded(least),
      most: rounded(most),
      first: millis(first),
      last: millis(last),
    }),
  );
}

export async function restsIn(rows: Rows, question: OverTime): Promise<readonly RestCount[]> {
  const bucket = await bucketsIn(rows, 'rests', question);
  const found = await rows(
    // Host and address are the relay: some lines name its port and some do not.
    `WITH places AS (SELECT id, if(host = 'none', NULL, min(id) OVER (PARTITION BY host, ip)) AS place FROM relays),
      counted AS (
        SELECT ${bucket.sql('d.time')} AS bucket, floor(d.rest + 0.5)::BIGINT AS rest, d.relay, count(*) AS count,
          count(*) FILTER (d.vague) AS vague, ${sum('d.rest')} AS seconds, ${sum('d.failed')} AS failed, ${sum('d.c')} AS c,
          min(d.time) AS first, max(d.time) AS last
        FROM rests d ${where(within(question, 'd'))} GROUP BY ALL)
    SELECT bucket, rest, sum(count), sum(vague), count(DISTINCT p.place), sum(seconds), sum(failed), sum(c), min(first), max(last)
      FROM counted c JOIN places p ON p.id = c.relay GROUP BY bucket, rest ORDER BY bucket, rest`,
  );
  return found.map(([start, rest, count, vague, relays, seconds, failed, c, first, last]) => ({
    bucket: bucket.instant(start),
    rest: Number(rest),
    count: Number(count),
    vague: Number(vague),
    relays: Number(relays),
    seconds: rounded(seconds),
    failed: rounded(failed),
    c: rounded(c),
    first: millis(first),
    last: millis(last),
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
