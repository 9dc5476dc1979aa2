/** The rows of a temporary table some at a time, where a stream would end by what is done between them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Columns, columnsOf } from './columns.js';

/** A column that numbers rows from 0: those that DuckDB gives them are others as long as a transaction lasts. */
export const numbered = 'row_number() OVER () - 1 AS place';

/** @param table has the column `numbered` @param columns in SQL @throws Error of DuckDB */
export async function* pagesOf(connection: DuckDBConnection, table: string, columns: string, rows: number): AsyncGenerator<Columns> {
  for (let from = 0; ; from += rows) {
    const page = await columnsOf(connection, `SELECT ${columns} FROM ${table} WHERE place >= ${from} AND place < ${from + rows}`);
    if ((page[0]?.length ?? 0) === 0) return;
    yield page;
  }
}
