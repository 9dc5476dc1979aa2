/** Which blocks a search has to read: those that have all of its terms. */
import { bare } from '../matches.js';
import { standingOf } from '../order.js';
import type { SearchQuery } from '../port.js';
import { wordsOf } from './action_words.js';
import { literal } from './literal.js';
import { micros, where, within } from './scope.js';
import { linesPerBlock, printOf, type Term } from './terms.js';

/** To read so many is quicker than to look up which of them have a term. */
const fewBlocks = 8;

/** Numbers of blocks, both ends included. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/** Conditions on blocks `b` that can have lines of the period. */
function boundsOf({ since, until, after }: SearchQuery): string[] {
  const bounds: string[] = [];
  if (since !== undefined) bounds.push(`b.last >= ${micros(since)}`);
  if (until !== undefined) bounds.push(`b.first < ${micros(until)}`);
  if (after !== undefined) bounds.push(`b.first <= ${standingOf(after).micros}`);
  return bounds;
}

/** The first and the last block that can have lines of the period; undefined where it is not bounded. */
export function rangeStatement(query: SearchQuery): string | undefined {
  const bounds = boundsOf(query);
  return bounds.length === 0 ? undefined : `SELECT min(b.block), max(b.block) FROM blocks b ${where(bounds)}`;
}

/**
 * Blocks with their first and last time, the newest first.
 * @param delivery conditions on `deliveries` as `d`, where only lines that stand there can be meant
 * @param within blocks are numbered as they came, mostly in order of time: numbers that stand in the statement spare reading the terms of all others
 */
export function blocksStatement(query: SearchQuery, delivery: string | undefined, within: BlockRange | undefined): string {
  const range = within === undefined ? '' : `AND block BETWEEN ${within.from} AND ${within.to}`;
  const conditions = boundsOf(query);
  const listed = () => `SELECT b.block, b.first, b.last FROM blocks b ${where(conditions)} ORDER BY b.last DESC, b.block DESC`;
  if (within !== undefined && within.to - within.from < fewBlocks) return listed();
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
  return listed();
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
  const words = query.action === undefined ? undefined : wordsOf(query.action);
  if (words !== undefined) conditions.push(`(${words.map((word) => `contains(l.line, ${literal(word)})`).join(' OR ')})`);
  return conditions;
}
