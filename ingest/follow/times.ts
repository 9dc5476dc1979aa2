/** How long the shipper waits for what, in milliseconds. */
export interface Times {
  /** Between two looks whether a file has more. */
  readonly poll: number;
  /** Between two looks which files there are. */
  readonly scan: number;
  /** Lines of a stream (standard input, the journal) are gathered for at most so long. */
  readonly gather: number;
  /** A packed file, or one that begins like another, is left alone until nobody has touched it for so long: it may be half written. */
  readonly untouched: number;
  /** A file that was removed is kept open until nobody has written to it for so long. */
  readonly removed: number;
  /** After so long without a change, the last line of a file that was rotated away will get no newline any more. */
  readonly settled: number;
  /** A file that was rotated away is kept open for so long after the last line. */
  readonly rotated: number;
  /** A file that nobody writes to is closed after so long, and opened when it has grown. */
  readonly dormant: number;
  /** What was known of a file that is nowhere to be found is forgotten after so long. */
  readonly forgotten: number;
  /** Between two checkpoints. */
  readonly checkpoint: number;
  /** A source has been quiet for so long when its books are sent, if no batch has taken them along. */
  readonly report: number;
  /** Before what was lost is sent again, and before the first new try of what failed; doubled up to a minute. */
  readonly retry: number;
  /** When stopped: for what is under way to be stored. */
  readonly patience: number;
}

export const times: Times = {
  poll: 200,
  scan: 1000,
  gather: 200,
  untouched: 3000,
  removed: 30_000,
  settled: 60_000,
  rotated: 86_400_000,
  dormant: 86_400_000,
  forgotten: 3 * 86_400_000,
  checkpoint: 1000,
  report: 2000,
  retry: 1000,
  patience: 10_000,
};

/** Resolves after so long, or at once when the signal is given. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over, { once: true });
  });
}
