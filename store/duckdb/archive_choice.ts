/**
 * Which rows an archive of a month has (store/archive_port.ts): what is of the month by its time; of messages that have a part in it all
 * that they are made of; and what rows refer to. The choice lies in temporary tables, which `archivedTables` reads.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { endOfMonth, startOfMonth } from '../retention_port.js';
import { numberLines } from './numbered_lines.js';
import { micros } from './scope.js';
import { linesPerBlock } from './terms.js';

/** A message may have lines so long before its arrival (they name the relay of a failure) and behind its end: microseconds. */
const margin = 3_600_000_000;

/** That a row is of a month, as SQL. */
export function ofMonth(month: string, column = 'time'): string {
  return `(${column} >= ${micros(startOfMonth(month))} AND ${column} < ${micros(endOfMonth(month))})`;
}

/** Fills the temporary tables. @throws Error of DuckDB */
export async function choose(connection: DuckDBConnection, month: string): Promise<void> {
  const [since, until] = [micros(startOfMonth(month)), micros(endOfMonth(month))];
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE archived_messages AS
       SELECT n FROM messages WHERE ${ofMonth(month)}
       UNION SELECT message FROM attempts WHERE message IS NOT NULL AND ${ofMonth(month)}
       UNION SELECT message FROM rests WHERE message IS NOT NULL AND ${ofMonth(month)};
     CREATE OR REPLACE TEMP TABLE archived_numbers (message BIGINT, n BIGINT)`,
  );
  // Messages that arrived before, and had not left then.
  await numberLines(
    connection,
    'archived_numbers',
    `SELECT n, lines FROM messages
      WHERE time < ${since} AND (kept IS NULL OR time + kept * 1e6 >= ${since - margin}) AND n NOT IN (FROM archived_messages)`,
  );
  await connection.run(
    `INSERT INTO archived_messages SELECT DISTINCT x.message FROM archived_numbers x JOIN lines l ON l.n = x.n WHERE ${ofMonth(month, 'l.time')};
     DELETE FROM archived_numbers`,
  );
  // Messages that may have lines outside of the month.
  await numberLines(
    connection,
    'archived_numbers',
    `SELECT n, lines FROM messages WHERE n IN (FROM archived_messages)
      AND (time < ${since + margin} OR time >= ${until} OR kept IS NULL OR time + kept * 1e6 >= ${until - margin})`,
  );
  await connection.run(
    `INSERT INTO archived_numbers SELECT NULL, unnest([n, named]) FROM attempts WHERE message IS NULL AND ${ofMonth(month)};
     CREATE OR REPLACE TEMP TABLE companions AS
       SELECT DISTINCT l.n FROM lines l JOIN archived_numbers x ON x.n = l.n WHERE NOT ${ofMonth(month, 'l.time')};
     DROP TABLE archived_numbers`,
  );
  // A block mostly is of one source; where a stretch begins inside, it is told line by line.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE archived_stretches AS
       WITH inside AS (SELECT DISTINCT first // ${linesPerBlock} AS block FROM stretches WHERE first % ${linesPerBlock} <> 0),
         places AS (SELECT if(n // ${linesPerBlock} IN (FROM inside), n, n // ${linesPerBlock} * ${linesPerBlock}) AS n, count(*) AS lines
           FROM (${chosen('n', month)}) GROUP BY 1)
       SELECT t.first, t.source, sum(p.lines)::BIGINT AS lines FROM places p ASOF JOIN stretches t ON p.n >= t.first GROUP BY ALL;
     CREATE OR REPLACE TEMP TABLE archived_blocks AS
       SELECT n // ${linesPerBlock} AS block, min(time) AS first, max(time) AS last FROM (${chosen('n, time', month)}) GROUP BY 1`,
  );
}

/** Columns of the lines that are archived: those of the month in the order of the store, then the companions. */
export const chosen = (columns: string, month: string, table = 'lines') =>
  `SELECT ${columns} FROM ${table} WHERE ${ofMonth(month)} UNION ALL SELECT ${columns} FROM ${table} WHERE n IN (FROM companions)`;

/**
 * The tables of an archive, each with the rows that it has. What is numbered is whole, as it is small. Books are those of the archive: what
 * was read from a file is what of it is here.
 */
export function archivedTables(month: string): Readonly<Record<string, string>> {
  const lines = chosen('n, time, origin', month);
  return {
    lines: chosen('n, time, origin, "offset", mark, line', month),
    terms: 'SELECT print, block FROM terms WHERE block IN (SELECT block FROM archived_blocks) ORDER BY print, block',
    blocks: 'SELECT block, first, last FROM archived_blocks ORDER BY block',
    stretches: 'SELECT first, source FROM archived_stretches ORDER BY first',
    unrecognized: chosen('*', month, 'unrecognized'),
    deliveries: chosen('*', month, 'deliveries'),
    hours: `SELECT origin, time // 3600000000 AS hour, count(*) AS lines FROM (${lines}) GROUP BY ALL ORDER BY hour, origin`,
    messages: 'SELECT * FROM messages WHERE n IN (FROM archived_messages)',
    attempts: `SELECT * FROM attempts WHERE message IN (FROM archived_messages) OR (message IS NULL AND ${ofMonth(month)})`,
    rests: 'SELECT * FROM rests WHERE message IN (FROM archived_messages)',
    sources: `SELECT s.id, s.key, s.path, 0::BIGINT AS "offset", true AS complete, '' AS tail, sum(t.lines)::BIGINT AS read,
      sum(t.lines)::BIGINT AS stored, 0::BIGINT AS already_there, 0::BIGINT AS quarantined, []::VARCHAR[] AS notes
      FROM archived_stretches t JOIN sources s ON s.id = t.source GROUP BY s.id, s.key, s.path ORDER BY s.id`,
    origins: 'SELECT * FROM origins',
    relays: 'SELECT * FROM relays',
    outcomes: 'SELECT * FROM outcomes',
    results: 'SELECT * FROM results',
    snapshots: `SELECT * FROM snapshots WHERE ${ofMonth(month)}`,
    snapshot_parts: `SELECT * FROM snapshot_parts WHERE snapshot IN (SELECT id FROM snapshots WHERE ${ofMonth(month)})`,
  };
}

/** Names of the tables that an archive has, each in a file. */
export const archivedNames: readonly string[] = Object.keys(archivedTables('2000-01'));
