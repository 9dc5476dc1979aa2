/**
 * Writing into the embedded store. Lines are gathered as rows in files beside the store; a commit hands the files to
 * DuckDB, which takes rows, books and progress in one transaction, on threads of its own, while new rows are gathered.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAttempt } from '../../postfix/attempt.js';
import { relayOf } from '../../postfix/document.js';
import type { Event } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
import { StoreError } from '../errors.js';
import type { Place, Position, Progress, QuarantineReason, Receipt, Source } from '../port.js';
import type { OpenStore } from './connect.js';
import { printOf, printOfDomain } from './print.js';
import { RowFile, readRows, rowBufferSize } from './rows.js';
import { literal, Words } from './words.js';

const lineColumns = {
  n: 'BIGINT',
  time: 'BIGINT',
  host: 'INTEGER',
  program: 'INTEGER',
  action: 'INTEGER',
  source: 'INTEGER',
  offset: 'BIGINT',
  ordinal: 'INTEGER',
  encoding: 'UTINYINT',
  queue_id: 'UINTEGER',
  sender: 'UINTEGER',
  sender_domain: 'UINTEGER',
  recipient: 'UINTEGER',
  recipient_domain: 'UINTEGER',
  message_id: 'UINTEGER',
  client_host: 'UINTEGER',
  client_ip: 'UINTEGER',
  user: 'UINTEGER',
  line: 'VARCHAR',
} as const;

const deliveryColumns = {
  n: 'BIGINT',
  time: 'BIGINT',
  host: 'INTEGER',
  relay: 'INTEGER',
  status: 'INTEGER',
  kind: 'INTEGER',
  phase: 'INTEGER',
  attempt: 'BOOLEAN',
  delay: 'FLOAT',
  a: 'FLOAT',
  b: 'FLOAT',
  c: 'FLOAT',
  d: 'FLOAT',
} as const;

const wordColumns = { id: 'INTEGER', word: 'VARCHAR' } as const;
const relayColumns = { id: 'INTEGER', host: 'VARCHAR', ip: 'VARCHAR', port: 'INTEGER' } as const;

/** First and last time, in microseconds, that a source has of a host. */
interface Span {
  readonly source: number;
  readonly host: number;
  first: number;
  last: number;
}

interface KnownSource extends Position {
  readonly id: number;
}

/** What is gathered for one commit. */
interface Batch {
  readonly lines: RowFile;
  readonly deliveries: RowFile;
  readonly words: RowFile;
  readonly relays: RowFile;
  readonly firstNumber: number;
  readonly spans: Map<number, Span>;
  readonly quarantine: string[];
  readonly quarantined: Map<number, number>;
}

/** The writing half of an embedded store. */
export class DuckDBWriter {
  private readonly words = new Words();
  private readonly sources = new Map<string, KnownSource>();
  private readonly freshSources: string[] = [];
  /** By host: where lines of other sources may already be. */
  private readonly spans = new Map<number, Span[]>();
  private readonly folder: string;
  private readonly buffers: Record<'lines' | 'deliveries' | 'words' | 'relays', Buffer>[];
  private nextNumber = 1;
  private nextSource = 1;
  private batches = 0;
  private batch: Batch | undefined;
  private lastHost = '';
  private lastHostId = 0;
  private lastSource: Source | undefined;
  private lastSourceId = 0;
  private lastSpan: Span | undefined;

  private constructor(
    private readonly store: OpenStore,
    path: string,
  ) {
    this.folder = `${path}.tmp`;
    // Two sets: one is being filled while the other may still be read.
    const buffer = () => Buffer.allocUnsafe(rowBufferSize);
    this.buffers = [0, 1].map(() => ({ lines: buffer(), deliveries: buffer(), words: buffer(), relays: buffer() }));
  }

