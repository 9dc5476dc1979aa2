/**
 * Which instant a stamp without a year and without a zone means (`Nov 24 02:59:54`, RFC 3164).
 * Pure: what "now" is, or how old the file is, comes in as the anchor.
 */
import type { Zone } from './zone.js';

/** What was doubtful about a resolved time. */
export type ClockDoubt =
  /** The local time does not exist in this zone (spring); read with the offset before the gap. */
  | 'gap'
  /** The local time exists twice (autumn) and no earlier line said which one it is; the first was taken. */
  | 'fold'
  /** No year near the anchor has this day (29 February); the nearest one before that does was taken. */
  | 'leap';

const day = 86_400_000;
/** A line this much older than the one before is still the same hour, only out of order. */
const disorder = 10 * 60_000;

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const exists = (year: number, month: number, date: number) => month !== 1 || date !== 29 || isLeap(year);
const yearOf = (utc: number) => new Date(utc).getUTCFullYear();

/** The latest year in which this local day is not later than a day after the anchor. `month` counts from 0. */
export function nearestYear(anchor: number, month: number, date: number): number {
  let year = yearOf(anchor + day);
  while (Date.UTC(year, month, date) > anchor + day || !exists(year, month, date)) year--;
  return year;
}

/**
 * The year of a file's first line, from the months at which the file was looked at, first line to last: each fall
 * from a later to an earlier month is a New Year, and the last line is not later than the anchor.
 */
export function firstYear(anchor: number, looks: readonly Look[]): number {
  const last = looks.at(-1);
  if (last === undefined) return yearOf(anchor);
  return nearestYear(anchor, last.month, last.date) - newYears(looks);
}

/** A place in a file at which it was looked at. */
export interface Look {
  /** From 0. */
  readonly month: number;
  readonly date: number;
}

/** How many New Years lie between the first and the last look. */
export function newYears(looks: readonly Look[]): number {
  let passed = 0;
  for (let i = 1; i < looks.length; i++) {
    const fall = (looks[i - 1] as Look).month - (looks[i] as Look).month;
    if (fall > 6) passed++;
    // A line of December that arrived in January.
    else if (fall < -6) passed--;
  }
  return Math.max(0, passed);
}

/** Resolves the stamps of one file or stream, in the order of its lines. */
export class Clock {
  /** What was doubtful about the time resolved last. */
  doubt: ClockDoubt | undefined;
  private year: number | undefined;
  private month = -1;
  private last = Number.NEGATIVE_INFINITY;
  /** The last line was in the second pass of a repeated hour, and so is every line until that hour is over. */
  private repeated = false;

  /**
   * @param zone where the log was written
   * @param anchor milliseconds since the epoch: a file's time, or now for a stream
   * @param year of the first line, where the file was looked through; otherwise each line finds the year nearest to the anchor
   */
  constructor(
    readonly zone: Zone,
    private readonly anchor: () => number,
    year?: number,
  ) {
    this.year = year;
  }

  /** @param month counts from 0 @param seconds since local midnight @returns milliseconds since the epoch */
  resolve(month: number, date: number, seconds: number): number {
    let year: number;
    this.doubt = undefined;
    if (this.year === undefined) year = nearestYear(this.anchor(), month, date);
    else {
      if (this.month - month > 6) {
        this.year++;
        this.month = month;
      } else if (month - this.month <= 6 || this.month < 0) this.month = month;
      // Otherwise a straggler of December in January: last year, and the year goes on as it was.
      year = month - this.month > 6 ? this.year - 1 : this.year;
      if (!exists(year, month, date)) {
        this.doubt = 'leap';
        while (!exists(year, month, date)) year--;
      }
    }
    const { first, second, gap } = this.zone.resolve(Date.UTC(year, month, date) + seconds * 1000);
    if (second === undefined) this.repeated = false;
    else if (!this.repeated) {
      if (this.last < first - 3_600_000) this.doubt = 'fold';
      this.repeated = first < this.last - disorder;
    }
    if (gap) this.doubt = 'gap';
    this.last = second !== undefined && this.repeated ? second : first;
    return this.last;
  }

  /**
   * The beginning of the hour of the time that was resolved last, where nothing in that hour is doubtful: the other seconds
   * of it need no calendar. Whoever reckons with it tells the clock by `passed`.
   */
  plainHour(month: number, date: number, hour: number): number | undefined {
    if (this.doubt !== undefined || this.repeated) return undefined;
    const start = Date.UTC(new Date(this.last + 43_200_000).getUTCFullYear(), month, date, hour);
    for (const year of [0, 1]) {
      // The local year of the last time: UTC's, or the one beside it around New Year.
      const local = year === 0 ? start : Date.UTC(new Date(this.last - 43_200_000).getUTCFullYear(), month, date, hour);
      const first = this.zone.resolve(local);
      const last = this.zone.resolve(local + 3_599_000);
      if (first.second !== undefined || first.gap || last.second !== undefined || last.gap) continue;
      if (last.first - first.first === 3_599_000 && this.last >= first.first && this.last <= last.first) return first.first;
    }
    return undefined;
  }

  /** A time was reckoned without `resolve`. */
  passed(time: number): void {
    this.last = time;
  }
}
