/** Two periods side by side: what is different, and whether that is more than chance. */
import type { State } from '../postfix/message/message.js';
import type { Kind, Phase } from '../postfix/reason.js';
import type { TryCount } from '../store/message_port.js';
import type { DelaySummary, Percentiles, Reader, Relay, Scope } from '../store/port.js';
import { holm, mannWhitney, type TestResult, twoProportions } from './compare/significance.js';
import { type Change, configurationChanges } from './config_changes.js';
import { type DelayPart, delayParts } from './vocabulary.js';

/** Values of both, the earlier period's first. */
export type Pair<T> = readonly [T, T];

export interface Side {
  /** Milliseconds since the epoch, half-open. */
  readonly since: number;
  readonly until: number;
  readonly lines: number;
  readonly messages: number;
  readonly states: Readonly<Partial<Record<State, number>>>;
  readonly recipients: number;
  readonly bytes: number;
  readonly possiblyDoubled: number;
  readonly deliveries: number;
  readonly tries: number;
  readonly failedTries: number;
  /** Percentiles of the deliveries; where the period has several months, the mean of theirs, by deliveries. */
  readonly delays: Readonly<Record<DelayPart | 'delay', Percentiles>>;
}

/** One way in which one relay failed. */
export interface FailureChange {
  readonly relay: Relay;
  readonly kind: Kind;
  readonly phase: Phase | undefined;
  readonly count: Pair<number>;
  /** Tries at that relay. */
  readonly of: Pair<number>;
  readonly test: TestResult | undefined;
  /** Whether it is more than chance, all rows looked at together (Holm, at 1 %). */
  readonly significant: boolean;
}

/** A sort of failure that only one of the periods has. */
export interface ReasonChange {
  readonly kind: Kind;
  readonly phase: Phase | undefined;
  readonly replyCode: number | undefined;
  readonly enhancedCode: string | undefined;
  readonly count: number;
  readonly example: string;
}

export interface Comparison {
  readonly before: Side;
  readonly after: Side;
  /** Of tries, those that failed. */
  readonly failed: TestResult | undefined;
  /** Medians and 90th percentiles of delay, hour by hour. */
  readonly medians: TestResult | undefined;
  readonly ninetieths: TestResult | undefined;
  /** Those with most failures first. */
  readonly failures: readonly FailureChange[];
  readonly appeared: readonly ReasonChange[];
  readonly vanished: readonly ReasonChange[];
  /** Of the configuration, from the beginning of the first period to the end of the second, where snapshots tell. */
  readonly changes: readonly Change[];
}

/** At which a difference counts. */
export const level = 0.01;

type Answerer = Reader;
/** A period that is known at both ends. */
export type Ends = Scope & { readonly since: number; readonly until: number };

export async function compare(reader: Answerer, before: Ends, after: Ends): Promise<Comparison> {
  const [first, second] = [await looked(reader, before), await looked(reader, after)];
  const failures = failureChanges(first.tries, second.tries);
  return {
    before: first.side,
    after: second.side,
    failed: twoProportions([first.side.failedTries, second.side.failedTries], [first.side.tries, second.side.tries]),
    medians: mannWhitney(hourly(first.hours, 'p50'), hourly(second.hours, 'p50')),
    ninetieths: mannWhitney(hourly(first.hours, 'p90'), hourly(second.hours, 'p90')),
    failures,
    appeared: onlyIn(second.reasons, first.reasons),
    vanished: onlyIn(first.reasons, second.reasons),
    changes: await configurationChanges(reader, {
      since: Math.min(before.since, after.since),
      until: Math.max(before.until, after.until),
      ...(before.host === undefined ? {} : { host: before.host }),
    }),
  };
}

const mostReasons = 500;
/** Relays that are told apart on a server that delivers to the whole world. */
const mostRelays = 200;

