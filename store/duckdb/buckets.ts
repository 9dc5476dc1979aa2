/** Buckets of local time as an SQL expression: DuckDB truncates, and the zone's offset is added where it changes. */
import { Zone } from '../../postfix/zone.js';
import type { Interval, OverTime } from '../port.js';
import type { Asked } from './columns.js';
import { heldIn } from './hours.js';

type Rows = Asked['rows'];

const day = 86_400_000;
const far = 8.64e15;

/** Instants between `from` and `to` at which the zone's offset changes, with the offset from then on, in milliseconds. */
function offsets(zone: Zone, from: number, to: number): { since: number; offset: number }[] {
  const found = [{ since: -far, offset: zone.offsetAt(from) }];
  let before = zone.offsetAt(from);
  for (let at = from; at < to + day; at += day) {
    const after = zone.offsetAt(at + day);
    if (after === before) continue;
    let low = at;
    let high = at + day;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (zone.offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    found.push({ since: high, offset: after });
    before = after;
  }
  return found;
}

/** Makes the SQL of a bucket, and turns what it gives back into an instant. */
export function bucketsOf(
  by: Interval,
  zoneName: string,
  from: number,
  to: number,
): {
  readonly sql: (time: string) => string;
  readonly instant: (local: unknown) => number;
  /** Whether each is some hours, so that whole hours of UTC fall into one. */
  readonly isOfHours: boolean;
} {
  const zone = new Zone(zoneName);
  const changes = offsets(zone, from, to);
  const offset = (time: string) =>
    changes.length === 1
      ? String((changes[0] as { offset: number }).offset * 1000)
      : `CASE ${changes
          .slice(1)
          .reverse()
          .map((c) => `WHEN ${time} >= ${c.since * 1000} THEN ${c.offset * 1000}`)
          .join(' ')} ELSE ${(changes[0] as { offset: number }).offset * 1000} END`;
  const short = by === 'minute' ? 60_000_000 : by === 'hour' ? 3_600_000_000 : undefined;
  return {
    isOfHours: by !== 'minute' && changes.every(({ offset }) => offset % 3_600_000 === 0),
    // Minutes and hours are given back as instants: the hour that autumn repeats stays two.
    sql: (time) =>
      short === undefined
        ? `epoch_us(date_trunc('${by}', make_timestamp(${time} + ${offset(time)})))`
        : `(${time} + ${offset(time)}) // ${short} * ${short} - ${offset(time)}`,
    instant: (local) => (short === undefined ? zone.resolve(Number(local) / 1000).first : Number(local) / 1000),
  };
}

/** The buckets of a question, within the hours that there are lines of: what is asked for may begin in the year 1. */
export async function bucketsIn(rows: Rows, { by, zone, since, until }: OverTime) {
  const held = await heldIn(rows);
  const first = Math.max(since ?? held.since, held.since);
  return bucketsOf(by, zone, first, Math.max(first, Math.min(until ?? held.until, held.until)));
}
