/** HTML that is safe by construction: whatever is put into a template is text, unless a template made it. */
import { printable } from '../render/text.js';

/** A piece of HTML. Only templates of this file make it. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template. Nothing is written for undefined, null and false. */
export type Piece = Markup | string | number | undefined | null | false | readonly Piece[];

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for an element or for an attribute in quotes; control and direction characters are made visible, as on a terminal. */
export const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => entities[character] as string);

function written(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  if (piece === undefined || piece === null || piece === false) return '';
  return piece.map(written).join('');
}

/** A template: its own words are HTML, what stands in `${…}` is text. Attributes have to be in double quotes. */
export function html(words: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = words[0] as string;
  pieces.forEach((piece, i) => {
    text += written(piece) + (words[i + 1] as string);
  });
  return new Markup(text);
}
