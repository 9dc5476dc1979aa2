/** Writing an answer into a file that was named. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { printable } from '../report/render/text.js';
import { Failure } from './open.js';
import type { Session } from './session.js';

/** Writes to the file, or for `-` to standard output, and says where it is. @throws Failure where it cannot be written */
export async function writeTo(session: Pick<Session, 'print' | 'note'>, path: string, text: string): Promise<void> {
  if (path === '-') return session.print(text);
  const whole = resolve(path);
  try {
    writeFileSync(whole, text);
  } catch (error) {
    throw new Failure(`${printable(whole)} cannot be written: ${(error as Error).message}`);
  }
  session.note(`Written: ${printable(whole)}`);
}
