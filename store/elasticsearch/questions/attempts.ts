/** Attempts, the oldest first. */
import type { Attempt } from '../../../postfix/message/attempt.js';
import { attemptMatcher } from '../../message_matches.js';
import type { AttemptPage, AttemptQuery } from '../../message_port.js';
import type { Asked, Query } from '../asked.js';
import { sameAs, termsOf } from './folded.js';
import { keptPage } from './kept.js';
import { messages as messagesBy, relayLike } from './messages.js';
import { any, within } from './within.js';

/** Deliveries lie among the attempts (message_document.ts). */
export const anAttempt: Query = { term: { 'event.action': 'attempt' } };

export async function attempts(asked: Asked, query: AttemptQuery): Promise<AttemptPage> {
  const { messages, queueId, relay, kinds, outcomes, limit, after } = query;
  const conditions = [anAttempt, ...within(query)];
  if (messages !== undefined) conditions.push(any(...termsOf('postfix.message_document', messages)));
  if (queueId !== undefined) conditions.push(sameAs('email.local_id', queueId));
  if (relay !== undefined) conditions.push(relayLike(relay));
  if (kinds !== undefined) conditions.push(any(...termsOf('postfix.reason.kind', kinds)));
  if (outcomes !== undefined) conditions.push(any(...termsOf('postfix.outcome', outcomes)));
  const { found, ...next } = await keptPage<Attempt>(asked, {
    index: asked.names.attempts,
    conditions,
    order: 'asc',
    matches: attemptMatcher(query),
    limit,
    ...(after === undefined ? {} : { after }),
  });
  if (query.withMessages === undefined) return { attempts: found, ...next };
  const ids = [...new Set(found.flatMap(({ message }) => message ?? []))];
  const { messages: own } = ids.length === 0 ? { messages: [] } : await messagesBy(asked, { ids, limit: ids.length });
  return { attempts: found, messages: own, ...next };
}
