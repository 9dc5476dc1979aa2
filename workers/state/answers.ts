/** Answers what the fold asks for, in one round: from the state, and where that does not know, from the store. */
import type { Fact } from '../../postfix/message/fact.js';
import type { Question } from '../../postfix/message/refold.js';
import type { Name, Round, Shelf, Stored } from './port.js';
import { byShelf, copyOf, isOfQueue, processShelves, queueShelf } from './shelves.js';

/** What is known of a queue ID when its documents are to be written. */
export interface Known {
  readonly shelf: string;
  readonly born: string;
  /** Documents from before; undefined where the state knows them. */
  readonly found: ReadonlyMap<Name, number> | undefined;
}

const none: ReadonlyMap<Name, number> = new Map();

export class Answers {
  /** Shelves that were read in this round, filled. */
  private readonly shelves = new Map<string, Shelf>();
  /** Those of queue IDs that the store has no lines of but the new ones. */
  private readonly fresh = new Set<string>();
  private refreshing: Promise<void> | undefined;
  private young = false;

  /** @param isNew whether the line of a fact was stored just now, and was not there before */
  constructor(
    private readonly round: Round,
    private readonly stored: Stored,
    private readonly isNew: (id: string) => boolean,
  ) {}

  async facts({ queues, processes }: Question): Promise<Fact[]> {
    const wanted = queues.map((key) => ({ shelf: queueShelf(key), queue: key }));
    const stretches = processes.flatMap(({ key, from, to }) => processShelves(key, from, to).map((one) => ({ ...one, key })));
    await this.fetch(wanted, stretches);
    const facts = wanted.flatMap(({ shelf }) => this.mustHave(shelf).facts);
    const byKey = new Map(processes.map((process) => [process.key, process]));
    for (const { shelf, key } of stretches) {
      const { from, to } = byKey.get(key) as (typeof processes)[number];
      for (const fact of this.mustHave(shelf).facts) if (fact.time >= from && fact.time <= to) facts.push(fact);
    }
    return facts;
  }

  /** What is known of queue IDs that were asked for. */
  async known(queues: readonly string[]): Promise<Map<string, Known>> {
    const unknown = queues.filter((key) => {
      const shelf = queueShelf(key);
      return !this.mustHave(shelf).documented && !this.fresh.has(shelf);
    });
    if (unknown.length > 0 && this.young) await this.refresh();
    const documents = unknown.length === 0 ? new Map<string, ReadonlyMap<Name, number>>() : await this.stored.documents(unknown);
    const asked = new Set(unknown);
    return new Map(
      queues.map((key) => {
        const shelf = queueShelf(key);
        const { born, documented } = this.mustHave(shelf);
        const found = asked.has(key) ? (documents.get(key) ?? none) : documented ? undefined : none;
        return [key, { shelf, born, found }];
      }),
    );
  }

  private async fetch(
    queues: readonly { readonly shelf: string; readonly queue: string }[],
    stretches: readonly { readonly shelf: string; readonly key: string; readonly from: number; readonly to: number }[],
  ): Promise<void> {
    const missing = [...queues, ...stretches].filter(({ shelf }) => !this.shelves.has(shelf)).map(({ shelf }) => shelf);
    if (missing.length === 0) return;
    const { shelves, young } = await this.round.read(missing);
    if (young) this.young = true;
    const empty = new Map<string, Shelf>();
    for (const [i, shelf] of missing.entries()) {
      const read = shelves[i] as Shelf;
      this.shelves.set(shelf, read);
      if (!read.filled) empty.set(shelf, read);
    }
    if (empty.size === 0) return;
    if (this.young) await this.refresh();
    const found = byShelf(
      await this.stored.facts(
        {
          queues: queues.filter(({ shelf }) => empty.has(shelf)).map(({ queue }) => queue),
          processes: stretches.filter(({ shelf }) => empty.has(shelf)),
        },
        this.isNew,
      ),
    );
    await this.round.fill(
      [...empty].map(([shelf, read]) => {
        const all = found.get(shelf) ?? [];
        const held = new Set(read.facts.map(copyOf));
        const facts = all.filter((fact) => !held.has(copyOf(fact)));
        this.shelves.set(shelf, { ...read, facts: [...read.facts, ...facts] });
        if (isOfQueue(shelf) && [...read.facts, ...all].every(({ id }) => this.isNew(id))) this.fresh.add(shelf);
        return { shelf, born: read.born, facts };
      }),
    );
  }

  /** Once a round is enough: what others lost, they had stored before it. */
  private refresh(): Promise<void> {
    this.refreshing ??= this.stored.refresh().then(() => this.round.refreshed());
    return this.refreshing;
  }

  private mustHave(shelf: string): Shelf {
    const held = this.shelves.get(shelf);
    if (held === undefined) throw new RangeError(`${shelf} was not asked for`);
    return held;
  }
}
