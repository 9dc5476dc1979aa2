/**
 * Hours without a line, and whether that is odd: an hour is compared with what the host usually writes in that hour of the week. So a
 * quiet night is told apart from a log that is missing.
 */
import type { HostHour } from '../store/retention_port.js';

const hour = 3_600_000;
const week = 168 * hour;
/** Fewer than so many other weeks, or days, say little. */
const fewest = 3;
/** A gap in which fewer lines than these are usual may be one by chance. */
const quiet = 10;

export interface Gap {
  /** Start of the first hour without a line, end of the last: milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Lines that the host usually writes in these hours. */
  readonly usual: number;
  /** So many are usual that their lack is no chance. */
  readonly odd: boolean;
}

/** The hours of one host. */
export class HourlyLines {
  private readonly lines: ReadonlyMap<number, number>;
  private readonly first: number;
  private readonly last: number;
  private readonly middle: number;

  constructor(hours: readonly HostHour[]) {
    this.lines = new Map(hours.map((one) => [one.hour, one.lines]));
    this.first = hours.reduce((least, one) => Math.min(least, one.hour), Number.POSITIVE_INFINITY);
    this.last = hours.reduce((most, one) => Math.max(most, one.hour), Number.NEGATIVE_INFINITY);
    this.middle = medianOf(hours.map((one) => one.lines));
  }

  /** Gaps between two times, both of them times of lines. */
  gaps(from: number, to: number): Gap[] {
    const gaps: Gap[] = [];
    let since: number | undefined;
    const last = floor(to);
    for (let at = floor(from); at <= last; at += hour) {
      if (!this.lines.has(at)) since ??= at;
      else if (since !== undefined) {
        gaps.push(this.gap(since, at));
        since = undefined;
      }
    }
    if (since !== undefined) gaps.push(this.gap(since, last + hour));
    return gaps;
  }

  private gap(since: number, until: number): Gap {
    let usual = 0;
    for (let at = since; at < until; at += hour) usual += this.usual(at, since, until);
    return { since, until, usual: Math.round(usual), odd: usual >= quiet };
  }

  /** By that hour of the other weeks, else of the other days, else by any hour; the gap itself says nothing. */
  private usual(at: number, since: number, until: number): number {
    for (const step of [week, 24 * hour]) {
      const others: number[] = [];
      const add = (other: number) => {
        if (other < since || other >= until) others.push(this.lines.get(other) ?? 0);
      };
      for (let other = at - step; other >= this.first; other -= step) add(other);
      for (let other = at + step; other <= this.last; other += step) add(other);
      if (others.length >= fewest) return medianOf(others);
    }
    return this.middle;
  }
}

const floor = (time: number) => Math.floor(time / hour) * hour;

function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
