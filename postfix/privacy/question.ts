/** What to ask a store for that was filled with hidden addresses. */
import { addressesIn } from './addresses.js';
import type { Pseudonyms } from './pseudonyms.js';

/** What was asked cannot be known of this store; the message says what can. */
export class UnanswerableError extends Error {
  override name = 'UnanswerableError';
}

/** Copied out of an answer, it is what the store has. */
const isPseudonym = (asked: string) => /^p-[\da-f]{20}(?:@|$)/i.test(asked);

/** An address, `@domain` or `name@`, as it stands in the store. @throws UnanswerableError */
export function hiddenAddress(asked: string, pseudonyms: Pseudonyms): string {
  const { mode } = pseudonyms;
  if (asked === '' || isPseudonym(asked)) return asked;
  if (mode === 'full') throw new UnanswerableError('no address can be looked for: with the privacy mode full, none is kept');
  if (asked.startsWith('@')) return asked.toLowerCase();
  if (mode === 'domain-only') {
    const domain = asked.includes('@') ? asked.slice(asked.lastIndexOf('@')).toLowerCase() : '@example.com';
    throw new UnanswerableError(
      `with the privacy mode domain-only, only domains are kept: ask for ${domain === '@' ? '@example.com' : domain}`,
    );
  }
  if (asked.endsWith('@')) {
    throw new UnanswerableError(
      `${JSON.stringify(asked)} has no pseudonym: these are of whole addresses; ask for the address, or for @example.com`,
    );
  }
  return pseudonyms.address(asked);
}

/** A message-id without its brackets. */
export const hiddenMessageId = (asked: string, pseudonyms: Pseudonyms): string =>
  isPseudonym(asked) ? asked : pseudonyms.messageId(asked);

/** A part of a line: the addresses in it. */
export function hiddenText(asked: string, pseudonyms: Pseudonyms): string {
  let hidden = '';
  let at = 0;
  for (const { from, to, address } of addressesIn(asked, { from: 0, to: asked.length })) {
    hidden += `${asked.slice(at, from)}${hiddenAddress(address, pseudonyms)}`;
    at = to;
  }
  return hidden + asked.slice(at);
}
