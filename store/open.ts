/** Opens the store that a command names. */
import { openDuckDBReader, openDuckDBWriter } from './duckdb/index.js';
import type { Reader, Writer } from './port.js';

export interface StoreOptions {
  /** Path of the DuckDB file. */
  readonly path: string;
  /** Told once when another process is writing, with what is known of it; opening then waits. */
  readonly onWait?: (holder: string) => void;
  /** Milliseconds to wait for another process; for ever by default. */
  readonly patience?: number;
}

/** @throws StoreError */
export const openReader = (options: StoreOptions): Promise<Reader> => openDuckDBReader(options);

/** @throws StoreError */
export const openWriter = (options: StoreOptions): Promise<Writer> => openDuckDBWriter(options);
