/**
 * What happened to a mail? Its whole way: every message that it was, on every host, with the notices about it; what each delivery
 * tried, and where its time went. Put together from the lines of the store by the fold (postfix/message/).
 */
import type { EventDocument } from '../postfix/document.js';
import type { Attempt } from '../postfix/message/attempt.js';
import { chainOf, type Edge } from '../postfix/message/chain.js';
import { fold } from '../postfix/message/fold.js';
import type { Link, Message } from '../postfix/message/message.js';
import { isQueueId } from '../postfix/queue_id.js';
import { instantOf } from '../store/facts.js';
import { newestFirst } from '../store/order.js';
import type { Reader, Scope } from '../store/port.js';
import { Following } from './trace/chain.js';
import { Gathering } from './trace/gathering.js';
import { linesOf, type Made } from './trace/lines.js';
import { Processes } from './trace/processes.js';
import { timeoutsNear } from './trace/timeouts.js';

export interface TracedLine {
  readonly time: number;
  /** Seconds since the line before; undefined for the first. */
  readonly gap: number | undefined;
  readonly event: EventDocument;
  /** False for a line without queue ID, which a process wrote while it worked on this message (FACTS 5). */
  readonly named: boolean;
}

/** One message on one host. */
export interface Hop {
  readonly message: Message;
  /** It has the queue ID or the message-id that was asked for, and a line in the period. */
  readonly asked: boolean;
  /** In the order in which they ended. */
  readonly attempts: readonly Attempt[];
  /** Identities of the lines of each attempt, by the attempt's. */
  readonly attemptLines: ReadonlyMap<string, readonly string[]>;
  /** Oldest first. */
  readonly lines: readonly TracedLine[];
  /** What its lines name that no line of the store is about. */
  readonly elsewhere: readonly Link[];
}

/** Messages that came of one another, oldest first. */
export interface TracedChain {
  readonly hops: readonly Hop[];
  readonly edges: readonly Edge[];
}

export interface TraceReport {
  readonly asked: string;
  /** Whether `asked` was taken for a message-id. */
  readonly byMessageId: boolean;
  /** That have lines in the period. */
  readonly queueIds: readonly string[];
  /** A queue ID that came back is in several (FACTS 8). */
  readonly chains: readonly TracedChain[];
  /** Lines with that queue ID that are of none of these messages. */
  readonly loose: readonly TracedLine[];
  /** What was not looked at, a sentence each. */
  readonly limits: readonly string[];
}

/**
 * @param asked a queue ID, or a message-id with or without its brackets
 * @param scope which messages with it are meant; their chains are followed beyond it
 */
export async function trace(reader: Reader, asked: string, scope: Scope): Promise<TraceReport> {
  const gathering = new Gathering(reader);
  const following = new Following(gathering);
  const direct = isQueueId(asked) || isQueueId(asked.toUpperCase()) ? await reader.trace(asked, scope) : [];
  const byMessageId = direct.length === 0;
  const bare = asked.replace(/^<(.*)>$/, '$1');
  const trails = byMessageId && bare !== '' ? await following.ofMessageId(bare, scope) : [];
  const queueIds = distinct(byMessageId ? trails.map(({ queueId }) => queueId) : direct.map(({ email }) => email?.local_id));
  if (queueIds.length === 0) return { asked, byMessageId: false, queueIds, chains: [], loose: [], limits: [] };
  if (byMessageId) await following.traceAll(trails);
  else {
    const isWhole = scope.since === undefined && scope.until === undefined && scope.host === undefined;
    if (isWhole) gathering.add(direct);
    for (const queueId of queueIds) {
      if (isWhole) gathering.traced.add(queueId);
      else await gathering.traceEver(queueId);
    }
  }

  const isStart = startOf(queueIds, scope, byMessageId ? bare.toLowerCase() : undefined);
  const processes = new Processes(gathering);
  while (await processes.watch(await following.follow(isStart)));

  const facts = [...gathering.facts.values()];
  const first = fold(facts);
  const { messages: own } = chainOf(first.messages, isStart);
  const ids = new Set(own.map(({ id }) => id));
  const timeouts = await timeoutsNear(
    reader,
    first.attempts.filter(({ message }) => message !== undefined && ids.has(message)),
  );
  const { messages, attempts } = fold(facts, { timeouts: (host) => timeouts.get(host) ?? {} });

  const made = linesOf(messages, facts);
  const lines = new LinesByMessage(gathering.documents, messages, attempts, made);
  const chains: TracedChain[] = [];
  const told = new Set<string>();
  for (const start of messages.filter(isStart)) {
    if (told.has(start.id)) continue;
    const chain = chainOf(messages, ({ id }) => id === start.id);
    const hops = chain.messages.map((message) => {
      told.add(message.id);
      const tries = attempts.filter((attempt) => attempt.message === message.id);
      return {
        message,
        asked: isStart(message),
        attempts: tries,
        attemptLines: new Map(tries.map(({ id }) => [id, (made.attempts.get(id) ?? []).map((step) => step.id)])),
        lines: withGaps(lines.of(message)),
        elsewhere: elsewhereOf(message, chain.messages, chain.edges),
      };
    });
    chains.push({ hops, edges: chain.edges });
  }
  chains.sort((a, b) => firstLineOf(a) - firstLineOf(b));
  return { asked, byMessageId, queueIds, chains, loose: withGaps(lines.loose(queueIds)), limits: [...gathering.limits] };
}

