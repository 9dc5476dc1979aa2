/** Stretches of local time: minutes, hours, days, weeks that begin on Monday, months. */
import type { Zone } from '../postfix/zone.js';
import type { Interval } from '../store/port.js';
import type { Period } from './scope.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** An interval that gives a readable number of rows for a period. */
export function intervalFor(period: Period | undefined): Interval {
  const length = period === undefined ? 0 : period.last - period.first;
  if (length <= 90 * minute) return 'minute';
  if (length <= 2 * day) return 'hour';
  if (length <= 62 * day) return 'day';
  return length <= 400 * day ? 'week' : 'month';
}

/** Start of the bucket that holds an instant; both in milliseconds since the epoch. */
export function bucketStart(time: number, by: Interval, zone: Zone): number {
  const local = time + zone.offsetAt(time);
  // Not by way of local time: the hour that autumn repeats is two buckets.
  if (by === 'minute') return time - (local % minute);
  if (by === 'hour') return time - (local % hour);
  return zone.resolve(localStart(local, by, 0)).first;
}

/** Start of the bucket that follows the one that starts at `start`. */
export function bucketAfter(start: number, by: Interval, zone: Zone): number {
  if (by === 'minute') return start + minute;
  if (by === 'hour') {
    const next = bucketStart(start + hour, by, zone);
    return next > start ? next : start + hour;
  }
  return zone.resolve(localStart(start + zone.offsetAt(start), by, 1)).first;
}

/** Starts of all buckets from the one that holds the first instant to the one that holds the last. */
export function bucketsOf(period: Period | undefined, by: Interval, zone: Zone): number[] {
  if (period === undefined) return [];
  const { first, last } = period;
  const starts: number[] = [];
  for (let at = bucketStart(first, by, zone); at <= last; at = bucketAfter(at, by, zone)) starts.push(at);
  return starts;
}

function localStart(local: number, by: Exclude<Interval, 'minute' | 'hour'>, further: number): number {
  const days = Math.floor(local / day);
  switch (by) {
    case 'day':
      return (days + further) * day;
    case 'week':
      // Day 0 of the epoch was a Thursday.
      return (days - ((days + 3) % 7) + 7 * further) * day;
    case 'month': {
      const date = new Date(local);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + further);
    }
  }
}
