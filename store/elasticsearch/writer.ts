/**
 * Writing into Elasticsearch. There are no transactions: what makes up for that is the order. Documents first, under an
 * `_id` by which a second time adds nothing; then the quarantine, likewise; then messages and attempts (folding.ts); then the
 * books. A process that ends in between leaves books that are too old, so that lines are brought again, and are there already,
 * and are folded again all the same.
 */
import { type EventDocument, toDocument } from '../../postfix/document.js';
import { identityOf } from '../../postfix/identity.js';
import { type Fact, factOf } from '../../postfix/message/fact.js';
import type { Event } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
import type { Zone } from '../../postfix/zone.js';
import { asideId } from '../aside.js';
import { StoreError } from '../errors.js';
import type { Account, Aside, Place, Position, Progress, Receipt, Source } from '../port.js';
import type { Entry } from './account.js';
import { toQuarantineDocument } from './aside.js';
import type { Books } from './books.js';
import type { BulkResult, BulkWriter, RequestSize } from './bulk.js';
import { toIndexed } from './document.js';
import type { Folding } from './folding.js';
import type { Installed } from './installed.js';
import { eventsIndex, indexNames } from './names.js';
import { aBatch, Operations } from './operations.js';

/** What several writers of one process have in common. */
export interface Shared {
  readonly prefix: string;
  readonly bulk: BulkWriter;
  readonly books: Books;
  readonly installed: Installed;
  readonly folding: Folding;
  readonly size: RequestSize;
  /** Indices that were written to. */
  readonly touched: Set<string>;
  /** Buffers of requests, to be used again. */
  readonly buffers: Buffer[];
}

/** A line whose document is on its way, and has its text. */
interface Line {
  readonly place: Place;
  readonly host: string;
  readonly time: number;
  readonly fact: Fact | undefined;
}

/** Documents of one request. */
interface Load {
  readonly operations: Operations;
  readonly lines: Line[];
  readonly indices: Set<string>;
}

/** What is gathered for one commit. */
class Batch {
  readonly asides: Aside[] = [];
  readonly released: string[] = [];
  readonly accounts = new Map<string, Entry>();
  readonly deliveries: Promise<void>[] = [];
  /** Of lines that are stored. */
  readonly facts: Fact[] = [];
  /** Identities of those that were stored before. */
  readonly again = new Set<string>();
  /** By host. */
  readonly zones = new Map<string, Zone>();
  /** By the key of the source, what became of its lines. */
  readonly became = new Map<string, { stored: number; alreadyThere: number; quarantined: number }>();
  added = 0;

  count(source: Source, what: keyof Receipt): void {
    let counts = this.became.get(source.key);
    if (counts === undefined) {
      counts = { stored: 0, alreadyThere: 0, quarantined: 0 };
      this.became.set(source.key, counts);
    }
    counts[what]++;
  }

  receipt(): Receipt {
    const total = { stored: 0, alreadyThere: 0, quarantined: 0 };
    for (const { stored, alreadyThere, quarantined } of this.became.values()) {
      total.stored += stored;
      total.alreadyThere += alreadyThere;
      total.quarantined += quarantined;
    }
    return total;
  }
}

/** The writing half of a cluster store. Several may write at once, in one process or in many. */
export class ElasticsearchWriter {
  private batch = new Batch();
  private load: Load | undefined;
  private readonly months: Months;

  constructor(private readonly shared: Shared) {
    this.months = new Months(shared.prefix);
  }

  positionOf(key: string): Position | undefined {
    return this.shared.books.positionOf(key);
  }

  get pending(): number {
    return this.batch.added + this.batch.asides.length;
  }

  add(event: Event, place: Place, kept: KeptText): void {
    const { size } = this.shared;
    const load = this.loading();
    const id = identityOf(event.host, event.time, kept, place.ordinal);
    const document = toIndexed(toDocument(event, kept, { id, path: place.source.path, offset: place.offset }), event, place.zone);
    const index = this.months.indexOf(event.time);
    load.indices.add(index);
    load.operations.add(`{"create":{"_index":"${index}","_id":"${id}"}}`, JSON.stringify(document));
    const fact = factOf(event, id, { path: place.source.path, offset: place.offset });
    if (fact !== undefined) this.batch.zones.set(event.host, place.zone);
    load.lines.push({ place, host: event.host, time: event.time, fact });
    this.batch.added++;
    // It need not wait for the commit: if that never comes, the document is there already when it is brought again.
    if (load.operations.count >= size.documents || load.operations.bytes >= Math.min(size.bytes, this.shared.bulk.largest)) this.dispatch();
  }

  setAside(line: Aside): void {
    this.batch.asides.push(line);
    this.batch.count(line.source, 'quarantined');
  }

  record(account: Account): void {
    const { accounts } = this.batch;
    const known = accounts.get(account.source.key)?.account;
    if (known === undefined || known.read <= account.read) accounts.set(account.source.key, { source: account.source, account });
  }

  release(ids: readonly string[]): void {
    this.batch.released.push(...ids);
  }

