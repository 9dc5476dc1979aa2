/** A year of mail in little, whose messages go on over the ends of months, in a store of either kind. */
import { Client } from '@elastic/elasticsearch';
import { main } from '../cli/main.js';
import { importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import type { Attempt } from '../postfix/message/attempt.js';
import type { Message } from '../postfix/message/message.js';
import { snapshotOf } from '../postfix/snapshot/snapshot.js';
import { Zone } from '../postfix/zone.js';
import { setup } from '../store/elasticsearch/setup.js';
import { openReader, openRetention, openWriter, type StoreAddress } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { type Doomed, monthOf, type RetentionWriter } from '../store/retention_port.js';
import { Collected, type Run } from './fake_reader.js';
import { documentsOf, now, Workshop } from './workshop.js';

export const months = ['2026-08', '2026-09', '2026-10', '2026-11'] as const;

/** All kinds go with these months. */
export const allOf = (...gone: readonly string[]): Doomed => ({ events: gone, messages: gone, attempts: gone, snapshots: gone });

const host = 'mailer';
const at = (time: number, program: string, text: string) =>
  `${new Date(time).toISOString().slice(0, 19)}Z ${host} postfix/${program}: ${text}`;

/** A message that waits once, and is sent; without `sent` it is still in the queue as far as the log tells. */
export function mail(id: string, arrival: number, deferred: number, sent?: number): { time: number; line: string }[] {
  const line = (time: number, program: string, text: string) => ({ time, line: at(time, program, `${id}: ${text}`) });
  const lines = [
    line(arrival, 'smtpd[101]', 'client=client.example.org[192.0.2.9]'),
    line(arrival, 'cleanup[102]', `message-id=<${id}@example.org>`),
    line(arrival, 'qmgr[103]', `from=<${id.toLowerCase()}@example.org>, size=500, nrcpt=1 (queue active)`),
    line(
      deferred,
      'smtp[104]',
      'to=<b@two.example>, relay=none, delay=31, delays=0.01/0/31/0, dsn=4.4.1, status=deferred (connect to relaya4.example.net[10.50.0.104]:25: Connection timed out)',
    ),
  ];
  if (sent === undefined) return lines;
  return [
    ...lines,
    line(
      sent,
      'smtp[105]',
      'to=<b@two.example>, relay=relay1.example.net[10.50.0.101]:25, delay=86400, delays=86399/0/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F00000001)',
    ),
    line(sent, 'qmgr[103]', 'removed'),
  ];
}

/** The log of each month, by the name of its file. */
export function logs(): Map<string, string> {
  const all: { time: number; line: string }[] = [];
  for (const [m, month] of months.entries()) {
    const start = Date.parse(`${month}-01T06:00:00Z`);
    const end = Date.parse(`${months[m + 1] ?? '2026-12'}-01T00:00:00Z`);
    const id = (n: number) => `${m + 1}${n.toString(16).toUpperCase().padStart(9, 'A')}`;
    for (let n = 0; n < 20; n++) {
      const arrival = start + n * 30 * 60_000;
      all.push(...mail(id(n), arrival, arrival + 31_000, arrival + 20 * 60_000));
    }
    // Those that are in the queue when the month ends, and one of which the log tells no end.
    if (month !== months.at(-1)) {
      all.push(...mail(id(100), end - 5_000, end - 2_000, end + 60_000), ...mail(id(101), end - 90_000, end - 50_000, end + 86_400_000));
      all.push(...mail(id(102), end - 4_000, end + 27_000));
    }
    all.push(...mail(id(103), start + 3_600_000, start + 3_631_000));
    // At nobody's relay, for no message that is known; and what no pattern knows.
    all.push({
      time: start + 7_777_000,
      line: at(start + 7_777_000, 'smtp[999]', 'connect to relay9.example.net[10.50.0.109]:25: Connection refused'),
    });
    all.push({ time: start + 8_888_000, line: at(start + 8_888_000, 'smtpd[998]', 'nobody knows what this is') });
  }
  const files = new Map<string, string>(months.map((month) => [`maillog-${month}`, '']));
  for (const { time, line } of all.sort((a, b) => a.time - b.time)) {
    const name = `maillog-${monthOf(time)}`;
    files.set(name, `${files.get(name) ?? ''}${line}\n`);
  }
  return files;
}

export interface Contents {
  /** As `2026-08-31 queue ID`, or the text where there is none; oldest first. */
  readonly lines: readonly string[];
  readonly messages: readonly Message[];
  readonly attempts: readonly Attempt[];
}

export class RetentionRig {
  readonly workshop = new Workshop();
  readonly address: StoreAddress;
  private readonly client: Client | undefined;

  /** @param cluster URL and prefix; none is a file */
  constructor(private readonly cluster?: { readonly url: string; readonly prefix: string }) {
    this.address = cluster === undefined ? { path: this.workshop.store } : { elasticsearch: cluster };
    this.client = cluster === undefined ? undefined : new Client({ node: cluster.url });
  }

  /** Of a command that means this store. */
  get env(): Record<string, string> {
    const { cluster } = this;
    if (cluster === undefined) return { POSTSCOPE_STORE: this.workshop.store };
    return { POSTSCOPE_STORE: cluster.url, POSTSCOPE_ELASTICSEARCH_PREFIX: cluster.prefix };
  }

  /** Imports all months, or the logs that are named again, and makes snapshots. */
  async fill(names?: readonly string[]) {
    if (this.client !== undefined && this.cluster !== undefined) await setup(this.client, { prefix: this.cluster.prefix });
    if (names === undefined) for (const [name, text] of logs()) this.workshop.write(name, text, now);
    const store = await openWriter(this.address);
    try {
      const named = await expand([...(names ?? logs().keys())], this.workshop.folder);
      const result = await importFiles({ named, store, zone: new Zone('UTC'), defaultHost: 'localhost', now });
      await store.fold?.();
      if (names === undefined) {
        await store.addSnapshots(
          months.map((month) => snapshotOf('version', { host, time: Date.parse(`${month}-15T00:00:00Z`) }, { version: '3.7.11' })),
        );
      }
      return result;
    } finally {
      await store.close();
    }
  }

  async retention<T>(use: (retention: RetentionWriter) => Promise<T>): Promise<T> {
    const retention = await openRetention(this.address, 'write');
    try {
      return await use(retention);
    } finally {
      await retention.close();
    }
  }

  async read<T>(ask: (reader: Reader) => Promise<T>): Promise<T> {
    await this.refresh();
    const reader = await openReader(this.address);
    try {
      return await ask(reader);
    } finally {
      await reader.close();
    }
  }

  contents(): Promise<Contents> {
    return this.read(async (reader) => ({
      lines: (await documentsOf(reader)).map((one) => `${one['@timestamp'].slice(0, 10)} ${one.email?.local_id ?? one.message}`),
      messages: (await reader.messages({ limit: 10_000 })).messages,
      attempts: (await reader.attempts({ limit: 10_000 })).attempts,
    }));
  }

  /** Names of the indices; none where the store is a file. */
  async indices(): Promise<string[]> {
    if (this.client === undefined) return [];
    return Object.keys(await this.client.indices.get({ index: `${this.cluster?.prefix}*`, features: 'aliases' })).sort();
  }

  async makeIndex(index: string, meta: object | undefined): Promise<void> {
    // Without our template, as somebody else's.
    await this.client?.indices.create({ index, mappings: meta === undefined ? {} : { _meta: { ...meta } } });
  }

  async refresh(): Promise<void> {
    await this.client?.indices.refresh({ index: `${this.cluster?.prefix}-*` });
  }

  async remove(): Promise<void> {
    if (this.client !== undefined && this.cluster !== undefined) {
      const { prefix } = this.cluster;
      const names = await this.indices();
      if (names.length > 0) await this.client.indices.delete({ index: names });
      await this.client.indices.deleteIndexTemplate({ name: `${prefix}-*` });
      await this.client.cluster.deleteComponentTemplate({ name: `${prefix}-*` });
      await this.client.close();
    }
    this.workshop.remove();
  }
}

/** What a command says and ends with that is typed where the store of a rig is; its folder is `…` in it. */
export async function typedAt(rig: RetentionRig, argv: string[]): Promise<Run> {
  const stdout = new Collected();
  const stderr = new Collected();
  const env = { HOME: rig.workshop.folder, INIT_CWD: rig.workshop.folder, ...rig.env };
  const code = await main(argv, { stdout, stderr, env, zone: 'UTC', now: () => now });
  const shown = (text: string) => text.replaceAll(rig.workshop.folder, '…');
  return { code, out: shown(stdout.text), err: shown(stderr.text) };
}
