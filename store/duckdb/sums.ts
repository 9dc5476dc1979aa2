/**
 * Sums beside the rows that they are of, so that who asks about months need not go through millions of rows. They are of all hosts
 * together: for one host, rows are counted. They are exact or not used: `summed` in `meta` is 1 where the sums of every month were
 * made of its rows as they are. Whatever changes those rows sets it to 0 in the same transaction, and the end of a fold
 * makes the sums anew of those months whose rows have another mark than before.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Scope } from '../port.js';
import { endOfMonth, monthOf, monthsBetween, startOfMonth } from '../retention_port.js';
import { type Asked, rowsIn } from './columns.js';
import { inTransaction } from './connect.js';
import { heldIn } from './hours.js';
import { literal } from './literal.js';
import { micros, where } from './scope.js';
import { cut, hourMs, type Unit } from './whole.js';

type Rows = Asked['rows'];

/** Months and hours are their start, times and lengths of time microseconds. */
export const createSumTables: readonly string[] = [
  'CREATE TABLE summed_months (month BIGINT, mark VARCHAR)',
  'CREATE TABLE outcome_sums (month BIGINT, relay INTEGER, outcome INTEGER, count BIGINT, first BIGINT, last BIGINT)',
  // How often each value of c and d (`part`) was printed for deliveries to a relay; and of all parts of a delay for those of an hour.
  'CREATE TABLE relay_delays (month BIGINT, part VARCHAR, relay INTEGER, value BIGINT, count BIGINT)',
  'CREATE TABLE hour_delays (part VARCHAR, hour BIGINT, value BIGINT, count BIGINT)',
  `CREATE TABLE try_sums (
    month BIGINT, relay INTEGER, sort INTEGER, count BIGINT, messages BIGINT, doubles BIGINT, seconds BIGINT, least BIGINT, most BIGINT,
    shortest DOUBLE, first BIGINT, last BIGINT)`,
  `CREATE TABLE rest_sums (
    hour BIGINT, rest DOUBLE, count BIGINT, vague BIGINT, relays BIGINT, seconds BIGINT, failed BIGINT, c BIGINT, first BIGINT, last BIGINT)`,
  "INSERT INTO meta VALUES ('summed', '0')",
];

/** What belongs into each transaction that changes deliveries, attempts or rests. */
export const unsummed = "UPDATE meta SET value = '0' WHERE key = 'summed' AND value <> '0'";

/**
 * What is asked of a period as a SELECT: sums of the stretches that are whole, and what is counted at its edges; or all of it counted, where
 * there are no sums. What both give of the same stretch is still to be added up, where it is cut into hours or months and the answer is not.
 * @param sums of which the start is held against conditions @param counted rows under conditions on time and host
 */
export async function summed(
  rows: Rows,
  scope: Scope,
  unit: Unit,
  sums: (whole: (start: string) => readonly string[]) => string,
  counted: (scope: Scope) => string,
): Promise<string> {
  if (!(await areSummed(rows, scope))) return counted(scope);
  const { whole, edges } = cut(scope, unit);
  return [sums(whole), ...edges.map(counted)].join(' UNION ALL ');
}

async function areSummed(rows: Rows, { host }: Scope): Promise<boolean> {
  if (host !== undefined) return false;
  const [row] = await rows("SELECT value FROM meta WHERE key = 'summed'");
  return row?.[0] === '1';
}

/** A column of seconds as a sum of microseconds: to make whole numbers of them is to round them, so that the sum is exact. */
export const sum = (seconds: string) => `sum((${seconds} * 1e6)::BIGINT)`;

/** Sorts of result: those that differ only in whether a copy may exist are one, which is called by the first of them. */
export const sorts = 'SELECT id, min(id) OVER (PARTITION BY outcome, kind, phase, reply_code, enhanced_code) AS sort, doubled FROM results';

/** What is counted of attempts `t` that are alike, with their sorts `s`: the figures of `try_sums`. */
export const tryFigures = `count(*) AS count, count(*) FILTER (t.alone) + count(DISTINCT t.message) FILTER (NOT t.alone) AS messages,
  count(*) FILTER (s.doubled) AS doubles, ${sum('t.seconds')} AS seconds, ${sum('t.least')} AS least, ${sum('t.most')} AS most,
  min(t.seconds) FILTER (t.most - t.least <= 2.1) AS shortest, min(t.time) AS first, max(t.time) AS last`;

/** `relays` with the number of their `place`: host and address are the relay, as some lines name its port and some do not. @param used their numbers */
export const placesOf = (used: string) =>
  `SELECT id, if(host = 'none', NULL, min(id) OVER (PARTITION BY host, ip)) AS place FROM relays WHERE id IN (${used})`;