export const timeOf = instantOf;

const firstLineOf = ({ hops }: TracedChain) => Math.min(...hops.map(({ message }) => message.firstLine));

const distinct = (values: readonly (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))];

/** Which messages were asked for: by queue ID or message-id, of a host, and with a part of their life in the period. */
function startOf(queueIds: readonly string[], { since, until, host }: Scope, messageId: string | undefined): (message: Message) => boolean {
  const wanted = new Set(queueIds);
  return (message) =>
    wanted.has(message.queueId) &&
    (host === undefined || message.host.toLowerCase() === host.toLowerCase()) &&
    (since === undefined || message.lastLine >= since) &&
    (until === undefined || message.firstLine < until) &&
    (messageId === undefined || message.messageId === undefined || namesOf(message).includes(messageId));
}

const namesOf = ({ messageId, resentMessageId }: Message) => [messageId, resentMessageId].map((id) => id?.toLowerCase());

/** Links of a message that lead out of the store. */
function elsewhereOf({ id, links }: Message, messages: readonly Message[], edges: readonly Edge[]): Link[] {
  const queueIds = new Map(messages.map((message) => [message.id, message.queueId]));
  const beside = new Set<string | undefined>();
  for (const { parent, child } of edges) {
    if (parent === id) beside.add(queueIds.get(child));
    if (child === id) beside.add(queueIds.get(parent));
  }
  return links.filter(({ queueId }) => !beside.has(queueId));
}

interface Entry {
  readonly event: EventDocument;
  readonly named: boolean;
}

/** Lines, each with its message: those that the fold took, and those beside them that have the queue ID. */
class LinesByMessage {
  private readonly ofMessage = new Map<string, Entry[]>();
  private readonly rest: EventDocument[] = [];

  constructor(
    documents: ReadonlyMap<string, EventDocument>,
    messages: readonly Message[],
    attempts: readonly Attempt[],
    { lives, attempts: steps, sessions }: Made,
  ) {
    const owners = new Map<string, string>();
    for (const [message, life] of lives) for (const { id } of life) owners.set(id, message);
    for (const [message, said] of sessions) for (const { id } of said) if (!owners.has(id)) owners.set(id, message);
    for (const { id, message } of attempts) {
      if (message !== undefined) for (const step of steps.get(id) ?? []) owners.set(step.id, message);
    }
    const byQueueId = new Map<string, Message[]>();
    for (const message of messages) byQueueId.set(message.queueId, [...(byQueueId.get(message.queueId) ?? []), message]);
    for (const event of documents.values()) {
      const queueId = event.email?.local_id;
      const owner = owners.get(event.event.id) ?? nearest(event, byQueueId.get(queueId ?? '') ?? []);
      if (owner === undefined) {
        this.rest.push(event);
        continue;
      }
      const entries = this.ofMessage.get(owner) ?? [];
      entries.push({ event, named: queueId !== undefined });
      this.ofMessage.set(owner, entries);
    }
  }

  of({ id }: Message): readonly Entry[] {
    return this.ofMessage.get(id) ?? [];
  }

  loose(queueIds: readonly string[]): Entry[] {
    return this.rest.filter(({ email }) => queueIds.includes(email?.local_id ?? '')).map((event) => ({ event, named: true }));
  }
}

/** The message with the queue ID of a line that the fold had no use for: the last one that had begun by then. */
function nearest(event: EventDocument, lives: readonly Message[]): string | undefined {
  const time = timeOf(event);
  const here = lives.filter(({ host }) => host === event.host.name).sort((a, b) => a.firstLine - b.firstLine);
  return (here.findLast(({ firstLine }) => firstLine <= time) ?? here[0])?.id;
}

/** In the order of the log. */
function withGaps(entries: readonly Entry[]): TracedLine[] {
  const timed = entries.map((entry) => ({ ...entry, time: timeOf(entry.event) }));
  timed.sort((a, b) => newestFirst(standing(b.event), standing(a.event)));
  return timed.map((entry, i) => {
    const before = timed[i - 1];
    return { ...entry, gap: before === undefined ? undefined : (entry.time - before.time) / 1000 };
  });
}

const standing = (event: EventDocument) => ({
  micros: Math.round(timeOf(event) * 1000),
  path: event.log.file.path,
  offset: event.log.offset,
  id: event.event.id,
});
