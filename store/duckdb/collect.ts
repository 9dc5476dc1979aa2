/**
 * Collects garbage at once. V8 lets the old generation grow to a multiple of what lives before it looks through it; a pass over
 * lines leaves a gigabyte of facts behind and keeps a few megabytes, and its process has to stay below 400 MB.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let found: (() => void) | undefined;

export function collectGarbage(): void {
  if (found === undefined) {
    setFlagsFromString('--expose-gc');
    found = runInNewContext('gc') as () => void;
  }
  found();
}
