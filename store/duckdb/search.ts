/** A search as one statement: newest first, one row more than the page so that the next page is known of. */
import type { SearchQuery } from '../port.js';
import { lineColumns } from './documents.js';
import { print } from './print.js';
import { where, within, wordId } from './scope.js';
import { literal } from './words.js';

/** A value has this print, and stands in the line: the print alone could be another's. */
export function valueIs(column: string, value: string): string {
  return `(l.${column} = ${print(value)} AND ${lineHas(value)})`;
}

const lineHas = (value: string) => `contains(lower(l.line), ${literal(value.toLowerCase())})`;

/** An address, `@domain`, or `local@`. */
function addressIs(column: 'sender' | 'recipient', wanted: string): string {
  if (wanted.startsWith('@')) return `(l.${column}_domain = ${print(wanted.slice(1))} AND ${lineHas(wanted)})`;
  if (wanted.endsWith('@')) return `(l.${column} IS NOT NULL AND ${lineHas(`<${wanted}`)})`;
  return valueIs(column, wanted);
}

export function searchStatement(query: SearchQuery): string {
  const conditions = within(query, 'l');
  if (query.queueId !== undefined) {
    // The runs of this queue ID first, so that only their lines are looked at.
    const runs = `FROM queue_ids WHERE queue_id = ${print(query.queueId)}`;
    conditions.push(valueIs('queue_id', query.queueId), `l.n >= (SELECT min(first) ${runs})`, `l.n <= (SELECT max(last) ${runs})`);
  }
  if (query.from !== undefined) conditions.push(addressIs('sender', query.from));
  if (query.to !== undefined) conditions.push(addressIs('recipient', query.to));
  if (query.messageId !== undefined) conditions.push(valueIs('message_id', query.messageId.replace(/^<(.*)>$/, '$1')));
  if (query.client !== undefined) conditions.push(`(${valueIs('client_host', query.client)} OR ${valueIs('client_ip', query.client)})`);
  if (query.action !== undefined) conditions.push(`l.action = ${wordId(query.action)}`);
  if (query.program !== undefined) {
    const name = literal(query.program);
    conditions.push(`l.program IN (SELECT id FROM words WHERE word = ${name} OR ends_with(word, '/' || ${name}))`);
  }
  if (query.text !== undefined) conditions.push(lineHas(query.text));
  if (query.after !== undefined) {
    const cursor = /^(\d+)\.(\d+)$/.exec(query.after);
    if (cursor === null) throw new RangeError(`'${query.after}' is not where a page of search ended`);
    conditions.push(`(l.time < ${cursor[1]} OR (l.time = ${cursor[1]} AND l.n < ${cursor[2]}))`);
  }
  const delivery: string[] = [];
  if (query.status !== undefined) delivery.push(`d.status = ${wordId(query.status)}`);
  if (query.kind !== undefined) delivery.push(`d.kind = ${wordId(query.kind)}`);
  if (query.relay !== undefined) {
    const name = literal(query.relay.toLowerCase());
    delivery.push(
      `d.relay IN (SELECT id FROM relays WHERE lower(host) = ${name} OR lower(ip) = ${name} OR starts_with(lower(host), ${name} || '.'))`,
    );
  }
  if (delivery.length > 0) conditions.push(`l.n IN (SELECT d.n FROM deliveries d ${where([...delivery, ...within(query, 'd')])})`);
  return `SELECT ${lineColumns} FROM lines l ${where(conditions)} ORDER BY l.time DESC, l.n DESC LIMIT ${query.limit + 1}`;
}
