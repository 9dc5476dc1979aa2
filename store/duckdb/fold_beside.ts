/**
 * The fold of lines as they are added (live_fold.ts), beside the thread that reads them: both cores have work then. Of a log that
 * fits into one packet it is made here, as a thread takes longer to start.
 */
import { Worker } from 'node:worker_threads';
import type { Event } from '../../postfix/parse.js';
import { type Delivered, Packer, type Packet, type Room } from './fold_packet.js';
import { hasNoFact, type LineOf } from './line_fact.js';
import { type LastRows, LiveFold, type LiveRows, relayNumbers } from './live_fold.js';
import type { Numbering } from './numbering.js';
import { RowFile, rowBufferSize } from './rows.js';

/** What the thread is told when it starts. */
export interface Start {
  readonly folder: string;
  readonly commitMessages: number;
}

export type Asked = { readonly is: 'lines'; readonly packet: Packet } | { readonly is: 'cut' } | { readonly is: 'finish' };
export type Answer = { readonly is: 'taken'; readonly room: Room } | { readonly is: 'rows'; readonly rows: LiveRows | LastRows };

/** Whoever folds. */
interface Folder {
  lines(packet: Packet): void;
  cut(): Promise<LiveRows>;
  finish(): Promise<LastRows>;
  /** Resolves when so many packets may be sent again; undefined where they may. */
  readonly room: Promise<void> | undefined;
  close(): void;
}

export class FoldBeside {
  private readonly packer = new Packer();
  private folder: Folder | undefined;
  /** The store's number of each relay that rows name. */
  private readonly relayIds: number[] = [];
  private readonly buffer = Buffer.allocUnsafe(rowBufferSize);
  isGivenUp = false;

  /** @param relays the store's numbers */
  constructor(
    private readonly start: Start,
    private readonly relays: Numbering,
  ) {}

  /** @param writer its number @param delivered what the line says of a delivery, if it does @throws what the thread failed with */
  add(event: Event, line: LineOf, writer: number, delivered: Delivered | undefined): void {
    if (hasNoFact(event)) return;
    const full = this.packer.add(event, line, writer, delivered);
    if (full === undefined) return;
    this.folder ??= canHaveThread ? new FoldThread(this.start, (room) => this.packer.reuse(room)) : new FoldHere(this.start);
    this.folder.lines(full);
  }

  /** Resolves when more lines may come; undefined where they may. */
  get room(): Promise<void> | undefined {
    return this.isGivenUp ? undefined : this.folder?.room;
  }

  /** What is to be stored of the lines until now; to be called when what was asked for before is stored. */
  async cut(): Promise<readonly string[]> {
    const rows = await this.rest().cut();
    return this.take(rows);
  }

  /** The rest; undefined where it was given up. */
  async finish(): Promise<LastRows | undefined> {
    const rows = await this.rest().finish();
    const statements = this.take(rows);
    this.close();
    return rows.isGivenUp ? undefined : { ...rows, statements };
  }

  giveUp(): void {
    this.isGivenUp = true;
    this.close();
  }

  close(): void {
    this.folder?.close();
  }

  /** Whoever folds, with all lines sent. */
  private rest(): Folder {
    this.folder ??= new FoldHere(this.start);
    this.folder.lines(this.packer.take());
    return this.folder;
  }

  private take({ isGivenUp, statements, relays }: LiveRows): readonly string[] {
    if (isGivenUp) this.giveUp();
    for (const key of relays) this.relayIds.push(this.relays.id(key));
    if (statements.length === 0) return statements;
    const file = new RowFile(relayNumbers(this.start.folder), this.buffer);
    for (const [i, id] of this.relayIds.entries()) {
      file.integer(i + 1);
      file.integer(id);
      file.end();
    }
    file.close();
    return statements;
  }
}

/** Where the source is run as it is, there is no file for a thread to run. */
const canHaveThread = import.meta.url.endsWith('.js');

