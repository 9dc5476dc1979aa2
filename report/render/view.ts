/** How an answer is looked at. */
import type { LocalClock } from './clock.js';
import type { Style } from './style.js';

export interface View {
  /** Columns of the terminal; undefined where there is none, and then nothing is cut. */
  readonly width: number | undefined;
  readonly style: Style;
  readonly clock: LocalClock;
  /** Only ASCII in charts: the Linux console has no small blocks. */
  readonly ascii: boolean;
}
