/** The questions of the port, asked of DuckDB. */
import { statSync } from 'node:fs';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { EventDocument } from '../../postfix/document.js';
import type { Fact } from '../../postfix/message/fact.js';
import type { Question } from '../../postfix/message/refold.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import type { KeptText } from '../../postfix/text.js';
import { charactersShown, examplesOfEach } from '../examples.js';
import type {
  AttemptPage,
  AttemptQuery,
  MessageCount,
  MessagePage,
  MessageQuery,
  MessageReader,
  RestCount,
  TriesQuestion,
  TryCount,
} from '../message_port.js';
import { asideCursorOf, asidePlaceOf, cursorOf, newestFirst } from '../order.js';
import type {
  DelaySummary,
  DelaysQuestion,
  FailureCount,
  HostCoverage,
  OverTime,
  QuarantineCount,
  QuarantinePage,
  QuarantineReason,
  Reader,
  ReasonCount,
  RelaysAnswer,
  Scope,
  SearchPage,
  SearchQuery,
  SourceAccount,
  Totals,
  UnrecognizedProgram,
} from '../port.js';
import type { SnapshotQuery } from '../snapshot_port.js';
import { bucketsIn } from './buckets.js';
import { columnsOf, rowsIn } from './columns.js';
import { delaysIn } from './delays.js';
import { lineColumns, StoredLine } from './documents.js';
import { hostLinesIn } from './hours.js';
import { LineSearch } from './line_search.js';
import { literal } from './literal.js';
import { messageCountsIn, restsIn, triesIn } from './message_counts.js';
import { type RememberedMessages, StoredMessages } from './messages.js';
import { pathOf } from './places.js';
import { relayOf, relaysIn } from './relays.js';
import { retentionLogIn } from './retention_schema.js';
import { millis, where, within } from './scope.js';
import { queuedIn, snapshotsIn } from './snapshots.js';
import { StoredFacts } from './stored_facts.js';
import { hourMs } from './whole.js';

type Row = readonly unknown[];

export class DuckDBReader implements Reader, MessageReader {
  private readonly remembered: RememberedMessages = new Map();

  constructor(
    /** Asked for its instance each time: a writer that stood aside has another one afterwards. */
    protected readonly store: { readonly instance: DuckDBInstance },
    private readonly path: string,
    private readonly end: () => void,
  ) {}

  /** Several may ask at once: none sees another's temporary tables, or ends the lines that another reads. */
  private async alone<T>(ask: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.store.instance.connect();
    try {
      return await ask(connection);
    } finally {
      connection.closeSync();
    }
  }

  private rows(sql: string): Promise<Row[]> {
    return this.alone((connection) => rowsIn(connection, sql));
  }

  private readonly asked = {
    rows: (sql: string) => this.rows(sql),
    columns: (sql: string) => this.alone((connection) => columnsOf(connection, sql)),
  };

  async totals(scope: Scope): Promise<Totals> {
    const hosts = await hostLinesIn(this.asked.rows, scope);
    const none = hosts.length === 0;
    return {
      lines: hosts.reduce((sum, { lines }) => sum + lines, 0),
      hosts: hosts.map(({ host }) => host),
      first: none ? undefined : Math.min(...hosts.map(({ first }) => first)),
      last: none ? undefined : Math.max(...hosts.map(({ last }) => last)),
      bytes: statSync(this.path).size,
    };
  }

  async search(query: SearchQuery): Promise<SearchPage> {
    const found = await this.newest(query, query.limit + 1);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const events = page.map((line) => line.document());
    return found.length > query.limit && last !== undefined ? { events, next: cursorOf(last) } : { events };
  }

  async trace(queueId: string, scope: Scope): Promise<readonly EventDocument[]> {
    const found = await this.newest({ ...scope, queueId, limit: 0 }, Number.POSITIVE_INFINITY);
    return found.reverse().map((line) => line.document());
  }

