/** Why is mail late? The causes that the log shows, each with its evidence; or that it shows none, or cannot tell. */
import type { Reader, Scope } from '../store/port.js';
import type { Circumstances } from './diagnose/circumstances.js';
import type { Commands } from './diagnose/commands.js';
import { causes, type Finding } from './diagnose/finding.js';
import { greylistingFinding } from './diagnose/greylisting.js';
import { incidentsOf } from './diagnose/incident.js';
import { limitsIn } from './diagnose/limits.js';
import { localFindings } from './diagnose/local.js';
import { measure } from './diagnose/measure.js';
import type { Measures } from './diagnose/measures.js';
import { queueFindings } from './diagnose/queue.js';
import { rateLimitFinding } from './diagnose/rate_limit.js';
import { receivingFindings } from './diagnose/receiving_side.js';
import { failureFinding } from './diagnose/relay.js';
import { resolverFindings } from './diagnose/resolver.js';
import { slowFindings, slowSetups } from './diagnose/slow.js';
import { type Judged, judgedStalls } from './diagnose/stall.js';
import { tlsFinding } from './diagnose/tls.js';
import { undecided } from './diagnose/undecided.js';
import { unresolvedFindings } from './diagnose/unresolved.js';
import { withWaits } from './diagnose/waiting_behind.js';
import type { Period } from './scope.js';

export interface Diagnosis {
  /** What there are lines for. */
  readonly period: Period | undefined;
  /** Deliveries and tries that were looked at. */
  readonly deliveries: number;
  readonly tries: number;
  /** Lines of which no messages and attempts were made yet: all is said without them. */
  readonly unfolded: number;
  /** Those that cost most time first. */
  readonly findings: readonly Finding[];
  /** What was slow or failed and is no finding, and why no cause can be named for it: a sentence each. */
  readonly undecided: readonly string[];
}

export async function diagnose(reader: Reader, scope: Scope, commands: Commands, circumstances: Circumstances = {}): Promise<Diagnosis> {
  const measures = await measure(reader, scope, circumstances);
  if (measures === undefined) return { period: undefined, deliveries: 0, tries: 0, unfolded: 0, findings: [], undecided: [] };
  const stalls = judgedStalls(measures);
  const findings = findingsOf(measures, stalls, commands);
  const sum = (of: (cell: Measures['cells'][number]) => number) => measures.cells.reduce((all, cell) => all + of(cell), 0);
  return {
    period: measures.period,
    deliveries: sum(({ delays }) => delays?.deliveries ?? 0),
    tries: sum(({ tries }) => tries.reduce((all, { count }) => all + count, 0)),
    unfolded: await reader.unfolded(),
    findings,
    undecided: undecided(measures, stalls, findings, commands),
  };
}

/** The rules, over measures that were taken. */
function findingsOf(measures: Measures, stalls: readonly Judged[], commands: Commands): Finding[] {
  const timeouts = limitsIn(measures);
  const incidents = incidentsOf(measures, timeouts);
  const namedTls = new Set(
    incidents.flatMap(({ symptoms }) => symptoms.filter(({ kind }) => kind === 'tls_failure').flatMap(({ relay }) => relay.ip ?? [])),
  );
  const failures = incidents.map(
    (incident) =>
      greylistingFinding(incident, timeouts, commands) ??
      rateLimitFinding(incident, timeouts, commands) ??
      tlsFinding(incident, timeouts, measures.certificates, namedTls, commands) ??
      failureFinding(incident, timeouts, commands),
  );
  const delaying = [
    ...resolverFindings(measures, stalls, timeouts, commands),
    ...unresolvedFindings(measures, commands),
    ...failures,
    ...slowSetups(stalls, commands),
    ...slowFindings(measures, commands),
  ];
  const windows = delaying.flatMap(({ occurrences }) => occurrences);
  const findings = [
    ...withWaits(delaying, measures, commands),
    ...queueFindings(measures, windows, commands),
    ...receivingFindings(measures, windows, commands),
    ...localFindings(measures, commands),
  ];
  return findings
    .map(rounded)
    .sort(
      (a, b) => b.seconds - a.seconds || b.messages - a.messages || a.since - b.since || causes.indexOf(a.cause) - causes.indexOf(b.cause),
    );
}

const rounded = (finding: Finding): Finding => ({ ...finding, seconds: Math.round(finding.seconds * 10) / 10 });
