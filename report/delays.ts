/** Where does the time go? The four parts of the delay over time. */
import type { Zone } from '../postfix/zone.js';
import type { Counted } from '../store/message_port.js';
import type { DelaySummary, Interval, Reader, Scope } from '../store/port.js';
import { bucketsOf } from './buckets.js';
import type { Period } from './scope.js';
import { type SetupReport, setupOverTime } from './setup.js';
import type { DelayPart } from './vocabulary.js';

export interface DelaysReport {
  readonly by: Interval;
  readonly zone: string;
  readonly deliveries: number;
  /** Every bucket of the period in order; one without a delivery has nothing measured. */
  readonly buckets: readonly DelaySummary[];
  /** What c was spent on; status lines do not say it. */
  readonly setup: SetupReport | undefined;
}

const nothing = { p50: undefined, p90: undefined, p99: undefined, max: undefined } as const;
const empty = (bucket: number): DelaySummary => ({ bucket, deliveries: 0, a: nothing, b: nothing, c: nothing, d: nothing, delay: nothing });

export interface DelaysQuestion {
  readonly scope: Scope;
  /** What there are lines for; undefined for nothing. */
  readonly period: Period | undefined;
  readonly by: Interval;
  readonly zone: Zone;
  readonly counted: Counted;
}

export async function delaysOverTime(reader: Reader, question: DelaysQuestion): Promise<DelaysReport> {
  const { scope, period, by, zone, counted } = question;
  const summaries = await reader.delays({ ...scope, by, zone: zone.name });
  const known = new Map(summaries.map((summary) => [summary.bucket, summary]));
  for (const bucket of bucketsOf(period, by, zone)) if (!known.has(bucket)) known.set(bucket, empty(bucket));
  return {
    by,
    zone: zone.name,
    deliveries: summaries.reduce((sum, { deliveries }) => sum + deliveries, 0),
    buckets: [...known.values()].sort((a, b) => a.bucket - b.bucket),
    setup: counted === 'attempts' ? await setupOverTime(reader, { ...scope, by, zone: zone.name }) : undefined,
  };
}

/** The latest bucket with a delivery. */
export function latestOf({ buckets }: DelaysReport): DelaySummary | undefined {
  return buckets.findLast(({ deliveries }) => deliveries > 0);
}

/** The bucket in which a part of the delay was worst, by its 90th percentile. */
export function worstOf({ buckets }: DelaysReport, part: DelayPart): DelaySummary | undefined {
  let worst: DelaySummary | undefined;
  for (const summary of buckets) if ((summary[part].p90 ?? -1) > (worst?.[part].p90 ?? -1)) worst = summary;
  return worst;
}
