/** Facts of messages in flight in the memory of this process: for an import, which is alone with its lines. */
import type { Fact } from '../../postfix/message/fact.js';
import { type Claimed, type FactState, type Name, type Round, StateLost } from './port.js';
import { copyOf, isOfQueue } from './shelves.js';

interface Held {
  readonly born: string;
  /** By copy. */
  readonly facts: Map<string, Fact>;
  readonly names: Map<Name, number>;
  filled: boolean;
  documented: boolean;
  version: number;
  ended: boolean;
  touched: number;
}

export interface MemoryOptions {
  /** Facts that are held at most, twice those with two keys. */
  readonly most?: number;
  /** Milliseconds, only growing. */
  readonly clock?: () => number;
}

/** Milliseconds after which a line can certainly be searched for: Elasticsearch makes new ones visible once a second. */
const visible = 15_000;
const unused = 600_000;
/** Some 100 MB. */
const usual = 200_000;

export class MemoryFacts implements FactState {
  /** Those that were touched last come last. */
  private readonly shelves = new Map<string, Held>();
  private readonly most: number;
  private readonly clock: () => number;
  private count = 0;
  private births = 0;
  private young = true;
  private last = 0;

  constructor({ most = usual, clock = () => performance.now() }: MemoryOptions = {}) {
    this.most = most;
    this.clock = clock;
  }

  /** Facts that are held, twice those with two keys. */
  get held(): number {
    return this.count;
  }

  async begin(facts: ReadonlyMap<string, readonly Fact[]>): Promise<Round> {
    this.sweep();
    const own = new Map<Fact, Fact>();
    for (const [shelf, some] of facts) {
      const held = this.touch(shelf);
      if (isOfQueue(shelf)) held.ended = false;
      this.add(
        held,
        some.map((fact) => own.get(fact) ?? take(own, fact)),
      );
    }
    this.last = Math.max(this.last + 1, Math.round(Date.now() * 1000));
    const version = this.last * 2;
    return {
      version,
      read: async (shelves) => ({ shelves: shelves.map((shelf) => seen(this.touch(shelf))), young: this.young }),
      refreshed: async () => {
        this.young = false;
      },
      fill: async (fillings) => {
        for (const { shelf, born, facts: found } of fillings) {
          const held = this.shelves.get(shelf);
          if (held?.born !== born) continue;
          this.add(held, found);
          held.filled = true;
        }
      },
      claim: async (claims) =>
        claims.map(({ shelf, born, names, found }): Claimed => {
          const held = this.mustHold(shelf, born);
          if (held.version > version) return 'superseded';
          held.version = version;
          for (const [name, of] of found ?? []) if (!held.names.has(name)) held.names.set(name, of);
          if (found !== undefined) held.documented = true;
          const wanted = new Set(names);
          const stale = new Map([...held.names].filter(([name]) => !wanted.has(name)));
          for (const name of names) held.names.set(name, version);
          return { stale };
        }),
      settle: async (written) => {
        for (const { shelf, born, ended } of written) {
          const held = this.mustHold(shelf, born);
          if (held.version === version) held.ended = ended;
        }
      },
    };
  }

  async close(): Promise<void> {
    this.shelves.clear();
    this.count = 0;
  }

  private touch(shelf: string): Held {
    const known = this.shelves.get(shelf);
    if (known !== undefined) this.shelves.delete(shelf);
    const held: Held = known ?? {
      ...{ born: String(++this.births), facts: new Map(), names: new Map() },
      ...{ filled: false, documented: false, version: 0, ended: !isOfQueue(shelf), touched: 0 },
    };
    held.touched = this.clock();
    this.shelves.set(shelf, held);
    return held;
  }

  private add(held: Held, facts: readonly Fact[]): void {
    const before = held.facts.size;
    for (const fact of facts) held.facts.set(copyOf(fact), fact);
    this.count += held.facts.size - before;
  }

  private mustHold(shelf: string, born: string): Held {
    const held = this.shelves.get(shelf);
    if (held?.born !== born) throw new StateLost(`${shelf} is gone`);
    return held;
  }

  /** Lets go of what is not likely to be asked for, and of the oldest where there is too much. */
  private sweep(): void {
    const now = this.clock();
    for (const [shelf, { facts, ended, touched }] of this.shelves) {
      const isVisible = now - touched > visible;
      const isTooMuch = this.count > this.most;
      if (!isTooMuch && !isVisible) break;
      if (!isTooMuch && !ended && now - touched < unused) continue;
      this.shelves.delete(shelf);
      this.count -= facts.size;
      if (!isVisible) this.young = true;
    }
  }
}

/** A copy: the texts of a fact are cut out of many lines, which they would hold. */
function take(own: Map<Fact, Fact>, fact: Fact): Fact {
  const copy = JSON.parse(JSON.stringify(fact)) as Fact;
  own.set(fact, copy);
  return copy;
}

const seen = ({ born, facts, filled, documented }: Held) => ({ born, facts: [...facts.values()], filled, documented });
