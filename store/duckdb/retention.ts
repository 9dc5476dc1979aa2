/**
 * What the embedded store keeps of which month, and what goes. A deletion is one transaction, with what is written down of it; then
 * the file is made shorter (shrink.ts). A message is its lines, so those of a message that stays, stay.
 */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Archived, ArchiveOrder } from '../archive_port.js';
import { diskFull, isDiskFull } from '../errors.js';
import { byText } from '../order.js';
import {
  type Archival,
  type Counts,
  type Deletion,
  type Doomed,
  endOfMonth,
  type Hold,
  type HostHour,
  type HostMonth,
  isNone,
  type KeptKind,
  keptKinds,
  type MonthStock,
  monthOf,
  monthsBetween,
  newEntryId,
  type Release,
  type RetentionEntry,
  type RetentionWriter,
  type Stock,
  startOfMonth,
  stretchesOf,
  type Toll,
  touchesKept,
} from '../retention_port.js';
import { inTransaction, type OpenOptions, type OpenStore, openFile } from './connect.js';
import { foldAll } from './fold_all.js';
import { edgesIn } from './hours.js';
import { literal } from './literal.js';
import { numberLines } from './numbered_lines.js';
import { putNumbers } from './put_numbers.js';
import { retentionLogIn } from './retention_schema.js';
import { micros, millis } from './scope.js';
import { isSlack, shrink } from './shrink.js';
import { unsummed } from './sums.js';
import { linesPerBlock } from './terms.js';

/** Tables by which kinds are counted. */
const tables: Readonly<Record<KeptKind, string>> = { events: 'lines', messages: 'messages', attempts: 'attempts', snapshots: 'snapshots' };

/** Lines in front of a message's first one that it may need: they name the relay of a failure. */
const before = 3_600_000;

/** What DuckDB may use: nothing else goes on in the process. */
const memoryLimit = '512MB';

/** @throws StoreError */
export async function openDuckDBRetention(options: OpenOptions): Promise<RetentionWriter> {
  let store = await openFile(options);
  if (options.mode === 'write' && !(await isFolded(store.connection))) {
    close(store);
    // Which messages go on in another month is known then.
    await foldAll(options);
    store = await openFile(options);
  }
  const { connection } = store;
  await connection.run(`SET memory_limit = '${memoryLimit}'; SET threads = 2`);
  return new EmbeddedRetention(connection, options.path, () => close(store));
}

const close = ({ instance, connection }: OpenStore) => {
  connection.closeSync();
  instance.closeSync();
};

async function isFolded(connection: DuckDBConnection): Promise<boolean> {
  const marks = "SELECT min(value::BIGINT) FILTER (key = 'folded') AS folded, min(value::BIGINT) FILTER (key = 'pass') AS pass FROM meta";
  const rest = `SELECT pass + (SELECT count(*) FROM lines WHERE n >= folded) + (SELECT count(*) FROM refolds) FROM (${marks})`;
  return Number((await connection.runAndReadAll(rest)).getRowsJS()[0]?.[0]) === 0;
}

