/**
 * What the fold needs of a line: a small plain value, which lies in Redis, in a column or in a document as JSON, and from
 * which messages and attempts are made. Most lines have none.
 */
import { daemons } from '../daemons/index.js';
import { relayOf } from '../document.js';
import type { Fields } from '../fields.js';
import type { Event } from '../parse.js';
import { isLongQueueId } from '../queue_id.js';
import type { Kind, Phase } from '../reason.js';
import { lean, type Made } from './lean.js';

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
  if (!Object.hasOwn(daemons, event.daemon)) return undefined;
  const { queueId } = event;
  if (queueId === undefined && isSilent(event)) return undefined;
  const fact = queueId === undefined ? ofProcess(event, id, place) : ofMessage(event, id, place, queueId);
  return fact === undefined || event.pid !== undefined ? fact : (lean(fact) as Fact);
}

/** Actions of lines without a queue ID that have a fact, at least in some daemon. */
const ofProcesses: ReadonlySet<string> = new Set([
  'connect',
  'tls_established',
  'tls_reused',
  'lost_connection',
  'timeout',
  'attempt_failed',
  'tls_handshake_failed',
  'certificate_unverified',
]);

/** Of each pattern, by the number of its matcher, whether it may name the client's greeting. */
const greets: (boolean | undefined)[] = [];

/** Whether a line without a queue ID has certainly no fact; told without cutting out its fields. */
export function isSilent({ action, daemon, matcher }: Event): boolean {
  if (action === 'tls_established' || action === 'tls_reused') return daemon !== 'smtpd';
  if (ofProcesses.has(action)) return false;
  if (daemon !== 'smtpd' || matcher === undefined) return true;
  greets[matcher.number] ??= matcher.scanner?.names.includes('helo') ?? true;
  return greets[matcher.number] === false;
}

function ofProcess(event: Event, id: string, { path, offset }: Place): Fact | undefined {
  const { action, daemon, fields, host, program, time } = event;
  // Where a line has none, factOf() takes it out again.
  const pid = event.pid as number;
  switch (action) {
    case 'connect':
      return daemon === 'smtpd' ? named<SessionFact>({ is: 'session', id, host, program, pid, time, path, offset }, fields) : undefined;
    case 'tls_established':
    case 'tls_reused': {
      if (daemon !== 'smtpd') return undefined;
      const tls = named<TlsFact>({ is: 'tls', id, host, program, pid, time, path, offset }, fields);
      if (fields.tls_protocol !== undefined) tls.protocol = fields.tls_protocol;
      if (fields.tls_cipher !== undefined) tls.cipher = fields.tls_cipher;
      return tls;
    }
    case 'lost_connection':
    case 'timeout':
      return daemon === 'smtpd' ? hangUp({ is: 'hang_up', id, host, program, pid, time, path, offset }, event) : undefined;
    case 'attempt_failed':
      return failure({ is: 'failure', id, host, program, pid, time, path, offset, reason: reasonIn(event) }, event);
    case 'tls_handshake_failed': {
      const relay = relayIn(event);
      return relay === undefined ? undefined : { is: 'tls_error', id, host, program, pid, time, path, offset, relay };
    }
    case 'certificate_unverified': {
      const relay = daemon === 'smtp' || daemon === 'lmtp' ? relayNamed(fields.tls_peer) : undefined;
      return relay === undefined ? undefined : { is: 'tls_error', id, host, program, pid, time, path, offset, relay };
    }
    default:
      if (daemon !== 'smtpd' || fields.helo === undefined) return undefined;
      return named<GreetingFact>({ is: 'greeting', id, host, program, pid, time, path, offset, helo: fields.helo }, fields);
  }
}

