/** What is made of lines that name somebody, and the statements that change lines and all that is found by them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { queueKey } from '../../postfix/message/keys.js';
import { rowsIn } from './columns.js';
import { queueOf, storedLines } from './erase_lines.js';
import { numbersIn } from './line_numbers.js';
import { printsOf } from './line_prints.js';
import { LineSet } from './line_set.js';
import { literal } from './literal.js';
import { queuePrint } from './message_rows.js';
import { numberLines } from './numbered_lines.js';
import { putNumbers } from './put_numbers.js';
import { unsummed } from './sums.js';
import { numbered, pagesOf } from './table_pages.js';
import { linesPerBlock, printOf } from './terms.js';

export interface Named {
  /** How many messages. */
  readonly messages: number;
  /** How many of these messages. */
  readonly attempts: number;
  /** Where they go whole: all lines that go with them. */
  readonly gone: LineSet;
}

/** A message of which a line names them. */
interface Life {
  readonly host: string;
  readonly queueId: string;
  /** Microseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** Rows of a page. */
const queuesAtOnce = 50_000;
/** Messages of which all lines are looked for at once. */
const livesAtOnce = 500;
const losingAtOnce = 5_000;
const blocksAtOnce = 500;

/**
 * Fills the temporary table `their_messages`: those of which a line is in `rewritten` (erase_lines.ts).
 * @param whole whether messages go whole @throws Error of DuckDB
 */
export async function messagesOf(connection: DuckDBConnection, whole: boolean): Promise<Named> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE their_queues AS SELECT ${numbered}, host, queue_id FROM (
       SELECT DISTINCT host, queue_id FROM rewritten WHERE queue_id IS NOT NULL);
     CREATE OR REPLACE TEMP TABLE their_prints (queue BIGINT, print BIGINT);
     CREATE OR REPLACE TEMP TABLE their_lines (message BIGINT, n BIGINT)`,
  );
  for await (const page of pagesOf(connection, 'their_queues', 'place::DOUBLE, host, queue_id', queuesAtOnce)) {
    const [places, hosts, queueIds] = page as [number[], string[], string[]];
    await putNumbers(
      connection,
      'their_prints',
      places.map((place, i) => [place, queuePrint(hosts[i] as string, queueIds[i] as string)]),
    );
  }
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE candidates AS SELECT m.n, m.lines, q.host, q.queue_id
      FROM messages m JOIN their_prints p ON p.print = m.queue JOIN their_queues q ON q.place = p.queue`,
  );
  await numberLines(connection, 'their_lines', 'SELECT DISTINCT n, lines FROM candidates');
  await connection.run(
    // A message also has lines that only name its relay.
    `CREATE OR REPLACE TEMP TABLE their_messages AS SELECT DISTINCT c.n, c.host, c.queue_id FROM candidates c
      JOIN their_lines x ON x.message = c.n JOIN rewritten r ON r.n = x.n AND r.host = c.host AND r.queue_id = c.queue_id;
     DROP TABLE candidates; DROP TABLE their_prints; DROP TABLE their_queues`,
  );
  const [row = []] = await rowsIn(
    connection,
    `SELECT (SELECT count(*) FROM their_messages), (SELECT count(*) FROM ${ofTheirs}), (SELECT coalesce(max(n), 0) + 1 FROM lines)`,
  );
  const [messages, attempts, end] = row.map(Number) as [number, number, number];
  return { messages, attempts, gone: whole ? await goneWith(connection, end) : new LineSet(0) };
}

const ofTheirs = 'attempts WHERE message IN (SELECT n FROM their_messages)';

