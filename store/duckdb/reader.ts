/** The questions of the port, asked of DuckDB. */
import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { EventDocument } from '../../postfix/document.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import type {
  DelaySummary,
  FailureCount,
  HostCoverage,
  OverTime,
  QuarantineCount,
  QuarantineReason,
  Reader,
  Relay,
  RelaySummary,
  Scope,
  SearchPage,
  SearchQuery,
  SourceAccount,
  Totals,
  UnrecognizedProgram,
} from '../port.js';
import { bucketsOf } from './buckets.js';
import { documentOf, lineColumns } from './documents.js';
import { Distribution, decimal } from './percentiles.js';
import { print } from './print.js';
import { millis, where, within, wordId } from './scope.js';
import { searchStatement, valueIs } from './search.js';

type Row = readonly unknown[];

export class DuckDBReader implements Reader {
  constructor(
    protected readonly connection: DuckDBConnection,
    private readonly path: string,
    private readonly end: () => void,
  ) {}

  private async rows(sql: string): Promise<Row[]> {
    return (await this.connection.runAndReadAll(sql)).getRowsJS();
  }

  async totals(scope: Scope): Promise<Totals> {
    const bounds = within(scope, 'l');
    const [row] = await this.rows(`SELECT count(*), min(l.time), max(l.time) FROM lines l ${where(bounds)}`);
    const hosts = await this.rows(
      `SELECT word FROM words WHERE id IN (SELECT DISTINCT host FROM ${bounds.length === 0 ? 'hours' : `lines l ${where(bounds)}`}) ORDER BY word`,
    );
    return {
      lines: Number(row?.[0]),
      hosts: hosts.map(([word]) => word as string),
      first: row?.[1] == null ? undefined : millis(row[1]),
      last: row?.[2] == null ? undefined : millis(row[2]),
      bytes: statSync(this.path).size,
    };
  }

  async search(query: SearchQuery): Promise<SearchPage> {
    const rows = await this.rows(searchStatement(query));
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const events = page.map(documentOf);
    return rows.length > query.limit && last !== undefined ? { events, next: `${String(last[1])}.${String(last[0])}` } : { events };
  }

  async trace(queueId: string, scope: Scope): Promise<readonly EventDocument[]> {
    const runs = await this.rows(`SELECT first, last FROM queue_ids WHERE queue_id = ${print(queueId)} ORDER BY first`);
    const found: Row[] = [];
    // One statement a run: DuckDB skips row groups for a range, and not for a list of ranges.
    for (const [first, last] of runs) {
      const conditions = [`l.n BETWEEN ${first} AND ${last}`, `l.queue_id = ${print(queueId)}`, ...within(scope, 'l')];
      found.push(...(await this.rows(`SELECT ${lineColumns} FROM lines l ${where(conditions)}`)));
    }
    return found
      .sort((a, b) => Number(a[1]) - Number(b[1]) || Number(a[0]) - Number(b[0]))
      .map(documentOf)
      .filter((document) => document.email?.local_id === queueId);
  }

  async queueIdsOf(messageId: string, scope: Scope): Promise<readonly string[]> {
    const bare = messageId.replace(/^<(.*)>$/, '$1');
    const conditions = [valueIs('message_id', bare), 'l.queue_id IS NOT NULL', ...within(scope, 'l')];
    const rows = await this.rows(`SELECT ${lineColumns} FROM lines l ${where(conditions)} ORDER BY l.time, l.n`);
    return [...new Set(rows.map((row) => documentOf(row).email?.local_id).filter((id) => id !== undefined))];
  }

  async failures(question: OverTime & { readonly kinds?: readonly Kind[] }): Promise<readonly FailureCount[]> {
    const bounds = within(question, 'd');
    const conditions = ['d.kind IS NOT NULL', 'd.attempt', ...bounds];
    if (question.kinds !== undefined) conditions.push(`d.kind IN (${question.kinds.map(wordId).join(',') || '-1'})`);
    const bucket = await this.buckets(question);
    const rows = await this.rows(
      `SELECT g.bucket, r.host, r.ip, r.port, k.word, g.count FROM (
        SELECT ${bucket.sql('d.time')} AS bucket, d.relay, d.kind, count(*) AS count FROM deliveries d ${where(conditions)} GROUP BY ALL
      ) g JOIN relays r ON r.id = g.relay JOIN words k ON k.id = g.kind ORDER BY g.bucket, r.host, r.ip, r.port, k.word`,
    );
    return rows.map(([start, host, ip, port, kind, count]) => ({
      bucket: bucket.instant(start),
      relay: relayOfRow(host, ip, port),
      kind: kind as Kind,
      count: Number(count),
    }));
  }

