/** How full the queue is. Asked now and then, so that who asks for health or metrics never waits for Redis. */

/** Batches by state. */
export interface Depth {
  /** For a worker. */
  readonly waiting: number;
  /** In a worker's hands. */
  readonly active: number;
  /** For their time to be tried again. */
  readonly delayed: number;
  /** Unreadable ones, which no worker takes again. */
  readonly failed: number;
}

export class QueueDepth {
  /** What was last heard; undefined where the queue did not answer last time. */
  last: Depth | undefined;
  /** Why it did not. */
  trouble: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asking = false;

  /**
   * @param ask the queue
   * @param heard is told each time, with what was heard before
   * @param every milliseconds
   */
  constructor(
    private readonly ask: () => Promise<Depth>,
    private readonly heard: (depth: Depth | undefined, before: Depth | undefined) => void,
    private readonly every = 5_000,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), this.every);
    this.timer.unref();
    void this.look();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Asks now. A queue that does not answer for as long as this is one that does not answer. */
  async look(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const before = this.last;
    try {
      this.last = await within(this.every, this.ask());
      this.trouble = undefined;
    } catch (error) {
      this.last = undefined;
      this.trouble = `the queue does not say how full it is: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      this.asking = false;
    }
    this.heard(this.last, before);
  }
}

function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), milliseconds);
    timer.unref();
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
