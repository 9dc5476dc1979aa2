/** The processes of one server: who writes a line, under which name and pid, and how long master keeps it. */
import type { Random } from './random.js';

export interface Daemon {
  /** `postfix/smtpd[17675]`: what stands between host and text. */
  readonly tag: string;
  readonly pid: number;
  uses: number;
  idleSince: number;
}

/** master.cf and main.cf defaults: max_use = 100 requests, max_idle = 100 s. */
const MAX_USE = 100;
const MAX_IDLE_SECONDS = 100;

export class Daemons {
  private readonly idle = new Map<string, Daemon[]>();
  private readonly alive = new Set<number>();
  private lastPid: number;

  constructor(
    private readonly random: Random,
    private readonly highestPid: number,
  ) {
    this.lastPid = 600 + random.below(highestPid - 1000);
  }

  /** A new process; `program` is the name in the log, as `postfix/smtpd` or `dovecot`. */
  spawn(program: string): Daemon {
    do {
      this.lastPid += 1 + this.random.below(12);
      if (this.lastPid > this.highestPid) this.lastPid = 300 + this.random.below(50);
    } while (this.alive.has(this.lastPid));
    this.alive.add(this.lastPid);
    return { tag: `${program}[${this.lastPid}]`, pid: this.lastPid, uses: 0, idleSince: 0 };
  }

  retire(daemon: Daemon): void {
    this.alive.delete(daemon.pid);
  }

  /** A process of `program` that has nothing to do: the one that was busy last, or a new one. Give it back with `release`. */
  take(program: string, now: number): Daemon {
    const pool = this.idle.get(program);
    const daemon = pool?.pop();
    if (daemon === undefined) return this.spawn(program);
    if (now - daemon.idleSince <= MAX_IDLE_SECONDS) return daemon;
    // The others have been idle for longer still.
    this.retire(daemon);
    for (const other of (pool as Daemon[]).splice(0)) this.retire(other);
    return this.spawn(program);
  }

  release(program: string, daemon: Daemon, now: number): void {
    daemon.uses += 1;
    if (daemon.uses >= MAX_USE) {
      this.retire(daemon);
      return;
    }
    daemon.idleSince = now;
    const pool = this.idle.get(program);
    if (pool) pool.push(daemon);
    else this.idle.set(program, [daemon]);
  }
}
