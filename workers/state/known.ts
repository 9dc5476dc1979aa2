/** Shelves as this process saw them last. Whoever reads one asks whether it is still so, and mostly it is. */
import type { Fact } from '../../postfix/message/fact.js';
import { own } from '../../postfix/message/own.js';

/** What lay on a shelf at some moment of its life. */
export interface KnownShelf {
  readonly born: string;
  /** How often something was put there until then. */
  readonly puts: number;
  readonly facts: readonly Fact[];
}

interface Kept extends KnownShelf {
  /** So many of the facts, from the first, have texts in memory of their own. */
  readonly owned: number;
}

/** Facts that are kept, twice those with two keys: what the last fold and the one before have looked at. */
const usual = 8_000;

export class KnownShelves {
  /** Those that were seen last come last. */
  private readonly shelves = new Map<string, Kept>();
  private count = 0;

  constructor(private readonly most = usual) {}

  get(shelf: string): KnownShelf | undefined {
    return this.shelves.get(shelf);
  }

  keep(shelf: string, seen: KnownShelf): void {
    const before = this.shelves.get(shelf);
    this.drop(shelf);
    // Facts that stay for longer than until the next look must not hold all of the text that they were cut out of.
    const owned = before !== undefined && before.facts[0] === seen.facts[0] ? before.facts.length : 0;
    for (const fact of seen.facts.slice(before?.owned ?? 0, owned)) own(fact);
    this.shelves.set(shelf, { ...seen, owned });
    this.count += seen.facts.length;
    for (const [oldest] of this.shelves) {
      if (this.count <= this.most) return;
      this.drop(oldest);
    }
  }

  drop(shelf: string): void {
    const kept = this.shelves.get(shelf);
    if (kept === undefined) return;
    this.shelves.delete(shelf);
    this.count -= kept.facts.length;
  }
}
