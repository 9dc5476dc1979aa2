/**
 * What stands beside a fact in its process. A message can be folded again from its own lines alone if one knows of them which line
 * names their relay, and which came between; and a new line can change messages that it is not of: that of the delivery
 * before and after it, and those of the session that it stands in.
 */
import type { Fact } from '../../postfix/message/fact.js';
import { keysOf } from '../../postfix/message/keys.js';
import { isOfWork } from '../../postfix/message/process.js';
import { isSessionStep } from '../../postfix/message/session.js';
import type { StoredFact } from './stored_facts.js';

/** What a process wrote last. */
interface Process {
  time: number;
  /** The number of its last line about a delivery. */
  before: number;
  /** That of the line behind it which names a relay. */
  named: number;
  /** Queue keys of old facts since the last one that ends a stretch, with that one. */
  stretch: Set<string>;
  /** A new fact came since an old one that ends a stretch. */
  isNew: boolean;
}

export class Neighbours {
  /** By host, program and process ID. */
  private readonly processes = new Map<string, Map<string, Map<number, Process>>>();
  /** Queue keys of old facts that new ones may change. */
  readonly changed = new Set<string>();

  /** @param mark lines from this number on are new */
  constructor(private readonly mark: number) {}

  /** @param fact the next one of its host, in the order of files (order.ts) */
  add(fact: StoredFact): void {
    const work = isOfWork(fact);
    if (!work && !isSessionStep(fact)) return;
    if (fact.pid === undefined) return;
    const process = this.processOf(fact.host, fact.program, fact.pid);
    process.time = fact.time;
    const { stored } = fact;
    if (work) {
      if (fact.is === 'tls_error') process.named = stored.n;
      else {
        stored.before = process.before;
        stored.named = process.named;
        process.before = stored.n;
        process.named = 0;
      }
    }
    if (this.mark > 0) this.note(process, keysOf(fact).queue, stored.n >= this.mark, fact.is);
  }

  private note(process: Process, queue: string | undefined, isNew: boolean, is: Fact['is']): void {
    if (isNew) {
      for (const key of process.stretch) this.changed.add(key);
      process.isNew = true;
    } else if (process.isNew && queue !== undefined) this.changed.add(queue);
    if (is === 'delivery' || is === 'session') {
      if (!isNew) process.isNew = false;
      process.stretch.clear();
    }
    if (!isNew && queue !== undefined) process.stretch.add(queue);
  }

  private processOf(host: string, program: string, pid: number): Process {
    let programs = this.processes.get(host);
    if (programs === undefined) {
      programs = new Map();
      this.processes.set(host, programs);
    }
    let processes = programs.get(program);
    if (processes === undefined) {
      processes = new Map();
      programs.set(program, processes);
    }
    let process = processes.get(pid);
    if (process === undefined) {
      process = { time: 0, before: 0, named: 0, stretch: new Set(), isNew: false };
      processes.set(pid, process);
    }
    return process;
  }

  /** Forgets processes that have been silent for longer than they can live. @param reach milliseconds */
  forget(reach: number): void {
    for (const programs of this.processes.values()) {
      let latest = Number.NEGATIVE_INFINITY;
      for (const processes of programs.values()) for (const { time } of processes.values()) latest = Math.max(latest, time);
      for (const processes of programs.values()) {
        for (const [pid, process] of processes) if (process.time < latest - reach) processes.delete(pid);
      }
    }
  }
}
