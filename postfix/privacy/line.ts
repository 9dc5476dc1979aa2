/** Hides who wrote to whom in a line of the log, so that the line still says all else, and the grammar still reads it. */
import { Clock } from '../clock.js';
import { type FieldName, type Fields, fields } from '../fields.js';
import { asciiBytes } from '../grammar.js';
import { Event, Parser } from '../parse.js';
import { zoneOf } from '../zone.js';
import { addressesIn, type Span } from './addresses.js';
import { Edits } from './edits.js';
import { entryOf, hideEntry } from './json.js';
import { namesOf, placesOf } from './places.js';
import type { Pseudonyms } from './pseudonyms.js';
import { type Known, locals, lowered, repeatsOf, wholes } from './repeats.js';

/** Fields that are an address, or a login name, whatever they look like. */
const persons: ReadonlySet<FieldName> = new Set(['sender', 'recipient', 'orig_to', 'redirect_to', 'sasl_sender', 'user']);
const messageIds: ReadonlySet<FieldName> = new Set(['message_id', 'resent_message_id']);
/** Fields that may be one. */
const named: ReadonlySet<FieldName> = new Set([...persons, ...messageIds, 'target', 'key']);
/** Without any of these, a text names nobody. */
const telling = /[@<\uff20]|%40|\\u0040|&#|="|user|login|logname|account/i;

/** `from=<bob>`, `sasl_username=bob`: of programs that no grammar knows, and in replies. */
const labelled =
  /(?<![\w.-])(?:(?:orig_)?to|(?:envelope-|mail)?from|sender|recipient|rcpt|(?:sasl_)?user(?:name)?|sasl_sender|login|r?user|logname|account)=(?:<((?:"(?:\\.|[^"\\])*"?|[^>"])*)|"([^"]*)|(?<=(?:user(?:name)?|login|logname|account)=)([^\s,;<>()[\]"']+))/dgi;
/** What a syslog daemon cut off at its limit. */
const cutOff = /<("[^"<>]*[\p{L}\p{N}][^"<>]*|[^<>\s"'()[\],;:]+)$/u;
/** Parameters in front of a message of RFC 5424. */
const parameters = /="((?:[^"\\\]]|\\.)*)"/g;

/** Names of a line that are looked for again: Postfix writes a few, and who writes thousands must not keep us. */
const repeatable = 64;

/** Only the years of stamps hang on it, and these are not looked at. */
const someday = Date.UTC(2100, 0, 1);

export class LineHider {
  private readonly parser = new Parser(new Clock(zoneOf('UTC'), () => someday));

  constructor(readonly pseudonyms: Pseudonyms) {}

  /** @param line as text.ts keeps it, without its newline */
  hide(line: string): string {
    const event = this.parser.parse(line);
    const start = line.search(/[^\ue000]/);
    const entry = line[start] === '{' ? entryOf(line.slice(start)) : undefined;
    if (entry === undefined) return this.hideMessage(line, event);
    const hidden = hideEntry(
      entry,
      (message) => this.hideMessage(message, event),
      (text) => this.hideText(text),
    );
    return hidden === undefined ? line : line.slice(0, start) + hidden;
  }

  /** A text at whose end the event stands: in front of it there may be what a container puts there. */
  private hideMessage(text: string, event: Event | undefined): string {
    if (event === undefined || !text.endsWith(event.text)) return this.hideText(text);
    return text.slice(0, text.length - event.text.length) + this.hideEvent(event);
  }

  /**
   * Text of which nothing is known.
   * @param said addresses and names that it may repeat
   */
  hideText(text: string, said: readonly string[] = []): string {
    const edits = new Edits(text);
    const all = { from: 0, to: text.length };
    this.repeat(text, [all], edits, this.findIn(text, all, edits, said));
    this.hideCut(text, all, edits);
    return edits.apply(all);
  }

  private hideEvent(event: Event): string {
    const { text, textAt, bodyAt, textEnd, matcher } = event;
    if (!telling.test(text) && (matcher === undefined || !namesOf(matcher).some((name) => named.has(name)))) return text;
    const edits = new Edits(text);
    const places = placesOf(event);
    const said: string[] = [];
    for (const { name, from, to } of places) {
      const value = text.slice(from, to);
      if (messageIds.has(name)) {
        const hidden = this.messageId(value);
        if (hidden !== value) edits.add({ from, to, with: hidden });
      } else if (persons.has(name) || isNamed(name, value, event)) {
        const [, open = '', address = '', close = ''] = /^(<?)(.*?)(>?)$/s.exec(value) ?? [];
        // Of a client that did not say who it is, Postfix says `(unavailable)`.
        if (address === '' || address === '(unavailable)' || !this.pseudonyms.hides(address)) continue;
        edits.add({ from, to, with: `${open}${this.pseudonyms.address(address)}${close}` });
        said.push(address);
      }
    }
    const message = { from: textAt, to: textEnd };
    const body = { from: bodyAt, to: textEnd };
    const known = this.findIn(text, body, edits, said);
    // What a reply repeats stands in its own words; the words of the pattern are Postfix's.
    const stretches = matcher === undefined ? [body] : places.filter(({ name }) => free.has(fields[name].type));
    const hidden = this.repeatIn(event, stretches, edits, known);
    this.hideCut(text, body, hidden);
    return this.hideFront(text.slice(0, textAt)) + hidden.apply(message) + text.slice(textEnd);
  }

