/**
 * The books of all sources, in `<prefix>-sources`. Several processes may keep those of one source: an entry is written on
 * the condition that nobody wrote in between (`if_seq_no`), and otherwise made anew on what is there now.
 */
import { randomUUID } from 'node:crypto';
import type { Position } from '../port.js';
import { type Entry, entered, positionOf, type SourceDocument, sourceId } from './account.js';
import type { BulkWriter } from './bulk.js';
import { Operations } from './operations.js';
import type { Patience } from './patience.js';

/** Books as they were seen last, and what names that state of them. */
interface Seen {
  readonly document: SourceDocument;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

const page = 1000;

export class Books {
  private readonly seen = new Map<string, SourceDocument>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly patience: Patience,
    private readonly bulk: BulkWriter,
    private readonly index: string,
  ) {}

  /** Reads all of them, as whoever imports asks at once where it was. */
  async load(): Promise<void> {
    const path = `/${this.index}`;
    // What a process wrote that ended just now.
    const { status } = await this.patience.ask({ method: 'POST', path: `${path}/_refresh` }, [404]);
    if (status === 404) return;
    for (let after: string | undefined; ; ) {
      const body = { size: page, sort: [{ key: 'asc' }], ...(after === undefined ? {} : { search_after: [after] }) };
      const answer = await this.patience.ask({
        method: 'POST',
        path: `${path}/_search`,
        querystring: { filter_path: 'hits.hits._source' },
        body,
      });
      const hits = (answer.body as { hits?: { hits?: readonly { _source: SourceDocument }[] } } | null)?.hits?.hits ?? [];
      for (const { _source } of hits) this.seen.set(_source.key, _source);
      if (hits.length < page) return;
      after = hits.at(-1)?._source.key;
    }
  }

  /** What was committed of a source, as far as this process knows. */
  positionOf(key: string): Position | undefined {
    const document = this.seen.get(key);
    return document && positionOf(document);
  }

  /** Enters what a commit has to say, durably. One commit at a time, for those that know the same sources. */
  enter(entries: readonly Entry[]): Promise<void> {
    const entering = this.turn.then(() => this.enterNow(entries));
    this.turn = entering.catch(() => {});
    return entering;
  }

  private async enterNow(entries: readonly Entry[]): Promise<void> {
    const commit = randomUUID();
    // Books of a shipper come with each of its batches, in any order; most are older than those that were seen.
    let left = entries.filter((entry) => entered(this.seen.get(entry.source.key), entry, commit) !== undefined);
    while (left.length > 0) {
      const there = await this.read(left.map(({ source }) => source.key));
      const operations = new Operations(Operations.bufferFor(0));
      const written: { readonly entry: Entry; readonly document: SourceDocument }[] = [];
      for (const entry of left) {
        const { key } = entry.source;
        const before = there.get(key);
        const document = entered(before?.document, entry, commit);
        if (document === undefined) {
          if (before !== undefined) this.seen.set(key, before.document);
          continue;
        }
        const where = { _index: this.index, _id: sourceId(key) };
        const action =
          before === undefined ? { create: where } : { index: { ...where, if_seq_no: before.seqNo, if_primary_term: before.primaryTerm } };
        operations.add(JSON.stringify(action), JSON.stringify(document));
        written.push({ entry, document });
      }
      if (written.length === 0) return;
      const result = await this.bulk.write(operations);
      left = [];
      for (const [i, { entry, document }] of written.entries()) {
        const became = result.of(i);
        // Somebody wrote in between, or it was us and the answer was lost: both is seen when it is read again.
        if (became === 'already_there') left.push(entry);
        else if (became === 'refused') throw new Error(`Elasticsearch refuses the books of ${entry.source.path}: ${result.refused.get(i)}`);
        else this.seen.set(entry.source.key, document);
      }
    }
  }

  /** As they are now, whether they can be searched for yet or not. */
  private async read(keys: readonly string[]): Promise<Map<string, Seen>> {
    const { body } = await this.patience.ask({
      method: 'POST',
      path: `/_mget`,
      body: { docs: keys.map((key) => ({ _index: this.index, _id: sourceId(key) })) },
    });
    const docs = (body as { docs: readonly { found?: boolean; _source?: SourceDocument; _seq_no?: number; _primary_term?: number }[] })
      .docs;
    const found = new Map<string, Seen>();
    for (const { _source, _seq_no, _primary_term } of docs) {
      if (_source === undefined || _seq_no === undefined || _primary_term === undefined) continue;
      found.set(_source.key, { document: _source, seqNo: _seq_no, primaryTerm: _primary_term });
    }
    return found;
  }
}
