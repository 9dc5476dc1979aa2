/** Where downloads of the tests are kept from run to run. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Root's home is closed to the user that Elasticsearch has to run as, so root's cache is the system's. */
export function cacheFolder(): string {
  const { POSTSCOPE_CACHE, XDG_CACHE_HOME } = process.env;
  if (POSTSCOPE_CACHE) return POSTSCOPE_CACHE;
  if (process.getuid?.() === 0) return '/var/cache/postscope';
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'postscope');
}
