/** A message: one life of a queue ID on a host, from arrival to removal. */

import { type Attempt, isTaken } from './attempt.js';
import type { Attribution } from './attribution.js';
import type { DeliveryFact, Fact, NoticeKind, Reason, Relay } from './fact.js';
import { lean, type Made } from './lean.js';
import type { Life } from './life.js';
import { linesOf, type Session } from './session.js';
import type { Told } from './tries.js';

/**
 * Where a message has got to.
 * `queued`: in the queue, not yet tried for every recipient. `deferred`: in the queue, to be tried again. `held`: until
 * somebody lets it go. `sent`: every recipient's. `bounced`: one recipient's at least, and nobody waits any more. `expired`:
 * returned after its time in the queue. `discarded`: gone before anything was sent: see `ending`. `filtered`: a content filter on
 * this host took it, and it goes on under another queue ID (FACTS 10). `unknown`: the log does not say.
 */
export const states = ['queued', 'deferred', 'held', 'sent', 'bounced', 'expired', 'discarded', 'filtered', 'unknown'] as const;
export type State = (typeof states)[number];

/**
 * How a message left: `removed` by the queue manager, when it was done with; `deleted` or `requeued` by postsuper(1); `rejected`
 * or `discarded` by a check before it was queued; `lost` where the client went away in the middle of it.
 */
export const endings = ['removed', 'deleted', 'requeued', 'rejected', 'discarded', 'lost'] as const;
export type Ending = (typeof endings)[number];

/** Lines that every message has and this one's log has not, or not yet. */
export const gaps = ['arrival', 'message_id', 'queued', 'delivery', 'removal'] as const;
export type Gap = (typeof gaps)[number];

export interface Client {
  /** Verified name, or `unknown`. */
  readonly host?: string;
  readonly ip?: string;
  readonly port?: number;
  /** Postfix logs it only where a check has something to say. */
  readonly helo?: string;
  /** SASL login name and mechanism. */
  readonly user?: string;
  readonly saslMethod?: string;
  readonly tls?: { readonly protocol?: string; readonly cipher?: string };
  /** The client that a content filter had it from (XFORWARD). */
  readonly origHost?: string;
  readonly origIp?: string;
}

/** One line about one recipient. */
export interface Delivery {
  /** Identity of the line. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly program: string;
  readonly pid?: number;
  /** The try that the line tells of; absent where nothing was tried. */
  readonly attempt?: string;
  readonly relay?: Relay;
  /** Seconds from arrival until now, and a, b, c, d of it, as printed (FACTS 2). */
  readonly delay: number;
  readonly delays: { readonly a: number; readonly b: number; readonly c: number; readonly d: number };
  readonly status: string;
  readonly dsn: string;
  readonly reason: Reason;
  readonly queuedAs?: string;
  readonly connUse?: number;
  readonly tls?: string;
  /** Of smtp and lmtp: what c was spent on. */
  readonly attribution?: Attribution;
}

export interface Recipient {
  readonly address: string;
  /** Before aliases and canonical maps. */
  readonly origTo?: string;
  /** Of the last delivery. */
  readonly status: string;
  readonly dsn: string;
  readonly relay?: Relay;
  /** Tries that he took part in: at relays and by local agents, failed or not. Suspended deliveries are none. */
  readonly attempts: number;
  /** Oldest first. */
  readonly deliveries: readonly Delivery[];
}

/** Another message that this one's lines name (chain.ts finds it). */
export interface Link {
  /**
   * Children: notices about it, `forward` by an alias, `filter`: taken by the content filter and queued again, `next_hop`: the
   * next server's. Parents: `filtered`: before the content filter, `requeued`: before postsuper -r.
   */
  readonly kind: NoticeKind | 'forward' | 'filter' | 'next_hop' | 'filtered' | 'requeued';
  readonly queueId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Where it went: of `filter` and `next_hop`. */
  readonly relay?: Relay;
}

