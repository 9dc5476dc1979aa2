/**
 * What goes wrong, and when: in the ordinary course of things, and in the incident. The incident is the one of
 * FACTS 3 to 7: the first nameserver is dead, and three of the four relays fail, each in its own way.
 */
import type { Kind, Phase } from '../../postfix/reason.js';
import type { Random } from './random.js';
import { greetingRefused, senderDeferred } from './replies.js';

/** One address that mail can be handed to. */
export interface Relay {
  readonly host: string;
  readonly ip: string;
}

export const RELAYS: readonly Relay[] = [
  { host: 'relay101.example.net', ip: '10.50.0.101' },
  { host: 'relay102.example.net', ip: '10.50.0.102' },
  { host: 'relay103.example.net', ip: '10.50.0.103' },
  { host: 'relaya4.example.net', ip: '10.50.0.104' },
];

/** How one try at a relay fails. */
export interface Trouble {
  readonly kind: Kind;
  readonly phase: Phase;
  /** How long it takes until Postfix gives up on it. */
  readonly seconds: number;
  readonly dsn: string;
  /** The reason as logged, which names the relay. */
  readonly text: string;
  /** Whether the session had got as far as the envelope: Postfix tries two of those, no more (smtp_mx_session_limit). */
  readonly established: boolean;
  /** Whether the relay may have taken the message all the same. */
  readonly maybeAccepted: boolean;
}

/** main.cf defaults, in seconds. The one for the end of data is 600 by default; this operator has set it down. */
export const TIMEOUTS = { connect: 30, greeting: 300, ehlo: 300, mail: 300, endOfData: 60, resolver: 5 } as const;

type TroubleName =
  | 'syn_dropped'
  | 'refused'
  | 'no_route'
  | 'greeting_421'
  | 'greeting_lost'
  | 'greeting_timeout'
  | 'ehlo_timeout'
  | 'ehlo_lost'
  | 'mail_4xx'
  | 'mail_timeout'
  | 'data_lost'
  | 'end_of_data_lost'
  | 'end_of_data_timeout';

export function makeTrouble(name: TroubleName, relay: Relay, sender: string, random: Random): Trouble {
  const address = `${relay.host}[${relay.ip}]`;
  const reply = random.between(0.02, 0.4);
  const lost = (phase: Phase, words: string, established: boolean) =>
    ({
      kind: 'lost_connection',
      phase,
      seconds: reply,
      dsn: '4.4.2',
      text: `lost connection with ${address} while ${words}`,
      established,
    }) as const;
  const timeout = (phase: Phase, words: string, seconds: number, established: boolean) =>
    ({
      kind: 'conversation_timeout',
      phase,
      seconds,
      dsn: '4.4.2',
      text: `conversation with ${address} timed out while ${words}`,
      established,
    }) as const;
  const connect = (kind: Kind, seconds: number, words: string) =>
    ({ kind, phase: 'connect', seconds, dsn: '4.4.1', text: `connect to ${address}:25: ${words}`, established: false }) as const;
  const maybeAccepted = false;
  switch (name) {
    case 'syn_dropped':
      return { ...connect('connect_timeout', TIMEOUTS.connect, 'Connection timed out'), maybeAccepted };
    case 'refused':
      return { ...connect('connection_refused', reply / 10, 'Connection refused'), maybeAccepted };
    case 'no_route':
      return { ...connect('unreachable', random.between(0.01, 3.1), 'No route to host'), maybeAccepted };
    case 'greeting_421': {
      const { dsn, text } = greetingRefused(random, relay.host);
      const reason = `host ${address} refused to talk to me: ${text}`;
      return { kind: 'greeting_refused', phase: 'greeting', seconds: reply, dsn, text: reason, established: false, maybeAccepted };
    }
    case 'greeting_lost':
      return { ...lost('greeting', 'receiving the initial server greeting', false), maybeAccepted };
    case 'greeting_timeout':
      return { ...timeout('greeting', 'receiving the initial server greeting', TIMEOUTS.greeting, false), maybeAccepted };
    case 'ehlo_timeout':
      return { ...timeout('ehlo', 'performing the EHLO handshake', TIMEOUTS.ehlo, false), maybeAccepted };
    case 'ehlo_lost':
      return { ...lost('ehlo', 'performing the EHLO handshake', false), maybeAccepted };
    case 'mail_4xx': {
      const { dsn, text } = senderDeferred(random, sender);
      const reason = `host ${address} said: ${text} (in reply to MAIL FROM command)`;
      return { kind: 'rejected_temporary', phase: 'mail', seconds: reply, dsn, text: reason, established: true, maybeAccepted };
    }
    case 'mail_timeout':
      return { ...timeout('mail', 'sending MAIL FROM', TIMEOUTS.mail, true), maybeAccepted };
    case 'data_lost':
      return { ...lost('data', 'sending DATA command', true), maybeAccepted };
    case 'end_of_data_lost':
      return { ...lost('end_of_data', 'sending end of data -- message may be sent more than once', true), maybeAccepted: true };
    case 'end_of_data_timeout':
      return {
        ...timeout('end_of_data', 'sending end of data -- message may be sent more than once', TIMEOUTS.endOfData, true),
        maybeAccepted: true,
      };
  }
}

