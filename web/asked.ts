/** What a page is asked for: the period, the host and the rest stand in its address, so that it can be kept and sent. */
import { Zone } from '../postfix/zone.js';
import { intervalFor } from '../report/buckets.js';
import { LocalClock } from '../report/render/clock.js';
import { type Holdings, holdingsOf, type Period, periodOf } from '../report/scope.js';
import type { Counted } from '../store/message_port.js';
import type { Interval, Reader, Scope } from '../store/port.js';

/** How times in an address are read: as behind `--since` and `--until`. @throws Error with a sentence where one cannot be read */
export interface Times {
  since(text: string, zone: Zone): number;
  until(text: string, zone: Zone): number;
}

/** What may name a person, in what is looked for. */
export interface Named {
  readonly from?: string;
  readonly to?: string;
  readonly messageId?: string;
  readonly client?: string;
  readonly text?: string;
}

/** The same, as a store has it in which persons are hidden. @throws Error with a sentence where it cannot be told */
export type AsStored = <T extends Named>(words: T) => Promise<T>;

/** The words of an address that every page keeps. */
export const kept = ['since', 'until', 'host', 'zone', 'by', 'count'] as const;

export const intervals: readonly Interval[] = ['minute', 'hour', 'day', 'week', 'month'];

/** Something in the address that cannot be: said on the page, with status 400. */
export class AddressError extends Error {}

export class Asked {
  readonly scope: Scope;
  readonly zone: Zone;
  readonly clock: LocalClock;
  readonly counted: Counted;

  constructor(
    readonly words: URLSearchParams,
    defaultZone: string,
    private readonly times: Times,
    private readonly hide: AsStored,
  ) {
    this.zone = zoneOf(words.get('zone') || defaultZone);
    this.clock = new LocalClock(this.zone);
    this.counted = words.get('count') === 'status_lines' ? 'status_lines' : 'attempts';
    const since = this.time('since');
    const until = this.time('until', 'until');
    if (since !== undefined && until !== undefined && since >= until) throw new AddressError('The period ends before it begins.');
    const host = words.get('host');
    this.scope = {
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(host ? { host } : {}),
    };
  }

  /** A time in the address. @param end how it is meant where it is a whole day, month or year @throws AddressError */
  time(name: string, end: 'since' | 'until' = 'since'): number | undefined {
    const text = this.words.get(name);
    if (!text) return undefined;
    try {
      return this.times[end](text, this.zone);
    } catch (error) {
      throw new AddressError((error as Error).message);
    }
  }

  /** What is looked for, as the store has it. @throws AddressError for what such a store cannot tell */
  async asStored<T extends Named>(words: T): Promise<T> {
    try {
      return await this.hide(words);
    } catch (error) {
      // It may begin with the flag of the command line.
      throw new AddressError((error as Error).message.replace(/^--\w+: /, ''));
    }
  }

  /** What there are lines for, and the interval that fits it. */
  async stretch(reader: Reader): Promise<{ readonly holdings: Holdings; readonly period: Period | undefined; readonly by: Interval }> {
    const holdings = await holdingsOf(reader, this.scope);
    const period = periodOf(holdings.asked);
    const by = intervals.find((one) => one === this.words.get('by')) ?? intervalFor(period);
    return { holdings, period, by };
  }

  /** The address of a page, for the same period and host, with some words changed; undefined takes one out. */
  href(path: string, changed: Readonly<Record<string, string | undefined>> = {}): string {
    const words = new URLSearchParams();
    for (const name of kept) {
      const value = this.words.get(name);
      if (value) words.set(name, value);
    }
    for (const [name, value] of Object.entries(changed)) {
      if (value === undefined || value === '') words.delete(name);
      else words.set(name, value);
    }
    const query = words.toString();
    return query === '' ? path : `${path}?${query}`;
  }

  /** An instant as it stands in an address. */
  moment(time: number): string {
    return new Date(time).toISOString().replace('.000Z', 'Z');
  }
}

function zoneOf(name: string): Zone {
  try {
    return new Zone(name);
  } catch {
    throw new AddressError(`${JSON.stringify(name)} is not a time zone. Names are such as Europe/Berlin or UTC.`);
  }
}

/** A page of an answer. @param again what to do where the cursor in the address is none @throws AddressError then */
export async function onePage<Page>(ask: () => Promise<Page>, again: 'ask' | 'search'): Promise<Page> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof RangeError ? new AddressError(`The address names a page that is none: ${again} again.`) : error;
  }
}