class FoldHere implements Folder {
  private readonly fold: LiveFold;
  readonly room = undefined;

  constructor({ folder, commitMessages }: Start) {
    this.fold = new LiveFold(folder, commitMessages);
  }

  lines(packet: Packet): void {
    this.fold.add(packet);
  }

  async cut(): Promise<LiveRows> {
    return this.fold.cut();
  }

  async finish(): Promise<LastRows> {
    return this.fold.finish();
  }

  close(): void {
    this.fold.giveUp();
  }
}

/** Packets that may be on their way. */
const mostUnderWay = 4;

class FoldThread implements Folder {
  private readonly worker: Worker;
  private underWay = 0;
  private failed: Error | undefined;
  /** Whoever waits, for rows or for room. */
  private waiting: { rows?: (rows: LastRows) => void; room?: () => void; failed: (error: Error) => void }[] = [];

  /** @param reuse takes what a packet was written into, once it was read */
  constructor(
    start: Start,
    private readonly reuse: (room: Room) => void,
  ) {
    this.worker = new Worker(new URL('./fold_thread.js', import.meta.url), {
      workerData: start,
      // Not those of the process, which may say that its script is given as text.
      execArgv: [],
      // The facts of mail that waits in the queue are held; what is young dies soon.
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    this.worker.on('message', (answer: Answer) => this.answer(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) => this.fail(new Error(`it ended with exit code ${code}`)));
  }

  lines(packet: Packet): void {
    if (this.failed !== undefined) throw this.failed;
    this.underWay++;
    this.worker.postMessage({ is: 'lines', packet } satisfies Asked, [
      packet.bytes.buffer as ArrayBuffer,
      packet.numbers.buffer as ArrayBuffer,
    ]);
  }

  get room(): Promise<void> | undefined {
    if (this.underWay < mostUnderWay && this.failed === undefined) return undefined;
    return this.wait((room, failed) => ({ room, failed }));
  }

  cut(): Promise<LiveRows> {
    return this.ask({ is: 'cut' });
  }

  finish(): Promise<LastRows> {
    return this.ask({ is: 'finish' });
  }

  close(): void {
    this.worker.removeAllListeners();
    void this.worker.terminate();
    // Whoever waits for room may go on: nothing is sent any more.
    const { waiting } = this;
    this.waiting = [];
    this.underWay = 0;
    for (const { room, failed } of waiting) {
      if (room !== undefined) room();
      else failed(new Error('the fold of these lines was given up'));
    }
  }

  private ask(asked: Asked): Promise<LastRows> {
    const answered = this.wait<LastRows>((rows, failed) => ({ rows, failed }));
    this.worker.postMessage(asked);
    return answered;
  }

  private wait<T>(how: (done: (value: T) => void, failed: (error: Error) => void) => (typeof this.waiting)[number]): Promise<T> {
    const { failed } = this;
    if (failed !== undefined) return Promise.reject(failed);
    return new Promise((resolve, reject) => this.waiting.push(how(resolve, reject)));
  }

  private answer(answer: Answer): void {
    if (answer.is === 'taken') {
      this.underWay--;
      this.reuse(answer.room);
    }
    const isOne = ({ rows, room }: (typeof this.waiting)[number]) =>
      answer.is === 'rows' ? rows !== undefined : room !== undefined && this.underWay < mostUnderWay;
    const served = this.waiting.filter(isOne);
    this.waiting = this.waiting.filter((one) => !isOne(one));
    for (const { rows, room } of served) {
      if (answer.is === 'rows') rows?.(answer.rows as LastRows);
      else room?.();
    }
  }

  private fail(error: Error): void {
    if (this.failed !== undefined) return;
    this.failed = new Error(`the thread that makes messages of lines failed: ${error.message}; what was committed before is safe`, {
      cause: error,
    });
    const { waiting } = this;
    this.waiting = [];
    for (const { failed } of waiting) failed(this.failed);
  }
}
