/**
 * What is asked about how much a store keeps of which month, what goes, and what of that is written down. Months are those of UTC, named
 * `2026-04`, as the indices of a cluster are of such months.
 *
 * A message belongs to every month from its arrival (or first line) to its last line, and stays whole as long as one of them
 * stays: its document, its attempts, and in the embedded store, where a message is its lines, those lines. All other lines go with
 * their month.
 */
import { randomUUID } from 'node:crypto';
import type { Archived, ArchiveOrder } from './archive_port.js';
import type { Naming } from './erase_port.js';

export const keptKinds = ['events', 'messages', 'attempts', 'snapshots'] as const;
export type KeptKind = (typeof keptKinds)[number];

/** How many there are of each kind. */
export type Counts = Readonly<Record<KeptKind, number>>;
/** Which months go, of each kind, in order. */
export type Doomed = Readonly<Record<KeptKind, readonly string[]>>;

/** What is there of a month. */
export interface MonthStock {
  readonly month: string;
  readonly counts: Counts;
  /** On disk. */
  readonly bytes: number;
}

export interface Stock {
  /** In order. */
  readonly months: readonly MonthStock[];
  /** Of the whole store, on disk. */
  readonly bytes: number;
  /** Whether `bytes` of a month were counted; otherwise they are its share by rows. */
  readonly exact: boolean;
  /** Free on the disk of the store, where that can be told. */
  readonly free: number | undefined;
  /** Indices that are called as ours and have not our mark: they are left alone. */
  readonly foreign: readonly string[];
}

/** Lines of one host in one month. */
export interface HostMonth {
  readonly month: string;
  readonly host: string;
  readonly lines: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** Paths, sorted. In the embedded store: whose stretch of time touches the month. */
  readonly files: readonly string[];
}

/** Lines of one host in one hour that has some. */
export interface HostHour {
  readonly host: string;
  /** Its start, milliseconds since the epoch. */
  readonly hour: number;
  readonly lines: number;
}

/** What goes, or went, of a month. */
export interface Toll {
  readonly month: string;
  readonly counts: Counts;
}

interface Written {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** User of the system. */
  readonly who: string;
}

