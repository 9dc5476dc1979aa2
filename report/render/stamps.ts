/** Times in front of lines: on a terminal the date stands once above its lines, elsewhere every line has it. */
import type { View } from './view.js';

export class Stamps {
  /** The day that was shown last. */
  private day = '';
  readonly columns: number;

  constructor(private readonly view: View) {
    this.columns = view.width === undefined ? 19 : 8;
  }

  /** The date, where another one stood above. */
  heading(time: number): string[] {
    const day = this.view.clock.date(time);
    if (this.view.width === undefined || this.day === day) return [];
    this.day = day;
    return [this.view.style.dim(day)];
  }

  of(time: number): string {
    return this.view.clock.second(time).slice(-this.columns);
  }
}
