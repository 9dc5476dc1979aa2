/** What happened to one message? All lines of a queue ID, its lives told apart, and what its deliveries waited for. */
import type { EventDocument } from '../postfix/document.js';
import { isQueueId } from '../postfix/queue_id.js';
import type { Reader, Scope } from '../store/port.js';
import { field } from './field.js';

export interface TracedLine {
  readonly time: number;
  /** Seconds since the line before; undefined for the first. */
  readonly gap: number | undefined;
  readonly event: EventDocument;
  /**
   * False for an attempt that a delivery lost time with: a line without a queue ID, of the same process, written while
   * that was busy with the delivery (FACTS 5).
   */
  readonly named: boolean;
}

/** One message on one host, from arrival to removal. Short queue IDs come back within days (FACTS 8). */
export interface Life {
  readonly queueId: string;
  readonly host: string;
  readonly first: number;
  readonly last: number;
  readonly removed: boolean;
  readonly sender: string | undefined;
  readonly messageId: string | undefined;
  readonly size: number | undefined;
  /** Queue IDs in which the message lives on, here or at the next hop, and those it came from. */
  readonly next: readonly { readonly queueId: string; readonly why: string; readonly here: boolean }[];
  readonly lines: readonly TracedLine[];
}

export interface TraceReport {
  readonly asked: string;
  /** Whether `asked` was taken for a message-id. */
  readonly byMessageId: boolean;
  readonly queueIds: readonly string[];
  readonly lives: readonly Life[];
}

/** @param asked a queue ID, or a message-id with or without its brackets */
export async function trace(reader: Reader, asked: string, scope: Scope): Promise<TraceReport> {
  const direct = isQueueId(asked) ? await reader.trace(asked, scope) : [];
  const queueIds = direct.length > 0 ? [asked] : await reader.queueIdsOf(asked.replace(/^<(.*)>$/, '$1'), scope);
  const lives: Life[] = [];
  for (const queueId of queueIds) {
    lives.push(...(await livesOf(reader, queueId, direct.length > 0 ? direct : await reader.trace(queueId, scope))));
  }
  lives.sort((a, b) => a.first - b.first);
  return { asked, byMessageId: direct.length === 0 && queueIds.length > 0, queueIds, lives };
}

export const timeOf = (event: EventDocument) => Date.parse(event['@timestamp']);

async function livesOf(reader: Reader, queueId: string, events: readonly EventDocument[]): Promise<Life[]> {
  const lives: Life[] = [];
  const hosts = [...new Set(events.map((event) => event.host.name))];
  for (const host of hosts) {
    for (const own of splitIntoLives(events.filter((event) => event.host.name === host))) {
      lives.push(await lifeOf(reader, queueId, host, own));
    }
  }
  return lives;
}

/** A queue ID is used again once its message was removed, and a new message then comes in by it. */
function splitIntoLives(events: readonly EventDocument[]): EventDocument[][] {
  const lives: EventDocument[][] = [];
  let current: EventDocument[] = [];
  let removed = false;
  for (const event of events) {
    if (removed && startsLife(event)) {
      lives.push(current);
      current = [];
      removed = false;
    }
    current.push(event);
    if (isRemoval(event)) removed = true;
  }
  if (current.length > 0) lives.push(current);
  return lives;
}

const isRemoval = (event: EventDocument) => event.postfix?.daemon === 'qmgr' && event.event.action === 'removed';
/** smtpd's `client=`, pickup's `uid=`, or cleanup's `message-id=`, in whatever order they reach the log. */
const startsLife = (event: EventDocument) => ['smtpd', 'pickup', 'cleanup', 'qmqpd'].includes(event.postfix?.daemon ?? '');

async function lifeOf(reader: Reader, queueId: string, host: string, events: readonly EventDocument[]): Promise<Life> {
  const lines = withGaps([...events.map((event) => ({ event, named: true })), ...(await attemptsOf(reader, events))]);
  const firstOf = <T>(of: (event: EventDocument) => T | undefined) => events.map(of).find((value) => value !== undefined);
  return {
    queueId,
    host,
    first: lines[0]?.time ?? 0,
    last: lines.at(-1)?.time ?? 0,
    removed: events.some(isRemoval),
    sender: firstOf((event) => field(event, 'sender')),
    messageId: firstOf((event) => field(event, 'message_id')),
    size: firstOf((event) => field(event, 'size')),
    next: neighboursOf(queueId, events),
    lines,
  };
}

interface Entry {
  readonly event: EventDocument;
  readonly named: boolean;
}

/** In order of time; of one second, attempts before what came of them, and otherwise as they were. */
function withGaps(entries: readonly Entry[]): TracedLine[] {
  const timed = entries.map((entry) => ({ ...entry, time: timeOf(entry.event) }));
  timed.sort((a, b) => a.time - b.time || Number(a.named) - Number(b.named));
  return timed.map((entry, i) => {
    const before = timed[i - 1];
    return { ...entry, gap: before === undefined ? undefined : (entry.time - before.time) / 1000 };
  });
}

/** A message with thousands of deferrals is not looked at try by try. */
const mostSearches = 40;

/** Attempts behind the deliveries that had to wait for their connection. One process logs all recipients of one delivery. */
async function attemptsOf(reader: Reader, events: readonly EventDocument[]): Promise<Entry[]> {
  const slow = new Map<string, EventDocument>();
  for (const event of events) {
    const { pid } = event.process;
    if (pid !== undefined && (field(event, 'delay_c') ?? 0) >= 1) slow.set(`${pid} ${event['@timestamp']}`, event);
  }
  const found = new Map<string, EventDocument>();
  for (const delivery of [...slow.values()].slice(0, mostSearches)) {
    for (const attempt of await attemptsBehind(reader, delivery)) found.set(attempt.event.id, attempt);
  }
  return [...found.values()].map((event) => ({ event, named: false }));
}

/** One smtp process works on one delivery at a time, so its lines during c and d are about this delivery (FACTS 5). */
async function attemptsBehind(reader: Reader, delivery: EventDocument): Promise<EventDocument[]> {
  const time = timeOf(delivery);
  const busy = (field(delivery, 'delay_c') ?? 0) + (field(delivery, 'delay_d') ?? 0);
  const page = await reader.search({
    host: delivery.host.name,
    program: delivery.process.name,
    action: 'attempt_failed',
    // Stamps without fractions are up to a second early.
    since: time - (busy + 1) * 1000,
    until: time + 1,
    limit: 500,
  });
  return page.events.filter((event) => event.process.pid === delivery.process.pid && event.email?.local_id === undefined).reverse();
}

function neighboursOf(queueId: string, events: readonly EventDocument[]): Life['next'] {
  const found = new Map<string, { queueId: string; why: string; here: boolean }>();
  const add = (id: string | undefined, why: string, here: boolean) => {
    if (id !== undefined && id !== queueId && isQueueId(id) && !found.has(id)) found.set(id, { queueId: id, why, here });
  };
  for (const event of events) {
    add(field(event, 'child_id'), 'notification or copy made of it', true);
    add(field(event, 'orig_queue_id'), field(event, 'client_ip') === undefined ? 'what it was made of' : 'before the content filter', true);
    const local = /^(127\.|::1$)/.test(field(event, 'relay_ip') ?? '');
    add(field(event, 'queued_as'), local ? 'behind the content filter' : `at ${field(event, 'relay_host') ?? 'the next hop'}`, local);
  }
  return [...found.values()];
}
