/** Which lines stand for a try at a relay. */

import { relayOf } from './document.js';
import type { Event } from './parse.js';

/**
 * Whether a line by itself tells of one try at one relay.
 *
 * A connection that fails is logged at once (smtp_connect.c: `connect to HOST[IP]:25: …`), and again as the reason of the
 * status lines if that relay was the last one; only the first counts. A socket has no such line. `delivery temporarily
 * suspended` and errors that come before any connection are no tries at all (FACTS 5 and 6).
 */
export function isAttempt(event: Event): boolean {
  const relay = relayOf(event);
  if (relay === undefined) return false;
  if (event.action === 'attempt_failed') return true;
  if (event.fields.status === undefined) return false;
  switch (event.reason?.kind) {
    case 'connect_timeout':
    case 'connection_refused':
    case 'unreachable':
      return relay.ip === undefined;
    case 'suspended':
    case 'dns_failure':
    case 'expired':
    case 'loop':
      return false;
    default:
      return true;
  }
}
