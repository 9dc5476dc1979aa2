/**
 * The fold, as the embedded store does it: a pass over the lines that came since the last one, which leaves rows of messages,
 * attempts and attributions.
 *
 * Few new lines are one transaction: what they change is folded again, asked for from the store (postfix/message/refold.ts), and
 * replaced. Many are read in order of time, with what stands around them, and folded as they come
 * (postfix/message/stream.ts): in many transactions, so that its rows have the number of the pass. A pass that was broken
 * off is undone by that number, and begun anew. What a pass finds that it cannot settle, as older lines belong to it, is
 * noted in `refolds`, and folded again afterwards. The lines of a new store are folded while they come (live_fold.ts), and only
 * the end is left to do.
 */
import { join } from 'node:path';
import { keysOf, queueKey } from '../../postfix/message/keys.js';
import { LogFold } from '../../postfix/message/log_fold.js';
import { defaultReach } from '../../postfix/message/options.js';
import { addDistinct, inFileOrder } from '../../postfix/message/order.js';
import { refold } from '../../postfix/message/refold.js';
import { factsIn } from '../../postfix/message/stream.js';
import { diskFull, isDiskFull } from '../errors.js';
import type { FoldReceipt } from '../message_port.js';
import { collectGarbage } from './collect.js';
import { memoryLimits, type OpenStore } from './connect.js';
import { literal } from './literal.js';
import { type LastRows, livePass } from './live_fold.js';
import { insertStatements, MessageRows, messageTables, openRowFiles, queuePrint, rowBuffers, type Written } from './message_rows.js';
import { Neighbours } from './neighbours.js';
import { Pass } from './pass.js';
import { type StoredFact, StoredFacts } from './stored_facts.js';
import { sumUp, unsummed } from './sums.js';
import { type Window, windowsOf } from './windows.js';
import type { DuckDBWriter } from './writer.js';

export interface FoldingOptions {
  /** So many new lines, and not more, are folded by asking for what they change. */
  readonly fewLines?: number;
  /** Lines that a pass in order of time sorts at once. */
  readonly linesAtOnce?: number;
  /** Messages to a transaction, at least: few rows are not packed well. */
  readonly commitMessages?: number;
  /** Called after each transaction: others may want to read. */
  readonly onCommit?: () => Promise<void>;
  readonly onProgress?: (done: number, of: number) => void;
}

export const defaultCommitMessages = 50_000;

/** Garbage is collected every so many lines. */
const linesToCollect = 30_000;

/** Queue IDs that are folded again in one transaction. */
const refoldsAtOnce = 500;

export class Folding {
  private readonly facts: StoredFacts;
  private readonly buffers = rowBuffers();
  private readonly fewLines: number;
  private readonly commitMessages: number;
  private messages = 0;
  private attempts = 0;

  constructor(
    private readonly store: OpenStore,
    private readonly writer: DuckDBWriter,
    private readonly options: FoldingOptions = {},
  ) {
    this.facts = new StoredFacts(store);
    this.fewLines = options.fewLines ?? 20_000;
    this.commitMessages = options.commitMessages ?? defaultCommitMessages;
  }

  /** Folds what was committed since the last time. After an error the writer is of no more use. @throws StoreError */
  async fold(): Promise<FoldReceipt> {
    const live = await this.writer.finishLiveFold();
    if (live === undefined) await this.undo();
    const [mark, end, lines] = await this.numbers(
      `SELECT f.mark, coalesce(max(n) + 1, f.mark), count(n) FROM (SELECT value::BIGINT AS mark FROM meta WHERE key = 'folded') f
        LEFT JOIN lines l ON l.n >= f.mark GROUP BY f.mark`,
    );
    if (lines > 0 || (await this.noted()).length > 0) {
      await this.facts.refresh();
      await this.foldNoted();
      if (live !== undefined) await this.foldRest(live, end);
      else if (lines > this.fewLines) {
        await this.store.connection.run(`SET memory_limit = '${memoryLimits.fold}'`);
        await this.foldMany(mark, end, lines);
        await this.store.connection.run(`SET memory_limit = '${memoryLimits.write}'`);
      } else if (lines > 0) await this.foldFew(mark, end);
      await this.foldNoted();
      this.options.onProgress?.(lines, lines);
    }
    await sumUp(this.store.connection);
    return { lines, messages: this.messages, attempts: this.attempts };
  }

  /** Takes away what a pass left that was broken off. */
  private async undo(): Promise<void> {
    const [pass] = await this.numbers("SELECT value::BIGINT FROM meta WHERE key = 'pass'");
    if (pass === 0) return;
    await this.commit([...messageTables.map((table) => `DELETE FROM ${table} WHERE pass = ${pass}`), setMark('pass', 0)]);
  }

  private async foldFew(mark: number, end: number): Promise<void> {
    const batch: StoredFact[] = [];
    for await (const facts of this.facts.read([`l.n >= ${mark}`, `l.n < ${end}`, this.facts.ofPostfix()])) batch.push(...facts);
    await this.replace(batch, [setMark('folded', end)]);
  }

