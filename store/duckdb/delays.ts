/** Percentiles of delays over time. */
import { type DelayPart, type DelaySummary, type DelaysQuestion, delayParts, type Percentiles, type Scope } from '../port.js';
import type { bucketsOf } from './buckets.js';
import type { Asked } from './columns.js';
import { seconds, where, within } from './scope.js';
import { summed } from './sums.js';
import { hours } from './whole.js';

const none: Percentiles = { p50: undefined, p90: undefined, p99: undefined, max: undefined };

export async function delaysIn(
  { rows, columns }: Asked,
  question: DelaysQuestion,
  bucket: ReturnType<typeof bucketsOf>,
): Promise<readonly DelaySummary[]> {
  const groups = new Map<number, { -readonly [K in keyof DelaySummary]: DelaySummary[K] }>();
  for (const part of ['a', ...(question.beside ?? delayParts)] as const) {
    const [starts = [], counts = [], p50 = [], p90 = [], p99 = [], max = []] = await columns(
      percentilesStatement(await countedIn(rows, question, bucket, part)),
    );
    for (const [i, start] of starts.entries()) {
      const at = bucket.instant(start);
      let group = groups.get(at);
      if (group === undefined) {
        group = { bucket: at, deliveries: 0, a: none, b: none, c: none, d: none, delay: none };
        groups.set(at, group);
      }
      group[part] = { p50: seconds(p50[i]), p90: seconds(p90[i]), p99: seconds(p99[i]), max: seconds(max[i]) };
      if (part === 'a') group.deliveries = counts[i] as number;
    }
  }
  return [...groups.values()].sort((a, b) => a.bucket - b.bucket);
}

/**
 * By nearest rank, as percentiles.ts has it and in its arithmetic; here, too, values are counted first. They come out as a row a bucket:
 * there are a hundred times as many values.
 */
const percentilesStatement = (counted: string) =>
  `WITH counted AS (SELECT bucket, value, sum(count)::BIGINT AS count FROM (${counted}) GROUP BY ALL),
    ranked AS (
      SELECT *, sum(count) OVER (PARTITION BY bucket ORDER BY value)::DOUBLE AS upto, sum(count) OVER (PARTITION BY bucket)::DOUBLE AS total FROM counted)
  SELECT bucket::DOUBLE, min(total), ${[0.5, 0.9, 0.99].map((share) => `min(value) FILTER (upto >= ceil(${share}::DOUBLE * total))::DOUBLE`).join(', ')}, max(value)::DOUBLE
    FROM ranked GROUP BY bucket`;

/** How often each value occurs in each bucket. */
function countedIn(
  rows: Asked['rows'],
  question: DelaysQuestion,
  bucket: ReturnType<typeof bucketsOf>,
  part: DelayPart | 'a',
): Promise<string> {
  const counted = (scope: Scope) =>
    `SELECT ${bucket.sql('d.time')} AS bucket, d.${part} AS value, count(*) AS count FROM deliveries d
      ${where([`d.${part} IS NOT NULL`, 'd.a IS NOT NULL', ...within(scope, 'd')])} GROUP BY ALL`;
  if (!bucket.isOfHours) return Promise.resolve(counted(question));
  const sums = (whole: readonly string[]) =>
    `SELECT ${bucket.sql('hour')} AS bucket, value, count FROM hour_delays ${where([`part = '${part}'`, ...whole])}`;
  return summed(rows, question, hours, (whole) => sums(whole('hour')), counted);
}
