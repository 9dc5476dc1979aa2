/** Instants as people read them, in the zone that the reader asked for. */
import { Zone } from '../../postfix/zone.js';
import type { Interval } from '../../store/port.js';

const quarter = 900_000;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

export class LocalClock {
  readonly zone: Zone;
  /** Offsets by the quarter of an hour: a page of lines asks for the same one again and again. */
  private readonly offsets = new Map<number, number>();

  constructor(zone: Zone | string) {
    this.zone = typeof zone === 'string' ? new Zone(zone) : zone;
  }

  get name(): string {
    return this.zone.name;
  }

  private offset(time: number): number {
    const key = Math.floor(time / quarter);
    let offset = this.offsets.get(key);
    if (offset === undefined) {
      offset = this.zone.offsetAt(key * quarter);
      if (this.offsets.size > 10_000) this.offsets.clear();
      this.offsets.set(key, offset);
    }
    return offset;
  }

  private local(time: number): string {
    return new Date(Math.floor(time) + this.offset(time)).toISOString();
  }

  /** `2026-04-03`. */
  date(time: number): string {
    return this.local(time).slice(0, 10);
  }

  /** `2026-04-03 02:11`. */
  minute(time: number): string {
    return this.local(time).slice(0, 16).replace('T', ' ');
  }

  /** `2026-04-03 02:11:31`. */
  second(time: number): string {
    return this.local(time).slice(0, 19).replace('T', ' ');
  }

  /** `2026-04-03T02:11:31+02:00`: for other programs, with all the log gave of a second. */
  iso(time: number): string {
    const local = this.local(time)
      .slice(0, 23)
      .replace(/\.000$/, '');
    return local + this.offsetName(time);
  }

  /** The name of a bucket that starts at `time`: `2026-04-03 02:00`, `2026-04-03`, `2026-03-30` (its Monday), `2026-04`. */
  bucket(time: number, by: Interval): string {
    if (by === 'minute' || by === 'hour') return this.minute(time);
    return by === 'month' ? this.date(time).slice(0, 7) : this.date(time);
  }

  /** Names of several buckets; days with their weekday, and the hour that autumn repeats told apart by its offset. */
  buckets(times: readonly number[], by: Interval): string[] {
    const names = times.map((time) => this.bucket(time, by));
    const seen = new Map<string, number>();
    for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
    return names.map((name, i) => {
      const time = times[i] as number;
      if (by === 'day') return `${name} ${weekdays[new Date(`${name}T00:00:00Z`).getUTCDay()]}`;
      return (seen.get(name) ?? 0) > 1 ? `${name} ${this.offsetName(time)}` : name;
    });
  }

  private offsetName(time: number): string {
    const minutes = Math.round(this.offset(time) / 60_000);
    const size = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  }
}

const two = (value: number) => String(value).padStart(2, '0');