  async queueIdsOf(messageId: string, scope: Scope): Promise<readonly string[]> {
    const found = await this.newest({ ...scope, messageId, limit: 0 }, Number.POSITIVE_INFINITY);
    return [...new Set(found.reverse().map(({ event }) => event.queueId))].filter((id) => id !== undefined);
  }

  private async newest(query: SearchQuery, enough: number): Promise<StoredLine[]> {
    const hosts = new Map((await this.rows('SELECT id, host FROM origins')).map(([id, host]) => [id, host]));
    return new LineSearch((sql) => this.rows(sql), await this.paths(), hosts).newest(query, enough);
  }

  private async linesOf(numbers: readonly number[], pathOf: (n: number) => string): Promise<StoredLine[]> {
    if (numbers.length === 0) return [];
    const rows = await this.rows(`SELECT ${lineColumns} FROM lines l WHERE l.n IN (${numbers.join(',')})`);
    return rows.map((row) => new StoredLine(row, pathOf));
  }

  /** Tells the path of a line's source by the line's number. */
  private async paths(): Promise<(n: number) => string> {
    // A writer's own questions come after its commits, so that what it had loaded may be old.
    const rows = await this.rows('SELECT t.first, s.path FROM stretches t JOIN sources s ON s.id = t.source ORDER BY t.first');
    const stretches = rows.map(([first, path]) => ({ first: Number(first), path: path as string }));
    return (n) => pathOf(n, stretches);
  }

  async failures(question: OverTime & { readonly kinds?: readonly Kind[] }): Promise<readonly FailureCount[]> {
    const kinds = question.kinds === undefined ? '' : `AND kind IN (${question.kinds.map(literal).join(',') || 'NULL'})`;
    const conditions = [`d.outcome IN (SELECT id FROM outcomes WHERE ${counts} ${kinds})`, ...within(question, 'd')];
    const bucket = await bucketsIn(this.asked.rows, question);
    const rows = await this.rows(
      `SELECT bucket, r.host, r.ip, r.port, u.kind, sum(count), min(first), max(last) FROM (
        SELECT ${bucket.sql('d.time')} AS bucket, d.relay, d.outcome, count(*) AS count, min(d.time) AS first, max(d.time) AS last
          FROM deliveries d ${where(conditions)} GROUP BY ALL
      ) JOIN relays r ON r.id = relay JOIN outcomes u ON u.id = outcome GROUP BY ALL ORDER BY bucket, r.host, r.ip, r.port, u.kind`,
    );
    return rows.map(([start, host, ip, port, kind, count, first, last]) => ({
      bucket: bucket.instant(start),
      relay: relayOf(host, ip, port),
      kind: kind as Kind,
      count: Number(count),
      first: millis(first),
      last: millis(last),
    }));
  }

  async reasons(question: Scope & { readonly limit: number }): Promise<readonly ReasonCount[]> {
    const conditions = [`d.outcome IN (SELECT id FROM outcomes WHERE ${counts})`, ...within(question, 'd')];
    const sort = 'u.kind, u.phase, u.reply_code, u.enhanced_code';
    const rows = await this.rows(
      `SELECT ${sort}, max(d.time) AS last, count(*) AS count, count(DISTINCT (r.host, r.ip))
        FROM deliveries d JOIN outcomes u ON u.id = d.outcome JOIN relays r ON r.id = d.relay ${where(conditions)}
        GROUP BY ALL ORDER BY count DESC, 1, 2, 3, 4 LIMIT ${question.limit}`,
    );
    if (rows.length === 0) return [];
    // Several of one sort may be of its last time; which of them is the last, their lines tell.
    const nameOf = (row: Row) => row.slice(0, 5).map(String).join(' ');
    const latest = `d.time IN (${rows.map(([, , , , last]) => Number(last)).join(',')})`;
    const names = new Map(
      (
        await this.rows(
          `SELECT ${sort}, d.time, d.n FROM deliveries d JOIN outcomes u ON u.id = d.outcome ${where([latest, ...conditions])}`,
        )
      ).map((row) => [Number(row[5]), nameOf(row)]),
    );
    const wanted = new Set(rows.map(nameOf));
    const numbers = [...names].flatMap(([n, name]) => (wanted.has(name) ? [n] : []));
    const examples = new Map<string, StoredLine>();
    for (const line of (await this.linesOf(numbers, await this.paths())).sort((a, b) => newestFirst(b, a))) {
      examples.set(names.get(line.n) ?? '', line);
    }
    return rows.map((row) => {
      const [kind, phase, code, enhanced, last, count, relays] = row;
      return {
        kind: kind as Kind,
        phase: (phase as Phase | null) ?? undefined,
        replyCode: code === null ? undefined : Number(code),
        enhancedCode: (enhanced as string | null) ?? undefined,
        count: Number(count),
        relays: Number(relays),
        example: examples.get(nameOf(row))?.event.fields.reason ?? '',
        last: millis(last),
      };
    });
  }

