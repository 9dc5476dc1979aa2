/** Conditions of a question as SQL. Values are bound as literals made here, from numbers and quoted text only. */
import type { Scope } from '../port.js';
import { literal } from './literal.js';

/** Conditions on time and host of the table that is called `t` in the statement. */
export function within(scope: Scope, t: string): string[] {
  const conditions: string[] = [];
  if (scope.since !== undefined) conditions.push(`${t}.time >= ${micros(scope.since)}`);
  if (scope.until !== undefined) conditions.push(`${t}.time < ${micros(scope.until)}`);
  if (scope.host !== undefined) conditions.push(ofHost(scope.host, t));
  return conditions;
}

/** A WHERE clause, or nothing. */
export const where = (conditions: readonly string[]) => (conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`);

/** That a row of table `t` is of a host. */
export const ofHost = (host: string, t: string) =>
  `${t}.origin IN (SELECT id FROM origins WHERE lower(host) = ${literal(host.toLowerCase())})`;

export const micros = (ms: number) => Math.round(ms * 1000);

/** Milliseconds of a column that DuckDB gives as a bigint of microseconds. */
export const millis = (value: unknown) => Number(value) / 1000;

/** Seconds of a column of microseconds. */
export const seconds = (value: unknown) => Number(value) / 1e6;
