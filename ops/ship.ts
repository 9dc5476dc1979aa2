/** What can be known of a running shipper from outside: health and metrics, out of what it says of itself. */
import { Histogram } from 'prom-client';
import type { ShipObserver, ShipState } from '../ingest/follow/state.js';
import { printable } from '../report/render/text.js';
import { type Health, healthOf } from './health.js';
import { Metrics } from './metrics.js';
import type { QueueDepth } from './queue_depth.js';

/** Files that have a series of their own; of more than these, the ones that lag most. */
const mostFiles = 50;
const otherFiles = '(other files)';

export class ShipOperations {
  private readonly measured = new Metrics();
  private state: (() => ShipState) | undefined;
  /** When the queue last held fewer batches than before. */
  private drained = 0;
  private readonly latency: Histogram;

  /** @param patience milliseconds that nothing may be stored while there is something to store */
  constructor(
    private readonly patience: number,
    private readonly depth: Pick<QueueDepth, 'last' | 'trouble'>,
    private readonly now: () => number = Date.now,
  ) {
    this.latency = new Histogram({
      name: 'postscope_ship_stored_seconds',
      help: 'Time from a batch being taken by the queue until all of it is stored',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600],
      registers: [this.measured.registry],
    });
    this.register();
  }

  /** To be given to the shipper. */
  readonly observer: ShipObserver = {
    onStart: (state) => {
      this.state = state;
    },
    onStored: (_path, seconds) => this.latency.observe(seconds),
  };

  /** The queue was asked how full it is. */
  depthHeard(waiting: number | undefined, before: number | undefined): void {
    if (waiting !== undefined && before !== undefined && waiting < before) this.drained = this.now();
  }

  health(): Health {
    const state = this.state?.();
    if (state === undefined) return healthOf({ toDo: undefined, lastProgress: this.now() }, this.patience, this.now());
    const { waitingSince, lastProgress } = state;
    // A queue that is full of others' batches, and drains, will take ours.
    const progress = waitingSince === undefined ? lastProgress : Math.max(lastProgress, this.drained);
    return healthOf({ toDo: toDo(state), lastProgress: progress, trouble: this.depth.trouble }, this.patience, this.now());
  }

  metrics(): ReturnType<Metrics['text']> {
    return this.measured.text();
  }

  private register(): void {
    const { measured } = this;
    const of = (read: (state: ShipState) => number) => () => (this.state === undefined ? 0 : read(this.state()));
    measured.counter(
      'postscope_ship_lines_total',
      'Lines that the queue has taken; those sent again count again',
      of(({ lines }) => lines),
    );
    measured.counter(
      'postscope_ship_bytes_total',
      'Bytes of text that the queue has taken',
      of(({ bytes }) => bytes),
    );
    measured.counter(
      'postscope_ship_batches_total',
      'Batches that the queue has taken',
      of(({ batches }) => batches),
    );
    measured.counter(
      'postscope_ship_retries_total',
      'Times that batches were lost on their way and sent again',
      of(({ retries }) => retries),
    );
    measured.counters('postscope_ship_lines_stored_total', 'Lines that are dealt with, by what became of them', 'outcome', () => {
      const state = this.state?.();
      return state === undefined ? [] : outcomes(state);
    });
    measured.gauge(
      'postscope_ship_pending_batches',
      'Batches under way',
      of(({ sources }) => sum(sources.map(({ pending }) => pending))),
    );
    measured.gauge('postscope_ship_waiting_seconds', 'How long the queue has not taken a batch that is held out to it', () => {
      const since = this.state?.().waitingSince;
      return since === undefined ? 0 : (this.now() - since) / 1000;
    });
    measured.gauge('postscope_ship_last_progress_timestamp_seconds', 'When a batch was last stored, or there was last nothing to do', () =>
      this.state === undefined ? undefined : this.state().lastProgress / 1000,
    );
    measured.gauge('postscope_ship_checkpoint_timestamp_seconds', 'When the checkpoint was last written', () => {
      const at = this.state?.().lastCheckpoint;
      return at === undefined ? undefined : at / 1000;
    });
    measured.gauges('postscope_ship_file_lag_bytes', 'Bytes of a file that are there and not stored', 'file', () =>
      this.byFile(
        ({ lagBytes }) => lagBytes,
        (a, b) => a + b,
      ),
    );
    measured.gauges('postscope_ship_file_lag_seconds', 'How long the oldest byte that is not stored has been there', 'file', () =>
      this.byFile(({ lagSeconds }) => lagSeconds, Math.max),
    );
    measured.gauges('postscope_queue_batches', 'Batches in the queue, by state', 'state', () => Object.entries(this.depth.last ?? {}));
  }

  /** A label is a path, and paths may be many: the ones that lag most by themselves, the rest in one. */
  private byFile(
    read: (source: ShipState['sources'][number]) => number,
    together: (a: number, b: number) => number,
  ): (readonly [string, number])[] {
    const byPath = new Map<string, number>();
    for (const source of this.state?.().sources ?? []) {
      const path = printable(source.path);
      const value = byPath.get(path);
      byPath.set(path, value === undefined ? read(source) : together(value, read(source)));
    }
    const worstFirst = [...byPath].sort(([, a], [, b]) => b - a);
    const rest = worstFirst.slice(mostFiles).map(([, value]) => value);
    return [
      ...worstFirst.slice(0, mostFiles),
      ...(rest.length === 0 ? [] : [[otherFiles, rest.reduce((a, b) => together(a, b))] as const]),
    ];
  }
}

/** What there is to do, in words. */
function toDo({ sources, waitingSince, unreadable }: ShipState): string | undefined {
  const pending = sum(sources.map((source) => source.pending));
  const behind = sum(sources.map(({ lagBytes }) => lagBytes));
  const [first] = unreadable;
  if (waitingSince === undefined && pending === 0 && behind === 0 && first === undefined) return undefined;
  const queue = waitingSince === undefined ? '' : `, and the queue takes no more since ${new Date(waitingSince).toISOString()}`;
  const more = unreadable.length > 1 ? `, and ${unreadable.length - 1} more` : '';
  const logs = first === undefined ? '' : `; ${printable(first)}${more}`;
  return `${pending} batches are sent and not stored, ${behind} bytes are not stored${queue}${logs}`;
}

const outcomes = ({ stored, alreadyThere, quarantined }: ShipState): (readonly [string, number])[] => [
  ['stored', stored],
  ['already_there', alreadyThere],
  ['quarantined', quarantined],
];

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
