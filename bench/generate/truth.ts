/** What really happened to a message: what a reader of the log should find out. */
import type { Kind, Phase } from '../../postfix/reason.js';

/**
 * Where a message has got to. `sent`, `bounced` (to one recipient at least), `expired` and `deleted` have left the queue;
 * `rejected` and `discarded` were thrown away, and `lost` were given up by their client, before the queue manager saw them.
 */
export type MessageState = 'queued' | 'deferred' | 'held' | 'sent' | 'bounced' | 'expired' | 'deleted' | 'rejected' | 'discarded' | 'lost';

export interface RecipientTruth {
  readonly address: string;
  /** The address before aliases, where it is another one. */
  readonly orig_to: string | null;
  /** Of the last delivery line; null where there is none yet. */
  readonly status: 'sent' | 'bounced' | 'deferred' | null;
  readonly dsn: string | null;
  /** `relay=` of the last delivery line, without address and port. */
  readonly relay: string | null;
  readonly relay_ip: string | null;
  /** Delivery lines, those of suspended deliveries included. */
  readonly deliveries: number;
  /** Tries at an address or by a local agent that he took part in, failed or not; a suspended delivery is none. */
  readonly attempts: number;
}

/** A try over SMTP that failed: in a line of its own, or in the reason of a delivery line, or in both. */
export interface FailedAttempt {
  /** When it was given up, which is when the line was written; seconds since 1970. */
  readonly time: number;
  readonly seconds: number;
  readonly relay: string;
  readonly relay_ip: string;
  readonly kind: Kind;
  readonly phase: Phase;
  /** The recipient that alone was turned away, where the others were not; null where the try failed for all. */
  readonly recipient: string | null;
  /** The process that tried. */
  readonly pid: number;
  /** Whether it is the reason in a delivery line. */
  readonly in_status: boolean;
}

export interface MessageTruth {
  readonly host: string;
  readonly queue_id: string;
  /** With its brackets. */
  readonly message_id: string;
  readonly sender: string;
  /** In bytes, as the queue manager says. */
  readonly size: number;
  /** Who brought it over SMTP; null for mail that was made on this host. */
  readonly client: { readonly host: string; readonly ip: string; readonly helo: string; readonly user: string | null } | null;
  /** The local user that brought it by sendmail(1). */
  readonly uid: number | null;
  readonly recipients: readonly RecipientTruth[];
  readonly state: MessageState;
  /** Seconds since 1970. */
  readonly arrival: number;
  /** When the line `removed` was written; null where it is not in the log. */
  readonly removed: number | null;
  readonly failures: readonly FailedAttempt[];
  /** How often the end of data failed: each time the relay may have taken the message, which is sent again all the same. */
  readonly doubles: number;
  /** The message that this one notifies about, forwards or continues behind the content filter, on this host. */
  readonly parent: string | null;
  /** Its notifications, forwarded copies and continuations, on this host. */
  readonly children: readonly string[];
  /** Its continuation on another host of this log. */
  readonly next: { readonly host: string; readonly queue_id: string } | null;
}
