/** JSON of an answer: instants as ISO 8601 in UTC, and nothing raw in it that a terminal obeys. */

/** Names under which answers hold milliseconds since the epoch. */
const instants: ReadonlySet<string> = new Set(['bucket', 'first', 'last', 'since', 'until', 'time', 'firstFailure', 'lastFailure']);

/** JSON.stringify escapes the controls below U+0020; the same is done here for the rest. The value stays the same. */
const unsafe = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\ue000-\ue07f]/gu;

const escapeOf = (character: string) =>
  Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** @param indent spaces a level; 0 for one line */
export function json(value: unknown, indent = 2): string {
  const text = JSON.stringify(
    value,
    (key, inner: unknown) => (typeof inner === 'number' && instants.has(key) ? new Date(inner).toISOString() : inner),
    indent,
  );
  return `${text.replace(unsafe, escapeOf)}\n`;
}

/** A document of the store on one line (NDJSON), as it is. */
export function jsonLine(document: unknown): string {
  return `${JSON.stringify(document).replace(unsafe, escapeOf)}\n`;
}
