/**
 * What is asked about messages and attempts: what the fold made of the lines (postfix/message/), which both stores keep beside
 * them. Times are milliseconds since the epoch, periods half-open, answers sorted, and sums of seconds rounded to milliseconds,
 * so that equal stores give equal answers.
 */
import type { Attempt } from '../postfix/message/attempt.js';
import type { Fact } from '../postfix/message/fact.js';
import type { Message, State } from '../postfix/message/message.js';
import type { Question } from '../postfix/message/refold.js';
import type { Kind, Phase } from '../postfix/reason.js';
import type { OverTime, Relay, Scope } from './port.js';

/**
 * What is counted. `attempts`: tries at relays, each joined to its message, each with the time that it took. `status_lines`: what
 * the lines of deliveries alone would say: a relay that another one saved is not in them (FACTS 3, 5).
 */
export type Counted = 'attempts' | 'status_lines';

/**
 * Which messages; everything given must hold. The period is that of their arrival, or of their first line where the log has no
 * arrival. Texts are compared without case.
 */
export interface MessageQuery extends Scope {
  /** Identities of messages. */
  readonly ids?: readonly string[];
  readonly queueIds?: readonly string[];
  /** One of these message-ids, resent ones too; without brackets. */
  readonly messageIds?: readonly string[];
  /** An address, or `@domain`, or a local part with `@`; empty: the sender of notices. */
  readonly from?: string;
  /** The same; of one recipient at least, as he is or as he was before aliases. */
  readonly to?: string;
  /** Of the sender or of one recipient at least. */
  readonly domain?: string;
  /** Host name or IP address of the client, or its SASL user. */
  readonly client?: string;
  /** Host name, its first label, or IP address, of a relay that a delivery names. */
  readonly relay?: string;
  readonly states?: readonly State[];
  /** Seconds from arrival to the last delivery, at least. */
  readonly lateOver?: number;
  /** Only those of which a relay may have taken a copy too many (FACTS 7). */
  readonly possiblyDoubled?: true;
  /** Only those in the queue at one of these moments: arrived before, and not yet removed then. The period does not count. */
  readonly queuedAt?: readonly number[];
  readonly limit: number;
  /** Where the page before ended (`MessagePage.next`). */
  readonly after?: string;
}

/** A page of messages: the latest first, by arrival (or first line), and then by identity. */
export interface MessagePage {
  readonly messages: readonly Message[];
  readonly next?: string;
}

/** Which attempts; everything given must hold. The period is that of `Attempt.time`. */
export interface AttemptQuery extends Scope {
  /** Identities of messages. */
  readonly messages?: readonly string[];
  readonly queueId?: string;
  /** Host name, its first label, or IP address. */
  readonly relay?: string;
  readonly kinds?: readonly Kind[];
  readonly outcomes?: readonly Attempt['outcome'][];
  /** The messages are wanted too (`AttemptPage.messages`). */
  readonly withMessages?: true;
  readonly limit: number;
  readonly after?: string;
}

/** A page of attempts: the oldest first, by time, and then by identity. */
export interface AttemptPage {
  readonly attempts: readonly Attempt[];
  /** Those that the attempts are of, where they were asked for: each once, in the order of a page of messages. */
  readonly messages?: readonly Message[];
  readonly next?: string;
}

/** Which attempts are counted: without anything all; with `kinds` only those that failed so, with `relays` only those at relays of these names. */
export interface TriesQuestion extends OverTime {
  readonly kinds?: readonly Kind[];
  /** Host names, as `Relay.host` has them. */
  readonly relays?: readonly string[];
}

/** Attempts of one bucket of time that are alike. */
export interface TryCount {
  readonly bucket: number;
  /** `host` is `none` where none is known. */
  readonly relay: Relay;
  readonly outcome: Attempt['outcome'];
  /** Of failures, and of those that failed for some recipients. */
  readonly kind: Kind | undefined;
  readonly phase: Phase | undefined;
  readonly replyCode: number | undefined;
  readonly enhancedCode: string | undefined;
  readonly count: number;
  /** Of how many messages, at least: those that the bucket has of this sort. */
  readonly messages: number;
  /** Tries after which a copy may exist. */
  readonly possibleDoubles: number;
  /** Sums of the seconds that they took, of those for which the log tells: the likely ones, the least and the most. */
  readonly seconds: number;
  readonly least: number;
  readonly most: number;
  /** The shortest of those of which the log tells it to 2.1 s: the likely seconds; undefined where it tells it of none. */
  readonly shortest: number | undefined;
  readonly first: number;
  readonly last: number;
}

/**
 * Deliveries of smtp and lmtp of one bucket by what of c no relay took: name resolution and set-up of the final connection
 * (postfix/message/attribution.ts).
 */
export interface RestCount {
  readonly bucket: number;
  /** `Attribution.rest.likely` in whole seconds, rounded. */
  readonly rest: number;
  /** Deliveries. */
  readonly count: number;
  /** Of them, those for which least and most are more than 2.1 s apart. */
  readonly vague: number;
  /** To how many relays (host and address) they went. */
  readonly relays: number;
  /** Sum of `Attribution.rest.likely`. */
  readonly seconds: number;
  /** Sum of what failed attempts took before them. */
  readonly failed: number;
  /** Sum of c, as printed. */
  readonly c: number;
  readonly first: number;
  readonly last: number;
}

/** Messages that arrived in one bucket (those of `MessageQuery`'s period) and are in one state. */
export interface MessageCount {
  readonly bucket: number;
  readonly state: State;
  readonly count: number;
  readonly incomplete: number;
  readonly possiblyDoubled: number;
  readonly recipients: number;
  /** Sum of sizes, in bytes. */
  readonly bytes: number;
  /** Sum of `delay`, in seconds. */
  readonly seconds: number;
}

/** The reading side, about messages and attempts. */
export interface MessageReader {
  messages(query: MessageQuery): Promise<MessagePage>;
  attempts(query: AttemptQuery): Promise<AttemptPage>;
  /** Sorted by bucket, relay (host, ip, port), outcome, kind, phase, reply code, enhanced code; what is undefined first. */
  tries(question: TriesQuestion): Promise<readonly TryCount[]>;
  /** Sorted by bucket and seconds. The period is that of the deliveries' lines. */
  rests(question: OverTime): Promise<readonly RestCount[]>;
  /** Sorted by bucket and state (in the order of `states`). */
  messageCounts(question: OverTime): Promise<readonly MessageCount[]>;
  /** Facts that the fold asks for (postfix/message/refold.ts). */
  facts(question: Question): Promise<readonly Fact[]>;
  /** Lines of which no messages and attempts were made yet: the answers are without them. */
  unfolded(): Promise<number>;
}

/** What a fold did. */
export interface FoldReceipt {
  /** Lines that it had not seen before. */
  readonly lines: number;
  /** Messages and attempts that were written, anew or again. */
  readonly messages: number;
  readonly attempts: number;
}

/** The writing side. */
export interface MessageWriter {
  /**
   * Makes messages and attempts of all lines that were committed since the last fold. What a process that died had not finished is
   * made by the next. A store that folds with each commit has nothing left to do.
   * @param onProgress after each part: lines folded so far, and of how many
   */
  fold(onProgress?: (done: number, of: number) => void): Promise<FoldReceipt>;
}
