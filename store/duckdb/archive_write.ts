/** Makes an archive of a month: chosen rows go into Parquet files, are read back and compared, and the folder gets its name. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ArchiveDraft, checkFiles, manifestAt, unwritable } from '../archive_folder.js';
import { isArchive } from '../archive_place.js';
import { type Archived, type ArchiveOrder, archiveVersion, type Manifest, nothingOf } from '../archive_port.js';
import { StoreError } from '../errors.js';
import { archivedTables, choose, chosen, ofMonth } from './archive_choice.js';
import { rowsIn } from './columns.js';
import { literal } from './literal.js';
import { identity } from './mark.js';
import { schemaVersion } from './schema.js';
import { millis } from './scope.js';

/** Who looks for a line unpacks the group that it is in; what is counted is read whole, and large groups are read fastest. */
const rowsOfGroup = (table: string) => (table === 'lines' ? 8_192 : 122_880);

/** The first level takes two thirds of the time of the usual one, and 3 % more room. */
const compression = 'COMPRESSION zstd, COMPRESSION_LEVEL 1';

/** All of a row of `lines`. */
const wholeLine = 'n, time, origin, "offset", coalesce(mark, -1), line';

/** What a line is known by, in a store as in an archive of it. */
const known = `hash(l.time, o.host, ${identity('l')}, l.line)`;

/**
 * Where there is an archive already that has all that the store has of the month, it is left as it is.
 * @param connection of a store whose lines are folded @throws StoreError; nothing is left of what was begun
 */
export async function makeArchive(connection: DuckDBConnection, order: ArchiveOrder): Promise<Archived> {
  const { month, folder, onStep } = order;
  await mustHave(connection, month);
  const place = join(folder, month);
  if (existsSync(place)) return knownArchive(connection, place, month);
  const draft = ArchiveDraft.begin(folder, month);
  try {
    onStep?.(`Archiving ${month} …`);
    await choose(connection, month);
    const rows = await copy(connection, draft, month);
    onStep?.('Comparing …');
    await compare(connection, draft, month, rows);
    return { path: place, ...(await draft.finish(await headOf(connection, order), rows)), known: false };
  } finally {
    draft.discard();
  }
}

async function mustHave(connection: DuckDBConnection, month: string): Promise<void> {
  const times = '(SELECT time FROM lines UNION ALL SELECT time FROM snapshots)';
  const [there] = await rowsIn(connection, `SELECT count(*) FROM ${times} WHERE ${ofMonth(month)}`);
  if (Number(there?.[0]) > 0) return;
  const months = await rowsIn(connection, `SELECT DISTINCT strftime(make_timestamp(time), '%Y-%m') AS month FROM ${times} ORDER BY month`);
  throw nothingOf(
    month,
    months.map(([one]) => one as string),
  );
}

async function copy(connection: DuckDBConnection, draft: ArchiveDraft, month: string): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  try {
    // So that a group of rows in a file spans few numbers, and whoever looks for some reads few groups.
    await connection.run('SET preserve_insertion_order = true');
    for (const [table, select] of Object.entries(archivedTables(month))) {
      const name = `${table}.parquet`;
      const [copied] = await rowsIn(
        connection,
        `COPY (${select}) TO ${literal(draft.file(name))} (FORMAT parquet, ${compression}, ROW_GROUP_SIZE ${rowsOfGroup(table)})`,
      );
      rows.set(name, Number(copied?.[0]));
    }
  } catch (error) {
    throw unwritable(join(draft.place, '..'), error);
  } finally {
    await connection.run('SET preserve_insertion_order = false');
  }
  return rows;
}

