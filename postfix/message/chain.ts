/**
 * The whole way of a mail: its messages on one host and the next, notices about it, copies of it (FACTS 10). Each message
 * names others by queue ID; which life of it is meant, time and message-ID tell.
 */
import type { Link, Message } from './message.js';

/** How one message came of another. */
export type Descent = Exclude<Link['kind'], 'filtered' | 'requeued'> | 'requeue';

export interface Edge {
  /** Identities of the messages. */
  readonly parent: string;
  readonly child: string;
  readonly kind: Descent;
}

export interface Chain {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly edges: readonly Edge[];
}

/** Milliseconds: a notice is logged in the second after it was made; clocks of two hosts differ by more. */
const sameClock = 2_000;
const otherClock = 300_000;

const byArrival = (a: Message, b: Message) =>
  (a.arrival ?? a.removal ?? 0) - (b.arrival ?? b.removal ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Messages, to be found by queue ID. */
class Register {
  private readonly byQueueId = new Map<string, Message[]>();

  constructor(messages: Iterable<Message>) {
    for (const message of messages) {
      const known = this.byQueueId.get(message.queueId);
      if (known === undefined) this.byQueueId.set(message.queueId, [message]);
      else known.push(message);
    }
    for (const lives of this.byQueueId.values()) lives.sort(byArrival);
  }

  /** The message that a link is about: the youngest that was there when the line was written, on the host that it must be on. */
  find(from: Message, { kind, queueId, time }: Link): Message | undefined {
    const elsewhere = kind === 'next_hop' || kind === 'filtered';
    const clock = kind === 'next_hop' ? otherClock : sameClock;
    return this.byQueueId.get(queueId)?.findLast((message) => {
      if (message.id === from.id || (message.arrival ?? 0) > time + clock) return false;
      if (message.host === from.host && kind !== 'next_hop') return true;
      return elsewhere && isSameMail(message, from);
    });
  }
}

/** A queue ID of another host could be anybody's; the message-ID is the mail's own. */
const isSameMail = (a: Message, b: Message) => a.messageId !== undefined && a.messageId !== '' && a.messageId === b.messageId;

function edgeOf(from: Message, link: Link, to: Message): Edge {
  switch (link.kind) {
    case 'filtered':
      return { parent: to.id, child: from.id, kind: to.host === from.host ? 'filter' : 'next_hop' };
    case 'requeued':
      return { parent: to.id, child: from.id, kind: 'requeue' };
    default:
      return { parent: from.id, child: to.id, kind: link.kind };
  }
}

/** Which of some messages came of which, as far as their own lines tell. */
export function edgesOf(messages: Iterable<Message>): Edge[] {
  const all = [...messages].sort(byArrival);
  const register = new Register(all);
  const edges = new Map<string, Edge>();
  for (const message of all) {
    for (const link of message.links) {
      const other = register.find(message, link);
      if (other === undefined) continue;
      const edge = edgeOf(message, link, other);
      const key = `${edge.parent} ${edge.child}`;
      if (!edges.has(key)) edges.set(key, edge);
    }
  }
  return [...edges.values()];
}

/**
 * The chain that some messages are in, both ways.
 * @param messages all that may be in it
 * @param isStart which to begin with
 */
export function chainOf(messages: Iterable<Message>, isStart: (message: Message) => boolean): Chain {
  const all = [...messages].sort(byArrival);
  const edges = edgesOf(all);
  const beside = new Map<string, string[]>();
  const add = (a: string, b: string) => {
    const known = beside.get(a);
    if (known === undefined) beside.set(a, [b]);
    else known.push(b);
  };
  for (const { parent, child } of edges) {
    add(parent, child);
    add(child, parent);
  }
  const found = new Set<string>();
  const open = all.filter(isStart).map(({ id }) => id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(beside.get(id) ?? []));
  }
  const own = edges.filter(({ parent, child }) => found.has(parent) && found.has(child));
  return {
    messages: inDescent(
      all.filter(({ id }) => found.has(id)),
      own,
    ),
    edges: own,
  };
}

/** Messages by arrival, and what came of a message in the same second behind it. */
function inDescent(messages: readonly Message[], edges: readonly Edge[]): Message[] {
  const depth = new Map(messages.map(({ id }) => [id, 0]));
  // Of the messages of a chain, none is deeper than there are others; made-up queue IDs could name each other in a ring.
  for (let step = 1, moved = true; moved && step < messages.length; step++) {
    moved = false;
    for (const { parent, child } of edges) {
      const least = (depth.get(parent) ?? 0) + 1;
      if ((depth.get(child) ?? 0) >= least) continue;
      depth.set(child, least);
      moved = true;
    }
  }
  const when = ({ arrival, removal }: Message) => arrival ?? removal ?? 0;
  return [...messages].sort((a, b) => when(a) - when(b) || (depth.get(a.id) ?? 0) - (depth.get(b.id) ?? 0) || byArrival(a, b));
}

/** What a store has to be asked for, so that the chain of these messages can grow. */
export interface ChainQuestion {
  /** Messages with these queue IDs, on any host. */
  readonly queueIds: readonly string[];
  /** Messages with a link to one of these queue IDs. */
  readonly linkedTo: readonly string[];
}

/** What to ask for after these messages are known; both lists shrink to nothing when the chain is whole. */
export function unknownIn(messages: readonly Message[], asked: ReadonlySet<string>): ChainQuestion {
  const own = new Set(messages.map(({ queueId }) => queueId));
  const linked = new Set(messages.flatMap(({ links }) => links.map(({ queueId }) => queueId)));
  return {
    queueIds: [...linked].filter((queueId) => !asked.has(queueId) && !own.has(queueId)).sort(),
    linkedTo: [...own].filter((queueId) => !asked.has(queueId)).sort(),
  };
}