export interface Message {
  /** The identity of its first line; of a long queue ID, host and queue ID. */
  readonly id: string;
  readonly host: string;
  readonly queueId: string;
  readonly state: State;
  readonly ending?: Ending;
  /** The log has it from arrival to removal. */
  readonly complete: boolean;
  readonly missing: readonly Gap[];
  /** Stamps of its first and last line: milliseconds since the epoch. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Milliseconds since the epoch. Where the log begins later, what the first delivery's delay says. */
  readonly arrival?: number;
  /** Stamps of the first and last line about a try, and of the line that ended it. */
  readonly firstAttempt?: number;
  readonly lastAttempt?: number;
  readonly removal?: number;
  /** Seconds from arrival to the last delivery, as printed. */
  readonly delay?: number;
  readonly client?: Client;
  /** The local user who brought it. */
  readonly uid?: string;
  /** Empty for notices. */
  readonly sender?: string;
  /** Without brackets. */
  readonly messageId?: string;
  readonly resentMessageId?: string;
  /** Bytes. */
  readonly size?: number;
  /** Recipients as the queue manager counts them (`nrcpt`). */
  readonly recipientCount?: number;
  /** Those that a delivery line names, by address. */
  readonly recipients: readonly Recipient[];
  /** Tries at relays, and those of them that failed for somebody. */
  readonly attempts: number;
  readonly failedAttempts: number;
  /** Tries after which a relay may have the message although it is sent again (FACTS 7); more than 0: a copy may exist. */
  readonly possibleDoubles: number;
  readonly links: readonly Link[];
  /** Lines that it was made of: those with its queue ID, and those that its processes wrote for it without. */
  readonly facts: number;
}

/** A message as far as its facts go, when it is given out: of what documents and rows are made. */
export interface Lived {
  /** Of its document: see `Message`. */
  readonly id: string;
  readonly host: string;
  readonly queueId: string;
  readonly life: Life;
  readonly outline: Outline;
  readonly ending: Ending | undefined;
  readonly session: Session | undefined;
  /** Its tries, as its processes made them. */
  readonly attempts: readonly Attempt[];
  /** Lines that its processes wrote for it without its queue ID. */
  readonly joined: readonly Fact[];
  /** What the lines of its deliveries are told by their processes, by the line's identity. */
  readonly told: ReadonlyMap<string, Told>;
}

/** What is looked at in a life, in one pass. */
export class Outline {
  client: Extract<Fact, { is: 'client' }> | undefined = undefined;
  pickup: Extract<Fact, { is: 'picked_up' }> | undefined = undefined;
  identified = false;
  messageId: string | undefined = undefined;
  resentMessageId: string | undefined = undefined;
  /** The last of each. */
  queued: Extract<Fact, { is: 'queued' }> | undefined = undefined;
  removal: (Fact & { readonly is: 'removed' | 'deleted' | 'requeued' }) | undefined = undefined;
  lastDelivery: DeliveryFact | undefined = undefined;
  /** Of each recipient, oldest first. */
  readonly recipients: [DeliveryFact, ...DeliveryFact[]][] = [];
  /** Of lines about checks: the first name that the client gave, the last sender, what the first about the whole message was. */
  helo: string | undefined = undefined;
  checkedSender: string | undefined = undefined;
  refusal: 'rejected' | 'discarded' | undefined = undefined;
  held = false;
  expired = false;
  hungUp = false;
  /** Where there are many recipients: the deliveries of each, by what tells him from others. */
  private byRecipient: Map<string, [DeliveryFact, ...DeliveryFact[]]> | undefined = undefined;

  constructor(life: Life) {
    for (const fact of life) this.add(fact);
  }