/** All lines that name them or are of their messages. */
async function goneWith(connection: DuckDBConnection, end: number): Promise<LineSet> {
  const gone = new LineSet(end);
  // A try at a relay has a line of its own, that names no message.
  const found = await connection.stream(`SELECT n::DOUBLE FROM rewritten UNION ALL SELECT n::DOUBLE FROM ${ofTheirs}`);
  for (let chunk = await found.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await found.fetchChunk()) {
    for (const n of chunk.getColumnValues(0) as number[]) gone.add(n);
  }
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE lives AS SELECT ${numbered}, * FROM (
      SELECT m.host, m.queue_id, min(l.time)::DOUBLE AS first, max(l.time)::DOUBLE AS last
      FROM their_messages m JOIN their_lines x ON x.message = m.n JOIN lines l ON l.n = x.n GROUP BY m.n, m.host, m.queue_id ORDER BY first)`,
  );
  for await (const page of pagesOf(connection, 'lives', 'host, queue_id, first, last', livesAtOnce)) {
    const [hosts, queueIds, firsts, lasts] = page as [string[], string[], number[], number[]];
    const lives = hosts.map((host, i): Life => {
      return { host, queueId: queueIds[i] as string, first: firsts[i] as number, last: lasts[i] as number };
    });
    await addLinesOf(connection, lives, gone);
  }
  await connection.run('DROP TABLE lives');
  return gone;
}

/** All lines of messages, those that the fold has no need of too. */
async function addLinesOf(connection: DuckDBConnection, lives: readonly Life[], gone: LineSet): Promise<void> {
  const byQueue = new Map<string, Life[]>();
  for (const life of lives) {
    const queue = queueKey(life.host, life.queueId);
    byQueue.set(queue, [...(byQueue.get(queue) ?? []), life]);
  }
  const prints = new Set(lives.map(({ queueId }) => printOf('queue_id', queueId)));
  const blocks = `SELECT DISTINCT block FROM terms WHERE print IN (${[...prints].join(',')})`;
  const time = `l.time BETWEEN ${Math.min(...lives.map(({ first }) => first))} AND ${Math.max(...lives.map(({ last }) => last))}`;
  for await (const { n, event, micros } of storedLines(connection, `l.n // ${linesPerBlock} IN (${blocks}) AND ${time}`)) {
    const own = byQueue.get(queueOf(event) ?? '') ?? [];
    if (own.some(({ first, last }) => micros >= first && micros <= last)) gone.add(n);
  }
}

/** Puts the rewritten lines in the place of what they were, within a transaction. @throws Error of DuckDB */
export async function rewriting(connection: DuckDBConnection): Promise<void> {
  // Of many rows, to put others in their place takes a hundredth of the time that it takes to change them.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE replaced AS
      SELECT l.n, l.time, l.origin, l."offset", r.mark, r.line FROM rewritten r JOIN lines l ON l.n = r.n ORDER BY l.n`,
  );
  await connection.run('DELETE FROM lines WHERE n IN (SELECT n FROM replaced)');
  await connection.run('INSERT INTO lines FROM replaced');
  await connection.run('DROP TABLE replaced');
  await findAgain(connection, 'SELECT n FROM rewritten');
  await connection.run('INSERT INTO refolds SELECT DISTINCT host, queue_id FROM rewritten WHERE queue_id IS NOT NULL');
}

/** Takes lines and messages out, within a transaction. @throws Error of DuckDB */
export async function removal(connection: DuckDBConnection, { gone }: Named): Promise<void> {
  await connection.run(unsummed);
  await noteLosing(connection, gone);
  await connection.run('CREATE OR REPLACE TEMP TABLE gone (n BIGINT)');
  await putNumbers(connection, 'gone', each(gone));
  const ofGone = 'IN (SELECT n FROM gone)';
  const hours = 'SELECT DISTINCT origin, time // 3600000000 AS hour FROM lines WHERE n IN (SELECT n FROM gone)';
  await connection.run(`CREATE OR REPLACE TEMP TABLE gone_hours AS ${hours}`);
  for (const table of ['deliveries', 'unrecognized', 'lines']) await connection.run(`DELETE FROM ${table} WHERE n ${ofGone}`);
  await connection.run('DELETE FROM messages WHERE n IN (SELECT n FROM their_messages)');
  for (const table of ['attempts', 'rests']) {
    await connection.run(`DELETE FROM ${table} WHERE n ${ofGone} OR message IN (SELECT n FROM their_messages)`);
  }
  await connection.run(`UPDATE attempts SET named = NULL WHERE named ${ofGone}`);
  await connection.run('DELETE FROM hours WHERE (origin, hour) IN (SELECT (origin, hour) FROM gone_hours)');
  await connection.run(
    `INSERT INTO hours SELECT l.origin, l.time // 3600000000, count(*) FROM lines l
      JOIN gone_hours g ON g.origin = l.origin AND g.hour = l.time // 3600000000 GROUP BY ALL`,
  );
  await connection.run('DROP TABLE gone_hours');
  await findAgain(connection, 'SELECT n FROM gone');
  await connection.run('DROP TABLE gone');
}

