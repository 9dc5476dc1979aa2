/** What the store holds of which month and host, how it grows, what each policy would free, and what was done about it. */

import { byText } from '../store/order.js';
import {
  type Counts,
  type Doomed,
  endOfMonth,
  type Hold,
  type HostMonth,
  heldMonths,
  holdsOf,
  keptKinds,
  monthOf,
  monthsBetween,
  type RetentionEntry,
  type RetentionReader,
  type Stock,
  startOfMonth,
  summed,
  type Toll,
} from '../store/retention_port.js';
import { type Gap, HourlyLines } from './retention_gaps.js';
import { doomedBy, type Keep, type Policy, parseKeep } from './retention_policy.js';

const day = 86_400_000;

/** One host in one month. */
export interface Holding extends Omit<HostMonth, 'first' | 'last'> {
  /** Undefined where the whole month is a gap. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** The month's bytes by its share of lines. */
  readonly bytes: number;
  /** Of all lines in the store, from 0 to 1. */
  readonly share: number;
  /** Whole hours without a line, between the host's first line and its last one. */
  readonly emptyHours: number;
  /** Those of them that are of a gap which is odd. */
  readonly oddHours: number;
  readonly longest: Gap | undefined;
  readonly gaps: readonly Gap[];
  /** Its month was deleted: what is here are lines of messages that go on. */
  readonly rest: boolean;
}

export interface Growth {
  /** The days that were looked at: the last full ones, 30 at most. */
  readonly days: number;
  readonly linesPerDay: number;
  readonly bytesPerDay: number;
  /** Size of the store after so many days at that rate. */
  readonly forecast: readonly { readonly days: number; readonly bytes: number }[];
  /** Days until the disk is full, where its room is known. */
  readonly fullInDays: number | undefined;
}

/** What keeping so much would free today. */
export interface Option {
  readonly keep: string;
  readonly months: readonly string[];
  readonly lines: number;
  readonly bytes: number;
}

export interface RetentionReport {
  readonly stock: Stock;
  readonly holdings: readonly Holding[];
  readonly lines: number;
  readonly growth: Growth | undefined;
  readonly options: readonly Option[];
  readonly holds: readonly Hold[];
}

/** @param now milliseconds since the epoch */
export async function retention(reader: RetentionReader, now: number): Promise<RetentionReport> {
  const stock = await reader.stock();
  const log = await reader.retentionLog();
  const hours = await reader.hostHours();
  const deleted = deletedMonths(log);
  const found = await reader.hostMonths();
  const lines = found.reduce((sum, month) => sum + month.lines, 0);
  const stocks = new Map(stock.months.map((month) => [month.month, month]));
  const holdings: Holding[] = [];
  for (const host of new Set(found.map((month) => month.host))) {
    const own = found.filter((month) => month.host === host);
    const hourly = new HourlyLines(hours.filter((hour) => hour.host === host));
    for (const { month, lines: count, first, last, files } of withEmptyMonths(own, host, deleted)) {
      const gaps = deleted.has(month) ? [] : hourly.gaps(...stretchLooked(month, own, deleted));
      const { bytes = 0, counts } = stocks.get(month) ?? {};
      holdings.push({
        ...{ month, host, lines: count, first, last, files, gaps },
        bytes: count === 0 || counts === undefined ? 0 : Math.round((bytes * count) / counts.events),
        share: lines === 0 ? 0 : count / lines,
        emptyHours: hoursOf(gaps),
        oddHours: hoursOf(gaps.filter(({ odd }) => odd)),
        longest: longestOf(gaps),
        rest: deleted.has(month),
      });
    }
  }
  holdings.sort((a, b) => byText(a.month, b.month) || byText(a.host, b.host));
  const growth = growthOf(stock, hours, lines);
  return { stock, holdings, lines, growth, options: optionsOf(stock, heldMonths(log), now), holds: holdsOf(log) };
}

/** Of the odd ones, where there are any. */
function longestOf(gaps: readonly Gap[]): Gap | undefined {
  const odd = gaps.filter((gap) => gap.odd);
  return [...(odd.length > 0 ? odd : gaps)].sort((a, b) => b.until - b.since - (a.until - a.since) || a.since - b.since)[0];
}

const hoursOf = (gaps: readonly Gap[]) => gaps.reduce((sum, { since, until }) => sum + (until - since) / 3_600_000, 0);

type Month = Pick<Holding, 'month' | 'lines' | 'first' | 'last' | 'files'>;

/** Months between others of which nothing is there, and nothing was deleted. */
function withEmptyMonths(own: readonly HostMonth[], host: string, deleted: ReadonlySet<string>): readonly Month[] {
  const [first, last] = [own[0]?.month ?? '', own.at(-1)?.month ?? ''];
  return monthsBetween(first, last).flatMap((month): Month[] => {
    const known = own.find((one) => one.month === month && one.host === host);
    if (known !== undefined) return [known];
    return deleted.has(month) ? [] : [{ month, lines: 0, first: undefined, last: undefined, files: [] }];
  });
}

