/** The questions of the port, asked of DuckDB. */
import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { EventDocument } from '../../postfix/document.js';
import type { Fact } from '../../postfix/message/fact.js';
import type { Question } from '../../postfix/message/refold.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import type { KeptText } from '../../postfix/text.js';
import { charactersShown, examplesOfEach } from '../examples.js';
import { matcherOf, SearchedEvent } from '../matches.js';
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
import { asideCursorOf, asidePlaceOf, cursorOf, newestFirst, standingOf } from '../order.js';
import { Distribution } from '../percentiles.js';
import type {
  DelaySummary,
  FailureCount,
  HostCoverage,
  OverTime,
  QuarantineCount,
  QuarantinePage,
  QuarantineReason,
  Reader,
  ReasonCount,
  Relay,
  RelaysAnswer,
  Scope,
  SearchPage,
  SearchQuery,
  SourceAccount,
  Totals,
  UnrecognizedProgram,
} from '../port.js';
import { type OutcomeCount, RelayDraft } from '../relay_draft.js';
import type { SnapshotQuery } from '../snapshot_port.js';
import { bucketsOf } from './buckets.js';
import { lineColumns, StoredLine } from './documents.js';
import { literal } from './literal.js';
import { messageCountsIn, restsIn, triesIn } from './message_counts.js';
import { StoredMessages } from './messages.js';
import { pathOf, runsOf } from './places.js';
import { retentionLogIn } from './retention_schema.js';
import { millis, seconds, where, within } from './scope.js';
import { blocksStatement, lineConditions } from './search.js';
import { queuedIn, snapshotsIn } from './snapshots.js';
import { StoredFacts } from './stored_facts.js';
import { linesPerBlock } from './terms.js';

type Row = readonly unknown[];

/** Delays of a group, by their name. */
const parts = ['a', 'b', 'c', 'd', 'delay'] as const;

export class DuckDBReader implements Reader, MessageReader {
  private readonly storedMessages: StoredMessages;

  constructor(
    /** Asked for its connection each time: a writer that stood aside has another one afterwards. */
    protected readonly store: { readonly connection: DuckDBConnection },
    private readonly path: string,
    private readonly end: () => void,
  ) {
    this.storedMessages = new StoredMessages((sql) => this.rows(sql), new StoredFacts(store));
  }

  private async rows(sql: string): Promise<Row[]> {
    return (await this.store.connection.runAndReadAll(sql)).getRowsJS();
  }

