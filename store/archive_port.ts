/**
 * An archive: one month of a store in a folder of its own, as Parquet files and a manifest. It has all lines of the month and its
 * snapshots, and every message that has a part in the month whole: with those lines of other months that it is made of. So it can be
 * searched where it lies, and answers about its month as the store does; and whoever imports it has the same lines again, with the
 * times, places and ordinals that they had.
 */
import { z } from 'zod';
import type { ClockDoubt } from '../postfix/clock.js';
import type { NewSnapshot } from '../postfix/snapshot/snapshot.js';
import type { KeptText } from '../postfix/text.js';
import { StoreError } from './errors.js';
import type { Source } from './port.js';
import { type Archival, newEntryId, type RetentionEntry } from './retention_port.js';

/** Version of the folder: of the manifest, and of what the files have. */
export const archiveVersion = 1;

const count = z.int().nonnegative();
/** Milliseconds since the epoch. */
const instant = z.number();

export const manifestSchema = z.object({
  format: z.literal('postscope-archive'),
  version: z.literal(archiveVersion),
  /** Of the tables in the files (store/duckdb/schema.ts). */
  schema: count,
  /** `2026-04`, of UTC. */
  month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  /** When, by which user of which system, and by which postscope it was made. */
  made: z.object({ time: instant, who: z.string(), postscope: z.string() }),
  hosts: z.array(z.string()),
  /** Of the month. */
  counts: z.object({ events: count, messages: count, attempts: count, snapshots: count }),
  /** Lines of other months that messages of this one are made of. */
  companions: count,
  /** Times of the first and last line of the month; null where it has snapshots only. */
  first: instant.nullable(),
  last: instant.nullable(),
  /** The files that the lines were read from, and how many of each, companions too. */
  sources: z.array(z.object({ path: z.string(), lines: count })),
  files: z.array(z.object({ name: z.string().regex(/^[a-z_]+\.parquet$/), rows: count, bytes: count, sha256: z.string() })),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** What is to be archived, and where to. */
export interface ArchiveOrder {
  readonly month: string;
  /** The folder in which the archive is made, under the name of its month. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** User of the system. */
  readonly who: string;
  /** Of this postscope. */
  readonly version: string;
  /** Told before each part that takes time. */
  readonly onStep?: (what: string) => void;
}

/** An archive that was made, or was there and has all that the store has of its month. */
export interface Archived {
  readonly path: string;
  readonly manifest: Manifest;
  /** Of the bytes of the manifest, which has those of the files. */
  readonly sha256: string;
  /** It was there. */
  readonly known: boolean;
}

/** A line as it was stored. */
export interface ArchivedLine {
  readonly text: KeptText;
  /** Milliseconds since the epoch, to the microsecond. */
  readonly time: number;
  readonly host: string;
  readonly doubt: ClockDoubt | undefined;
  readonly ordinal: number;
  readonly source: Source;
  readonly offset: number;
}

/** An archive that is read back. @throws StoreError, by every question */
export interface ArchiveReader {
  readonly manifest: Manifest;
  /** All lines, companions too, in the order in which the store had them. */
  lines(): AsyncIterable<readonly ArchivedLine[]>;
  snapshots(): Promise<readonly NewSnapshot[]>;
  close(): void;
}

/** @param months that it has something of, in order */
export function nothingOf(month: string, months: readonly string[]): StoreError {
  const [first, last] = [months[0], months.at(-1)];
  const has = first === undefined ? 'it is empty' : first === last ? `all it has is of ${first}` : `it has ${first} to ${last}`;
  return new StoreError('missing', `the store has nothing of ${month}: ${has}`);
}

export const bytesOfArchive = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** What the record has of an archive; undefined where it has it already. */
export function archivalOf(
  { path, manifest, sha256 }: Archived,
  { time, who }: ArchiveOrder,
  log: readonly RetentionEntry[],
): Archival | undefined {
  if (log.some((entry) => entry.what === 'archive' && entry.path === path && entry.sha256 === sha256)) return undefined;
  const { month, counts } = manifest;
  return { what: 'archive', id: newEntryId(), time, who, month, path, sha256, bytes: bytesOfArchive(manifest), counts };
}
