/** The queue for other programs: JSON, and CSV. */
import type { QueuedMessage } from '../../postfix/snapshot/queue.js';
import type { Change } from '../config_changes.js';
import type { QueueCourse, QueueReport } from '../queue.js';
import { changeWords } from './config_changes.js';
import { type CsvValue, csv } from './csv.js';
import { json } from './json.js';
import { age, domainWords } from './queue.js';
import { relayText } from './trace_delivery.js';
import type { View } from './view.js';

const iso = (time: number) => new Date(time).toISOString();

const shown = ({ messages, ...report }: QueueReport) => ({
  ...report,
  ...(messages === undefined ? {} : { messages: messages.map((message) => ({ ...message, arrival: iso(message.arrival) })) }),
});

export const queueJson = (reports: readonly QueueReport[]): string => json({ queues: reports.map(shown) });

export function queueOverJson(courses: readonly QueueCourse[], changes: readonly Change[]): string {
  return json({
    courses: courses.map(({ host, points }) => ({ host, points: points.map(shown) })),
    changes: changes.map((change) => ({ ...change, words: changeWords(change) })),
  });
}

const sourceOf = ({ source }: QueueReport) => (source.is === 'log' ? 'log' : source.of);

/** A row for each share, by what the queue is divided; `from_seconds` of bands of age. */
export function queueCsv(reports: readonly QueueReport[], { clock }: View): string {
  return csv(
    ['time', 'host', 'source', 'by', 'name', 'phase', 'suspended_kind', 'recipients', 'messages', 'oldest_seconds'],
    reports.flatMap((report) => {
      const { backlog, host, time } = report;
      const row = (
        by: string,
        name: CsvValue,
        { recipients, messages, first }: { recipients: number; messages: number; first?: number },
        phase?: string,
        suspended?: string,
      ): CsvValue[] => [
        clock.iso(time),
        host,
        sourceOf(report),
        by,
        name,
        phase,
        suspended,
        recipients,
        messages,
        first === undefined ? undefined : age(first, time),
      ];
      return [
        row('all', undefined, backlog),
        ...backlog.queues.map((share) => row('queue', share.queue, share)),
        ...backlog.relays.map((share) =>
          row('relay', share.relay === undefined ? (share.untried ? 'not tried' : 'none') : relayText(share.relay), share),
        ),
        ...backlog.reasons.map((share) => row('reason', share.kind ?? 'not tried', share, share.phase, share.suspendedKind)),
        ...backlog.ages.map((share) => row('age', share.from, share)),
        ...backlog.domains.map((share) => row('domain', domainWords(share), share)),
      ];
    }),
  );
}

/** A row for each recipient. */
export function queueMessagesCsv(reports: readonly QueueReport[], { clock }: View): string {
  const rows = (report: QueueReport, message: QueuedMessage): CsvValue[][] =>
    message.recipients.map(({ address, reason, relay }) => [
      clock.iso(report.time),
      report.host,
      sourceOf(report),
      message.queueId,
      message.queue,
      clock.iso(message.arrival),
      age(message.arrival, report.time),
      message.size,
      message.sender,
      address,
      relay === undefined ? undefined : relayText(relay),
      reason?.kind,
      reason?.phase,
      reason?.text,
    ]);
  return csv(
    [
      ...['time', 'host', 'source', 'queue_id', 'queue', 'arrival', 'age_seconds', 'size', 'sender', 'recipient'],
      ...['relay', 'kind', 'phase', 'reason'],
    ],
    reports.flatMap((report) => (report.messages ?? []).flatMap((message) => rows(report, message))),
  );
}

/** A row for each moment. */
export function queueOverCsv(courses: readonly QueueCourse[], { clock }: View): string {
  return csv(
    ['time', 'host', 'source', 'messages', 'recipients', 'bytes', 'oldest_seconds', 'relay', 'relay_recipients', 'kind', 'kind_recipients'],
    courses.flatMap(({ host, points }) =>
      points.map((point) => {
        const { messages, recipients, bytes, first, relays, reasons } = point.backlog;
        const relay = relays.find((share) => share.relay !== undefined);
        const reason = reasons.find((share) => share.kind !== undefined);
        return [
          clock.iso(point.time),
          host,
          sourceOf(point),
          messages,
          recipients,
          bytes,
          first === undefined ? undefined : age(first, point.time),
          relay?.relay === undefined ? undefined : relayText(relay.relay),
          relay?.recipients,
          reason?.kind,
          reason?.recipients,
        ];
      }),
    ),
  );
}