/** Months that are kept whatever the policy, from the first to the last. */
export interface Hold extends Written {
  readonly what: 'hold';
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface Release extends Written {
  readonly what: 'release';
  readonly from: string;
  readonly to: string;
}

export interface Deletion extends Written {
  readonly what: 'deletion';
  /** What was to be kept, as it was typed: `18mo`. */
  readonly keep: string;
  readonly doomed: Doomed;
  readonly tolls: readonly Toll[];
  readonly before: Counts;
  /** Absent while it is under way, or where it was broken off: the next one finishes it. */
  readonly after?: Counts;
  /** From which files the lines were that went. */
  readonly files: readonly { readonly path: string; readonly lines: number }[];
}

/** An archive that was made of a month (archive_port.ts). */
export interface Archival extends Written {
  readonly what: 'archive';
  readonly month: string;
  /** Of its folder. */
  readonly path: string;
  /** Of the bytes of its manifest. */
  readonly sha256: string;
  /** Of its files, together. */
  readonly bytes: number;
  readonly counts: Counts;
}

/** What was done about one person's data (erase_port.ts). */
export interface Erasure extends Written {
  readonly what: 'erasure';
  /** Whose: a keyed hash of the address or the domain. */
  readonly of: string;
  readonly how: 'replaced' | 'removed';
  /** What named them. */
  readonly found: Naming;
  readonly before: Counts;
  /** Absent while it is under way, or where it was broken off: the next one finishes it. */
  readonly after?: Counts;
}

/** An entry of the record. It is only added to; the reason of a hold may lose a name. */
export type RetentionEntry = Hold | Release | Deletion | Erasure | Archival;

/** The reading side. @throws StoreError, by every question */
export interface RetentionReader {
  stock(): Promise<Stock>;
  /** By month and host. */
  hostMonths(): Promise<readonly HostMonth[]>;
  /** By host and hour. */
  hostHours(): Promise<readonly HostHour[]>;
  /** What would go of months; those of which nothing would are left out. */
  tolls(doomed: Doomed): Promise<readonly Toll[]>;
  /** Oldest first. */
  retentionLog(): Promise<readonly RetentionEntry[]>;
  close(): Promise<void>;
}

/** The writing side. */
export interface RetentionWriter extends RetentionReader {
  /** Durable when it resolves. */
  enter(entry: Hold | Release | Archival): Promise<void>;
  /** Makes an archive, compares it with what the store has, and writes that down; one that is there already has to be the same, or more. */
  archive(order: ArchiveOrder): Promise<Archived>;
  /**
   * Ends what an earlier run had begun when it was killed.
   * @param held months that were put under a hold meanwhile are left
   */
  finish(held: ReadonlySet<string>): Promise<void>;
  /** Deletes, and writes that down. @param onStep told before each part that takes time */
  take(doomed: Doomed, by: Omit<Written, 'id'> & { readonly keep: string }, onStep?: (what: string) => void): Promise<Deletion>;
}

/** Entries of one time are in the order of their names, so these grow. */
export const newEntryId = (): string => `${Date.now().toString(36).padStart(9, '0')}-${randomUUID().slice(0, 8)}`;

export const noCounts: Counts = { events: 0, messages: 0, attempts: 0, snapshots: 0 };

export const summed = (all: Iterable<Counts>): Counts => {
  const sum = { ...noCounts };
  for (const counts of all) for (const kind of keptKinds) sum[kind] += counts[kind];
  return sum;
};

export const isNone = (counts: Counts): boolean => keptKinds.every((kind) => counts[kind] === 0);

/** @param time milliseconds since the epoch */
export function monthOf(time: number): string {
  const date = new Date(time);
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

/** The first instant of the month, or with `further` of one after or before it: milliseconds since the epoch. */
export function startOfMonth(month: string, further = 0): number {
  const date = new Date(0);
  // `Date.UTC` takes the years below 100 for others.
  date.setUTCFullYear(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1 + further, 1);
  return date.getTime();
}

export const endOfMonth = (month: string): number => startOfMonth(month, 1);

/** All months from one to another. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = from; month <= to; month = monthOf(endOfMonth(month))) months.push(month);
  return months;
}

/** Stretches of time that some months make up: start, and end, exclusive; milliseconds since the epoch. */
export function stretchesOf(months: readonly string[]): { since: number; until: number }[] {
  const stretches: { since: number; until: number }[] = [];
  for (const month of [...months].sort()) {
    const last = stretches.at(-1);
    if (last?.until === startOfMonth(month)) last.until = endOfMonth(month);
    else stretches.push({ since: startOfMonth(month), until: endOfMonth(month) });
  }
  return stretches;
}

/** Whether something that lasted from one time to another is of a month that stays. */
export function touchesKept(first: number, last: number, doomed: ReadonlySet<string>): boolean {
  return monthsBetween(monthOf(first), monthOf(Math.max(first, last))).some((month) => !doomed.has(month));
}

/** Months under a hold that was not released. */
export function heldMonths(log: readonly RetentionEntry[]): Set<string> {
  return new Set(holdsOf(log).flatMap(({ from, to }) => monthsBetween(from, to)));
}

/** Holds that were not released. */
export function holdsOf(log: readonly RetentionEntry[]): Hold[] {
  const holds: Hold[] = [];
  for (const entry of log) {
    if (entry.what === 'hold') holds.push(entry);
    else if (entry.what === 'release') {
      for (let i = holds.length - 1; i >= 0; i--) if (holds[i]?.from === entry.from && holds[i]?.to === entry.to) holds.splice(i, 1);
    }
  }
  return holds;
}
