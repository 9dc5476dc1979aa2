/** Which lines a search asks for. */
import { bare } from '../../matches.js';
import { cursorOf } from '../../order.js';
import type { SearchPage, SearchQuery } from '../../port.js';
import type { Asked, Query } from '../asked.js';
import { addressLike, beginsWith, sameAs, sameIp } from './folded.js';
import { newest } from './lines.js';
import { textConditions } from './text.js';
import { any, has, within } from './within.js';

export async function search(asked: Asked, query: SearchQuery): Promise<SearchPage> {
  const found = await newest(asked, query, searchConditions(query), query.limit + 1);
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  const events = page.map(({ document }) => document);
  return found.length > query.limit && last !== undefined ? { events, next: cursorOf(last) } : { events };
}

/** What must hold for every line that the search asks for, as far as the index can tell. */
export function searchConditions(query: SearchQuery): Query[] {
  const { queueId, messageId, from, to, client, relay, status, kind, action, program, text } = query;
  const conditions = within(query);
  const is = (field: string, value: string | undefined) => {
    if (value !== undefined) conditions.push(sameAs(field, value));
  };
  is('email.local_id', queueId);
  is('email.message_id', messageId === undefined ? undefined : bare(messageId));
  is('event.action', action);
  if (from !== undefined) conditions.push(addressLike('email.from.address', 'postfix.domain.sender', from));
  if (to !== undefined) conditions.push(addressLike('email.to.address', 'postfix.domain.recipient', to));
  if (client !== undefined)
    conditions.push(any(sameAs('source.domain', client), sameAs('source.address', client), ...sameIp('source.ip', client)));
  if (relay !== undefined) {
    conditions.push(has('postfix.relay.named_in'));
    conditions.push(
      any(sameAs('destination.domain', relay), beginsWith('destination.domain', `${relay}.`), ...sameIp('destination.ip', relay)),
    );
  }
  // Status and kind are of lines that tell of a delivery, or of a try at one.
  if (status !== undefined || kind !== undefined) conditions.push(has('postfix.attempt'));
  is('postfix.status', status);
  is('postfix.reason.kind', kind);
  if (program !== undefined) conditions.push(any(sameAs('process.name', program), sameAs('postfix.daemon', program)));
  if (text !== undefined) conditions.push(...textConditions(text));
  return conditions;
}
