/** Opening a store file: one process may write it, several may read it while none writes, and a newcomer waits its turn. */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { isArchive } from '../archive_place.js';
import { isDiskFull, StoreError } from '../errors.js';
import { createStatements, migrations, schemaVersion } from './schema.js';
import { askForTurn, isKept, takeNoteAway } from './turns.js';

// Required, not imported: to import CommonJS, Node reads each of its sixty files twice, and that is half of the time to load it.
const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

export interface OpenOptions {
  readonly path: string;
  readonly mode: 'read' | 'write';
  /** Told once when another process has the file, with what is known of it. */
  readonly onWait?: (holder: string) => void;
  /** Milliseconds to wait for it; the default is to wait for ever. */
  readonly patience?: number;
  /** This process had the file, and has kept its place (turns.ts). */
  readonly back?: boolean;
}

/** An open store file; another instance takes its place when others have been let in. */
export interface OpenStore {
  instance: DuckDBInstance;
  connection: DuckDBConnection;
}

/**
 * What DuckDB may use for itself; it spills to disk beyond. A writer shares 400 MB with JavaScript, the file's pages and all
 * that DuckDB does not count, and a fold leaves it less of that; a reader, and a writer that compares with what is there, may
 * have more, as sorting and joining need it.
 */
export const memoryLimits = { write: '64MB', fold: '64MB', compare: '256MB', read: '256MB' } as const;

const spillOf = (path: string) => `${path}.spill`;

/**
 * Opens a store, and makes or lifts it to today's schema when writing.
 * @throws StoreError
 */
export async function openFile({ path, mode, onWait, patience = Number.POSITIVE_INFINITY, back = false }: OpenOptions): Promise<OpenStore> {
  if (mode === 'read' && !existsSync(path)) {
    throw new StoreError('missing', `there is no store at ${path}; make one with: postscope import /var/log/maillog*`);
  }
  if (isArchive(path)) {
    throw new StoreError('not_writable', `${path} is an archive, which can be asked but not changed; import it into a store for more`);
  }
  if (existsSync(path) && statSync(path).isDirectory()) throw new StoreError('not_a_store', `${path} is a directory, not a store file`);
  if (mode === 'write') makeFolder(dirname(path));
  const since = Date.now();
  let told = false;
  for (;;) {
    try {
      const instance = await duckdb.DuckDBInstance.create(path, {
        access_mode: mode === 'read' ? 'READ_ONLY' : 'READ_WRITE',
        // zstd for text came with this format.
        ...(mode === 'write' ? { storage_compatibility_version: 'v1.2.0' } : {}),
        memory_limit: memoryLimits[mode],
        // A writer has other files in the folder that DuckDB would take for what does not fit, and takes them away while this is open.
        ...(mode === 'write' ? { temp_directory: spillOf(path) } : {}),
        // JavaScript has a core of its own while it writes, and DuckDB the other.
        threads: mode === 'write' ? '1' : '2',
        // What DuckDB has freed goes back to the system: by default it keeps 128 MB for itself, beyond its limit.
        allocator_flush_threshold: '1MB',
        allocator_bulk_deallocation_flush_threshold: '1MB',
        allocator_background_threads: 'true',
        // Lines are numbered (`n`); keeping their order costs twice as much when two threads read rows.
        preserve_insertion_order: 'false',
      });
      const connection = await instance.connect();
      try {
        // Of a process that was killed: nobody else has the file now.
        if (mode === 'write') rmSync(spillOf(path), { recursive: true, force: true });
        if (mode === 'write' && !back && isKept(path)) throw new StoreError('busy', `another import is writing to ${path}`);
        await settle(connection, path, mode);
      } catch (error) {
        connection.closeSync();
        instance.closeSync();
        throw error;
      }
      if (told && mode === 'read') takeNoteAway(path);
      return { instance, connection };
    } catch (error) {
      const problem = explain(error, path);
      const hopeless = problem.code !== 'busy' || Date.now() - since >= patience;
      if (hopeless && told && mode === 'read') takeNoteAway(path);
      if (hopeless) throw problem;
      if (!told) onWait?.(/PID \d+/.exec(String(error))?.[0] ?? 'another process');
      told = true;
      if (mode === 'read') askForTurn(path);
      await pause(100);
    }
  }
}

function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  // One by one: mkdir's own recursion never ends where the system answers ENOENT for ever, as /proc does.
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    if (why === 'EEXIST' && statSync(folder).isDirectory()) return;
    throw new StoreError('not_writable', `the folder of the store, ${folder}, cannot be made (${why}); name another --store`, {
      cause: error,
    });
  }
}

function explain(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/Could not set lock|being used by another process/i.test(text)) {
    return new StoreError('busy', `another process has ${path} open for writing`, { cause: error });
  }
  if (/not a valid DuckDB database file|is not a DuckDB|Serialization Error|corrupt/i.test(text)) {
    return new StoreError('not_a_store', `${path} is not a postscope store (or a damaged one): ${text}`, { cause: error });
  }
  if (/newer version of DuckDB|storage version/i.test(text)) {
    return new StoreError('newer_version', `${path} was written by a newer postscope; update this one: ${text}`, { cause: error });
  }
  if (/permission denied|read-only/i.test(text)) {
    return new StoreError('not_writable', `${path} cannot be opened: ${text.split('\n')[0]}`, { cause: error });
  }
  if (isDiskFull(error)) return new StoreError('disk_full', `no space left on the disk of ${path}`, { cause: error });
  return new StoreError('not_a_store', `${path} cannot be opened: ${text}`, { cause: error });
}

async function settle(connection: DuckDBConnection, path: string, mode: 'read' | 'write'): Promise<void> {
  const tables = (await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")).getRowsJS();
  const names = new Set(tables.map(([name]) => name));
  if (!names.has('meta')) {
    if (names.size > 0) throw new StoreError('not_a_store', `${path} is a DuckDB file of another program; name another --store`);
    if (mode === 'read') throw new StoreError('missing', `the store at ${path} is empty; fill it with: postscope import /var/log/maillog*`);
    await inTransaction(connection, createStatements);
    return;
  }
  const row = (await connection.runAndReadAll("SELECT value FROM meta WHERE key = 'schema_version'")).getRowsJS()[0];
  let version = Number(row?.[0]);
  if (version > schemaVersion) {
    throw new StoreError(
      'newer_version',
      `the store at ${path} has schema ${version}, this postscope knows ${schemaVersion}; update postscope`,
    );
  }
  if (version < schemaVersion && mode === 'read') {
    throw new StoreError(
      'older_version',
      `the store at ${path} has the older schema ${version}; any postscope import lifts it to ${schemaVersion}`,
    );
  }
  for (; version < schemaVersion; version++) {
    const step = migrations[version];
    if (step === undefined)
      throw new StoreError('not_a_store', `${path} has schema ${version}, of which no step leads to ${schemaVersion}`);
    await inTransaction(connection, [...step, `UPDATE meta SET value = '${version + 1}' WHERE key = 'schema_version'`]);
  }
}

/** Runs statements so that all of them happen or none. */
export async function inTransaction(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  await connection.run('BEGIN');
  try {
    for (const sql of statements) await connection.run(sql);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}
