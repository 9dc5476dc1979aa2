/**
 * What the fold needs of a line: a small plain value, which lies in Redis, in a column or in a document as JSON, and from
 * which messages and attempts are made. Most lines have none.
 */
import { daemons } from '../daemons/index.js';
import { relayOf } from '../document.js';
import type { Event } from '../parse.js';
import { isQueueId } from '../queue_id.js';
import type { Kind, Phase } from '../reason.js';
import { lean } from './lean.js';

/** Where mail was handed to, or was to be handed to: host name or local transport, with its address or socket. */
export interface Relay {
  readonly host: string;
  readonly ip?: string;
  readonly port?: number;
  /** Path of a socket. */
  readonly socket?: string;
}

/** Why something failed, or what was answered (reason.ts). */
export interface Reason {
  readonly text: string;
  readonly kind?: Kind;
  readonly phase?: Phase;
  /** SMTP reply, and the enhanced code in it (RFC 3463). */
  readonly replyCode?: number;
  readonly enhancedCode?: string;
  /** Of a suspended delivery: the kind of failure for which its destination was suspended. */
  readonly suspendedKind?: Kind;
  /** The relay may have taken the message all the same (FACTS 7). */
  readonly mayBeDouble?: true;
}

interface Head {
  /** The event's identity. */
  readonly id: string;
  readonly host: string;
  /** As logged: `postfix/submission/smtpd`. */
  readonly program: string;
  readonly pid?: number;
  /** Milliseconds since the epoch, as the line is stamped. */
  readonly time: number;
  /** Where the line stands, for the order of lines of one second. */
  readonly path: string;
  readonly offset: number;
}

interface OfMessage extends Head {
  readonly queueId: string;
}

/** The host that brings mail, as smtpd names it. */
export interface ClientName {
  readonly clientHost?: string;
  readonly clientIp?: string;
  readonly clientPort?: number;
}

/** A client has connected to smtpd; the session lasts until the next one of the same process. */
export type SessionFact = Head & ClientName & { readonly is: 'session' };
/** Its session is encrypted. */
export type TlsFact = Head & ClientName & { readonly is: 'tls'; readonly protocol?: string; readonly cipher?: string };
/** It has named itself, says a line that is about no message. */
export type GreetingFact = Head & ClientName & { readonly is: 'greeting'; readonly helo: string };
/** It has gone without a good-bye. */
export type HangUpFact = Head & { readonly is: 'hang_up'; readonly queueId?: string; readonly stage?: string; readonly timeout?: true };
/** It brings a message: the first line with a new queue ID. */
export type ClientFact = OfMessage &
  ClientName & {
    readonly is: 'client';
    readonly user?: string;
    readonly saslMethod?: string;
    readonly origQueueId?: string;
    readonly origClientHost?: string;
    readonly origClientIp?: string;
  };
/** A local user brings a message by sendmail(1): the first line with a new queue ID, too. */
export type PickupFact = OfMessage & {
  readonly is: 'picked_up';
  readonly uid: string;
  readonly sender: string;
  readonly origQueueId?: string;
};
export type MessageIdFact = OfMessage & { readonly is: 'message_id'; readonly messageId?: string; readonly resentMessageId?: string };
/** What a check of smtpd, cleanup or a Milter decided on a message that has a queue ID. */
export type VerdictFact = OfMessage & {
  readonly is: 'verdict';
  readonly verdict: 'reject' | 'discard' | 'hold' | 'other';
  /** It is about the whole message and not about one recipient. */
  readonly whole?: true;
  readonly sender?: string;
  readonly helo?: string;
};
/** The queue manager has taken the message in, for the first time or again. */
export type QueuedFact = OfMessage & {
  readonly is: 'queued';
  readonly sender: string;
  readonly size: number;
  readonly recipientCount: number;
};
/** What became of one recipient, for now or for good. Delays are seconds as printed (FACTS 2). */
export type DeliveryFact = OfMessage & {
  readonly is: 'delivery';
  readonly recipient: string;
  readonly origTo?: string;
  readonly relay?: Relay;
  /** The relay stands in the reason, and no connection to it was used (FACTS 6). */
  readonly inReason?: true;
  readonly connUse?: number;
  readonly delay: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly tls?: string;
  readonly dsn: string;
  readonly status: string;
  readonly reason: Reason;
  /** The queue ID that the next hop gave it. */
  readonly queuedAs?: string;
  /** The message on this host that it was forwarded as. */
  readonly childId?: string;
};
/** A try at a relay failed, and another relay may come next (FACTS 5). A connection that fails is logged without queue ID. */
export type FailureFact = Head & { readonly is: 'failure'; readonly queueId?: string; readonly relay?: Relay; readonly reason: Reason };
/** TLS with a relay failed; the line of the failed try, which the process writes next, does not name it. */
export type TlsErrorFact = Head & { readonly is: 'tls_error'; readonly relay: Relay };
/** A message was made about this one. */
export type NoticeFact = OfMessage & { readonly is: 'notice'; readonly notice: NoticeKind; readonly childId: string };
export type NoticeKind = 'bounce' | 'delay_notice' | 'delivery_notice' | 'postmaster_notice';
/** It was given up after its time in the queue, and returned. */
export type ExpiredFact = OfMessage & { readonly is: 'expired'; readonly status: string };
/** It has left the queue: by the queue manager, or by postsuper(1). */
export type EndFact = OfMessage & { readonly is: 'removed' | 'deleted' | 'requeued' };
/** postsuper(1) held it, or let it go. */
export type HoldFact = OfMessage & { readonly is: 'held' | 'released' };

