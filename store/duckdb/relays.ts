/** What each relay did. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Kind, Phase } from '../../postfix/reason.js';
import type { Relay, RelaysAnswer, Scope } from '../port.js';
import { type OutcomeCount, RelayDraft } from '../relay_draft.js';
import { rowsIn } from './columns.js';
import { millis, seconds, where, within } from './scope.js';
import { summed } from './sums.js';
import { months } from './whole.js';

/** @param connection for this question alone, as it makes temporary tables */
export async function relaysIn(connection: DuckDBConnection, question: Scope & { readonly limit?: number }): Promise<RelaysAnswer> {
  const ofMonths = (sums: (whole: readonly string[]) => string, counted: (conditions: readonly string[]) => string) =>
    summed(
      (sql) => rowsIn(connection, sql),
      question,
      months,
      (whole) => sums(whole('month')),
      (scope) => counted(within(scope, 'd')),
    );
  const outcomes = await ofMonths(
    (whole) => `SELECT relay, outcome, count, first, last FROM outcome_sums ${where(whole)}`,
    (own) =>
      `SELECT d.relay, d.outcome, count(*) AS count, min(d.time) AS first, max(d.time) AS last FROM deliveries d ${where(own)} GROUP BY ALL`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE grouped AS SELECT relay, outcome, sum(count)::BIGINT AS count, min(first) AS first, max(last) AS last
      FROM (${outcomes}) GROUP BY ALL`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ranked AS SELECT g.relay, r.host, r.ip, r.port, coalesce(sum(g.count) FILTER (u.attempt), 0) AS attempts,
        coalesce(sum(g.count) FILTER (u.attempt AND u.kind IS NOT NULL), 0) AS failed
      FROM grouped g JOIN outcomes u ON u.id = g.outcome JOIN relays r ON r.id = g.relay GROUP BY ALL`,
  );
  const top = (order: string) => (question.limit === undefined ? '' : `ORDER BY ${order}, host, ip, port LIMIT ${question.limit}`);
  // Host and address are the relay: some lines name its port and some do not.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE chosen AS SELECT DISTINCT same.id AS relay FROM (
        (SELECT relay FROM ranked ${top('failed DESC')}) UNION (SELECT relay FROM ranked ${top('attempts DESC')})
      ) t JOIN relays r ON r.id = t.relay JOIN relays same ON same.host = r.host AND same.ip IS NOT DISTINCT FROM r.ip`,
  );
  const rows = await rowsIn(
    connection,
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
    const isChosen = 'relay IN (SELECT relay FROM chosen)';
    const values = await ofMonths(
      (whole) => `SELECT relay, value, count FROM relay_delays ${where([`part = '${part}'`, isChosen, ...whole])}`,
      (own) =>
        `SELECT d.relay, d.${part} AS value, count(*) AS count FROM deliveries d ${where([`d.${part} IS NOT NULL`, `d.${isChosen}`, ...own])} GROUP BY ALL`,
    );
    const measured = await rowsIn(
      connection,
      `WITH counted AS (SELECT relay, value, sum(count)::BIGINT AS count FROM (${values}) GROUP BY ALL),
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
  const rest = await rowsIn(
    connection,
    `SELECT u.status, u.kind, u.phase, u.attempt, sum(g.count), min(g.first), max(g.last) FROM grouped g JOIN outcomes u ON u.id = g.outcome
      WHERE g.relay NOT IN (SELECT relay FROM chosen) GROUP BY ALL ORDER BY u.kind, u.phase, u.status`,
  );
  for (const outcome of rest) others.add(outcomeOf(outcome));
  const [left] = await rowsIn(connection, 'SELECT count(DISTINCT (host, ip)) FROM ranked WHERE relay NOT IN (SELECT relay FROM chosen)');
  const { attempts, sent, deferred, bounced, failures } = others.summary();
  return {
    relays: [...relays.values()].map((draft) => draft.summary()),
    others: { relays: Number(left?.[0]), attempts, sent, deferred, bounced, failures },
  };
}

export const relayOf = (host: unknown, ip: unknown, port: unknown): Relay => ({
  host: host as string,
  ip: (ip as string | null) ?? undefined,
  port: port === null ? undefined : Number(port),
});

/** @param row status, kind, phase, attempt, count, first and last time of one outcome */
const outcomeOf = ([status, kind, phase, attempt, count, first, last]: readonly unknown[]): OutcomeCount => ({
  status: (status as string | null) ?? undefined,
  kind: (kind as Kind | null) ?? undefined,
  phase: (phase as Phase | null) ?? undefined,
  attempt: attempt === true,
  count: Number(count),
  first: millis(first),
  last: millis(last),
});
