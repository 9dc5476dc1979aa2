/** Which blocks a search has to read: those that have all of its terms. */
import { bare } from '../matches.js';
import { standingOf } from '../order.js';
import type { SearchQuery } from '../port.js';
import { literal } from './literal.js';
import { micros, where, within } from './scope.js';
import { linesPerBlock, printOf, type Term } from './terms.js';

/**
 * Blocks with their first and last time, the newest first.
 * @param delivery conditions on `deliveries` as `d`, where only lines that stand there can be meant
 */
export function blocksStatement(query: SearchQuery, delivery: string | undefined): string {
  const bounds: string[] = [];
  if (query.since !== undefined) bounds.push(`b.last >= ${micros(query.since)}`);
  if (query.until !== undefined) bounds.push(`b.first < ${micros(query.until)}`);
  if (query.after !== undefined) bounds.push(`b.first <= ${standingOf(query.after).micros}`);
  // Blocks are numbered as they came, mostly in order of time: a range of them spares reading the terms of all others.
  const range =
    bounds.length === 0
      ? ''
      : `AND block >= (SELECT min(b.block) FROM blocks b ${where(bounds)}) AND block <= (SELECT max(b.block) FROM blocks b ${where(bounds)})`;
  const conditions = [...bounds];
  const has = (term: Term, value: string) => `b.block IN (SELECT block FROM terms WHERE print = ${printOf(term, value)} ${range})`;
  if (query.queueId !== undefined) conditions.push(has('queue_id', query.queueId));
  if (query.messageId !== undefined) conditions.push(has('message_id', bare(query.messageId)));
  if (query.from !== undefined) conditions.push(...addressTerm(has, 'sender', query.from));
  if (query.to !== undefined) conditions.push(...addressTerm(has, 'recipient', query.to));
  if (query.client !== undefined) conditions.push(has('client', query.client));
  if (delivery !== undefined) conditions.push(`b.block IN (SELECT d.n // ${linesPerBlock} FROM deliveries d WHERE ${delivery})`);
  else if (query.relay !== undefined) conditions.push(has('relay', query.relay));
  if (query.action !== undefined) conditions.push(has('action', query.action));
  if (query.program !== undefined) conditions.push(has('program', query.program));
  return `SELECT b.block, b.first, b.last FROM blocks b ${where(conditions)} ORDER BY b.last DESC, b.block DESC`;
}

/** `local@` has no term: it is looked for in all blocks. */
function addressTerm(has: (term: Term, value: string) => string, field: 'sender' | 'recipient', wanted: string): string[] {
  if (wanted.startsWith('@')) return [has(`${field}_domain`, wanted.slice(1))];
  return wanted.endsWith('@') ? [] : [has(field, wanted)];
}

/** Conditions on the lines of a block that can be told without parsing them. */
export function lineConditions(query: SearchQuery): string[] {
  const conditions = within(query, 'l');
  // Which lines of that very time come behind it is the reader's.
  if (query.after !== undefined) conditions.push(`l.time <= ${standingOf(query.after).micros}`);
  const has = (text: string) => conditions.push(`contains(lower(l.line), ${literal(text.toLowerCase())})`);
  if (query.text !== undefined) has(query.text);
  return conditions;
}