  private add(fact: Fact): void {
    switch (fact.is) {
      case 'client':
        this.client ??= fact;
        break;
      case 'picked_up':
        this.pickup ??= fact;
        break;
      case 'message_id':
        this.identified = true;
        if (fact.messageId !== undefined) this.messageId ??= fact.messageId;
        if (fact.resentMessageId !== undefined) this.resentMessageId ??= fact.resentMessageId;
        break;
      case 'verdict':
        if (fact.helo !== undefined) this.helo ??= fact.helo;
        if (fact.sender !== undefined) this.checkedSender = fact.sender;
        if (fact.verdict === 'hold') this.held = true;
        if (fact.whole === true && fact.verdict === 'reject') this.refusal ??= 'rejected';
        if (fact.whole === true && fact.verdict === 'discard') this.refusal ??= 'discarded';
        break;
      case 'queued':
        this.queued = fact;
        this.held = false;
        break;
      case 'delivery':
        this.deliver(fact);
        this.lastDelivery = fact;
        this.held = false;
        break;
      case 'expired':
        this.expired = true;
        break;
      case 'hang_up':
        this.hungUp = true;
        break;
      case 'held':
        this.held = true;
        break;
      case 'released':
        this.held = false;
        break;
      case 'removed':
      case 'deleted':
      case 'requeued':
        this.removal = fact;
        break;
      default:
    }
  }

  private deliver(fact: DeliveryFact): void {
    const known = this.deliveriesTo(fact);
    if (known !== undefined) {
      known.push(fact);
      return;
    }
    const deliveries: [DeliveryFact] = [fact];
    this.recipients.push(deliveries);
    this.byRecipient?.set(recipientKey(fact), deliveries);
  }

  private deliveriesTo(fact: DeliveryFact): DeliveryFact[] | undefined {
    const { recipients } = this;
    if (recipients.length <= fewRecipients) {
      return recipients.find(([{ recipient, origTo }]) => recipient === fact.recipient && (origTo ?? '') === (fact.origTo ?? ''));
    }
    this.byRecipient ??= new Map(recipients.map((deliveries) => [recipientKey(deliveries[0]), deliveries]));
    return this.byRecipient.get(recipientKey(fact));
  }
}

/** So many are looked through. */
const fewRecipients = 8;

const recipientKey = ({ recipient, origTo }: DeliveryFact) => `${recipient}\0${origTo ?? ''}`;

/** How a message ended; undefined where it has not. */
export function endingOf({ removal, queued, recipients, refusal, identified, hungUp }: Outline, session: Session | undefined) {
  if (removal !== undefined) return removal.is;
  // Whoever is in the queue has passed every check.
  if (queued !== undefined || recipients.length > 0) return undefined;
  if (refusal !== undefined) return refusal;
  return (hungUp || session?.hangUp !== undefined) && !identified ? 'lost' : undefined;
}

/** The document of a message. */
export function messageOf(lived: Lived): Message {
  const { id, host, queueId, life, outline, ending, session, attempts, joined } = lived;
  const { client, pickup, queued, removal, lastDelivery } = outline;
  const missing = gapsOf(outline, ending);
  let failedAttempts = 0;
  let firstAttempt = Number.POSITIVE_INFINITY;
  let lastAttempt = Number.NEGATIVE_INFINITY;
  for (const { outcome, time } of attempts) {
    if (outcome !== 'sent') failedAttempts++;
    firstAttempt = Math.min(firstAttempt, time);
    lastAttempt = Math.max(lastAttempt, time);
  }
  for (const { is, time } of life) {
    if (is !== 'delivery') continue;
    firstAttempt = Math.min(firstAttempt, time);
    lastAttempt = Math.max(lastAttempt, time);
  }
  const message: Made<Message> = {
    id,
    host,
    queueId,
    state: stateOf(outline, ending),
    complete: missing.length === 0,
    missing,
    firstLine: life[0].time,
    lastLine: (life.at(-1) as Fact).time,
    recipients: recipientsOf(lived),
    attempts: attempts.length,
    failedAttempts,
    possibleDoubles: doublesIn(attempts),
    links: linksOf(life),
    facts: life.length + joined.length + (session === undefined ? 0 : linesOf(session, ending === 'lost').length),
  };
  const arrival = arrivalOf(life, missing);
  const sender = queued?.sender ?? pickup?.sender ?? outline.checkedSender;
  if (ending !== undefined) message.ending = ending;
  if (arrival !== undefined) message.arrival = arrival;
  if (Number.isFinite(firstAttempt)) message.firstAttempt = firstAttempt;
  if (Number.isFinite(lastAttempt)) message.lastAttempt = lastAttempt;
  if (removal !== undefined) message.removal = removal.time;
  if (lastDelivery !== undefined) message.delay = lastDelivery.delay;
  if (client !== undefined) message.client = clientOf(client, outline.helo, session);
  if (pickup !== undefined) message.uid = pickup.uid;
  if (sender !== undefined) message.sender = sender;
  if (outline.messageId !== undefined) message.messageId = outline.messageId;
  if (outline.resentMessageId !== undefined) message.resentMessageId = outline.resentMessageId;
  if (queued !== undefined) message.size = queued.size;
  if (queued !== undefined) message.recipientCount = queued.recipientCount;
  return message;
}

