/** Turns at reading: who has waited longest is next, so that one large file does not keep the others waiting, and few stretches are in memory. */
export class Turns {
  private readonly waiting: (() => void)[] = [];

  /** @param free how many may read at a time */
  constructor(private free: number) {}

  /** Resolves when it is one's turn. @returns ends it */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    };
  }
}
