/** Asks for the messages that a mail's messages name, and for those that name them, until the chain is whole. */
import type { EventDocument } from '../../postfix/document.js';
import { chainOf, unknownIn } from '../../postfix/message/chain.js';
import { defaultSilence, fold } from '../../postfix/message/fold.js';
import type { Message } from '../../postfix/message/message.js';
import { instantOf } from '../../store/facts.js';
import type { Scope } from '../../store/port.js';
import { field } from '../field.js';
import { counted } from '../render/number.js';
import type { Gathering, Period } from './gathering.js';

/** A list sends out thousands of copies with one message-id. So many queue IDs are followed for whoever asks for all of them … */
const mostQueueIds = 200;
/** … and so many looked at for whoever asks for one. */
const mostOfSameMessageId = 40;

/** Milliseconds: a notice is written down in the second after it was made; a filter has its answer within an SMTP timeout. */
const clockSlack = 5_000;
const conversation = 600_000;

/** A message, by what was found of it: its other lines are not further away than a message stays in the queue. */
export interface Trail {
  readonly queueId: string;
  readonly from: number;
  readonly to: number;
}

const near = ({ from, to }: Trail): Period => ({ since: from - defaultSilence, until: to + defaultSilence });

export class Following {
  /** Messages, by identity, whose parents were asked for, and which were asked for without bounds. */
  private readonly sought = new Set<string>();
  private readonly whole = new Set<string>();
  private readonly messageIds = new Set<string>();

  constructor(private readonly gathering: Gathering) {}

  /** @returns the messages of the chain @param isStart which to begin with */
  async follow(isStart: (message: Message) => boolean): Promise<readonly Message[]> {
    for (;;) {
      const { messages } = fold(this.gathering.facts.values());
      const chain = chainOf(messages, isStart).messages;
      if (!(await this.askFor(chain))) return chain;
    }
  }

  /** The messages that have this message-id, oldest first. */
  async ofMessageId(messageId: string, scope: Scope): Promise<Trail[]> {
    return trailsOf(await this.gathering.search({ ...scope, messageId })).reverse();
  }

  /** Traces what was not traced yet, as far as there is room. */
  async traceAll(trails: readonly Trail[]): Promise<void> {
    const fresh = new Map(trails.filter(({ queueId }) => !this.gathering.traced.has(queueId)).map((trail) => [trail.queueId, trail]));
    let left = fresh.size;
    for (const trail of fresh.values()) {
      if (this.gathering.traced.size >= mostQueueIds) {
        this.gathering.limits.add(`${counted(left, 'more queue ID belongs', 'more queue IDs belong')} to this; not followed.`);
        for (const queueId of fresh.keys()) this.gathering.traced.add(queueId);
        return;
      }
      await this.gathering.trace(trail.queueId, near(trail));
      left--;
    }
  }

  /** @returns whether anything was asked */
  private async askFor(chain: readonly Message[]): Promise<boolean> {
    const { traced } = this.gathering;
    // Of a message that only a process told of, its other lines.
    const wanted = chain.filter(({ queueId }) => !traced.has(queueId)).map(trailOf);
    const unknown = new Set(unknownIn(chain, traced).queueIds);
    for (const { queueId, time } of chain.flatMap(({ links }) => links)) {
      if (unknown.has(queueId)) wanted.push({ queueId, from: time, to: time });
    }
    const parentless = chain.filter(({ id }) => !this.sought.has(id));
    for (const message of parentless) {
      this.sought.add(message.id);
      wanted.push(...(await this.ofSameMessageId(message)), ...(await this.namedIn(message)));
    }
    await this.traceAll(wanted);
    // Whoever was on hold has been there for longer than anybody else.
    const cut = chain.filter(({ id, missing, state }) => (missing.includes('arrival') || state === 'held') && !this.whole.has(id));
    for (const { id, queueId } of cut) {
      this.whole.add(id);
      await this.gathering.traceEver(queueId);
    }
    return wanted.length > 0 || parentless.length > 0 || cut.length > 0;
  }

  /** The mail on other hosts, before and behind a content filter, forwarded: it keeps its message-id. The nearest in time come first. */
  private async ofSameMessageId(message: Message): Promise<readonly Trail[]> {
    const { messageId, firstLine, queueId } = message;
    if (messageId === undefined || messageId === '' || this.messageIds.has(messageId)) return [];
    this.messageIds.add(messageId);
    const others = (await this.ofMessageId(messageId, near(trailOf(message)))).filter((trail) => trail.queueId !== queueId);
    const left = others.length - mostOfSameMessageId;
    if (left > 0) {
      this.gathering.limits.add(
        `${counted(left, 'message')} more with the same message-id; only the ${mostOfSameMessageId} nearest in time were looked at.`,
      );
    }
    return others.sort((a, b) => Math.abs(a.from - firstLine) - Math.abs(b.from - firstLine)).slice(0, mostOfSameMessageId);
  }

  /**
   * A notice names nobody; the line that says that it was sent does, on the same host and in the same second. Likewise the delivery to
   * a content filter, where the mail has no message-id to go by.
   */
  private async namedIn({ host, queueId, arrival, client, uid, messageId, missing }: Message): Promise<Trail[]> {
    if (arrival === undefined || uid !== undefined || missing.includes('arrival')) return [];
    if (client !== undefined && messageId !== undefined && messageId !== '') return [];
    const named = await this.gathering.search({
      host,
      text: queueId,
      since: arrival - clockSlack,
      until: arrival + (client === undefined ? clockSlack : conversation),
    });
    return trailsOf(named.filter((event) => field(event, 'child_id') === queueId || field(event, 'queued_as') === queueId));
  }
}

export const trailOf = ({ queueId, firstLine, lastLine }: Message): Trail => ({ queueId, from: firstLine, to: lastLine });

function trailsOf(events: readonly EventDocument[]): Trail[] {
  return events.flatMap((event) => {
    const queueId = event.email?.local_id;
    const time = instantOf(event);
    return queueId === undefined ? [] : [{ queueId, from: time, to: time }];
  });
}
