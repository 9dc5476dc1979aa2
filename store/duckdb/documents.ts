/** Documents out of rows: the line is parsed again, with the time and the place that were stored for it. */
import { Clock } from '../../postfix/clock.js';
import { type EventDocument, toDocument } from '../../postfix/document.js';
import { identityOf } from '../../postfix/identity.js';
import { type Event, Parser } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
import { Zone } from '../../postfix/zone.js';
import type { Standing } from '../order.js';
import { type Mark, readMark } from './mark.js';
import { millis } from './scope.js';

/** Columns that `StoredLine` takes, of `lines` as `l`. */
export const lineColumns = `l.n, l.time, (SELECT host FROM origins WHERE id = l.origin), l.mark, l."offset", l.line`;

/**
 * The same with the number of the origin in place of its host: where there are many statements with few lines each, to look up the
 * host in each takes longer than to read the lines. Numbers up to 2^53 come as numbers.
 */
export const numberedColumns = 'l.n::DOUBLE, l.time::DOUBLE, l.origin, l.mark, l."offset"::DOUBLE, l.line';

/** The stamp was resolved when the line was stored; any clock will do to read it again, as its answer is replaced. */
let now = 0;
const parser = new Parser(new Clock(new Zone('UTC'), () => now));

/** A row with `lineColumns`, understood. */
export class StoredLine implements Standing {
  readonly n: number;
  /** Microseconds since the epoch. */
  readonly micros: number;
  readonly line: string;
  readonly event: Event;
  readonly offset: number;
  private readonly mark: Mark;
  private known: string | undefined;

  /** @param pathOf tells the path of the source of a line, by its number */
  constructor(
    row: readonly unknown[],
    private readonly pathOf: (n: number) => string,
  ) {
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

  get path(): string {
    return this.pathOf(this.n);
  }

  get id(): string {
    this.known ??= identityOf(this.event.host, this.event.time, this.kept, this.mark.ordinal);
    return this.known;
  }

  private get kept(): KeptText {
    return { text: this.line, encoding: this.mark.encoding };
  }

  document(): EventDocument {
    return toDocument(this.event, this.kept, this);
  }
}
