/** What the fold is told about a host's configuration. */
import type { Timeouts } from './timeouts.js';

export interface FoldOptions {
  /**
   * Milliseconds without a line after which a queue ID is another message's: maximal_queue_lifetime (5 days by default), the
   * longest pause between two tries (maximal_backoff_time), and some time for a queue manager that is behind.
   */
  readonly silence?: number;
  /** Milliseconds that a process can be busy with one delivery or one client: daemon_timeout, 5 hours by default. */
  readonly reach?: number;
  /** How long Postfix waits for a relay on this host, where it is known: it tells name resolution from a relay's time. */
  readonly timeouts?: (host: string) => Timeouts;
}

export const defaultSilence = 5 * 86_400_000 + 4_000_000 + 3 * 3_600_000;
export const defaultReach = 18_000_000;
