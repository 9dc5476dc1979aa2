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
  /** Processes with failures whose delivery may be of this queue ID. */
  private works: Work[] = [];

  /** Stamp of its last line. */
  get last(): number {
    return this.facts.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
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
    if (!this.works.includes(work)) this.works.push(work);
  }

  /** Whether what a process did for it may not be all told. */
  isAwaited(queueId: string): boolean {
    if (this.works.length === 0) return false;
    this.works = this.works.filter(({ owner }) => owner === queueId);
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
