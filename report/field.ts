/** A field of a document by its name in `postfix/fields.ts`, wherever it stands in the document. */
import type { EventDocument } from '../postfix/document.js';
import { type FieldName, type Fields, fields } from '../postfix/fields.js';

const steps = Object.fromEntries(Object.entries(fields).map(([name, { path }]) => [name, path.split('.')])) as Record<FieldName, string[]>;

export function field<K extends FieldName>(event: EventDocument, name: K): Fields[K] {
  let at: unknown = event;
  for (const step of steps[name]) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  return at as Fields[K];
}
