/** The lines that messages are made of, as rows of a temporary table, for SQL to join with. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { numbersIn } from './line_numbers.js';
import { putNumbers } from './put_numbers.js';
import { numbered, pagesOf } from './table_pages.js';

const messagesAtOnce = 50_000;

/**
 * Puts the numbers of the lines of some messages into a temporary table of two columns: the message's number, and the line's.
 * @param messages SQL that selects `n` and `lines` of them
 * @throws Error of DuckDB
 */
export async function numberLines(connection: DuckDBConnection, table: string, messages: string): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE made_of AS SELECT ${numbered}, n, lines FROM (${messages})`);
  for await (const page of pagesOf(connection, 'made_of', 'n::DOUBLE, lines', messagesAtOnce)) {
    const [numbers, lines] = page as [number[], string[]];
    await putNumbers(connection, table, eachOf(numbers, lines));
  }
  await connection.run('DROP TABLE made_of');
}

function* eachOf(messages: readonly number[], lines: readonly string[]): Generator<readonly [number, number]> {
  for (const [i, message] of messages.entries()) for (const n of numbersIn(lines[i] as string, message)) yield [message, n];
}
