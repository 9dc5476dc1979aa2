/** The embedded store: one DuckDB file. */
import type { Event } from '../../postfix/parse.js';
import type { NewSnapshot } from '../../postfix/snapshot/snapshot.js';
import type { KeptText } from '../../postfix/text.js';
import { isArchive } from '../archive_place.js';
import type { FoldReceipt, MessageReader, MessageWriter } from '../message_port.js';
import type { Account, Aside, Place, Position, Progress, Reader, Receipt, Writer } from '../port.js';
import { type OpenOptions, type OpenStore, openFile } from './connect.js';
import { defaultCommitMessages, Folding, type FoldingOptions } from './folding.js';
import { DuckDBReader } from './reader.js';
import { addSnapshots } from './snapshots.js';
import { somebodyWaits, standAside } from './turns.js';
import { DuckDBWriter } from './writer.js';

type Options = Omit<OpenOptions, 'mode'>;
type FoldOptions = Pick<FoldingOptions, 'fewLines' | 'linesAtOnce' | 'commitMessages'> & {
  /** Whether a new store makes messages of lines as they come, and not afterwards; it does by default. */
  readonly foldsLive?: boolean;
};

const close = ({ instance, connection }: OpenStore) => {
  connection.closeSync();
  instance.closeSync();
};

/** Of a store, or of an archive. @throws StoreError */
export async function openDuckDBReader(options: Options): Promise<Reader> {
  if (isArchive(options.path)) return (await import('./archive_read.js')).openArchiveStore(options.path);
  const store = await openFile({ ...options, mode: 'read' });
  return new DuckDBReader(store, options.path, () => close(store));
}

class EmbeddedStore extends DuckDBReader implements Writer, MessageWriter {
  constructor(
    private readonly writer: DuckDBWriter,
    protected override readonly store: OpenStore,
    private readonly options: Options & FoldOptions,
  ) {
    super(store, options.path, () => {
      writer.close();
      close(store);
    });
  }

  positionOf(key: string): Position | undefined {
    return this.writer.positionOf(key);
  }
  add(event: Event, place: Place, text: KeptText): void {
    this.writer.add(event, place, text);
  }
  setAside(line: Aside): void {
    this.writer.setAside(line);
  }
  record(account: Account): void {
    this.writer.record(account);
  }
  release(ids: readonly string[]): void {
    this.writer.release(ids);
  }
  get pending(): number {
    return this.writer.pending;
  }
  get room(): Promise<void> | undefined {
    return this.writer.room;
  }
  async commit(progress: readonly Progress[]): Promise<Receipt> {
    const receipt = await this.writer.commit(progress);
    if (somebodyWaits(this.options.path)) await this.letReadersIn();
    return receipt;
  }

  addSnapshots(snapshots: readonly NewSnapshot[]) {
    return addSnapshots(this.store.connection, snapshots);
  }

  async fold(onProgress?: (done: number, of: number) => void): Promise<FoldReceipt> {
    const { store, writer, options } = this;
    const onCommit = async () => {
      if (somebodyWaits(options.path)) await this.letReadersIn();
    };
    return new Folding(store, writer, { ...options, onCommit, ...(onProgress === undefined ? {} : { onProgress }) }).fold();
  }

  private async letReadersIn(): Promise<void> {
    const { store, options } = this;
    const opened = await standAside(
      options.path,
      () => close(store),
      () => openFile({ ...options, mode: 'write', back: true }),
    );
    Object.assign(store, opened);
  }
}

/** @throws StoreError */
export async function openDuckDBWriter(options: Options & FoldOptions): Promise<Writer & MessageReader & MessageWriter> {
  const store = await openFile({ ...options, mode: 'write' });
  return new EmbeddedStore(
    await DuckDBWriter.open(store, options.path, options.foldsLive === false ? 0 : (options.commitMessages ?? defaultCommitMessages)),
    store,
    options,
  );
}
