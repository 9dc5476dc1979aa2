/** Where a fact lies: under the key of its message, and under that of its process and a stretch of time. */
import type { Fact } from '../../postfix/message/fact.js';
import { keysOf } from '../../postfix/message/keys.js';

/**
 * Milliseconds. A process can be busy with one client for five hours (`defaultReach`), and is asked for that long before and after: of
 * shorter stretches, most of what is asked for would be shelves with nothing on them.
 */
const stretch = 24 * 3_600_000;

export const queueShelf = (queue: string) => `q ${queue}`;
export const isOfQueue = (shelf: string) => shelf.startsWith('q ');

const processShelf = (key: string, number: number) => `p${number} ${key}`;

/** The shelves of a process for some time, both ends included, in milliseconds since the epoch; each with the time that is its own. */
export function processShelves(
  key: string,
  from: number,
  to: number,
): { readonly shelf: string; readonly from: number; readonly to: number }[] {
  const shelves = [];
  for (let number = Math.floor(from / stretch); number * stretch <= to; number++) {
    // Stamps have microseconds at most.
    shelves.push({ shelf: processShelf(key, number), from: number * stretch, to: (number + 1) * stretch - 0.001 });
  }
  return shelves;
}

/** The one or two shelves of a fact; none of what is joined to nothing. */
export function shelvesOf(fact: Fact): string[] {
  const { queue, process } = keysOf(fact);
  const shelves = queue === undefined ? [] : [queueShelf(queue)];
  if (process !== undefined) shelves.push(processShelf(process, Math.floor(fact.time / stretch)));
  return shelves;
}

/** Facts by their shelves. */
export function byShelf(facts: Iterable<Fact>): Map<string, Fact[]> {
  const shelves = new Map<string, Fact[]>();
  for (const fact of facts) {
    for (const shelf of shelvesOf(fact)) {
      const known = shelves.get(shelf);
      if (known === undefined) shelves.set(shelf, [fact]);
      else known.push(fact);
    }
  }
  return shelves;
}

/** What tells copies of a line apart, as each may stand elsewhere (postfix/message/order.ts). */
export const copyOf = ({ id, offset, path }: Fact) => `${id} ${offset} ${path}`;
