/** Readers for a server that is asked now and then, over a store that others may want to write to meanwhile. */
import { statSync } from 'node:fs';
import type { StoreAddress } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { Answers } from './answers.js';
import { NotWanted, Turns, type Wish } from './turns.js';

export interface ReadersOptions {
  readonly open: () => Promise<Reader>;
  /** Is another text whenever the store is another; answers are kept until then. */
  readonly version: () => string;
  /** How many questions the store is asked at a time: an embedded one answers each with all cores. */
  readonly atOnce?: number;
  /** Milliseconds without a question after which the store is let go, so that an import gets in. */
  readonly idle?: number;
}

/**
 * One reader, opened when something is asked and closed when nothing is. What takes turns is the single question and not the page, so
 * that a page that is wanted now does not wait for a diagnosis to end.
 */
export class Readers {
  private readonly answers: Answers;
  private readonly turns: Turns;
  private reader: Promise<Reader> | undefined;
  private closing: NodeJS.Timeout | undefined;

  constructor(private readonly options: ReadersOptions) {
    this.answers = new Answers(options.version);
    this.turns = new Turns(options.atOnce ?? 1, () => this.rest());
  }

  /** What the store is at the moment: another text once it has changed. */
  get version(): string {
    return this.options.version();
  }

  /** For somebody who waits: each answer is kept, and given again. @throws what opening the store or the question throws; NotWanted */
  readerFor(wish: Wish): Reader {
    return asking((name, words, ask) => this.answers.of(`${name} ${JSON.stringify(words)}`, wish, (all) => this.turn(all, ask)));
  }

  /** An answer that takes many questions, of which nobody asks for another one: it is kept whole, and they are not. @throws likewise */
  whole<T>(question: string, wish: Wish, answer: (reader: Reader) => Promise<T>): Promise<T> {
    return this.answers.of(question, wish, (all) => answer(asking((_name, _words, ask) => this.turn(all, ask))));
  }

  /** What was made of answers, kept as they are. @param make for all who wait for it */
  made<T>(what: string, wish: Wish, make: (all: Wish) => Promise<T>): Promise<T> {
    return this.answers.of(what, wish, make);
  }

  async close(): Promise<void> {
    clearTimeout(this.closing);
    await this.letGo();
  }

  private async turn<T>(wish: Wish, ask: (reader: Reader) => Promise<T>): Promise<T> {
    if (!wish.wanted) throw new NotWanted();
    clearTimeout(this.closing);
    return this.turns.take(wish, async () => {
      this.reader ??= this.options.open();
      const opened = this.reader;
      // One that could not be opened is tried again by the next.
      opened.catch(() => {
        if (this.reader === opened) this.reader = undefined;
      });
      return ask(await opened);
    });
  }

  private rest(): void {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => {
      // In a turn of its own: whoever asks meanwhile opens the store when it is closed.
      if (this.reader !== undefined && this.turns.resting) this.turns.take(always, () => this.letGo()).catch(() => {});
    }, this.options.idle ?? 2_000);
    this.closing.unref();
  }

  private async letGo(): Promise<void> {
    const { reader } = this;
    this.reader = undefined;
    await (await reader?.catch(() => undefined))?.close();
  }
}

const always: Wish = { urgency: 0, wanted: true };

type Ask = (reader: Reader) => Promise<unknown>;

/** A reader whose every question goes through other hands. */
function asking(pass: (name: string, words: readonly unknown[], ask: Ask) => Promise<unknown>): Reader {
  return new Proxy({} as Reader, {
    get:
      (_, name: keyof Reader) =>
      (...words: unknown[]) =>
        pass(name, words, (reader) => (reader[name] as (...all: unknown[]) => Promise<unknown>)(...words)),
  });
}

/** How long answers of a server are kept, which does not tell when it gets new lines: milliseconds. */
const aMoment = 10_000;

/** What is another text whenever a store is: of a file, when it was written last, and how long it is. */
export function versionOf({ path }: StoreAddress): () => string {
  if (path === undefined) return () => String(Math.floor(Date.now() / aMoment));
  return () =>
    [path, `${path}.wal`]
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
        return stat === undefined ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
      })
      .join(' ');
}
