/**
 * Collects garbage at once. V8 lets the old generation grow to a multiple of what lives before it looks through it; a pass over
 * lines leaves a gigabyte of facts behind and keeps a few megabytes, and its process has to stay below 400 MB.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let found: (() => void) | undefined;

export function collectGarbage(): void {
  if (found === undefined) {
    setFlagsFromString('--expose-gc');
    found = runInNewContext('gc') as () => void;
  }
  found();
}

/** So many bytes more than were in use after the last collection make the next. */
const growth = 24 << 20;
const callsToLook = 4;

/** Collects garbage when there is much of it. */
export class GrownGarbage {
  private least = Number.POSITIVE_INFINITY;
  private calls = 0;

  /** To be called often. */
  collect(): void {
    if (++this.calls % callsToLook !== 0) return;
    const used = getHeapStatistics().used_heap_size;
    this.least = Math.min(this.least, used);
    if (used - this.least < growth) return;
    collectGarbage();
    this.least = getHeapStatistics().used_heap_size;
  }
}
