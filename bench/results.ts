/** The table at the end: what, figure, ratio, bar, reached or not. */
import { padded } from '../report/render/table.js';

export interface Result {
  readonly what: string;
  /** The median, with its unit. */
  readonly figure: string;
  /** The least and the most of the runs. */
  readonly range?: string;
  /** Beside the yardstick. */
  readonly ratio?: string;
  /** What is promised, and whether it was reached; a figure that was not promised has none. */
  readonly bar?: { readonly text: string; readonly reached: boolean };
}

export const atLeast = (value: number, bar: number, text: string) => ({ text: `≥ ${text}`, reached: value >= bar });
export const atMost = (value: number, bar: number, text: string) => ({ text: `≤ ${text}`, reached: value <= bar });

const heads = ['what', 'median', 'least – most', 'ratio', 'bar', ''];
const isRight = [false, true, true, true, true, false];

/** In Markdown, as bench/README.md takes it. */
export function resultsText(results: readonly Result[]): string {
  const rows = results.map(({ what, figure, range = '', ratio = '', bar }) => {
    const verdict = bar === undefined ? '' : bar.reached ? 'reached' : 'MISSED';
    return [what, figure, range, ratio, bar?.text ?? '', verdict];
  });
  const widths = heads.map((head, i) => Math.max(3, head.length, ...rows.map((row) => (row[i] as string).length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => padded(cell, widths[i] as number, isRight[i])).join(' | ')} |`;
  const rule = widths.map((width, i) => (isRight[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(heads), line(rule), ...rows.map(line)].join('\n');
}
