/** What is going on at one host, as far as its log has been read. */
import type { Fact } from './fact.js';
import type { Course } from './life.js';
import { own } from './own.js';
import type { Finds, Work } from './process.js';
import type { Queue } from './queue.js';
import { Queues } from './queues.js';
import type { Sessions } from './session.js';
import type { Timeouts } from './timeouts.js';

/** Milliseconds for which it is remembered at least that a message was given out, and how it ended. */
const memory = 3_600_000;

/** One process, and its successors with the same number. */
export interface Process {
  /** Stamp of its last line. */
  last: number;
  work: Work | undefined;
  sessions: Sessions | undefined;
}

export class Host {
  /** The latest stamp. */
  clock = Number.NEGATIVE_INFINITY;
  readonly queues = new Queues();
  /** Those of which a line came with which a message can end, in the order in which it came. */
  private endings: Queue[] = [];
  /** By program, and then by number; those without one by queue ID, as nothing else can be joined to what they write. */
  private readonly processes = new Map<string, Map<number | string, Process>>();
  /** How the last messages ended that were given out, by queue ID: of this hour and of the one before. */
  private courses = new Map<string, Course>();
  private older = new Map<string, Course>();
  private hour = Number.NEGATIVE_INFINITY;
  /** When it was last gone through. */
  swept = Number.NEGATIVE_INFINITY;

  constructor(
    readonly name: string,
    readonly timeouts: Timeouts,
    readonly finds: Finds,
  ) {}

  /** @param fact of a kind that its process joins to others */
  processOf(fact: Fact): Process {
    const { program, time } = fact;
    let all = this.processes.get(program);
    if (all === undefined) {
      all = new Map();
      this.processes.set(program, all);
    }
    const key = fact.pid ?? ('queueId' in fact && fact.queueId !== undefined ? fact.queueId : fact.id);
    let process = all.get(key);
    if (process === undefined) {
      process = { last: time, work: undefined, sessions: undefined };
      all.set(key, process);
    }
    process.last = time;
    return process;
  }

  /** Ends the processes that have been silent for longer than they can live. @param reach milliseconds */
  reap(reach: number): void {
    for (const all of this.processes.values()) {
      for (const [key, process] of all) {
        if (this.clock - process.last <= reach) continue;
        process.work?.close();
        all.delete(key);
      }
    }
  }

  /** The message that was last given out of a queue ID, within the last hour. */
  courseOf(queueId: string): Course | undefined {
    return this.courses.get(queueId) ?? this.older.get(queueId);
  }

  /** A line came with which the message can end. */
  mayEnd(queue: Queue): void {
    if (queue.endingSince !== undefined) return;
    queue.endingSince = this.clock;
    this.endings.push(queue);
  }

  /** Messages that may have ended so many milliseconds ago. @param isDone whether it did, or goes on */
  endedBefore(grace: number, isDone: (queue: Queue) => boolean): void {
    const { endings, clock } = this;
    let at = 0;
    let kept = 0;
    for (; at < endings.length; at++) {
      const queue = endings[at] as Queue;
      if (clock - (queue.endingSince as number) <= grace) break;
      if (isDone(queue)) queue.endingSince = undefined;
      else endings[kept++] = queue;
    }
    if (kept < at) endings.splice(kept, at - kept);
  }

  /** A message was given out, and no other of its queue ID is known. */
  end(queue: Queue, course: Course): void {
    this.queues.delete(queue);
    this.courses.set(queue.queueId, course);
  }

  /** Makes what stays after a sweep as small as it can be. */
  shrink(): void {
    if (this.clock - this.hour > memory) {
      this.older = this.courses;
      this.courses = new Map();
      this.hour = this.clock;
    }
    for (const facts of this.held(this.swept)) for (const fact of facts) if (fact.time >= this.swept) own(fact);
    for (const { sessions } of this.all()) sessions?.forget(this.clock);
    this.swept = this.clock;
  }

  /** The facts that are held, where the last of them is not older than this. @param since milliseconds since the epoch */
  *held(since = Number.NEGATIVE_INFINITY): Generator<readonly Fact[]> {
    for (const { facts, last } of this.queues.all()) if (last >= since) yield facts;
    for (const { work, sessions, last } of this.all()) {
      if (last < since) continue;
      if (work !== undefined) yield work.facts;
      if (sessions !== undefined) yield sessions.facts;
    }
  }

  /** No process writes any more. */
  close(): void {
    for (const { work } of this.all()) work?.close();
  }

  private *all(): Generator<Process> {
    for (const all of this.processes.values()) yield* all.values();
  }
}
