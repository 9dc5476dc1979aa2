/** The record of what was deleted and held, in the embedded store. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { RetentionEntry } from '../retention_port.js';

/** `content`: the entry as JSON. */
export const createRetentionTables: readonly string[] = ['CREATE TABLE retention (id VARCHAR, time BIGINT, content VARCHAR)'];

/** Oldest first. @throws Error of DuckDB */
export async function retentionLogIn(connection: DuckDBConnection): Promise<readonly RetentionEntry[]> {
  const rows = await connection.runAndReadAll('SELECT content FROM retention ORDER BY time, id');
  return rows.getRowsJS().map(([content]) => JSON.parse(content as string) as RetentionEntry);
}
