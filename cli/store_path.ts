/** Where the store is if nobody says so. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** POSTSCOPE_STORE, else `postscope/postscope.duckdb` in the user's data directory (XDG Base Directory Specification). */
export function defaultStorePath(env: Readonly<Record<string, string | undefined>>): string {
  if (env.POSTSCOPE_STORE !== undefined && env.POSTSCOPE_STORE !== '') return env.POSTSCOPE_STORE;
  // The specification has relative paths ignored.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(env.HOME || homedir(), '.local', 'share');
  return join(data, 'postscope', 'postscope.duckdb');
}
