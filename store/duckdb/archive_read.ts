/** An archive that is read: as a store of its own, which answers every question, and line by line, to go into another store. */
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { NewSnapshot } from '../../postfix/snapshot/snapshot.js';
import { checkFiles, damaged, manifestAt } from '../archive_folder.js';
import { type ArchivedLine, type ArchiveReader, bytesOfArchive, type Manifest } from '../archive_port.js';
import { StoreError } from '../errors.js';
import type { Reader, Scope, Source, Totals } from '../port.js';
import { archivedNames } from './archive_choice.js';
import { rowsIn } from './columns.js';
import { memoryLimits, type OpenStore } from './connect.js';
import { literal } from './literal.js';
import { readMark } from './mark.js';
import { type Stretch, stretchAt } from './places.js';
import { DuckDBReader } from './reader.js';
import { createStatements, schemaVersion } from './schema.js';
import { millis } from './scope.js';
import { queuedIn, snapshotsIn } from './snapshots.js';

/** The archive as a store that is only read. @throws StoreError */
export async function openArchiveStore(path: string): Promise<Reader> {
  const { manifest } = manifestAt(path);
  await checkFiles(path, manifest, 'size');
  const store = await openTables(path, manifest);
  return new ArchiveStore(store, path, manifest);
}

/** The archive as what another store takes; every byte of it is checked first. @throws StoreError */
export async function openDuckDBArchive(path: string): Promise<ArchiveReader> {
  const { manifest } = manifestAt(path);
  await checkFiles(path, manifest, 'digest');
  const { instance, connection } = await openTables(path, manifest);
  return {
    manifest,
    lines: () => linesIn(connection, path),
    snapshots: () => snapshotsToTake(connection),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

class ArchiveStore extends DuckDBReader {
  constructor(
    store: OpenStore,
    path: string,
    private readonly manifest: Manifest,
  ) {
    super(store, path, () => {
      store.connection.closeSync();
      store.instance.closeSync();
    });
  }

  override async totals(scope: Scope): Promise<Totals> {
    return { ...(await super.totals(scope)), bytes: bytesOfArchive(this.manifest) };
  }
}

/** The tables of a store, of which those that are archived are its files. */
async function openTables(path: string, { schema, files }: Manifest): Promise<OpenStore> {
  if (schema > schemaVersion) {
    throw new StoreError(
      'newer_version',
      `the archive at ${path} has tables of schema ${schema}, this postscope knows ${schemaVersion}; update postscope`,
    );
  }
  const names = new Set(files.map(({ name }) => name));
  const missing = archivedNames.find((table) => !names.has(`${table}.parquet`));
  if (missing !== undefined) throw damaged(path, `its manifest has no ${missing}.parquet`);
  const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimits.read,
    threads: '2',
    preserve_insertion_order: 'false',
    // It would be a folder where the command is typed.
    temp_directory: join(tmpdir(), `postscope-${process.pid}`),
    autoinstall_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    // Every question reads where the groups of a file are.
    await connection.run('SET parquet_metadata_cache = true');
    await connection.run(createStatements.join(';\n'));
    for (const table of archivedNames) {
      const file = literal(join(path, `${table}.parquet`));
      await connection.run(`DROP TABLE ${table}; CREATE VIEW ${table} AS SELECT * FROM read_parquet(${file})`);
    }
    // An archive is made of lines that are folded.
    await connection.run(`UPDATE meta SET value = '${Number.MAX_SAFE_INTEGER}' WHERE key = 'folded'`);
    return { instance, connection };
  } catch (error) {
    connection.closeSync();
    instance.closeSync();
    throw damaged(path, (error as Error).message.split('\n')[0] ?? '', error);
  }
}

async function* linesIn(connection: DuckDBConnection, path: string): AsyncGenerator<readonly ArchivedLine[]> {
  const hosts = new Map((await rowsIn(connection, 'SELECT id, host FROM origins')).map(([id, host]) => [Number(id), host as string]));
  const stretches = (
    await rowsIn(connection, 'SELECT t.first, s.key, s.path FROM stretches t JOIN sources s ON s.id = t.source ORDER BY t.first')
  ).map(([first, key, path]): Stretch & { readonly source: Source } => ({
    first: Number(first),
    path: path as string,
    source: { key: key as string, path: path as string },
  }));
  try {
    await connection.run('SET preserve_insertion_order = true');
    const found = await connection.stream('SELECT n::DOUBLE, time::DOUBLE, origin, "offset"::DOUBLE, coalesce(mark, 0), line FROM lines');
    for (let chunk = await found.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await found.fetchChunk()) {
      const [numbers, times, origins, offsets, marks, lines] = chunk.getColumns() as [
        number[],
        number[],
        number[],
        number[],
        number[],
        string[],
      ];
      yield lines.map((text, i): ArchivedLine => {
        const { ordinal, doubt, encoding } = readMark(marks[i] as number);
        const source = stretchAt(numbers[i] as number, stretches)?.source;
        const host = hosts.get(origins[i] as number);
        if (source === undefined || host === undefined) throw damaged(path, `line ${numbers[i]} is of no file or host that it names`);
        const ascii = encoding === 'utf-8' && isAscii(text);
        return {
          text: { text, encoding: ascii ? 'ascii' : encoding },
          time: millis(times[i]),
          ...{ host, doubt, ordinal, source, offset: offsets[i] as number },
        };
      });
    }
  } catch (error) {
    throw error instanceof StoreError ? error : damaged(path, (error as Error).message.split('\n')[0] ?? '', error);
  }
}

const isAscii = (text: string) => Buffer.byteLength(text) === text.length;

async function snapshotsToTake(connection: DuckDBConnection): Promise<readonly NewSnapshot[]> {
  const taken: NewSnapshot[] = [];
  for (const snapshot of await snapshotsIn(connection, { limit: Number.MAX_SAFE_INTEGER })) {
    taken.push(snapshot.kind === 'queue' ? { ...snapshot, messages: await queuedIn(connection, snapshot.id) } : snapshot);
  }
  return taken;
}
