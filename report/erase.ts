/** Asks a store for somebody in every way there is, and says where it still answers. */

import type { EventDocument } from '../postfix/document.js';
import type { Eraser } from '../postfix/privacy/erasure.js';
import type { Reader } from '../store/port.js';

/** Answers that are looked at: others may be found by a part of their name. */
const most = 10_000;

/** @returns what still names them, a sentence each */
export async function stillNaming(reader: Reader, eraser: Eraser): Promise<string[]> {
  const { address, domain } = eraser.whom;
  const asked = address ?? `@${domain}`;
  const isNamed = (document: EventDocument) => eraser.eraseIn(document) !== document;
  const left: string[] = [];
  const count = (found: number, how: string) => {
    if (found > 0) left.push(`${found === most ? 'at least ' : ''}${found} found ${how}`);
  };
  for (const by of ['from', 'to', 'client', 'text'] as const) {
    const { events } = await reader.search({ [by]: asked, limit: most });
    count(by === 'text' ? events.filter(isNamed).length : events.length, `by: search --${by}`);
  }
  for (const by of ['from', 'to'] as const) {
    const { messages } = await reader.messages({ [by]: asked, limit: most });
    count(messages.length, `by: messages --${by}`);
  }
  return left;
}
