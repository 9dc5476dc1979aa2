/** Which store a command means: a file, or an Elasticsearch; how to reach it, and what to call it. */
import { resolve } from 'node:path';
import type { StoreAddress } from '../store/open.js';
import { folderOf } from './config/flags.js';
import type { Configuration } from './config/load.js';
import type { Io } from './io.js';
import { defaultStorePath } from './store_path.js';

export interface NamedStore {
  readonly address: StoreAddress;
  /** The path, or the URL without user and password. */
  readonly shown: string;
  /** What `--store` has to say in the commands that this run suggests; undefined where they mean the same store without. */
  readonly repeat: string | undefined;
}

/** @throws ConfigurationError */
export async function storeOf(configuration: Configuration, io: Io): Promise<NamedStore> {
  const { store } = configuration.values;
  const from = configuration.origins.store ?? '';
  const typed = from === '--store';
  if (store !== undefined && (store === 'elasticsearch' || /^https?:\/\//i.test(store))) {
    const { elasticsearchOf } = await import('./config/connections.js');
    const elasticsearch = elasticsearchOf(configuration, store === 'elasticsearch' ? undefined : { value: store, from });
    return { address: { elasticsearch }, shown: elasticsearch.url, repeat: typed ? store : undefined };
  }
  const path = resolve(folderOf(io), store ?? defaultStorePath(io.env));
  return { address: { path }, shown: path, repeat: typed && path !== resolve(folderOf(io), defaultStorePath(io.env)) ? path : undefined };
}
