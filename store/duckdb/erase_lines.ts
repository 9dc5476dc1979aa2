/** Lines that name somebody, and what they are without. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { identityOf } from '../../postfix/identity.js';
import { queueKey } from '../../postfix/message/keys.js';
import type { Event } from '../../postfix/parse.js';
import type { Eraser } from '../../postfix/privacy/erasure.js';
import { lineColumns, StoredLine } from './documents.js';
import { literal } from './literal.js';
import { markOf, readMark } from './mark.js';

export interface Rewritten {
  readonly line: string;
  readonly mark: number;
  /** Host and queue ID (postfix/message/keys.ts); undefined where it is of no message. */
  readonly queue: string | undefined;
}

export interface Lines {
  /** By the number of the line. */
  readonly found: ReadonlyMap<number, Rewritten>;
}

/** That a text may name them. */
export const mayName = (column: string, { needles }: Eraser): string =>
  needles.length === 0 ? 'true' : `(${needles.map((needle) => `contains(lower(${column}), ${literal(needle)})`).join(' OR ')})`;

export const queueOf = ({ host, queueId }: Event): string | undefined => (queueId === undefined ? undefined : queueKey(host, queueId));

/** @throws Error of DuckDB */
export async function linesNaming(connection: DuckDBConnection, eraser: Eraser): Promise<Lines> {
  const found = new Map<number, Rewritten>();
  const taken = new Set<string>();
  // Of somebody whose lines were rewritten before, equal ones may be there.
  for await (const stored of storedLines(connection, `contains(l.line, ${literal(eraser.pseudonym)})`)) taken.add(stored.id);
  for await (const stored of storedLines(connection, mayName('l.line', eraser), 'ORDER BY l.n')) {
    const line = eraser.erase(stored.line);
    if (line === stored.line) continue;
    const { doubt, encoding, ordinal } = readMark(stored.given);
    // Lines that told two spellings of a name apart are equal now.
    let next = ordinal;
    const identity = () => identityOf(stored.event.host, stored.event.time, { text: line, encoding }, next);
    while (taken.has(identity())) next++;
    taken.add(identity());
    found.set(stored.n, { line, mark: markOf({ ordinal: next, doubt, encoding }), queue: queueOf(stored.event) });
  }
  return { found };
}

/** A stored line with its mark as it is. */
class GivenLine extends StoredLine {
  constructor(
    row: readonly unknown[],
    readonly given: number,
  ) {
    super(row, () => '');
  }
}

/** @param condition on `lines` as `l` */
export async function* storedLines(connection: DuckDBConnection, condition: string, order = ''): AsyncGenerator<GivenLine> {
  const result = await connection.stream(`SELECT ${lineColumns} FROM lines l WHERE ${condition} ${order}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (const row of chunk.getRows()) yield new GivenLine(row, Number(row[3] ?? 0));
  }
}
