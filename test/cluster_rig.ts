/** A shipper and workers as processes, between a log that grows and an Elasticsearch. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import { generate } from '../bench/generate/index.js';
import { openReader } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { Built, type Running } from './built.js';
import { expectSame, factsIn, foldedIn, foldedOf } from './folded_store.js';
import { Workshop } from './workshop.js';

let rigs = 0;

export class ClusterRig {
  readonly shop = new Workshop();
  readonly prefix = `rig-${process.pid}-${rigs++}`;
  private readonly running: Running[] = [];

  constructor(
    private readonly built: Built,
    private readonly redisUrl: string,
    private readonly elasticsearchUrl: string,
  ) {}

  static built(): Built {
    return new Built();
  }

  /** `postscope setup`. @throws Error where it is refused */
  async setup(): Promise<void> {
    const { code, stdout, stderr } = await this.built.postscope('setup', ...this.store()).ended;
    if (code !== 0) throw new Error(`setup: ${stdout}${stderr}`);
  }

  worker(concurrency = 2): Running {
    return this.started(this.built.postscope('work', '--concurrency', String(concurrency), ...this.store(), ...this.queue()));
  }

  /** Of all logs beside `maillog`. */
  shipper(...more: string[]): Running {
    const words = ['ship', this.shop.path('maillog*'), '--checkpoint', this.shop.path('shipped.json'), '--zone', 'UTC'];
    return this.started(this.built.postscope(...words, ...this.queue(), ...more));
  }

  /** Writes a log as a server does, lines in pieces, and renames it now and then. @returns how many lines there were */
  async write(lines: number, { every = 60, parts = 5 } = {}): Promise<number> {
    const log = this.shop.path('maillog');
    writeFileSync(log, '');
    let written = 0;
    let part = 0;
    let text = '';
    for (const item of generate({ seed: 7, hosts: 2, days: 1, lines })) {
      if (item.kind !== 'line') continue;
      text += `${item.line}\n`;
      written++;
      if (written % 50 === 0) {
        // Now and then in the middle of a line.
        const cut = written % 3 === 0 ? text.length - 17 : text.length;
        appendFileSync(log, text.slice(0, cut));
        text = text.slice(cut);
        await pause(every);
      }
      if (written % Math.floor(lines / parts) === 0 && text === '') renameSync(log, this.shop.path(`maillog.${++part}`));
    }
    appendFileSync(log, text);
    return written;
  }

  /** Ships and stores what is left, and ends in good order. */
  async finish(): Promise<void> {
    const worker = this.worker(4);
    const shipped = await this.shipper('--once').ended;
    worker.process.kill('SIGTERM');
    const worked = await worker.ended;
    if (shipped.code !== 0 || worked.code !== 0) throw new Error(`shipper: ${shipped.code} ${shipped.stderr}\nworker: ${worked.stderr}`);
  }

  /** What is in the store, and what the books of all files add up to. */
  async result() {
    return await this.read(async (reader) => {
      const { lines } = await reader.totals({});
      const sources = await reader.sources();
      const sum = (of: 'read' | 'stored' | 'alreadyThere' | 'quarantined') => sources.reduce((all, source) => all + source[of], 0);
      return {
        documents: lines,
        quarantine: await reader.quarantine(),
        read: sum('read'),
        accounted: sum('stored') + sum('alreadyThere') + sum('quarantined'),
      };
    });
  }

  /** Messages and attempts are the fold of all lines, to the byte, and none is left over. */
  async expectFolded(): Promise<void> {
    const client = new Client({ node: this.elasticsearchUrl });
    try {
      const facts = await this.read(factsIn);
      expectSame(await foldedIn(client, this.prefix), foldedOf(facts, this.prefix));
    } finally {
      await client.close();
    }
  }

  async read<T>(ask: (reader: Reader) => Promise<T>): Promise<T> {
    await fetch(`${this.elasticsearchUrl}/${this.prefix}-*/_refresh`, { method: 'POST' });
    const reader = await openReader({ elasticsearch: { url: this.elasticsearchUrl, prefix: this.prefix } });
    try {
      return await ask(reader);
    } finally {
      await reader.close();
    }
  }

  async remove(): Promise<void> {
    for (const { process: child } of this.running) child.kill('SIGKILL');
    // Elasticsearch deletes no indices but by their whole names.
    const url = this.elasticsearchUrl;
    const names = Object.keys((await (await fetch(`${url}/${this.prefix}-*?features=aliases`)).json()) as object);
    if (names.length > 0) await fetch(`${url}/${names.join(',')}`, { method: 'DELETE' });
    this.shop.remove();
  }

  private started(running: Running): Running {
    this.running.push(running);
    return running;
  }

  private store(): string[] {
    return ['--elasticsearch-url', this.elasticsearchUrl, '--elasticsearch-prefix', this.prefix];
  }

  private queue(): string[] {
    return ['--redis-url', this.redisUrl, '--metrics-listen', 'off'];
  }
}