  static async open(store: OpenStore, path: string): Promise<DuckDBWriter> {
    const writer = new DuckDBWriter(store, path);
    const { connection } = store;
    // What a process that was killed had gathered; none of it was committed.
    rmSync(writer.folder, { recursive: true, force: true });
    await writer.words.load(connection);
    writer.nextNumber = Number((await connection.runAndReadAll('SELECT coalesce(max(n), 0) FROM lines')).getRowsJS()[0]?.[0]) + 1;
    for (const [id, key, offset, complete, tail] of (
      await connection.runAndReadAll('SELECT id, key, "offset", complete, tail FROM sources')
    ).getRowsJS()) {
      writer.sources.set(key as string, { id: Number(id), offset: Number(offset), complete: complete as boolean, tail: tail as string });
      writer.nextSource = Math.max(writer.nextSource, Number(id) + 1);
    }
    for (const [source, host, first, last] of (await connection.runAndReadAll('SELECT source, host, first, last FROM spans')).getRowsJS()) {
      writer.remember({ source: Number(source), host: Number(host), first: Number(first), last: Number(last) });
    }
    return writer;
  }

  positionOf(key: string): Position | undefined {
    return this.sources.get(key);
  }

  get pending(): number {
    return this.batch === undefined ? 0 : this.batch.lines.rows + this.batch.quarantine.length;
  }

  add(event: Event, place: Place, kept: KeptText): void {
    const batch = this.gathering();
    const { fields, reason } = event;
    const n = this.nextNumber++;
    const micros = Math.round(event.time * 1000);
    if (event.host !== this.lastHost) {
      this.lastHost = event.host;
      this.lastHostId = this.words.id(event.host);
    }
    const host = this.lastHostId;
    const source = this.sourceId(place.source);
    this.extendSpan(batch, source, host, micros);
    const { lines } = batch;
    lines.integer(n);
    lines.integer(micros);
    lines.integer(host);
    lines.integer(this.words.id(event.program));
    lines.integer(this.words.id(event.action));
    lines.integer(source);
    lines.integer(place.offset);
    lines.integer(place.ordinal);
    lines.integer(kept.encoding === 'bytes' ? 1 : 0);
    lines.optional(printOf(event.queueId));
    lines.optional(printOf(fields.sender));
    lines.optional(printOfDomain(fields.sender));
    lines.optional(printOf(fields.recipient));
    lines.optional(printOfDomain(fields.recipient));
    lines.optional(printOf(fields.message_id));
    lines.optional(printOf(fields.client_host));
    lines.optional(printOf(fields.client_ip));
    lines.optional(printOf(fields.user));
    lines.text(kept.text, kept.encoding === 'ascii');
    lines.end();
    if (fields.status === undefined && event.action !== 'attempt_failed') return;
    const relay = relayOf(event);
    const { deliveries } = batch;
    deliveries.integer(n);
    deliveries.integer(micros);
    deliveries.integer(host);
    deliveries.optional(relay && this.words.relay(relay.host, relay.ip ?? relay.socket, relay.port));
    deliveries.optional(this.wordId(fields.status));
    deliveries.optional(this.wordId(reason?.kind));
    deliveries.optional(this.wordId(reason?.phase));
    deliveries.integer(isAttempt(event) ? 1 : 0);
    deliveries.decimal(fields.delay);
    deliveries.decimal(fields.delay_a);
    deliveries.decimal(fields.delay_b);
    deliveries.decimal(fields.delay_c);
    deliveries.decimal(fields.delay_d);
    deliveries.end();
  }

  private wordId(word: string | undefined): number | undefined {
    return word === undefined ? undefined : this.words.id(word);
  }

  setAside(reason: QuarantineReason, place: Omit<Place, 'ordinal'>, kept: KeptText): void {
    const batch = this.gathering();
    const source = this.sourceId(place.source);
    batch.quarantine.push(`(${source},${place.offset},${literal(reason)},${kept.encoding === 'bytes' ? 1 : 0},${literal(kept.text)})`);
    batch.quarantined.set(source, (batch.quarantined.get(source) ?? 0) + 1);
  }

