/** Answers row by row; and column by column, which of many rows costs a third of that. */
import type { DuckDBConnection } from '@duckdb/node-api';

/** All values of the first column, of the second, and so on; none where there are no rows. */
export type Columns = readonly (readonly unknown[])[];

/** How a store is asked: for a few rows, or for many as columns. */
export interface Asked {
  readonly rows: (sql: string) => Promise<readonly (readonly unknown[])[]>;
  readonly columns: (sql: string) => Promise<Columns>;
}

/** @param sql whole numbers of it are best made DOUBLE: a BIGINT comes as a bigint each */
export async function columnsOf(connection: DuckDBConnection, sql: string): Promise<Columns> {
  return (await connection.run(sql)).getColumns();
}

export async function rowsIn(connection: DuckDBConnection, sql: string): Promise<(readonly unknown[])[]> {
  return (await connection.runAndReadAll(sql)).getRowsJS();
}
