/** Times as they are typed behind --since and --until. */
import type { Zone } from '../postfix/zone.js';
import { UsageError } from './usage.js';

const minute = 60_000;
const units: Readonly<Record<string, number>> = { min: minute, m: minute, h: 60 * minute, d: 1440 * minute, w: 7 * 1440 * minute };

export const acceptedTimes =
  '2026-04-03, 2026-04-03T14:30 (also with seconds, Z or +02:00), 2026-04, 2026, ' + 'today, yesterday, now, -7d, -3h, -30min, -2w';

/** Stretch of time that a typed time stands for: a day for a date, nothing for a time of day. Both in milliseconds since the epoch. */
interface Typed {
  readonly start: number;
  /** Exclusive; equal to `start` for an instant. */
  readonly end: number;
}

export interface Moment {
  readonly zone: Zone;
  readonly now: number;
}

/** The first instant of what was typed. @throws UsageError */
export function parseSince(text: string, moment: Moment): number {
  return parse(text, '--since', moment).start;
}

/** The end, exclusive: a date, month or year is meant to its end. @throws UsageError */
export function parseUntil(text: string, moment: Moment): number {
  return parse(text, '--until', moment).end;
}

/** An instant; a date, month or year is its beginning. @param flag that it was typed behind @throws UsageError */
export function parseInstant(text: string, flag: string, moment: Moment): number {
  return parse(text, flag, moment).start;
}

const absolute = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;
const relative = /^-?(\d+)\s*(min|m|h|d|w)$/i;

function parse(text: string, flag: string, { zone, now }: Moment): Typed {
  const wrong = (why: string) => new UsageError(`${flag} ${JSON.stringify(text)}: ${why}.\nAccepted: ${acceptedTimes}`);
  const trimmed = text.trim();
  const word = trimmed.toLowerCase();
  if (word === 'now') return instant(now);
  if (word === 'today' || word === 'yesterday') {
    const local = new Date(now + zone.offsetAt(now));
    const date = local.getUTCDate() - (word === 'today' ? 0 : 1);
    const midnight = (further: number) => Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), date + further);
    return between(zone, midnight(0), midnight(1));
  }
  const back = relative.exec(trimmed);
  if (back !== null) return instant(now - Number(back[1]) * (units[(back[2] as string).toLowerCase()] as number));
  const match = absolute.exec(trimmed);
  if (match === null) throw wrong('not a time that I know');
  const [, yyyy, mm, dd, hours, minutes, secs, fraction, offset] = match;
  const year = Number(yyyy);
  const month = mm === undefined ? 0 : Number(mm) - 1;
  const day = dd === undefined ? 1 : Number(dd);
  const at = Date.UTC(year, month, day);
  const date = new Date(at);
  if (month > 11 || date.getUTCMonth() !== month || date.getUTCDate() !== day) throw wrong('there is no such day');
  if (hours === undefined) {
    if (offset !== undefined) throw wrong('an offset needs a time of day before it');
    if (dd !== undefined) return between(zone, at, Date.UTC(year, month, day + 1));
    return mm !== undefined ? between(zone, at, Date.UTC(year, month + 1)) : between(zone, at, Date.UTC(year + 1, 0));
  }
  const hour = Number(hours);
  // 24:00 is the end of the day (ISO 8601).
  if (Number(minutes) > 59 || Number(secs ?? 0) > 59 || hour > 24 || (hour === 24 && Number(minutes) + Number(secs ?? 0) > 0)) {
    throw wrong('there is no such time of day');
  }
  const milliseconds = Math.floor(Number(`0.${fraction ?? 0}`) * 1000);
  const local = at + ((hour * 60 + Number(minutes)) * 60 + Number(secs ?? 0)) * 1000 + milliseconds;
  if (offset !== undefined) return instant(local - offsetOf(offset));
  const { first, second, gap } = zone.resolve(local);
  // In the hour that spring skips, the offset from before it: 02:30 is half an hour after 02:00, that is 03:30.
  return gap ? instant(first) : { start: first, end: second ?? first };
}

const instant = (time: number): Typed => ({ start: time, end: time });
const between = (zone: Zone, start: number, end: number): Typed => ({ start: zone.resolve(start).first, end: zone.resolve(end).first });

function offsetOf(text: string): number {
  if (/^z$/i.test(text)) return 0;
  const digits = text.replace(':', '');
  return (text.startsWith('-') ? -1 : 1) * (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))) * minute;
}
