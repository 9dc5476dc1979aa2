/**
 * How long Postfix waits for a relay on the hosts of a mail, where its own log shows it: next to the tries whose seconds nothing
 * else tells, other deliveries may have run into the same timeout behind a try that ended at a known second.
 */
import { type Attempt, timeoutsSeen } from '../../postfix/message/attempt.js';
import type { Fact } from '../../postfix/message/fact.js';
import { fold } from '../../postfix/message/fold.js';
import { type Timeouts, waitedFor } from '../../postfix/message/timeouts.js';
import { factIn } from '../../store/facts.js';
import type { Reader } from '../../store/port.js';

/** Milliseconds before and after a try, and lines that are looked at in them. */
const around = 15 * 60_000;
const mostLines = 3_000;

/** @param attempts of the mail, and of whatever else is known of its hosts */
export async function timeoutsNear(reader: Reader, attempts: readonly Attempt[]): Promise<ReadonlyMap<string, Timeouts>> {
  const hosts = new Map<string, Timeouts>();
  for (const host of new Set(attempts.map((attempt) => attempt.host))) {
    const own = attempts.filter((attempt) => attempt.host === host);
    const seen = timeoutsSeen(own);
    const untold = own.filter((attempt) => isUntold(attempt, seen));
    const last = untold.at(-1);
    if (last === undefined) {
      hosts.set(host, seen);
      continue;
    }
    const { events } = await reader.search({
      host,
      program: last.program,
      since: last.time - around,
      until: last.time + around,
      limit: mostLines,
    });
    const facts = events.map(factIn).filter((fact): fact is Fact => fact !== undefined);
    const near = timeoutsSeen(fold(facts).attempts.filter((attempt) => attempt.host === host));
    // Whichever is shorter: what a relay did before it fell silent comes on top.
    hosts.set(host, shorter(seen, near));
  }
  return hosts;
}

/** A try that waited for as long as Postfix would, of which the log does not say when it began. */
function isUntold({ kind, phase, seconds }: Attempt, seen: Timeouts): boolean {
  const waited = waitedFor(kind, phase);
  if (waited === undefined || seen[waited] !== undefined) return false;
  return seconds === undefined || seconds.most - seconds.least > 2.1;
}

function shorter(a: Timeouts, b: Timeouts): Timeouts {
  const least: { -readonly [K in keyof Timeouts]: Timeouts[K] } = { ...a };
  for (const phase of Object.keys(b) as (keyof Timeouts)[]) {
    least[phase] = Math.min(a[phase] ?? Number.POSITIVE_INFINITY, b[phase] ?? Number.POSITIVE_INFINITY);
  }
  return least;
}