class EmbeddedRetention implements RetentionWriter {
  /** For which months `choose` has filled its tables, and what goes of them. */
  private told: { readonly months: string; readonly tolls: readonly Toll[] } | undefined;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly path: string,
    private readonly end: () => void,
  ) {}

  async stock(): Promise<Stock> {
    const byMonth = new Map<string, Record<KeptKind, number>>();
    const of = (month: string) => {
      const known = byMonth.get(month) ?? { events: 0, messages: 0, attempts: 0, snapshots: 0 };
      byMonth.set(month, known);
      return known;
    };
    // Their sums are those of the lines.
    const hours = await this.rows('SELECT hour, sum(lines)::BIGINT FROM hours GROUP BY hour');
    for (const [hour, lines] of hours) of(monthOf(Number(hour) * 3_600_000)).events += Number(lines);
    for (const kind of ['messages', 'attempts', 'snapshots'] as const) {
      for (const [hour, count] of await this.rows(`SELECT time // 3600000000, count(*) FROM ${tables[kind]} GROUP BY 1`)) {
        of(monthOf(Number(hour) * 3_600_000))[kind] += Number(count);
      }
    }
    const bytes = statSync(this.path).size;
    const months = [...byMonth].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = months.reduce((sum, [, { events }]) => sum + events, 0);
    return {
      months: months.map(
        ([month, counts]): MonthStock => ({ month, counts, bytes: Math.round((bytes * counts.events) / Math.max(1, lines)) }),
      ),
      bytes,
      exact: false,
      free: freeAt(this.path),
      foreign: [],
    };
  }

  async hostMonths(): Promise<readonly HostMonth[]> {
    const found = new Map<string, { month: string; host: string; lines: number; from: number; to: number }>();
    for (const { host, hour, lines } of await this.hostHours()) {
      const month = monthOf(hour);
      const known = found.get(`${month} ${host}`) ?? { month, host, lines: 0, from: hour, to: hour };
      known.lines += lines;
      known.to = hour;
      found.set(`${month} ${host}`, known);
    }
    const edges = await edgesIn((sql) => this.rows(sql), new Set([...found.values()].flatMap(({ from, to }) => [from, to])));
    const spans = await this.rows('SELECT p.host, p.first, p.last, s.path FROM spans p JOIN sources s ON s.id = p.source');
    return [...found.values()]
      .sort((a, b) => byText(a.month, b.month) || byText(a.host, b.host))
      .map(({ month, host, lines, from, to }) => {
        const [start, end] = [micros(startOfMonth(month)), micros(endOfMonth(month))];
        const files = spans.filter(([of, first, last]) => of === host && Number(first) < end && Number(last) >= start);
        return {
          ...{ month, host, lines },
          first: edges.get(`${from} ${host}`)?.first ?? from,
          last: edges.get(`${to} ${host}`)?.last ?? to,
          files: [...new Set(files.map(([, , , path]) => path as string))].sort(),
        };
      });
  }

  async hostHours(): Promise<readonly HostHour[]> {
    const rows = await this.rows(
      'SELECT o.host, h.hour, sum(h.lines)::BIGINT FROM hours h JOIN origins o ON o.id = h.origin GROUP BY ALL ORDER BY o.host, h.hour',
    );
    return rows.map(([host, hour, lines]) => ({ host: host as string, hour: Number(hour) * 3_600_000, lines: Number(lines) }));
  }

  retentionLog() {
    return retentionLogIn(this.connection);
  }

  /** Nobody else writes meanwhile, so what was told before a deletion holds for it. */
  async tolls(doomed: Doomed): Promise<readonly Toll[]> {
    const months = JSON.stringify(doomed);
    if (this.told?.months !== months) this.told = { months, tolls: await this.count(doomed) };
    return this.told.tolls;
  }

  private async count(doomed: Doomed): Promise<readonly Toll[]> {
    await this.choose(doomed);
    const tolls: Toll[] = [];
    for (const month of [...new Set(keptKinds.flatMap((kind) => doomed[kind]))].sort()) {
      const counts = { events: 0, messages: 0, attempts: 0, snapshots: 0 };
      for (const kind of keptKinds) {
        if (!doomed[kind].includes(month)) continue;
        const from = kind === 'events' ? `going WHERE month = ${literal(month)}` : `${tables[kind]} WHERE ${goes[kind]([month])}`;
        const [row] = await this.rows(`SELECT ${kind === 'events' ? 'coalesce(sum(lines), 0)' : 'count(*)'} FROM ${from}`);
        counts[kind] = Number(row?.[0]);
      }
      if (!isNone(counts)) tolls.push({ month, counts });
    }
    return tolls;
  }

  async enter(entry: Hold | Release | Archival): Promise<void> {
    await inTransaction(this.connection, [recordStatement(entry)]);
  }

  async archive(order: ArchiveOrder): Promise<Archived> {
    const [{ makeArchive }, { archivalOf }] = await Promise.all([import('./archive_write.js'), import('../archive_port.js')]);
    const archived = await makeArchive(this.connection, order);
    const entry = archivalOf(archived, order, await this.retentionLog());
    if (entry !== undefined) await this.enter(entry);
    return archived;
  }

  /** A deletion is whole or none; only the file may still be too long. */
  async finish(): Promise<void> {
    if (await isSlack(this.connection)) await shrink(this.connection);
  }

  async take(doomed: Doomed, by: { time: number; who: string; keep: string }, onStep?: (what: string) => void): Promise<Deletion> {
    onStep?.('Deleting …');
    await this.connection.run('BEGIN');
    let deletion: Deletion;
    try {
      const had = await this.counts();
      const tolls = await this.tolls(doomed);
      const taken = await this.takenBySource();
      for (const statement of deleteStatements(doomed)) await this.connection.run(statement);
      const gone = await this.forgettable(doomed, taken);
      // Its books stay; the file can be imported again.
      if (gone.length > 0) {
        await this.connection.run(`UPDATE sources SET "offset" = 0, complete = false, tail = '' WHERE id IN (${gone.join(',')})`);
      }
      const files = await this.filesOf(taken);
      deletion = { what: 'deletion', id: newEntryId(), ...by, doomed, tolls, before: had, after: await this.counts(), files };
      await this.connection.run(recordStatement(deletion));
      await this.connection.run('COMMIT');
    } catch (error) {
      await this.connection.run('ROLLBACK').catch(() => {});
      if (isDiskFull(error)) throw diskFull(error);
      throw error;
    } finally {
      this.told = undefined;
    }
    onStep?.('Giving the room back …');
    await shrink(this.connection);
    return deletion;
  }

  async close(): Promise<void> {
    this.end();
  }

  private async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.connection.runAndReadAll(sql)).getRowsJS();
  }

  private async counts(): Promise<Counts> {
    const [row = []] = await this.rows(`SELECT ${keptKinds.map((kind) => `(SELECT count(*) FROM ${tables[kind]})`).join(', ')}`);
    return Object.fromEntries(keptKinds.map((kind, i) => [kind, Number(row[i])])) as unknown as Counts;
  }

  /** Fills the temporary tables that `goes` looks at: messages that stay although their month goes, and lines that are needed. */
  private async choose(doomed: Doomed): Promise<void> {
    await this.connection.run(
      `CREATE OR REPLACE TEMP TABLE kept_messages (n BIGINT); CREATE OR REPLACE TEMP TABLE kept_by_attempts (n BIGINT);
       CREATE OR REPLACE TEMP TABLE numbers (message BIGINT, n BIGINT); CREATE OR REPLACE TEMP TABLE needed (n BIGINT)`,
    );
    for (const [kind, table] of [
      ['messages', 'kept_messages'],
      ['attempts', 'kept_by_attempts'],
    ] as const) {
      if (kind === 'attempts' && String(doomed.attempts) === String(doomed.messages)) {
        await this.connection.run(`INSERT INTO ${table} FROM kept_messages`);
        continue;
      }
      const months = new Set(doomed[kind]);
      const reaching = (await this.reaching(doomed[kind])).filter(({ first, last }) => touchesKept(first, last, months));
      await putNumbers(
        this.connection,
        table,
        reaching.map(({ n }) => [n]),
      );
    }
    await this.chooseLines(doomed);
    await this.countLines(doomed.events);
  }

  /** Messages that may have lines in more than one month, of which some go. */
  private async reaching(months: readonly string[]): Promise<{ n: number; first: number; last: number }[]> {
    const end = stretchesOf(months).at(-1)?.until;
    if (end === undefined) return [];
    const nextMonth = "epoch_us(date_trunc('month', make_timestamp(time)) + INTERVAL 1 MONTH)";
    const reaching = `time < ${micros(end)} AND (kept IS NULL OR time + kept * 1e6 >= ${nextMonth})`;
    await this.connection.run(
      `CREATE OR REPLACE TEMP TABLE reaching AS SELECT n, time, lines FROM messages WHERE ${reaching}; DELETE FROM numbers`,
    );
    await numberLines(this.connection, 'numbers', 'SELECT n, lines FROM reaching');
    const rows = await this.rows(
      `SELECT m.n, any_value(m.time), max(l.time) FROM reaching m LEFT JOIN (numbers x JOIN lines l ON l.n = x.n) ON x.message = m.n GROUP BY m.n`,
    );
    return rows.map(([n, time, last]) => ({ n: Number(n), first: millis(time), last: millis(last ?? time) }));
  }

  /** Lines of months that go which what stays is read out of. */
  private async chooseLines(doomed: Doomed): Promise<void> {
    await this.connection.run('DELETE FROM numbers');
    for (const { since, until } of stretchesOf(doomed.events)) {
      const near = `time < ${micros(until + before)}`;
      await numberLines(
        this.connection,
        'numbers',
        `SELECT n, lines FROM messages
          WHERE ${near} AND (kept IS NULL OR time + kept * 1e6 >= ${micros(since)}) AND NOT (${goes.messages(doomed.messages)})`,
      );
      // Those without a message, which are read out of their line, and of the one that names the relay.
      await this.connection.run(
        `INSERT INTO numbers SELECT NULL, unnest([n, named]) FROM attempts
          WHERE message IS NULL AND ${near} AND time >= ${micros(since)} AND NOT (${goes.attempts(doomed.attempts)})`,
      );
    }
    await this.connection.run(`INSERT INTO needed SELECT DISTINCT n FROM numbers WHERE n IS NOT NULL`);
  }

  /** Notes how many lines go, by month and block. A block mostly is of one source; where a stretch begins inside, it is line by line. */
  private async countLines(months: readonly string[]): Promise<void> {
    await this.connection.run('CREATE OR REPLACE TEMP TABLE going (month VARCHAR, n BIGINT, lines BIGINT)');
    const inside = `SELECT first // ${linesPerBlock} FROM stretches WHERE first % ${linesPerBlock} <> 0`;
    for (const month of months) {
      await this.connection.run(
        `INSERT INTO going SELECT ${literal(month)}, if(n // ${linesPerBlock} IN (${inside}), n, n // ${linesPerBlock} * ${linesPerBlock}), count(*)
          FROM lines WHERE ${goes.events([month])} GROUP BY ALL`,
      );
    }
  }

  /** Lines that go, by source. */
  private async takenBySource(): Promise<ReadonlyMap<number, number>> {
    const rows = await this.rows('SELECT t.source, sum(g.lines)::BIGINT FROM going g ASOF JOIN stretches t ON g.n >= t.first GROUP BY ALL');
    return new Map(rows.map(([source, lines]) => [Number(source), Number(lines)]));
  }

  private async filesOf(taken: ReadonlyMap<number, number>): Promise<Deletion['files']> {
    if (taken.size === 0) return [];
    const byPath = new Map<string, number>();
    for (const [id, path] of await this.rows(`SELECT id, path FROM sources WHERE id IN (${[...taken.keys()].join(',')}) ORDER BY path`)) {
      byPath.set(path as string, (byPath.get(path as string) ?? 0) + (taken.get(Number(id)) ?? 0));
    }
    return [...byPath].map(([path, lines]) => ({ path, lines }));
  }

  /** Sources that lost lines, and have none of a month that stays. */
  private async forgettable(doomed: Doomed, taken: ReadonlyMap<number, number>): Promise<number[]> {
    const gone = new Set(doomed.events);
    for (const entry of await this.retentionLog()) if (entry.what === 'deletion') for (const month of entry.doomed.events) gone.add(month);
    const staying = new Set<number>();
    for (const [source, first, last] of await this.rows('SELECT source, first, last FROM spans')) {
      const months = monthsBetween(monthOf(millis(first)), monthOf(millis(last)));
      if (!months.every((month) => gone.has(month))) staying.add(Number(source));
    }
    return [...taken.keys()].filter((source) => !staying.has(source));
  }
}