function ofMessage(event: Event, id: string, { path, offset }: Place, queueId: string): Fact | undefined {
  const { action, daemon, fields, host, program, time } = event;
  const pid = event.pid as number;
  switch (action) {
    case 'client': {
      const client = named<ClientFact>({ is: 'client', id, host, program, pid, time, path, offset, queueId }, fields);
      if (fields.user !== undefined) client.user = fields.user;
      if (fields.sasl_method !== undefined) client.saslMethod = fields.sasl_method;
      if (fields.orig_queue_id !== undefined) client.origQueueId = fields.orig_queue_id;
      if (fields.orig_client_host !== undefined) client.origClientHost = fields.orig_client_host;
      if (fields.orig_client_ip !== undefined) client.origClientIp = fields.orig_client_ip;
      return client;
    }
    case 'picked_up': {
      const { uid = '', sender = '', orig_queue_id: origQueueId } = fields;
      const pickup: Made<PickupFact> = { is: 'picked_up', id, host, program, pid, time, path, offset, queueId, uid, sender };
      if (origQueueId !== undefined) pickup.origQueueId = origQueueId;
      return pickup;
    }
    case 'message_id': {
      const { message_id: messageId, resent_message_id: resentMessageId } = fields;
      const identified: Made<MessageIdFact> = { is: 'message_id', id, host, program, pid, time, path, offset, queueId };
      if (messageId !== undefined) identified.messageId = messageId;
      if (resentMessageId !== undefined) identified.resentMessageId = resentMessageId;
      return identified;
    }
    case 'queued': {
      const { sender = '', size = 0, recipient_count: recipientCount = 0 } = fields;
      return { is: 'queued', id, host, program, pid, time, path, offset, queueId, sender, size, recipientCount };
    }
    case 'delivery': {
      const { recipient = '', delay = 0, delay_a: a = 0, delay_b: b = 0, delay_c: c = 0, delay_d: d = 0, dsn = '', status = '' } = fields;
      const reason = reasonIn(event);
      return delivery(
        { is: 'delivery', id, host, program, pid, time, path, offset, queueId, recipient, delay, a, b, c, d, dsn, status, reason },
        event,
      );
    }
    case 'attempt_failed':
      return failure({ is: 'failure', id, host, program, pid, time, path, offset, queueId, reason: reasonIn(event) }, event);
    case 'bounce_sent':
    case 'delay_notice_sent':
    case 'delivery_notice_sent':
    case 'postmaster_notice_sent': {
      const { child_id: childId } = fields;
      if (childId === undefined) return undefined;
      const notice = notices[action] as NoticeKind;
      return { is: 'notice', id, host, program, pid, time, path, offset, queueId, notice, childId };
    }
    case 'expired':
      return { is: 'expired', id, host, program, pid, time, path, offset, queueId, status: fields.status ?? 'expired' };
    case 'removed':
    case 'deleted':
    case 'requeued':
      return { is: action, id, host, program, pid, time, path, offset, queueId };
    case 'held':
    case 'released':
      return { is: action, id, host, program, pid, time, path, offset, queueId };
    case 'lost_connection':
    case 'timeout':
      return daemon === 'smtpd' ? hangUp({ is: 'hang_up', id, host, program, pid, time, path, offset, queueId }, event) : undefined;
    default: {
      if (daemon !== 'smtpd' && daemon !== 'cleanup') return undefined;
      const known = verdicts[action];
      if (known === undefined && fields.helo === undefined) return undefined;
      return verdict({ is: 'verdict', id, host, program, pid, time, path, offset, queueId, verdict: known ?? 'other' }, event);
    }
  }
}

function named<F extends SessionFact | TlsFact | GreetingFact | ClientFact>(fact: Made<F>, fields: Fields): Made<F> {
  if (fields.client_host !== undefined) fact.clientHost = fields.client_host;
  if (fields.client_ip !== undefined) fact.clientIp = fields.client_ip;
  if (fields.client_port !== undefined) fact.clientPort = fields.client_port;
  return fact;
}

function hangUp(fact: Made<HangUpFact>, { action, fields }: Event): HangUpFact {
  if (fields.stage !== undefined) fact.stage = fields.stage;
  if (action === 'timeout') fact.timeout = true;
  return fact;
}

function failure(fact: Made<FailureFact>, event: Event): FailureFact {
  const relay = relayIn(event);
  if (relay !== undefined) fact.relay = relay;
  return fact;
}

function delivery(fact: Made<DeliveryFact>, event: Event): DeliveryFact {
  const { fields, reason } = event;
  const relay = relayIn(event);
  if (relay !== undefined) fact.relay = relay;
  if (reason?.queued_as !== undefined) fact.queuedAs = reason.queued_as;
  if (reason?.child_id !== undefined) fact.childId = reason.child_id;
  if (fields.orig_to !== undefined) fact.origTo = fields.orig_to;
  if (fields.conn_use !== undefined) fact.connUse = fields.conn_use;
  if (fields.tls_feature !== undefined) fact.tls = fields.tls_feature;
  if (relay !== undefined && relayOf(event)?.namedIn === 'reason') fact.inReason = true;
  return fact;
}

function verdict(fact: Made<VerdictFact>, { fields }: Event): VerdictFact {
  if (fact.verdict !== 'other' && !ofOneRecipient.has(fields.stage ?? '')) fact.whole = true;
  if (fields.sender !== undefined) fact.sender = fields.sender;
  if (fields.helo !== undefined) fact.helo = fields.helo;
  return fact;
}

/** `mx.example.com[192.0.2.25]:25`, as tls_client.c names a peer. */
function relayNamed(text = ''): Relay | undefined {
  const [, host, ip, port] = /^([^[\]]+)\[([^[\]]+)\](?::(\d+))?$/.exec(text) ?? [];
  if (host === undefined || ip === undefined) return undefined;
  return port === undefined ? { host, ip } : { host, ip, port: Number(port) };
}

function relayIn(event: Event): Relay | undefined {
  const named = relayOf(event);
  if (named === undefined) return undefined;
  const relay: Made<Relay> = { host: named.host };
  if (named.ip !== undefined) relay.ip = named.ip;
  if (named.port !== undefined) relay.port = named.port;
  if (named.socket !== undefined) relay.socket = named.socket;
  return relay;
}

function reasonIn({ fields, reason: said }: Event): Reason {
  const reason: Made<Reason> = { text: fields.reason ?? '' };
  if (said === undefined) return reason;
  if (said.kind !== undefined) reason.kind = said.kind as Kind;
  if (said.phase !== undefined) reason.phase = said.phase as Phase;
  if (said.reply_code !== undefined) reason.replyCode = said.reply_code;
  if (said.enhanced_code !== undefined) reason.enhancedCode = said.enhanced_code;
  if (said.suspended_kind !== undefined) reason.suspendedKind = said.suspended_kind as Kind;
  if (said.may_be_double === 'yes') reason.mayBeDouble = true;
  return reason;
}

/** Stages at which smtpd and Milters decide on one recipient, so that the message goes on without him. */
const ofOneRecipient = new Set(['RCPT', 'VRFY', 'ETRN']);

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
export const comesBack = (queueId: string) => !isLongQueueId(queueId);
