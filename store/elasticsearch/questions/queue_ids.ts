/** Which queue IDs a message-id had, in order of time. */
import type { Scope } from '../../port.js';
import type { Asked } from '../asked.js';
import { newest } from './lines.js';
import { searchConditions } from './search.js';

export async function queueIdsOf(asked: Asked, messageId: string, scope: Scope): Promise<readonly string[]> {
  const query = { ...scope, messageId, limit: 0 };
  const found = await newest(asked, query, searchConditions(query), Number.POSITIVE_INFINITY);
  return [...new Set(found.reverse().map(({ document }) => document.email?.local_id))].filter((id) => id !== undefined);
}
