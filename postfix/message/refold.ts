/**
 * What some new facts change: which messages and attempts have to be written anew, and what other facts are needed for that.
 * It asks for them, and does not care where they lie: a store answers from its own.
 */
import type { Attempt } from './attempt.js';
import type { Fact } from './fact.js';
import { defaultReach, type FoldOptions, fold } from './fold.js';
import { keysOf, processKey, queueKey } from './keys.js';
import type { Message } from './message.js';
import { addDistinct, inFileOrder } from './order.js';
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
  const known = new Map<string, Fact>();
  addDistinct(known, batch);
  const touched = [...known.values()];

  // A line without queue ID is of the next delivery of its process; a session is of the messages in it.
  const processes = around(touched, reach);
  if (processes.size > 0) addDistinct(known, yield { queues: [], processes: [...processes.values()] });
  const ids = new Set(touched.map(({ id }) => id));
  const queues = new Set<string>();
  for (const fact of touched) put(queues, fact);
  for (const facts of byProcess(known.values(), processes).values()) for (const fact of changedIn(facts, ids)) put(queues, fact);

  // Those messages, and what their processes say of them.
  const keys = [...queues].sort();
  if (keys.length > 0) addDistinct(known, yield { queues: keys, processes: [] });
  const theirs = [...known.values()].filter((fact) => queues.has(keysOf(fact).queue ?? ''));
  const wider = new Map([...around(theirs, reach)].filter(([key, { from, to }]) => !covers(processes.get(key), from, to)));
  if (wider.size > 0) addDistinct(known, yield { queues: [], processes: [...wider.values()] });

  const { messages, attempts } = fold(known.values(), options);
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

interface Range {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** For each process of these facts, the time within which its other facts can matter to them. */
function around(facts: readonly Fact[], reach: number): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const fact of facts) {
    const { process: key } = keysOf(fact);
    if (key === undefined) continue;
    const known = ranges.get(key);
    const [from, to] = [fact.time - reach, fact.time + reach];
    ranges.set(key, { key, from: Math.min(known?.from ?? from, from), to: Math.max(known?.to ?? to, to) });
  }
  return ranges;
}

const covers = (range: Range | undefined, from: number, to: number) => range !== undefined && range.from <= from && range.to >= to;

function byProcess(facts: Iterable<Fact>, of: ReadonlyMap<string, Range>): Map<string, Fact[]> {
  const lists = new Map<string, Fact[]>();
  for (const fact of facts) {
    const { process: key } = keysOf(fact);
    if (key === undefined || !of.has(key)) continue;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [fact]);
    else list.push(fact);
  }
  return lists;
}

/** The facts of one process whose messages new facts can change: from delivery to delivery, and those of one session. */
function changedIn(facts: readonly Fact[], touched: ReadonlySet<string>): Fact[] {
  const sorted = [...facts].sort(inFileOrder);
  const changed = new Set<Fact>();
  // A copy that stands elsewhere can move a line within its second.
  const times = new Set(sorted.filter(({ id }) => touched.has(id)).map(({ time }) => time));
  /** @returns whether what comes beyond this one is not changed */
  const take = (fact: Fact | undefined, end: Fact['is']) => {
    if (fact !== undefined) changed.add(fact);
    return fact === undefined || fact.is === end;
  };
  sorted.forEach((fact, i) => {
    if (!times.has(fact.time)) return;
    changed.add(fact);
    const end = isOfWork(fact) ? 'delivery' : 'session';
    for (let j = i + 1; !take(sorted[j], end); ) j++;
    for (let j = i - 1; !take(sorted[j], end); ) j--;
  });
  return [...changed];
}

function put(queues: Set<string>, fact: Fact): void {
  const { queue } = keysOf(fact);
  if (queue !== undefined) queues.add(queue);
}
