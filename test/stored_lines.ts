/** Lines as a store gives them back. */
import { Clock } from '../postfix/clock.js';
import { type EventDocument, toDocument } from '../postfix/document.js';
import { identityOf, Ordinals } from '../postfix/identity.js';
import { Parser } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';

/** @param lines a character a byte, oldest first; those without a year are of 2026 */
export function storedLines(lines: readonly string[], path = '/var/log/maillog'): EventDocument[] {
  const parser = new Parser(new Clock(new Zone('UTC'), () => Date.parse('2026-12-31T00:00:00Z')));
  const ordinals = new Ordinals();
  let offset = 0;
  return lines.map((line) => {
    const kept = keepText(line);
    const event = parser.parse(kept.text);
    if (event === undefined) throw new Error(`no time: ${line}`);
    const id = identityOf(event.host, event.time, kept, ordinals.nextText(line));
    const document = toDocument(event, kept, { id, path, offset });
    offset += line.length + 1;
    return document;
  });
}
