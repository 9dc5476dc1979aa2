/** Words of a command that is shown to be typed. */
import { printable } from './text.js';

/** A word that a shell takes as it is, whatever a name from the log holds. */
export function shellWord(text: string): string {
  const safe = printable(text);
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
