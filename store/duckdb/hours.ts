/**
 * The table of hours: how many lines each program of each host wrote in each. It is of the transaction of the lines, and a few
 * thousandths of their size, so what is counted of lines is counted here; only the hours at the edges of a period are looked up.
 */
import { byText } from '../order.js';
import type { Scope } from '../port.js';
import type { Asked } from './columns.js';
import { micros, millis, ofHost, where, within } from './scope.js';
import { cut, hourMs, hours as wholeHours } from './whole.js';

type Rows = Asked['rows'];

/** How many hours one statement looks up. */
const atOnce = 50;

/** From the first hour with a line to the end of the last one; an empty stretch where there is none. Milliseconds since the epoch. */
export async function heldIn(rows: Rows): Promise<{ readonly since: number; readonly until: number }> {
  const [row] = await rows('SELECT min(hour), max(hour) FROM hours');
  return row?.[0] == null ? { since: 0, until: 0 } : { since: Number(row[0]) * hourMs, until: (Number(row[1]) + 1) * hourMs };
}

/** First and last line of each host in some hours, by the start of the hour (milliseconds) and host: `HOUR HOST`. */
export async function edgesIn(
  rows: Rows,
  hours: ReadonlySet<number>,
): Promise<ReadonlyMap<string, { readonly first: number; readonly last: number }>> {
  const edges = new Map<string, { first: number; last: number }>();
  const all = [...hours];
  for (let i = 0; i < all.length; i += atOnce) {
    const parts = all.slice(i, i + atOnce).map(
      (hour) => `SELECT ${hour}, o.host, min(l.time), max(l.time) FROM lines l JOIN origins o ON o.id = l.origin
        WHERE l.time >= ${micros(hour)} AND l.time < ${micros(hour + hourMs)} GROUP BY o.host`,
    );
    for (const [hour, host, first, last] of await rows(parts.join(' UNION ALL '))) {
      edges.set(`${Number(hour)} ${host as string}`, { first: millis(first), last: millis(last) });
    }
  }
  return edges;
}

/** What there is of a host in a period. */
export interface HostLines {
  readonly host: string;
  readonly lines: number;
  /** Time of the first and of the last line, in milliseconds. */
  readonly first: number;
  readonly last: number;
  /** Starts of the hours with lines, ascending, in milliseconds. */
  readonly hours: readonly number[];
}

/** What there is of each host in a period, sorted by host. */
export async function hostLinesIn(rows: Rows, scope: Scope): Promise<readonly HostLines[]> {
  const found = new Map<string, { lines: number; first: number; last: number; hours: number[] }>();
  const of = (host: string) => {
    const known = found.get(host) ?? { lines: 0, first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY, hours: [] };
    found.set(host, known);
    return known;
  };
  const { whole, edges: parts } = cut(scope, wholeHours);
  const own = scope.host === undefined ? [] : [ofHost(scope.host, 'h')];
  const counts = await rows(
    `SELECT o.host, h.hour, sum(h.lines)::BIGINT FROM hours h JOIN origins o ON o.id = h.origin ${where([...whole(`h.hour * ${micros(hourMs)}`), ...own])}
      GROUP BY ALL ORDER BY h.hour`,
  );
  for (const [host, hour, lines] of counts) {
    const known = of(host as string);
    known.lines += Number(lines);
    known.hours.push(Number(hour) * hourMs);
  }
  const ends = [...found].flatMap(([host, { hours }]) => [hours[0], hours.at(-1)].map((hour) => `${hour} ${host}`));
  const edges = await edgesIn(rows, new Set(ends.map((end) => Number(end.slice(0, end.indexOf(' '))))));
  for (const [host, known] of found) {
    known.first = edges.get(`${known.hours[0]} ${host}`)?.first ?? known.first;
    known.last = edges.get(`${known.hours.at(-1)} ${host}`)?.last ?? known.last;
  }
  for (const part of parts) {
    const some = await rows(
      `SELECT o.host, count(*), min(l.time), max(l.time) FROM lines l JOIN origins o ON o.id = l.origin
        ${where(within(part, 'l'))} GROUP BY o.host`,
    );
    for (const [host, lines, first, last] of some) {
      const known = of(host as string);
      known.lines += Number(lines);
      known.first = Math.min(known.first, millis(first));
      known.last = Math.max(known.last, millis(last));
      known.hours.push(Math.floor(millis(first) / hourMs) * hourMs);
    }
  }
  return [...found]
    .map(([host, { hours, ...rest }]) => ({ host, ...rest, hours: hours.sort((a, b) => a - b) }))
    .sort((a, b) => byText(a.host, b.host));
}