  /** Hides what is said again of names, but for those that are words which the grammar reads: of `timed`, not of `bob`. */
  private repeatIn(event: Event, stretches: readonly Span[], edits: Edits, known: readonly Known[]): Edits {
    const { text, textAt, textEnd } = event;
    const message = { from: textAt, to: textEnd };
    const isGood = (tried: Edits) => tried.size === edits.size || saysTheSame(event, tried.apply(message));
    const all = edits.copy();
    this.repeat(text, stretches, all, known);
    if (isGood(all)) return all;
    return known.reduce((good, one) => {
      const tried = good.copy();
      this.repeat(text, stretches, tried, [one]);
      return isGood(tried) ? tried : good;
    }, edits);
  }

  /** The beginning of an address, at the end of a line that was cut off there. */
  private hideCut(text: string, stretch: Span, edits: Edits): void {
    const end = edits.gaps(stretch).at(-1);
    if (end?.to !== stretch.to) return;
    const [, name] = cutOff.exec(text.slice(end.from, end.to)) ?? [];
    if (name !== undefined && this.pseudonyms.hides(name))
      edits.add({ from: end.to - name.length, to: end.to, with: this.pseudonyms.address(name) });
  }

  private hideFront(front: string): string {
    return front.replace(parameters, (_, value: string) => `="${this.hideText(value)}"`);
  }

  /** Everything that is an address by itself, or stands behind a label. @returns how the names may be said again */
  private findIn(text: string, stretch: Span, edits: Edits, said: readonly string[]): Known[] {
    const names = [...said];
    const hide = (value: string, from: number, to: number) => {
      if (value === '' || !this.pseudonyms.hides(value)) return;
      if (edits.add({ from, to, with: this.pseudonyms.address(value) })) names.push(value);
    };
    for (const gap of edits.gaps(stretch)) {
      const part = text.slice(gap.from, gap.to);
      if (!part.includes('=')) continue;
      for (const m of part.matchAll(labelled)) {
        const [from, to] = m.indices?.slice(1).find((place) => place !== undefined) ?? [0, 0];
        hide(part.slice(from, to), gap.from + from, gap.from + to);
      }
    }
    // Names with spaces in them are found where they are known, and only there; as a whole, before parts of them are.
    const whole = names
      .slice(0, repeatable)
      .flatMap((name) => [...wholes(name, this.pseudonyms), ...locals(name, this.pseudonyms)])
      .filter(({ written }) => written.includes('@'));
    this.repeat(text, [stretch], edits, whole);
    for (const gap of edits.gaps(stretch)) {
      for (const found of addressesIn(text, gap)) {
        if (!this.pseudonyms.hides(found.address)) continue;
        if (edits.add({ ...found, with: this.signed(found) })) names.push(found.address);
      }
    }
    return [...new Set(names)].slice(0, repeatable).flatMap((name) => locals(name, this.pseudonyms));
  }

  private repeat(text: string, stretches: readonly Span[], edits: Edits, known: readonly Known[]): void {
    const lower = lowered(text);
    for (const one of known) {
      // Most texts repeat nothing.
      if (!lower.includes(lowered(one.written))) continue;
      for (const gap of stretches.flatMap((stretch) => edits.gaps(stretch))) {
        for (const edit of repeatsOf(one, text, lower, gap)) edits.add(edit);
      }
    }
  }

  /** The address with its @ as it was written. */
  private signed({ address, sign }: { readonly address: string; readonly sign: string }): string {
    const hidden = this.pseudonyms.address(address);
    return sign === '@' ? hidden : hidden.replace(/@(?=[^@]*$)/, () => sign);
  }

  /** The brackets stay where they are, and so does what a server wrote behind them. */
  private messageId(value: string): string {
    const [, open = '', id = '', close = '', behind = ''] =
      /^(<?)([^<>]*)(>?)(\s.*)?$/s.exec(value) ?? /^(<?)(.*?)(>?)$/s.exec(value) ?? [];
    return `${open}${this.pseudonyms.messageId(id)}${close}${this.hideText(behind)}`;
  }
}

/** What a lookup or a restriction was about may be a person, by the name alone; with a dot it is a host's. */
function isNamed(name: FieldName, value: string, { action, fields: { table, restriction, stage } }: Event): boolean {
  if (name !== 'target' && name !== 'key') return false;
  if (value.includes('@')) return true;
  if (!/^[\p{L}\p{N}_+'-]+$/u.test(value) || value === 'localhost') return false;
  if (name === 'key') return table !== undefined || /alias|map_|lookup|mailing_list/.test(action);
  return stage !== 'HELO' && stage !== 'EHLO' && /sender|recipient|user|address/i.test(restriction ?? '');
}

/** What holds whatever somebody wrote; but for these, which are Postfix's words. */
const free: ReadonlySet<string> = new Set(['text', 'address', 'message_id']);
const fixed: ReadonlySet<FieldName> = new Set(['phase_text', 'kind', 'phase']);

/** Whether the grammar reads the same out of a message with something hidden. */
function saysTheSame(before: Event, message: string): boolean {
  const { time, speaker: origin, pid, priority, doubt, action, level, queueId, fields: own, reason } = before;
  const bytes = asciiBytes(message);
  const end = message.length;
  const after = new Event({ time, origin, pid, priority, doubt, text: message, bytes, start: 0, at: 0, end }, true);
  return (
    after.action === action &&
    after.level === level &&
    after.queueId === queueId &&
    sameFields(own, after.fields) &&
    sameFields(reason ?? {}, after.reason ?? {})
  );
}

/** Whether two lines have the same fields, and the same values where these are no texts. */
function sameFields(one: Fields, other: Fields): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)] as FieldName[]);
  return [...names].every((name) => {
    const [before, after] = [one[name], other[name]];
    if (free.has(fields[name].type) && !fixed.has(name)) return (before === undefined) === (after === undefined);
    return JSON.stringify(before) === JSON.stringify(after);
  });
}
