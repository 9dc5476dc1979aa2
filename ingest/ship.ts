/** The shipper: follows logs, the journal and standard input, and sends their lines to the workers; what is stored, the checkpoint knows. */
import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import type { ServiceLog } from '../ops/service_log.js';
import type { TextHider } from '../postfix/privacy/text.js';
import { zoneOf } from '../postfix/zone.js';
import type { BatchSender, Outcome } from '../queue/port.js';
import { type Checkpoint, prepareCheckpoint, readCheckpoint, writeCheckpoint } from './follow/checkpoint.js';
import { Files } from './follow/files.js';
import { Journal, type JournalOptions } from './follow/journal.js';
import { Lock } from './follow/lock.js';
import { orAborted, type Sending, type Shipping } from './follow/sending.js';
import { type ShipObserver, type ShipState, Tally } from './follow/state.js';
import { StandardInput } from './follow/stdin.js';
import { pause, type Times, times as usualTimes } from './follow/times.js';
import { PrivateSender } from './private_sender.js';

export type { ShipObserver, ShipState, SourceState } from './follow/state.js';

export interface ShipOptions {
  /** Files, directories and globs; what appears later is read too. */
  readonly paths: readonly string[];
  /** What relative paths are relative to; by default the working directory. */
  readonly base?: string;
  /** Follows the journal of systemd. */
  readonly journal?: JournalOptions;
  /** Read to its end. */
  readonly stdin?: Readable;
  readonly sender: BatchSender;
  /** Hides addresses before anything is sent. */
  readonly privacy?: TextHider;
  /** The file that knows how far each source is stored. */
  readonly checkpointPath: string;
  /** IANA name of the zone of stamps that have none. */
  readonly zone: string;
  /** The host of lines that name none. */
  readonly host: string;
  /** Names this shipper among all that write to the store; by default the name of the machine. */
  readonly shipper?: string;
  /** Stops reading. What is under way is waited for. */
  readonly signal?: AbortSignal;
  readonly log: ServiceLog;
  readonly observer?: ShipObserver;
  /** Reads what is there, waits until it is stored, and ends. */
  readonly once?: boolean;
  /** Other waiting times than the usual ones. */
  readonly times?: Partial<Times>;
}

/** What was shipped, from start to end. */
export interface ShipResult extends Outcome {
  /** Batches that were under way at the end; they come again at the next start. */
  readonly pending: number;
}

/** The checkpoint is written at least so often while files are followed, in milliseconds. */
const longestSilence = 60_000;

/**
 * Ships until it is told to stop, or, with `once`, until all that is there is stored. Input that has ended and files that
 * are gone do not end it; standard input alone does.
 * @throws CheckpointError, LockedError, JournalError; what the sender throws
 */
export async function ship(options: ShipOptions): Promise<ShipResult> {
  await prepareCheckpoint(options.checkpointPath);
  const lock = await Lock.take(options.checkpointPath);
  try {
    return await new Shipper(options, lock).run(await readCheckpoint(options.checkpointPath));
  } finally {
    await lock.release();
  }
}

class Shipper {
  private readonly tally = new Tally();
  private readonly stopping = new AbortController();
  private readonly ended = new AbortController();
  private readonly times: Times;
  private files: Files | undefined;
  private journal: Journal | undefined;
  private input: StandardInput | undefined;
  private failure: { readonly error: unknown } | undefined;
  /** The checkpoint as it was written last, and when. */
  private written = '';
  private saving: Promise<void> = Promise.resolve();
  private cannotSave: string | undefined;

  constructor(
    private readonly options: ShipOptions,
    private readonly lock: Lock,
  ) {
    this.times = { ...usualTimes, ...options.times };
    // Every source that waits for something listens.
    setMaxListeners(0, this.stopping.signal, this.ended.signal);
  }

