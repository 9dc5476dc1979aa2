/** Asks for the messages that a mail's messages name, and for those that name them, until the chain is whole. */
import { chainOf, unknownIn } from '../../postfix/message/chain.js';
import { defaultSilence, fold } from '../../postfix/message/fold.js';
import type { Message } from '../../postfix/message/message.js';
import type { Reader } from '../../store/port.js';
import { field } from '../field.js';
import type { Gathering } from './gathering.js';

/** A list may send out thousands of copies with one message-id. */
const mostQueueIds = 200;

export class Following {
  /** Messages, by identity, whose parents were asked for. */
  private readonly sought = new Set<string>();
  private readonly messageIds = new Set<string>();

  constructor(
    private readonly reader: Reader,
    private readonly gathering: Gathering,
  ) {}

  /** @returns the messages of the chain @param isStart which to begin with */
  async follow(isStart: (message: Message) => boolean): Promise<readonly Message[]> {
    for (;;) {
      const { messages } = fold(this.gathering.facts.values());
      const chain = chainOf(messages, isStart).messages;
      if (!(await this.askFor(chain))) return chain;
    }
  }

  /** @returns whether anything was asked */
  private async askFor(chain: readonly Message[]): Promise<boolean> {
    const { traced } = this.gathering;
    // Of a message that only a process told of, its other lines.
    const own = chain.map(({ queueId }) => queueId).filter((queueId) => !traced.has(queueId));
    const wanted = [...own, ...unknownIn(chain, traced).queueIds];
    const parentless = chain.filter(({ id }) => !this.sought.has(id));
    for (const message of parentless) {
      this.sought.add(message.id);
      wanted.push(...(await this.ofSameMessageId(message)), ...(await this.namedIn(message)));
    }
    await this.traceAll(wanted);
    return wanted.length > 0 || parentless.length > 0;
  }

  /** Traces what was not traced yet, as far as there is room. */
  async traceAll(queueIds: readonly string[]): Promise<void> {
    const fresh = [...new Set(queueIds)].filter((queueId) => !this.gathering.traced.has(queueId));
    for (const [i, queueId] of fresh.entries()) {
      if (this.gathering.traced.size >= mostQueueIds) {
        const left = fresh.length - i;
        this.gathering.limits.add(`${left} more queue IDs belong, or may belong, to this mail; they were not followed.`);
        for (const passed of fresh.slice(i)) this.gathering.traced.add(passed);
        return;
      }
      await this.gathering.trace(queueId);
    }
  }

  /** The mail on other hosts, before and behind a content filter, forwarded: it keeps its message-id. */
  private async ofSameMessageId({ messageId, firstLine, lastLine }: Message): Promise<readonly string[]> {
    if (messageId === undefined || messageId === '' || this.messageIds.has(messageId)) return [];
    this.messageIds.add(messageId);
    return this.reader.queueIdsOf(messageId, { since: firstLine - defaultSilence, until: lastLine + defaultSilence });
  }

  /**
   * A notice names nobody; the line that says that it was sent does, on the same host and in the same second. Likewise the delivery to
   * a content filter, where the mail has no message-id to go by.
   */
  private async namedIn({ host, queueId, arrival, client, uid, messageId, missing }: Message): Promise<string[]> {
    if (arrival === undefined || uid !== undefined || missing.includes('arrival')) return [];
    if (client !== undefined && messageId !== undefined && messageId !== '') return [];
    const named = await this.gathering.search({
      host,
      text: queueId,
      since: arrival - clockSlack,
      until: arrival + (client === undefined ? clockSlack : conversation),
    });
    return named.flatMap((event) => {
      const parent = event.email?.local_id;
      const names = field(event, 'child_id') === queueId || field(event, 'queued_as') === queueId;
      return names && parent !== undefined ? [parent] : [];
    });
  }
}

/** Milliseconds: a notice is written down in the second after it was made; a filter has its answer within an SMTP timeout. */
const clockSlack = 5_000;
const conversation = 600_000;
