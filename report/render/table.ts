/** A table of text: columns as wide as their cells, or narrower where the terminal is. */
import { columnsOf, cut, cutStart, padEnd, padStart, printable } from './text.js';
import type { View } from './view.js';

export interface Column {
  /** May come from the log as well. */
  readonly head: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** The least it may be cut to where the terminal is too narrow; a column without is never cut. */
  readonly least?: number;
  /** Where it is cut, its beginning goes: the end of a path tells more. */
  readonly keepEnd?: boolean;
}

/** A text, or one with a colour, that may come from the log: it is made printable here. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export type Row = readonly Cell[];

const gap = 2;
const textOf = (cell: Cell | undefined) => printable(typeof cell === 'object' ? cell.text : (cell ?? ''));

/** Lines of the table, without newlines; the heads are left out where all are empty. */
export function table(columns: readonly Column[], rows: readonly Row[], view: View, indent = ''): string[] {
  const texts = rows.map((row) => columns.map((_, i) => textOf(row[i])));
  const widths = squeezed(
    columns,
    columns.map((column, i) => texts.reduce((most, row) => Math.max(most, columnsOf(row[i] as string)), columnsOf(column.head))),
    view.width === undefined ? undefined : view.width - indent.length,
  );
  const line = (cells: readonly string[], paints: (i: number) => ((text: string) => string) | undefined) => {
    let out = indent;
    let pending = '';
    cells.forEach((cell, i) => {
      const width = widths[i] as number;
      const short = (columns[i]?.keepEnd ? cutStart : cut)(cell, width);
      const blank = ' '.repeat(width - columnsOf(short));
      const paint = paints(i);
      // No blanks at the end of a line: what a chart ends with may be some.
      const kept = i === cells.length - 1 ? short.trimEnd() : short;
      const shown = paint === undefined ? kept : paint(kept);
      const right = columns[i]?.right === true;
      if (right) pending += blank;
      if (shown !== '') {
        out += pending + shown;
        pending = '';
      }
      if (!right) pending += blank;
      pending += ' '.repeat(gap);
    });
    return out;
  };
  const body = texts.map((row, r) =>
    line(row, (i) => {
      const cell = rows[r]?.[i];
      return typeof cell === 'object' ? cell.paint : undefined;
    }),
  );
  if (columns.every(({ head }) => head === '')) return body;
  return [
    line(
      columns.map(({ head }) => printable(head)),
      () => view.style.dim,
    ),
    ...body,
  ];
}

/** Columns that the table takes, uncut. */
export function widthOf(columns: readonly Column[], rows: readonly Row[]): number {
  return widthsOf(columns, rows).reduce((a, b) => a + b, 0) + gap * (columns.length - 1);
}

/** How many of the first columns fit beside each other, uncut. */
export function columnsThatFit(columns: readonly Column[], rows: readonly Row[], room: number): number {
  let used = -gap;
  const tooMany = widthsOf(columns, rows).findIndex((width) => {
    used += width + gap;
    return used > room;
  });
  return tooMany < 0 ? columns.length : tooMany;
}

const widthsOf = (columns: readonly Column[], rows: readonly Row[]) =>
  columns.map(({ head }, i) => rows.reduce((most, row) => Math.max(most, columnsOf(textOf(row[i]))), columnsOf(printable(head))));

/** Takes from the widest column that may be cut, until the line fits or nothing may be cut any more. */
function squeezed(columns: readonly Column[], natural: readonly number[], room: number | undefined): number[] {
  const widths = [...natural];
  if (room === undefined) return widths;
  let over = widths.reduce((a, b) => a + b, 0) + gap * (widths.length - 1) - room;
  while (over > 0) {
    let widest = -1;
    columns.forEach(({ least }, i) => {
      const width = widths[i] as number;
      if (least !== undefined && width > least && width > (widths[widest] ?? 0)) widest = i;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] as number) - 1;
    over--;
  }
  return widths;
}

/** Pads to a width; for lines that are no table. */
export const padded = (text: string, width: number, right = false) => (right ? padStart(text, width) : padEnd(text, width));