  async run(checkpoint: Checkpoint | undefined): Promise<ShipResult> {
    const { options, times, tally } = this;
    const { sender, privacy, zone, host, log, observer = {}, once = false, shipper = hostname(), base = process.cwd() } = options;
    const shipping: Shipping = {
      sender: privacy === undefined ? sender : new PrivateSender(sender, privacy),
      asSent: privacy === undefined ? undefined : (line) => privacy.hideLine(line),
      zone,
      host,
      log,
      times,
      observer,
      tally,
      once,
      stopping: this.stopping.signal,
      ended: this.ended.signal,
      fail: (error) => this.fail(error),
      remember: () => this.save(true).catch((error: unknown) => this.sayNotSaved(error)),
    };
    const { files: records = [] } = checkpoint ?? {};
    // What is not asked for this time stays in the checkpoint all the same.
    this.files = new Files({ names: options.paths, base, zone: zoneOf(zone), shipper, shipping, records });
    const known = checkpoint?.journal ?? undefined;
    if (options.journal !== undefined) this.journal = new Journal(options.journal, known, shipping, shipper);
    else this.kept = known ?? null;
    if (options.stdin !== undefined) this.input = new StandardInput(options.stdin, shipping, shipper);
    observer.onStart?.(() => this.state());

    const onAbort = () => this.stopping.abort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted) onAbort();
    // Once what is read has ended, nothing more is saved by time.
    const saver = this.saveNowAndThen();
    try {
      const files = options.paths.length > 0 ? this.files : undefined;
      const following = [files, this.journal, this.input].map((source) => source?.follow());
      // What fails first stops the others.
      await Promise.all(following.map((source) => source?.catch((error: unknown) => this.fail(error))));
      // The last books are under way when all lines are stored.
      while (this.pending > 0 && !this.stopping.signal.aborted) await pause(10, this.stopping.signal);
      if (this.stopping.signal.aborted && this.failure === undefined) await this.waitForWhatIsUnderWay();
      this.sayWhatIsLeft();
    } finally {
      this.ended.abort();
      this.stopping.abort();
      options.signal?.removeEventListener('abort', onAbort);
      await saver;
      await this.save(true).catch((error: unknown) => this.fail(error));
    }
    if (this.failure !== undefined) throw this.failure.error;
    const { read, stored, alreadyThere, quarantined } = tally;
    return { read, stored, alreadyThere, quarantined, pending: this.pending };
  }

  /** The journal's place, while the journal is not followed. */
  private kept: Checkpoint['journal'] = null;

  private get sendings(): Sending[] {
    const files = this.files?.all.map(({ sending }) => sending) ?? [];
    return [...files, ...[this.journal, this.input].flatMap((source) => (source === undefined ? [] : [source.sending]))];
  }

  private get pending(): number {
    return this.sendings.reduce((sum, { ledger }) => sum + ledger.pending, 0);
  }

  private state(): ShipState {
    const now = Date.now();
    const { tally } = this;
    const { lines, bytes, batches, read, stored, alreadyThere, quarantined, retries, lastCheckpoint } = tally;
    const sources = this.sendings.filter(({ open, ledger }) => open || ledger.pending > 0).map((sending) => sending.state(now));
    const unreadable = this.files?.unreadable ?? [];
    const isIdle = sources.every(({ pending }) => pending === 0) && tally.waiting.size === 0 && unreadable.length === 0;
    if (isIdle) tally.lastProgress = now;
    const since = [...tally.waiting].map((waiting) => waiting.since);
    return {
      sources,
      ...{ lines, bytes, batches, read, stored, alreadyThere, quarantined, retries, lastCheckpoint },
      lastProgress: tally.lastProgress,
      waitingSince: since.length === 0 ? undefined : Math.min(...since),
      unreadable,
    };
  }

  private sayWhatIsLeft(): void {
    const { log } = this.options;
    const { lines, read } = this.tally;
    const ofInput = this.input?.sending.ledger.pending ?? 0;
    const ofOthers = this.pending - ofInput;
    const about = { lines, read, pending: this.pending };
    if (ofInput > 0) {
      log.warn(about, `${ofInput} batches of standard input were not stored yet: those that the queue has will be, the others are lost`);
    }
    if (ofOthers > 0) log.info(about, `${ofOthers} batches were not stored yet; they are sent again at the next start`);
    if (this.pending === 0) log.info(about, 'all that was read is stored');
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.stopping.abort();
  }

  /** Reading has stopped. What is under way may still be stored, and the last books be sent. */
  private async waitForWhatIsUnderWay(): Promise<void> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), this.times.patience);
    const stored = async () => {
      while (this.pending > 0 && !patience.signal.aborted) await pause(20, patience.signal);
    };
    await stored();
    const reports = this.sendings.map((sending) => sending.report({ evenIfStopping: true }).catch(() => {}));
    await orAborted(Promise.all(reports), patience.signal);
    await stored();
    clearTimeout(timer);
  }

  private async saveNowAndThen(): Promise<void> {
    const { times } = this;
    while (!this.stopping.signal.aborted) {
      await pause(times.checkpoint, this.stopping.signal);
      await this.lock.touch().catch(() => {});
      await this.save(false).catch((error: unknown) => this.sayNotSaved(error));
    }
  }

  /** What is shipped is stored all the same; so a full disk does not stop the mail log. */
  private sayNotSaved(error: unknown): void {
    const { checkpointPath, log } = this.options;
    const why = String(error);
    if (why !== this.cannotSave) {
      log.error(
        { err: error },
        `the checkpoint ${checkpointPath} cannot be written; should the shipper die, what it ships from now on comes again`,
      );
    }
    this.cannotSave = why;
  }

  /** One at a time. @param always even if nothing has changed */
  private save(always: boolean): Promise<void> {
    const { checkpointPath } = this.options;
    this.saving = this.saving
      .catch(() => {})
      .then(async () => {
        const content = { files: this.files?.records() ?? [], journal: this.journal?.toRecord() ?? this.kept };
        const { lastCheckpoint = 0 } = this.tally;
        const state = JSON.stringify({ ...content, files: content.files.map((file) => ({ ...file, seen: 0 })) });
        if (!always && state === this.written && Date.now() - lastCheckpoint < longestSilence) return;
        await writeCheckpoint(checkpointPath, content);
        this.written = state;
        if (this.cannotSave !== undefined) this.options.log.info({}, 'the checkpoint can be written again');
        this.cannotSave = undefined;
        this.tally.lastCheckpoint = Date.now();
      });
    return this.saving;
  }
}
