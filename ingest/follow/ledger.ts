/** What of a source is under way, and up to where all of it is stored: the place that a checkpoint may name (DESIGN, promise 3). */
import type { Outcome } from '../../queue/port.js';
import type { Account, Source } from '../../store/port.js';

/** The books of a source up to its lowest byte that is not stored. */
export interface Books extends Outcome {
  readonly offset: number;
  /** Digest of what is in front of `offset`. */
  readonly tail: string;
  readonly notes: readonly string[];
}

export const noBooks: Books = { offset: 0, tail: '', read: 0, stored: 0, alreadyThere: 0, quarantined: 0, notes: [] };

/** A batch that is under way. */
export interface Entry {
  readonly next: number;
  readonly tail: string;
  /** Where whoever delivers the source goes on behind it: the cursor of a journal. */
  readonly mark: string | undefined;
  outcome: Outcome | undefined;
}

export class Ledger {
  /** In the order of their offsets. */
  private readonly entries = new Set<Entry>();
  private books: Books;
  /** The mark of the last batch that all is stored up to. */
  mark: string | undefined;

  constructor(
    readonly source: Source,
    books: Books,
    mark?: string,
  ) {
    this.books = books;
    this.mark = mark;
  }

  /** A batch goes out. Batches are opened in the order of their offsets. */
  open(next: number, tail: string, mark?: string): Entry {
    const entry: Entry = { next, tail, mark, outcome: undefined };
    this.entries.add(entry);
    return entry;
  }

  /** A batch is stored; in any order. @returns whether it was still waited for */
  close(entry: Entry, outcome: Outcome): boolean {
    if (entry.outcome !== undefined || !this.entries.has(entry)) return false;
    entry.outcome = outcome;
    for (const first of this.entries) {
      const { next, tail, mark, outcome: done } = first;
      if (done === undefined) break;
      this.entries.delete(first);
      const { read, stored, alreadyThere, quarantined, notes } = this.books;
      this.books = {
        offset: next,
        tail,
        read: read + done.read,
        stored: stored + done.stored,
        alreadyThere: alreadyThere + done.alreadyThere,
        quarantined: quarantined + done.quarantined,
        notes,
      };
      this.mark = mark ?? this.mark;
    }
    return true;
  }

  /** What is under way is given up: all behind the lowest byte that is not stored is sent anew. */
  forget(): void {
    this.entries.clear();
  }

  note(sentence: string): void {
    const { notes } = this.books;
    if (!notes.includes(sentence)) this.books = { ...this.books, notes: [...notes, sentence] };
  }

  /** Batches under way. */
  get pending(): number {
    return this.entries.size;
  }

  get stored(): Books {
    return this.books;
  }

  account(complete: boolean): Account {
    return { ...this.books, source: this.source, path: this.source.path, bytes: this.books.offset, complete };
  }
}
