/** The same logs in a store of each kind. */
import { copyFileSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { expect } from 'vitest';
import { importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import { Zone } from '../postfix/zone.js';
import type { PageSizes } from '../store/elasticsearch/asked.js';
import { openElasticsearchReader } from '../store/elasticsearch/index.js';
import { setup } from '../store/elasticsearch/setup.js';
import { openReader, openWriter, type StoreAddress } from '../store/open.js';
import type { Reader, Writer } from '../store/port.js';
import { expectBalanced, Workshop } from './workshop.js';

const logs = join(import.meta.dirname, 'logs');

/** What is asked of either. */
export type StoreName = 'embedded' | 'cluster';

export class TwoStores {
  private readonly workshop = new Workshop();
  private readonly client: Client;
  private readonly addresses: Readonly<Record<StoreName, StoreAddress>>;
  private readonly readers = new Map<StoreName, Reader>();
  private readonly others: Reader[] = [];

  /** @param prefix of the indices, which nobody else uses */
  constructor(
    url: string,
    private readonly prefix: string,
  ) {
    this.client = new Client({ node: url });
    this.addresses = { embedded: { path: this.workshop.store }, cluster: { elasticsearch: { url, prefix } } };
  }

  /** Imports every log of test/logs, and files of the test's own by name, into both. */
  async fill(files: Readonly<Record<string, string | Uint8Array>>, now: number, zone: string): Promise<void> {
    for (const folder of readdirSync(logs)) {
      const path = this.workshop.path(join(folder, 'maillog'));
      mkdirSync(this.workshop.path(folder));
      copyFileSync(join(logs, folder, 'maillog'), path);
      utimesSync(path, now / 1000, now / 1000);
    }
    for (const [name, content] of Object.entries(files)) this.workshop.write(name, content, now);
    const named = await expand([...readdirSync(logs), ...Object.keys(files)], this.workshop.folder);
    for (const name of ['embedded', 'cluster'] as const) {
      const store = await this.writer(name);
      try {
        const { read, stored, quarantined, unusable } = await importFiles({
          named,
          store,
          zone: new Zone(zone),
          defaultHost: 'localhost',
          now,
        });
        expect(unusable).toEqual([]);
        expect(stored + quarantined).toBe(read);
        // Who has written finds it at once.
        expectBalanced(await store.sources());
        expect((await store.totals({})).lines).toBe(stored);
      } finally {
        await store.close();
      }
    }
  }

  async writer(name: StoreName): Promise<Writer> {
    if (name === 'cluster') await setup(this.client, { prefix: this.prefix });
    return openWriter(this.addresses[name]);
  }

  /** Opens it once. */
  async reader(name: StoreName): Promise<Reader> {
    const known = this.readers.get(name) ?? (await openReader(this.addresses[name]));
    this.readers.set(name, known);
    return known;
  }

  /** The cluster, asked for little at a time. */
  async inPages(pages: PageSizes): Promise<Reader> {
    const { elasticsearch } = this.addresses.cluster;
    if (elasticsearch === undefined) throw new Error('it has an address');
    const reader = await openElasticsearchReader(elasticsearch, pages);
    this.others.push(reader);
    return reader;
  }

  async remove(): Promise<void> {
    for (const reader of [...this.readers.values(), ...this.others]) await reader.close();
    // Elasticsearch deletes no indices but by their whole names.
    const made = Object.keys(await this.client.indices.get({ index: `${this.prefix}-*`, features: 'aliases' }));
    if (made.length > 0) await this.client.indices.delete({ index: made });
    await this.client.indices.deleteIndexTemplate({ name: `${this.prefix}-*` });
    await this.client.cluster.deleteComponentTemplate({ name: `${this.prefix}-*` });
    await this.client.close();
    this.workshop.remove();
  }
}