export type Fact =
  | SessionFact
  | TlsFact
  | GreetingFact
  | HangUpFact
  | ClientFact
  | PickupFact
  | MessageIdFact
  | VerdictFact
  | QueuedFact
  | DeliveryFact
  | FailureFact
  | TlsErrorFact
  | NoticeFact
  | ExpiredFact
  | EndFact
  | HoldFact;

/** Where a line stands. */
export interface Place {
  readonly path: string;
  readonly offset: number;
}

const notices: Readonly<Record<string, NoticeKind>> = {
  bounce_sent: 'bounce',
  delay_notice_sent: 'delay_notice',
  delivery_notice_sent: 'delivery_notice',
  postmaster_notice_sent: 'postmaster_notice',
};

/**
 * The fact in an event; undefined where the fold needs nothing of it: lines of other programs, of daemons about themselves,
 * of sessions that bring no mail.
 * @param id the event's identity (identity.ts)
 */
export function factOf(event: Event, id: string, place: Place): Fact | undefined {
  const { action, daemon, fields, queueId } = event;
  if (!Object.hasOwn(daemons, daemon)) return undefined;
  const { host, program, pid, time } = event;
  const head = pid === undefined ? { id, host, program, time, ...place } : { id, host, program, pid, time, ...place };
  if (queueId === undefined) {
    switch (action) {
      case 'connect':
        return daemon === 'smtpd' ? { ...head, is: 'session', ...clientName(event) } : undefined;
      case 'tls_established':
      case 'tls_reused':
        if (daemon !== 'smtpd') return undefined;
        return { ...head, is: 'tls', ...clientName(event), ...lean({ protocol: fields.tls_protocol, cipher: fields.tls_cipher }) };
      case 'lost_connection':
      case 'timeout':
        return daemon === 'smtpd' ? hangUp(head, event) : undefined;
      case 'attempt_failed':
        return { ...head, is: 'failure', ...failure(event) };
      case 'tls_handshake_failed': {
        const relay = relayIn(event);
        return relay === undefined ? undefined : { ...head, is: 'tls_error', relay };
      }
      default:
        if (daemon !== 'smtpd' || fields.helo === undefined) return undefined;
        return { ...head, is: 'greeting', ...clientName(event), helo: fields.helo };
    }
  }
  const of = { ...head, queueId };
  switch (action) {
    case 'client':
      return {
        ...of,
        is: 'client',
        ...clientName(event),
        ...lean({
          user: fields.user,
          saslMethod: fields.sasl_method,
          origQueueId: fields.orig_queue_id,
          origClientHost: fields.orig_client_host,
          origClientIp: fields.orig_client_ip,
        }),
      };
    case 'picked_up':
      return { ...of, is: 'picked_up', uid: fields.uid ?? '', sender: fields.sender ?? '', ...lean({ origQueueId: fields.orig_queue_id }) };
    case 'message_id':
      return { ...of, is: 'message_id', ...lean({ messageId: fields.message_id, resentMessageId: fields.resent_message_id }) };
    case 'queued':
      return {
        ...of,
        is: 'queued',
        sender: fields.sender ?? '',
        size: fields.size ?? 0,
        recipientCount: fields.recipient_count ?? 0,
      };
    case 'delivery':
      return delivery(of, event);
    case 'attempt_failed':
      return { ...of, is: 'failure', ...failure(event) };
    case 'bounce_sent':
    case 'delay_notice_sent':
    case 'delivery_notice_sent':
    case 'postmaster_notice_sent':
      if (fields.child_id === undefined) return undefined;
      return { ...of, is: 'notice', notice: notices[action] as NoticeKind, childId: fields.child_id };
    case 'expired':
      return { ...of, is: 'expired', status: fields.status ?? 'expired' };
    case 'removed':
    case 'deleted':
    case 'requeued':
    case 'held':
    case 'released':
      return { ...of, is: action };
    case 'lost_connection':
    case 'timeout':
      return daemon === 'smtpd' ? hangUp(of, event) : undefined;
    default:
      return daemon === 'smtpd' || daemon === 'cleanup' ? verdict(of, event) : undefined;
  }
}

