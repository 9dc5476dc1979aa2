/** The bucket of local time that a line is in, by a group that lies wholly within it. */
import { zoneOf } from '../../../postfix/zone.js';
import type { OverTime } from '../../port.js';
import { type GroupSource, type GroupValue, numberOf } from '../asked.js';

export interface Buckets {
  readonly source: GroupSource;
  /** Start of the bucket that a group is of, in milliseconds since the epoch. */
  startOf(value: GroupValue): number;
}

const minute = 60_000;
const hour = 60 * minute;

export function bucketsOf({ by, zone: name }: Pick<OverTime, 'by' | 'zone'>): Buckets {
  switch (by) {
    case 'minute':
      return { source: fixed('1m'), startOf: (value) => numberOf(value) ?? 0 };
    case 'hour':
      // Offsets of zones are whole quarters, and not all of them whole hours. Elasticsearch makes one long hour of an hour
      // and a half where clocks go back by half an hour (Lord Howe); here they are two (report/buckets.ts).
      return { source: fixed('15m'), startOf: hourOf(name) };
    case 'day':
    case 'week':
    case 'month':
      return {
        source: { date_histogram: { field: '@timestamp', calendar_interval: by, time_zone: zoneName(name) } },
        startOf: (value) => numberOf(value) ?? 0,
      };
  }
}

const fixed = (interval: string): GroupSource => ({ date_histogram: { field: '@timestamp', fixed_interval: interval } });

function hourOf(name: string): Buckets['startOf'] {
  const zone = zoneOf(name);
  const known = new Map<number, number>();
  return (value) => {
    const time = numberOf(value) ?? 0;
    let start = known.get(time);
    if (start === undefined) {
      const offset = zone.offsetAt(time);
      start = Math.floor((time + offset) / hour) * hour - offset;
      known.set(time, start);
    }
    return start;
  };
}

/** Node takes names of zones without case, and Elasticsearch does not. */
const zoneName = (zone: string) =>
  /^[+-]/.test(zone) ? zone : new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
