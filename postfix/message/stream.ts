/** Messages and attempts out of facts that come in order of time, as documents. */
import type { Attempt } from './attempt.js';
import type { Fact } from './fact.js';
import { LogFold, type StreamOptions, type Taker } from './log_fold.js';
import { type Lived, type Message, messageOf } from './message.js';
import { linesOf } from './session.js';

export type { StreamOptions } from './log_fold.js';

/** What is given out, in no order. */
export interface Streamed {
  readonly messages: readonly Message[];
  /** Those of the messages, and tries that belong to none. */
  readonly attempts: readonly Attempt[];
  /**
   * Of each message, by its identity, the facts that it was made of: those with its queue ID in the order of its life, and behind
   * them those that its processes wrote for it without.
   */
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
}

/** The fold of a log (log_fold.ts), giving out documents. */
export class StreamFold {
  private given = new Given();
  private readonly fold: LogFold;

  constructor(options: StreamOptions = {}) {
    this.fold = new LogFold(
      { message: (lived) => this.given.message(lived), stray: (attempt) => this.given.attempts.push(attempt) },
      options,
    );
  }

  /** Queue keys of messages that were given out, and that a later line changes (log_fold.ts). */
  get again(): ReadonlySet<string> {
    return this.fold.again;
  }

  /** How many facts are held: of messages in the queue, of those that ended lately, of the deliveries and sessions going on. */
  get held(): number {
    return this.fold.held;
  }

  /** @param fact each once, those of one host in the order of files (order.ts); hosts may alternate in any way */
  add(fact: Fact): void {
    this.fold.add(fact);
  }

  /** What is over by now, and was not given out yet. */
  sweep(): Streamed {
    this.fold.sweep();
    return this.take();
  }

  /** The rest as it stands: no more facts come. */
  finish(): Streamed {
    this.fold.finish();
    return this.take();
  }

  private take(): Streamed {
    const { given } = this;
    this.given = new Given();
    return given;
  }
}

/** The facts that a message was made of: those of its life, and behind them those that its processes wrote for it without its queue ID. */
export function factsIn({ life, joined, session, ending }: Lived): readonly Fact[] {
  if (session === undefined && joined.length === 0) return life;
  return [...life, ...joined, ...(session === undefined ? [] : linesOf(session, ending === 'lost'))];
}

class Given implements Streamed, Pick<Taker, 'message'> {
  readonly messages: Message[] = [];
  readonly attempts: Attempt[] = [];
  readonly facts = new Map<string, readonly Fact[]>();

  message(lived: Lived): void {
    this.messages.push(messageOf(lived));
    for (const attempt of lived.attempts) this.attempts.push(attempt);
    this.facts.set(lived.id, factsIn(lived));
  }
}
