/**
 * Text from the log, made fit for a terminal. Whoever sends mail chooses names, addresses and replies (DESIGN, promise 8),
 * so nothing of it may move the cursor, change colours or turn the reading direction.
 */

/** Control and format characters, separators of lines, lone surrogates, and what `postfix/text.ts` keeps controls as. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ue000-\ue07f]/gu;

/** The text with nothing in it that a terminal obeys: controls as their pictures (␛), the rest as `\u202e`. */
export function printable(text: string): string {
  return text.replace(unsafe, pictureOf);
}

function pictureOf(character: string): string {
  let code = character.codePointAt(0) as number;
  if (code >= 0xe000 && code <= 0xe07f) code -= 0xe000;
  if (code < 0x21) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  // A private-use character that somebody sent, and that keepText does not make.
  if (code < 0x7f) return '\ufffd';
  if (code < 0xa0) return `\\x${code.toString(16)}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** The same for several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** All that may be left in what is written to a terminal: newlines, and the colours that we put there ourselves. */
const allowed = /\x1b\[[\d;]*m|\n/g;

/** The net under `printable`: whatever a renderer forgot is neutralised just before it is written. */
export function withoutStrayControls(text: string): string {
  let safe = '';
  let at = 0;
  for (const match of text.matchAll(allowed)) {
    safe += printable(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return safe + printable(text.slice(at));
}

const zeroWidth = /^[\p{Mn}\p{Me}]$/u;
/** East Asian Wide and Fullwidth, in the ranges that matter. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** Columns that a printable text takes on a terminal. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/** The text cut to a number of columns, with `…` where something is missing. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    const width = columnsOf(character);
    if (used + width > columns) break;
    kept += character;
    used += width;
  }
  return `${kept}…`;
}

/** The same, with its beginning gone. */
export function cutStart(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const characters = [...text];
  let used = 1;
  let from = characters.length;
  while (from > 0 && used + columnsOf(characters[from - 1] as string) <= columns) used += columnsOf(characters[--from] as string);
  return `…${characters.slice(from).join('')}`;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;
}

/** Breaks a sentence into lines of at most so many columns; `indent` stands before all but the first. */
export function wrap(text: string, columns: number | undefined, indent = ''): string {
  if (columns === undefined) return text;
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  for (const word of text.slice(line.length).split(' ')) {
    if (line.trim() !== '' && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = indent + word;
    } else line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** With a capital in front, where it begins a line. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
