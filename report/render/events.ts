/** Lines of the log on the terminal, in full, and as CSV. */
import type { EventDocument } from '../../postfix/document.js';
import { type FieldName, fields } from '../../postfix/fields.js';
import { field } from '../field.js';
import { timeOf } from '../trace.js';
import { type CsvValue, csvLine } from './csv.js';
import { seconds } from './number.js';
import type { Style } from './style.js';
import { printable } from './text.js';
import type { View } from './view.js';

/** Program without what nearly all have in common: `smtp` for `postfix/smtp`. */
export const programOf = (event: EventDocument) => event.process.name.replace(/^postfix\//, '');

/** Colour of a line by how it went. */
export function paintOf(event: EventDocument, style: Style): (text: string) => string {
  const { outcome } = event.event;
  if (event.log.level === 'fatal' || event.log.level === 'panic' || event.log.level === 'error') return style.bad;
  if (outcome === 'failure') return field(event, 'status') === 'deferred' ? style.warn : style.bad;
  if (outcome === 'success') return style.good;
  return event.log.level === 'warning' ? style.warn : (text) => text;
}

/** The text of a line without its queue ID, which stands in a column of its own. */
export function textOf(event: EventDocument): string {
  const id = event.email?.local_id;
  return id !== undefined && event.message.startsWith(`${id}: `) ? event.message.slice(id.length + 2) : event.message;
}

/** One line: time, host, program, queue ID, text. Never cut: the reason stands at its end. */
export function eventLine(event: EventDocument, { clock, style }: View): string {
  const id = event.email?.local_id;
  return [
    clock.second(timeOf(event)),
    style.dim(printable(event.host.name)),
    style.name(printable(programOf(event))),
    ...(id === undefined ? [] : [style.bold(printable(id))]),
    paintOf(event, style)(printable(textOf(event))),
  ].join(' ');
}

/** Every field with its name in the document. */
export function eventInFull(event: EventDocument, view: View): string {
  const { style } = view;
  const lines = [style.bold(`${view.clock.iso(timeOf(event))}  ${printable(event.message)}`)];
  for (const [path, value] of leaves(event)) {
    if (path === 'message' || path === '@timestamp' || path === 'ecs.version') continue;
    const unit = path.startsWith('postfix.delay') && typeof value === 'number' ? `  ${style.dim(`(${seconds(value)})`)}` : '';
    lines.push(`  ${style.dim(printable(path).padEnd(36))} ${printable(String(value))}${unit}`);
  }
  return lines.join('\n');
}

function* leaves(value: object, above = ''): Generator<[string, string | number | boolean]> {
  for (const [key, inner] of Object.entries(value)) {
    const path = above === '' ? key : `${above}.${key}`;
    if (typeof inner === 'object' && inner !== null) yield* leaves(inner, path);
    else if (inner !== undefined && inner !== null) yield [path, inner as string | number | boolean];
  }
}

const headColumns: readonly (readonly [string, (event: EventDocument, view: View) => CsvValue])[] = [
  ['time', (event, { clock }) => clock.iso(timeOf(event))],
  ['host', (event) => event.host.name],
  ['program', (event) => event.process.name],
  ['pid', (event) => event.process.pid],
  ['queue_id', (event) => event.email?.local_id],
  ['action', (event) => event.event.action],
  ['level', (event) => event.log.level],
];

/** What an operator puts into a spreadsheet; `--full` has every field. */
const usualFields: readonly FieldName[] = [
  'sender',
  'recipient',
  'message_id',
  'size',
  'client_host',
  'client_ip',
  'relay_host',
  'relay_ip',
  'relay_port',
  'delay',
  'delay_a',
  'delay_b',
  'delay_c',
  'delay_d',
  'dsn',
  'status',
  'kind',
  'phase',
  'reason',
];

const fieldNames = (full: boolean) => (full ? (Object.keys(fields) as FieldName[]).filter((name) => name !== 'queue_id') : usualFields);

export function eventsCsvHead(full: boolean): string {
  return csvLine([...headColumns.map(([name]) => name), ...fieldNames(full), 'text', 'file', 'offset']);
}

export function eventCsvLine(event: EventDocument, full: boolean, view: View): string {
  return csvLine([
    ...headColumns.map(([, of]) => of(event, view)),
    ...fieldNames(full).map((name) => {
      const value = field(event, name);
      return typeof value === 'object' ? JSON.stringify(value) : value;
    }),
    event.message,
    event.log.file.path,
    event.log.offset,
  ]);
}
