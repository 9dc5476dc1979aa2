/**
 * The documents of messages and attempts: what one searches, sorts and counts by under ECS 9 names where ECS has one, `postfix.*`
 * otherwise; and whole, as they were folded, under `postfix.folded`, which is kept and not indexed, so that what is read back
 * from a store is what was written, to the byte.
 */
import { isIP } from 'node:net';
import { isoTime } from '../document.js';
import type { Attempt } from './attempt.js';
import type { Relay } from './fact.js';
import { lean } from './lean.js';
import type { Message } from './message.js';

interface Host {
  readonly domain?: string;
  readonly ip?: string;
  readonly port?: number;
  /** What is no IP address, and names it all the same. */
  readonly address?: string;
}

export interface MessageDocument {
  /** Arrival, or the first line that there is. */
  readonly '@timestamp': string;
  readonly ecs: { readonly version: string };
  readonly event: {
    readonly id: string;
    readonly action: 'message';
    readonly outcome?: 'success' | 'failure';
    readonly start?: string;
    readonly end?: string;
    /** Nanoseconds from arrival to the last delivery. */
    readonly duration?: number;
  };
  readonly host: { readonly name: string };
  readonly email: {
    readonly local_id: string;
    readonly message_id?: string;
    readonly from?: { readonly address: string };
    readonly to?: { readonly address: readonly string[] };
  };
  readonly source?: Host;
  readonly destination?: { readonly domain: readonly string[]; readonly ip: readonly string[] };
  readonly user?: { readonly name?: string; readonly id?: string };
  readonly tls?: { readonly version?: string; readonly cipher?: string };
  readonly postfix: {
    readonly state: Message['state'];
    readonly ending?: Message['ending'];
    readonly complete: boolean;
    readonly missing: Message['missing'];
    readonly size?: number;
    readonly recipient_count?: number;
    readonly helo?: string;
    /** Seconds. */
    readonly delay?: number;
    readonly attempts: number;
    readonly failed_attempts: number;
    readonly possible_doubles: number;
    /** Statuses of its recipients. */
    readonly status: readonly string[];
    /** Kinds of failures that deferred or returned it. */
    readonly reason?: { readonly kind: readonly string[] };
    /** Queue IDs that its lines name: the way to the other messages of its chain. */
    readonly linked_id: readonly string[];
    readonly folded: Message;
  };
}

export interface AttemptDocument {
  /** When the last line of it was written. */
  readonly '@timestamp': string;
  readonly ecs: { readonly version: string };
  readonly event: {
    readonly id: string;
    readonly action: 'attempt';
    readonly outcome: 'success' | 'failure';
    /** Nanoseconds that it is likely to have taken. */
    readonly duration?: number;
  };
  readonly host: { readonly name: string };
  readonly process: { readonly name: string; readonly pid?: number };
  readonly email?: { readonly local_id: string };
  readonly destination?: Host;
  readonly postfix: {
    readonly message_document?: string;
    readonly outcome: Attempt['outcome'];
    readonly dsn?: string;
    /** Seconds that it is likely to have taken, and the least and the most that they can have been. */
    readonly seconds?: { readonly least: number; readonly most: number; readonly likely: number };
    readonly reason?: {
      readonly kind?: string;
      readonly phase?: string;
      readonly text?: string;
      readonly reply_code?: number;
      readonly enhanced_code?: string;
      readonly may_be_double?: 'yes';
    };
    readonly folded: Attempt;
  };
}

const ecs = { version: '9.0.0' } as const;
const nanoseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.round(seconds * 1e9));
const isEmpty = (object: object) => Object.keys(object).length === 0;
const filled = <T extends object>(object: T): T | undefined => (isEmpty(object) ? undefined : object);
const distinct = <T>(values: readonly (T | undefined)[]): T[] => [...new Set(values.filter((value): value is T => value !== undefined))];

