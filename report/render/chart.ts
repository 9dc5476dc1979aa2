/** Charts of one line. */
import type { View } from './view.js';

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const asciiBlocks = ['_', '.', ':', '-', '=', '+', '*', '#'] as const;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** How values are put together when there are more of them than columns. */
export type Merge = 'sum' | 'max';

/**
 * A sparkline. Nought is a dot, nothing measured a blank, anything above nought at least the lowest block.
 * @param columns how wide it may be at most
 * @param full what the highest block stands for at least
 */
export function sparkline(values: readonly (number | undefined)[], columns: number, merge: Merge, view: View, full = 0): string {
  const merged = squeeze(values, Math.max(1, columns), merge);
  const highest = merged.reduce<number>((most, value) => Math.max(most, value ?? 0), full);
  const levels = view.ascii ? asciiBlocks : blocks;
  return merged
    .map((value) => {
      if (value === undefined) return ' ';
      if (value <= 0 || highest <= 0) return view.ascii ? ' ' : '·';
      return levels[Math.min(levels.length - 1, Math.ceil((value / highest) * levels.length) - 1)] ?? levels[0];
    })
    .join('');
}

/** Fewer values than these get several columns each, as a chart of three minutes would be three specks. */
const few = 12;
const mostColumns = 60;

/** Columns that a course of so many values is best shown in. */
export function columnsFor(values: number): number {
  return values < few ? values * Math.min(4, Math.floor((2 * few) / Math.max(1, values))) : Math.min(mostColumns, values);
}

/** A sparkline of all the columns it may have, where its values are few. */
export function course(values: readonly (number | undefined)[], columns: number, merge: Merge, view: View, full = 0): string {
  const each = Math.max(1, Math.floor(Math.min(columns, columnsFor(values.length)) / Math.max(1, values.length)));
  const widened = values.flatMap((value) => new Array<number | undefined>(each).fill(value));
  return sparkline(each === 1 ? values : widened, columns, merge, view, full);
}

/** As many values as columns, each of an equal share of the old ones. */
export function squeeze(values: readonly (number | undefined)[], columns: number, merge: Merge): (number | undefined)[] {
  if (values.length <= columns) return [...values];
  return Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * values.length) / columns);
    const to = Math.floor(((i + 1) * values.length) / columns);
    const share = values.slice(from, to).filter((value) => value !== undefined);
    if (share.length === 0) return undefined;
    return merge === 'sum' ? share.reduce((a, b) => a + b, 0) : share.reduce((a, b) => Math.max(a, b), 0);
  });
}

/** A bar of at most so many columns; anything above nought shows. */
export function bar(value: number, highest: number, columns: number, view: View): string {
  if (value <= 0 || highest <= 0 || columns <= 0) return '';
  if (view.ascii) return '#'.repeat(Math.max(1, Math.round((value / highest) * columns)));
  const parts = Math.max(1, Math.round((value / highest) * columns * 8));
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}
