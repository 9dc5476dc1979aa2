/** The version of this postscope, as package.json has it. */
import { readFileSync } from 'node:fs';

export function version(): string {
  // Beside cli/ where the sources run, one further up from dist/cli/.
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as { name?: string; version?: string };
      if (found.name === 'postscope' && found.version !== undefined) return found.version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
