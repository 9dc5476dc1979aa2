/** The whole way of a mail for other programs: what was folded, what it was folded of, and where instants are, ISO 8601. */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Hop, TraceReport } from '../trace.js';
import { json } from './json.js';

/** Names under which messages and attempts hold milliseconds since the epoch; `time` json.ts knows. */
const instants: ReadonlySet<string> = new Set([
  'arrival',
  'removal',
  'firstLine',
  'lastLine',
  'firstAttempt',
  'lastAttempt',
  'earliest',
  'latest',
]);

const withInstants = (_: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      instants.has(name) && typeof inner === 'number' ? new Date(inner).toISOString() : inner,
    ]),
  );
};

/** @param withLines documents of the lines, and not only their identities */
export function traceJson({ asked, byMessageId, queueIds, chains, loose, limits }: TraceReport, withLines: boolean): string {
  const shown = {
    asked,
    by: byMessageId ? 'message_id' : 'queue_id',
    queueIds,
    chains: chains.map(({ hops, edges }) => ({ messages: hops.map((hop) => hopOf(hop, withLines)), links: edges })),
    loose: loose.map(({ event }) => (withLines ? event : event.event.id)),
    limits,
  };
  return json(JSON.parse(JSON.stringify(shown, withInstants)));
}

function hopOf({ message, asked, attempts, attemptLines, lines, elsewhere }: Hop, withLines: boolean) {
  return {
    asked,
    message,
    attempts: attempts.map((attempt: Attempt) => ({ ...attempt, lines: attemptLines.get(attempt.id) ?? [] })),
    elsewhere: elsewhere.map(({ kind, queueId }) => ({ kind, queueId })),
    lines: lines.map(({ event }) => (withLines ? event : event.event.id)),
  };
}
