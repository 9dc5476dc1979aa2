/** Queue IDs, short and long, as Postfix makes them from the clock and the inode of the queue file (src/global/mail_queue.h). */
import type { Random } from './random.js';

export interface QueueId {
  readonly text: string;
  readonly inode: number;
  /** Seconds to wait before the file is made, so that the clock shows the microseconds that the ID tells of. */
  readonly wait: number;
}

export interface QueueIds {
  /** A new ID at `now`, whose inode is in use until it is freed. */
  take(now: number): QueueId;
  free(id: QueueId, now: number): void;
}

/** The inodes of a queue directory: the file system hands out again what was freed. */
class Inodes {
  private readonly free: number[] = [];
  private fresh: number;

  constructor(
    first: number,
    spare: number,
    private readonly random: Random,
  ) {
    this.fresh = first;
    for (let i = 0; i < spare; i++) this.free.push(this.fresh++);
  }

  take(): number {
    if (this.free.length === 0) return this.fresh++;
    const at = this.random.below(this.free.length);
    const inode = this.free[at] as number;
    this.free[at] = this.free[this.free.length - 1] as number;
    this.free.pop();
    return inode;
  }

  /** Takes a certain one, where it is free. */
  claim(inode: number): boolean {
    const at = this.free.indexOf(inode);
    if (at < 0) return false;
    this.free[at] = this.free[this.free.length - 1] as number;
    this.free.pop();
    return true;
  }

  release(inode: number): void {
    this.free.push(inode);
  }
}

const microsOf = (now: number) => Math.floor((now - Math.floor(now)) * 1e6);

interface Old {
  readonly text: string;
  readonly inode: number;
  readonly micros: number;
  readonly freedAt: number;
}

/** How often a short ID that was in use before is met again: on a busy server within days, here within hours. */
const REUSED = 0.004;
const REUSED_AFTER_SECONDS = 900;
const REMEMBERED = 2000;

/** `64E53C2310`: five hexadecimal digits of microseconds, then the inode. They come back. */
export class ShortQueueIds implements QueueIds {
  private readonly inodes: Inodes;
  private readonly old: Old[] = [];
  private oldest = 0;

  constructor(
    firstInode: number,
    private readonly random: Random,
  ) {
    this.inodes = new Inodes(firstInode, 300, random);
  }

  take(now: number): QueueId {
    if (this.old.length > 0 && this.random.chance(REUSED)) {
      const again = this.random.pick(this.old);
      if (now - again.freedAt > REUSED_AFTER_SECONDS && this.inodes.claim(again.inode)) {
        const wait = (again.micros - microsOf(now)) / 1e6;
        return { text: again.text, inode: again.inode, wait: wait < 0 ? wait + 1 : wait };
      }
    }
    const inode = this.inodes.take();
    const micros = microsOf(now);
    return { text: micros.toString(16).toUpperCase().padStart(5, '0') + inode.toString(16).toUpperCase(), inode, wait: 0 };
  }

  free({ text, inode }: QueueId, now: number): void {
    this.inodes.release(inode);
    const entry = { text, inode, micros: Number.parseInt(text.slice(0, 5), 16), freedAt: now };
    if (this.old.length < REMEMBERED) this.old.push(entry);
    else this.old[this.oldest++ % REMEMBERED] = entry;
  }
}

/** Digits and consonants (src/global/safe_ultostr.c). */
const SAFE = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';

function safeDigits(value: number, base: number, width: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / base)) text = (SAFE[rest % base] as string) + text;
  return text.padStart(width, '0');
}

/** `4jYSWk47vGz5ypQ`: seconds and microseconds in base 52, `z`, the inode in base 51. */
export function longQueueId(now: number, inode: number): string {
  return `${safeDigits(Math.floor(now), 52, 6)}${safeDigits(microsOf(now), 52, 4)}z${safeDigits(inode, 51, 0)}`;
}

/** Long IDs, which never come back. */
export class LongQueueIds implements QueueIds {
  private readonly inodes: Inodes;

  constructor(firstInode: number, random: Random) {
    this.inodes = new Inodes(firstInode, 300, random);
  }

  take(now: number): QueueId {
    const inode = this.inodes.take();
    return { text: longQueueId(now, inode), inode, wait: 0 };
  }

  free(id: QueueId): void {
    this.inodes.release(id.inode);
  }
}
