/** The lines that messages are made of, as rows of a temporary table, for SQL to join with. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { numbersIn } from './line_numbers.js';

const messagesAtOnce = 50_000;

/**
 * Puts the numbers of the lines of some messages into a temporary table of two columns: the message's number, and the line's.
 * @param condition on `messages`, in SQL
 * @throws Error of DuckDB
 */
export async function numberLines(connection: DuckDBConnection, table: string, condition: string): Promise<void> {
  // In pages, and not as a stream: what is appended meanwhile would end that, without a word.
  for (let last = -1; ; ) {
    const page = await connection.runAndReadAll(
      `SELECT n::DOUBLE, lines FROM messages WHERE (${condition}) AND n > ${last} ORDER BY n LIMIT ${messagesAtOnce}`,
    );
    const rows = page.getRowsJS() as [number, string][];
    const appender = await connection.createAppender(table, undefined, 'temp');
    for (const [message, lines] of rows) {
      for (const n of numbersIn(lines, message)) {
        appender.appendBigInt(BigInt(message));
        appender.appendBigInt(BigInt(n));
        appender.endRow();
      }
    }
    appender.closeSync();
    if (rows.length < messagesAtOnce) return;
    last = rows.at(-1)?.[0] ?? last;
  }
}
