/** A message in a queue: what is known of it while it lives, and its truth when it has gone. */
import type { Client } from './clients.js';
import type { QueueId } from './queue_id.js';
import type { FailedAttempt, MessageState, MessageTruth, RecipientTruth } from './truth.js';

/** How mail for a recipient leaves the queue. */
export type Route =
  /** By smtp to the four relays of the relayhost. */
  | { readonly agent: 'relayhost' }
  /** By smtp to the mail servers of the recipient's domain. */
  | { readonly agent: 'direct'; readonly domain: string; readonly domainRank: number }
  /** By smtp to another server of this log. */
  | { readonly agent: 'peer' }
  /** By smtp to the content filter, which brings it back. */
  | { readonly agent: 'filter' }
  | { readonly agent: 'lmtp' | 'virtual' | 'local' | 'pipe' | 'error' | 'discard' };

export class Recipient {
  status: RecipientTruth['status'] = null;
  dsn: string | null = null;
  relay: string | null = null;
  relayIp: string | null = null;
  deliveries = 0;
  attempts = 0;
  /** Until when a remote server that does not know us turns it away; seconds since 1970. */
  greylistedUntil: number | undefined;

  constructor(
    readonly address: string,
    readonly route: Route,
    readonly origTo: string | null = null,
  ) {}

  get isOpen(): boolean {
    return this.status === null || this.status === 'deferred';
  }

  truth(): RecipientTruth {
    return {
      address: this.address,
      orig_to: this.origTo,
      status: this.status,
      dsn: this.dsn,
      relay: this.relay,
      relay_ip: this.relayIp,
      deliveries: this.deliveries,
      attempts: this.attempts,
    };
  }
}

/** What comes in: all of a message but its place in a queue. */
export interface Envelope {
  readonly sender: string;
  readonly recipients: Recipient[];
  readonly messageId: string;
  readonly size: number;
}

/** Where it came from. */
export interface Origin {
  readonly client?: Client;
  readonly user?: string;
  readonly uid?: number;
  readonly parent?: Message;
}

export class Message {
  state: MessageState = 'queued';
  /** When the queue manager took it into the active queue this time. */
  active = 0;
  /** Deliveries under way. */
  pending = 0;
  removed: number | null = null;
  doubles = 0;
  warned = false;
  readonly failures: FailedAttempt[] = [];
  readonly children: string[] = [];
  next: MessageTruth['next'] = null;

  constructor(
    readonly host: string,
    readonly queueId: QueueId,
    readonly arrival: number,
    readonly envelope: Envelope,
    readonly origin: Origin,
  ) {}

  get id(): string {
    return this.queueId.text;
  }

  get openRecipients(): Recipient[] {
    return this.envelope.recipients.filter((recipient) => recipient.isOpen);
  }

  has(status: RecipientTruth['status']): boolean {
    return this.envelope.recipients.some((recipient) => recipient.status === status);
  }

  truth(): MessageTruth {
    const { client, user, uid, parent } = this.origin;
    return {
      host: this.host,
      queue_id: this.id,
      message_id: this.envelope.messageId,
      sender: this.envelope.sender,
      size: this.envelope.size,
      client: client === undefined ? null : { host: client.host, ip: client.ip, helo: client.helo, user: user ?? null },
      uid: uid ?? null,
      recipients: this.envelope.recipients.map((recipient) => recipient.truth()),
      state: this.state,
      arrival: round(this.arrival),
      removed: this.removed === null ? null : round(this.removed),
      failures: this.failures,
      doubles: this.doubles,
      parent: parent?.id ?? null,
      children: this.children,
      next: this.next,
    };
  }
}

/** To microseconds. */
export const round = (seconds: number) => Math.round(seconds * 1e6) / 1e6;
