/** The facts in stored lines: a document keeps its whole line, and what the fold needs of it is read from that again. */
import { Clock } from '../postfix/clock.js';
import type { EventDocument } from '../postfix/document.js';
import { type Fact, factOf } from '../postfix/message/fact.js';
import { Parser } from '../postfix/parse.js';
import { Zone } from '../postfix/zone.js';

/** Time and host are the document's: its stamp was resolved when the line was stored, so that any clock will do here. */
let now = 0;
const parser = new Parser(new Clock(new Zone('UTC'), () => now));

/** What of a document is needed. */
export interface KeptLine {
  readonly '@timestamp': EventDocument['@timestamp'];
  readonly event: Pick<EventDocument['event'], 'id' | 'original'>;
  readonly host: EventDocument['host'];
  readonly log: Pick<EventDocument['log'], 'file' | 'offset'>;
}

/** Milliseconds since the epoch, with the microseconds that `isoTime` (postfix/document.ts) writes behind them. */
export function instantOf(document: Pick<EventDocument, '@timestamp'>): number {
  const iso = document['@timestamp'];
  const micros = /\.\d{3}(\d{3})Z$/.exec(iso);
  return Date.parse(iso) + (micros === null ? 0 : Number(micros[1]) / 1000);
}

/** The fact in a line; undefined where the fold needs nothing of it. */
export function factIn(document: KeptLine): Fact | undefined {
  const { event, host, log } = document;
  if (event.original === undefined) return undefined;
  now = instantOf(document);
  const parsed = parser.parse(event.original);
  if (parsed === undefined) return undefined;
  parsed.time = now;
  parsed.host = host.name;
  return factOf(parsed, event.id, { path: log.file.path, offset: log.offset });
}
