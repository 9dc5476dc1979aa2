/**
 * Mail that waits in the queue manager (b) waits behind deliveries that take long, as a destination has only so many at a time
 * (FACTS 4). So its wait is put down to what these lost their time by.
 */
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import { type Measures, meanOf, type Window } from './measures.js';
import { firstTriesOf } from './sampled.js';
import { waitFrom } from './waits.js';

/** Less in all is nothing that anybody waits for. */
const least = 10;

export function withWaits(findings: readonly Finding[], measures: Measures, commands: Commands): Finding[] {
  const { cells } = measures;
  const waits = findings.map(() => 0);
  const restarts = waitsForStart(findings, measures);
  for (const cell of cells) {
    const { delays } = cell;
    if (delays === undefined || (delays.b.p90 ?? 0) < waitFrom) continue;
    const waited = meanOf(delays.b) * delays.deliveries;
    const most = (delays.b.max ?? 0) * 1000;
    // What holds a process for long makes others wait; what fails at once does not.
    const window = { since: cell.since - most, until: cell.until };
    const costs = findings.map((finding) => (finding.seconds * overlapOf(finding, window)) / lengthOf(finding));
    const all = costs.reduce((sum, cost) => sum + cost, 0);
    if (all > 0) for (const [i, cost] of costs.entries()) waits[i] = (waits[i] as number) + (waited * cost) / all;
  }
  return findings.map((finding, i) => {
    const waited = waits[i] as number;
    const restarted = restarts[i] as number;
    if (waited + restarted < least) return finding;
    const command = commands.of(['delays', '--by', 'minute'], { since: finding.since, until: finding.until });
    return {
      ...finding,
      seconds: finding.seconds + waited + restarted,
      evidence: [
        ...finding.evidence,
        ...(waited < 1
          ? []
          : [{ what: 'time that other mail waited behind it, in b (its share)', value: Math.round(waited), unit: 's' as const, command }]),
        ...(restarted < 1
          ? []
          : [
              {
                what: 'time that mail had waited when Postfix was started anew, now in a',
                value: Math.round(restarted),
                unit: 's' as const,
                command,
              },
            ]),
      ],
    };
  });
}

/**
 * What waited in the queue manager when Postfix was stopped begins anew with its next start, and what it had waited until then is in a.
 * It is put down to what cost most when it came in.
 */
function waitsForStart(findings: readonly Finding[], { samples, starts }: Measures): number[] {
  const waits = findings.map(() => 0);
  const times = starts.map((line) => Date.parse(line['@timestamp']));
  for (const { arrival, time, a } of firstTriesOf(samples)) {
    if (a < waitFrom || !times.some((start) => arrival < start && time >= start)) continue;
    let most = -1;
    for (const [i, { occurrences, seconds }] of findings.entries()) {
      const met = occurrences.some(({ since, until }) => arrival >= since - slack && arrival <= until + slack);
      if (met && (most < 0 || seconds > (findings[most] as Finding).seconds)) most = i;
    }
    if (most >= 0) waits[most] = (waits[most] as number) + a;
  }
  return waits;
}

const slack = 60_000;

const lengthOf = ({ occurrences }: Finding) => occurrences.reduce((sum, { since, until }) => sum + Math.max(1000, until - since), 0);

const overlapOf = ({ occurrences }: Finding, window: Window) =>
  occurrences.reduce((sum, { since, until }) => {
    const end = Math.max(until, since + 1000);
    return sum + Math.max(0, Math.min(end, window.until) - Math.max(since, window.since));
  }, 0);
