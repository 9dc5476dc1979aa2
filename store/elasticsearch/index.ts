/** The store of a cluster: indices of an Elasticsearch. */
import type { Event } from '../../postfix/parse.js';
import type { NewSnapshot } from '../../postfix/snapshot/snapshot.js';
import type { KeptText } from '../../postfix/text.js';
import type { Account, Aside, Place, Position, Progress, Reader, Receipt, Writer } from '../port.js';
import type { SnapshotReceipt } from '../snapshot_port.js';
import { Asked, type PageSizes } from './asked.js';
import { type Connection, openClient } from './client.js';
import { indexNames } from './names.js';
import { ElasticsearchReader } from './reader.js';
import type { ElasticsearchWriter } from './writer.js';
import { ElasticsearchWriters, type WritersOptions } from './writers.js';

/** @throws StoreError where the certificate of the server is not the one to be trusted; of all else, the first question tells */
export async function openElasticsearchReader(
  { prefix, ...connection }: Connection & { readonly prefix: string },
  pages?: PageSizes,
): Promise<Reader> {
  const names = indexNames(prefix);
  return new ElasticsearchReader(new Asked(await openClient(connection), names, connection.url, pages));
}

/** One writer that answers questions too, about what it has committed. */
class ClusterStore extends ElasticsearchReader implements Writer {
  constructor(
    asked: Asked,
    private readonly writers: ElasticsearchWriters,
    private readonly writer: ElasticsearchWriter,
  ) {
    super(asked);
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
  async commit(progress: readonly Progress[]): Promise<Receipt> {
    const receipt = await this.writer.commit(progress);
    this.asked.changed();
    return receipt;
  }
  async addSnapshots(added: readonly NewSnapshot[]): Promise<SnapshotReceipt> {
    const receipt = await this.writers.addSnapshots(added);
    this.asked.changed();
    return receipt;
  }
  override close(): Promise<void> {
    return this.writers.close();
  }
}

/** Waits for an Elasticsearch that is away, until the signal ends that. @throws StoreError where somebody has to do something first */
export async function openElasticsearchWriter(options: WritersOptions): Promise<Writer> {
  const names = indexNames(options.prefix);
  const writers = await ElasticsearchWriters.open(options);
  return new ClusterStore(new Asked(writers.client, names, options.url), writers, writers.writer());
}