  async totals(scope: Scope): Promise<Totals> {
    const bounds = where(within(scope, 'l'));
    const [row] = await this.rows(`SELECT count(*), min(l.time), max(l.time) FROM lines l ${bounds}`);
    const origins = bounds === '' ? 'hours' : `lines l ${bounds}`;
    const hosts = await this.rows(`SELECT DISTINCT host FROM origins WHERE id IN (SELECT origin FROM ${origins}) ORDER BY host`);
    return {
      lines: Number(row?.[0]),
      hosts: hosts.map(([host]) => host as string),
      first: row?.[1] == null ? undefined : millis(row[1]),
      last: row?.[2] == null ? undefined : millis(row[2]),
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

  /** The newest lines that a query asks for, block by block, until there are enough. */
  private async newest(query: SearchQuery, enough: number): Promise<StoredLine[]> {
    const delivery = await this.deliveriesOf(query);
    const blocks = (await this.rows(blocksStatement(query, delivery))).map(([block, , last]) => ({
      block: Number(block),
      last: Number(last),
    }));
    const conditions = lineConditions(query);
    const matches = matcherOf(query);
    const after = query.after === undefined ? undefined : standingOf(query.after);
    const pathOf = await this.paths();
    let found: StoredLine[] = [];
    // Few blocks at first, as the newest often have all that is asked for; then more at a time.
    for (let at = 0, count = 8; at < blocks.length; at += count, count = Math.min(count * 2, 4096)) {
      const some = blocks.slice(at, at + count);
      const worst = found[enough - 1];
      if (worst !== undefined && (some[0] as { last: number }).last < worst.micros) break;
      for (const { from, to } of runsOf(some.map(({ block }) => block))) {
        const range = `n BETWEEN ${from * linesPerBlock} AND ${(to + 1) * linesPerBlock - 1}`;
        const told = delivery === undefined ? [] : [`l.n IN (SELECT d.n FROM deliveries d WHERE d.${range} AND ${delivery})`];
        const rows = await this.rows(`SELECT ${lineColumns} FROM lines l ${where([`l.${range}`, ...told, ...conditions])}`);
        for (const row of rows) {
          const line = new StoredLine(row, pathOf);
          if (matches(new SearchedEvent(line.event, line.line)) && (after === undefined || newestFirst(after, line) < 0)) found.push(line);
        }
      }
      found = found.sort(newestFirst).slice(0, enough);
    }
    return found;
  }

  /** Status and kind are only of lines that `deliveries` has, by number: conditions on those, where one of the two is asked for. */
  private async deliveriesOf({ status, kind, relay }: SearchQuery): Promise<string | undefined> {
    if (status === undefined && kind === undefined) return undefined;
    const ids = async (table: string, ...conditions: string[]) =>
      `IN (${(await this.rows(`SELECT id FROM ${table} ${where(conditions)}`)).map(([id]) => Number(id)).join(',') || '-1'})`;
    const outcome: string[] = [];
    if (status !== undefined) outcome.push(`status = ${literal(status.toLowerCase())}`);
    if (kind !== undefined) outcome.push(`kind = ${literal(kind)}`);
    const condition = `d.outcome ${await ids('outcomes', ...outcome)}`;
    if (relay === undefined) return condition;
    const name = literal(relay.toLowerCase());
    const named = `(lower(host) = ${name} OR lower(ip) = ${name} OR starts_with(lower(host), ${name} || '.'))`;
    return `${condition} AND d.relay ${await ids('relays', named)}`;
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
    const bucket = await this.buckets(question);
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

  async relays(question: Scope & { readonly limit?: number }): Promise<RelaysAnswer> {
    const bounds = within(question, 'd');
    await this.store.connection.run(
      `CREATE OR REPLACE TEMP TABLE grouped AS SELECT d.relay, d.outcome, count(*) AS count, min(d.time) AS first, max(d.time) AS last
        FROM deliveries d ${where(bounds)} GROUP BY ALL`,
    );
    await this.store.connection.run(
      `CREATE OR REPLACE TEMP TABLE ranked AS SELECT g.relay, r.host, r.ip, r.port, coalesce(sum(g.count) FILTER (u.attempt), 0) AS attempts,
          coalesce(sum(g.count) FILTER (u.attempt AND u.kind IS NOT NULL), 0) AS failed
        FROM grouped g JOIN outcomes u ON u.id = g.outcome JOIN relays r ON r.id = g.relay GROUP BY ALL`,
    );
    const top = (order: string) => (question.limit === undefined ? '' : `ORDER BY ${order}, host, ip, port LIMIT ${question.limit}`);
    // Host and address are the relay: some lines name its port and some do not.
    await this.store.connection.run(
      `CREATE OR REPLACE TEMP TABLE chosen AS SELECT DISTINCT same.id AS relay FROM (
          (SELECT relay FROM ranked ${top('failed DESC')}) UNION (SELECT relay FROM ranked ${top('attempts DESC')})
        ) t JOIN relays r ON r.id = t.relay JOIN relays same ON same.host = r.host AND same.ip IS NOT DISTINCT FROM r.ip`,
    );
    const rows = await this.rows(
      `SELECT g.relay, r.host, r.ip, r.port, u.status, u.kind, u.phase, u.attempt, sum(g.count), min(g.first), max(g.last)
        FROM grouped g JOIN chosen USING (relay) JOIN relays r ON r.id = g.relay JOIN outcomes u ON u.id = g.outcome GROUP BY ALL
        ORDER BY r.host, r.ip, r.port, u.kind, u.phase, u.status`,
    );
    const relays = new Map<number, RelayDraft>();
    for (const [id, host, ip, port, ...outcome] of rows) {
      let draft = relays.get(Number(id));
      if (draft === undefined) {
        draft = new RelayDraft(relayOf(host, ip, port));
        relays.set(Number(id), draft);
      }
      draft.add(outcomeOf(outcome));
    }
    for (const part of ['c', 'd'] as const) {
      // Counting values first makes this several times faster than sorting them, and as exact (percentiles.ts).
      const measured = await this.rows(
        `WITH counted AS (SELECT d.relay, d.${part} AS value, count(*) AS count FROM deliveries d JOIN chosen USING (relay)
            ${where([`d.${part} IS NOT NULL`, ...bounds])} GROUP BY ALL),
          ranked AS (SELECT *, sum(count) OVER (PARTITION BY relay ORDER BY value) AS upto, sum(count) OVER (PARTITION BY relay) AS total FROM counted)
        SELECT relay, min(value) FILTER (upto >= 0.5 * total), min(value) FILTER (upto >= 0.9 * total), min(value) FILTER (upto >= 0.99 * total),
          max(value) FROM ranked GROUP BY relay`,
      );
      for (const [relay, p50, p90, p99, max] of measured) {
        const draft = relays.get(Number(relay));
        if (draft !== undefined) draft[part] = { p50: seconds(p50), p90: seconds(p90), p99: seconds(p99), max: seconds(max) };
      }
    }
    const others = new RelayDraft({ host: '', ip: undefined, port: undefined });
    const rest = await this.rows(
      `SELECT u.status, u.kind, u.phase, u.attempt, sum(g.count), min(g.first), max(g.last) FROM grouped g JOIN outcomes u ON u.id = g.outcome
        WHERE g.relay NOT IN (SELECT relay FROM chosen) GROUP BY ALL ORDER BY u.kind, u.phase, u.status`,
    );
    for (const outcome of rest) others.add(outcomeOf(outcome));
    const [left] = await this.rows('SELECT count(DISTINCT (host, ip)) FROM ranked WHERE relay NOT IN (SELECT relay FROM chosen)');
    const { attempts, sent, deferred, bounced, failures } = others.summary();
    return {
      relays: [...relays.values()].map((draft) => draft.summary()),
      others: { relays: Number(left?.[0]), attempts, sent, deferred, bounced, failures },
    };
  }

  async delays(question: OverTime): Promise<readonly DelaySummary[]> {
    const conditions = ['d.a IS NOT NULL', ...within(question, 'd')];
    const bucket = await this.buckets(question);
    const groups = new Map<number, { deliveries: number } & Record<(typeof parts)[number], Distribution>>();
    for (const part of parts) {
      const rows = await this.rows(
        `SELECT ${bucket.sql('d.time')} AS bucket, d.${part}, count(*) FROM deliveries d ${where([`d.${part} IS NOT NULL`, ...conditions])} GROUP BY ALL`,
      );
      for (const [start, value, count] of rows) {
        const at = bucket.instant(start);
        let group = groups.get(at);
        if (group === undefined) {
          const empty = () => new Distribution();
          group = { deliveries: 0, a: empty(), b: empty(), c: empty(), d: empty(), delay: empty() };
          groups.set(at, group);
        }
        group[part].add(seconds(value), Number(count));
        if (part === 'a') group.deliveries += Number(count);
      }
    }
    return [...groups]
      .sort(([x], [y]) => x - y)
      .map(([start, { deliveries, a, b, c, d, delay }]) => ({
        bucket: start,
        deliveries,
        a: a.percentiles(),
        b: b.percentiles(),
        c: c.percentiles(),
        d: d.percentiles(),
        delay: delay.percentiles(),
      }));
  }

  async coverage(scope: Scope): Promise<readonly HostCoverage[]> {
    const hosts = await this.rows(
      `SELECT o.host, count(*), min(l.time), max(l.time) FROM lines l JOIN origins o ON o.id = l.origin ${where(within(scope, 'l'))}
        GROUP BY ALL ORDER BY o.host`,
    );
    const covered: HostCoverage[] = [];
    for (const [host, lines, first, last] of hosts) {
      const between = `hour BETWEEN ${Number(first)} // 3600000000 AND ${Number(last)} // 3600000000`;
      const own = `h.origin IN (SELECT id FROM origins WHERE host = ${literal(host as string)})`;
      const hours = await this.rows(`SELECT DISTINCT hour FROM hours h WHERE ${own} AND ${between} ORDER BY hour`);
      const gaps: { since: number; until: number }[] = [];
      for (let i = 1; i < hours.length; i++) {
        const before = Number(hours[i - 1]?.[0]);
        const after = Number(hours[i]?.[0]);
        if (after - before > 1) gaps.push({ since: (before + 1) * 3_600_000, until: after * 3_600_000 });
      }
      covered.push({ host: host as string, lines: Number(lines), first: millis(first), last: millis(last), gaps });
    }
    return covered;
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
    return snapshotsIn(this.store.connection, query);
  }

  queuedIn(id: string) {
    return queuedIn(this.store.connection, id);
  }

  retentionLog() {
    return retentionLogIn(this.store.connection);
  }

  messages(query: MessageQuery): Promise<MessagePage> {
    return this.storedMessages.messages(query);
  }
  attempts(query: AttemptQuery): Promise<AttemptPage> {
    return this.storedMessages.attempts(query);
  }
  tries(question: TriesQuestion): Promise<readonly TryCount[]> {
    return triesIn((sql) => this.rows(sql), question);
  }
  rests(question: OverTime): Promise<readonly RestCount[]> {
    return restsIn((sql) => this.rows(sql), question);
  }
  messageCounts(question: OverTime): Promise<readonly MessageCount[]> {
    return messageCountsIn((sql) => this.rows(sql), question);
  }
  facts(question: Question): Promise<readonly Fact[]> {
    return this.storedMessages.answer(question);
  }

  async unfolded(): Promise<number> {
    const [row] = await this.rows("SELECT count(*) FROM lines WHERE n >= (SELECT value::BIGINT FROM meta WHERE key = 'folded')");
    return Number(row?.[0]);
  }

  async close(): Promise<void> {
    this.end();
  }

  private async buckets(question: OverTime) {
    const [row] = await this.rows('SELECT min(time), max(time) FROM deliveries');
    // What was asked for may begin in the year 1; buckets are of what there is.
    const first = Math.max(question.since ?? 0, row?.[0] == null ? 0 : millis(row[0]));
    const last = Math.max(first, Math.min(question.until ?? Number.POSITIVE_INFINITY, row?.[1] == null ? first : millis(row[1])));
    return bucketsOf(question.by, question.zone, first, last);
  }
}

/**
 * Which outcomes count as failures: those of attempts, and what failed without one (DNS, local trouble). A status line that
 * only repeats a failed connection is neither (postfix/attempt.ts), nor is a delivery that was put off untried.
 */
const counts = "kind IS NOT NULL AND (attempt OR kind NOT IN ('connect_timeout', 'connection_refused', 'unreachable', 'suspended'))";

const relayOf = (host: unknown, ip: unknown, port: unknown): Relay => ({
  host: host as string,
  ip: (ip as string | null) ?? undefined,
  port: port === null ? undefined : Number(port),
});

/** @param row status, kind, phase, attempt, count, first and last time of one outcome */
const outcomeOf = ([status, kind, phase, attempt, count, first, last]: Row): OutcomeCount => ({
  status: (status as string | null) ?? undefined,
  kind: (kind as Kind | null) ?? undefined,
  phase: (phase as Phase | null) ?? undefined,
  attempt: attempt === true,
  count: Number(count),
  first: millis(first),
  last: millis(last),
});
