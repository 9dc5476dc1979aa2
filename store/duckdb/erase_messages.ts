/** What is made of lines that name somebody, and the statements that change lines and all that is found by them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Lines, queueOf, storedLines } from './erase_lines.js';
import { numbersIn } from './line_numbers.js';
import { printsOf } from './line_prints.js';
import { literal } from './literal.js';
import { queuePrint } from './message_rows.js';
import { linesPerBlock, printOf } from './terms.js';

export interface Named {
  /** Of messages, their first lines. */
  readonly messages: readonly number[];
  /** How many of these messages. */
  readonly attempts: number;
  /** Where they go whole: all lines that go with them. */
  readonly gone: ReadonlySet<number>;
}

/** A message of which a line names them. */
interface Life {
  readonly n: number;
  readonly queue: string;
  /** Microseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** Queue IDs of one question. */
const queuesAtOnce = 500;
/** Values of one statement. */
const valuesAtOnce = 5_000;
const blocksAtOnce = 500;

/** @param whole whether messages go whole @throws Error of DuckDB */
export async function messagesOf(connection: DuckDBConnection, { found }: Lines, whole: boolean): Promise<Named> {
  const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS();
  /** By print, what has it. */
  const queues = new Map<number, string>();
  for (const { queue } of found.values()) if (queue !== undefined) queues.set(printOfQueue(queue), queue);
  const messages: number[] = [];
  const lives: Life[] = [];
  for (const prints of parts([...queues.keys()], valuesAtOnce)) {
    for (const [n, lines, print] of await ask(`SELECT n, lines, queue FROM messages WHERE queue IN (${prints.join(',')})`)) {
      const first = Number(n);
      const queue = queues.get(Number(print)) as string;
      const own = numbersIn(lines as string, first);
      // It also has lines that only name its relay.
      if (!own.some((line) => found.get(line)?.queue === queue)) continue;
      messages.push(first);
      if (!whole) continue;
      const [span = []] = await ask(`SELECT min(time), max(time) FROM lines WHERE n IN (${own.join(',')})`);
      lives.push({ n: first, queue, first: Number(span[0]), last: Number(span[1]) });
    }
  }
  let attempts = 0;
  const gone = new Set<number>(whole ? found.keys() : []);
  for (const some of parts(messages, valuesAtOnce)) {
    const rows = await ask(`SELECT n FROM attempts WHERE message IN (${some.join(',')})`);
    attempts += rows.length;
    // A try at a relay has a line of its own, that names no message.
    if (whole) for (const [n] of rows) gone.add(Number(n));
  }
  for (const some of parts(lives, queuesAtOnce)) for (const n of await linesOf(connection, some)) gone.add(n);
  return { messages, attempts, gone };
}

/** All lines of messages, those that the fold has no need of too. */
async function linesOf(connection: DuckDBConnection, lives: readonly Life[]): Promise<number[]> {
  const byQueue = new Map<string, Life[]>();
  for (const life of lives) byQueue.set(life.queue, [...(byQueue.get(life.queue) ?? []), life]);
  const prints = [...byQueue.keys()].map((queue) => printOf('queue_id', queue.slice(queue.lastIndexOf(' ') + 1)));
  const blocks = `SELECT DISTINCT block FROM terms WHERE print IN (${prints.join(',')})`;
  const numbers: number[] = [];
  const time = `l.time BETWEEN ${Math.min(...lives.map(({ first }) => first))} AND ${Math.max(...lives.map(({ last }) => last))}`;
  for await (const { n, event, micros } of storedLines(connection, `l.n // ${linesPerBlock} IN (${blocks}) AND ${time}`)) {
    const own = byQueue.get(queueOf(event) ?? '') ?? [];
    if (own.some(({ first, last }) => micros >= first && micros <= last)) numbers.push(n);
  }
  return numbers;
}

/** Changes lines where they stand, within a transaction. @throws Error of DuckDB */
export async function rewriting(connection: DuckDBConnection, { found }: Lines): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE rewritten (n BIGINT, mark INTEGER, line VARCHAR)');
  const rows = await connection.createAppender('rewritten', undefined, 'temp');
  for (const [n, { line, mark }] of found) {
    rows.appendBigInt(BigInt(n));
    if (mark === 0) rows.appendNull();
    else rows.appendInteger(mark);
    rows.appendVarchar(line);
    rows.endRow();
  }
  rows.closeSync();
  await connection.run('UPDATE lines SET line = r.line, mark = r.mark FROM rewritten r WHERE lines.n = r.n; DROP TABLE rewritten');
  await findAgain(connection, found.keys());
  await foldAgain(connection, new Set([...found.values()].flatMap(({ queue }) => queue ?? [])));
}

