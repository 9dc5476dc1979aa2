/** Snapshots in the embedded store: a row each, and the messages of a queue in parts. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { QueuedMessage } from '../../postfix/snapshot/queue.js';
import type { NewSnapshot, Snapshot } from '../../postfix/snapshot/snapshot.js';
import { partsOf, type SnapshotQuery, type SnapshotReceipt } from '../snapshot_port.js';
import { literal } from './literal.js';
import { micros, where } from './scope.js';

/** `content` and `messages` are JSON; times are microseconds since the epoch, as in every table. */
export const createSnapshotTables: readonly string[] = [
  'CREATE TABLE snapshots (id VARCHAR, host VARCHAR, time BIGINT, kind VARCHAR, content VARCHAR)',
  'CREATE TABLE snapshot_parts (snapshot VARCHAR, part INTEGER, messages VARCHAR)',
];

/** @throws Error of DuckDB */
export async function snapshotsIn(connection: DuckDBConnection, query: SnapshotQuery): Promise<readonly Snapshot[]> {
  const { kinds, host, since, until, latestBefore, limit } = query;
  const conditions: string[] = [];
  if (kinds !== undefined) conditions.push(`kind IN (${['', ...kinds].map(literal).join(', ')})`);
  if (host !== undefined) conditions.push(`lower(host) = ${literal(host.toLowerCase())}`);
  if (since !== undefined) conditions.push(`time >= ${micros(since)}`);
  if (until !== undefined) conditions.push(`time < ${micros(until)}`);
  if (latestBefore !== undefined) conditions.push(`time <= ${micros(latestBefore)}`);
  const latest = latestBefore === undefined ? '' : 'QUALIFY row_number() OVER (PARTITION BY host, kind ORDER BY time DESC, id) = 1';
  const rows = await connection.runAndReadAll(
    `SELECT id, host, time, kind, content FROM snapshots ${where(conditions)} ${latest} ORDER BY time DESC, host, kind, id LIMIT ${limit}`,
  );
  return rows.getRowsJS().map(([id, of, time, kind, content]) => {
    return { id, host: of, time: Number(time) / 1000, kind, content: JSON.parse(content as string) } as Snapshot;
  });
}

/** @throws Error of DuckDB */
export async function queuedIn(connection: DuckDBConnection, id: string): Promise<readonly QueuedMessage[]> {
  const parts = await connection.runAndReadAll(`SELECT messages FROM snapshot_parts WHERE snapshot = ${literal(id)} ORDER BY part`);
  return parts.getRowsJS().flatMap(([messages]) => JSON.parse(messages as string) as QueuedMessage[]);
}

/** All of them, or none. @throws Error of DuckDB */
export async function addSnapshots(connection: DuckDBConnection, snapshots: readonly NewSnapshot[]): Promise<SnapshotReceipt> {
  const named = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  const there = await connection.runAndReadAll(`SELECT id FROM snapshots WHERE id IN (${['', ...named.keys()].map(literal).join(', ')})`);
  for (const [id] of there.getRowsJS()) named.delete(id as string);
  await connection.run('BEGIN');
  try {
    for (const { id, host, time, kind, content, messages } of named.values()) {
      const values = [literal(id), literal(host), micros(time), literal(kind), literal(JSON.stringify(content))];
      await connection.run(`INSERT INTO snapshots VALUES (${values.join(', ')})`);
      for (const [part, text] of partsOf(messages ?? []).entries()) {
        await connection.run(`INSERT INTO snapshot_parts VALUES (${literal(id)}, ${part}, ${literal(text)})`);
      }
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
  return { stored: named.size, alreadyThere: snapshots.length - named.size };
}
