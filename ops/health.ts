/**
 * Health is progress. A service is well while it gets on, or has nothing to do; that it answers says nothing. A queue that is
 * full and drains is progress too, somebody else's.
 */
export interface Health {
  readonly healthy: boolean;
  /** A sentence. */
  readonly why: string;
  /** What there is to do; absent where there is nothing. */
  readonly toDo?: string;
  /** When something was last finished, or there was last nothing to do (ISO 8601). */
  readonly lastProgress: string;
  /** The last thing that went wrong, if nothing was finished since. */
  readonly trouble?: string;
}

export interface Facts {
  /** In words; undefined where there is nothing. */
  readonly toDo: string | undefined;
  /** When something was last finished, or there was last nothing to do; milliseconds since the epoch. */
  readonly lastProgress: number;
  readonly trouble?: string | undefined;
}

/** @param patience milliseconds that may pass without progress while there is something to do */
export function healthOf({ toDo, lastProgress, trouble }: Facts, patience: number, now: number): Health {
  const idle = now - lastProgress;
  const healthy = toDo === undefined || idle <= patience;
  const why =
    toDo === undefined ? 'nothing to do' : healthy ? 'at work' : `nothing was finished for ${span(idle)}, and there is something to do`;
  return {
    healthy,
    why,
    ...(toDo === undefined ? {} : { toDo }),
    lastProgress: new Date(lastProgress).toISOString(),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

const span = (milliseconds: number) => `${Math.floor(milliseconds / 60_000)} min ${Math.floor((milliseconds % 60_000) / 1000)} s`;
