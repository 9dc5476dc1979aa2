/** What is replaced in a text. */
import type { Span } from './addresses.js';

export interface Edit extends Span {
  readonly with: string;
}

/** Replacements that do not overlap, in the order in which they stand. */
export class Edits {
  private readonly all: Edit[];

  constructor(
    private readonly text: string,
    all: readonly Edit[] = [],
  ) {
    this.all = [...all];
  }

  copy(): Edits {
    return new Edits(this.text, this.all);
  }

  get size(): number {
    return this.all.length;
  }

  /** What is replaced already stays as it was replaced first. @returns whether there was room for it */
  add(edit: Edit): boolean {
    const { all } = this;
    let at = all.length;
    while (at > 0 && (all[at - 1] as Edit).from >= edit.to) at--;
    const before = all[at - 1];
    if (edit.from >= edit.to || (before !== undefined && before.to > edit.from)) return false;
    all.splice(at, 0, edit);
    return true;
  }

  /** What of a stretch is not replaced. */
  gaps({ from, to }: Span): Span[] {
    const gaps: Span[] = [];
    let at = from;
    for (const edit of this.all) {
      if (edit.to <= from || edit.from >= to) continue;
      if (edit.from > at) gaps.push({ from: at, to: edit.from });
      at = edit.to;
    }
    if (at < to) gaps.push({ from: at, to });
    return gaps;
  }

  /** A stretch with all of them done. */
  apply({ from, to }: Span): string {
    let done = '';
    let at = from;
    for (const edit of this.all) {
      done += this.text.slice(at, edit.from) + edit.with;
      at = edit.to;
    }
    return done + this.text.slice(at, to);
  }
}