/** What goes wrong on any day, per thousand tries at an address. */
const ORDINARY: readonly { readonly name: TroubleName; readonly weight: number }[] = [
  { name: 'syn_dropped', weight: 3 },
  { name: 'refused', weight: 1.5 },
  { name: 'no_route', weight: 0.6 },
  { name: 'greeting_421', weight: 3 },
  { name: 'greeting_lost', weight: 0.8 },
  { name: 'greeting_timeout', weight: 0.2 },
  { name: 'ehlo_timeout', weight: 0.1 },
  { name: 'ehlo_lost', weight: 0.5 },
  { name: 'mail_4xx', weight: 3 },
  { name: 'mail_timeout', weight: 0.1 },
  { name: 'data_lost', weight: 0.4 },
  { name: 'end_of_data_lost', weight: 0.3 },
  { name: 'end_of_data_timeout', weight: 0.2 },
];
const ORDINARY_SHARE = ORDINARY.reduce((sum, { weight }) => sum + weight, 0) / 1000;
/** Our own relays are better kept than the rest of the world. */
const RELAY_CARE = 0.15;

/** How an address that is dead answers: always in the same way. */
const DEAD: readonly TroubleName[] = ['syn_dropped', 'refused', 'no_route', 'greeting_421', 'greeting_lost'];

/** When each fault of the incident begins and ends, as shares of the incident. */
const FAULTS = {
  nameserver: [0, 1],
  relay102: [0.2, 0.8],
  relay103: [0.1, 0.95],
  relaya4: [0.3, 0.9],
} as const;
/** How often a failing relay fails. */
const RELAY102_HANGS = 0.3;
const RELAY103_HANGS_UP = 0.4;
const RELAYA4_DROPS = 0.7;

export interface Period {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export class Incident {
  constructor(private readonly period: Period | undefined) {}

  private has(fault: keyof typeof FAULTS, now: number): boolean {
    if (this.period === undefined) return false;
    const { from, to } = this.period;
    const share = (now - from) / (to - from);
    return share >= FAULTS[fault][0] && share < FAULTS[fault][1];
  }

  /** Seconds that `lookups` DNS questions take, one after the other. */
  resolving(lookups: number, now: number, random: Random): number {
    const answering = random.skewed(0.004, 1) * lookups;
    return this.has('nameserver', now) ? lookups * TIMEOUTS.resolver + answering : answering;
  }

  /** How a try at one of our own relays fails now, if it does. */
  relayTrouble(relay: Relay, now: number, sender: string, random: Random): Trouble | undefined {
    if (relay === RELAYS[1] && this.has('relay102', now) && random.chance(RELAY102_HANGS)) {
      return makeTrouble('end_of_data_timeout', relay, sender, random);
    }
    if (relay === RELAYS[2] && this.has('relay103', now) && random.chance(RELAY103_HANGS_UP)) {
      return makeTrouble(random.chance(0.6) ? 'greeting_lost' : 'end_of_data_lost', relay, sender, random);
    }
    if (relay === RELAYS[3] && this.has('relaya4', now) && random.chance(RELAYA4_DROPS)) {
      return makeTrouble('syn_dropped', relay, sender, random);
    }
    return random.chance(ORDINARY_SHARE * RELAY_CARE) ? this.ordinary(relay, sender, random) : undefined;
  }

  /** How a try at somebody else's mail server fails, if it does. */
  strangeTrouble(relay: Relay, isDead: boolean, sender: string, random: Random, bits: number): Trouble | undefined {
    if (isDead) return makeTrouble(DEAD[bits % DEAD.length] as TroubleName, relay, sender, random);
    return random.chance(ORDINARY_SHARE) ? this.ordinary(relay, sender, random) : undefined;
  }

  private ordinary(relay: Relay, sender: string, random: Random): Trouble {
    return makeTrouble(random.weighted(ORDINARY).name, relay, sender, random);
  }
}
