/** How an answer is looked at. */
import type { LocalClock } from './clock.js';
import type { Style } from './style.js';

/** Relays that a text tells apart where nobody says how many; a server that delivers to the whole world has a hundred thousand. */
export const usualRelays = 16;

export interface View {
  /** Columns of the terminal; undefined where there is none, and then nothing is cut. */
  readonly width: number | undefined;
  readonly style: Style;
  readonly clock: LocalClock;
  /** Only ASCII in charts: the Linux console has no small blocks. */
  readonly ascii: boolean;
}
