/** How does each relay do? The relays side by side. */
import type { Kind, Phase } from '../postfix/reason.js';
import type { Counted, MessageReader, TryCount } from '../store/message_port.js';
import type { Percentiles, Reader, Relay, RelaySummary, Scope } from '../store/port.js';
import { gatherByRelay, oneOf } from './same_relay.js';
import { triesCounted } from './tries.js';
import { isAddress, relayName } from './vocabulary.js';

export interface RelayLine extends RelaySummary {
  /** Attempts that failed. */
  readonly failed: number;
  /** Seconds that these took, as far as the log tells: what the relay cost. Of status lines nothing is known. */
  readonly seconds: number | undefined;
  /** Attempts after which it may have a message that was sent again. */
  readonly possibleDoubles: number | undefined;
}

export interface RelaysReport {
  readonly counted: Counted;
  /** Relays with an address, then local transports and sockets, then what names no relay; of each, the busiest first. */
  readonly relays: readonly RelayLine[];
  /** How many relays are not among them. */
  readonly others: number;
  /** What failed anywhere, most frequent first. */
  readonly failures: readonly { readonly kind: Kind; readonly phase: Phase | undefined; readonly count: number }[];
  /** Of all relays together. */
  readonly attempts: number;
  /** Recipients of all relays together. */
  readonly sent: number;
  readonly deferred: number;
  readonly bounced: number;
}

export interface RelaysQuestion {
  readonly scope: Scope;
  readonly counted: Counted;
  /** How many of the most failing, and of the busiest, are told apart; all where there is none. */
  readonly limit?: number;
}

export async function relaysCompared(reader: Reader, { scope, counted, limit }: RelaysQuestion): Promise<RelaysReport> {
  const { relays: summaries, others } = await reader.relays(limit === undefined ? scope : { ...scope, limit });
  const byLines = gatherByRelay(summaries, ({ attempts }) => attempts).map(({ relay, answers }) => together(relay, answers));
  const relays = counted === 'attempts' ? await withTries(reader, scope, byLines) : byLines;
  relays.sort(
    (a, b) => distance(a.relay) - distance(b.relay) || b.attempts - a.attempts || relayName(a.relay).localeCompare(relayName(b.relay)),
  );
  return {
    counted,
    relays,
    others: others.relays,
    failures: allFailures([...relays, others]),
    attempts: relays.reduce((sum, { attempts }) => sum + attempts, others.attempts),
    sent: relays.reduce((sum, { sent }) => sum + sent, others.sent),
    deferred: relays.reduce((sum, { deferred }) => sum + deferred, others.deferred),
    bounced: relays.reduce((sum, { bounced }) => sum + bounced, others.bounced),
  };
}

/** Recipients and transmission stand in status lines; what was tried, and what it took, the fold knows. */
async function withTries(reader: MessageReader, scope: Scope, relays: readonly RelayLine[]): Promise<RelayLine[]> {
  if (relays.length === 0) return [];
  const hosts = [...new Set(relays.map(({ relay }) => relay.host))];
  const tries = await triesCounted(reader, { ...scope, by: 'month', zone: 'UTC', relays: hosts });
  return relays.map((line) => {
    const isIts = oneOf([line.relay]);
    const own = tries.filter(({ relay }) => isIts(relay));
    return own.length === 0 ? line : { ...line, ...outcomeOf(own) };
  });
}

function outcomeOf(
  tries: readonly TryCount[],
): Pick<RelayLine, 'attempts' | 'failures' | 'failed' | 'seconds' | 'possibleDoubles' | 'firstFailure' | 'lastFailure'> {
  const failed = tries.filter(({ kind }) => kind !== undefined);
  const failures = allFailures([
    { failures: failed.flatMap(({ kind, phase, count }) => (kind === undefined ? [] : [{ kind, phase, count }])) },
  ]);
  return {
    attempts: sumOf(tries),
    failures,
    failed: sumOf(failed),
    seconds: Math.round(failed.reduce((sum, { seconds }) => sum + seconds, 0) * 1000) / 1000,
    possibleDoubles: tries.reduce((sum, { possibleDoubles }) => sum + possibleDoubles, 0),
    firstFailure: failed.length === 0 ? undefined : Math.min(...failed.map(({ first }) => first)),
    lastFailure: failed.length === 0 ? undefined : Math.max(...failed.map(({ last }) => last)),
  };
}

const distance = ({ host, ip }: Relay) => (ip !== undefined && isAddress(ip) ? 0 : host === 'none' ? 2 : 1);

/** As many relays as fit a page: half of them those with the most failures, the others the busiest, in the order of the report. */
export function mostTelling({ relays }: RelaysReport, most: number): readonly RelayLine[] {
  if (relays.length <= most) return relays;
  const failing = [...relays].filter(({ failed }) => failed > 0).sort((a, b) => b.failed - a.failed);
  const chosen = new Set(failing.slice(0, Math.ceil(most / 2)));
  for (const relay of relays) if (chosen.size < most) chosen.add(relay);
  return relays.filter((relay) => chosen.has(relay));
}

/** One relay out of what is said of it with and without its port. */
function together(relay: Relay, answers: readonly RelaySummary[]): RelayLine {
  const add = (of: (summary: RelaySummary) => number) => answers.reduce((sum, summary) => sum + of(summary), 0);
  const failures = allFailures(answers);
  // Delivery lines have a port, so all that is measured is in one of them; percentiles could not be added up.
  const measured = (of: (summary: RelaySummary) => Percentiles) =>
    answers.map(of).find(({ max }) => max !== undefined) ?? of(answers[0] as RelaySummary);
  const times = (of: (summary: RelaySummary) => number | undefined) => answers.map(of).filter((time) => time !== undefined);
  const first = times(({ firstFailure }) => firstFailure);
  const last = times(({ lastFailure }) => lastFailure);
  return {
    relay,
    attempts: add(({ attempts }) => attempts),
    sent: add(({ sent }) => sent),
    deferred: add(({ deferred }) => deferred),
    bounced: add(({ bounced }) => bounced),
    failures,
    failed: sumOf(failures),
    seconds: undefined,
    possibleDoubles: undefined,
    c: measured(({ c }) => c),
    d: measured(({ d }) => d),
    firstFailure: first.length === 0 ? undefined : Math.min(...first),
    lastFailure: last.length === 0 ? undefined : Math.max(...last),
  };
}

/** Failures of one kind, and of one phase where that is known, on one relay. */
export function failuresOf(relay: RelaySummary, kind: Kind, phase: Phase | undefined): number {
  return sumOf(relay.failures.filter((failure) => failure.kind === kind && failure.phase === phase));
}

function allFailures(relays: readonly Pick<RelaySummary, 'failures'>[]): RelaysReport['failures'] {
  const counts = new Map<string, { kind: Kind; phase: Phase | undefined; count: number }>();
  for (const { failures } of relays) {
    for (const { kind, phase, count } of failures) {
      const key = `${kind} ${phase ?? ''}`;
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { kind, phase, count });
      else known.count += count;
    }
  }
  const name = ({ kind, phase = '' }: { kind: Kind; phase?: Phase | '' | undefined }) => `${kind} ${phase}`;
  return [...counts.values()].sort((a, b) => b.count - a.count || name(a).localeCompare(name(b)));
}

const sumOf = (counts: readonly { readonly count: number }[]) => counts.reduce((sum, { count }) => sum + count, 0);
