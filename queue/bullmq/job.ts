/** What both ends of the queue agree on. */
import type { JobsOptions, Queue } from 'bullmq';

/** Of the jobs: BullMQ wants one, and dashboards show it. */
export const jobName = 'batch';

/** Of the wait between a worker's failing with a batch and the next worker's trying; see receiver.ts. */
export const backoffType = 'until_stored';

/**
 * A worker that fails with a batch, as Elasticsearch is away, gives it back, and that may happen any number of times.
 * The trace of an error tells nothing that its message does not, and would lie in Redis with each batch.
 */
export const jobOptions: JobsOptions = { attempts: 2 ** 31 - 1, backoff: { type: backoffType }, stackTraceLimit: 0 };

/** Batches by state, as metrics show them. */
export interface Depth {
  readonly [state: string]: number;
  /** For a worker. */
  readonly waiting: number;
  /** In a worker's hands. */
  readonly active: number;
  /** For their time to be tried again. */
  readonly delayed: number;
  /** Unreadable ones, which no worker takes again. */
  readonly failed: number;
}

export async function depthOf(queue: Pick<Queue, 'getJobCounts'>): Promise<Depth> {
  const { wait = 0, active = 0, delayed = 0, failed = 0 } = await queue.getJobCounts('wait', 'active', 'delayed', 'failed');
  return { waiting: wait, active, delayed, failed };
}
