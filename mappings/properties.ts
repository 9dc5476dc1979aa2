/** The fields of an index, made of a zod schema: a table says how each type of value is searched, another which fields differ. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { FieldType } from '../postfix/fields.js';

/** A field, or an object of fields, in a mapping. */
export type Property = { readonly type: string; readonly [parameter: string]: unknown } | { readonly properties: Properties };
export interface Properties {
  readonly [name: string]: Property;
}

/**
 * A term may have 32,766 bytes (Lucene), and a document with a longer one is refused whole; a character of UTF-16 takes three
 * at most. What is longer is in the document all the same, and its words are found in `message`.
 */
const ignore_above = 8191;
const keyword = { type: 'keyword', ignore_above };
/** What a line says is a number may be none that Elasticsearch has: the document is kept, and the field is not searched by. */
const long = { type: 'long', ignore_malformed: true };

/**
 * How the values of each type of field (postfix/fields.ts) are searched. The types are those that any licence has, and the
 * server of the tests too (FACTS): no `wildcard`, `match_only_text`, `scaled_float`.
 */
const byField: Readonly<Record<FieldType, Property>> = {
  // As written: what is counted by is shown as it was logged, and a search can fold case itself (`case_insensitive`).
  text: keyword,
  word: keyword,
  host: keyword,
  message_id: keyword,
  // Folded in the index: who counts by domain means all of its spellings.
  address: { ...keyword, normalizer: 'lowercase' },
  ip: { type: 'ip', ignore_malformed: true },
  integer: long,
  // A double keeps every value that a log prints as it is, so that equal delays are counted as equal.
  seconds: { type: 'double', ignore_malformed: true },
  // The names in it are the log's, and anybody may write to a log: as fields of their own they could be any number.
  counters: { type: 'flattened', ignore_above },
};

/** The same, for fields of schemas that do not say what type of field they are. */
export const searchedAs = (type: FieldType): Property => byField[type];

/** Properties of a schema. @param special fields that are not as their type says, by path */
export function propertiesOf(schema: z.ZodType, special: Readonly<Record<string, Property>> = {}): Properties {
  const unused = new Set(Object.keys(special));
  const property = (at: JsonSchema, path: string): Property => {
    const own = special[path];
    if (own !== undefined) {
      unused.delete(path);
      return own;
    }
    return at.field !== undefined
      ? byField[at.field]
      : at.properties !== undefined
        ? { properties: inner(at.properties, `${path}.`) }
        : byType(at, path);
  };
  const inner = (properties: Readonly<Record<string, JsonSchema>>, path: string): Properties =>
    Object.fromEntries(Object.entries(properties).map(([name, at]) => [name, property(at, path + name)]));
  const properties = inner((z.toJSONSchema(schema) as JsonSchema).properties ?? {}, '');
  if (unused.size > 0) throw new Error(`no such field in the schema: ${[...unused].join(', ')}`);
  return properties;
}

interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly field?: FieldType;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

function byType({ type, format, items }: JsonSchema, path: string): Property {
  switch (type) {
    case 'string':
      return format === 'date-time' ? { type: 'date' } : keyword;
    case 'integer':
      return { type: 'long' };
    case 'number':
      return { type: 'double' };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      // To Elasticsearch, several values of a field are as one.
      return byType(items ?? {}, path);
    default:
      throw new Error(`no mapping for ${path}, ${JSON.stringify(type)}`);
  }
}

/** Properties of two schemas of the same documents, or of documents of one index; a field of both is the same in both. */
export function merged(one: Properties, other: Properties): Properties {
  const all: Record<string, Property> = { ...one };
  for (const [name, property] of Object.entries(other)) {
    const known = all[name];
    if (known === undefined) all[name] = property;
    else if ('properties' in known && 'properties' in property)
      all[name] = { properties: merged(known.properties as Properties, property.properties as Properties) };
    else if (!isDeepStrictEqual(known, property)) throw new Error(`both schemas have the field ${name}`);
  }
  return all;
}
