/**
 * What happens when. A process is a generator function that reads like the life it plays and yields the seconds it
 * waits; the agenda runs all of them in order of time, those of one moment in order of their arrival.
 */

/** Code that plays a life: yields waits in seconds, returns `T`. */
export type Steps<T = void> = Generator<number, T, void>;

export class Agenda {
  // A binary heap in three parallel arrays, as objects per entry would cost more than the rest of the run.
  private readonly times: number[] = [];
  private readonly turns: number[] = [];
  private readonly processes: Steps<unknown>[] = [];
  private turn = 0;

  /** @param now seconds since 1970 */
  constructor(public now: number) {}

  /** Runs `process` from `delay` seconds from now. */
  start(process: Steps<unknown>, delay = 0): void {
    this.push(this.now + delay, process);
  }

  /** When the next process goes on; `Infinity` where none is left. */
  get next(): number {
    return this.times.length === 0 ? Infinity : (this.times[0] as number);
  }

  /** Lets the next process go on until it waits again. */
  step(): void {
    const time = this.times[0] as number;
    const process = this.processes[0] as Steps<unknown>;
    this.now = time;
    const result = process.next();
    if (result.done) this.pop();
    else this.replaceTop(time + Math.max(0, result.value), process);
  }

  private push(time: number, process: Steps<unknown>): void {
    // A process that starts others from within `step` must stay on top: nothing is earlier, and its turn is older.
    const turn = this.turn++;
    let hole = this.times.length;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      if ((this.times[above] as number) <= time) break;
      this.move(above, hole);
      hole = above;
    }
    this.put(hole, time, turn, process);
  }

  private pop(): void {
    const time = this.times.pop() as number;
    const turn = this.turns.pop() as number;
    const process = this.processes.pop() as Steps<unknown>;
    if (this.times.length > 0) this.sink(time, turn, process);
  }

  private replaceTop(time: number, process: Steps<unknown>): void {
    this.sink(time, this.turn++, process);
  }

  private sink(time: number, turn: number, process: Steps<unknown>): void {
    const { times, turns } = this;
    const size = times.length;
    let hole = 0;
    for (;;) {
      let below = 2 * hole + 1;
      if (below >= size) break;
      const right = below + 1;
      if (right < size && this.isBefore(times[right] as number, turns[right] as number, times[below] as number, turns[below] as number)) {
        below = right;
      }
      if (!this.isBefore(times[below] as number, turns[below] as number, time, turn)) break;
      this.move(below, hole);
      hole = below;
    }
    this.put(hole, time, turn, process);
  }

  private isBefore(time: number, turn: number, otherTime: number, otherTurn: number): boolean {
    return time < otherTime || (time === otherTime && turn < otherTurn);
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from] as number;
    this.turns[to] = this.turns[from] as number;
    this.processes[to] = this.processes[from] as Steps<unknown>;
  }

  private put(at: number, time: number, turn: number, process: Steps<unknown>): void {
    this.times[at] = time;
    this.turns[at] = turn;
    this.processes[at] = process;
  }
}