  async relays(scope: Scope): Promise<readonly RelaySummary[]> {
    const bounds = within(scope, 'd');
    const rows = await this.rows(
      `SELECT r.id, r.host, r.ip, r.port, s.word, k.word, p.word, g.attempt, g.count, g.first, g.last FROM (
        SELECT d.relay, d.status, d.kind, d.phase, d.attempt, count(*) AS count, min(d.time) AS first, max(d.time) AS last
        FROM deliveries d ${where(['d.relay IS NOT NULL', ...bounds])} GROUP BY ALL
      ) g JOIN relays r ON r.id = g.relay LEFT JOIN words s ON s.id = g.status LEFT JOIN words k ON k.id = g.kind LEFT JOIN words p ON p.id = g.phase
      ORDER BY r.host, r.ip, r.port, k.word, p.word, s.word`,
    );
    const relays = new Map<number, Draft>();
    for (const [id, host, ip, port, status, kind, phase, attempt, count, first, last] of rows) {
      let draft = relays.get(Number(id));
      if (draft === undefined) {
        draft = {
          relay: relayOfRow(host, ip, port),
          attempts: 0,
          sent: 0,
          deferred: 0,
          bounced: 0,
          failures: new Map(),
          c: new Distribution(),
          d: new Distribution(),
        };
        relays.set(Number(id), draft);
      }
      const n = Number(count);
      if (status === 'sent') draft.sent += n;
      else if (status === 'deferred') draft.deferred += n;
      else if (status === 'bounced' || status === 'expired') draft.bounced += n;
      if (!attempt) continue;
      draft.attempts += n;
      if (kind === null) continue;
      const key = `${kind}\t${phase ?? ''}`;
      draft.failures.set(key, (draft.failures.get(key) ?? 0) + n);
      draft.firstFailure = Math.min(draft.firstFailure ?? Number.POSITIVE_INFINITY, millis(first));
      draft.lastFailure = Math.max(draft.lastFailure ?? Number.NEGATIVE_INFINITY, millis(last));
    }
    const named = ['d.status IS NOT NULL', 'd.relay IS NOT NULL', ...bounds];
    for (const part of ['c', 'd'] as const) {
      const counted = await this.rows(
        `SELECT d.relay, d.${part}, count(*) FROM deliveries d ${where([`d.${part} IS NOT NULL`, ...named])} GROUP BY ALL`,
      );
      for (const [relay, value, count] of counted) relays.get(Number(relay))?.[part].add(decimal(value as number), Number(count));
    }
    return [...relays.values()].map(({ failures, c, d, firstFailure, lastFailure, ...draft }) => ({
      ...draft,
      failures: [...failures].map(([key, count]) => {
        const [kind, phase] = key.split('\t');
        return { kind: kind as Kind, phase: phase === '' ? undefined : (phase as Phase), count };
      }),
      c: c.percentiles(),
      d: d.percentiles(),
      firstFailure,
      lastFailure,
    }));
  }

  async delays(question: OverTime): Promise<readonly DelaySummary[]> {
    const conditions = ['d.a IS NOT NULL', ...within(question, 'd')];
    const bucket = await this.buckets(question);
    const days = new Map<number, { deliveries: number } & Record<'a' | 'b' | 'c' | 'd' | 'delay', Distribution>>();
    for (const part of ['a', 'b', 'c', 'd', 'delay'] as const) {
      const rows = await this.rows(
        `SELECT ${bucket.sql('d.time')} AS bucket, d.${part}, count(*) FROM deliveries d ${where(conditions)} GROUP BY ALL`,
      );
      for (const [start, value, count] of rows) {
        const at = bucket.instant(start);
        let day = days.get(at);
        if (day === undefined) {
          day = {
            deliveries: 0,
            a: new Distribution(),
            b: new Distribution(),
            c: new Distribution(),
            d: new Distribution(),
            delay: new Distribution(),
          };
          days.set(at, day);
        }
        day[part].add(decimal(value as number), Number(count));
        if (part === 'a') day.deliveries += Number(count);
      }
    }
    return [...days]
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
      `SELECT l.host, w.word, count(*), min(l.time), max(l.time) FROM lines l JOIN words w ON w.id = l.host ${where(within(scope, 'l'))}
        GROUP BY ALL ORDER BY w.word`,
    );
    const covered = [];
    for (const [id, host, lines, first, last] of hosts) {
      const hours = await this.rows(
        `SELECT DISTINCT hour FROM hours WHERE host = ${id} AND hour BETWEEN ${Number(first)} // 3600000000 AND ${Number(last)} // 3600000000 ORDER BY hour`,
      );
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
    const conditions = [`l.action = ${wordId('unrecognized')}`, ...within(scope, 'l')];
    const rows = await this.rows(
      `SELECT p.word, count(*), arg_min(l.line, l.n, 3) FROM lines l JOIN words p ON p.id = l.program ${where(conditions)} GROUP BY ALL ORDER BY 2 DESC, 1`,
    );
    return rows.map(([program, count, examples]) => ({ program: program as string, count: Number(count), examples: examples as string[] }));
  }

  async quarantine(): Promise<readonly QuarantineCount[]> {
    const rows = await this.rows(
      `SELECT q.reason, count(*), arg_min({path: s.path, "offset": q."offset", line: left(q.line, 200)}, (q.source, q."offset"), 3)
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

  async sources(): Promise<readonly SourceAccount[]> {
    const rows = await this.rows(
      'SELECT path, read, stored, already_there, quarantined, "offset", complete, notes FROM sources ORDER BY path, id',
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

  async close(): Promise<void> {
    this.end();
  }

  private async buckets(question: OverTime) {
    const [row] = await this.rows('SELECT min(time), max(time) FROM deliveries');
    const first = question.since ?? (row?.[0] == null ? 0 : millis(row[0]));
    const last = question.until ?? (row?.[1] == null ? first : millis(row[1]));
    return bucketsOf(question.by, question.zone, first, last);
  }
}

interface Draft {
  relay: Relay;
  attempts: number;
  sent: number;
  deferred: number;
  bounced: number;
  failures: Map<string, number>;
  c: Distribution;
  d: Distribution;
  firstFailure?: number;
  lastFailure?: number;
}

const relayOfRow = (host: unknown, ip: unknown, port: unknown): Relay => ({
  host: host as string,
  ip: (ip as string | null) ?? undefined,
  port: port === null ? undefined : Number(port),
});
