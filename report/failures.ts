/** Since when, and how often, does each relay fail? Failures over time by relay. */
import { kinds as allKinds, type Kind } from '../postfix/reason.js';
import type { Zone } from '../postfix/zone.js';
import type { Counted } from '../store/message_port.js';
import type { FailureCount, Interval, Reader, Relay, Scope } from '../store/port.js';
import { bucketAfter, bucketsOf } from './buckets.js';
import { gatherByRelay } from './same_relay.js';
import type { Period } from './scope.js';
import { timeoutKinds, triesCounted } from './tries.js';
import { relayName } from './vocabulary.js';

export { timeoutKinds };

export interface RelayFailures {
  readonly relay: Relay;
  readonly total: number;
  /** Seconds that they took, as far as the log tells; of status lines it does not. */
  readonly seconds: number | undefined;
  /** By kind, most frequent first. */
  readonly kinds: readonly { readonly kind: Kind; readonly count: number }[];
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** One for each of the report's buckets. */
  readonly counts: readonly number[];
}

export interface FailuresReport {
  readonly counted: Counted;
  readonly by: Interval;
  readonly zone: string;
  /** The kinds that were counted; undefined for all. */
  readonly kinds: readonly Kind[] | undefined;
  /** What was asked for, or else what there are lines for; milliseconds since the epoch, `until` exclusive. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly total: number;
  /** Of all relays together. */
  readonly seconds: number | undefined;
  /** Every bucket of the period, those without a failure too. */
  readonly buckets: readonly { readonly bucket: number; readonly total: number }[];
  /** Most failures first. */
  readonly relays: readonly RelayFailures[];
}

export interface FailuresQuestion {
  readonly scope: Scope;
  /** What there are lines for; undefined for nothing. */
  readonly period: Period | undefined;
  readonly by: Interval;
  readonly zone: Zone;
  readonly kinds: readonly Kind[] | undefined;
  readonly counted: Counted;
}

/** A count, and the seconds that what was counted took, where that is known. */
type Count = FailureCount & { readonly seconds?: number };

export async function failuresOverTime(reader: Reader, question: FailuresQuestion): Promise<FailuresReport> {
  const { scope, period, by, zone, kinds, counted } = question;
  const counts = await (counted === 'attempts' ? failedTries(reader, question) : failedLines(reader, question));
  const starts = new Set(bucketsOf(period, by, zone));
  for (const { bucket } of counts) starts.add(bucket);
  const buckets = [...starts].sort((a, b) => a - b);
  const place = new Map(buckets.map((bucket, i) => [bucket, i]));
  const totals = buckets.map(() => 0);
  for (const { bucket, count } of counts) {
    const i = place.get(bucket) as number;
    totals[i] = (totals[i] as number) + count;
  }
  return {
    counted,
    by,
    zone: zone.name,
    kinds,
    since: scope.since ?? buckets[0],
    until: scope.until ?? (buckets.length === 0 ? undefined : bucketAfter(buckets.at(-1) as number, by, zone)),
    total: totals.reduce((a, b) => a + b, 0),
    seconds: secondsOf(counts),
    buckets: buckets.map((bucket, i) => ({ bucket, total: totals[i] as number })),
    relays: byRelay(counts, buckets.length, place),
  };
}

function failedLines(reader: Reader, { scope, by, zone, kinds }: FailuresQuestion): Promise<readonly Count[]> {
  return reader.failures({ ...scope, by, zone: zone.name, ...(kinds === undefined ? {} : { kinds }) });
}

/** Deliveries that were put off or given up without a try at a relay: there are only their lines to count. */
const withoutTry: readonly Kind[] = ['dns_failure', 'suspended', 'expired', 'loop'];

async function failedTries(reader: Reader, question: FailuresQuestion): Promise<Count[]> {
  const { scope, by, zone, kinds = allKinds } = question;
  const tried = kinds.filter((kind) => !withoutTry.includes(kind));
  const tries = tried.length === 0 ? [] : await triesCounted(reader, { ...scope, by, zone: zone.name, kinds: tried });
  const others = kinds.filter((kind) => withoutTry.includes(kind));
  const lines = others.length === 0 ? [] : await failedLines(reader, { ...question, kinds: others });
  return [...tries.flatMap(({ kind, ...one }) => (kind === undefined ? [] : [{ ...one, kind }])), ...lines];
}

/** Sums of milliseconds, so that the order of adding leaves no trace. */
const secondsOf = (counts: readonly Count[]): number | undefined =>
  counts.reduce<number | undefined>(
    (sum, { seconds }) => (seconds === undefined ? sum : Math.round(((sum ?? 0) + seconds) * 1000) / 1000),
    undefined,
  );

function byRelay(counts: readonly Count[], length: number, place: ReadonlyMap<number, number>): RelayFailures[] {
  const answers = gatherByRelay(counts, ({ count }) => count).map(({ relay, answers: own }): RelayFailures => {
    const series = new Array<number>(length).fill(0);
    const kinds = new Map<Kind, number>();
    for (const { bucket, kind, count } of own) {
      const i = place.get(bucket) as number;
      series[i] = (series[i] as number) + count;
      kinds.set(kind, (kinds.get(kind) ?? 0) + count);
    }
    return {
      relay,
      total: series.reduce((a, b) => a + b, 0),
      seconds: secondsOf(own),
      kinds: [...kinds].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind)),
      first: Math.min(...own.map(({ first }) => first)),
      last: Math.max(...own.map(({ last }) => last)),
      counts: series,
    };
  });
  return answers.sort((a, b) => b.total - a.total || relayName(a.relay).localeCompare(relayName(b.relay)));
}