/** Tries after which a relay may have the message although it is sent again. */
export function doublesIn(attempts: readonly Attempt[]): number {
  let doubles = 0;
  for (const { mayBeDouble } of attempts) if (mayBeDouble) doubles++;
  return doubles;
}

function clientOf(fact: Extract<Fact, { is: 'client' }>, helo: string | undefined, session: Session | undefined): Client {
  const tls = session?.tls;
  const name = helo ?? session?.greeting?.helo;
  const client: Made<Client> = {};
  if (fact.clientHost !== undefined) client.host = fact.clientHost;
  if (fact.clientIp !== undefined) client.ip = fact.clientIp;
  if (fact.clientPort !== undefined) client.port = fact.clientPort;
  if (name !== undefined) client.helo = name;
  if (fact.user !== undefined) client.user = fact.user;
  if (fact.saslMethod !== undefined) client.saslMethod = fact.saslMethod;
  if (tls !== undefined) client.tls = lean({ protocol: tls.protocol, cipher: tls.cipher });
  if (fact.origClientHost !== undefined) client.origHost = fact.origClientHost;
  if (fact.origClientIp !== undefined) client.origIp = fact.origClientIp;
  return client;
}

const untold: Told = { attempt: undefined, attempts: 0, attribution: undefined };

function recipientsOf({ outline, told }: Lived): Recipient[] {
  const all = outline.recipients.map((facts) => ({ key: recipientKey(facts[0]), facts }));
  if (all.length > 1) all.sort((a, b) => (a.key < b.key ? -1 : 1));
  return all.map(({ facts }) => {
    const final = facts.at(-1) as DeliveryFact;
    let attempts = 0;
    const deliveries = facts.map((fact) => {
      const of = told.get(fact.id) ?? untold;
      attempts += of.attempts;
      return deliveryOf(fact, of.attempt, of.attribution);
    });
    const { recipient: address, origTo, status, dsn, relay } = final;
    const one: Made<Recipient> = { address, status, dsn, attempts, deliveries };
    if (origTo !== undefined) one.origTo = origTo;
    if (relay !== undefined) one.relay = relay;
    return one;
  });
}

function deliveryOf(fact: DeliveryFact, attempt: string | undefined, attribution: Attribution | undefined): Delivery {
  const { id, time, program, pid, relay, delay, a, b, c, d, status, dsn, reason, queuedAs, connUse, tls } = fact;
  const delivery: Made<Delivery> = { id, time, program, delay, delays: { a, b, c, d }, status, dsn, reason };
  if (pid !== undefined) delivery.pid = pid;
  if (attempt !== undefined) delivery.attempt = attempt;
  if (relay !== undefined) delivery.relay = relay;
  if (queuedAs !== undefined) delivery.queuedAs = queuedAs;
  if (connUse !== undefined) delivery.connUse = connUse;
  if (tls !== undefined) delivery.tls = tls;
  if (attribution !== undefined) delivery.attribution = attribution;
  return delivery;
}

/** Address of this host to itself. */
const isLoopback = (ip: string | undefined) => ip !== undefined && (ip === '::1' || ip.startsWith('127.'));

/** A content filter has it, which brings it back under another queue ID. */
const isFilter = ({ relay, queuedAs }: { relay?: Relay; queuedAs?: string }) => queuedAs !== undefined && isLoopback(relay?.ip);

