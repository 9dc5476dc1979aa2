/**
 * What waits in the queue, and for what: as a snapshot listed it, or made again from the log alone, for a moment of which nobody
 * took one.
 */
import { lean } from '../postfix/message/lean.js';
import type { Message } from '../postfix/message/message.js';
import { type Backlog, BacklogSums } from '../postfix/snapshot/backlog.js';
import type { QueuedMessage, QueuedRecipient } from '../postfix/snapshot/queue.js';
import type { SnapshotOf } from '../postfix/snapshot/snapshot.js';
import { isQueuedAt } from '../store/message_matches.js';
import type { MessageReader } from '../store/message_port.js';
import type { Reader, Scope } from '../store/port.js';

/** Where the figures are from. Of the log it is not known which mail waits in which of Postfix's queues. */
export type QueueSource = { readonly is: 'snapshot'; readonly of: 'mailq' | 'postqueue'; readonly whole: boolean } | { readonly is: 'log' };

/** The queue of one host at a moment. */
export interface QueueReport {
  readonly host: string;
  /** Of the snapshot; or the moment that was asked for, at the latest that of the last line: milliseconds since the epoch. */
  readonly time: number;
  readonly source: QueueSource;
  readonly backlog: Backlog;
  /** What waits, the oldest first, where that was asked for. */
  readonly messages?: readonly QueuedMessage[];
}

export interface QueueQuestion {
  readonly host?: string;
  /** Milliseconds since the epoch; of each host the latest that there is, where it is not given. */
  readonly at?: number;
  /** The log alone, whatever snapshots there are. */
  readonly fromLog?: boolean;
  readonly withMessages?: boolean;
}

type QueueReader = Pick<Reader, 'snapshots' | 'queuedIn' | 'coverage'> & Pick<MessageReader, 'messages'>;

/** A snapshot speaks for the minute behind it: cron takes them on the minute, and people ask for whole minutes. */
const minute = 60_000;

/** A log that ends less than an hour before is of a server that had nothing to do: its queue is as it was at the end. */
const quiet = 3_600_000;

