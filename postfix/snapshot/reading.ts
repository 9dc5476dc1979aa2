/** What a saved text comes to. */

/** What was read, and what was odd about the text: a sentence each. */
export interface Reading<T> {
  readonly content: T;
  readonly notes: readonly string[];
}

/** A text is none of what it was taken for: a sentence says what it is, without a full stop. */
export class NoSnapshot extends Error {}

/** Lines of a text, without an empty one at its end. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * The lines of main.cf or master.cf with their continuation, as Postfix reads them (util/readlline.c): what begins with white space goes on
 * with the line before; empty lines and comments stand between and end nothing.
 */
export function logicalLines(text: string): { readonly number: number; readonly line: string }[] {
  const logical: { number: number; line: string }[] = [];
  for (const [i, line] of linesOf(text).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const last = logical.at(-1);
    if (/^\s/.test(line) && last !== undefined) last.line += ` ${line.trim()}`;
    else logical.push({ number: i + 1, line: line.trim() });
  }
  return logical;
}

/** A stretch of a text for a sentence about it. */
export const excerpt = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** `smtp_foo, smtp_bar and 3 more`. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