function* each(numbers: Iterable<number>): Generator<readonly [number]> {
  for (const n of numbers) yield [n];
}

/** Messages that lose a line, as it names their relay, or stands between theirs, are folded again. */
async function noteLosing(connection: DuckDBConnection, gone: LineSet): Promise<void> {
  const losing: number[] = [];
  const result = await connection.stream('SELECT n::DOUBLE, lines FROM messages');
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const [firsts, lines] = chunk.getColumns() as [number[], string[]];
    for (const [i, n] of firsts.entries())
      if (!gone.has(n) && numbersIn(lines[i] as string, n).some((own) => gone.has(own))) losing.push(n);
  }
  for (let from = 0; from < losing.length; from += losingAtOnce) {
    const keys = new Set<string>();
    for await (const { event } of storedLines(connection, `l.n IN (${losing.slice(from, from + losingAtOnce).join(',')})`)) {
      const { host, queueId } = event;
      if (queueId !== undefined) keys.add(`(${literal(host)},${literal(queueId)})`);
    }
    if (keys.size > 0) await connection.run(`INSERT INTO refolds VALUES ${[...keys].join(',')}`);
  }
}
/** Makes the prints anew of all blocks that have one of these lines, or had it. @param numbers SQL that selects them as `n` */
async function findAgain(connection: DuckDBConnection, numbers: string): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE changed_blocks AS SELECT ${numbered}, block FROM (
       SELECT DISTINCT n // ${linesPerBlock} AS block FROM (${numbers}) ORDER BY block);
     CREATE OR REPLACE TEMP TABLE prints (print BIGINT, block BIGINT)`,
  );
  const changed = 'IN (SELECT block FROM changed_blocks)';
  for await (const page of pagesOf(connection, 'changed_blocks', 'block::DOUBLE', blocksAtOnce)) {
    const [blocks] = page as [number[]];
    // Appending while the lines stream on the same connection would end the stream.
    const printed = new Map<number, Set<number>>();
    for await (const { n, event } of storedLines(connection, `l.n // ${linesPerBlock} IN (${blocks.join(',')})`)) {
      const block = Math.floor(n / linesPerBlock);
      const known = printed.get(block) ?? new Set();
      printed.set(block, known);
      for (const print of printsOf(event)) known.add(print);
    }
    await putNumbers(connection, 'prints', printsByBlock(printed));
  }
  await connection.run(`DELETE FROM terms WHERE block ${changed}`);
  await connection.run('INSERT INTO terms SELECT print, block FROM prints ORDER BY print');
  await connection.run(`DELETE FROM blocks WHERE block ${changed}`);
  await connection.run(
    `INSERT INTO blocks SELECT n // ${linesPerBlock} AS block, min(time), max(time) FROM lines WHERE n // ${linesPerBlock} ${changed} GROUP BY block`,
  );
  await connection.run('DROP TABLE prints; DROP TABLE changed_blocks');
}

function* printsByBlock(printed: ReadonlyMap<number, ReadonlySet<number>>): Generator<readonly [number, number]> {
  for (const [block, prints] of printed) for (const print of prints) yield [print, block];
}