function clientName({ fields }: Event): ClientName {
  return lean({ clientHost: fields.client_host, clientIp: fields.client_ip, clientPort: fields.client_port });
}

const hangUp = (head: Head, { action, fields }: Event): HangUpFact => ({
  ...head,
  is: 'hang_up',
  ...lean({ stage: fields.stage, timeout: action === 'timeout' ? (true as const) : undefined }),
});

function relayIn(event: Event): Relay | undefined {
  const relay = relayOf(event);
  return relay === undefined ? undefined : lean({ host: relay.host, ip: relay.ip, port: relay.port, socket: relay.socket });
}

function reasonIn({ fields, reason }: Event): Reason {
  return {
    text: fields.reason ?? '',
    ...lean({
      kind: reason?.kind as Kind | undefined,
      phase: reason?.phase as Phase | undefined,
      replyCode: reason?.reply_code,
      enhancedCode: reason?.enhanced_code,
      suspendedKind: reason?.suspended_kind as Kind | undefined,
      mayBeDouble: reason?.may_be_double === 'yes' ? (true as const) : undefined,
    }),
  };
}

const failure = (event: Event) => ({ ...lean({ relay: relayIn(event) }), reason: reasonIn(event) });

function delivery(of: OfMessage, event: Event): DeliveryFact {
  const { fields, reason } = event;
  return {
    ...of,
    is: 'delivery',
    recipient: fields.recipient ?? '',
    ...lean({
      origTo: fields.orig_to,
      relay: relayIn(event),
      inReason: relayOf(event)?.namedIn === 'reason' ? (true as const) : undefined,
      connUse: fields.conn_use,
      tls: fields.tls_feature,
      queuedAs: reason?.queued_as,
      childId: reason?.child_id,
    }),
    delay: fields.delay ?? 0,
    a: fields.delay_a ?? 0,
    b: fields.delay_b ?? 0,
    c: fields.delay_c ?? 0,
    d: fields.delay_d ?? 0,
    dsn: fields.dsn ?? '',
    status: fields.status ?? '',
    reason: reasonIn(event),
  };
}

/** Stages at which smtpd and Milters decide on one recipient, so that the message goes on without him. */
const ofOneRecipient = new Set(['RCPT', 'VRFY', 'ETRN']);

function verdict(of: OfMessage, { action, fields }: Event): VerdictFact | undefined {
  const known = verdicts[action];
  if (known === undefined && fields.helo === undefined) return undefined;
  const whole = known !== undefined && !ofOneRecipient.has(fields.stage ?? '');
  return {
    ...of,
    is: 'verdict',
    verdict: known ?? 'other',
    ...lean({ whole: whole ? (true as const) : undefined, sender: fields.sender, helo: fields.helo }),
  };
}

const verdicts: Readonly<Record<string, VerdictFact['verdict']>> = {
  reject: 'reject',
  milter_reject: 'reject',
  proxy_reject: 'reject',
  discard: 'discard',
  milter_discard: 'discard',
  hold: 'hold',
  milter_hold: 'hold',
};

/** Long queue IDs hold a time and never come back (FACTS 8). */
export const comesBack = (queueId: string) => /^[0-9A-F]+$/.test(queueId) || !isQueueId(queueId);
