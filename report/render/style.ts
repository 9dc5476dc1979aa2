/** Colours, or none. */

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  /** Something is wrong. */
  readonly bad: Paint;
  /** Something wants a look. */
  readonly warn: Paint;
  readonly good: Paint;
  /** What a line is about. */
  readonly name: Paint;
}

const same: Paint = (text) => text;
const sgr =
  (on: number, off: number): Paint =>
  (text) =>
    text === '' ? text : `\x1b[${on}m${text}\x1b[${off}m`;

export const plain: Style = { bold: same, dim: same, bad: same, warn: same, good: same, name: same };

export const coloured: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  good: sgr(32, 39),
  name: sgr(36, 39),
};
