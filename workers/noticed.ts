/** What was odd about the lines of one source, for its account: counted while they are read, said when it ends. */
import type { KeptText } from '../postfix/text.js';
import type { QuarantineReason } from '../store/port.js';

/** Lines are out of order by seconds every day, by the buffers of daemons and of syslog; by an hour, somebody set a clock. */
const jump = 3_600_000;

interface Seen {
  count: number;
  /** Byte offset of the first. */
  readonly at: number;
}

const lines = ({ count }: Seen) => `${count.toLocaleString('en')} ${count === 1 ? 'line' : 'lines'}`;
const place = ({ at, count }: Seen) => `${count === 1 ? 'at' : 'the first at'} byte ${at.toLocaleString('en')}`;

const sentences: Readonly<Record<QuarantineReason | 'jump' | 'nuls', (seen: Seen) => string>> = {
  no_time: (seen) => `${lines(seen)} without a time that postscope knows, ${place(seen)}; set aside`,
  binary: (seen) => `${lines(seen)} of binary data or NULs, ${place(seen)}; set aside`,
  refused: (seen) => `${lines(seen)} that the store refused, ${place(seen)}; set aside`,
  crash: (seen) => `${lines(seen)} that a worker died of, ${place(seen)}; set aside`,
  too_long: (seen) => `${lines(seen)} too long for a mail log, ${place(seen)}; the beginning is set aside`,
  nuls: (seen) => `${lines(seen)} with NULs in it, as a crash leaves them, ${place(seen)}; stored`,
  jump: (seen) => `the clock jumps back by more than an hour, ${seen.count} ${seen.count === 1 ? 'time' : 'times'}, ${place(seen)}`,
};

export class Noticed {
  private readonly seen = new Map<keyof typeof sentences, Seen>();
  private last = Number.NEGATIVE_INFINITY;

  event(time: number, offset: number, kept: KeptText): void {
    if (time < this.last - jump) this.note('jump', offset);
    this.last = time;
    if (kept.encoding === 'bytes' && kept.text.includes('\ue000')) this.note('nuls', offset);
  }

  note(what: keyof typeof sentences, offset: number): void {
    const seen = this.seen.get(what);
    if (seen === undefined) this.seen.set(what, { count: 1, at: offset });
    else seen.count++;
  }

  /** A sentence for each sort, once. */
  tell(): string[] {
    const told = [...this.seen].map(([what, seen]) => sentences[what](seen));
    this.seen.clear();
    return told;
  }
}