  relays(question: Scope & { readonly limit?: number }): Promise<RelaysAnswer> {
    return this.alone((connection) => relaysIn(connection, question));
  }

  async delays(question: DelaysQuestion): Promise<readonly DelaySummary[]> {
    return delaysIn(this.asked, question, await bucketsIn(this.asked.rows, question));
  }

  async coverage(scope: Scope): Promise<readonly HostCoverage[]> {
    const hosts = await hostLinesIn(this.asked.rows, scope);
    return hosts.map(({ host, lines, first, last, hours }) => {
      const gaps: { since: number; until: number }[] = [];
      for (const [i, hour] of hours.entries()) {
        const before = hours[i - 1];
        if (before !== undefined && hour - before > hourMs) gaps.push({ since: before + hourMs, until: hour });
      }
      return { host, lines, first, last, gaps };
    });
  }

  async unrecognized(scope: Scope): Promise<readonly UnrecognizedProgram[]> {
    const bounds = where(within(scope, 'u'));
    const rows = await this.rows(
      `SELECT coalesce(o.program, '') AS program, count(*) AS count FROM unrecognized u JOIN origins o ON o.id = u.origin ${bounds}
        GROUP BY ALL ORDER BY count DESC, program`,
    );
    // Of each program the oldest, and all that are of the same time as the last of those.
    const oldest = `SELECT u.n FROM unrecognized u JOIN origins o ON o.id = u.origin ${bounds}
      QUALIFY rank() OVER (PARTITION BY o.program ORDER BY u.time) <= ${examplesOfEach}`;
    const examples = new Map<string, string[]>();
    const numbers = (await this.rows(oldest)).map(([n]) => Number(n));
    for (const { event, line } of (await this.linesOf(numbers, await this.paths())).sort((a, b) => newestFirst(b, a))) {
      const known = examples.get(event.program) ?? [];
      if (known.length < examplesOfEach) examples.set(event.program, [...known, line]);
    }
    return rows.map(([program, count]) => ({
      program: program as string,
      count: Number(count),
      examples: examples.get(program as string) ?? [],
    }));
  }

  async quarantine(): Promise<readonly QuarantineCount[]> {
    const rows = await this.rows(
      `SELECT q.reason, count(*), arg_min({path: s.path, "offset": q."offset", line: left(q.line, ${charactersShown})}, (s.path, q."offset", q.id), ${examplesOfEach})
        FROM quarantine q JOIN sources s ON s.id = q.source GROUP BY ALL ORDER BY 1`,
    );
    return rows.map(([reason, count, examples]) => ({
      reason: reason as QuarantineReason,
      count: Number(count),
      examples: (examples as { path: string; offset: bigint; line: string }[]).map(({ path, offset, line }) => ({
        path,
        offset: Number(offset),
        text: line,
      })),
    }));
  }

