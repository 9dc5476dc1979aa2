/**
 * One person's data taken out of a cluster. There are no transactions: what is to be done is written down first, and every step finds what is
 * left to do by what still names them, so whoever comes after one that was killed ends it. Lines go first, as a worker that folds
 * meanwhile makes messages of the lines that are there; what it knows of them in Redis is forgotten in between. What was deleted lies in
 * segments until these are merged, which is asked for at the end.
 */
import type { Eraser } from '../../postfix/privacy/erasure.js';
import { type EraseOptions, type EraseWriter, type Naming, noneNaming } from '../erase_port.js';
import { StoreError } from '../errors.js';
import { type Counts, type Erasure, newEntryId } from '../retention_port.js';
import { Asked } from './asked.js';
import { BulkWriter, requestSize } from './bulk.js';
import { type Connection, openClient } from './client.js';
import type { IndexedDocument } from './document.js';
import { type Beside, eraseAsides, eraseHolds, eraseNotes, eraseSnapshots } from './erase_beside.js';
import { documents, type Found, Writing } from './erase_documents.js';
import { linesNaming, queueOf, rewriteLines } from './erase_lines.js';
import { deleteMade, eraseMade, foldAgain, keyOf, type Made, madeNaming, madeOf, madeWith, parts } from './erase_messages.js';
import { expunge } from './expunge.js';
import { Installed } from './installed.js';
import { indexNames } from './names.js';
import { type Answer, Patience } from './patience.js';
import { anAttempt } from './questions/attempts.js';
import { all, any, has, none } from './questions/within.js';
import { putEntry, retentionLog } from './retention.js';

