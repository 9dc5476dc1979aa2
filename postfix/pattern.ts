/** One shape of line that one daemon prints; `template.ts` has the language of its text. */
import type { FieldName, Fields } from './fields.js';
import { fields } from './fields.js';
import { regexOf } from './regex.js';
import { bareMessageId, counters, type Scanner, scannerOf } from './scanner.js';
import { type Node, namesIn, parseTemplate } from './template.js';

/** How bad a daemon says it is: the word in front of the text (`src/util/msg_output.c`). */
export type Level = 'info' | 'warning' | 'error' | 'fatal' | 'panic';

export interface Pattern {
  /** What happened, as `event.action`: snake_case, a verb's past or a noun. */
  readonly action: string;
  /** The word in front of the text; `info` where there is none. */
  readonly level?: Level;
  /** In the language of template.ts. */
  readonly text: string;
  /** Fields whose values follow from the pattern alone. */
  readonly set?: Fields;
  /** Real or realistic texts, without envelope, level and queue ID. At least one. */
  readonly samples: readonly [string, ...string[]];
}

let matchersMade = 0;

/** A pattern made ready. The costly halves are made when they are first needed: most patterns never are. */
export class Matcher {
  /** Tells it from all others, from 0 on without gaps. */
  readonly number = matchersMade++;
  /** What every text of it begins with; may be empty. */
  readonly literal: string;
  /** Where the last byte of that stands, from the start of a text, and which it is. */
  readonly lastAt: number;
  readonly lastByte: number;
  /** Whether it may give these fields. */
  readonly has: Readonly<Record<'queue_id' | 'reason' | 'relay_host' | 'status', boolean>>;
  private readonly template: readonly Node[];
  private generated: Scanner | undefined | null = null;
  private expression: { regex: RegExp; names: readonly FieldName[] } | undefined;

  constructor(readonly pattern: Pattern) {
    this.template = parseTemplate(pattern.text);
    const first = this.template[0];
    this.literal = first?.kind === 'literal' ? first.text : '';
    this.lastAt = this.literal.length - 1;
    this.lastByte = this.literal === '' ? -1 : this.literal.charCodeAt(this.lastAt);
    const names = namesIn(this.template);
    const has = (name: FieldName) => names.has(name) || (pattern.set !== undefined && name in pattern.set);
    this.has = { queue_id: has('queue_id'), reason: has('reason'), relay_host: has('relay_host'), status: has('status') };
  }

  /** What every text of it has. */
  get literals(): readonly string[] {
    return this.template.flatMap((node) => (node.kind === 'literal' ? [node.text] : []));
  }

  /** The fast way, where there is one. */
  get scanner(): Scanner | undefined {
    if (this.generated === null) this.generated = scannerOf(this.template, this.pattern.set);
    return this.generated;
  }

  /** The fields of a whole text by the regular expression, which is what the pattern means. */
  exec(text: string): Fields | undefined {
    this.expression ??= regexOf(this.template);
    const { regex, names } = this.expression;
    regex.lastIndex = 0;
    const match = regex.exec(text);
    return match === null ? undefined : { ...fieldsOf(match, names), ...this.pattern.set };
  }
}

const matchers = new WeakMap<Pattern, Matcher>();

/** The matcher of a pattern; programs that share a library share its matchers. */
export function matcherOf(pattern: Pattern): Matcher {
  let matcher = matchers.get(pattern);
  if (matcher === undefined) {
    matcher = new Matcher(pattern);
    matchers.set(pattern, matcher);
  }
  return matcher;
}

function fieldsOf(match: RegExpExecArray, names: readonly FieldName[]): Fields {
  const found: Record<string, unknown> = {};
  names.forEach((name, i) => {
    const raw = match[i + 1];
    // Where a field stands twice, the first that is there counts.
    found[name] ??= raw === undefined ? undefined : typed(name, raw);
  });
  return found as Fields;
}

/** The text of a field as its type wants it. */
function typed(name: FieldName, raw: string): unknown {
  switch (fields[name].type) {
    case 'integer':
    case 'seconds':
      return Number(raw);
    case 'counters':
      return counters(raw);
    case 'message_id':
      return bareMessageId(raw);
    default:
      return raw;
  }
}
