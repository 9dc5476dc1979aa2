/** The commands that give the figures of a finding, as they are typed. */
import type { LocalClock } from '../render/clock.js';
import { shellWord } from '../render/shell.js';
import type { Window } from './measures.js';

export class Commands {
  /**
   * @param called `postscope`, or `npx postscope`
   * @param repeated flags that all of them need: `--host mailer --store …`
   */
  constructor(
    private readonly called: string,
    private readonly clock: LocalClock,
    private readonly repeated: string,
  ) {}

  /** Without a period. @param words behind `postscope` */
  bare(words: readonly string[]): string {
    const line = [this.called, ...words.map(shellWord)].join(' ');
    return this.repeated === '' ? line : `${line} ${this.repeated}`;
  }

  /** @param words behind `postscope` @param window of the lines that are meant, both ends included */
  of(words: readonly string[], { since, until }: Window): string {
    const times = [
      '--since',
      this.clock.iso(Math.floor(since / 1000) * 1000),
      '--until',
      this.clock.iso(Math.floor(until / 1000) * 1000 + 1000),
    ];
    return this.bare([...words, ...times]);
  }

  time(time: number): string {
    return this.clock.second(time);
  }
}
