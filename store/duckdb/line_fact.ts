/**
 * The fact of a line, as rows need it: what is counted and compared. Texts of which rows have nothing, such as a sender, stay in the
 * line. They have two shapes, whatever they tell, and no object of their own where another line has said the same.
 */
import { relayOf } from '../../postfix/document.js';
import type { Fields } from '../../postfix/fields.js';
import { type Fact, factOf, isSilent, type Place, type Reason, type Relay } from '../../postfix/message/fact.js';
import { type Owned, owned } from '../../postfix/message/own.js';
import type { Event } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
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

/** Who wrote a line. */
export interface Writer {
  readonly host: string;
  readonly program: string;
}

/** A `Fact` of any kind but a delivery (fact.ts); what its kind has not is undefined, and so are the texts that rows do without. */
export class LineFact implements StoredLineOf, Owned {
  readonly host: string;
  readonly program: string;
  named = 0;
  before = 0;
  clientIp: string | undefined = undefined;
  size = 0;
  recipientCount = 0;
  relay: Relay | undefined = undefined;
  reason: Reason | undefined = undefined;
  verdict: string | undefined = undefined;
  whole: true | undefined = undefined;

  /** @param line the text of which its identity is made; empty where no message can begin with it */
  constructor(
    readonly is: Fact['is'],
    { host, program }: Writer,
    readonly pid: number | undefined,
    readonly queueId: string | undefined,
    readonly n: number,
    readonly time: number,
    readonly path: string,
    readonly offset: number,
    readonly mark: number,
    readonly line: string,
  ) {
    this.host = host;
    this.program = program;
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

/** A `DeliveryFact`. */
export class DeliveryLineFact extends LineFact {
  recipient = '';
  origTo: string | undefined = undefined;
  inReason: true | undefined = undefined;
  connUse: number | undefined = undefined;
  delay = 0;
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  status = '';
  queuedAs: string | undefined = undefined;
}

/** Whether a line has certainly none; told at next to no cost. */
export const hasNoFact = (event: Event) =>
  !event.speaker.isPostfix || (event.queueIdEnd < 0 && event.matcher?.has.queue_id !== true && isSilent(event));

/** Makes facts of lines that were read; what they say alike is one value. */
export class LineFacts {
  private readonly recentReasons = new Recent<Reason>();
  private readonly relays = new Relays();

  /** @returns undefined where the fold needs nothing of the line */
  of(event: Event, line: LineOf): StoredFact | undefined {
    if (hasNoFact(event)) return undefined;
    const fact = factOf(event, '', line);
    if (fact === undefined) return undefined;
    return (fact.is === 'delivery' ? this.delivery(event, fact.queueId, line) : this.other(fact, event, line)) as unknown as StoredFact;
  }

  private delivery(event: Event, queueId: string, line: LineOf): LineFact {
    const { fields, reason } = event;
    const { n, time, path, offset, mark, kept } = line;
    const delivery = new DeliveryLineFact('delivery', event, event.pid, owned(queueId), n, time, path, offset, mark, copied(kept.text));
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

  private other(fact: Fact, event: Event, { n, time, path, offset, mark, kept }: LineOf): LineFact {
    const queueId = 'queueId' in fact ? ownedIfAny(fact.queueId) : undefined;
    const line = queueId === undefined ? '' : copied(kept.text);
    const made = new LineFact(fact.is, event, event.pid, queueId, n, time, path, offset, mark, line);
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
    const reason = countedReason(said);
    this.recentReasons.add(reason);
    return reason;
  }
}

/** What of a reason is counted, in one shape. */
export function countedReason({ kind, phase, reply_code: replyCode, enhanced_code, may_be_double }: Fields): Reason {
  const enhancedCode = enhanced_code === undefined ? undefined : copied(enhanced_code);
  const mayBeDouble = may_be_double === 'yes' ? true : undefined;
  return { text: '', kind, phase, replyCode, enhancedCode, suspendedKind: undefined, mayBeDouble } as unknown as Reason;
}

const nothing: Fields = {};

const ownedIfAny = (text: string | undefined) => (text === undefined ? undefined : owned(text));