/** What was written is what was to be written, to the last bit of every line. */
async function compare(connection: DuckDBConnection, draft: ArchiveDraft, month: string, rows: ReadonlyMap<string, number>): Promise<void> {
  const read = (name: string) => `read_parquet(${literal(draft.file(name))})`;
  for (const [name, count] of rows) {
    const [written] = await rowsIn(connection, `SELECT count(*) FROM ${read(name)}`);
    if (Number(written?.[0]) !== count) throw otherwise(draft, name);
  }
  const sum = (from: string) => rowsIn(connection, `SELECT sum(hash(${wholeLine})) FROM ${from}`);
  const [[stored], [written]] = [
    await sum(`(${chosen('n, time, origin, "offset", mark, line', month)})`),
    await sum(read('lines.parquet')),
  ];
  if (stored?.[0] !== written?.[0]) throw otherwise(draft, 'lines.parquet');
}

const otherwise = ({ place }: ArchiveDraft, name: string) =>
  new StoreError(
    'not_writable',
    `${name} of the archive ${place} reads otherwise than it was written; is the disk in order? Nothing is left of it`,
  );

async function headOf(connection: DuckDBConnection, { month, time, who, version }: ArchiveOrder): Promise<Omit<Manifest, 'files'>> {
  const count = (table: string) => `(SELECT count(*) FROM ${table} WHERE ${ofMonth(month)})`;
  const [row = []] = await rowsIn(
    connection,
    `SELECT ${['lines', 'messages', 'attempts', 'snapshots'].map(count).join(', ')}, (SELECT count(*) FROM companions), min(time), max(time)
      FROM lines WHERE ${ofMonth(month)}`,
  );
  const [events, messages, attempts, snapshots, companions] = row.map(Number) as [number, number, number, number, number];
  const instant = (value: unknown) => (value === null ? null : millis(value));
  const hosts = await rowsIn(
    connection,
    `SELECT DISTINCT host FROM origins WHERE id IN (SELECT DISTINCT origin FROM lines WHERE ${ofMonth(month)}) ORDER BY host`,
  );
  const sources = await rowsIn(
    connection,
    'SELECT s.path, sum(t.lines)::BIGINT FROM archived_stretches t JOIN sources s ON s.id = t.source GROUP BY s.path ORDER BY s.path',
  );
  return {
    format: 'postscope-archive',
    version: archiveVersion,
    schema: schemaVersion,
    month,
    made: { time, who: `${who}@${hostname()}`, postscope: version },
    hosts: hosts.map(([host]) => host as string),
    counts: { events, messages, attempts, snapshots },
    companions,
    first: instant(row[5]),
    last: instant(row[6]),
    sources: sources.map(([path, lines]) => ({ path: path as string, lines: Number(lines) })),
  };
}

/** @throws StoreError where it is not whole, or lacks something that the store has of the month */
async function knownArchive(connection: DuckDBConnection, place: string, month: string): Promise<Archived> {
  if (!isArchive(place)) throw new StoreError('not_writable', `${place} is there already and is no archive; name another place with --to`);
  const { manifest, sha256 } = manifestAt(place);
  await checkFiles(place, manifest, 'digest');
  const read = (name: string) => `read_parquet(${literal(join(place, `${name}.parquet`))})`;
  const ours = `FROM lines l JOIN origins o ON o.id = l.origin WHERE ${ofMonth(month, 'l.time')}`;
  const theirs = `FROM ${read('lines')} l JOIN ${read('origins')} o ON o.id = l.origin WHERE ${ofMonth(month, 'l.time')}`;
  const lacking = await rowsIn(
    connection,
    `SELECT (SELECT count(*) FROM (SELECT ${known} AS line ${ours}) WHERE line NOT IN (SELECT ${known} ${theirs})),
      (SELECT count(*) FROM snapshots WHERE ${ofMonth(month)} AND id NOT IN (SELECT id FROM ${read('snapshots')}))`,
  );
  const [lines, snapshots] = (lacking[0] ?? []).map(Number) as [number, number];
  if (manifest.month === month && lines + snapshots === 0) return { path: place, manifest, sha256, known: true };
  const what = lines > 0 ? `${lines} of the store's lines` : `${snapshots} of the store's snapshots`;
  throw new StoreError(
    'not_writable',
    `there is an archive at ${place} already, and it lacks ${what} of ${month}; name another place with --to`,
  );
}
