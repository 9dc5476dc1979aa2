/**
 * One person's data taken out of an embedded store. All that names them is changed in one transaction, with what is written down of it and
 * the queue IDs whose messages have to be folded again; then these are, and then the file is written anew (anew.ts), as the
 * pages of the old one still have the bytes. The record says that it is done in the new file only: where it does not, the rest is made up for.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Eraser } from '../../postfix/privacy/erasure.js';
import { type EraseOptions, type EraseWriter, type Naming, noneNaming } from '../erase_port.js';
import { diskFull, isDiskFull } from '../errors.js';
import { type Counts, type Erasure, keptKinds, newEntryId } from '../retention_port.js';
import { writeAnew } from './anew.js';
import { type OpenOptions, type OpenStore, openFile } from './connect.js';
import { eraseAsides, eraseHolds, eraseNotes, eraseSnapshots } from './erase_beside.js';
import { rewriteLines } from './erase_lines.js';
import { messagesOf, type Named, removal, rewriting } from './erase_messages.js';
import { foldAll } from './fold_all.js';
import { literal } from './literal.js';
import { retentionLogIn } from './retention_schema.js';

const memoryLimit = '512MB';

/** @throws StoreError */
export async function openDuckDBErase(options: OpenOptions, erase: EraseOptions): Promise<EraseWriter> {
  if (options.mode === 'write') await foldAll(options);
  return new EmbeddedErase(options, erase, await opened(options));
}

async function opened(options: OpenOptions): Promise<OpenStore> {
  const store = await openFile(options);
  await store.connection.run(`SET memory_limit = '${memoryLimit}'; SET threads = 2`);
  return store;
}

class EmbeddedErase implements EraseWriter {
  private readonly eraser: Eraser;

  constructor(
    private readonly options: OpenOptions,
    private readonly erasing: EraseOptions,
    private store: OpenStore | undefined,
  ) {
    this.eraser = erasing.eraser;
  }

  async naming(): Promise<Naming> {
    const lines = await rewriteLines(this.opened, this.eraser);
    return this.namingOf(lines, await messagesOf(this.connection, this.erasing.remove));
  }

  async erase(by: { readonly time: number; readonly who: string }, onStep: (what: string) => void): Promise<Erasure> {
    const { connection, eraser } = this;
    const { remove } = this.erasing;
    onStep('Erasing …');
    const lines = await rewriteLines(this.opened, eraser);
    const named = await messagesOf(connection, remove);
    const begun: Erasure = {
      ...{ what: 'erasure', id: newEntryId(), ...by, of: eraser.pseudonym, how: remove ? 'removed' : 'replaced' },
      ...{ found: await this.namingOf(lines, named), before: await countsIn(connection) },
    };
    await connection.run('BEGIN');
    try {
      await (remove ? removal(connection, named) : rewriting(connection));
      await eraseSnapshots(connection, eraser, true);
      await eraseAsides(connection, eraser, { write: true, remove });
      await eraseHolds(connection, eraser, true);
      await eraseNotes(connection, eraser);
      const values = [literal(begun.id), Math.round(begun.time * 1000), literal(JSON.stringify(begun))];
      await connection.run(`INSERT INTO retention VALUES (${values.join(', ')})`);
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => {});
      if (isDiskFull(error)) throw diskFull(error);
      throw error;
    }
    await this.complete(onStep);
    const done = (await retentionLogIn(this.connection)).find(({ id }) => id === begun.id);
    return done as Erasure;
  }

  async finish(onStep: (what: string) => void): Promise<void> {
    const log = await retentionLogIn(this.connection);
    if (log.some((entry) => entry.what === 'erasure' && entry.after === undefined)) await this.complete(onStep);
  }

  async traces(): Promise<readonly string[]> {
    const found: string[] = [];
    const sources = await this.connection.runAndReadAll('SELECT path, key FROM sources');
    for (const [path, key] of sources.getRowsJS()) {
      if (this.eraser.names(path as string) || this.eraser.names(key as string)) {
        found.push('the name of a file that lines came from has it, by which that file is known again');
        break;
      }
    }
    const { address, domain } = this.eraser.whom;
    if (hasBytes(this.options.path, (address ?? `@${domain}`).toLowerCase())) found.push(`the bytes of ${this.options.path} have it`);
    return found;
  }

  async close(): Promise<void> {
    const { store } = this;
    this.store = undefined;
    store?.connection.closeSync();
    store?.instance.closeSync();
  }

  private get opened(): OpenStore {
    if (this.store === undefined) throw new Error('the store is closed');
    return this.store;
  }

  private get connection(): DuckDBConnection {
    return this.opened.connection;
  }

  private async complete(onStep: (what: string) => void): Promise<void> {
    await this.close();
    onStep('Putting messages together …');
    await foldAll(this.options);
    onStep('Writing the file anew …');
    await writeAnew(this.options.path, async (connection) => {
      const after = await countsIn(connection);
      for (const entry of await retentionLogIn(connection)) {
        if (entry.what !== 'erasure' || entry.after !== undefined) continue;
        await connection.run(
          `UPDATE retention SET content = ${literal(JSON.stringify({ ...entry, after }))} WHERE id = ${literal(entry.id)}`,
        );
      }
    });
    this.store = await opened(this.options);
  }

  private async namingOf(lines: number, { gone, messages, attempts }: Named): Promise<Naming> {
    const { connection, eraser } = this;
    return {
      ...noneNaming,
      ...{ lines: this.erasing.remove ? gone.size : lines, messages, attempts },
      snapshots: await eraseSnapshots(connection, eraser, false),
      quarantined: await eraseAsides(connection, eraser, { write: false, remove: this.erasing.remove }),
      holds: await eraseHolds(connection, eraser, false),
    };
  }
}

async function countsIn(connection: DuckDBConnection): Promise<Counts> {
  const tables = { events: 'lines', messages: 'messages', attempts: 'attempts', snapshots: 'snapshots' } as const;
  const rows = await connection.runAndReadAll(`SELECT ${keptKinds.map((kind) => `(SELECT count(*) FROM ${tables[kind]})`).join(', ')}`);
  const [row = []] = rows.getRowsJS();
  return Object.fromEntries(keptKinds.map((kind, i) => [kind, Number(row[i])])) as unknown as Counts;
}

/** Whether a file has a text somewhere, whatever its case. */
function hasBytes(path: string, lower: string): boolean {
  const wanted = Buffer.from(lower).toString('latin1');
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(4 << 20);
    for (let at = 0; ; ) {
      const read = readSync(file, buffer, 0, buffer.length, at);
      if (buffer.toString('latin1', 0, read).toLowerCase().includes(wanted)) return true;
      if (read < buffer.length) return false;
      at += read - wanted.length;
    }
  } finally {
    closeSync(file);
  }
}