  async quarantined({ reason, ids, limit, after }: Parameters<Reader['quarantined']>[0]): Promise<QuarantinePage> {
    const conditions: string[] = [];
    if (reason !== undefined) conditions.push(`q.reason = ${literal(reason)}`);
    if (ids !== undefined) conditions.push(`q.id IN (${['', ...ids].map(literal).join(',')})`);
    if (after !== undefined) {
      const { path, offset, id } = asidePlaceOf(after);
      conditions.push(`(s.path, q."offset", q.id) > (${literal(path)}, ${offset}, ${literal(id)})`);
    }
    const rows = await this.rows(
      `SELECT q.id, q.reason, q.why, s.key, s.path, q."offset", q.ordinal, q.encoding, q.line, q.zone, q.host, q.anchor
        FROM quarantine q JOIN sources s ON s.id = q.source ${where(conditions)} ORDER BY s.path, q."offset", q.id LIMIT ${limit + 1}`,
    );
    const lines = rows.slice(0, limit).map(([id, of, why, key, path, offset, ordinal, encoding, line, zone, host, anchor]) => ({
      id: id as string,
      reason: of as QuarantineReason,
      why: (why as string | null) ?? undefined,
      source: { key: key as string, path: path as string },
      offset: Number(offset),
      ordinal: Number(ordinal),
      text: { text: line as string, encoding: encoding as KeptText['encoding'] },
      zone: zone as string,
      host: host as string,
      anchor: Number(anchor),
    }));
    const last = lines.at(-1);
    if (rows.length <= limit || last === undefined) return { lines };
    return { lines, next: asideCursorOf({ path: last.source.path, offset: last.offset, id: last.id }) };
  }

  async sources(): Promise<readonly SourceAccount[]> {
    const rows = await this.rows(
      'SELECT path, read, stored, already_there, quarantined, "offset", complete, notes FROM sources ORDER BY path, key',
    );
    return rows.map(([path, read, stored, alreadyThere, quarantined, offset, complete, notes]) => ({
      path: path as string,
      read: Number(read),
      stored: Number(stored),
      alreadyThere: Number(alreadyThere),
      quarantined: Number(quarantined),
      bytes: Number(offset),
      complete: complete as boolean,
      notes: notes as string[],
    }));
  }

  snapshots(query: SnapshotQuery) {
    return this.alone((connection) => snapshotsIn(connection, query));
  }

  queuedIn(id: string) {
    return this.alone((connection) => queuedIn(connection, id));
  }

  retentionLog() {
    return this.alone((connection) => retentionLogIn(connection));
  }

  private stored(connection: DuckDBConnection): StoredMessages {
    return new StoredMessages((sql) => rowsIn(connection, sql), new StoredFacts({ connection }), this.remembered);
  }

  messages(query: MessageQuery): Promise<MessagePage> {
    return this.alone((connection) => this.stored(connection).messages(query));
  }
  attempts(query: AttemptQuery): Promise<AttemptPage> {
    return this.alone((connection) => this.stored(connection).attempts(query));
  }
  tries(question: TriesQuestion): Promise<readonly TryCount[]> {
    return triesIn(this.asked, question);
  }
  rests(question: OverTime): Promise<readonly RestCount[]> {
    return restsIn(this.asked, question);
  }
  messageCounts(question: OverTime): Promise<readonly MessageCount[]> {
    return messageCountsIn((sql) => this.rows(sql), question);
  }
  facts(question: Question): Promise<readonly Fact[]> {
    return this.alone((connection) => this.stored(connection).answer(question));
  }

  async unfolded(): Promise<number> {
    const [row] = await this.rows("SELECT count(*) FROM lines WHERE n >= (SELECT value::BIGINT FROM meta WHERE key = 'folded')");
    return Number(row?.[0]);
  }

  async close(): Promise<void> {
    this.end();
  }
}

/**
 * Which outcomes count as failures: those of attempts, and what failed without one (DNS, local trouble). A status line that
 * only repeats a failed connection is neither (postfix/attempt.ts), nor is a delivery that was put off untried.
 */
const counts = "kind IS NOT NULL AND (attempt OR kind NOT IN ('connect_timeout', 'connection_refused', 'unreachable', 'suspended'))";
