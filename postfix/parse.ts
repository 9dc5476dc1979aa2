/** A line of a maillog as an event. */
import type { Clock, ClockDoubt } from './clock.js';
import { daemons } from './daemons/index.js';
import { type Envelope, EnvelopeReader, type Origin } from './envelope.js';
import type { Fields } from './fields.js';
import { asciiBytes, Grammar } from './grammar.js';
import { neighbours } from './neighbours/index.js';
import type { Level, Matcher } from './pattern.js';
import { queueIdEnd } from './queue_id.js';
import { classify } from './reason.js';

export const unrecognized = 'unrecognized';
const nothing: Fields = Object.freeze({});

/** Who wrote a line, and the grammar it speaks. The lines of one program on one host, in one file, share theirs. */
export interface Speaker extends Origin {
  /** Tells it from all others. */
  readonly number: number;
  /** The last part of `program`, where that is a program of Postfix or a neighbour: `smtpd`; otherwise empty. */
  readonly daemon: string;
  readonly grammar: Grammar | undefined;
  /** It is a daemon of Postfix. */
  readonly isPostfix: boolean;
  /** Its failure lines are reasons without a status (FACTS 5). */
  readonly tries: boolean;
}

/** One line, understood. `document.ts` makes the stored document of it. Texts are cut out when they are asked for. */
export class Event {
  /** Milliseconds since the epoch, with a fraction where the log has microseconds. */
  time: number;
  host: string;
  pid: number | undefined;
  level: Level = 'info';
  /** What happened; `unrecognized` where no pattern knows the text. */
  action = unrecognized;
  /** What the reason of a delivery, or a line about a failed attempt, says. */
  reason: Fields | undefined = undefined;
  priority: number | undefined;
  doubt: ClockDoubt | undefined;
  readonly speaker: Speaker;
  /** The pattern that the text is of. */
  matcher: Matcher | undefined = undefined;
  /** Holds the message (what stands behind `program[pid]: `) from `textAt` to `textEnd`. */
  readonly text: string;
  /** The same, as a scanner takes it. */
  readonly bytes: Uint8Array;
  readonly textAt: number;
  readonly textEnd: number;
  /** Where a queue ID in front of the text ends; it begins behind the level. -1 where there is none. */
  queueIdAt = -1;
  queueIdEnd = -1;
  /** Where the text begins that a pattern covers: behind level and queue ID. */
  bodyAt: number;
  /** Of the grammar, when it found the matcher. */
  private turn = 0;
  private cutFields: Fields | undefined = undefined;

  /** @param cut whether somebody will want the fields; they can be had in any case */
  constructor({ time, origin, pid, priority, doubt, text, bytes, at, end }: Envelope<Speaker>, cut: boolean) {
    this.time = time;
    this.host = origin.host;
    this.pid = pid;
    this.priority = priority;
    this.doubt = doubt;
    this.speaker = origin;
    this.text = text;
    this.bytes = bytes;
    this.textAt = at;
    this.textEnd = end;
    this.bodyAt = at;
    if (origin.grammar !== undefined) this.understand(origin.grammar, cut);
    else if (origin.program === 'syslogd') this.action = 'repeated';
  }

  /** As logged: `postfix/submission/smtpd`. */
  get program(): string {
    return this.speaker.program;
  }

  /** See `Speaker`. */
  get daemon(): string {
    return this.speaker.daemon;
  }

  get queueId(): string | undefined {
    return this.matcher?.has.queue_id ? (this.fields.queue_id ?? this.queueIdInFront) : this.queueIdInFront;
  }

  private get queueIdInFront(): string | undefined {
    return this.queueIdEnd < 0 ? undefined : this.text.slice(this.queueIdAt, this.queueIdEnd);
  }

  get fields(): Fields {
    this.cutFields ??= this.cut();
    return this.cutFields;
  }

  private cut(): Fields {
    const { matcher, speaker, text, bytes, bodyAt, textEnd, level } = this;
    if (matcher === undefined || speaker.grammar === undefined) return nothing;
    speaker.grammar.find(text, bytes, bodyAt, textEnd, level, true);
    return speaker.grammar.fields ?? nothing;
  }

  /**
   * Where the fields stand in `bytes`, as a scanner has it (`Scanner.names`): for who needs no texts. Only until the next
   * line is read, and not where the pattern needed its expression: undefined, then.
   */
  get places(): Int32Array | undefined {
    const { grammar } = this.speaker;
    return this.matcher !== undefined && grammar?.turn === this.turn ? grammar.places : undefined;
  }

