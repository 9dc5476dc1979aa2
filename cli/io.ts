/** What a command has of the world around it, so that tests can give it another. */
import type { StoreAddress } from '../store/open.js';
import type { Reader } from '../store/port.js';

/** Where text goes: `process.stdout`, or what a test collects. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  once?(event: 'drain' | 'close', listener: () => void): unknown;
  off?(event: 'drain' | 'close', listener: () => void): unknown;
}

export type ReaderOptions = StoreAddress & {
  /** Told once when another process has the store, with what is known of it. */
  readonly onWait?: (holder: string) => void;
};

export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The machine's zone (IANA). */
  readonly zone: string;
  /** Opens a store for reading; `store/open.ts` where it is not given. */
  readonly openReader?: (options: ReaderOptions) => Promise<Reader>;
  /** The configuration file that is read where nobody names one; `/etc/postscope.yml` where it is not given. */
  readonly configFile?: string;
}

/** The world of this process. */
export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: Date.now,
    // Node gives undefined where /etc/localtime is odd.
    zone: (Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined) ?? 'UTC',
  };
}

/** Nobody reads the output any more (`| head`). Not an error of ours. */
export class OutputClosed extends Error {}

const unread = new WeakSet<Sink>();

/** Says that whoever read this sink went away: writing to it ends with `OutputClosed` from now on. */
export const nobodyReads = (sink: Sink): void => void unread.add(sink);
export const isRead = (sink: Sink): boolean => !unread.has(sink);

/** Writes, and waits where the reader is slower than we are. @throws OutputClosed */
export async function write(sink: Sink, text: string): Promise<void> {
  if (unread.has(sink)) throw new OutputClosed();
  if (sink.write(text) === false && sink.once !== undefined) {
    await new Promise<void>((resolve) => {
      const go = () => {
        sink.off?.('drain', go);
        sink.off?.('close', go);
        resolve();
      };
      sink.once?.('drain', go);
      sink.once?.('close', go);
    });
  }
}
