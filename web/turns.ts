/** Who is answered next: the most urgent first, and nobody who has gone away meanwhile. */

/** Somebody who waits for an answer. Both may change while he waits. */
export interface Wish {
  /** The lower, the sooner. */
  readonly urgency: number;
  /** Whether he still waits: a browser that went to another page does not. */
  readonly wanted: boolean;
}

/** Thrown to somebody who does not wait any more. */
export class NotWanted extends Error {
  constructor() {
    super('Nobody waits for this answer any more.');
  }
}

interface Waiting {
  readonly wish: Wish;
  readonly begin: () => void;
  readonly dismiss: () => void;
}

export class Turns {
  private readonly queue: Waiting[] = [];
  private running = 0;

  /**
   * @param atOnce how many are answered at the same time
   * @param onRest told when nobody is left
   */
  constructor(
    private readonly atOnce: number,
    private readonly onRest: () => void,
  ) {}

  get resting(): boolean {
    return this.running === 0 && this.queue.length === 0;
  }

  /** @throws NotWanted where the wish has gone before its turn came; what the work throws */
  take<T>(wish: Wish, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        this.running++;
        work()
          .then(resolve, reject)
          .finally(() => {
            this.running--;
            this.next();
          });
      };
      this.queue.push({ wish, begin, dismiss: () => reject(new NotWanted()) });
      this.next();
    });
  }

  private next(): void {
    while (this.running < this.atOnce && this.queue.length > 0) {
      let first = 0;
      for (const [i, { wish }] of this.queue.entries()) if (wish.urgency < (this.queue[first] as Waiting).wish.urgency) first = i;
      const [chosen] = this.queue.splice(first, 1) as [Waiting];
      if (chosen.wish.wanted) chosen.begin();
      else chosen.dismiss();
    }
    if (this.resting) this.onRest();
  }
}
