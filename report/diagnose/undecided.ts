/** What was slow, or failed, and is no finding: said plainly, with why no cause can be named. */
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import type { Measures, Window } from './measures.js';
import { modeOf } from './nameservers.js';
import type { Judged } from './stall.js';
import { queuedOf, runsOf } from './waits.js';
import { relayText } from './words.js';

export function undecided(measures: Measures, stalls: readonly Judged[], findings: readonly Finding[], commands: Commands): string[] {
  const explained = findings.flatMap(({ occurrences }) => occurrences);
  const isExplained = ({ since, until }: Window) => explained.some((one) => one.until >= since - 600_000 && one.since <= until + 600_000);
  const said: string[] = [];
  for (const one of stalls) {
    if (one.of !== 'only' || one.relay === undefined || isExplained(one.stall)) continue;
    const relay = `${relayText(one.relay)}, the only relay that was used,`;
    said.push(
      `${spanOf(one.stall, commands)}: ${one.stall.count} of ${one.stall.of} deliveries to ${relay} waited about ${modeOf(one.stall.rests).rest} s for a connection. It greets late, or its name resolves slowly: without another relay to compare with, the log cannot tell. Ask the nameserver for its name, and connect by its address, and see which takes long.`,
    );
  }
  const vague = runsOf(
    measures.cells.filter(({ rests }) => rests.some(({ rest, vague: n, failed }) => rest < 2 && n >= 5 && failed >= 5 * n)),
  ).filter((window) => !isExplained(window));
  for (const window of vague) {
    said.push(
      `${spanOf(window, commands)}: c was long, and a failed try stood in each such delivery. Stamps of whole seconds do not tell which of both took the time, name resolution or the relay; a snapshot of postconf (its timeouts) would.`,
    );
  }
  for (const window of queuedOf(measures.cells).filter((one) => !isExplained(one))) {
    said.push(
      `${spanOf(window, commands)}: mail waited in the queue manager, and deliveries stalled or failed meanwhile, but too few for a cause. What it waited behind may have begun before the log does: ${commands.of(['delays', '--by', 'minute'], window)}`,
    );
  }
  return said;
}

const spanOf = ({ since, until }: Window, commands: Commands) => `${commands.time(since)} to ${commands.time(until)}`;
