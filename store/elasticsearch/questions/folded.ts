/** Values without case, as conditions that no line can miss that `store/matches.ts` takes. */
import type { Query } from '../asked.js';
import { all } from './within.js';

/** What is longer is not indexed as a value (mappings/properties.ts). */
const longest = 8191;

/** That a field has this value, whatever its case. */
export function sameAs(field: string, value: string): Query {
  if (value.length > longest) return all();
  // Elasticsearch folds the case of ASCII only.
  return ascii.test(value) ? { term: { [field]: { value, case_insensitive: true } } } : pattern(field, loose(value));
}

/** That the value of a field begins so. */
export function beginsWith(field: string, value: string): Query {
  if (value.length > longest) return all();
  return ascii.test(value) ? { prefix: { [field]: { value, case_insensitive: true } } } : pattern(field, `${loose(value)}*`);
}

/** That the value of a field has this in it, which is ASCII. */
export const contains = (field: string, value: string): Query => pattern(field, `*${value.replace(special, '\\$&')}*`);

const ascii = /^[\0-\x7f]*$/;
const special = /[*?\\]/g;
const loose = (value: string) => value.replace(special, '\\$&').replace(/[^\0-\x7f]+/g, '*');
const pattern = (field: string, value: string): Query => ({ wildcard: { [field]: { value, case_insensitive: true } } });
