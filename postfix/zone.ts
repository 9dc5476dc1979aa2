/** Local time to UTC in a named zone (IANA, or a fixed offset such as `+02:00`), without a clock or environment of its own. */

/** How a local time relates to UTC: once, twice (the hour that autumn repeats) or never (the hour that spring skips). */
export interface LocalTime {
  /** Milliseconds since the epoch; of two, the earlier one. */
  readonly first: number;
  /** The later of two, in the repeated hour. */
  readonly second?: number;
  /** The local time does not exist: `first` is what the offset before the gap makes of it. */
  readonly gap?: true;
}

const day = 86_400_000;

/** A time zone that resolves whole hours of local time; answers are kept, as a log asks for the same hour many times. */
export class Zone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat | undefined;
  private readonly fixed: number;
  private readonly hours = new Map<number, LocalTime>();

  /** @throws RangeError where the zone is neither known to this Node nor an offset. */
  constructor(name: string) {
    this.name = name;
    const offset = /^(?:UTC|Z|GMT)$/i.test(name) ? ['', '+', '00', '00'] : /^([+-])(\d\d):?(\d\d)$/.exec(name);
    if (offset) {
      this.fixed = (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
      this.format = undefined;
    } else {
      this.fixed = 0;
      this.format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    }
  }

  /** Milliseconds that local time is ahead of UTC at an instant. */
  offsetAt(utc: number): number {
    if (this.format === undefined) return this.fixed;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(utc)) parts[type] = Number(value);
    const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = parts;
    const local = Date.UTC(year, month - 1, date, hour, minute, second);
    return local - Math.floor(utc / 1000) * 1000;
  }

  /** Resolves a local time, given as the milliseconds it would be if it were UTC. */
  resolve(local: number): LocalTime {
    if (this.format === undefined) return { first: local - this.fixed };
    // Transitions fall on whole quarters of an hour in every zone in use.
    const quarter = Math.floor(local / 900_000);
    let base = this.hours.get(quarter);
    if (base === undefined) {
      base = this.resolveQuarter(quarter * 900_000);
      if (this.hours.size > 4096) this.hours.clear();
      this.hours.set(quarter, base);
    }
    const within = local - quarter * 900_000;
    if (within === 0) return base;
    const first = base.first + within;
    if (base.second !== undefined) return { first, second: base.second + within };
    return base.gap ? { first, gap: true } : { first };
  }

  private resolveQuarter(local: number): LocalTime {
    const before = this.offsetAt(local - day);
    const after = this.offsetAt(local + day);
    const candidates = [...new Set([local - before, local - after])]
      .filter((utc) => utc + this.offsetAt(utc) === local)
      .sort((a, b) => a - b);
    const [first, second] = candidates;
    if (first === undefined) return { first: local - before, gap: true };
    return second === undefined ? { first } : { first, second };
  }
}

const zones = new Map<string, Zone>();

/** The zone of a name; one for all who ask, as what it has resolved is kept. @throws RangeError where there is none */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = new Zone(name);
    zones.set(name, zone);
  }
  return zone;
}
