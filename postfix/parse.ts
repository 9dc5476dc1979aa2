/** A line of a maillog as an event. */
import type { Clock, ClockDoubt } from './clock.js';
import { daemons } from './daemons/index.js';
import { type Envelope, EnvelopeReader, type Origin } from './envelope.js';
import type { Fields } from './fields.js';
import { asciiBytes, Grammar } from './grammar.js';
import { neighbours } from './neighbours/index.js';
import type { Level, Pattern } from './pattern.js';
import { queueIdEnd } from './queue_id.js';
import { classify } from './reason.js';

/** One line, understood. `document.ts` makes the stored document of it. */
export interface Event {
  /** Milliseconds since the epoch, with a fraction where the log has microseconds. */
  time: number;
  host: string;
  /** As logged: `postfix/submission/smtpd`. */
  program: string;
  /** The last part of it, where that is a program of Postfix or a neighbour: `smtpd`; otherwise empty. */
  daemon: string;
  pid: number | undefined;
  level: Level;
  queueId: string | undefined;
  /** What happened; `unrecognized` where no pattern knows the text. */
  action: string;
  fields: Fields;
  /** What the reason of a delivery, or a line about a failed attempt, says. */
  reason: Fields | undefined;
  priority: number | undefined;
  doubt: ClockDoubt | undefined;
  /** Holds the message (what stands behind `program[pid]: `) from `textAt` to `textEnd`. */
  text: string;
  textAt: number;
  textEnd: number;
}

export const unrecognized = 'unrecognized';
const nothing: Fields = Object.freeze({});

/** Who wrote a line, and the grammar it speaks. */
interface Speaker extends Origin {
  readonly daemon: string;
  readonly grammar: Grammar | undefined;
  /** Its failure lines are reasons without a status (FACTS 5). */
  readonly tries: boolean;
}

/** A grammar is compiled when the first line that speaks it comes. */
const grammars = new Map<readonly unknown[], Grammar>();

/** Which grammar a program speaks: `syslog_name[/service]/daemon` of Postfix, or a neighbour by its name. */
function speakerOf(host: string, program: string): Speaker {
  const last = program.slice(program.lastIndexOf('/') + 1);
  const own = last === program ? undefined : daemons[last];
  const groups = own ?? neighbours[program] ?? neighbours[last];
  if (groups === undefined) return { host, program, daemon: '', grammar: undefined, tries: false };
  let grammar = grammars.get(groups);
  if (grammar === undefined) {
    grammar = new Grammar(...groups);
    grammars.set(groups, grammar);
  }
  return { host, program, daemon: last, grammar, tries: own !== undefined && (last === 'smtp' || last === 'lmtp') };
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
    return this.parseAt(line, asciiBytes(line), 0, line.length);
  }

  /**
   * The same for a line within a larger text, which spares cutting it out.
   * @param bytes the text, a byte a character, characters beyond ASCII as bytes from 128; a newline or nothing at `end`
   */
  parseAt(text: string, bytes: Uint8Array, start: number, end: number): Event | undefined {
    const envelope = this.envelopes.read(text, bytes, start, end);
    return envelope === undefined ? undefined : understand(envelope);
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

function understand(envelope: Envelope<Speaker>): Event {
  const { text, bytes, end, origin } = envelope;
  const { grammar } = origin;
  let at = envelope.at;
  let level: Level = 'info';
  let queueId: string | undefined;
  let reason: Fields | undefined;
  let action = unrecognized;
  let fields = nothing;
  if (grammar !== undefined) {
    const first = bytes[at] as number;
    // w, e, f, p
    if (first === 119 || first === 101 || first === 102 || first === 112) {
      for (const [letter, word, name] of levelWords) {
        if (letter !== first || !text.startsWith(word, at)) continue;
        level = name;
        at += word.length;
        break;
      }
    }
    const idEnd = queueIdEnd(bytes, at, end);
    if (idEnd > 0) {
      queueId = text.slice(at, idEnd);
      at = Math.min(idEnd + 2, end);
    } else if (first === 78 && text.startsWith(noqueue, at)) at += noqueue.length;
    if (origin.tries && level === 'info' && mayBeFailure(bytes[at] as number, bytes[at + 1] as number))
      reason = classify(text, bytes, at, end);
    const match = reason === undefined ? grammar.match(text, bytes, at, end, level) : undefined;
    if (match !== undefined) {
      action = (grammar.pattern as Pattern).action;
      fields = match;
      if (fields.queue_id !== undefined) queueId = fields.queue_id;
      if (fields.reason !== undefined) {
        // It stands in brackets at the end; the closing one is missing where the line was cut off.
        const reasonEnd = bytes[end - 1] === 41 ? end - 1 : end;
        reason = classify(text, bytes, reasonEnd - fields.reason.length, reasonEnd);
        // A failure for a reason that no pattern knows is still one.
        if (reason?.kind === undefined && fields.status !== undefined && failures.has(fields.status)) reason = { ...reason, kind: 'other' };
      }
    } else if (origin.tries && level === 'info') {
      reason ??= classify(text, bytes, at, end);
      if (reason !== undefined) {
        action = 'attempt_failed';
        fields = { reason: text.slice(at, end) };
      }
    }
  } else if (origin.program === 'syslogd') action = 'repeated';
  return {
    time: envelope.time,
    host: origin.host,
    program: origin.program,
    daemon: origin.daemon,
    pid: envelope.pid,
    level,
    queueId,
    action,
    fields,
    reason,
    priority: envelope.priority,
    doubt: envelope.doubt,
    text,
    textAt: envelope.at,
    textEnd: end,
  };
}
