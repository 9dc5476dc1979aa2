/** Opens a cluster store for writing. All writers of a process share the connections, the requests under way, the books, and the fold. */
import type { Client } from '@elastic/elasticsearch';
import type { NewSnapshot } from '../../postfix/snapshot/snapshot.js';
import { MemoryFacts } from '../../workers/state/memory.js';
import type { FactState } from '../../workers/state/port.js';
import type { SnapshotReceipt } from '../snapshot_port.js';
import { Asked } from './asked.js';
import { Books } from './books.js';
import { type BulkOptions, BulkWriter, type RequestSize, requestSize } from './bulk.js';
import { type Connection, openClient } from './client.js';
import { Folding } from './folding.js';
import { Installed } from './installed.js';
import { indexNames } from './names.js';
import { Patience, type PatienceOptions } from './patience.js';
import { addSnapshots } from './snapshots.js';
import { StoredLines } from './stored.js';
import { ElasticsearchWriter, type Shared } from './writer.js';

export interface WritersOptions extends Connection, PatienceOptions, BulkOptions {
  readonly prefix: string;
  readonly size?: RequestSize;
  /** Where facts of messages in flight lie, for all who write at once; in the memory of this process where it is alone. */
  readonly state?: FactState;
}

export class ElasticsearchWriters {
  private constructor(
    readonly client: Client,
    private readonly shared: Shared,
  ) {}

  /**
   * Waits for an Elasticsearch that is away, until the signal ends that.
   * @throws StoreError where it lets nobody in, `postscope setup` was not run, or its certificate is another
   */
  static async open(options: WritersOptions): Promise<ElasticsearchWriters> {
    const { prefix, size = requestSize } = options;
    const names = indexNames(prefix);
    const client = await openClient(options);
    try {
      const patience = new Patience(client, options);
      const installed = new Installed(patience, prefix);
      await installed.templates();
      await installed.books();
      const bulk = new BulkWriter(patience, options);
      const books = new Books(patience, bulk, names.sources);
      await books.load();
      const touched = new Set<string>();
      const buffers: Buffer[] = [];
      const stored = new StoredLines(new Asked(client, names, options.url), patience);
      const { state = new MemoryFacts(), log } = options;
      const folding = new Folding({
        ...{ prefix, state, stored, bulk, installed, patience, size, touched, buffers },
        ...(log === undefined ? {} : { log }),
      });
      return new ElasticsearchWriters(client, { prefix, bulk, books, installed, folding, size, touched, buffers });
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** Another writer; each has commits of its own. */
  writer(): ElasticsearchWriter {
    return new ElasticsearchWriter(this.shared);
  }

  addSnapshots(added: readonly NewSnapshot[]): Promise<SnapshotReceipt> {
    return addSnapshots(this.shared, added);
  }

  /** Lets be found what was written, at once, and ends the connections. */
  async close(): Promise<void> {
    const { touched } = this.shared;
    try {
      // It would be found within a second anyway.
      if (touched.size > 0) await this.client.indices.refresh({ index: [...touched] }, { maxRetries: 0 }).catch(() => {});
    } finally {
      await this.client.close();
    }
  }
}
