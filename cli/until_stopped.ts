/** SIGTERM and SIGINT: the first asks to finish what is in hand, a second one does not wait. */

/** Exit code after a second signal: 128 and the number of SIGINT, as shells have it. */
const atOnce = 130;

/**
 * Runs something until it ends by itself, or because a signal was given.
 * @param onStop is told of the first signal
 */
export async function untilStopped<T>(run: (signal: AbortSignal) => Promise<T>, onStop: (signal: NodeJS.Signals) => void): Promise<T> {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(atOnce);
    stop.abort();
    onStop(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await run(stop.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
