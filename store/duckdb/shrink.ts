/**
 * Gives the pages of deleted rows back to the system. DuckDB uses them again but keeps the file as long as it is, as only free pages at
 * its end are cut off. So rows that lie behind where the file could end are written again, which puts them on the first free
 * pages. It costs what was deleted, not what is kept, and takes no room beside the file. Each step is a transaction that changes no
 * row: whoever is killed leaves a file that is too long, and nothing else.
 */
import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsIn } from './columns.js';

/** A table of fewer rows is small: four row groups. */
const smallTable = 4 * 122_880;

interface Pages {
  readonly total: number;
  readonly used: number;
}

/** Rows that lie together, by their numbers in the table, and the last page that they are on. */
interface RowGroup {
  readonly from: number;
  readonly to: number;
  readonly page: number;
}

/** Pages that may stay free, where so many are: the next import writes there, and the last rows cost as much to move as the first ones. */
const spare = ({ used }: Pages, free: number) => Math.max(4, Math.min(used * 0.1, free * 0.25));
/** Somewhat fewer are aimed at, as pages are filled by halves. */
const aimed = 0.85;

const freeOf = ({ total, used }: Pages) => total - used;

/** Whether enough is free in the file to be worth the while: more than is left by whoever gives room back. */
export async function isSlack(connection: DuckDBConnection): Promise<boolean> {
  const pages = await pagesOf(connection);
  return freeOf(pages) > Math.max(64, pages.used * 0.1);
}

/** @throws Error of DuckDB */
export async function shrink(connection: DuckDBConnection): Promise<void> {
  await connection.run('FORCE CHECKPOINT');
  // With each commit DuckDB would write row groups again that have room for others: where rows are, they stay.
  await connection.run('SET max_vacuum_tasks = 0');
  try {
    await moveToFront(connection);
  } finally {
    await connection.run('RESET max_vacuum_tasks');
  }
}

async function moveToFront(connection: DuckDBConnection): Promise<void> {
  const first = await pagesOf(connection);
  const spared = spare(first, freeOf(first));
  let pages = first;
  for (let shortest = Number.POSITIVE_INFINITY, vain = 0; vain < 3; pages = await pagesOf(connection)) {
    if (pages !== first && freeOf(pages) <= spared) return;
    vain = pages.total < shortest ? 0 : vain + 1;
    shortest = Math.min(shortest, pages.total);
    // What is small, and what only describes the tables, lies anywhere: it may be all that is in the way.
    const moves = await movesTo(connection, Math.ceil(pages.used + spared * aimed), pages === first || vain > 0);
    for (const some of moves) await connection.run(['BEGIN', ...some, 'COMMIT'].join(';\n'));
    if (moves.length === 0 || vain > 0) await describeAnew(connection);
    await connection.run('FORCE CHECKPOINT');
  }
}

async function pagesOf(connection: DuckDBConnection): Promise<Pages> {
  const [row = []] = await rowsIn(
    connection,
    'SELECT s.used_blocks, s.block_size, d.path FROM pragma_database_size() s JOIN duckdb_databases() d USING (database_name) WHERE d.path IS NOT NULL',
  );
  // What DuckDB says of the whole is what it was before the last pages were cut off.
  return { used: Number(row[0]), total: Math.floor(statSync(row[2] as string).size / Number(row[1])) };
}

async function namesOfTables(connection: DuckDBConnection): Promise<string[]> {
  const rows = await rowsIn(connection, 'SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal');
  return rows.map(([name]) => name as string);
}

/**
 * Statements that write all rows again that lie behind a page, and those of row groups of which some were deleted: these keep their room,
 * and what says which they were may lie on any page.
 * @param smallToo small tables are written whole: many of them share a page
 * @returns those of each transaction
 */
async function movesTo(connection: DuckDBConnection, end: number, smallToo: boolean): Promise<string[][]> {
  const large: string[][] = [];
  const small: string[] = [];
  for (const [table, groups] of await groupsOf(connection)) {
    const isSmall = (groups.at(-1)?.to ?? 0) < smallTable;
    const isWhole = smallToo && isSmall;
    const holed = new Set(isWhole ? [] : await withHoles(connection, table, groups));
    const runs: { from: number; to: number }[] = [];
    for (const group of groups) {
      if (group.page < end && !isWhole && !holed.has(group)) continue;
      const last = runs.at(-1);
      if (last?.to === group.from - 1) last.to = group.to;
      else runs.push({ from: group.from, to: group.to });
    }
    if (runs.length === 0) continue;
    const among = runs.map(({ from, to }) => `rowid BETWEEN ${from} AND ${to}`);
    // Rows that were put in by the transaction itself have numbers beyond all others.
    const copies = among.map((condition) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE ${condition}`);
    const moves = [...copies, `DELETE FROM ${table} WHERE ${among.join(' OR ')}`];
    if (isSmall) small.push(...moves);
    else large.push(moves);
  }
  return small.length > 0 ? [...large, small] : large;
}

/** Those of each table that has some, in their order. */
async function groupsOf(connection: DuckDBConnection): Promise<ReadonlyMap<string, RowGroup[]>> {
  // In one question, as DuckDB then looks at two tables at a time.
  const parts = (await namesOfTables(connection)).map(
    (table) => `SELECT '${table}' AS name, row_group_id, sum("count") FILTER (column_id = 0 AND segment_type <> 'VALIDITY')::DOUBLE AS rows,
        max(greatest(block_id, coalesce(list_max(additional_block_ids), -1)))::DOUBLE AS page
      FROM pragma_storage_info('${table}') GROUP BY ALL`,
  );
  const tables = new Map<string, RowGroup[]>();
  const rows = await rowsIn(connection, `SELECT name, rows, page FROM (${parts.join(' UNION ALL ')}) ORDER BY name, row_group_id`);
  for (const [name, count, page] of rows as [string, number, number][]) {
    const groups = tables.get(name) ?? [];
    tables.set(name, groups);
    const from = (groups.at(-1)?.to ?? -1) + 1;
    groups.push({ from, to: from + count - 1, page });
  }
  return tables;
}

/** Row groups of which rows were deleted: by halves, as there are few. */
async function withHoles(connection: DuckDBConnection, table: string, groups: readonly RowGroup[]): Promise<readonly RowGroup[]> {
  const [first, last] = [groups[0], groups.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [found] = await rowsIn(connection, `SELECT count(*) FROM ${table} WHERE rowid BETWEEN ${first.from} AND ${last.to}`);
  if (Number(found?.[0]) === last.to - first.from + 1) return [];
  if (groups.length === 1) return groups;
  const half = groups.length >> 1;
  return [...(await withHoles(connection, table, groups.slice(0, half))), ...(await withHoles(connection, table, groups.slice(half)))];
}

/** Pages that only describe tables are written anew when these change: here by a column that comes and goes, which costs no row. */
async function describeAnew(connection: DuckDBConnection): Promise<void> {
  const statements = (await namesOfTables(connection)).flatMap((table) => [
    `ALTER TABLE ${table} ADD COLUMN moved BOOLEAN`,
    `ALTER TABLE ${table} DROP COLUMN moved`,
  ]);
  await connection.run(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
}
