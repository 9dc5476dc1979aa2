/** Opens a cluster store for writing. All writers of a process share the connections, the requests under way, and the books. */
import type { Client } from '@elastic/elasticsearch';
import { Books } from './books.js';
import { type BulkOptions, BulkWriter, type RequestSize, requestSize } from './bulk.js';
import { type Connection, openClient } from './client.js';
import { Installed } from './installed.js';
import { indexNames } from './names.js';
import { Patience, type PatienceOptions } from './patience.js';
import { ElasticsearchWriter, type Shared } from './writer.js';

export interface WritersOptions extends Connection, PatienceOptions, BulkOptions {
  readonly prefix: string;
  readonly size?: RequestSize;
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
      return new ElasticsearchWriters(client, { prefix, bulk, books, installed, size, touched: new Set(), buffers: [] });
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** Another writer; each has commits of its own. */
  writer(): ElasticsearchWriter {
    return new ElasticsearchWriter(this.shared);
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
