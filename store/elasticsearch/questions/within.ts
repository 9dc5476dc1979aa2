/** Period and host of a question, as conditions. */
import type { Scope } from '../../port.js';
import type { Query } from '../asked.js';

/** That a document is of the period and the host; nothing where neither is given. */
export function within({ since, until, host }: Scope): Query[] {
  const conditions: Query[] = [];
  if (since !== undefined || until !== undefined) {
    const micros = { ...(since === undefined ? {} : { gte: microsOf(since) }), ...(until === undefined ? {} : { lt: microsOf(until) }) };
    conditions.push({ range: { 'postfix.micros': micros } });
    // The same in whole milliseconds: by a date, months that lie outside are not even looked at.
    const millis = {
      ...(since === undefined ? {} : { gte: Math.floor(since) }),
      ...(until === undefined ? {} : { lte: Math.floor(until) }),
    };
    conditions.push({ range: { '@timestamp': { ...millis, format: 'epoch_millis' } } });
  }
  if (host !== undefined) conditions.push({ term: { 'host.name': { value: host, case_insensitive: true } } });
  return conditions;
}

/** All of these. */
export const all = (...conditions: Query[]): Query => ({ bool: { filter: conditions } });
/** At least one of these. A `bool` without any would be for all documents. */
export const any = (...conditions: Query[]): Query =>
  conditions.length === 0 ? { match_none: {} } : { bool: { should: conditions, minimum_should_match: 1 } };
export const none = (...conditions: Query[]): Query => ({ bool: { must_not: conditions } });
export const has = (field: string): Query => ({ exists: { field } });

const microsOf = (ms: number) => Math.round(ms * 1000);
