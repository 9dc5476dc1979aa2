/**
 * Gives the pages of deleted rows back to the system. DuckDB uses them again but keeps the file as long as it is, as only free pages at
 * its end are cut off. So rows that lie behind where the file could end are written again, which puts them on the first free
 * pages. It costs what was deleted, not what is kept, and takes no room beside the file. Each step is a transaction that changes no
 * row: whoever is killed leaves a file that is too long, and nothing else.
 */
import type { DuckDBConnection } from '@duckdb/node-api';

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

/** Pages that may stay free: the next import writes there, and the last rows cost as much to move as the first ones. */
const spare = ({ used }: Pages) => Math.max(4, used * 0.06);
/** Somewhat fewer are aimed at, as pages are filled by halves. */
const aim = ({ used }: Pages) => Math.max(4, used * 0.05);

/** Whether enough is free in the file to be worth the while. */
export async function isSlack(connection: DuckDBConnection): Promise<boolean> {
  const pages = await pagesOf(connection);
  return pages.total - pages.used > Math.max(64, spare(pages));
}

/** @throws Error of DuckDB */
export async function shrink(connection: DuckDBConnection): Promise<void> {
  await connection.run('FORCE CHECKPOINT');
  for (let round = 0, shortest = Number.POSITIVE_INFINITY, vain = 0; vain < 3; round++) {
    const pages = await pagesOf(connection);
    const { total, used } = pages;
    if (round > 0 && total <= used + spare(pages)) return;
    const end = Math.ceil(used + aim(pages));
    vain = total < shortest ? 0 : vain + 1;
    shortest = Math.min(shortest, total);
    let moved = false;
    for (const table of await namesOfTables(connection)) {
      const statements = await movesOf(connection, table, end, round === 0);
      if (statements.length === 0) continue;
      await connection.run(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
      moved = true;
    }
    if (!moved) await describeAnew(connection);
    await connection.run('FORCE CHECKPOINT');
  }
}

async function pagesOf(connection: DuckDBConnection): Promise<Pages> {
  const [row = []] = (await connection.runAndReadAll('SELECT total_blocks, used_blocks FROM pragma_database_size()')).getRowsJS();
  return { total: Number(row[0]), used: Number(row[1]) };
}

async function namesOfTables(connection: DuckDBConnection): Promise<string[]> {
  const rows = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal');
  return rows.getRowsJS().map(([name]) => name as string);
}

/**
 * Statements that write the rows of a table again that lie behind a page, and those of row groups of which some were deleted: these
 * keep their room, and what says which they were may lie on any page.
 * @param smallToo small tables are written whole: many of them share a page
 */
async function movesOf(connection: DuckDBConnection, table: string, end: number, smallToo: boolean): Promise<string[]> {
  const groups = await groupsOf(connection, table);
  const isWhole = smallToo && (groups.at(-1)?.to ?? 0) < smallTable;
  const holed = new Set(await withHoles(connection, table, groups));
  const runs: { from: number; to: number }[] = [];
  for (const group of groups) {
    if (group.page < end && !isWhole && !holed.has(group)) continue;
    const last = runs.at(-1);
    if (last?.to === group.from - 1) last.to = group.to;
    else runs.push({ from: group.from, to: group.to });
  }
  if (runs.length === 0) return [];
  const among = runs.map(({ from, to }) => `rowid BETWEEN ${from} AND ${to}`);
  // Rows that were put in by the transaction itself have numbers beyond all others.
  const copies = among.map((condition) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE ${condition}`);
  return [...copies, `DELETE FROM ${table} WHERE ${among.join(' OR ')}`];
}

async function groupsOf(connection: DuckDBConnection, table: string): Promise<RowGroup[]> {
  const result = await connection.runAndReadAll(
    `SELECT sum("count") FILTER (column_id = 0 AND segment_type <> 'VALIDITY')::BIGINT,
        max(greatest(block_id, coalesce(list_max(additional_block_ids), -1)))
      FROM pragma_storage_info('${table}') GROUP BY row_group_id ORDER BY row_group_id`,
  );
  let next = 0;
  return result.getRowsJS().map(([count, page]) => {
    const from = next;
    next += Number(count);
    return { from, to: next - 1, page: Number(page) };
  });
}

/** Row groups of which rows were deleted: by halves, as there are few. */
async function withHoles(connection: DuckDBConnection, table: string, groups: readonly RowGroup[]): Promise<readonly RowGroup[]> {
  const [first, last] = [groups[0], groups.at(-1)];
  if (first === undefined || last === undefined) return [];
  const found = await connection.runAndReadAll(`SELECT count(*) FROM ${table} WHERE rowid BETWEEN ${first.from} AND ${last.to}`);
  if (Number(found.getRowsJS()[0]?.[0]) === last.to - first.from + 1) return [];
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
