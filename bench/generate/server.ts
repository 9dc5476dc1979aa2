/**
 * One mail server: its settings, its processes, its queue, and its pen. What happens on it is told by the other files:
 * mail comes in by `reception.ts`, goes through `queue.ts`, and leaves by `smtp_delivery.ts` and `local_delivery.ts`.
 */
import type { Agenda, Steps } from './agenda.js';
import { type Daemon, Daemons } from './daemons.js';
import type { Incident } from './incident.js';
import { type Message, Recipient, type Route } from './message.js';
import { CLOSED_DOMAIN, domainName, OUR_DOMAINS } from './names.js';
import { LongQueueIds, type QueueIds, ShortQueueIds } from './queue_id.js';
import { Random, scatter } from './random.js';
import type { Stamps } from './stamp.js';
import type { MessageTruth } from './truth.js';

export interface Settings {
  readonly name: string;
  /** Its name on the network, as in message-ids of its own. */
  readonly fqdn: string;
  readonly ip: string;
  readonly version: string;
  readonly longQueueIds: boolean;
  readonly firstInode: number;
  /** `syslog_name` of the smtp client; the other daemons have `postfix`. */
  readonly outboundName: string;
  readonly postscreen: boolean;
  readonly smtpTlsLog: boolean;
  readonly smtpdTlsLog: boolean;
  /**
   * Whether it is Postfix 3.11 or later: `tls=` in delivery lines, the login name where SASL fails, `NOQUEUE` or a
   * queue ID where a session ends badly.
   */
  readonly isNew: boolean;
  readonly opendkim: boolean;
  /** Share of the incoming mail that the content filter looks at. */
  readonly filtered: number;
  /** Seconds after which mail is returned. */
  readonly lifetime: number;
  /** Seconds after which the sender is told that mail is late; Infinity where never. */
  readonly delayWarning: number;
  /** Deliveries to the relayhost at a time. */
  readonly relayhostConcurrency: number;
  readonly highestPid: number;
}

/** What all servers of a log share. */
export interface World {
  readonly agenda: Agenda;
  readonly incident: Incident;
  readonly stamps: Stamps;
  /** Messages that have not left their queue. */
  readonly living: Set<Message>;
  write(host: string, line: string): void;
  tell(truth: MessageTruth): void;
}

/** Outsiders' domains that never answer. */
const DEAD_DOMAINS = 0.002;
/** Days on which a domain that answers otherwise is down for some hours. */
const BAD_DAYS = 0.03;

export class Server {
  readonly random: Random;
  readonly daemons: Daemons;
  readonly queueIds: QueueIds;
  readonly qmgr: Daemon;
  readonly pickup: Daemon;
  readonly master: Daemon;
  /** Another server that takes mail for some of our domains. */
  peer: Server | undefined;
  private readonly prefix: string;

  constructor(
    readonly world: World,
    readonly settings: Settings,
    seed: number,
  ) {
    this.random = new Random(seed, settings.name);
    this.daemons = new Daemons(this.random, settings.highestPid);
    const ids = settings.longQueueIds ? LongQueueIds : ShortQueueIds;
    this.queueIds = new ids(settings.firstInode, this.random);
    this.master = this.daemons.spawn('postfix/master');
    this.pickup = this.daemons.spawn('postfix/pickup');
    this.qmgr = this.daemons.spawn('postfix/qmgr');
    this.prefix = ` ${settings.name} `;
  }

  get now(): number {
    return this.world.agenda.now;
  }

  start(process: Steps<unknown>, delay = 0): void {
    this.world.agenda.start(process, delay);
  }

  /** Writes one line. */
  say(daemon: Daemon, text: string): void {
    this.world.write(this.settings.name, `${this.world.stamps.at(this.world.agenda.now)}${this.prefix}${daemon.tag}: ${text}`);
  }

  take(program: string): Daemon {
    return this.daemons.take(program, this.now);
  }

  release(program: string, daemon: Daemon): void {
    this.daemons.release(program, daemon, this.now);
  }

  /** A recipient with the way that its mail leaves this server. */
  recipient(address: string, domainRank?: number, origTo?: string): Recipient {
    return new Recipient(address, this.routeOf(address, domainRank), origTo);
  }

  /** A recipient of incoming mail, a share of which the content filter sees first. */
  incomingRecipient(address: string, isFiltered: boolean): Recipient {
    return isFiltered ? new Recipient(address, { agent: 'filter' }) : this.recipient(address);
  }

  private routeOf(address: string, domainRank: number | undefined): Route {
    const domain = address.slice(address.lastIndexOf('@') + 1);
    if (domain === CLOSED_DOMAIN) return { agent: 'error' };
    switch ((OUR_DOMAINS as readonly string[]).indexOf(domain)) {
      case 0:
        return this.random.chance(0.03) ? { agent: 'local' } : { agent: 'lmtp' };
      case 1:
        return { agent: 'lmtp' };
      case 2:
        return { agent: 'virtual' };
      case 3:
        return this.peer === undefined ? { agent: 'virtual' } : { agent: 'peer' };
      case 4:
        return { agent: 'pipe' };
    }
    if (domainRank === undefined) return this.random.chance(0.02) ? { agent: 'discard' } : { agent: 'relayhost' };
    return domainRank % 10 < 6 ? { agent: 'relayhost' } : { agent: 'direct', domain: domainName(domainRank), domainRank };
  }

  /** Whether nobody answers for this domain now. */
  isDead(domainRank: number): boolean {
    // The well known ones are never down, as every other message would be late.
    if (domainRank < 10) return false;
    if (domainRank > 50 && (domainRank * 7919) % 10_000 < DEAD_DOMAINS * 10_000) return true;
    const day = Math.floor(this.now / 86_400);
    const fate = scatter(domainRank * 4001 + day);
    if (fate / 2 ** 32 > BAD_DAYS) return false;
    const hour = (this.now / 3600) % 24;
    const from = 6 + (fate % 12);
    return hour >= from && hour < from + 1 + ((fate >>> 8) % 4);
  }
}