/** What is counted of rests `d`, with the places `p` of their relays: the figures of `rest_sums`. */
export const restFigures = `floor(d.rest + 0.5) AS rest, count(*) AS count, count(*) FILTER (d.vague) AS vague,
  count(DISTINCT p.place) AS relays, ${sum('d.rest')} AS seconds, ${sum('d.failed')} AS failed, ${sum('d.c')} AS c,
  min(d.time) AS first, max(d.time) AS last`;

/** The parts of a delay of which there are values. */
const parts = ['a', 'b', 'c', 'd', 'delay'] as const;
const hour = micros(hourMs);

/** By what the rows of a month are known. Only what sums are made of counts. */
const marks = {
  deliveries: 'n, time, relay, outcome, delay, a, b, c, d',
  attempts: 'n, time, relay, result, seconds, least, most, message, alone',
  rests: 'n, time, relay, c, failed, rest, vague',
} as const;

/** Makes the sums of what has changed. Where nothing has, it is a question and no more. */
export async function sumUp(connection: DuckDBConnection): Promise<void> {
  const rows: Rows = (sql) => rowsIn(connection, sql);
  if (await areSummed(rows, {})) return;
  const { since, until } = await heldIn(rows);
  const held = since === until ? [] : monthsBetween(monthOf(since), monthOf(until - 1));
  const known = new Map((await rows('SELECT month, mark FROM summed_months')).map(([month, mark]) => [Number(month), mark as string]));
  const statements: string[] = [];
  for (const month of held) {
    const [start, end] = [micros(startOfMonth(month)), micros(endOfMonth(month))];
    const mark = await markOf(rows, start, end);
    if (known.get(start) !== mark) statements.push(...dropped(start, end), ...made(start, end, mark));
    known.delete(start);
  }
  for (const start of known.keys()) statements.push(...dropped(start, micros(endOfMonth(monthOf(start / 1000)))));
  await inTransaction(connection, [...statements, "UPDATE meta SET value = '1' WHERE key = 'summed'"]);
}

async function markOf(rows: Rows, start: number, end: number): Promise<string> {
  const counts = Object.entries(marks).map(
    ([table, columns]) =>
      `(SELECT count(*) || ' ' || coalesce(bit_xor(hash(${columns})), 0) FROM ${table} WHERE time >= ${start} AND time < ${end})`,
  );
  const [row] = await rows(`SELECT concat_ws(' ', ${counts.join(', ')})`);
  return row?.[0] as string;
}

/** Takes away the sums of a month. */
function dropped(start: number, end: number): string[] {
  return [
    ...['summed_months', 'outcome_sums', 'relay_delays', 'try_sums'].map((table) => `DELETE FROM ${table} WHERE month = ${start}`),
    ...['hour_delays', 'rest_sums'].map((table) => `DELETE FROM ${table} WHERE hour >= ${start} AND hour < ${end}`),
  ];
}

/** Makes the sums of a month. In order they take least room. */
function made(start: number, end: number, mark: string): string[] {
  const own = (t: string, more: readonly string[] = []) => where([`${t}.time >= ${start}`, `${t}.time < ${end}`, ...more]);
  const startOfHour = (t: string) => `${t}.time // ${hour} * ${hour}`;
  return [
    `INSERT INTO outcome_sums SELECT ${start}, d.relay, d.outcome, count(*), min(d.time), max(d.time) FROM deliveries d ${own('d')} GROUP BY ALL
      ORDER BY d.relay, d.outcome`,
    ...(['c', 'd'] as const).map(
      (part) =>
        `INSERT INTO relay_delays SELECT ${start}, '${part}', d.relay, d.${part}, count(*) FROM deliveries d
          ${own('d', [`d.${part} IS NOT NULL`])} GROUP BY ALL ORDER BY d.relay, d.${part}`,
    ),
    ...parts.map(
      (part) =>
        `INSERT INTO hour_delays SELECT '${part}', ${startOfHour('d')} AS hour, d.${part}, count(*) FROM deliveries d
          ${own('d', [`d.${part} IS NOT NULL`, 'd.a IS NOT NULL'])} GROUP BY ALL ORDER BY hour, d.${part}`,
    ),
    `INSERT INTO try_sums WITH sorts AS (${sorts}) SELECT ${start}, t.relay, s.sort, ${tryFigures} FROM attempts t JOIN sorts s ON s.id = t.result
      ${own('t')} GROUP BY t.relay, s.sort ORDER BY t.relay, s.sort`,
    `INSERT INTO rest_sums WITH places AS (${placesOf(`SELECT relay FROM rests d ${own('d')}`)})
      SELECT ${startOfHour('d')} AS hour, ${restFigures} FROM rests d JOIN places p ON p.id = d.relay ${own('d')} GROUP BY ALL ORDER BY ALL`,
    `INSERT INTO summed_months VALUES (${start}, ${literal(mark)})`,
  ];
}
