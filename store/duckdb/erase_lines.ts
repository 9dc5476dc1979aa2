/** Lines that name somebody, and what they are without. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { identityOf } from '../../postfix/identity.js';
import { queueKey } from '../../postfix/message/keys.js';
import type { Event } from '../../postfix/parse.js';
import type { Eraser } from '../../postfix/privacy/erasure.js';
import type { OpenStore } from './connect.js';
import { lineColumns, StoredLine } from './documents.js';
import { literal } from './literal.js';
import { markOf, readMark } from './mark.js';

/** That a text may name them. */
export const mayName = (column: string, { needles }: Eraser): string =>
  needles.length === 0 ? 'true' : `(${needles.map((needle) => `contains(lower(${column}), ${literal(needle)})`).join(' OR ')})`;

export const queueOf = ({ host, queueId }: Event): string | undefined => (queueId === undefined ? undefined : queueKey(host, queueId));

/**
 * Fills the temporary table `rewritten`: the lines that name them as they are without, with their host and queue ID; NULL where they are of
 * no message. A domain may have millions.
 * @returns how many @throws Error of DuckDB
 */
export async function rewriteLines({ instance, connection }: OpenStore, eraser: Eraser): Promise<number> {
  await connection.run('CREATE OR REPLACE TEMP TABLE rewritten (n BIGINT, mark INTEGER, line VARCHAR, host VARCHAR, queue_id VARCHAR)');
  // What is appended meanwhile would end a stream of the same connection.
  const reading = await instance.connect();
  const rows = await connection.createAppender('rewritten', undefined, 'temp');
  let found = 0;
  try {
    const lines = storedLines(reading, `${mayName('l.line', eraser)} OR ${hasPseudonym(eraser)}`, 'ORDER BY l.time, l.n');
    for await (const equal of atOneTime(lines)) {
      for (const { stored, line, mark } of rewrittenOf(equal, eraser)) {
        const { host, queueId } = stored.event;
        rows.appendBigInt(BigInt(stored.n));
        if (mark === 0) rows.appendNull();
        else rows.appendInteger(mark);
        rows.appendVarchar(line);
        rows.appendVarchar(host);
        if (queueId === undefined) rows.appendNull();
        else rows.appendVarchar(queueId);
        rows.endRow();
        found++;
      }
    }
  } finally {
    rows.closeSync();
    reading.closeSync();
  }
  return found;
}

const hasPseudonym = ({ pseudonym }: Eraser) => `contains(l.line, ${literal(pseudonym)})`;

/** Lines of one time together: only these can be equal. */
async function* atOneTime(lines: AsyncIterable<GivenLine>): AsyncGenerator<readonly GivenLine[]> {
  let held: GivenLine[] = [];
  for await (const line of lines) {
    if (held[0] !== undefined && held[0].micros !== line.micros) {
      yield held;
      held = [];
    }
    held.push(line);
  }
  yield held;
}

interface Rewritten {
  readonly stored: GivenLine;
  readonly line: string;
  readonly mark: number;
}

function* rewrittenOf(lines: readonly GivenLine[], eraser: Eraser): Generator<Rewritten> {
  // Of somebody whose lines were rewritten before, equal ones may be there.
  const taken = new Set(lines.filter(({ line }) => line.includes(eraser.pseudonym)).map(({ id }) => id));
  for (const stored of lines) {
    const line = eraser.erase(stored.line);
    if (line === stored.line) continue;
    const { doubt, encoding, ordinal } = readMark(stored.given);
    // Lines that told two spellings of a name apart are equal now.
    let next = ordinal;
    const identity = () => identityOf(stored.event.host, stored.event.time, { text: line, encoding }, next);
    while (taken.has(identity())) next++;
    taken.add(identity());
    yield { stored, line, mark: markOf({ ordinal: next, doubt, encoding }) };
  }
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
