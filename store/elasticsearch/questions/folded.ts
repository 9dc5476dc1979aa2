/** Values without case, as conditions that no line can miss that `store/matches.ts` takes. */
import { isIP } from 'node:net';
import type { Query } from '../asked.js';
import { any } from './within.js';

/** What is longer is not indexed as a value (mappings/properties.ts); that a document has such a one is. */
const longest = 8191;
const ignored = (field: string): Query => ({ term: { _ignored: field } });

/** That a field has this value, whatever its case. */
export function sameAs(field: string, value: string): Query {
  if (value.length > longest) return ignored(field);
  // Elasticsearch folds the case of ASCII only.
  return ascii.test(value) ? { term: { [field]: { value, case_insensitive: true } } } : pattern(field, loose(value));
}

/** That the value of a field begins so. */
export function beginsWith(field: string, value: string): Query {
  if (value.length > longest) return ignored(field);
  return any(
    ignored(field),
    ascii.test(value) ? { prefix: { [field]: { value, case_insensitive: true } } } : pattern(field, `${loose(value)}*`),
  );
}

/** That a field, whose values are folded in the index, has one of these. */
export function oneOf(field: string, values: readonly string[]): Query {
  const plain = values.filter((value) => value.length <= longest && ascii.test(value));
  const others = values.filter((value) => value.length > longest || !ascii.test(value));
  return any(...termsOf(field, plain), ...others.map((value) => sameAs(field, value)));
}

/** That a field has one of these values as they are: at least one of these conditions. None is of what is too long for any field. */
export function termsOf(field: string, values: readonly string[]): Query[] {
  const given = values.filter((value) => value.length <= longest);
  const parts: Query[] = [];
  // Elasticsearch takes 65,536 at a time.
  for (let i = 0; i < given.length; i += 10_000) parts.push({ terms: { [field]: given.slice(i, i + 10_000) } });
  return parts;
}

/** An address of one kind; `@domain`; or `local@`. @param domain field of what is behind the last `@` */
export function addressLike(field: string, domain: string, wanted: string): Query {
  if (wanted.startsWith('@')) return sameAs(domain, wanted.slice(wanted.lastIndexOf('@') + 1));
  return wanted.endsWith('@') ? beginsWith(field, wanted) : sameAs(field, wanted);
}

/** That a field of type `ip`, which takes nothing else, has this value; no condition where it is none. */
export function sameIp(field: string, wanted: string): Query[] {
  if (isIP(wanted) === 0) return [];
  // With a zone it is none to Elasticsearch.
  return [wanted.includes('%') ? ignored(field) : { term: { [field]: wanted } }];
}

/** That the value of a field has this in it, which is ASCII. */
export const contains = (field: string, value: string): Query => pattern(field, `*${value.replace(special, '\\$&')}*`);

const ascii = /^[\0-\x7f]*$/;
const special = /[*?\\]/g;
const loose = (value: string) => value.replace(special, '\\$&').replace(/[^\0-\x7f]+/g, '*');
const pattern = (field: string, value: string): Query => ({ wildcard: { [field]: { value, case_insensitive: true } } });