/** Takes lines and messages out, within a transaction. @throws Error of DuckDB */
export async function removal(connection: DuckDBConnection, { messages, gone }: Named): Promise<void> {
  const again = await losingLines(connection, gone);
  await put(connection, 'gone', gone);
  await put(connection, 'gone_messages', messages);
  const ofGone = 'IN (SELECT n FROM gone)';
  const hours = 'SELECT DISTINCT origin, time // 3600000000 AS hour FROM lines WHERE n IN (SELECT n FROM gone)';
  await connection.run(`CREATE OR REPLACE TEMP TABLE gone_hours AS ${hours}`);
  for (const table of ['deliveries', 'unrecognized', 'lines']) await connection.run(`DELETE FROM ${table} WHERE n ${ofGone}`);
  await connection.run('DELETE FROM messages WHERE n IN (SELECT n FROM gone_messages)');
  for (const table of ['attempts', 'rests']) {
    await connection.run(`DELETE FROM ${table} WHERE n ${ofGone} OR message IN (SELECT n FROM gone_messages)`);
  }
  await connection.run(`UPDATE attempts SET named = NULL WHERE named ${ofGone}`);
  await connection.run('DELETE FROM hours WHERE (origin, hour) IN (SELECT (origin, hour) FROM gone_hours)');
  await connection.run(
    `INSERT INTO hours SELECT l.origin, l.time // 3600000000, count(*) FROM lines l
      JOIN gone_hours g ON g.origin = l.origin AND g.hour = l.time // 3600000000 GROUP BY ALL`,
  );
  await connection.run('DROP TABLE gone; DROP TABLE gone_messages; DROP TABLE gone_hours');
  await findAgain(connection, gone);
  await foldAgain(connection, again);
}

/** Messages that have a line that goes, as it names their relay, or one that stands between theirs: their host and queue ID. */
async function losingLines(connection: DuckDBConnection, gone: ReadonlySet<number>): Promise<Set<string>> {
  const losing: number[] = [];
  const result = await connection.stream('SELECT n::DOUBLE, lines FROM messages');
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const [firsts, lines] = chunk.getColumns() as [number[], string[]];
    for (const [i, n] of firsts.entries())
      if (!gone.has(n) && numbersIn(lines[i] as string, n).some((own) => gone.has(own))) losing.push(n);
  }
  const keys = new Set<string>();
  for (const some of parts(losing, valuesAtOnce)) {
    for await (const { event } of storedLines(connection, `l.n IN (${some.join(',')})`)) {
      const key = queueOf(event);
      if (key !== undefined) keys.add(key);
    }
  }
  return keys;
}

/** Makes the prints anew of all blocks that have one of these lines, or had it. */
async function findAgain(connection: DuckDBConnection, numbers: Iterable<number>): Promise<void> {
  const blocks = new Set<number>();
  for (const n of numbers) blocks.add(Math.floor(n / linesPerBlock));
  await put(connection, 'changed_blocks', blocks);
  const changed = 'IN (SELECT n FROM changed_blocks)';
  await connection.run('CREATE OR REPLACE TEMP TABLE prints (print INTEGER, block BIGINT)');
  for (const some of parts([...blocks], blocksAtOnce)) {
    // Appending while the lines stream on the same connection would end the stream.
    const printed = new Map<number, Set<number>>();
    for await (const { n, event } of storedLines(connection, `l.n // ${linesPerBlock} IN (${some.join(',')})`)) {
      const block = Math.floor(n / linesPerBlock);
      const known = printed.get(block) ?? new Set();
      printed.set(block, known);
      for (const print of printsOf(event)) known.add(print);
    }
    const rows = await connection.createAppender('prints', undefined, 'temp');
    for (const [block, prints] of printed) {
      for (const print of prints) {
        rows.appendInteger(print);
        rows.appendBigInt(BigInt(block));
        rows.endRow();
      }
    }
    rows.closeSync();
  }
  await connection.run(`DELETE FROM terms WHERE block ${changed}`);
  await connection.run('INSERT INTO terms SELECT * FROM prints ORDER BY print');
  await connection.run(`DELETE FROM blocks WHERE block ${changed}`);
  await connection.run(
    `INSERT INTO blocks SELECT n // ${linesPerBlock} AS block, min(time), max(time) FROM lines WHERE n // ${linesPerBlock} ${changed} GROUP BY block`,
  );
  await connection.run('DROP TABLE prints; DROP TABLE changed_blocks');
}

/** The next fold does it. */
async function foldAgain(connection: DuckDBConnection, keys: Iterable<string>): Promise<void> {
  const values = [...keys].map((key) => `(${literal(key.slice(0, key.lastIndexOf(' ')))},${literal(key.slice(key.lastIndexOf(' ') + 1))})`);
  for (const some of parts(values, queuesAtOnce)) await connection.run(`INSERT INTO refolds VALUES ${some.join(',')}`);
}

async function put(connection: DuckDBConnection, table: string, numbers: Iterable<number>): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} (n BIGINT)`);
  const rows = await connection.createAppender(table, undefined, 'temp');
  for (const n of numbers) {
    rows.appendBigInt(BigInt(n));
    rows.endRow();
  }
  rows.closeSync();
}

function printOfQueue(queue: string): number {
  const at = queue.lastIndexOf(' ');
  return queuePrint(queue.slice(0, at), queue.slice(at + 1));
}

function parts<T>(all: readonly T[], size: number): T[][] {
  const some: T[][] = [];
  for (let from = 0; from < all.length; from += size) some.push(all.slice(from, from + size));
  return some;
}