  private understand(grammar: Grammar, cut: boolean): void {
    const { text, bytes, textEnd: end, speaker } = this;
    let at = this.textAt;
    const first = bytes[at] as number;
    // w, e, f, p
    if (first === 119 || first === 101 || first === 102 || first === 112) {
      for (const [letter, word, name] of levelWords) {
        if (letter !== first || !text.startsWith(word, at)) continue;
        this.level = name;
        at += word.length;
        break;
      }
    }
    const idEnd = queueIdEnd(bytes, at, end);
    if (idEnd > 0) {
      this.queueIdAt = at;
      this.queueIdEnd = idEnd;
      at = Math.min(idEnd + 2, end);
    } else if (first === 78 && text.startsWith(noqueue, at)) at += noqueue.length;
    this.bodyAt = at;
    const tries = speaker.tries && this.level === 'info';
    let reason = tries && mayBeFailure(bytes[at] as number, bytes[at + 1] as number) ? classify(text, bytes, at, end) : undefined;
    const matcher = reason === undefined ? grammar.find(text, bytes, at, end, this.level, cut) : undefined;
    if (matcher !== undefined) {
      this.matcher = matcher;
      this.turn = grammar.turn;
      this.cutFields = grammar.fields;
      this.action = matcher.pattern.action;
      if (matcher.has.reason) this.reason = this.understandReason();
    } else if (tries) {
      reason ??= classify(text, bytes, at, end);
      if (reason !== undefined) {
        this.reason = reason;
        this.action = 'attempt_failed';
        this.cutFields = { reason: text.slice(at, end) };
      }
    }
  }

  private understandReason(): Fields | undefined {
    const { text, bytes, textEnd: end, fields } = this;
    if (fields.reason === undefined) return undefined;
    // It stands in brackets at the end; the closing one is missing where the line was cut off.
    const reasonEnd = bytes[end - 1] === 41 ? end - 1 : end;
    const reason = classify(text, bytes, reasonEnd - fields.reason.length, reasonEnd);
    // A failure for a reason that no pattern knows is still one.
    if (reason?.kind === undefined && fields.status !== undefined && failures.has(fields.status)) return { ...reason, kind: 'other' };
    return reason;
  }
}

/** A grammar is compiled when the first line that speaks it comes. */
const grammars = new Map<readonly unknown[], Grammar>();

let speakersMet = 0;

/** Which grammar a program speaks: `syslog_name[/service]/daemon` of Postfix, or a neighbour by its name. */
export function speakerOf(host: string, program: string): Speaker {
  const number = speakersMet++;
  const last = program.slice(program.lastIndexOf('/') + 1);
  const own = last === program ? undefined : daemons[last];
  const groups = own ?? neighbours[program] ?? neighbours[last];
  if (groups === undefined) return { number, host, program, daemon: '', grammar: undefined, isPostfix: false, tries: false };
  let grammar = grammars.get(groups);
  if (grammar === undefined) {
    grammar = new Grammar(...groups);
    grammars.set(groups, grammar);
  }
  const isPostfix = own !== undefined;
  return { number, host, program, daemon: last, grammar, isPostfix, tries: isPostfix && (last === 'smtp' || last === 'lmtp') };
}

/** Parses the lines of one file or stream, in their order. */
export class Parser {
  private readonly envelopes: EnvelopeReader<Speaker>;

  /** @param defaultHost the host of lines that name none */
  constructor(clock: Clock, defaultHost = 'localhost') {
    this.envelopes = new EnvelopeReader(clock, defaultHost, speakerOf);
  }

  /** The event of one line without its newline; undefined where the line has no time, so that it cannot be placed. */
  parse(line: string): Event | undefined {
    return this.parseAt(line, asciiBytes(line), 0, line.length, true);
  }

  /**
   * The same for a line within a larger text, which spares cutting it out.
   * @param bytes the text, a byte a character, characters beyond ASCII as bytes from 128; a newline or nothing at `end`
   * @param cut whether the fields will be wanted
   */
  parseAt(text: string, bytes: Uint8Array, start: number, end: number, cut: boolean): Event | undefined {
    const envelope = this.envelopes.read(text, bytes, start, end);
    return envelope === undefined ? undefined : new Event(envelope, cut);
  }
}

/** `connect to`, `conversation with`, `lost connection`, `host … said`: the frequent failures of smtp, known before all of its patterns are tried. */
const mayBeFailure = (first: number, second: number) => second === 111 && (first === 99 || first === 108 || first === 104);

/** Statuses of deliveries that failed, for now or for good. */
const failures = new Set(['deferred', 'bounced', 'undeliverable', 'expired']);

const noqueue = 'NOQUEUE: ';
/** By the first character of what daemons put in front: `warning: ` and so on. */
const levelWords: readonly (readonly [number, string, Level])[] = (['warning', 'error', 'fatal', 'panic'] as const).map((level) => [
  level.charCodeAt(0),
  `${level}: `,
  level,
]);
