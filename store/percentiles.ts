/**
 * Percentiles from counts of values. Postfix prints delays with two significant digits, so a million of them have a few
 * hundred values: counting those is several times faster than sorting, and exact.
 */
import type { Percentiles } from './port.js';

/** How often each value occurs. */
export class Distribution {
  private readonly counts = new Map<number, number>();
  private counted = 0;

  /** How many values there are. */
  get total(): number {
    return this.counted;
  }

  add(value: number, count: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + count);
    this.counted += count;
  }

  /** Nearest rank: the smallest value that this share of all values is not above. */
  percentiles(): Percentiles {
    if (this.total === 0) return { p50: undefined, p90: undefined, p99: undefined, max: undefined };
    const values = [...this.counts].sort(([a], [b]) => a - b);
    const at = (share: number) => {
      let left = Math.ceil(share * this.total);
      for (const [value, count] of values) {
        left -= count;
        if (left <= 0) return value;
      }
      return undefined;
    };
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: values.at(-1)?.[0] };
  }
}
