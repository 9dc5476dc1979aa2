/** Messages, the latest first. */
import type { Message } from '../../../postfix/message/message.js';
import { bare } from '../../matches.js';
import { messageMatcher } from '../../message_matches.js';
import type { MessagePage, MessageQuery } from '../../message_port.js';
import type { Asked, Query } from '../asked.js';
import { addressLike, beginsWith, oneOf, sameAs, sameIp, termsOf } from './folded.js';
import { keptPage } from './kept.js';
import { all, any, none, within } from './within.js';

export async function messages(asked: Asked, query: MessageQuery): Promise<MessagePage> {
  const { limit, after } = query;
  const { found, ...next } = await keptPage<Message>(asked, {
    index: asked.names.messages,
    conditions: messageConditions(query),
    order: 'desc',
    matches: messageMatcher(query),
    limit,
    ...(after === undefined ? {} : { after }),
  });
  return { messages: found, ...next };
}

/** What must hold for every message that is asked for, as far as the index can tell. */
function messageConditions(query: MessageQuery): Query[] {
  const { ids, queueIds, messageIds, from, to, domain, client, relay, states, lateOver, possiblyDoubled } = query;
  const conditions = query.queuedAt === undefined ? within(query) : queuedAt(query.queuedAt, query.host);
  if (ids !== undefined) conditions.push({ ids: { values: ids.filter((id) => id.length <= longestIdentity) } });
  if (queueIds !== undefined) conditions.push(oneOf('email.local_id.folded', queueIds));
  if (messageIds !== undefined) {
    const wanted = messageIds.map(bare);
    conditions.push(any(oneOf('email.message_id', wanted), oneOf('postfix.resent_message_id', wanted)));
  }
  if (from !== undefined) conditions.push(addressLike('email.from.address', 'postfix.domain.sender', from));
  if (to !== undefined) {
    conditions.push(
      any(addressLike('email.to.address', 'postfix.domain.recipient', to), addressLike('postfix.orig_to', 'postfix.domain.orig_to', to)),
    );
  }
  if (domain !== undefined) {
    const last = domain.slice(domain.lastIndexOf('@') + 1);
    conditions.push(any(...['sender', 'recipient', 'orig_to'].map((name) => sameAs(`postfix.domain.${name}`, last))));
  }
  if (client !== undefined) {
    const names = ['source.domain', 'source.address', 'user.name'].map((field) => sameAs(field, client));
    conditions.push(any(...names, ...sameIp('source.ip', client)));
  }
  if (relay !== undefined) conditions.push(relayLike(relay));
  if (states !== undefined) conditions.push(any(...termsOf('postfix.state', states)));
  if (lateOver !== undefined && lateOver > 0) conditions.push({ range: { 'postfix.delay': { gte: lateOver } } });
  if (possiblyDoubled === true) conditions.push({ range: { 'postfix.possible_doubles': { gt: 0 } } });
  return conditions;
}

/** An `_id` has 512 bytes at most. */
const longestIdentity = 512;

/** Host name, its first label, or address of a relay, as messages and attempts have it. */
export const relayLike = (relay: string): Query =>
  any(sameAs('destination.domain', relay), beginsWith('destination.domain', `${relay}.`), sameAs('postfix.relay.ip', relay));

/** In the queue at one of these moments, in whatever month it came. */
function queuedAt(moments: readonly number[], host: string | undefined): Query[] {
  const isQueued = moments.map((time) => {
    const micros = Math.round(time * 1000);
    return all({ range: { 'postfix.micros': { lt: micros } } }, none({ range: { 'postfix.left': { lte: micros } } }));
  });
  return [any(...isQueued), ...within(host === undefined ? {} : { host })];
}
