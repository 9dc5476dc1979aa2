/** Answers that were given, kept for as long as the store stays as it is: a period that was seen is there at once. */
import { Markup } from '../report/html/markup.js';
import { NotWanted, type Wish } from './turns.js';

interface Kept {
  readonly version: string;
  readonly answer: unknown;
  readonly rows: number;
}

/** Rows of all answers together; a row is a few hundred bytes. */
const mostRows = 200_000;

export class Answers {
  /** The one that was asked for longest ago is the first. */
  private readonly kept = new Map<string, Kept>();
  private readonly underWay = new Map<string, { readonly wishes: Wishes; readonly answer: Promise<unknown> }>();
  private rows = 0;

  /** @param version is another one whenever the store is; answers of an older one do not count */
  constructor(private readonly version: () => string) {}

  /**
   * The answer to a question: the one that is kept, the one that somebody else waits for already, or a new one.
   * @param question all that makes it another question
   * @param ask for whom is asked: all who wait for this answer
   */
  async of<T>(question: string, wish: Wish, ask: (wish: Wish) => Promise<T>): Promise<T> {
    for (;;) {
      const version = this.version();
      const known = this.kept.get(question);
      if (known?.version === version) {
        this.kept.delete(question);
        this.kept.set(question, known);
        return known.answer as T;
      }
      const key = `${version} ${question}`;
      const asked = this.underWay.get(key) ?? this.begin(key, question, version, ask);
      asked.wishes.add(wish);
      try {
        return (await asked.answer) as T;
      } catch (error) {
        // Everybody else had gone just before this one came.
        if (!(error instanceof NotWanted) || !wish.wanted) throw error;
      }
    }
  }

  private begin<T>(key: string, question: string, version: string, ask: (wish: Wish) => Promise<T>) {
    const wishes = new Wishes();
    // Not before the first has said that he waits.
    const answer = Promise.resolve()
      .then(() => ask(wishes))
      .then((given) => {
        this.keep(question, { version, answer: given, rows: rowsOf(given) });
        return given;
      })
      .finally(() => this.underWay.delete(key));
    const asked = { wishes, answer };
    this.underWay.set(key, asked);
    return asked;
  }

  private keep(question: string, kept: Kept): void {
    this.rows += kept.rows - (this.kept.get(question)?.rows ?? 0);
    this.kept.delete(question);
    this.kept.set(question, kept);
    for (const [oldest, { rows }] of this.kept) {
      if (this.rows <= mostRows) break;
      this.kept.delete(oldest);
      this.rows -= rows;
    }
  }
}

/** All who wait for the same: as urgent as the most urgent of them, and wanted while one of them waits. */
class Wishes implements Wish {
  private readonly all: Wish[] = [];

  add(wish: Wish): void {
    this.all.push(wish);
  }

  get urgency(): number {
    return Math.min(...this.all.filter(({ wanted }) => wanted).map(({ urgency }) => urgency));
  }

  get wanted(): boolean {
    return this.all.some(({ wanted }) => wanted);
  }
}

/** An answer is a list of rows, or has one, or is a part of a page. */
function rowsOf(answer: unknown): number {
  if (answer instanceof Markup) return 1 + answer.text.length / 300;
  if (Array.isArray(answer)) return 1 + answer.length;
  if (typeof answer !== 'object' || answer === null) return 1;
  return Object.values(answer).reduce((sum: number, part) => sum + (Array.isArray(part) ? part.length : 0), 1);
}
