/** Lines that were stored once, as events on their way into another store. */
import { Clock } from '../postfix/clock.js';
import { asciiBytes } from '../postfix/grammar.js';
import { type Event, Parser } from '../postfix/parse.js';
import { Zone } from '../postfix/zone.js';
import type { ArchivedLine } from './archive_port.js';

/** Reads lines again. Time and host are as they were resolved then, whatever year, zone or host the line itself lacks. */
export class LineRestorer {
  private now = 0;
  private readonly clock = new Clock(new Zone('UTC'), () => this.now);
  private parser = new Parser(this.clock);

  /** @returns undefined where the line has no time any more */
  event({ text, time, host, doubt }: Pick<ArchivedLine, 'text' | 'time' | 'host' | 'doubt'>): Event | undefined {
    this.now = time;
    let event = this.parsed(text.text);
    if (event !== undefined && event.host !== host) {
      // It names none.
      this.parser = new Parser(this.clock, host);
      event = this.parsed(text.text);
    }
    if (event === undefined) return undefined;
    event.time = time;
    event.host = host;
    event.doubt = doubt;
    return event;
  }

  /** Fields are cut out where somebody wants them. */
  private parsed(text: string): Event | undefined {
    return this.parser.parseAt(text, asciiBytes(text), 0, text.length, false);
  }
}
