/** The lives of a queue ID: short ones come back (FACTS 8), and each time it is another message. */
import { disorder } from '../identity.js';
import { comesBack, type Fact } from './fact.js';
import { inLifeOrder } from './order.js';

/** The facts of one message, in the order of its life. */
export type Life = readonly [Fact, ...Fact[]];

/** What the facts of a life so far say of whether the next one can still be of it. */
export class Course {
  /** Whether another message can have the same queue ID. */
  readonly comesBack: boolean;
  private queued = false;
  private held = false;
  private identified = false;
  private end: number | undefined;
  private last: number;

  constructor(first: Fact) {
    this.comesBack = comesBack('queueId' in first && first.queueId !== undefined ? first.queueId : '');
    this.last = first.time;
    this.add(first);
  }

  /** On hold, a message may be silent for as long as it likes. */
  get isHeld(): boolean {
    return this.held;
  }

  add(fact: Fact): void {
    this.last = fact.time;
    switch (fact.is) {
      case 'message_id':
        this.identified = true;
        break;
      case 'verdict':
        if (fact.verdict === 'hold') this.held = true;
        break;
      case 'held':
        this.held = true;
        break;
      case 'released':
        this.held = false;
        break;
      case 'queued':
      case 'delivery':
        this.queued = true;
        this.held = false;
        break;
      case 'removed':
      case 'deleted':
      case 'requeued':
        this.end = fact.time;
        break;
      default:
    }
  }

  /** Whether a later fact is of another life. @param silence milliseconds */
  isOver(fact: Fact, silence: number): boolean {
    if (!this.comesBack) return false;
    switch (fact.is) {
      case 'client':
      case 'picked_up':
        // smtpd and pickup write it before anything else is known of the message.
        return true;
      case 'message_id':
        // cleanup is done when the queue manager begins.
        if (this.queued || this.end !== undefined) return true;
        break;
      default:
        // Lines can be a few seconds out of order.
        if (this.end !== undefined && fact.time - this.end > disorder) return true;
    }
    // It has told its message-ID before it was held.
    if (this.held && !(fact.is === 'message_id' && this.identified)) return false;
    return fact.time - this.last > silence;
  }
}

/**
 * Tells the lives of one queue ID on one host apart. A life is over when the message is removed, when the first line of
 * another one comes, or when nothing was heard for longer than any message stays in the queue.
 * @param facts all with this queue ID, each once
 * @param silence milliseconds
 */
export const livesOf = (facts: readonly Fact[], silence: number): readonly Life[] => livesIn([...facts].sort(inLifeOrder), silence).lives;

/** The same, with what may still come of the last. @param facts in the order of lives (order.ts) */
export function livesIn(facts: Iterable<Fact>, silence: number): { readonly lives: readonly Life[]; readonly course: Course | undefined } {
  const lives: Life[] = [];
  let life: [Fact, ...Fact[]] | undefined;
  let course: Course | undefined;
  for (const fact of facts) {
    if (life === undefined || course === undefined || course.isOver(fact, silence)) {
      course = new Course(fact);
      life = [fact];
      lives.push(life);
    } else {
      course.add(fact);
      life.push(fact);
    }
  }
  return { lives, course };
}
