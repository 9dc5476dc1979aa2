/** The journal of systemd: `journalctl` follows it and gives a JSON object a line, each with a cursor to go on behind. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { JournalRecord } from './checkpoint.js';
import { noBooks } from './ledger.js';
import { Once } from './once.js';
import { Lost, Sending, type Shipping, Stopped } from './sending.js';
import { Slicer } from './slices.js';
import { gather, sendText } from './stream.js';
import { pause } from './times.js';

export interface JournalOptions {
  /** What to match (journalctl(1)); by default the syslog facility `mail`. */
  readonly matches?: readonly string[];
  /** `journalctl`, or a path. */
  readonly program?: string;
  /** More of its options: `--directory=…`, `--namespace=…`. */
  readonly options?: readonly string[];
}

/** Facility 2 is mail (RFC 5424, 6.2.1). */
const mail = ['SYSLOG_FACILITY=2'];
const longestRetry = 60_000;

/** journalctl is not there. The message says what to do. */
export class JournalError extends Error {
  override name = 'JournalError';
}

export class Journal {
  readonly sending: Sending;
  private readonly id: string;
  private readonly once = new Once();

  constructor(
    private readonly options: JournalOptions,
    record: JournalRecord | undefined,
    private readonly shipping: Shipping,
    shipper: string,
  ) {
    this.id = record?.id ?? randomUUID();
    const source = { key: `ship:${shipper}:journal:${this.id}`, path: 'journal' };
    this.sending = new Sending(source, record ?? noBooks, shipping, { mark: record?.cursor ?? undefined });
  }

  toRecord(): JournalRecord {
    const { ledger } = this.sending;
    const { offset, tail, read, stored, alreadyThere, quarantined, notes } = ledger.stored;
    return { id: this.id, cursor: ledger.mark ?? null, offset, tail, read, stored, alreadyThere, quarantined, notes: [...notes] };
  }

  /** Follows until reading has to stop; with `once`, reads what there is. @throws JournalError where there is no journalctl */
  async follow(): Promise<void> {
    const { sending, shipping } = this;
    const { stopping, times, once, log } = shipping;
    sending.open = true;
    /** Behind what was sent. */
    let cursor = sending.ledger.mark;
    let wait = times.retry;
    const reporting = setInterval(() => {
      if (sending.quiet >= times.report) sending.report().catch(() => {});
    }, times.report);
    try {
      while (!stopping.aborted) {
        const began = sending.position.offset;
        try {
          const ended = await this.read(cursor, (reached) => {
            cursor = reached;
          });
          if (once) {
            if (ended !== undefined) log.warn({}, `journalctl: ${ended}`);
            await sending.drained();
            await sending.report({ complete: true });
            return;
          }
          if (stopping.aborted) return;
          // A try that gave something was none in vain.
          if (sending.position.offset > began) wait = times.retry;
          const why = ended ?? 'it ended';
          if (this.once.isNews('journal', why))
            log.warn({ cursor }, `journalctl stopped (${why}); it is started again, and goes on where it was`);
        } catch (error) {
          if (!(error instanceof Lost)) throw error;
          sending.rewind();
          cursor = sending.ledger.mark;
        }
        await pause(wait, stopping);
        wait = Math.min(2 * wait, longestRetry);
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    } finally {
      clearInterval(reporting);
      sending.open = false;
    }
  }

  /** One run of journalctl. @returns what it said when it failed, or undefined */
  private async read(cursor: string | undefined, onCursor: (cursor: string) => void): Promise<string | undefined> {
    const { program = 'journalctl', matches = mail, options = [] } = this.options;
    const { sending, shipping } = this;
    const { stopping, times, once } = shipping;
    const from = cursor === undefined ? [] : [`--after-cursor=${cursor}`];
    const follow = once ? [] : ['--follow', '--no-tail'];
    // Without --all, a message of more than 4,096 bytes is given as null (journalctl(1), --output).
    const child = spawn(program, [...options, '--output=json', '--all', '--quiet', ...follow, ...from, ...matches], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<string | undefined>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        reject(
          error.code === 'ENOENT' || error.code === 'EACCES'
            ? new JournalError(
                `${program} cannot be started (${error.code}). --journal needs systemd's journalctl; without it, name log files`,
              )
            : error,
        );
      });
      let said = '';
      child.stderr.on('data', (piece: Buffer) => {
        if (said.length < 1000) said += piece.toString();
      });
      child.once('close', (code, signal) => {
        const [first = ''] = said.trim().split('\n', 1);
        resolve(code === 0 ? undefined : first || (signal === null ? `exit code ${code}` : `ended by ${signal}`));
      });
    });
    ended.catch(() => {});
    const over = new AbortController();
    const stop = () => over.abort();
    stopping.addEventListener('abort', stop, { once: true });
    // Whoever waits for lines has to hear that what was sent is lost.
    const watching = setInterval(() => {
      if (sending.isLost) stop();
    }, times.poll);
    try {
      if (stopping.aborted) throw new Stopped();
      await sendText(gather(child.stdout as Readable, times.gather, over.signal), sending, false, new Slicer(shipping.asSent), (lines) => {
        const reached = lastCursor(lines);
        if (reached !== undefined) onCursor(reached);
        return reached;
      });
      if (stopping.aborted) throw new Stopped();
      if (sending.isLost) throw new Lost();
      return await ended;
    } finally {
      clearInterval(watching);
      stopping.removeEventListener('abort', stop);
      child.kill();
      await ended.catch(() => {});
    }
  }
}

/** The cursor of the last line that has one. */
function lastCursor(lines: Buffer): string | undefined {
  let end = lines.length;
  while (end > 0) {
    const start = lines.lastIndexOf(10, end - 2) + 1;
    // Values that a program wrote are escaped in JSON, so a quote in front of the name is that of a field.
    const line = lines.toString('utf8', start, end);
    try {
      const cursor = (JSON.parse(line) as Record<string, unknown> | null)?.['__CURSOR'];
      if (typeof cursor === 'string') return cursor;
    } catch {
      // A line that was cut off; the one before it tells.
    }
    end = start;
  }
  return undefined;
}
