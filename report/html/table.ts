/** Tables of pages. */
import { html, type Markup, type Piece } from './markup.js';

export interface Column {
  readonly head: string;
  /** Numbers stand to the right. */
  readonly number?: boolean;
  /** A time, which stands on one line. */
  readonly time?: boolean;
  /** Names out of the log, which may be long. */
  readonly name?: boolean;
  /** A few words, or a name that is worth some room. */
  readonly text?: boolean;
  /** Sentences. */
  readonly long?: boolean;
}

const classOf = ({ number, time, name, text, long }: Column) =>
  [number && 'n', time && 'when', name && 'name', text && 'text', long && 'long'].filter((one) => one).join(' ');

export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Piece[])[]): Markup {
  return html`<div class="scroll"><table aria-label="${caption}"><thead><tr>${columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${columns.map((column, i) => html`<td class="${classOf(column)}">${row[i]}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** The figures of a chart, folded away. */
export function figures(title: string, columns: readonly Column[], rows: readonly (readonly Piece[])[]): Markup {
  return html`<details><summary>${title} as a table</summary>${table(title, columns, rows)}</details>`;
}
