/** A pass in order of time: facts go in, and of what is over come rows of messages, attempts and attributions. */
import type { Attempt } from '../../postfix/message/attempt.js';
import { queueKey } from '../../postfix/message/keys.js';
import { LogFold, type Taker } from '../../postfix/message/log_fold.js';
import type { Lived } from '../../postfix/message/message.js';
import { defaultReach } from '../../postfix/message/options.js';
import { isOld, type MessageRows, type Written } from './message_rows.js';
import { Neighbours } from './neighbours.js';
import type { StoredFact } from './stored_facts.js';

/** What is over is written every so many facts. */
const factsToSweep = 250;
const factsToForget = 20_000;

export class Pass implements Taker {
  private readonly fold = new LogFold(this);
  private readonly neighbours: Neighbours;
  /** Lines that name the relay of a failure which no message may want. */
  private readonly named = new Map<number, number>();
  /** Old lines that are of other messages now, or of one for the first time. */
  readonly joined: number[] = [];
  /** Queue keys of messages that begin with a line whose text nobody kept. */
  private readonly unnamed = new Set<string>();
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
    if (fact.is === 'failure' && fact.stored.named > 0) this.named.set(fact.stored.n, fact.stored.named);
    this.fold.add(fact);
    if (++this.added % factsToSweep !== 0) return;
    this.fold.sweep();
    if (this.added % factsToForget === 0) this.neighbours.forget(defaultReach);
  }

  /** Writes the rest. @returns queue keys (keys.ts) of messages that have to be folded again */
  finish(): ReadonlySet<string> {
    this.fold.finish();
    return new Set([...this.fold.again, ...this.neighbours.changed, ...this.unnamed]);
  }

  message(lived: Lived): void {
    const old = isOld(lived, this.mark);
    if (!old) {
      if ((lived.life[0] as StoredFact).stored.line === '') this.unnamed.add(queueKey(lived.host, lived.queueId));
      this.rows.message(lived);
      this.written.messages++;
      this.written.attempts += lived.attempts.length;
    }
    if (this.mark > 0 || this.named.size > 0) this.note(lived, old);
  }

  stray(attempt: Attempt): void {
    const n = Number(attempt.id);
    if (n >= this.mark) {
      this.rows.stray(attempt, this.named.get(n) ?? 0);
      this.written.attempts++;
    }
    this.named.delete(n);
  }

  /** Failures that belong to a message. */
  private note({ life, joined }: Lived, old: boolean): void {
    for (const fact of life) if (fact.is === 'failure') this.named.delete((fact as StoredFact).stored.n);
    for (const fact of joined) {
      const { n } = (fact as StoredFact).stored;
      this.named.delete(n);
      if (n < this.mark && !old) this.joined.push(n);
    }
  }
}