  /** Makes what was gathered, and the progress, durable in one transaction. One commit at a time. */
  async commit(progress: readonly Progress[]): Promise<Receipt> {
    const batch = this.gathering();
    this.batch = undefined;
    this.lastSpan = undefined;
    this.words.writeTo(batch.words, batch.relays);
    const files = [batch.lines, batch.deliveries, batch.words, batch.relays];
    for (const file of files) file.close();
    for (const { source } of progress) this.sourceId(source);
    const { connection } = this.store;
    await connection.run('BEGIN');
    try {
      const receipt = await this.store_(batch, progress);
      await connection.run('COMMIT');
      for (const span of batch.spans.values()) this.remember(span);
      for (const { source, offset, complete, tail } of progress) {
        this.sources.set(source.key, { id: this.sourceId(source), offset, complete, tail });
      }
      return receipt;
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => {});
      if (/no space left|disk full|could not write/i.test(String(error))) {
        throw new StoreError(
          'disk_full',
          'no space left on the disk of the store; what was committed before is safe, run the same command again',
          {
            cause: error,
          },
        );
      }
      throw error;
    } finally {
      for (const file of files) file.remove();
    }
  }

  private async store_(batch: Batch, progress: readonly Progress[]): Promise<Receipt> {
    const { connection } = this.store;
    if (batch.words.rows > 0) await connection.run(`INSERT INTO words SELECT * FROM ${readRows(batch.words.path, wordColumns)}`);
    if (batch.relays.rows > 0) await connection.run(`INSERT INTO relays SELECT * FROM ${readRows(batch.relays.path, relayColumns)}`);
    if (this.freshSources.length > 0) await connection.run(`INSERT INTO sources VALUES ${this.freshSources.splice(0).join(',')}`);

    const read = batch.lines.rows;
    let stored = read;
    if (read > 0) {
      const incoming = readRows(batch.lines.path, lineColumns);
      const deliveries = readRows(batch.deliveries.path, deliveryColumns);
      const doubtful = [...batch.spans.values()].flatMap((span) => this.overlaps(span));
      if (doubtful.length === 0) {
        await connection.run(`INSERT INTO lines SELECT * FROM ${incoming}`);
        await connection.run(`INSERT INTO deliveries SELECT * FROM ${deliveries}`);
      } else {
        await connection.run(`CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM ${incoming}`);
        for (const { host, first, last } of doubtful) {
          await connection.run(
            `DELETE FROM incoming WHERE host = ${host} AND time BETWEEN ${first} AND ${last} AND EXISTS (
              SELECT 1 FROM lines l WHERE l.host = ${host} AND l.time BETWEEN ${first} AND ${last}
                AND l.time = incoming.time AND l.ordinal = incoming.ordinal AND l.line = incoming.line AND l.encoding = incoming.encoding)`,
          );
        }
        const inserted = await connection.runAndReadAll('INSERT INTO lines SELECT * FROM incoming');
        stored = Number(inserted.getRowsJS()[0]?.[0]);
        await connection.run(`INSERT INTO deliveries SELECT * FROM ${deliveries} WHERE n IN (SELECT n FROM incoming)`);
        await connection.run('DROP TABLE incoming');
      }
      const from = batch.firstNumber;
      await connection.run(
        `INSERT INTO queue_ids SELECT queue_id, min(n), max(n) FROM lines WHERE n >= ${from} AND queue_id IS NOT NULL GROUP BY queue_id`,
      );
      await connection.run(`INSERT INTO hours SELECT host, time // 3600000000, count(*) FROM lines WHERE n >= ${from} GROUP BY ALL`);
      for (const { source, host, first, last } of batch.spans.values()) {
        await connection.run(
          `UPDATE spans SET first = least(first, ${first}), last = greatest(last, ${last}) WHERE source = ${source} AND host = ${host}`,
        );
        await connection.run(
          `INSERT INTO spans SELECT ${source}, ${host}, ${first}, ${last}
            WHERE NOT EXISTS (SELECT 1 FROM spans WHERE source = ${source} AND host = ${host})`,
        );
      }
    }
    for (let i = 0; i < batch.quarantine.length; i += 500) {
      await connection.run(`INSERT INTO quarantine VALUES ${batch.quarantine.slice(i, i + 500).join(',')}`);
    }
    let quarantined = 0;
    for (const count of batch.quarantined.values()) quarantined += count;
    await this.keepBooks(batch, progress, stored);
    return { stored, alreadyThere: read - stored, quarantined };
  }

  /** Writes down, by source, what was read and what became of it. */
  private async keepBooks(batch: Batch, progress: readonly Progress[], stored: number): Promise<void> {
    const { connection } = this.store;
    const bySource = new Map<number, number>();
    if (stored > 0) {
      const counted = await connection.runAndReadAll(`SELECT source, count(*) FROM lines WHERE n >= ${batch.firstNumber} GROUP BY source`);
      for (const [source, count] of counted.getRowsJS()) bySource.set(Number(source), Number(count));
    }
    for (const { source, offset, complete, tail, read, notes } of progress) {
      const id = this.sourceId(source);
      const own = bySource.get(id) ?? 0;
      const aside = batch.quarantined.get(id) ?? 0;
      const list = notes.length === 0 ? 'notes' : `list_concat(notes, [${notes.map(literal).join(',')}])`;
      await connection.run(
        `UPDATE sources SET "offset" = ${offset}, complete = ${complete}, tail = ${literal(tail)}, read = read + ${read}, stored = stored + ${own},
          already_there = already_there + ${read - own - aside}, quarantined = quarantined + ${aside}, notes = ${list} WHERE id = ${id}`,
      );
    }
  }

  private gathering(): Batch {
    if (this.batch !== undefined) return this.batch;
    mkdirSync(this.folder, { recursive: true });
    const turn = this.batches++;
    const buffers = this.buffers[turn % 2] as Record<'lines' | 'deliveries' | 'words' | 'relays', Buffer>;
    const file = (name: keyof typeof buffers) => new RowFile(join(this.folder, `${name}-${turn}`), buffers[name]);
    this.batch = {
      lines: file('lines'),
      deliveries: file('deliveries'),
      words: file('words'),
      relays: file('relays'),
      firstNumber: this.nextNumber,
      spans: new Map(),
      quarantine: [],
      quarantined: new Map(),
    };
    return this.batch;
  }

  private sourceId(source: Source): number {
    if (source === this.lastSource) return this.lastSourceId;
    let known = this.sources.get(source.key);
    if (known === undefined) {
      known = { id: this.nextSource++, offset: 0, complete: false, tail: '' };
      this.sources.set(source.key, known);
      this.freshSources.push(`(${known.id},${literal(source.key)},${literal(source.path)},0,false,'',0,0,0,0,[]::VARCHAR[])`);
    }
    this.lastSource = source;
    this.lastSourceId = known.id;
    this.lastSpan = undefined;
    return known.id;
  }

  private extendSpan(batch: Batch, source: number, host: number, micros: number): void {
    let span = this.lastSpan;
    if (span === undefined || span.host !== host) {
      const key = source * 65_536 + host;
      span = batch.spans.get(key);
      if (span === undefined) {
        span = { source, host, first: micros, last: micros };
        batch.spans.set(key, span);
      }
      this.lastSpan = span;
    }
    if (micros < span.first) span.first = micros;
    else if (micros > span.last) span.last = micros;
  }

  private remember(span: Span): void {
    const list = this.spans.get(span.host);
    const own = list?.find((other) => other.source === span.source);
    if (own !== undefined) {
      own.first = Math.min(own.first, span.first);
      own.last = Math.max(own.last, span.last);
    } else if (list === undefined) this.spans.set(span.host, [{ ...span }]);
    else list.push({ ...span });
  }

  /** Where other sources, committed before, may hold the same lines. */
  private overlaps(span: Span): Span[] {
    const shared: Span[] = [];
    for (const other of this.spans.get(span.host) ?? []) {
      if (other.source === span.source || other.first > span.last || other.last < span.first) continue;
      shared.push({ ...span, first: Math.max(span.first, other.first), last: Math.min(span.last, other.last) });
    }
    return merge(shared);
  }

  /** Takes away what lies beside the store while it is written. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.first - b.first)) {
    const last = merged.at(-1);
    if (last !== undefined && span.first <= last.last) last.last = Math.max(last.last, span.last);
    else merged.push(span);
  }
  return merged;
}