/** A relay or a client under ECS's names. */
export function placeOf({ host, ip, port, socket }: { host?: string; ip?: string; port?: number; socket?: string }): Host {
  const isAddress = ip !== undefined && isIP(ip) !== 0;
  return lean({ domain: host, ip: isAddress ? ip : undefined, port, address: socket ?? (isAddress ? undefined : ip) });
}

export function messageDocument(message: Message): MessageDocument {
  const { client, recipients, arrival, removal, links } = message;
  const deliveries = recipients.flatMap((recipient) => recipient.deliveries);
  const relays = distinct(deliveries.map(({ relay }) => relay));
  const kinds = distinct(deliveries.map(({ reason }) => reason.kind));
  return lean({
    '@timestamp': isoTime(arrival ?? message.firstLine),
    ecs,
    event: lean({
      id: message.id,
      action: 'message' as const,
      outcome: outcomeOf(message.state),
      start: arrival === undefined ? undefined : isoTime(arrival),
      end: removal === undefined ? undefined : isoTime(removal),
      duration: nanoseconds(message.delay),
    }),
    host: { name: message.host },
    email: lean({
      local_id: message.queueId,
      message_id: message.messageId,
      from: message.sender === undefined ? undefined : { address: message.sender },
      to: recipients.length === 0 ? undefined : { address: distinct(recipients.map(({ address }) => address)) },
    }),
    source: client === undefined ? undefined : filled(placeOf(client)),
    destination:
      relays.length === 0
        ? undefined
        : {
            domain: distinct(relays.map(({ host }) => host)),
            ip: distinct(relays.map(({ ip }) => (isIP(ip ?? '') === 0 ? undefined : ip))),
          },
    user: filled(lean({ name: client?.user, id: message.uid })),
    tls: client?.tls === undefined ? undefined : filled(lean({ version: client.tls.protocol, cipher: client.tls.cipher })),
    postfix: lean({
      state: message.state,
      ending: message.ending,
      complete: message.complete,
      missing: message.missing,
      size: message.size,
      recipient_count: message.recipientCount,
      helo: client?.helo,
      delay: message.delay,
      attempts: message.attempts,
      failed_attempts: message.failedAttempts,
      possible_doubles: message.possibleDoubles,
      status: distinct(recipients.map(({ status }) => status)),
      reason: kinds.length === 0 ? undefined : { kind: kinds },
      linked_id: distinct(links.map(({ queueId }) => queueId)),
      folded: message,
    }),
  });
}

function outcomeOf(state: Message['state']): 'success' | 'failure' | undefined {
  switch (state) {
    case 'sent':
    case 'filtered':
      return 'success';
    case 'bounced':
    case 'expired':
    case 'discarded':
    case 'deferred':
      return 'failure';
    case 'queued':
    case 'held':
    case 'unknown':
      return undefined;
  }
}

export function attemptDocument(attempt: Attempt): AttemptDocument {
  const { relay, seconds, kind, phase, text, replyCode, enhancedCode, mayBeDouble } = attempt;
  const reason = lean({
    kind,
    phase,
    text,
    reply_code: replyCode,
    enhanced_code: enhancedCode,
    may_be_double: mayBeDouble ? ('yes' as const) : undefined,
  });
  return lean({
    '@timestamp': isoTime(attempt.time),
    ecs,
    event: lean({
      id: attempt.id,
      action: 'attempt' as const,
      outcome: attempt.outcome === 'failed' ? ('failure' as const) : ('success' as const),
      duration: nanoseconds(seconds?.likely),
    }),
    host: { name: attempt.host },
    process: lean({ name: attempt.program, pid: attempt.pid }),
    email: attempt.queueId === undefined ? undefined : { local_id: attempt.queueId },
    destination: relay === undefined ? undefined : placeOf(relay satisfies Relay),
    postfix: lean({
      message_document: attempt.message,
      outcome: attempt.outcome,
      dsn: attempt.dsn,
      seconds,
      reason: filled(reason),
      folded: attempt,
    }),
  });
}
