/** The whole way of a mail as a table: a row for each try and each recipient's delivery, in the order in which they ended. */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Relay } from '../../postfix/message/fact.js';
import type { Delivery, Message } from '../../postfix/message/message.js';
import type { TraceReport } from '../trace.js';
import { type CsvValue, csv } from './csv.js';
import type { View } from './view.js';

const head = [
  'record',
  'time',
  'host',
  'queue_id',
  'message_id',
  'sender',
  'recipients',
  'state',
  'relay_host',
  'relay_ip',
  'relay_port',
  'outcome',
  'kind',
  'phase',
  'dsn',
  'began_earliest',
  'began_latest',
  'seconds_least',
  'seconds_likely',
  'seconds_most',
  'delay',
  'delay_a',
  'delay_b',
  'delay_c',
  'delay_d',
  'c_failed_tries',
  'c_rest',
  'may_be_double',
  'reason',
  'line',
];

export function traceCsv({ chains }: TraceReport, view: View): string {
  const rows: { readonly time: number; readonly row: CsvValue[] }[] = [];
  for (const { message, attempts } of chains.flatMap(({ hops }) => hops)) {
    for (const attempt of attempts) rows.push({ time: attempt.time, row: attemptRow(message, attempt, view) });
    for (const { address, deliveries } of message.recipients) {
      for (const delivery of deliveries) rows.push({ time: delivery.time, row: deliveryRow(message, address, delivery, view) });
    }
  }
  // A try stands before the deliveries that it ended in.
  rows.sort((a, b) => a.time - b.time);
  return csv(
    head,
    rows.map(({ row }) => row),
  );
}

const common = (record: string, time: number, { host, queueId, messageId, sender, state }: Message, recipients: string, view: View) => [
  record,
  view.clock.iso(time),
  host,
  queueId,
  messageId,
  sender,
  recipients,
  state,
];

const relayCells = (relay: Relay | undefined): CsvValue[] => [relay?.host, relay?.ip ?? relay?.socket, relay?.port];

function attemptRow(message: Message, attempt: Attempt, view: View): CsvValue[] {
  const { time, recipients, relay, outcome, kind, phase, dsn, began, seconds, mayBeDouble, text, id } = attempt;
  const moment = (ms: number | undefined) => (ms === undefined ? undefined : view.clock.iso(ms));
  return [
    ...common('attempt', time, message, recipients.join(' '), view),
    ...relayCells(relay),
    outcome,
    kind,
    phase,
    dsn,
    moment(began?.earliest),
    moment(began?.latest),
    seconds?.least,
    seconds?.likely,
    seconds?.most,
    ...new Array<undefined>(7).fill(undefined),
    mayBeDouble ? 'yes' : undefined,
    text,
    id,
  ];
}

function deliveryRow(message: Message, address: string, delivery: Delivery, view: View): CsvValue[] {
  const { time, relay, status, dsn, delay, delays, attribution, reason, id } = delivery;
  return [
    ...common('delivery', time, message, address, view),
    ...relayCells(relay),
    status,
    reason.kind,
    reason.phase,
    dsn,
    ...new Array<undefined>(5).fill(undefined),
    delay,
    delays.a,
    delays.b,
    delays.c,
    delays.d,
    attribution?.failed.reduce((sum, { seconds }) => sum + seconds.likely, 0),
    attribution?.rest.likely,
    reason.mayBeDouble ? 'yes' : undefined,
    reason.text,
    id,
  ];
}