/** @returns by host, those of whom something is known for that moment */
export async function queueAt(reader: QueueReader, question: QueueQuestion): Promise<readonly QueueReport[]> {
  const { host, at, fromLog = false, withMessages = false } = question;
  const only = host === undefined ? {} : { host };
  const reports: QueueReport[] = [];
  if (!fromLog) {
    const latest = await reader.snapshots({ ...only, kinds: ['queue'], latestBefore: at ?? endOfTime, limit: mostHosts });
    for (const snapshot of latest) {
      if (snapshot.kind !== 'queue' || (at !== undefined && at - snapshot.time > minute)) continue;
      const messages = withMessages ? { messages: oldestFirst(await reader.queuedIn(snapshot.id)) } : {};
      reports.push({ ...reportOf(snapshot), ...messages });
    }
  }
  const told = new Set(reports.map((report) => report.host));
  for (const { host: name, first, last } of await reader.coverage(only)) {
    const time = Math.min(at ?? last, last);
    if (told.has(name) || time < first || (at ?? last) - last > quiet) continue;
    reports.push(...(await fromTheLog(reader, name, [time], withMessages)));
  }
  return reports.sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** The year 9999: later than any snapshot. */
const endOfTime = 253_402_300_799_000;
const mostHosts = 10_000;

function reportOf({ host, time, content }: SnapshotOf<'queue'>): QueueReport {
  return { host, time, source: { is: 'snapshot', of: content.source, whole: content.whole }, backlog: content.backlog };
}

/** Messages that are asked for at a time. */
const page = 5_000;

/** The queue of a host at some moments; a message that waited at several is asked for once. */
async function fromTheLog(reader: QueueReader, host: string, times: readonly number[], withMessages = false): Promise<QueueReport[]> {
  const moments = times.map((time) => ({ time, sums: new BacklogSums(time), queued: [] as QueuedMessage[] }));
  for (let after: string | undefined; ; ) {
    const answer = await reader.messages({ host, queuedAt: times, limit: page, ...(after === undefined ? {} : { after }) });
    for (const message of answer.messages) {
      for (const { time, sums, queued } of moments) {
        const one = isQueuedAt(message, time) ? queuedOf(message, time) : undefined;
        if (one === undefined) continue;
        sums.add(one);
        if (withMessages) queued.push(one);
      }
    }
    after = answer.next;
    if (after === undefined) break;
  }
  return moments.map(({ time, sums, queued }) => {
    const messages = withMessages ? { messages: oldestFirst(queued) } : {};
    return { host, time, source: { is: 'log' }, backlog: sums.backlog, ...messages };
  });
}

const oldestFirst = (messages: readonly QueuedMessage[]) =>
  [...messages].sort((a, b) => a.arrival - b.arrival || (a.queueId < b.queueId ? -1 : 1));

/**
 * A message as the queue would have listed it at a moment. Recipients that no line names until its end have no address.
 * @returns undefined where nobody waited any more, or it never was in the queue
 */
export function queuedOf(message: Message, time: number): QueuedMessage | undefined {
  const { queueId, arrival, firstLine, size, sender, state, ending, recipientCount = 0 } = message;
  if (ending === 'rejected' || ending === 'discarded' || ending === 'lost') return undefined;
  const recipients: QueuedRecipient[] = [];
  for (const { address, deliveries } of message.recipients) {
    const last = deliveries.findLast((delivery) => delivery.time <= time);
    if (last === undefined) recipients.push({ address });
    else if (last.status === 'deferred') {
      recipients.push({ address, reason: last.reason, ...(last.relay === undefined ? {} : { relay: last.relay }) });
    }
  }
  for (let unnamed = message.recipients.length; unnamed < recipientCount; unnamed++) recipients.push({ address: '' });
  // The line that it was removed with may be missing.
  if (recipients.length === 0 && message.recipients.length > 0) return undefined;
  const deferred = recipients.some(({ reason }) => reason !== undefined);
  const queue = state === 'held' ? { queue: 'hold' } : deferred ? { queue: 'deferred' } : {};
  return { queueId, ...queue, arrival: arrival ?? firstLine, ...lean({ size, sender }), recipients };
}

/** The queue of one host over time, oldest first. */
export interface QueueCourse {
  readonly host: string;
  readonly points: readonly QueueReport[];
}

/** Moments at which a log is looked at, where there are no snapshots: a chart shows no more. */
const mostPoints = 24;
/** Lengths of time between them, in seconds. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

/** How the queue grew: at every snapshot of the period; of a host without any, at regular moments by its log. */
export async function queueOver(reader: QueueReader, scope: Scope, fromLog = false): Promise<readonly QueueCourse[]> {
  const byHost = new Map<string, QueueReport[]>();
  const taken = fromLog ? [] : await reader.snapshots({ ...scope, kinds: ['queue'], limit: mostSnapshots });
  for (const snapshot of [...taken].reverse()) {
    if (snapshot.kind !== 'queue') continue;
    const points = byHost.get(snapshot.host) ?? [];
    points.push(reportOf(snapshot));
    byHost.set(snapshot.host, points);
  }
  for (const { host, first, last } of await reader.coverage(scope)) {
    if (byHost.has(host)) continue;
    byHost.set(host, await fromTheLog(reader, host, momentsOf(first, last)));
  }
  return [...byHost].map(([host, points]) => ({ host, points })).sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** A month of every five minutes. */
const mostSnapshots = 9_000;

/** Round moments from first to last, both of them in. */
export function momentsOf(first: number, last: number): number[] {
  const step =
    1000 * (steps.find((seconds) => (last - first) / 1000 / seconds < mostPoints - 1) ?? (last - first) / 1000 / (mostPoints - 2));
  const moments: number[] = [];
  for (let at = Math.ceil(first / step) * step; at < last; at += step) moments.push(at);
  return [...moments, last];
}
