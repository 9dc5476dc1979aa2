/**
 * The fact of a line, as rows need it: what is counted and compared. Texts of which rows have nothing, such as a sender, stay in the
 * line. All of them have the same shape, whatever they tell, and no object of their own where another line has said the same.
 */
import { relayOf } from '../../postfix/document.js';
import type { FieldName, Fields } from '../../postfix/fields.js';
import { type Fact, factOf, isSilent, type Place, type Reason, type Relay } from '../../postfix/message/fact.js';
import type { Made } from '../../postfix/message/lean.js';
import { type Owned, owned } from '../../postfix/message/own.js';
import type { Event } from '../../postfix/parse.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import { type KeptText, StandingText } from '../../postfix/text.js';
import { copied, Relays } from './known_relays.js';
import { Recent } from './numbering.js';
import type { StoredFact, StoredLineOf } from './stored_facts.js';

/** A line that is stored, or is about to be. */
export interface LineOf extends Place {
  readonly n: number;
  /** Milliseconds since the epoch, as it is stored. */
  readonly time: number;
  /** What is odd about it (mark.ts). */
  readonly mark: number;
  readonly kept: KeptText;
}

/** A `Fact` of any kind (fact.ts); what its kind has not is undefined, and so are the texts that rows do without. */
class LineFact implements StoredLineOf, Owned {
  readonly n: number;
  readonly time: number;
  readonly host: string;
  readonly program: string;
  readonly pid: number | undefined;
  readonly path: string;
  readonly offset: number;
  readonly mark: number;
  readonly line: string;
  readonly queueId: string | undefined;
  named = 0;
  before = 0;
  clientIp: string | undefined = undefined;
  size = 0;
  recipientCount = 0;
  recipient: string | undefined = undefined;
  origTo: string | undefined = undefined;
  relay: Relay | undefined = undefined;
  inReason: true | undefined = undefined;
  connUse: number | undefined = undefined;
  delay = 0;
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  status = '';
  reason: Reason | undefined = undefined;
  queuedAs: string | undefined = undefined;
  verdict: string | undefined = undefined;
  whole: true | undefined = undefined;

  constructor(
    readonly is: Fact['is'],
    queueId: string | undefined,
    event: Event,
    { n, time, path, offset, mark, kept }: LineOf,
  ) {
    this.n = n;
    this.time = time;
    this.host = event.host;
    this.program = event.program;
    this.pid = event.pid;
    this.path = path;
    this.offset = offset;
    this.mark = mark;
    this.queueId = queueId === undefined ? undefined : owned(queueId);
    // The identity of a message is made of its first line.
    this.line = queueId === undefined ? '' : ownLine(kept);
  }

  get isOwned(): true {
    return true;
  }

  get id(): string {
    return String(this.n);
  }

  get stored(): StoredLineOf {
    return this;
  }
}

/** Whether a line has certainly none; told at next to no cost. */
export const hasNoFact = (event: Event) =>
  !event.speaker.isPostfix || (event.queueIdEnd < 0 && event.matcher?.has.queue_id !== true && isSilent(event));

/** Makes facts of lines; what they say alike is one value. */
export class LineFacts {
  private readonly recentReasons = new Recent<Reason>();
  private readonly relays = new Relays();

  /** @returns undefined where the fold needs nothing of the line */
  of(event: Event, line: LineOf): StoredFact | undefined {
    if (hasNoFact(event)) return undefined;
    return (this.frequent(event, line) ?? this.other(event, line)) as unknown as StoredFact | undefined;
  }

  /** Those of nearly all lines, made without cutting out what nobody looks at. */
  private frequent(event: Event, line: LineOf): LineFact | undefined {
    const { queueId, places, action } = event;
    if (queueId === undefined)
      return action === 'connect' && event.daemon === 'smtpd' ? new LineFact('session', undefined, event, line) : undefined;
    switch (action) {
      case 'delivery':
        return this.delivery(event, queueId, line);
      case 'removed':
      case 'message_id':
      case 'picked_up':
        return new LineFact(action, queueId, event, line);
      case 'client': {
        if (places === undefined) return undefined;
        const client = new LineFact('client', queueId, event, line);
        client.clientIp = ownedIfAny(textOf(event, places, 'client_ip'));
        return client;
      }
      case 'queued': {
        if (places === undefined) return undefined;
        const queued = new LineFact('queued', queueId, event, line);
        queued.size = Number(textOf(event, places, 'size') ?? 0);
        queued.recipientCount = Number(textOf(event, places, 'recipient_count') ?? 0);
        return queued;
      }
      default:
        return undefined;
    }
  }

