/**
 * What is known of each queue ID of a host. Messages come and go by the million, and in a Map that would keep them: V8 makes a new
 * table of it each time that it is full, and the old one, until it is collected, holds on to the new one and to all that was in either.
 */
import { owned } from './own.js';
import { Queue } from './queue.js';

const fewest = 64;

export class Queues {
  /** Of each hash of a queue ID, its queues, one after the other. */
  private chains: (Queue | undefined)[] = new Array(fewest).fill(undefined);
  private size = 0;

  get(queueId: string): Queue | undefined {
    let queue = this.chains[this.slot(queueId)];
    while (queue !== undefined && queue.queueId !== queueId) queue = queue.next;
    return queue;
  }

  /** Makes one. @param queueId that it has none of */
  begin(queueId: string): Queue {
    if (++this.size > this.chains.length) this.grow();
    const queue = new Queue(owned(queueId));
    this.put(queue);
    return queue;
  }

  delete(queue: Queue): void {
    const slot = this.slot(queue.queueId);
    let before: Queue | undefined;
    let at = this.chains[slot];
    while (at !== undefined && at !== queue) {
      before = at;
      at = at.next;
    }
    if (at === undefined) return;
    if (before === undefined) this.chains[slot] = queue.next;
    else before.next = queue.next;
    queue.next = undefined;
    this.size--;
  }

  /** All there are by now: some may be deleted meanwhile. */
  all(): Queue[] {
    const all: Queue[] = [];
    for (const first of this.chains) for (let queue = first; queue !== undefined; queue = queue.next) all.push(queue);
    return all;
  }

  private grow(): void {
    const all = this.all();
    this.chains = new Array(this.chains.length * 4).fill(undefined);
    for (const queue of all) this.put(queue);
  }

  private put(queue: Queue): void {
    const slot = this.slot(queue.queueId);
    queue.next = this.chains[slot];
    this.chains[slot] = queue;
  }

  private slot(queueId: string): number {
    let hash = 0;
    for (let i = 0; i < queueId.length; i++) hash = Math.imul(hash ^ queueId.charCodeAt(i), 0x01000193);
    return (hash ^ (hash >>> 15)) & (this.chains.length - 1);
  }
}
