/**
 * What the fold makes of lines (folding.ts). Here, too, the line is the truth: a message's row has what is counted, and the numbers
 * of its lines, of which it is folded again when it is read. Times are microseconds, and whoever sums seconds makes
 * microseconds of them; seconds are kept as they are printed, which takes the least room. `n` is the first line of a message or
 * attempt, and the line of a delivery.
 */
export const createMessageTables: readonly string[] = [
  // `pass`: which pass of the fold a row is of, 0 where that was one transaction. `kept`: for how long the message was in the queue;
  // NULL while it is. `queue` and `print`: of host and queue ID, and of the identity. `state`: its number in `states`. `lines`: of
  // which lines it is folded (line_numbers.ts).
  `CREATE TABLE messages (
    n BIGINT, pass INTEGER, time BIGINT, kept DOUBLE, origin INTEGER, queue BIGINT, print INTEGER, state INTEGER, complete BOOLEAN,
    doubled BOOLEAN, recipients INTEGER, size BIGINT, delay DOUBLE, lines VARCHAR USING COMPRESSION zstd)`,
  'CREATE TABLE results (id INTEGER, outcome VARCHAR, kind VARCHAR, phase VARCHAR, reply_code INTEGER, enhanced_code VARCHAR, doubled BOOLEAN)',
  // `message`: its `n`, here and below. `alone`: the message has no other attempt that is alike. `named`: where there is no message,
  // the line that names the relay.
  `CREATE TABLE attempts (
    n BIGINT, pass INTEGER, time BIGINT, origin INTEGER, relay INTEGER, result INTEGER, seconds DOUBLE, least DOUBLE, most DOUBLE,
    message BIGINT, alone BOOLEAN, named BIGINT)`,
  // Deliveries of smtp and lmtp: c, and what of it failed attempts took and what nobody did.
  `CREATE TABLE rests (
    n BIGINT, pass INTEGER, time BIGINT, origin INTEGER, relay INTEGER, c DOUBLE, failed DOUBLE, rest DOUBLE, vague BOOLEAN,
    message BIGINT)`,
  // Queue IDs whose messages have to be folded again.
  'CREATE TABLE refolds (host VARCHAR, queue_id VARCHAR)',
  // Lines with lower numbers are folded; and the pass that is under way, or was broken off.
  "INSERT INTO meta VALUES ('folded', '0'), ('pass', '0')",
];
