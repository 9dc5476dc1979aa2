/** Opens the store that a command names. Each kind is loaded only when it is meant: DuckDB's library alone takes longer than most answers. */
import type { ArchiveReader } from './archive_port.js';
import type { Connection } from './elasticsearch/client.js';
import type { EraseOptions, EraseWriter } from './erase_port.js';
import type { MessageReader, MessageWriter } from './message_port.js';
import type { Reader, Writer } from './port.js';
import type { RetentionWriter } from './retention_port.js';

/** How to reach an Elasticsearch, and what the names of its indices begin with. */
export interface ElasticsearchAddress extends Connection {
  readonly prefix: string;
}

/** Where a store is: a DuckDB file, or an Elasticsearch. */
export type StoreAddress =
  | { readonly path: string; readonly elasticsearch?: undefined }
  | { readonly path?: undefined; readonly elasticsearch: ElasticsearchAddress };

export type StoreOptions = StoreAddress & {
  /** Told once when another process is writing, with what is known of it; opening then waits. A server has no such thing. */
  readonly onWait?: (holder: string) => void;
  /** Milliseconds to wait for another process; for ever by default. */
  readonly patience?: number;
};

/** @throws StoreError; of a server that does not answer, the first question tells */
export async function openReader(options: StoreOptions): Promise<Reader> {
  if (options.elasticsearch !== undefined) {
    const { openElasticsearchReader } = await import('./elasticsearch/index.js');
    return openElasticsearchReader(options.elasticsearch);
  }
  const { openDuckDBReader } = await import('./duckdb/index.js');
  return openDuckDBReader(options);
}

/**
 * A cluster folds with each commit; its writer neither folds nor answers about messages.
 * @throws StoreError; a server that is away is waited for
 */
export async function openWriter(options: StoreOptions): Promise<Writer & Partial<MessageReader & MessageWriter>> {
  if (options.elasticsearch !== undefined) {
    const { openElasticsearchWriter } = await import('./elasticsearch/index.js');
    return openElasticsearchWriter(options.elasticsearch);
  }
  const { openDuckDBWriter } = await import('./duckdb/index.js');
  return openDuckDBWriter(options);
}

/** An archive, to be taken into a store; all of it is checked first. @throws StoreError */
export async function openArchive(path: string): Promise<ArchiveReader> {
  const { openDuckDBArchive } = await import('./duckdb/archive_read.js');
  return openDuckDBArchive(path);
}

/**
 * For what is kept, and what goes.
 * @param mode of an embedded store that is only read nothing can be taken
 * @throws StoreError
 */
export async function openRetention(options: StoreOptions, mode: 'read' | 'write'): Promise<RetentionWriter> {
  if (options.elasticsearch !== undefined) {
    const { openElasticsearchRetention } = await import('./elasticsearch/retention.js');
    return openElasticsearchRetention(options.elasticsearch, mode);
  }
  const { openDuckDBRetention } = await import('./duckdb/retention.js');
  return openDuckDBRetention({ ...options, mode });
}

/**
 * For taking one person's data out.
 * @param mode of a store that is only read it can only be told what names them
 * @throws StoreError
 */
export async function openErase(options: StoreOptions, erase: EraseOptions, mode: 'read' | 'write'): Promise<EraseWriter> {
  if (options.elasticsearch !== undefined) {
    const { openElasticsearchErase } = await import('./elasticsearch/erase.js');
    return openElasticsearchErase(options.elasticsearch, erase, mode);
  }
  const { openDuckDBErase } = await import('./duckdb/erase.js');
  return openDuckDBErase({ ...options, mode }, erase);
}
