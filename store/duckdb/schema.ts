/**
 * The tables of the embedded store, and how an older file becomes a newer one.
 *
 * The line is the truth: it is kept whole, and a document is made of it by parsing it again, at two million lines a
 * second. The columns beside it are there to be searched and counted. Words that repeat are numbers into `words`, as
 * that makes them a fifth as costly to store, and a group-by over them several times as fast.
 */

/** Version of the layout below; kept in `meta`. */
export const schemaVersion = 1;

/** Statements that make an empty store. Times are microseconds since the epoch, UTC. */
export const createStatements: readonly string[] = [
  'CREATE TABLE meta (key VARCHAR, value VARCHAR)',
  // Hosts, programs, actions, statuses, kinds, phases: whatever has few values.
  'CREATE TABLE words (id INTEGER, word VARCHAR)',
  'CREATE TABLE relays (id INTEGER, host VARCHAR, ip VARCHAR, port INTEGER)',
  // `n` numbers the lines in the order in which they came; the other tables name lines by it.
  // From queue_id to user: prints of the values (print.ts), NULL where the line has none.
  `CREATE TABLE lines (
    n BIGINT, time BIGINT, host INTEGER, program INTEGER, action INTEGER, source INTEGER, "offset" BIGINT, ordinal INTEGER,
    encoding UTINYINT, queue_id UINTEGER, sender UINTEGER, sender_domain UINTEGER, recipient UINTEGER, recipient_domain UINTEGER,
    message_id UINTEGER, client_host UINTEGER, client_ip UINTEGER, "user" UINTEGER, line VARCHAR USING COMPRESSION zstd)`,
  // Lines that tell how a delivery, or an attempt at one relay, ended.
  `CREATE TABLE deliveries (
    n BIGINT, time BIGINT, host INTEGER, relay INTEGER, status INTEGER, kind INTEGER, phase INTEGER, attempt BOOLEAN,
    delay FLOAT, a FLOAT, b FLOAT, c FLOAT, d FLOAT)`,
  // Where the lines of a queue ID are: a run of `n` for each commit that had any. Small, as a trace has to scan it whole.
  'CREATE TABLE queue_ids (queue_id UINTEGER, first BIGINT, last BIGINT)',
  'CREATE TABLE hours (host INTEGER, hour BIGINT, lines BIGINT)',
  `CREATE TABLE sources (
    id INTEGER, key VARCHAR, path VARCHAR, "offset" BIGINT, complete BOOLEAN, tail VARCHAR,
    read BIGINT, stored BIGINT, already_there BIGINT, quarantined BIGINT, notes VARCHAR[])`,
  // The stretch of time that a source has of a host: lines of another source in it may be the same lines.
  'CREATE TABLE spans (source INTEGER, host INTEGER, first BIGINT, last BIGINT)',
  'CREATE TABLE quarantine (source INTEGER, "offset" BIGINT, reason VARCHAR, encoding UTINYINT, line VARCHAR)',
  // For people with a DuckDB shell of their own.
  `CREATE VIEW events AS
    SELECT make_timestamp(l.time) AS time, h.word AS host, p.word AS program, a.word AS action, r.host AS relay, r.ip AS relay_ip,
      s.word AS status, k.word AS kind, f.word AS phase, d.delay, d.a, d.b, d.c, d.d, l.line
    FROM lines l JOIN words h ON h.id = l.host JOIN words p ON p.id = l.program JOIN words a ON a.id = l.action
      LEFT JOIN deliveries d ON d.n = l.n LEFT JOIN relays r ON r.id = d.relay LEFT JOIN words s ON s.id = d.status
      LEFT JOIN words k ON k.id = d.kind LEFT JOIN words f ON f.id = d.phase`,
  `INSERT INTO meta VALUES ('schema_version', '${schemaVersion}')`,
];

/** Statements that lift a store of version n to n + 1, by n. */
export const migrations: Readonly<Record<number, readonly string[]>> = {};
