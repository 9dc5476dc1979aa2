/** The order of facts, which is a function of the facts and not of how they came. */
import type { Fact } from './fact.js';

/** In what order the lines of a message are written within one second, whatever file each of them stands in. */
const ranks: Readonly<Record<Fact['is'], number>> = {
  session: 0,
  tls: 1,
  greeting: 1,
  client: 2,
  picked_up: 2,
  message_id: 3,
  verdict: 4,
  hang_up: 5,
  queued: 6,
  tls_error: 7,
  failure: 7,
  delivery: 7,
  expired: 8,
  notice: 9,
  held: 10,
  released: 10,
  removed: 11,
  deleted: 11,
  requeued: 11,
};

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Lines of one process stand in the order in which it wrote them. */
export function inFileOrder(a: Fact, b: Fact): number {
  return a.time - b.time || a.offset - b.offset || text(a.path, b.path) || text(a.id, b.id);
}

/**
 * Lines of one message come from several processes, and the second in which a file is rotated stands in two files: there,
 * what must come first comes first. A queue ID cannot be used twice in one second (it holds the microseconds).
 */
export function inLifeOrder(a: Fact, b: Fact): number {
  return a.time - b.time || ranks[a.is] - ranks[b.is] || inFileOrder(a, b);
}

/** Adds facts to others, each once; of the copies of a line, that which stands first. */
export function addDistinct(known: Map<string, Fact>, facts: Iterable<Fact>): void {
  for (const fact of facts) {
    const copy = known.get(fact.id);
    if (copy === undefined || (copy !== fact && inFileOrder(fact, copy) < 0)) known.set(fact.id, fact);
  }
}
