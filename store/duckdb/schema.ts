/**
 * The tables of the embedded store, and how an older file becomes a newer one.
 *
 * The line is the truth: it is kept whole, and a document is made of it by parsing it again, at a million lines a second.
 * Beside the lines stand what is counted (deliveries), and terms: which blocks of lines have a queue ID, an address, a
 * client. Who searches reads the lines of those blocks, and looks. So a line costs five columns, not fifty.
 */
import { createMessageTables } from './message_schema.js';
import { createRetentionTables } from './retention_schema.js';
import { createSnapshotTables } from './snapshots.js';
import { createSumTables } from './sums.js';

/** Version of the layout below; kept in `meta`. */
export const schemaVersion = 4;

/** Statements that make an empty store. Times are microseconds since the epoch, UTC. */
export const createStatements: readonly string[] = [
  'CREATE TABLE meta (key VARCHAR, value VARCHAR)',
  // What has few values is numbered: who wrote a line; relays; how a delivery or an attempt ended.
  'CREATE TABLE origins (id INTEGER, host VARCHAR, program VARCHAR)',
  'CREATE TABLE relays (id INTEGER, host VARCHAR, ip VARCHAR, port INTEGER)',
  `CREATE TABLE outcomes (
    id INTEGER, status VARCHAR, kind VARCHAR, phase VARCHAR, reply_code INTEGER, enhanced_code VARCHAR, attempt BOOLEAN)`,
  // `n` numbers the lines in the order in which they came; the other tables name lines by it.
  // `mark` is NULL for most (mark.ts).
  `CREATE TABLE lines (
    n BIGINT, time BIGINT, origin INTEGER, "offset" BIGINT, mark INTEGER, line VARCHAR USING COMPRESSION zstd)`,
  // Blocks of lines (n // 512), with the earliest and the latest time in them.
  'CREATE TABLE blocks (block BIGINT, first BIGINT, last BIGINT)',
  // Prints of values (terms.ts), and a block in which one occurs.
  'CREATE TABLE terms (print INTEGER, block BIGINT)',
  // From which line on lines are of which source.
  'CREATE TABLE stretches (first BIGINT, source INTEGER)',
  'CREATE TABLE unrecognized (n BIGINT, time BIGINT, origin INTEGER)',
  // Lines that tell how a delivery, or an attempt at one relay, ended. Delays in microseconds.
  `CREATE TABLE deliveries (
    n BIGINT, time BIGINT, origin INTEGER, relay INTEGER, outcome INTEGER, delay BIGINT, a BIGINT, b BIGINT, c BIGINT, d BIGINT)`,
  'CREATE TABLE hours (origin INTEGER, hour BIGINT, lines BIGINT)',
  `CREATE TABLE sources (
    id INTEGER, key VARCHAR, path VARCHAR, "offset" BIGINT, complete BOOLEAN, tail VARCHAR,
    read BIGINT, stored BIGINT, already_there BIGINT, quarantined BIGINT, notes VARCHAR[])`,
  // The stretch of time that a source has of a host: lines of another source in it may be the same lines.
  'CREATE TABLE spans (source INTEGER, host VARCHAR, first BIGINT, last BIGINT)',
  `CREATE TABLE quarantine (
    id VARCHAR, source INTEGER, "offset" BIGINT, ordinal INTEGER, reason VARCHAR, why VARCHAR,
    zone VARCHAR, host VARCHAR, anchor BIGINT, encoding VARCHAR, line VARCHAR)`,
  ...createSnapshotTables,
  // For people with a DuckDB shell of their own.
  `CREATE VIEW events AS
    SELECT make_timestamp(l.time) AS time, o.host, o.program, r.host AS relay, r.ip AS relay_ip, u.status, u.kind, u.phase,
      u.reply_code, d.delay / 1e6 AS delay, d.a / 1e6 AS a, d.b / 1e6 AS b, d.c / 1e6 AS c, d.d / 1e6 AS d, l.line
    FROM lines l JOIN origins o ON o.id = l.origin LEFT JOIN deliveries d ON d.n = l.n
      LEFT JOIN relays r ON r.id = d.relay LEFT JOIN outcomes u ON u.id = d.outcome`,
  `INSERT INTO meta VALUES ('schema_version', '${schemaVersion}')`,
  ...createMessageTables,
  ...createRetentionTables,
  ...createSumTables,
];

/** Statements that lift a store of version n to n + 1, by n. */
export const migrations: Readonly<Record<number, readonly string[]>> = {
  // A line in quarantine can be tried again: it needs a name, and what its batch knew. What was not kept is the usual.
  1: [
    'ALTER TABLE quarantine RENAME TO quarantine_1',
    `CREATE TABLE quarantine (
      id VARCHAR, source INTEGER, "offset" BIGINT, ordinal INTEGER, reason VARCHAR, why VARCHAR,
      zone VARCHAR, host VARCHAR, anchor BIGINT, encoding VARCHAR, line VARCHAR)`,
    `INSERT INTO quarantine
      SELECT left(md5(s.key || chr(10) || q."offset" || chr(10) || q.reason), 16), q.source, q."offset", 0, q.reason, NULL,
        'UTC', 'localhost', (SELECT coalesce(max(last), 0) // 1000 FROM blocks), if(q.encoding = 1, 'bytes', 'utf-8'), q.line
      FROM quarantine_1 q JOIN sources s ON s.id = q.source`,
    'DROP TABLE quarantine_1',
  ],
  // The next writer folds all lines.
  2: [...createSnapshotTables, ...createMessageTables, ...createRetentionTables],
  3: createSumTables,
};