  /**
   * Resolves when Elasticsearch has acknowledged all of it. One commit at a time; after one that failed nothing of it
   * counts, and its lines have to be brought again.
   * @throws StoreError where somebody has to do something first; the reason of the signal
   */
  async commit(progress: readonly Progress[]): Promise<Receipt> {
    this.dispatch();
    const { batch } = this;
    this.batch = new Batch();
    await Promise.all(batch.deliveries);
    await this.keepAside(batch.asides);
    await this.letGo(batch);
    await this.shared.folding.fold(batch);
    const entries = new Map(batch.accounts);
    for (const to of progress) {
      const { stored, quarantined } = batch.became.get(to.source.key) ?? { stored: 0, quarantined: 0 };
      const became = { stored, quarantined, alreadyThere: to.read - stored - quarantined };
      entries.set(to.source.key, { source: to.source, ...entries.get(to.source.key), progress: { to, became } });
    }
    if (entries.size > 0) await this.shared.books.enter([...entries.values()]);
    if (entries.size > 0) this.shared.touched.add(indexNames(this.shared.prefix).sources);
    return batch.receipt();
  }

  private loading(): Load {
    this.load ??= {
      operations: new Operations(this.shared.buffers.pop() ?? Operations.bufferFor(aBatch)),
      lines: [],
      indices: new Set(),
    };
    return this.load;
  }

  /** Sends what is gathered on its way. */
  private dispatch(): void {
    const { load, batch } = this;
    if (load === undefined) return;
    this.load = undefined;
    const delivery = this.deliver(load, batch);
    // It fails where it is waited for.
    delivery.catch(() => {});
    batch.deliveries.push(delivery);
  }

  private async deliver({ operations, lines, indices }: Load, batch: Batch): Promise<void> {
    const { installed, bulk, touched, buffers } = this.shared;
    for (const index of indices) await installed.index(index);
    const result = await bulk.write(operations);
    for (const index of indices) touched.add(index);
    for (const [i, line] of lines.entries()) {
      const { source } = line.place;
      switch (result.of(i)) {
        case 'stored':
          batch.count(source, 'stored');
          if (line.fact !== undefined) batch.facts.push(line.fact);
          break;
        case 'already_there':
          batch.count(source, 'alreadyThere');
          // Whoever stored it may have died before it was folded.
          if (line.fact !== undefined) {
            batch.facts.push(line.fact);
            batch.again.add(line.fact.id);
          }
          break;
        case 'refused':
          batch.asides.push(refused(line, textOf(operations.documentOf(i) as EventDocument), result.refused.get(i)));
          batch.count(source, 'quarantined');
      }
    }
    buffers.push(operations.spent);
  }

  private async keepAside(asides: readonly Aside[]): Promise<void> {
    const { quarantine } = indexNames(this.shared.prefix);
    await this.writeAll(
      quarantine,
      asides.map((line) => {
        const document = toQuarantineDocument(line);
        return [`{"create":{"_index":"${quarantine}","_id":"${document.id}"}}`, JSON.stringify(document)];
      }),
    );
  }

  /** Lines that were kept aside again stay there. */
  private async letGo({ released, asides }: Batch): Promise<void> {
    const { quarantine } = indexNames(this.shared.prefix);
    const kept = new Set(asides.map(asideId));
    const gone = [...new Set(released)].filter((id) => !kept.has(id));
    await this.writeAll(
      quarantine,
      gone.map((_id) => [JSON.stringify({ delete: { _index: quarantine, _id } })]),
    );
  }

  private async writeAll(index: string, all: readonly (readonly [action: string, document?: string])[]): Promise<void> {
    const { bulk, size, touched } = this.shared;
    for (let i = 0; i < all.length; ) {
      const operations = new Operations(Operations.bufferFor(0));
      for (; i < all.length && operations.count < size.documents && operations.bytes < size.bytes; i++) {
        const [action, document] = all[i] as (typeof all)[number];
        operations.add(action, document);
      }
      noneRefused(await bulk.write(operations), index);
      touched.add(index);
    }
  }
}

/** There is no quarantine of the quarantine. */
function noneRefused({ refused }: BulkResult, index: string): void {
  const [why] = refused.values();
  if (why !== undefined) throw new StoreError('not_writable', `Elasticsearch refuses a line that was to be kept in ${index}: ${why}`);
}

const textOf = ({ event, postfix }: EventDocument): KeptText => ({
  text: event.original ?? '',
  encoding: postfix?.encoding ?? 'utf-8',
});

/** A line whose document was refused, with what it can be read by again: its own time is that of a stamp that has no year. */
function refused({ place, host, time }: Line, text: KeptText, why: string | undefined): Aside {
  const { source, offset, ordinal, zone } = place;
  return { reason: 'refused', why, source, offset, ordinal, text, zone: zone.name, host, anchor: Math.ceil(time) };
}

const day = 86_400_000;

/** The index of a time: lines mostly are of the day of the line before. */
class Months {
  private day = Number.NaN;
  private index = '';

  constructor(private readonly prefix: string) {}

  indexOf(time: number): string {
    const at = Math.floor(time / day);
    if (at !== this.day) {
      this.day = at;
      this.index = eventsIndex(this.prefix, time);
    }
    return this.index;
  }
}