  /** Folds again what was noted to be. */
  private async foldNoted(): Promise<void> {
    for (;;) {
      const noted = await this.noted();
      if (noted.length === 0) return;
      const batch = await this.facts.answer({ queues: noted.map(({ host, queueId }) => queueKey(host, queueId)), processes: [] });
      const done = noted.map(({ host, queueId }) => `(${literal(host)},${literal(queueId)})`);
      await this.replace(batch, [`DELETE FROM refolds WHERE (host, queue_id) IN (${done.join(',')})`]);
    }
  }

  private async noted(): Promise<readonly { host: string; queueId: string }[]> {
    const rows = await this.ask(`SELECT DISTINCT host, queue_id FROM refolds ORDER BY ALL LIMIT ${refoldsAtOnce}`);
    return rows.map(([host, queueId]) => ({ host: host as string, queueId: queueId as string }));
  }

  /** Folds again what some facts change, and puts it in the place of what is there. */
  private async replace(batch: readonly StoredFact[], more: readonly string[]): Promise<void> {
    const known = new Map<string, StoredFact>();
    const learn = (facts: Iterable<StoredFact>) => {
      addDistinct(known, facts);
      return facts;
    };
    const asking = refold(learn(batch));
    let step = asking.next();
    while (!step.done) step = asking.next(learn(await this.facts.answer(step.value)));
    const { queues, messages, attempts } = step.value;
    // The same again, as it has to be known which facts each message is made of.
    const [wanted, tried] = [new Set(messages.map(({ id }) => id)), new Set(attempts.map(({ id }) => id))];
    const rows = this.rowsOf(0);
    // What belonged to no message may now.
    const loose = attempts.map(({ id }) => Number(id));
    const again = new LogFold({
      message: (lived) => {
        if (!wanted.has(lived.id)) return;
        rows.message(lived);
        for (const fact of factsIn(lived)) loose.push((fact as StoredFact).stored.n);
        this.count({ messages: 1, attempts: lived.attempts.length });
      },
      stray: (attempt) => {
        if (!tried.has(attempt.id)) return;
        rows.stray(attempt, known.get(attempt.id)?.stored.named ?? 0);
        this.count({ messages: 0, attempts: 1 });
      },
    });
    const neighbours = new Neighbours(0);
    for (const fact of [...known.values()].sort(inFileOrder)) {
      neighbours.add(fact);
      again.add(fact);
    }
    again.finish();
    const prints = queues.map((key) => queuePrint(key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)));
    const all = new Set(queues);
    // Another queue ID may have the same print; no fact of it was asked for.
    const isTheirs = (n: number) => {
      const fact = known.get(String(n));
      return fact !== undefined && all.has(keysOf(fact).queue ?? '');
    };
    const found = prints.length === 0 ? [] : await this.ask(`SELECT n FROM messages WHERE queue IN (${prints.join(',')})`);
    const gone = found.map(([n]) => Number(n)).filter(isTheirs);
    const theirs = `message IN (${gone.join(',')})`;
    await this.commit([
      ...(gone.length === 0
        ? []
        : [
            `DELETE FROM messages WHERE n IN (${gone.join(',')})`,
            `DELETE FROM attempts WHERE ${theirs}`,
            `DELETE FROM rests WHERE ${theirs}`,
          ]),
      `DELETE FROM attempts WHERE message IS NULL AND n IN (${[-1, ...loose].join(',')})`,
      ...insertStatements(rows.files),
      ...more,
    ]);
  }

  /** What was folded already while it was added needs only its last transaction. */
  private async foldRest({ again, statements, written }: LastRows, end: number): Promise<void> {
    this.count(written);
    await this.finish(livePass, 0, end, statements, { joined: [], again });
    await this.writer.results.load(this.store.connection);
  }

  private async foldMany(mark: number, end: number, lines: number): Promise<void> {
    const [last] = await this.numbers('SELECT coalesce(max(pass), 0) FROM messages');
    const number = last + 1;
    const windows = await this.windows(mark, end);
    const all = windows.reduce((sum, window) => sum + window.lines, 0);
    let rows = this.rowsOf(number);
    const pass = new Pass(mark, rows);
    const begin = [setMark('pass', number)];
    let done = 0;
    let sinceCollected = linesToCollect;
    for (const window of windows) {
      const time = [`l.time >= ${window.from}`, `l.time < ${window.to}`];
      const conditions = [`l.n < ${end}`, ...time, this.facts.ofPostfix()];
      for await (const facts of inOrder(this.facts.read(conditions, { order: 'ORDER BY l.time' })))
        for (const fact of facts) pass.add(fact);
      if (rows.files.messages.rows >= this.commitMessages) {
        await this.commit([...insertStatements(rows.files), ...begin.splice(0)]);
        rows = this.rowsOf(number);
        pass.rows = rows;
      }
      done += window.lines;
      sinceCollected += window.lines;
      if (sinceCollected > linesToCollect) {
        collectGarbage();
        sinceCollected = 0;
      }
      this.options.onProgress?.(Math.floor((lines * done) / all), lines);
    }
    const again = pass.finish();
    this.count(pass.written);
    await this.finish(number, mark, end, [...insertStatements(rows.files), ...begin], { joined: pass.joined, again });
  }

  /** The last transaction of a pass. */
  private async finish(
    pass: number,
    mark: number,
    end: number,
    statements: readonly string[],
    { joined, again }: { readonly joined: readonly number[]; readonly again: Iterable<string> },
  ): Promise<void> {
    const keys = new Set(again);
    await this.commit([
      ...statements,
      ...(joined.length === 0 ? [] : [`DELETE FROM attempts WHERE pass <> ${pass} AND message IS NULL AND n IN (${joined.join(',')})`]),
      async () => {
        // Of these older lines are known, or lines that came too late for the stream.
        const older = mark === 0 ? '' : `OR queue IN (SELECT queue FROM messages WHERE pass <> ${pass})`;
        const rows = await this.ask(
          `SELECT n FROM messages WHERE pass = ${pass} AND ((NOT complete AND queue IN (
              SELECT queue FROM messages WHERE pass = ${pass} GROUP BY queue HAVING count(*) > 1)) ${older})`,
        );
        for (const { host, ...fact } of await this.facts.of(rows.map(([n]) => Number(n)))) {
          // With such a line a message begins, and where all lines came in order, nothing of it came before.
          if (mark === 0 && (fact.is === 'client' || fact.is === 'picked_up')) continue;
          if ('queueId' in fact && fact.queueId !== undefined) keys.add(queueKey(host, fact.queueId));
        }
        return noteStatements(keys);
      },
      setMark('folded', end),
      setMark('pass', 0),
    ]);
  }

  /** Where new lines stand, with as much around them as a process can be busy with one thing. */
  private async windows(mark: number, end: number): Promise<readonly Window[]> {
    const fresh = await this.ask(
      `SELECT DISTINCT time // 3600000000 FROM lines l WHERE l.n >= ${mark} AND l.n < ${end} AND ${this.facts.ofPostfix()}`,
    );
    const counts = await this.ask(`SELECT hour, sum(lines)::BIGINT FROM hours l WHERE ${this.facts.ofPostfix()} GROUP BY hour`);
    return windowsOf(
      fresh.map(([hour]) => Number(hour)),
      new Map(counts.map(([hour, count]) => [Number(hour), Number(count)])),
      defaultReach,
      this.options.linesAtOnce ?? 20_000,
    );
  }

  private count({ messages, attempts }: Written): void {
    this.messages += messages;
    this.attempts += attempts;
  }

  private rowsOf(pass: number): MessageRows {
    const files = openRowFiles(join(this.writer.folder, 'folded-'), this.buffers);
    return new MessageRows(files, pass, this.facts.originOf, this.writer.relays, this.writer.results);
  }

  /** Runs statements, and those that others come to, so that all of them happen or none. */
  private async commit(statements: readonly (string | (() => Promise<readonly string[]>))[]): Promise<void> {
    const { connection } = this.store;
    await connection.run('BEGIN');
    try {
      for (const sql of [unsummed, ...this.writer.numberStatements()]) await connection.run(sql);
      for (const one of statements) {
        for (const sql of typeof one === 'string' ? [one] : await one()) await connection.run(sql);
      }
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => {});
      if (isDiskFull(error)) throw diskFull(error);
      throw error;
    }
    await this.options.onCommit?.();
  }

  private async ask(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.store.connection.runAndReadAll(sql)).getRowsJS();
  }

  /** Of the first row. */
  private async numbers(sql: string): Promise<[number, number, number]> {
    const [row = []] = await this.ask(sql);
    return row.map(Number) as [number, number, number];
  }
}

/** Facts that come in order of time, in the order of files. */
async function* inOrder(parts: AsyncIterable<StoredFact[]>): AsyncGenerator<readonly StoredFact[]> {
  /** Of the last second, of which more may come. */
  let held: StoredFact[] = [];
  for await (const part of parts) {
    const facts = held.length === 0 ? part : [...held, ...part];
    facts.sort(inFileOrder);
    const last = facts.at(-1)?.time;
    const end = facts.findIndex(({ time }) => time === last);
    held = end < 0 ? [] : facts.splice(end);
    yield facts;
  }
  yield held;
}

const setMark = (key: 'folded' | 'pass', value: number) => `UPDATE meta SET value = '${value}' WHERE key = '${key}'`;

function noteStatements(keys: ReadonlySet<string>): string[] {
  const values = [...keys].map((key) => `(${literal(key.slice(0, key.indexOf(' ')))},${literal(key.slice(key.indexOf(' ') + 1))})`);
  const statements: string[] = [];
  for (let i = 0; i < values.length; i += 500) statements.push(`INSERT INTO refolds VALUES ${values.slice(i, i + 500).join(',')}`);
  return statements;
}
