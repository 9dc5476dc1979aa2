/** What is counted of messages, attempts and deliveries, as SQL over numbers. Sums are of whole microseconds, so that they are exact. */
import type { Attempt } from '../../postfix/message/attempt.js';
import { type State, states } from '../../postfix/message/message.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import type { MessageCount, RestCount, TriesQuestion, TryCount } from '../message_port.js';
import type { OverTime, Relay, Scope } from '../port.js';
import { bucketsIn } from './buckets.js';
import type { Asked } from './columns.js';
import { literal } from './literal.js';
import { relayOf as relayAs } from './relays.js';
import { millis, where, within } from './scope.js';
import { placesOf, restFigures, sorts, sum, summed, tryFigures } from './sums.js';
import { hours, months } from './whole.js';

type Rows = Asked['rows'];

type Buckets = Awaited<ReturnType<typeof bucketsIn>>;

/** A sum of microseconds in seconds, rounded to milliseconds. */
const rounded = (micros: unknown) => Math.round(Number(micros ?? 0) / 1000) / 1000;

const listed = (values: readonly string[]) => ['', ...values].map(literal).join(',');

export async function triesIn({ rows, columns }: Asked, question: TriesQuestion): Promise<readonly TryCount[]> {
  const bucket = await bucketsIn(rows, question);
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
    shortest = [],
    first = [],
    last = [],
  ] = (await columns(
    `WITH sorts AS (${sorts}),
        sorted AS (SELECT id, row_number() OVER (ORDER BY outcome, kind NULLS FIRST, phase NULLS FIRST, reply_code NULLS FIRST, enhanced_code NULLS FIRST) AS rank FROM results),
        counted AS (${await triesCounted(rows, question, bucket)}),
        places AS (
          SELECT id, row_number() OVER (ORDER BY host, ip NULLS FIRST, port NULLS FIRST) AS rank FROM relays
          WHERE id IN (SELECT relay FROM counted))
      SELECT c.bucket::DOUBLE, c.relay, c.sort, c.count::DOUBLE, c.messages::DOUBLE, c.doubles::DOUBLE, c.seconds::DOUBLE, c.least::DOUBLE, c.most::DOUBLE, c.shortest, c.first::DOUBLE, c.last::DOUBLE
        FROM counted c JOIN places p ON p.id = c.relay JOIN sorted u ON u.id = c.sort ORDER BY c.bucket, p.rank, u.rank`,
  )) as readonly (readonly number[])[];
  // Of many counts there are few relays and sorts: their texts are looked up once for each.
  const relayBy = new Map<unknown, Relay>();
  for (const [id, host, ip, port] of await rows(
    `SELECT id, host, ip, port FROM relays WHERE id IN (${[-1, ...new Set(relayOf)].join(',')})`,
  )) {
    relayBy.set(id, relayAs(host, ip, port));
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
    shortest: shortest[i] ?? undefined,
    first: millis(first[i]),
    last: millis(last[i]),
  }));
}

/** Attempts that are alike, counted. A message that is tried in two months counts in each, so there are sums only where months are asked for. */
async function triesCounted(rows: Rows, question: TriesQuestion, bucket: Buckets): Promise<string> {
  const { kinds, relays, by, zone } = question;
  const wanted = (sort: string) => [
    ...(kinds === undefined ? [] : [`t.${sort} IN (SELECT id FROM results WHERE kind IN (${listed(kinds)}))`]),
    ...(relays === undefined ? [] : [`t.relay IN (SELECT id FROM relays WHERE host IN (${listed(relays)}))`]),
  ];
  const counted = (scope: Scope) =>
    `SELECT ${bucket.sql('t.time')} AS bucket, t.relay, s.sort, ${tryFigures} FROM attempts t JOIN sorts s ON s.id = t.result
      ${where([...wanted('result'), ...within(scope, 't')])} GROUP BY bucket, t.relay, s.sort`;
  if (by !== 'month' || zone !== 'UTC') return counted(question);
  const sums = (whole: readonly string[]) =>
    `SELECT month AS bucket, * EXCLUDE (month) FROM try_sums t ${where([...wanted('sort'), ...whole])}`;
  return summed(rows, question, months, (whole) => sums(whole('month')), counted);
}

export async function restsIn({ rows, columns }: Asked, question: OverTime): Promise<readonly RestCount[]> {
  const bucket = await bucketsIn(rows, question);
  const [starts = [], rest = [], count = [], vague = [], relays = [], seconds = [], failed = [], c = [], first = [], last = []] =
    (await columns(
      `WITH counted AS (${await restsCounted(rows, question, bucket)})
      SELECT bucket::DOUBLE, rest, count::DOUBLE, vague::DOUBLE, relays::DOUBLE, seconds::DOUBLE, failed::DOUBLE, c::DOUBLE, first::DOUBLE, last::DOUBLE
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

/** Rests that are alike, counted. To how many relays they went cannot be added up, so there are sums only where hours are asked for. */
async function restsCounted(rows: Rows, question: OverTime, bucket: Buckets): Promise<string> {
  const counted = (scope: Scope) => {
    const own = where(within(scope, 'd'));
    return `SELECT ${bucket.sql('d.time')} AS bucket, ${restFigures} FROM rests d
      JOIN (${placesOf(`SELECT relay FROM rests d ${own}`)}) p ON p.id = d.relay ${own} GROUP BY ALL`;
  };
  if (question.by !== 'hour' || !bucket.isOfHours) return counted(question);
  const sums = (whole: readonly string[]) => `SELECT hour AS bucket, * EXCLUDE (hour) FROM rest_sums ${where(whole)}`;
  return summed(rows, question, hours, (whole) => sums(whole('hour')), counted);
}

export async function messageCountsIn(rows: Rows, question: OverTime): Promise<readonly MessageCount[]> {
  const bucket = await bucketsIn(rows, question);
  const found = await rows(
    `SELECT ${bucket.sql('m.time')} AS bucket, m.state, count(*), count(*) FILTER (NOT m.complete), count(*) FILTER (m.doubled),
        sum(m.recipients), coalesce(sum(m.size), 0), ${sum('m.delay')}::DOUBLE
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
