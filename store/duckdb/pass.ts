/** A pass in order of time: facts go in, and of what is over come rows of messages, attempts and attributions. */
import { defaultReach } from '../../postfix/message/options.js';
import { type Streamed, StreamFold } from '../../postfix/message/stream.js';
import { factsOf, type MessageRows, type Written } from './message_rows.js';
import { Neighbours } from './neighbours.js';
import type { StoredFact } from './stored_facts.js';

/** What is over is given out every so many facts. */
const factsToSweep = 1_000;
const factsToForget = 20_000;

export class Pass {
  private readonly stream = new StreamFold();
  private readonly neighbours: Neighbours;
  /** Lines that name the relay of a failure which no message may want. */
  private readonly named = new Map<string, number>();
  /** Old lines that are of other messages now, or of one for the first time. */
  readonly joined: number[] = [];
  readonly written: Written = { messages: 0, attempts: 0 };
  private added = 0;

  /**
   * @param mark lines from this number on are new: what is made of others alone is there already
   * @param rows where to they are written; others at any time
   */
  constructor(
    private readonly mark: number,
    public rows: MessageRows,
  ) {
    this.neighbours = new Neighbours(mark);
  }

  /** @param fact each once, those of one host in the order of files (order.ts) */
  add(fact: StoredFact): void {
    this.neighbours.add(fact);
    if (fact.is === 'failure' && fact.stored.named > 0) this.named.set(fact.id, fact.stored.named);
    this.stream.add(fact);
    if (++this.added % factsToSweep !== 0) return;
    this.write(this.stream.sweep());
    if (this.added % factsToForget === 0) this.neighbours.forget(defaultReach);
  }

  /** Writes the rest. @returns queue keys (keys.ts) of messages that have to be folded again */
  finish(): ReadonlySet<string> {
    this.write(this.stream.finish());
    return new Set([...this.stream.again, ...this.neighbours.changed]);
  }

  private write(given: Streamed): void {
    const { mark, named, joined } = this;
    const isOld = (id: string) => mark > 0 && factsOf(given, id).every(({ stored }) => stored.n < mark);
    const old = new Set(given.messages.flatMap(({ id }) => (isOld(id) ? id : [])));
    this.rows.write(given, this.written, {
      message: ({ id }) => !old.has(id),
      attempt: ({ id, message }) => (message === undefined ? Number(id) >= mark : !old.has(message)),
      named: (id) => named.get(id) ?? 0,
    });
    if (mark === 0 && named.size === 0) return;
    for (const { id } of given.messages) {
      for (const fact of factsOf(given, id)) {
        if (fact.is !== 'failure') continue;
        named.delete(fact.id);
        if (fact.stored.n < mark && fact.queueId === undefined && !old.has(id)) joined.push(fact.stored.n);
      }
    }
    for (const { id, message } of given.attempts) if (message === undefined) named.delete(id);
  }
}
