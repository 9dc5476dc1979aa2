/** Nothing is waited for without end: a step of a probe ends by itself, by its timeout, or because the probe was stopped. */

/** The step took longer than it may. */
export class TimedOut extends Error {}

/**
 * Waits for something that `begin` starts, and clears up behind it whatever happens.
 * @param begin is given how to end it, and returns what to clear up
 * @throws TimedOut after `seconds`; the signal's reason when it is stopped
 */
export function within<T>(
  seconds: number,
  signal: AbortSignal,
  begin: (done: (value: T) => void, fail: (error: Error) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let clear: (() => void) | undefined;
    let ended = false;
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      clear?.();
      settle();
    };
    const stop = () => end(() => reject(signal.reason));
    const timer = setTimeout(() => end(() => reject(new TimedOut())), seconds * 1000);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return stop();
    try {
      clear = begin(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      );
    } catch (error) {
      end(() => reject(error));
    }
    if (ended) clear?.();
  });
}

/** Seconds since a `performance.now()`, to the millisecond. */
export const secondsSince = (start: number): number => Math.round(performance.now() - start) / 1000;

/** Does something with each, so many at a time, and keeps the order. */
export async function inParallel<T, R>(items: readonly T[], most: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await act(items[i] as T);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  return results;
}