/** Which rows of a kind go with some months, as SQL. */
const goes: Readonly<Record<KeptKind, (months: readonly string[]) => string>> = {
  events: (months) => `(${ofMonths('time', months)} AND n NOT IN (SELECT n FROM needed))`,
  messages: (months) => `(${ofMonths('time', months)} AND n NOT IN (SELECT n FROM kept_messages))`,
  attempts: (months) => `(${ofMonths('time', months)} AND (message IS NULL OR message NOT IN (SELECT n FROM kept_by_attempts)))`,
  snapshots: (months) => ofMonths('time', months),
};

function ofMonths(column: string, months: readonly string[], perUnit = 1): string {
  const parts = stretchesOf(months).map(
    ({ since, until }) => `(${column} >= ${micros(since) / perUnit} AND ${column} < ${micros(until) / perUnit})`,
  );
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}

function deleteStatements({ events, messages, attempts, snapshots }: Doomed): string[] {
  const emptied = 'SELECT block FROM emptied';
  return [
    unsummed,
    ...['attempts', 'rests'].map((table) => `DELETE FROM ${table} WHERE ${goes.attempts(attempts)}`),
    `DELETE FROM messages WHERE ${goes.messages(messages)}`,
    ...['deliveries', 'unrecognized', 'lines'].map((table) => `DELETE FROM ${table} WHERE ${goes.events(events)}`),
    // Blocks of which no line is left are found by nothing any more.
    `CREATE OR REPLACE TEMP TABLE touched AS SELECT block FROM blocks WHERE ${blocksOf(events)}`,
    `CREATE OR REPLACE TEMP TABLE emptied AS SELECT block FROM touched WHERE block NOT IN (
      SELECT DISTINCT n // ${linesPerBlock} FROM lines WHERE n >= (SELECT min(block) FROM touched) * ${linesPerBlock}
        AND n < (SELECT max(block) + 1 FROM touched) * ${linesPerBlock})`,
    `DELETE FROM blocks WHERE block IN (${emptied})`,
    `DELETE FROM terms WHERE block IN (${emptied})`,
    `DELETE FROM hours WHERE ${ofMonths('hour', events, 3_600_000_000)}`,
    `INSERT INTO hours SELECT origin, time // 3600000000, count(*) FROM lines WHERE ${ofMonths('time', events)} GROUP BY ALL`,
    `DELETE FROM snapshot_parts WHERE snapshot IN (SELECT id FROM snapshots WHERE ${goes.snapshots(snapshots)})`,
    `DELETE FROM snapshots WHERE ${goes.snapshots(snapshots)}`,
  ];
}

const blocksOf = (months: readonly string[]) =>
  ['false', ...stretchesOf(months).map(({ since, until }) => `(first < ${micros(until)} AND last >= ${micros(since)})`)].join(' OR ');

const recordStatement = (entry: RetentionEntry) =>
  `INSERT INTO retention VALUES (${literal(entry.id)}, ${micros(entry.time)}, ${literal(JSON.stringify(entry))})`;

function freeAt(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
