/** What waits in a queue, counted: by next hop, by why, by age, by where it is going. */
import type { Reason, Relay } from '../message/fact.js';
import { lean } from '../message/lean.js';
import type { Kind, Phase } from '../reason.js';
import type { QueuedMessage } from './queue.js';

/** Mail that has something in common. A message with several recipients may be in several shares. */
export interface Share {
  readonly recipients: number;
  readonly messages: number;
  /** Arrival of the oldest: milliseconds since the epoch. */
  readonly first: number;
}

export interface RelayShare extends Share {
  /** What the reason names, if it names one. */
  readonly relay?: Relay;
  /** Nothing was tried yet, so there is no reason. */
  readonly untried?: true;
}

export interface ReasonShare extends Share {
  /** Absent where nothing was tried yet, or no pattern knows the reason. */
  readonly kind?: Kind;
  readonly phase?: Phase;
  /** Of what was put off untried: what its destination was suspended for. */
  readonly suspendedKind?: Kind;
  /** A reason of this sort, in Postfix's words. */
  readonly example?: string;
}

export interface AgeShare extends Share {
  /** In seconds: at least this old, and younger than the next band. */
  readonly from: number;
}

export interface DomainShare extends Share {
  /** In small letters; empty for addresses without one. */
  readonly domain: string;
}

export interface QueueShare extends Share {
  /** Absent where mailq does not say. */
  readonly queue?: string;
}

export interface Backlog {
  readonly messages: number;
  readonly recipients: number;
  readonly bytes: number;
  /** Arrival of the oldest message: milliseconds since the epoch. */
  readonly first?: number;
  /** The largest shares first; ages from young to old. */
  readonly queues: readonly QueueShare[];
  readonly relays: readonly RelayShare[];
  readonly reasons: readonly ReasonShare[];
  readonly ages: readonly AgeShare[];
  readonly domains: readonly DomainShare[];
  /** How many more relays and domains there are than are kept. */
  readonly moreRelays: number;
  readonly moreDomains: number;
}

/** Where bands of age begin, in seconds: up to a stall that clients feel, and up to maximal_queue_lifetime. */
export const ageBands = [0, 60, 300, 900, 3600, 14_400, 86_400, 432_000] as const;

/** Whoever sends spam into a queue makes as many domains as recipients. */
const mostShares = 500;

/** @param time of the listing: milliseconds since the epoch */
export function backlogOf(messages: Iterable<QueuedMessage>, time: number): Backlog {
  const sums = new BacklogSums(time);
  for (const message of messages) sums.add(message);
  return sums.backlog;
}

/** A backlog of messages that come one by one. */
export class BacklogSums {
  private readonly queues = new Shares<{ queue?: string }>();
  private readonly relays = new Shares<Omit<RelayShare, keyof Share>>();
  private readonly reasons = new Shares<Omit<ReasonShare, keyof Share>>();
  private readonly ages = new Shares<{ from: number }>();
  private readonly domains = new Shares<{ domain: string }>();
  private messages = 0;
  private recipients = 0;
  private bytes = 0;
  private first: number | undefined;

  /** @param time of the listing: milliseconds since the epoch */
  constructor(private readonly time: number) {}

  add(message: QueuedMessage): void {
    const { arrival, recipients, size = 0, queue } = message;
    this.messages++;
    this.bytes += size;
    this.recipients += recipients.length;
    this.first = Math.min(this.first ?? arrival, arrival);
    const age = Math.max(0, (this.time - arrival) / 1000);
    const from = ageBands.findLast((start) => age >= start) as number;
    this.queues.add(queue ?? '', message, () => lean({ queue }), recipients.length);
    this.ages.add(String(from), message, () => ({ from }), recipients.length);
    for (const { address, reason, relay } of recipients) {
      const at = address.lastIndexOf('@');
      const domain = at < 0 ? '' : address.slice(at + 1).toLowerCase();
      this.domains.add(domain, message, () => ({ domain }));
      const place = relay === undefined ? String(reason === undefined) : `${relay.host}\0${relay.ip ?? relay.socket ?? ''}`;
      const untried = reason === undefined ? (true as const) : undefined;
      this.relays.add(place, message, () => lean({ relay: portless(relay), untried }));
      const { kind, phase, suspendedKind, text: example } = reason ?? ({} as Partial<Reason>);
      const sort = reason === undefined ? '' : [kind ?? 'other', phase, suspendedKind].join(' ');
      const named = untried ? undefined : (kind ?? 'other');
      this.reasons.add(sort, message, () => lean({ kind: named, phase, suspendedKind, example }));
    }
  }

  get backlog(): Backlog {
    const relays = this.relays.largest();
    const domains = this.domains.largest();
    return {
      messages: this.messages,
      recipients: this.recipients,
      bytes: this.bytes,
      ...lean({ first: this.first }),
      queues: this.queues.largest(),
      relays: relays.slice(0, mostShares),
      reasons: this.reasons.largest(),
      ages: this.ages.largest().sort((a, b) => a.from - b.from),
      domains: domains.slice(0, mostShares),
      moreRelays: Math.max(0, relays.length - mostShares),
      moreDomains: Math.max(0, domains.length - mostShares),
    };
  }
}

/** Some reasons name the port and some do not (`conversation with HOST[IP] timed out`), and it is one relay. */
const portless = (relay: Relay | undefined): Relay | undefined => relay && lean({ host: relay.host, ip: relay.ip, socket: relay.socket });

class Shares<T extends object> {
  private readonly byKey = new Map<string, { of: T; recipients: number; messages: number; first: number; last: QueuedMessage }>();

  /** @param describe what those of this key have in common */
  add(key: string, message: QueuedMessage, describe: () => T, recipients = 1): void {
    const share = this.byKey.get(key);
    if (share === undefined) this.byKey.set(key, { of: describe(), recipients, messages: 1, first: message.arrival, last: message });
    else {
      share.recipients += recipients;
      if (share.last !== message) share.messages++;
      share.last = message;
      share.first = Math.min(share.first, message.arrival);
    }
  }

  largest(): (T & Share)[] {
    return [...this.byKey]
      .sort(([a, x], [b, y]) => y.recipients - x.recipients || (a < b ? -1 : 1))
      .map(([, { of, recipients, messages, first }]) => ({ ...of, recipients, messages, first }));
  }
}
