/** Whole numbers that JavaScript knows, put where SQL can join with them. */
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * @param table a temporary one of BIGINT columns @param rows as many numbers each
 * @throws Error of DuckDB
 */
export async function putNumbers(connection: DuckDBConnection, table: string, rows: Iterable<readonly number[]>): Promise<void> {
  const appender = await connection.createAppender(table, undefined, 'temp');
  for (const row of rows) {
    for (const value of row) appender.appendBigInt(BigInt(value));
    appender.endRow();
  }
  appender.closeSync();
}