/** A whole month, but from where the host's log begins, and to where it ends; it begins and ends at a month that was deleted, too. */
function stretchLooked(month: string, own: readonly HostMonth[], deleted: ReadonlySet<string>): [from: number, to: number] {
  const [start, end] = [startOfMonth(month), endOfMonth(month)];
  const here = own.find((one) => one.month === month);
  const goesBack = own.some((one) => one.month < month) && !deleted.has(monthOf(start - 1));
  const goesOn = own.some((one) => one.month > month) && !deleted.has(monthOf(end));
  return [goesBack ? start : (here?.first ?? start), goesOn ? end - 1 : (here?.last ?? end - 1)];
}

/** Months whose lines were deleted. */
export const deletedMonths = (log: readonly RetentionEntry[]): Set<string> =>
  new Set(log.flatMap((entry) => (entry.what === 'deletion' ? entry.doomed.events : [])));

function growthOf(stock: Stock, hours: readonly { readonly hour: number; readonly lines: number }[], lines: number): Growth | undefined {
  const byDay = new Map<number, number>();
  for (const one of hours) {
    const at = Math.floor(one.hour / day);
    byDay.set(at, (byDay.get(at) ?? 0) + one.lines);
  }
  const all = [...byDay.keys()].sort((a, b) => a - b);
  const [first, last] = [all[0], all.at(-1)];
  // The first and the last day may be parts of one.
  if (first === undefined || last === undefined || last - first < 2 || lines === 0) return undefined;
  const days = Math.min(30, last - first - 1);
  let recent = 0;
  for (let at = last - days; at < last; at++) recent += byDay.get(at) ?? 0;
  const linesPerDay = recent / days;
  const bytesPerDay = (linesPerDay * stock.bytes) / lines;
  return {
    days,
    linesPerDay,
    bytesPerDay,
    forecast: [30, 90, 365].map((ahead) => ({ days: ahead, bytes: Math.round(stock.bytes + ahead * bytesPerDay) })),
    fullInDays: stock.free === undefined || bytesPerDay === 0 ? undefined : stock.free / bytesPerDay,
  };
}

const usualKeeps = ['24mo', '18mo', '12mo', '6mo', '3mo', '1mo'].map(parseKeep);
const all = (keep: Keep): Policy => ({ events: keep, messages: keep, attempts: keep, snapshots: keep });

function optionsOf(stock: Stock, held: ReadonlySet<string>, now: number): Option[] {
  return usualKeeps.flatMap((keep): Option[] => {
    const months = doomedBy(all(keep), stock, held, now).events;
    const going = stock.months.filter(({ month }) => months.includes(month));
    if (going.length === 0) return [];
    const sum = (of: (month: (typeof going)[number]) => number) => going.reduce((total, month) => total + of(month), 0);
    return [{ keep: keep.text, months, lines: sum(({ counts }) => counts.events), bytes: sum(({ bytes }) => bytes) }];
  });
}

/** What a policy would delete, or has. */
export interface RetentionPlan {
  /** `18mo`, or `18mo, attempts 6mo`. */
  readonly keep: string;
  readonly doomed: Doomed;
  readonly tolls: readonly Toll[];
  readonly total: Counts;
  /** About: of each month its share by lines. */
  readonly bytes: number;
  /** Months that are old enough and stay, as they are under a hold. */
  readonly held: readonly string[];
  readonly stock: Stock;
}

/** @param now milliseconds since the epoch */
export async function plan(reader: RetentionReader, policy: Policy, now: number): Promise<RetentionPlan> {
  const stock = await reader.stock();
  const held = heldMonths(await reader.retentionLog());
  const doomed = doomedBy(policy, stock, held, now);
  const tolls = await reader.tolls(doomed);
  const without = doomedBy(policy, stock, new Set(), now);
  const shareOf = ({ month, counts }: Toll) => {
    const of = stock.months.find((one) => one.month === month);
    return of === undefined || of.counts.events === 0 ? 0 : (of.bytes * counts.events) / of.counts.events;
  };
  return {
    keep: policyText(policy),
    doomed,
    tolls,
    total: summed(tolls.map(({ counts }) => counts)),
    bytes: Math.round(tolls.reduce((sum, toll) => sum + shareOf(toll), 0)),
    held: [...new Set(keptKinds.flatMap((kind) => without[kind]))].filter((month) => held.has(month)),
    stock,
  };
}

/** `18mo`; where kinds differ, `18mo, attempts 6mo`. */
export function policyText(policy: Policy): string {
  const others = keptKinds.filter((kind) => kind !== 'events' && policy[kind].text !== policy.events.text);
  return [policy.events.text, ...others.map((kind) => `${kind} ${policy[kind].text}`)].join(', ');
}
