/**
 * Writes a store file anew. DuckDB leaves the bytes of what was deleted or changed on pages that it may use again some day, and in the
 * unused rest of others; in a new file there is nothing but what is kept. It takes its place at once: whoever is killed before leaves the
 * old one whole. It takes as much room beside the store as the store has.
 */
import { chmodSync, chownSync, closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { diskFull, isDiskFull } from '../errors.js';
import { literal } from './literal.js';
import { createStatements } from './schema.js';

// Required, not imported: see connect.ts.
const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

/**
 * @param last what is to be in the new file only, in its transaction; tables go by their names
 * @throws StoreError where there is no room; Error of DuckDB
 */
export async function writeAnew(named: string, last: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  const path = realpathSync(named);
  const fresh = `${path}.anew`;
  for (const left of [fresh, `${fresh}.wal`]) rmSync(left, { force: true });
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: '512MB',
    threads: '2',
    // Terms lie in order, by which a search passes over most of them.
    preserve_insertion_order: 'true',
    temp_directory: `${path}.tmp`,
  });
  const connection = await instance.connect();
  try {
    await attached(connection, path);
    await connection.run(`ATTACH ${literal(fresh)} AS fresh (STORAGE_VERSION 'v1.2.0'); USE fresh`);
    await connection.run(['BEGIN', ...createStatements, 'DELETE FROM meta'].join(';\n'));
    for (const table of await tablesOf(connection, 'store')) await connection.run(`INSERT INTO fresh.${table} FROM store.${table}`);
    await last(connection);
    await connection.run('COMMIT');
    await connection.run('CHECKPOINT fresh; USE memory; DETACH fresh');
    const { mode, uid, gid } = statSync(path);
    chmodSync(fresh, mode & 0o7777);
    if (process.getuid?.() === 0) chownSync(fresh, uid, gid);
    durable(fresh);
    // The old file is ours to read until here, so nobody has written into it.
    renameSync(fresh, path);
    durable(dirname(path));
  } catch (error) {
    rmSync(fresh, { force: true });
    if (isDiskFull(error)) throw diskFull(error);
    throw error;
  } finally {
    connection.closeSync();
    instance.closeSync();
    for (const left of [`${fresh}.wal`, `${path}.tmp`]) rmSync(left, { recursive: true, force: true });
  }
}

/** Another process may have the file for a moment. */
async function attached(connection: DuckDBConnection, path: string): Promise<void> {
  for (;;) {
    try {
      await connection.run(`ATTACH ${literal(path)} AS store (READ_ONLY)`);
      return;
    } catch (error) {
      if (!/Could not set lock|being used by another process/i.test(String(error))) throw error;
      await pause(100);
    }
  }
}

async function tablesOf(connection: DuckDBConnection, database: string): Promise<string[]> {
  const rows = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE NOT internal AND database_name = ${literal(database)}`,
  );
  return rows.getRowsJS().map(([name]) => name as string);
}

function durable(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
