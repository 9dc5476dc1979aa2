/** What is known of one queue ID of a host, and not yet given out: of its last life, mostly. */
import type { Fact } from './fact.js';
import { inLifeOrder } from './order.js';
import type { Job, Work } from './process.js';
import type { Session } from './session.js';

export class Queue {
  /** In the order of lives. */
  facts: Fact[] = [];
  jobs: Job[] = [];
  sessions: Session[] = [];
  /** A line came with which a message can end. */
  mayBeOver = false;
  /** Nothing came since somebody put the message on hold. */
  isHeld = false;
  /** When the first line came with which it may have ended, on the clock of the host; undefined where none has. */
  endingSince: number | undefined = undefined;
  /** Another one that has the same hash (queues.ts). */
  next: Queue | undefined = undefined;
  /** Processes with failures whose delivery may be of this queue ID. */
  private works: readonly Work[] = none;

  constructor(readonly queueId: string) {}

  /** Stamp of its last line. */
  get last(): number {
    const { facts } = this;
    return facts.length === 0 ? Number.NEGATIVE_INFINITY : (facts[facts.length - 1] as Fact).time;
  }

  /** @returns whether a message can end with this line */
  add(fact: Fact): boolean {
    const { facts } = this;
    let at = facts.length;
    while (at > 0 && inLifeOrder(fact, facts[at - 1] as Fact) < 0) at--;
    if (at === facts.length) facts.push(fact);
    else facts.splice(at, 0, fact);
    this.isHeld = false;
    if (!canEnd(fact)) return false;
    this.mayBeOver = true;
    return true;
  }

  /** @param work the process that failed for this queue ID */
  await(work: Work): void {
    if (!this.works.includes(work)) this.works = [...this.works, work];
  }

  /** Whether what a process did for it may not be all told. */
  get isAwaited(): boolean {
    if (this.works.length === 0) return false;
    this.works = this.works.filter(({ owner }) => owner === this.queueId);
    return this.works.length > 0;
  }

  /** Forgets all but one life. */
  keep(facts: readonly Fact[], jobs: Job[], isHeld: boolean): void {
    const ids = new Set(facts.map(({ id }) => id));
    this.facts = [...facts];
    this.jobs = jobs;
    this.sessions = this.sessions.filter(({ client }) => ids.has(client.id));
    this.mayBeOver = false;
    this.isHeld = isHeld;
  }
}

const none: readonly Work[] = [];

function canEnd(fact: Fact): boolean {
  switch (fact.is) {
    case 'removed':
    case 'deleted':
    case 'requeued':
    case 'hang_up':
      return true;
    case 'verdict':
      return fact.whole === true && fact.verdict !== 'hold';
    default:
      return false;
  }
}