/** @throws StoreError */
export async function openElasticsearchErase(
  { prefix, ...connection }: Connection & { readonly prefix: string },
  options: EraseOptions,
  mode: 'read' | 'write',
): Promise<EraseWriter> {
  const client = await openClient(connection);
  const asked = new Asked(client, indexNames(prefix), connection.url);
  const erase = new ClusterErase(asked, new Patience(client), options);
  if (mode === 'read') return erase;
  try {
    await erase.mayWrite();
    return erase;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** What goes with somebody, where messages go whole. */
interface Going {
  readonly messages: readonly Made[];
  /** Their attempts, and what deliveries tell of c. */
  readonly attempts: readonly Made[];
  /** By index and `_id`: lines that name them last, as the others are found by these. */
  readonly lines: ReadonlyMap<string, Pick<Found<unknown>, 'index' | 'id'>>;
}

class ClusterErase implements EraseWriter {
  private readonly eraser: Eraser;
  private readonly remove: boolean;
  private readonly bulk: BulkWriter;
  private readonly installed: Installed;

  constructor(
    private readonly asked: Asked,
    private readonly patience: Patience,
    private readonly options: EraseOptions,
  ) {
    this.eraser = options.eraser;
    this.remove = options.remove;
    this.bulk = new BulkWriter(patience);
    this.installed = new Installed(patience, asked.names.prefix);
  }

  /** Before anything is written. @throws StoreError where the record has no index, or the user not the right */
  async mayWrite(): Promise<void> {
    const { names } = this.asked;
    await retentionLog(this.asked);
    await this.installed.index(names.retention);
    const months = [names.events, names.messages, names.attempts, names.snapshots];
    const body = {
      index: [
        { names: months, privileges: ['read', 'index', 'delete', 'maintenance', 'manage'] },
        { names: [names.quarantine, names.sources, names.retention], privileges: ['read', 'index', 'delete', 'maintenance', 'manage'] },
      ],
    };
    const answer = await this.patience.attempt({ method: 'POST', path: '/_security/user/_has_privileges', body });
    // Without security everybody may.
    if ('body' in answer && (answer as Answer & { body: { has_all_requested?: boolean } }).body?.has_all_requested === false) {
      throw new StoreError(
        'denied',
        "the user or API key may not change lines of this store; it needs the role 'erase' of mappings/roles/",
      );
    }
    // What others have stored just now is found.
    this.asked.changed();
  }

  async naming(): Promise<Naming> {
    const going = await this.going();
    const beside = { ...this.beside, write: false };
    return {
      ...noneNaming,
      lines: this.remove ? going.lines.size : await this.countLines(),
      messages: going.messages.length,
      attempts: going.attempts.filter(({ source }) => source.event.action === 'attempt').length,
      snapshots: await eraseSnapshots(beside),
      quarantined: await eraseAsides(beside, this.remove),
      holds: await eraseHolds(beside),
    };
  }

  async finish(onStep: (what: string) => void): Promise<void> {
    for (const entry of await retentionLog(this.asked)) {
      if (entry.what !== 'erasure' || entry.after !== undefined || entry.of !== this.eraser.pseudonym) continue;
      await this.carryOut(entry, onStep);
    }
  }

  async erase(by: { readonly time: number; readonly who: string }, onStep: (what: string) => void): Promise<Erasure> {
    const begun: Erasure = {
      ...{ what: 'erasure', id: newEntryId(), ...by, of: this.eraser.pseudonym, how: this.remove ? 'removed' : 'replaced' },
      ...{ found: await this.naming(), before: await this.counts() },
    };
    await putEntry(this.patience, this.asked.names, begun);
    return this.carryOut(begun, onStep);
  }

  async traces(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const some of documents<{ readonly path: string; readonly key: string }>(
      this.asked,
      this.asked.names.sources,
      { match_all: {} },
      [{ key: 'asc' }],
    )) {
      if (!some.some(({ source }) => this.eraser.names(source.path) || this.eraser.names(source.key))) continue;
      found.push('the name of a file that lines came from has it, by which that file is known again');
      break;
    }
    const left = await expunge(this.patience, this.asked.names, false);
    if (left > 0) {
      found.push(
        `segments of Elasticsearch have ${left} deleted documents, which no question finds, until it merges them: POST /${this.asked.names.prefix}-*/_forcemerge?only_expunge_deletes=true`,
      );
    }
    return found;
  }

  close(): Promise<void> {
    return this.asked.close();
  }

  private get beside(): Omit<Beside, 'write'> {
    const { asked, bulk, installed, eraser } = this;
    return { asked, bulk, installed, eraser };
  }

  /** Whatever of it was done before is found done. */
  private async carryOut(begun: Erasure, onStep: (what: string) => void): Promise<Erasure> {
    onStep('Erasing …');
    if (begun.how === 'removed') await this.takeOut(await this.going());
    else await this.replace();
    const beside = { ...this.beside, write: true };
    await eraseSnapshots(beside);
    await eraseAsides(beside, begun.how === 'removed');
    await eraseHolds(beside);
    await eraseNotes(beside);
    this.asked.changed();
    onStep('Having Elasticsearch merge what was deleted …');
    await expunge(this.patience, this.asked.names, true, this.options.mergeFor);
    const ended: Erasure = { ...begun, after: await this.counts() };
    await putEntry(this.patience, this.asked.names, ended);
    return ended;
  }

  private async replace(): Promise<void> {
    const { asked, eraser, bulk } = this;
    const queues = new Set<string>();
    for (const { source } of await madeNaming(asked, eraser)) {
      const key = keyOf(source);
      if (key !== undefined) queues.add(key);
    }
    for await (const some of linesNaming(asked, eraser)) {
      for (const { source } of some) {
        const key = queueOf(source);
        if (key !== undefined) queues.add(key);
      }
    }
    const made = await madeOf(asked, queues);
    await rewriteLines(asked, bulk, eraser);
    asked.changed();
    await this.options.forget?.();
    await foldAgain(asked, queues, made, {
      ...{ prefix: asked.names.prefix, bulk, installed: this.installed, patience: this.patience },
      ...{ size: requestSize, touched: new Set<string>(), buffers: [] },
    });
    await eraseMade(await madeNaming(asked, eraser), eraser, new Writing(bulk));
    asked.changed();
  }

  private async takeOut({ messages, attempts, lines }: Going): Promise<void> {
    const { asked, bulk } = this;
    const writing = new Writing(bulk);
    // Those that name them come last in it.
    for (const { index, id } of lines.values()) await writing.add({ delete: { _index: index, _id: id } });
    await writing.end();
    await this.options.forget?.();
    await deleteMade(attempts, new Writing(bulk));
    await deleteMade(messages, new Writing(bulk));
    asked.changed();
  }

  /** What names them, and with it the messages that it is of. */
  private async going(): Promise<Going> {
    const { asked, eraser } = this;
    const naming: Found<IndexedDocument>[] = [];
    const queues = new Set<string>();
    for await (const some of linesNaming(asked, eraser)) {
      for (const { index, id, version, source } of some) {
        const { host, email, postfix } = source;
        // Its text is not needed any more, and there may be many.
        naming.push({ index, id, version, source: { host, email, postfix: { micros: postfix.micros } } as IndexedDocument });
        const key = queueOf(source);
        if (key !== undefined) queues.add(key);
      }
    }
    const byThemselves = await madeNaming(asked, eraser);
    for (const { source } of byThemselves) {
      const key = keyOf(source);
      if (key !== undefined && source.event.action === 'message') queues.add(key);
    }
    const spoken = new Set(byThemselves.map(({ id }) => id));
    const times = new Map<string, number[]>();
    for (const { source } of naming) {
      const key = queueOf(source);
      if (key !== undefined) times.set(key, [...(times.get(key) ?? []), source.postfix.micros]);
    }
    const messages = (await madeOf(asked, queues)).filter(({ id, source }) => {
      if (source.event.action !== 'message') return false;
      const [first, last] = spanOf(source);
      return spoken.has(id) || (times.get(keyOf(source) ?? '') ?? []).some((time) => time >= first && time <= last);
    });
    const attempts = await madeWith(
      asked,
      messages.map(({ id }) => id),
    );
    const lines = new Map<string, Pick<Found<unknown>, 'index' | 'id'>>();
    if (this.remove) {
      for (const line of await this.linesWith(messages, attempts)) lines.set(line.id, line);
      for (const { index, id } of naming) {
        lines.delete(id);
        lines.set(id, { index, id });
      }
    }
    return { messages, attempts, lines };
  }

  /** All lines of messages, and those of their attempts that name no message. */
  private async linesWith(messages: readonly Made[], attempts: readonly Made[]): Promise<Pick<Found<unknown>, 'index' | 'id'>[]> {
    const found: Pick<Found<unknown>, 'index' | 'id'>[] = [];
    const ids = attempts.filter(({ source }) => source.event.action === 'attempt').map(({ id }) => id);
    for (const some of parts(ids, 1_000)) {
      for await (const lines of documents<never>(this.asked, this.asked.names.events, { ids: { values: some } })) found.push(...lines);
    }
    for (const some of parts(messages, 100)) {
      const spans = some.map(({ source }) => {
        const [gte, lte] = spanOf(source);
        return all(
          { term: { 'host.name': source.host.name } },
          { term: { 'email.local_id': source.email?.local_id as string } },
          { range: { 'postfix.micros': { gte, lte } } },
        );
      });
      for await (const lines of documents<never>(this.asked, this.asked.names.events, any(...spans))) found.push(...lines);
    }
    return found;
  }

  private async countLines(): Promise<number> {
    let count = 0;
    for await (const some of linesNaming(this.asked, this.eraser)) count += some.length;
    return count;
  }

  private async counts(): Promise<Counts> {
    const { names } = this.asked;
    const count = async (index: string, query: object) => {
      const { hits } = await this.asked.search({ index, query, size: 0, track_total_hits: true });
      return typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    };
    return {
      events: await count(names.events, { match_all: {} }),
      messages: await count(names.messages, { match_all: {} }),
      attempts: await count(names.attempts, anAttempt),
      snapshots: await count(names.snapshots, none(has('postfix.snapshot.part'))),
    };
  }
}

/** Microseconds from a message's first line to its last. */
function spanOf({ postfix: { micros, folded } }: Made['source']): [first: number, last: number] {
  const { firstLine = micros / 1000, lastLine = micros / 1000 } = folded as { firstLine?: number; lastLine?: number };
  return [Math.round(firstLine * 1000), Math.round(lastLine * 1000)];
}
