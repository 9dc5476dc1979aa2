/** The embedded store: one DuckDB file. */
import type { Event } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
import type { Place, Position, Progress, QuarantineReason, Reader, Receipt, Writer } from '../port.js';
import { type OpenOptions, openFile } from './connect.js';
import { DuckDBReader } from './reader.js';
import { DuckDBWriter } from './writer.js';

type Options = Omit<OpenOptions, 'mode'>;

/** @throws StoreError */
export async function openDuckDBReader(options: Options): Promise<Reader> {
  const { instance, connection } = await openFile({ ...options, mode: 'read' });
  return new DuckDBReader(connection, options.path, () => {
    connection.closeSync();
    instance.closeSync();
  });
}

class EmbeddedStore extends DuckDBReader implements Writer {
  constructor(
    private readonly writer: DuckDBWriter,
    ...rest: ConstructorParameters<typeof DuckDBReader>
  ) {
    super(...rest);
  }

  positionOf(key: string): Position | undefined {
    return this.writer.positionOf(key);
  }
  add(event: Event, place: Place, text: KeptText): void {
    this.writer.add(event, place, text);
  }
  setAside(reason: QuarantineReason, place: Omit<Place, 'ordinal'>, text: KeptText): void {
    this.writer.setAside(reason, place, text);
  }
  get pending(): number {
    return this.writer.pending;
  }
  commit(progress: readonly Progress[]): Promise<Receipt> {
    return this.writer.commit(progress);
  }
}

/** @throws StoreError */
export async function openDuckDBWriter(options: Options): Promise<Writer> {
  const store = await openFile({ ...options, mode: 'write' });
  const writer = await DuckDBWriter.open(store, options.path);
  return new EmbeddedStore(writer, store.connection, options.path, () => {
    writer.close();
    store.connection.closeSync();
    store.instance.closeSync();
  });
}
