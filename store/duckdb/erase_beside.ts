/** What names somebody beside the lines: snapshots, the quarantine, reasons of holds, and what was odd about files. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Eraser } from '../../postfix/privacy/erasure.js';
import type { QueuedMessage } from '../../postfix/snapshot/queue.js';
import { type SnapshotContents, type SnapshotKind, snapshotOf } from '../../postfix/snapshot/snapshot.js';
import { partsOf } from '../snapshot_port.js';
import { rowsIn } from './columns.js';
import { mayName } from './erase_lines.js';
import { literal } from './literal.js';
import { queuedIn } from './snapshots.js';

/** In a snapshot a pseudonym stands in any case: it is what a machine had as a whole. @returns how many name them */
export async function eraseSnapshots(connection: DuckDBConnection, eraser: Eraser, write: boolean): Promise<number> {
  const named = await rowsIn(
    connection,
    `SELECT id, host, time, kind, content FROM snapshots WHERE ${mayName('content', eraser)}
      OR id IN (SELECT snapshot FROM snapshot_parts WHERE ${mayName('messages', eraser)})`,
  );
  let found = 0;
  for (const [id, host, time, kind, content] of named as [string, string, bigint, SnapshotKind, string][]) {
    const parts = await rowsIn(connection, `SELECT count(*) FROM snapshot_parts WHERE snapshot = ${literal(id)}`);
    const before = JSON.parse(content) as SnapshotContents[SnapshotKind];
    const queued: readonly QueuedMessage[] | undefined = Number(parts[0]?.[0]) === 0 ? undefined : await queuedIn(connection, id);
    const after = eraser.eraseIn(before);
    const waiting = eraser.eraseIn(queued);
    if (after === before && waiting === queued) continue;
    found++;
    if (!write) continue;
    const snapshot = snapshotOf(kind, { host, time: Number(time) / 1000 }, after, waiting ?? (kind === 'queue' ? [] : undefined));
    await connection.run(`DELETE FROM snapshot_parts WHERE snapshot = ${literal(id)}`);
    await connection.run(
      `UPDATE snapshots SET id = ${literal(snapshot.id)}, content = ${literal(JSON.stringify(after))} WHERE id = ${literal(id)}`,
    );
    for (const [part, text] of partsOf(waiting ?? []).entries()) {
      await connection.run(`INSERT INTO snapshot_parts VALUES (${literal(snapshot.id)}, ${part}, ${literal(text)})`);
    }
  }
  return found;
}

/** @returns how many lines in quarantine name them */
export async function eraseAsides(
  connection: DuckDBConnection,
  eraser: Eraser,
  { write, remove }: { readonly write: boolean; readonly remove: boolean },
): Promise<number> {
  const where = `WHERE ${mayName('line', eraser)} OR ${mayName("coalesce(why, '')", eraser)}`;
  let found = 0;
  for (const [id, line, why] of (await rowsIn(connection, `SELECT id, line, why FROM quarantine ${where}`)) as [
    string,
    string,
    string | null,
  ][]) {
    const after = { line: eraser.erase(line), why: why === null ? null : eraser.erase(why) };
    if (after.line === line && after.why === why) continue;
    found++;
    if (!write) continue;
    await connection.run(
      remove
        ? `DELETE FROM quarantine WHERE id = ${literal(id)}`
        : `UPDATE quarantine SET line = ${literal(after.line)}, why = ${after.why === null ? 'NULL' : literal(after.why)} WHERE id = ${literal(id)}`,
    );
  }
  return found;
}

/** @returns how many entries of the record name them */
export async function eraseHolds(connection: DuckDBConnection, eraser: Eraser, write: boolean): Promise<number> {
  let found = 0;
  for (const [id, content] of (await rowsIn(connection, `SELECT id, content FROM retention WHERE ${mayName('content', eraser)}`)) as [
    string,
    string,
  ][]) {
    const before: unknown = JSON.parse(content);
    const after = eraser.eraseIn(before);
    if (after === before) continue;
    found++;
    if (write) await connection.run(`UPDATE retention SET content = ${literal(JSON.stringify(after))} WHERE id = ${literal(id)}`);
  }
  return found;
}

export async function eraseNotes(connection: DuckDBConnection, eraser: Eraser): Promise<void> {
  for (const [id, notes] of (await rowsIn(connection, 'SELECT id, notes FROM sources WHERE len(notes) > 0')) as [number, string[]][]) {
    const after = eraser.eraseIn(notes);
    if (after !== notes) await connection.run(`UPDATE sources SET notes = [${after.map(literal).join(',')}] WHERE id = ${id}`);
  }
}