  private delivery(event: Event, queueId: string, line: LineOf): LineFact {
    const { fields, reason } = event;
    const delivery = new LineFact('delivery', queueId, event, line);
    const relay = relayOf(event);
    delivery.recipient = owned(fields.recipient ?? '');
    delivery.origTo = ownedIfAny(fields.orig_to);
    delivery.connUse = fields.conn_use;
    delivery.delay = fields.delay ?? 0;
    delivery.a = fields.delay_a ?? 0;
    delivery.b = fields.delay_b ?? 0;
    delivery.c = fields.delay_c ?? 0;
    delivery.d = fields.delay_d ?? 0;
    delivery.status = owned(fields.status ?? '');
    delivery.queuedAs = ownedIfAny(reason?.queued_as);
    delivery.reason = this.reason(reason ?? nothing);
    if (relay === undefined) return delivery;
    delivery.relay = this.relays.of(relay.host, relay.ip, relay.port, relay.socket);
    if (relay.namedIn === 'reason') delivery.inReason = true;
    return delivery;
  }

  private other(event: Event, line: LineOf): LineFact | undefined {
    const fact = factOf(event, '', line);
    if (fact === undefined) return undefined;
    const made = new LineFact(fact.is, 'queueId' in fact ? fact.queueId : undefined, event, line);
    if ('clientIp' in fact) made.clientIp = ownedIfAny(fact.clientIp);
    if ('relay' in fact && fact.relay !== undefined) {
      const { host, ip, port, socket } = fact.relay;
      made.relay = this.relays.of(host, ip, port, socket);
    }
    if (fact.is === 'failure') made.reason = this.reason(event.reason ?? nothing);
    else if (fact.is === 'verdict') {
      made.verdict = fact.verdict;
      made.whole = fact.whole;
    } else if (fact.is === 'queued') {
      made.size = fact.size;
      made.recipientCount = fact.recipientCount;
    }
    return made;
  }

  private reason(said: Fields): Reason {
    const { kind, phase, reply_code: replyCode, enhanced_code: enhancedCode, may_be_double } = said;
    const mayBeDouble = may_be_double === 'yes' ? true : undefined;
    const known = this.recentReasons.find(
      (reason) =>
        reason.replyCode === replyCode &&
        reason.enhancedCode === enhancedCode &&
        reason.kind === kind &&
        reason.phase === phase &&
        reason.mayBeDouble === mayBeDouble,
    );
    if (known !== undefined) return known;
    const reason: Made<Reason> = { text: '' };
    if (kind !== undefined) reason.kind = kind as Kind;
    if (phase !== undefined) reason.phase = phase as Phase;
    if (replyCode !== undefined) reason.replyCode = replyCode;
    if (enhancedCode !== undefined) reason.enhancedCode = copied(enhancedCode);
    if (mayBeDouble) reason.mayBeDouble = mayBeDouble;
    this.recentReasons.add(reason);
    return reason;
  }
}

const nothing: Fields = {};

const ownedIfAny = (text: string | undefined) => (text === undefined ? undefined : owned(text));

/** A line that nothing else keeps in memory, nor it anything else. */
function ownLine(kept: KeptText): string {
  return kept instanceof StandingText ? latin1Slice.call(kept.bytes, kept.from, kept.to) : kept.text;
}

const { latin1Slice } = Buffer.prototype as unknown as { latin1Slice(this: Uint8Array, from: number, to: number): string };

/** By the number of their matcher: which of its places a field has. */
const placesOf = new Map<FieldName, number[]>();

function textOf(event: Event, places: Int32Array, name: FieldName): string | undefined {
  const { matcher } = event;
  if (matcher?.scanner === undefined) return undefined;
  let known = placesOf.get(name);
  if (known === undefined) {
    known = [];
    placesOf.set(name, known);
  }
  known[matcher.number] ??= matcher.scanner.names.indexOf(name);
  const at = known[matcher.number] as number;
  const from = at < 0 ? -1 : (places[2 * at] as number);
  return from < 0 ? undefined : event.text.slice(from, places[2 * at + 1]);
}
