/**
 * Tries, counted, with the time that each relay took. A first try that timed out has the name resolution before it in its time, as
 * nothing stands between them in the log (FACTS 3, 4); but a timeout always takes as long as Postfix waits, and how long that is
 * other tries show, which began where another had ended.
 */
import { timeoutsSeen } from '../postfix/message/attempt.js';
import { type Timeouts, waitedFor } from '../postfix/message/timeouts.js';
import type { Kind } from '../postfix/reason.js';
import type { MessageReader, TriesQuestion, TryCount } from '../store/message_port.js';

/** The kinds of failure in which time ran out. */
export const timeoutKinds = ['connect_timeout', 'conversation_timeout'] as const satisfies readonly Kind[];

/** A count of tries, and how many seconds of it turned out to have been name resolution. */
export interface KnownTries extends TryCount {
  readonly others: number;
}

export async function triesCounted(reader: MessageReader, question: TriesQuestion): Promise<readonly KnownTries[]> {
  const tries = await reader.tries(question);
  const limits = timeoutsSeen(tries.map(shortestOf));
  return tries.map((one) => knowing(limits, one));
}

const shortestOf = ({ kind, phase, shortest }: TryCount) => ({
  kind,
  phase,
  seconds: shortest === undefined ? undefined : { least: shortest, likely: shortest, most: shortest },
});

/** Stamps of whole seconds leave 2 s open; what is more may have been something else. */
const isDoubtful = ({ kind, phase, count, least, most }: TryCount) => waitedFor(kind, phase) !== undefined && most - least > 2.1 * count;

/** The same tries, none longer than Postfix waits. Where the log itself says otherwise, the log counts. */
function knowing(limits: Timeouts, tries: TryCount): KnownTries {
  const waited = waitedFor(tries.kind, tries.phase);
  const limit = waited === undefined ? undefined : limits[waited];
  if (limit === undefined || !isDoubtful(tries)) return { ...tries, others: 0 };
  const seconds = Math.min(tries.seconds, tries.most, Math.max(limit * tries.count, tries.least));
  return { ...tries, seconds: rounded(seconds), others: rounded(tries.seconds - seconds) };
}

/** To milliseconds, so that the order of adding leaves no trace. */
export const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
