/** Documents out of rows: the line is parsed again, with the time and the place that were stored for it. */
import { Clock } from '../../postfix/clock.js';
import { type EventDocument, toDocument } from '../../postfix/document.js';
import { identityOf } from '../../postfix/identity.js';
import { type Event, Parser } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
import { Zone } from '../../postfix/zone.js';
import { type Mark, readMark } from './mark.js';
import { millis } from './scope.js';

/** Columns that `StoredLine` takes, of `lines` as `l`. */
export const lineColumns = `l.n, l.time, (SELECT host FROM origins WHERE id = l.origin), l.mark, l."offset", l.line`;

/** The stamp was resolved when the line was stored; any clock will do to read it again, as its answer is replaced. */
let now = 0;
const parser = new Parser(new Clock(new Zone('UTC'), () => now));

/** A row with `lineColumns`, understood. */
export class StoredLine {
  readonly n: number;
  /** Microseconds since the epoch. */
  readonly micros: number;
  readonly line: string;
  readonly event: Event;
  private readonly mark: Mark;
  private readonly offset: number;

  constructor(row: readonly unknown[]) {
    const [n, time, host, mark, offset, line] = row;
    this.n = Number(n);
    this.micros = Number(time);
    this.mark = readMark(Number(mark ?? 0));
    this.offset = Number(offset);
    this.line = line as string;
    now = millis(time);
    const event = parser.parse(this.line);
    if (event === undefined) throw new Error(`a stored line has no time any more: ${this.line}`);
    event.time = now;
    event.host = host as string;
    event.doubt = this.mark.doubt;
    this.event = event;
  }

  /** @param path of the source it came from */
  document(path: string): EventDocument {
    const kept: KeptText = { text: this.line, encoding: this.mark.encoding };
    const id = identityOf(this.event.host, this.event.time, kept, this.mark.ordinal);
    return toDocument(this.event, kept, { id, path, offset: this.offset });
  }
}

/** Newest first; of one time, the one that came last. */
export const newestFirst = (a: StoredLine, b: StoredLine) => b.micros - a.micros || b.n - a.n;
