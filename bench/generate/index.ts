/**
 * Bench logs: what a few mail servers would write in some days, with the truth about every message. The same options
 * give the same bytes. Nothing here reads a clock, a file or the environment.
 */
import { Agenda, type Steps } from './agenda.js';
import { Incident, type Period } from './incident.js';
import type { Message } from './message.js';
import { greylisting, imapSession } from './neighbours.js';
import { anvilStatistics, guessingSession, housekeeping, scacheStatistics, scannerSession, warning } from './noise.js';
import { pickupSubmission } from './pickup.js';
import { proxiedSession, screenedSession } from './postscreen.js';
import { applicationSession, incomingSession, submissionSession } from './reception.js';
import { rejectedSession } from './rejects.js';
import { meanRhythm, rhythm } from './rhythm.js';
import { Server, type Settings, type World } from './server.js';
import { type StampStyle, Stamps } from './stamp.js';
import type { MessageTruth } from './truth.js';

export type { FailedAttempt, MessageState, MessageTruth, RecipientTruth } from './truth.js';

export interface GenerateOptions {
  readonly seed: number;
  readonly hosts: number;
  readonly days: number;
  /** Lines of all hosts together; without it, 65,000 mails a day and host. */
  readonly lines?: number;
  readonly stamp?: StampStyle;
  /** Shares of the whole time; null for none. Default: the middle third. */
  readonly incident?: { readonly from: number; readonly to: number } | null;
}

export type Generated =
  | { readonly kind: 'line'; readonly host: string; readonly line: string }
  | { readonly kind: 'truth'; readonly message: MessageTruth };

const DAY = 86_400;
/** The logs end here, at midnight before a Friday: the last year's log that a reader in late 2026 meets. */
const END = Date.UTC(2026, 10, 20) / 1000;
const MAILS_A_DAY = 65_000;

interface Happening {
  readonly weight: number;
  readonly process: (server: Server) => Steps;
  /** Where not every server has it. */
  readonly if?: (settings: Settings) => boolean;
}

/** What happens, and how often among all that happens. */
const HAPPENINGS: readonly Happening[] = [
  { weight: 38, process: incomingSession },
  { weight: 18, process: submissionSession },
  { weight: 15, process: applicationSession },
  { weight: 18, process: pickupSubmission },
  { weight: 7, process: rejectedSession },
  { weight: 5, process: screenedSession, if: (settings) => settings.postscreen },
  { weight: 0.5, process: proxiedSession, if: (settings) => settings.postscreen },
  { weight: 2.5, process: scannerSession },
  { weight: 1.5, process: guessingSession },
  { weight: 2, process: imapSession },
  { weight: 1, process: greylisting },
  { weight: 0.3, process: warning },
];

/** Measured over a few days without an incident: lines to a happening, and mails (queue IDs) to a happening. */
const LINES_A_HAPPENING = 12.2;
const MAILS_A_HAPPENING = 1.63;

/** Mail to the relayhost, as a share of the happenings, and how long such a delivery takes in the incident. */
const RELAYED = 0.6;
const INCIDENT_SECONDS = 38;

function settingsOf(number: number, days: number, happeningsASecond: number): Settings {
  const kind = number % 3;
  const name = kind === 2 ? `out${Math.floor(number / 3) + 1}` : `mx${number + 1 - Math.floor(number / 3)}`;
  return {
    name,
    fqdn: `${name}.domain.test`,
    ip: `10.50.0.${200 + number}`,
    version: ['3.7.11', '3.5.25', '3.12.0'][kind] as string,
    longQueueIds: kind === 2,
    firstInode: [0xc2000, 0x1a, 0x3a0c11][kind] as number,
    outboundName: kind === 1 ? 'postfix-out' : 'postfix',
    postscreen: kind === 0,
    smtpTlsLog: kind === 2,
    smtpdTlsLog: kind === 1,
    isNew: kind === 2,
    opendkim: kind !== 1,
    filtered: kind === 0 ? 0.2 : 0,
    lifetime: Math.min(2, days / 4) * DAY,
    delayWarning: kind === 1 ? 4 * 3600 : Infinity,
    // Enough for an average hour of the incident, too few for a busy one.
    relayhostConcurrency: Math.max(4, Math.ceil(happeningsASecond * RELAYED * INCIDENT_SECONDS)),
    highestPid: kind === 1 ? 32_768 : 4_194_304,
  };
}

/** Lets things happen, more of them by day than by night. */
function* days(server: Server, quickness: number): Steps {
  const { random, settings } = server;
  const happenings = HAPPENINGS.filter((happening) => happening.if?.(settings) ?? true);
  for (;;) {
    yield random.exponential(1 / (quickness * rhythm(server.now)));
    server.start(random.weighted(happenings).process(server));
  }
}

/** The lines of all hosts in order of time, and each message's truth when it has left the queue; the rest at the end. */
export function* generate(options: GenerateOptions): Generator<Generated, void, void> {
  const { seed, hosts, stamp = 'rfc3164' } = options;
  const begin = END - options.days * DAY;
  const perSecond =
    options.lines === undefined ? MAILS_A_DAY / MAILS_A_HAPPENING / DAY : options.lines / LINES_A_HAPPENING / hosts / (options.days * DAY);
  const quickness = perSecond / meanRhythm(begin, END);
  const out: Generated[] = [];
  const living = new Set<Message>();
  const world: World = {
    agenda: new Agenda(begin),
    incident: new Incident(periodOf(options, begin)),
    stamps: new Stamps(stamp),
    living,
    write: (host, line) => out.push({ kind: 'line', host, line }),
    tell: (message) => out.push({ kind: 'truth', message }),
  };
  const servers: Server[] = [];
  for (let i = 0; i < hosts; i++) servers.push(new Server(world, settingsOf(i, options.days, perSecond), seed));
  servers.forEach((server, i) => {
    if (hosts > 1) server.peer = i === 1 ? undefined : servers[1];
    server.start(housekeeping(server));
    server.start(anvilStatistics(server));
    server.start(scacheStatistics(server));
    server.start(days(server, quickness), 1);
  });
  let left = options.lines ?? Infinity;
  const { agenda } = world;
  while (left > 0 && (options.lines !== undefined || agenda.next < END)) {
    agenda.step();
    for (const item of out) {
      if (item.kind === 'line' && left-- > 0) yield item;
      // The last step may have more to say than there is room for; what is not said must not be known either.
      else if (item.kind === 'truth') yield left >= 0 ? item : { kind: 'truth', message: { ...item.message, removed: null } };
    }
    out.length = 0;
  }
  for (const message of living) yield { kind: 'truth', message: message.truth() };
}

function periodOf({ incident, days }: GenerateOptions, begin: number): Period | undefined {
  if (incident === null) return undefined;
  const { from, to } = incident ?? { from: 1 / 3, to: 2 / 3 };
  return { from: begin + from * days * DAY, to: begin + to * days * DAY };
}