/** Where a message has got to. */
export function stateOf({ recipients, expired, queued, held, identified }: Outline, ending: Ending | undefined): State {
  if (ending !== undefined && ending !== 'removed') return 'discarded';
  if (expired) return 'expired';
  const isLate = recipients.some((deliveries) => finalOf(deliveries).status === 'deferred');
  const count = queued?.recipientCount ?? Number.POSITIVE_INFINITY;
  if (ending === 'removed' || (recipients.length >= count && !isLate)) return finalState(recipients);
  if (held) return 'held';
  if (isLate) return 'deferred';
  return queued !== undefined || recipients.length > 0 || identified ? 'queued' : 'unknown';
}

const finalOf = (deliveries: readonly DeliveryFact[]) => deliveries[deliveries.length - 1] as DeliveryFact;

function finalState(recipients: Outline['recipients']): State {
  if (recipients.length === 0) return 'unknown';
  if (recipients.every((deliveries) => isTaken(finalOf(deliveries).status))) {
    return recipients.every((deliveries) => isFilter(finalOf(deliveries))) ? 'filtered' : 'sent';
  }
  return recipients.some((deliveries) => isGivenBack(finalOf(deliveries))) ? 'bounced' : 'unknown';
}

const isGivenBack = ({ status }: DeliveryFact) => status === 'bounced' || status === 'undeliverable';

const noGaps: readonly Gap[] = [];

/** Lines that the log of a message has not, or not yet. */
export function gapsOf({ client, pickup, identified, queued, recipients }: Outline, ending: Ending | undefined): readonly Gap[] {
  const isBegun = client !== undefined || pickup !== undefined || identified;
  if (isBegun && identified && ending === 'removed' && queued !== undefined && recipients.length >= Math.max(1, queued.recipientCount)) {
    return noGaps;
  }
  const missing: Gap[] = [];
  const passed = ending === undefined || ending === 'removed' || ending === 'deleted' || ending === 'requeued';
  // A message that Postfix makes itself begins with its message-ID.
  if (!isBegun) missing.push('arrival');
  if (!identified && passed) missing.push('message_id');
  if (queued === undefined && ending === 'removed') missing.push('queued');
  if (ending === 'removed' && recipients.length < Math.max(1, queued?.recipientCount ?? 1)) missing.push('delivery');
  if (ending === undefined) missing.push('removal');
  return missing;
}

/** Where the log begins in the middle of a life, the delays say when it began; to the second, as they are rounded. */
export function arrivalOf(life: Life, missing: readonly Gap[]): number | undefined {
  if (!missing.includes('arrival')) return life[0].time;
  const delivery = life.find((fact): fact is DeliveryFact => fact.is === 'delivery');
  if (delivery === undefined) return undefined;
  const arrival = Math.floor(delivery.time / 1000 - delivery.delay) * 1000;
  // Anybody may write to a log: what no message can have waited says nothing.
  return arrival < 0 ? undefined : arrival;
}

function linksOf(life: Life): Link[] {
  const links: Link[] = [];
  const add = (kind: Link['kind'], queueId: string, time: number, relay?: Relay) => {
    if (links.some((link) => link.kind === kind && link.queueId === queueId)) return;
    links.push(lean({ kind, queueId, time, relay }));
  };
  for (const fact of life) {
    switch (fact.is) {
      case 'client':
        if (fact.origQueueId !== undefined) add('filtered', fact.origQueueId, fact.time);
        break;
      case 'picked_up':
        if (fact.origQueueId !== undefined) add('requeued', fact.origQueueId, fact.time);
        break;
      case 'notice':
        add(fact.notice, fact.childId, fact.time);
        break;
      case 'delivery':
        if (fact.childId !== undefined) add('forward', fact.childId, fact.time);
        if (fact.queuedAs !== undefined) add(isFilter(fact) ? 'filter' : 'next_hop', fact.queuedAs, fact.time, fact.relay);
        break;
      default:
    }
  }
  return links;
}
