/** What there is of each host, and whole hours without a line between. */
import { byText } from '../../order.js';
import type { HostCoverage, Scope } from '../../port.js';
import { type Asked, byValue, firstAndLast, millisOf, numberOf, textOf } from '../asked.js';
import { within } from './within.js';

const hour = 3_600_000;
/** Hours of UTC. */
const byHour = { date_histogram: { field: '@timestamp', fixed_interval: '1h' } } as const;

export async function coverage(asked: Asked, scope: Scope): Promise<readonly HostCoverage[]> {
  const hosts = new Map<string, { lines: number; first: number; last: number; hours: number[] }>();
  const query = { bool: { filter: within(scope) } };
  for await (const { key, count, aggs } of asked.groups(query, { host: byValue('host.name'), hour: byHour }, firstAndLast)) {
    const name = textOf(key.host) ?? '';
    let own = hosts.get(name);
    if (own === undefined) {
      own = { lines: 0, first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY, hours: [] };
      hosts.set(name, own);
    }
    own.lines += count;
    own.first = Math.min(own.first, millisOf(aggs['first']));
    own.last = Math.max(own.last, millisOf(aggs['last']));
    own.hours.push(numberOf(key.hour) as number);
  }
  return [...hosts]
    .sort(([a], [b]) => byText(a, b))
    .map(([host, { lines, first, last, hours }]) => ({ host, lines, first, last, gaps: gapsOf(hours) }));
}

function gapsOf(hours: readonly number[]): HostCoverage['gaps'] {
  const gaps: { since: number; until: number }[] = [];
  let before: number | undefined;
  for (const start of [...hours].sort((a, b) => a - b)) {
    if (before !== undefined && start - before > hour) gaps.push({ since: before + hour, until: start });
    before = start;
  }
  return gaps;
}
