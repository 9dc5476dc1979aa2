/** What can be known of a running worker from outside: its batches are counted on their way through. */
import { Counter, Histogram } from 'prom-client';
import type { BatchReceiver, Taken } from '../queue/port.js';
import { type Health, healthOf } from './health.js';
import { Metrics } from './metrics.js';
import type { Depth, QueueDepth } from './queue_depth.js';

export class WorkOperations {
  private readonly measured = new Metrics();
  private lastProgress: number;
  private held = 0;
  private trouble: string | undefined;
  private readonly batches: Counter;
  private readonly lines: Counter;
  private readonly taking: Histogram;
  private readonly bulk: Histogram;
  private readonly bulkRetries: Counter;

  /** @param patience milliseconds that no batch may be finished while there are some */
  constructor(
    private readonly patience: number,
    private readonly depth: Pick<QueueDepth, 'last' | 'trouble'>,
    private readonly now: () => number = Date.now,
  ) {
    this.lastProgress = now();
    const { measured } = this;
    const registers = [measured.registry];
    this.batches = new Counter({
      name: 'postscope_work_batches_total',
      help: 'Batches by how they ended here: stored, or given back to the queue to be tried again',
      labelNames: ['result'],
      registers,
    });
    this.lines = new Counter({
      name: 'postscope_work_lines_total',
      help: 'Lines of stored batches, by what became of them',
      labelNames: ['outcome'],
      registers,
    });
    this.taking = new Histogram({
      name: 'postscope_work_batch_seconds',
      help: 'Time from taking a batch until it is stored',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600],
      registers,
    });
    this.bulk = new Histogram({
      name: 'postscope_work_bulk_seconds',
      help: 'Time that Elasticsearch took for a bulk request',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90],
      registers,
    });
    this.bulkRetries = new Counter({
      name: 'postscope_work_retries_total',
      help: 'Bulk requests, or parts of them, that were sent again, by reason',
      labelNames: ['reason'],
      registers,
    });
    for (const result of ['stored', 'returned']) this.batches.inc({ result }, 0);
    for (const outcome of ['stored', 'already_there', 'quarantined']) this.lines.inc({ outcome }, 0);
    measured.gauge('postscope_work_batches_held', 'Batches that are being worked on', () => this.held);
    measured.gauge(
      'postscope_work_last_progress_timestamp_seconds',
      'When a batch was last stored, or there was last nothing to do',
      () => this.lastProgress / 1000,
    );
    measured.gauges('postscope_queue_batches', 'Batches in the queue, by state', 'state', () => Object.entries(this.depth.last ?? {}));
  }

  /** The same queue, with an eye on what becomes of its batches. */
  watch(queue: BatchReceiver): BatchReceiver {
    const watched = (taken: Taken) => this.watchBatch(taken);
    return {
      async *receive() {
        for await (const taken of queue.receive()) yield watched(taken);
      },
      abort: () => queue.abort(),
    };
  }

  /** Whoever holds what is returned for its `done` does not hold the lines. */
  private watchBatch({ batch, abandoned, begun, begin, done, failed }: Taken): Taken {
    const since = this.now();
    this.held++;
    return {
      ...{ batch, abandoned, begun, begin },
      done: async (outcome) => {
        this.held--;
        await done(outcome);
        this.lastProgress = this.now();
        this.trouble = undefined;
        this.batches.inc({ result: 'stored' });
        this.lines.inc({ outcome: 'stored' }, outcome.stored);
        this.lines.inc({ outcome: 'already_there' }, outcome.alreadyThere);
        this.lines.inc({ outcome: 'quarantined' }, outcome.quarantined);
        this.taking.observe((this.now() - since) / 1000);
      },
      failed: async (error) => {
        this.held--;
        this.went(error);
        this.batches.inc({ result: 'returned' });
        await failed(error);
      },
    };
  }

  /** A bulk request was answered. */
  bulkTook(seconds: number): void {
    this.bulk.observe(seconds);
  }

  /** A bulk request, or part of it, has to be sent again. @param reason of a closed set */
  bulkRetry(reason: string): void {
    this.bulkRetries.inc({ reason });
  }

  /** Something went wrong. */
  went(error: unknown): void {
    this.trouble = error instanceof Error ? error.message : String(error);
  }

  /** The queue was asked how full it is; where there is nothing to do, that is as good as progress. */
  depthHeard(depth: Depth | undefined): void {
    if (depth !== undefined && toBeTaken(depth) === 0 && this.held === 0) this.lastProgress = this.now();
  }

  health(): Health {
    const { held } = this;
    const { last, trouble } = this.depth;
    const waiting = last === undefined ? undefined : toBeTaken(last);
    const toDo =
      waiting === undefined
        ? `${held} batches are held, and how many wait is not known`
        : waiting + held === 0
          ? undefined
          : `${waiting} batches wait in the queue, ${held} are held here`;
    return healthOf({ toDo, lastProgress: this.lastProgress, trouble: this.trouble ?? trouble }, this.patience, this.now());
  }

  metrics(): ReturnType<Metrics['text']> {
    return this.measured.text();
  }
}

/** What others have in hand is theirs to finish, and what nobody can read is nobody's. */
const toBeTaken = ({ waiting, delayed }: Depth) => waiting + delayed;
