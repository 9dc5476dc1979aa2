/** What `parse` answers, as a table: of every line the fields that tell most. */
import type { EventDocument } from '../../postfix/document.js';
import { type CsvValue, csvLine } from './csv.js';

/** Why there is no document of a line, and what is kept of it. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
  readonly event: { readonly original: string };
  readonly log: { readonly file: { readonly path: string }; readonly offset: number };
}

export type Answer = EventDocument | Refusal;

/** Where they stand in the document. */
const paths = [
  '@timestamp',
  'host.name',
  'process.name',
  'process.pid',
  'email.local_id',
  'event.action',
  'email.from.address',
  'email.to.address',
  'source.ip',
  'destination.domain',
  'destination.ip',
  'postfix.delay',
  'postfix.delays.before_queue_manager',
  'postfix.delays.queue_manager',
  'postfix.delays.connection_setup',
  'postfix.delays.transmission',
  'postfix.dsn',
  'postfix.status',
  'postfix.reason.kind',
  'postfix.reason.phase',
] as const;

const steps = paths.map((path) => path.split('.'));

/** A spreadsheet takes an @ in front for a formula. */
export const parsedCsvHead = csvLine([...paths.map((path) => path.replace('@', '')), 'message', 'error.code']);

/** Of a line without a document: its text, and the code of the error. */
export function parsedCsvLine(answer: Answer): string {
  if (!('ecs' in answer)) return csvLine([...paths.map(() => undefined), answer.event.original, answer.error.code]);
  return csvLine([...steps.map((path) => valueAt(answer, path)), answer.message, undefined]);
}

function valueAt(document: EventDocument, path: readonly string[]): CsvValue {
  let at: unknown = document;
  for (const step of path) at = (at as Record<string, unknown> | undefined)?.[step];
  return at as CsvValue;
}