async function looked(reader: Answerer, scope: Ends) {
  const question = { ...scope, by: 'month', zone: 'UTC' } as const;
  const { relays, others } = await reader.relays({ ...scope, limit: mostRelays });
  const hosts = others.relays === 0 ? {} : { relays: [...new Set(relays.map(({ relay }) => relay.host))] };
  const tries = await reader.tries({ ...question, ...hosts });
  const counts = await reader.messageCounts(question);
  const months = await reader.delays(question);
  const states: Partial<Record<State, number>> = {};
  for (const { state, count } of counts) states[state] = (states[state] ?? 0) + count;
  const sum = (of: (one: (typeof counts)[number]) => number) => counts.reduce((all, one) => all + of(one), 0);
  const side: Side = {
    since: scope.since,
    until: scope.until,
    lines: (await reader.totals(scope)).lines,
    messages: sum(({ count }) => count),
    states,
    recipients: sum(({ recipients }) => recipients),
    bytes: sum(({ bytes }) => bytes),
    possiblyDoubled: sum(({ possiblyDoubled }) => possiblyDoubled),
    deliveries: months.reduce((all, { deliveries }) => all + deliveries, 0),
    tries: tries.reduce((all, { count }) => all + count, 0),
    failedTries: tries.reduce((all, { kind, count }) => (kind === undefined ? all : all + count), 0),
    delays: together(months),
  };
  return {
    side,
    tries,
    hours: await reader.delays({ ...scope, by: 'hour', zone: 'UTC' }),
    reasons: await reader.reasons({ ...scope, limit: mostReasons }),
  };
}

function together(months: readonly DelaySummary[]): Side['delays'] {
  const of = (part: DelayPart | 'delay', which: keyof Percentiles) => {
    const known = months.filter((month) => month[part][which] !== undefined);
    const all = known.reduce((sum, { deliveries }) => sum + deliveries, 0);
    if (all === 0) return undefined;
    if (which === 'max') return Math.max(...known.map((month) => month[part].max as number));
    return known.reduce((sum, month) => sum + (month[part][which] as number) * month.deliveries, 0) / all;
  };
  const percentiles = (part: DelayPart | 'delay'): Percentiles => ({
    p50: of(part, 'p50'),
    p90: of(part, 'p90'),
    p99: of(part, 'p99'),
    max: of(part, 'max'),
  });
  return Object.fromEntries([...delayParts, 'delay' as const].map((part) => [part, percentiles(part)])) as unknown as Side['delays'];
}

const hourly = (hours: readonly DelaySummary[], which: 'p50' | 'p90') =>
  hours.map(({ delay }) => delay[which]).filter((value) => value !== undefined);

const placeOf = ({ host, ip }: Relay) => `${host} ${ip ?? ''}`;

function failureChanges(before: readonly TryCount[], after: readonly TryCount[]): FailureChange[] {
  const ways = new Map<string, { relay: Relay; kind: Kind; phase: Phase | undefined; count: [number, number] }>();
  const all = new Map<string, [number, number]>();
  for (const [side, tries] of [before, after].entries()) {
    for (const { relay, kind, phase, count } of tries) {
      const place = placeOf(relay);
      const of = all.get(place) ?? [0, 0];
      of[side as 0 | 1] += count;
      all.set(place, of);
      if (kind === undefined) continue;
      const key = `${place} ${kind} ${phase ?? ''}`;
      const way = ways.get(key) ?? { relay, kind, phase, count: [0, 0] };
      // Some lines name no port.
      if (relay.port !== undefined) way.relay = relay;
      way.count[side as 0 | 1] += count;
      ways.set(key, way);
    }
  }
  const rows = [...ways.values()].map((way) => {
    const of: Pair<number> = all.get(placeOf(way.relay)) ?? [0, 0];
    return { ...way, of, test: twoProportions(way.count, of) };
  });
  const holds = holm(
    rows.map(({ test }) => test?.p),
    level,
  );
  return rows
    .map((row, i) => ({ ...row, significant: holds[i] === true }))
    .sort((a, b) => b.count[0] + b.count[1] - a.count[0] - a.count[1] || placeOf(a.relay).localeCompare(placeOf(b.relay)));
}

function onlyIn(here: Awaited<ReturnType<Reader['reasons']>>, there: Awaited<ReturnType<Reader['reasons']>>): ReasonChange[] {
  const key = ({ kind, phase, replyCode, enhancedCode }: (typeof here)[number]) =>
    `${kind} ${phase ?? ''} ${replyCode ?? ''} ${enhancedCode ?? ''}`;
  const known = new Set(there.map(key));
  return here
    .filter((one) => !known.has(key(one)))
    .map(({ kind, phase, replyCode, enhancedCode, count, example }) => ({ kind, phase, replyCode, enhancedCode, count, example }));
}
