/**
 * What some new facts change: which messages and attempts have to be written anew, and what other facts are needed for that.
 * It asks for them, and does not care where they lie: a store answers from its own.
 */
import type { Attempt } from './attempt.js';
import type { Fact } from './fact.js';
import { defaultReach, type FoldOptions, foldDistinct } from './fold.js';
import { type Keys, keysOf, processKey, queueKey } from './keys.js';
import type { Message } from './message.js';
import { inFileOrder } from './order.js';
import { isOfWork } from './process.js';

/** Facts to be fetched. */
export interface Question {
  /** All facts under these queue keys (keys.ts). */
  readonly queues: readonly string[];
  /** All facts under a process key, stamped from `from` to `to`, both included, in milliseconds since the epoch. */
  readonly processes: readonly { readonly key: string; readonly from: number; readonly to: number }[];
}

export interface Refolded {
  /** Queue keys whose messages and attempts are all below: what else a store has of them is of an earlier fold, and goes. */
  readonly queues: readonly string[];
  readonly messages: readonly Message[];
  /** Those of the messages, and tries of the same processes that belong to none. */
  readonly attempts: readonly Attempt[];
}

/**
 * Asks twice or three times for facts, and returns what has to be written. The facts themselves must have been stored
 * before; it does not matter whether the answers contain them, nor how often. Of copies of a line, the store must keep that
 * which stands first (order.ts), as otherwise the order of a second's lines depends on which copy came first.
 * @param batch new facts
 */
export function* refold(batch: Iterable<Fact>, options: FoldOptions = {}): Generator<Question, Refolded, Iterable<Fact>> {
  const { reach = defaultReach } = options;
  const known = new Map<string, Keyed>();
  addAll(known, batch);
  const touched = [...known.values()];

  // A line without queue ID is of the next delivery of its process; a session is of the messages in it.
  const processes = around(touched, reach);
  if (processes.size > 0) addAll(known, yield { queues: [], processes: [...processes.values()] });
  const ids = new Set(touched.map(({ fact }) => fact.id));
  const queues = new Set<string>();
  for (const { queue } of touched) if (queue !== undefined) queues.add(queue);
  for (const all of byProcess(known.values(), processes).values()) {
    for (const { queue } of changedIn(all, ids)) if (queue !== undefined) queues.add(queue);
  }

  // Those messages, and what their processes say of them.
  const keys = [...queues].sort();
  if (keys.length > 0) addAll(known, yield { queues: keys, processes: [] });
  const theirs = [...known.values()].filter(({ queue }) => queue !== undefined && queues.has(queue));
  const wider = new Map([...around(theirs, reach)].filter(([key, { from, to }]) => !covers(processes.get(key), from, to)));
  if (wider.size > 0) addAll(known, yield { queues: [], processes: [...wider.values()] });

  const { messages, attempts } = foldDistinct(
    Array.from(known.values(), ({ fact }) => fact),
    options,
  );
  const written = messages.filter(({ host, queueId }) => queues.has(queueKey(host, queueId)));
  const own = new Set(written.map(({ id }) => id));
  return {
    queues: keys,
    messages: written,
    attempts: attempts.filter((attempt) => {
      if (attempt.message !== undefined) return own.has(attempt.message);
      const { host, program, pid, time, id } = attempt;
      const range = pid === undefined ? undefined : processes.get(processKey(host, program, pid));
      // Beyond the last new line, a delivery that was not asked for could be its own.
      return range === undefined ? ids.has(id) : time >= range.from && time <= range.to - reach;
    }),
  };
}

/** A fact with its keys, which are looked at more than once. */
class Keyed implements Keys {
  readonly queue: string | undefined;
  readonly process: string | undefined;

  constructor(readonly fact: Fact) {
    const { queue, process } = keysOf(fact);
    this.queue = queue;
    this.process = process;
  }
}

/** Adds facts to others as `addDistinct` does (order.ts). */
function addAll(known: Map<string, Keyed>, facts: Iterable<Fact>): void {
  for (const fact of facts) {
    const copy = known.get(fact.id)?.fact;
    if (copy === undefined || (copy !== fact && inFileOrder(fact, copy) < 0)) known.set(fact.id, new Keyed(fact));
  }
}

interface Range {
  readonly key: string;
  from: number;
  to: number;
}

/** For each process of these facts, the time within which its other facts can matter to them. */
function around(facts: readonly Keyed[], reach: number): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const { fact, process: key } of facts) {
    if (key === undefined) continue;
    const from = fact.time - reach;
    const to = fact.time + reach;
    const known = ranges.get(key);
    if (known === undefined) ranges.set(key, { key, from, to });
    else {
      if (from < known.from) known.from = from;
      if (to > known.to) known.to = to;
    }
  }
  return ranges;
}

const covers = (range: Range | undefined, from: number, to: number) => range !== undefined && range.from <= from && range.to >= to;

function byProcess(facts: Iterable<Keyed>, of: ReadonlyMap<string, Range>): Map<string, Keyed[]> {
  const lists = new Map<string, Keyed[]>();
  for (const keyed of facts) {
    const { process: key } = keyed;
    if (key === undefined || !of.has(key)) continue;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [keyed]);
    else list.push(keyed);
  }
  return lists;
}

/** The facts of one process whose messages new facts can change: from delivery to delivery, and those of one session. */
function changedIn(facts: readonly Keyed[], touched: ReadonlySet<string>): Set<Keyed> {
  const sorted = [...facts].sort((a, b) => inFileOrder(a.fact, b.fact));
  const changed = new Set<Keyed>();
  // A copy that stands elsewhere can move a line within its second.
  const times = new Set<number>();
  for (const { fact } of sorted) if (touched.has(fact.id)) times.add(fact.time);
  /** @returns whether what comes beyond this one is not changed */
  const take = (keyed: Keyed | undefined, end: Fact['is']) => {
    if (keyed !== undefined) changed.add(keyed);
    return keyed === undefined || keyed.fact.is === end;
  };
  sorted.forEach((keyed, i) => {
    if (!times.has(keyed.fact.time)) return;
    changed.add(keyed);
    const end = isOfWork(keyed.fact) ? 'delivery' : 'session';
    for (let j = i + 1; !take(sorted[j], end); ) j++;
    for (let j = i - 1; !take(sorted[j], end); ) j--;
  });
  return changed;
}
