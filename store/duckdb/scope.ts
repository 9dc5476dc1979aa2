/** Conditions of a question as SQL. Values are bound as literals made here, from numbers and quoted text only. */
import type { Scope } from '../port.js';
import { literal } from './words.js';

/** Conditions on `time` and `host` of the table that is called `t` in the statement. */
export function within(scope: Scope, t: string): string[] {
  const conditions: string[] = [];
  if (scope.since !== undefined) conditions.push(`${t}.time >= ${micros(scope.since)}`);
  if (scope.until !== undefined) conditions.push(`${t}.time < ${micros(scope.until)}`);
  if (scope.host !== undefined) conditions.push(`${t}.host = ${wordId(scope.host)}`);
  return conditions;
}

/** A WHERE clause, or nothing. */
export const where = (conditions: readonly string[]) => (conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`);

/** The number of a word, -1 where the store has no such word. */
export const wordId = (word: string) => `coalesce((SELECT id FROM words WHERE word = ${literal(word)}), -1)`;

export const micros = (ms: number) => Math.round(ms * 1000);

/** Milliseconds of a column that DuckDB gives as a bigint of microseconds. */
export const millis = (value: unknown) => Number(value) / 1000;
