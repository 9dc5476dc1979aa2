/** The lines of one queue ID, oldest first. */
import type { EventDocument } from '../../../postfix/document.js';
import type { Scope } from '../../port.js';
import type { Asked } from '../asked.js';
import { newest } from './lines.js';
import { searchConditions } from './search.js';

export async function trace(asked: Asked, queueId: string, scope: Scope): Promise<readonly EventDocument[]> {
  const query = { ...scope, queueId, limit: 0 };
  const found = await newest(asked, query, searchConditions(query), Number.POSITIVE_INFINITY);
  return found.reverse().map(({ document }) => document);
}
