/** Messages as a list: a line for each on the terminal, a row for each recipient in CSV. */
import type { Message, State } from '../../postfix/message/message.js';
import { type CsvValue, csvLine } from './csv.js';
import { count, seconds } from './number.js';
import { type Column, type Row, table } from './table.js';
import { statePaint } from './trace_hop.js';
import type { View } from './view.js';

/** When a message came, or when the log first speaks of it. */
export const beginOf = ({ arrival, firstLine }: Message): number => arrival ?? firstLine;

/** What its sender, or the operator, would say of it beside its state. */
export function remarksOf({ possibleDoubles, failedAttempts, attempts, complete, state }: Message): string {
  const all = [
    possibleDoubles === 0 ? undefined : 'may be there twice',
    failedAttempts === 0 ? undefined : `${count(failedAttempts)} of ${count(attempts)} tries failed`,
    // Of what is in the queue, the end is not missing: it has not come.
    complete || inQueue.includes(state) ? undefined : 'incomplete',
  ];
  return all.filter((remark) => remark !== undefined).join(', ');
}

/** States of a message that Postfix still has. */
export const inQueue: readonly State[] = ['queued', 'deferred', 'held'];

export const senderOf = ({ sender: address }: Message) => (address === undefined ? '?' : `<${address}>`);

export function recipientsOf({ recipients: all, recipientCount = 0 }: Message): string {
  const [first] = all;
  if (first === undefined) return recipientCount === 0 ? '?' : `${count(recipientCount)} not yet tried`;
  const others = Math.max(all.length, recipientCount) - 1;
  return others === 0 ? `<${first.address}>` : `<${first.address}> +${count(others)}`;
}

/** A page of messages. @param hosts whether several hosts are shown, so that each line has to name its own */
export function messagesText(messages: readonly Message[], view: View, hosts: boolean): string {
  const { clock, style } = view;
  const columns: Column[] = [
    { head: 'arrived' },
    ...(hosts ? [{ head: 'host', least: 8 }] : []),
    { head: 'queue ID' },
    { head: 'state' },
    { head: 'delay', right: true },
    { head: 'from', least: 16 },
    { head: 'to', least: 16 },
    { head: '', least: 20 },
  ];
  const rows = messages.map(
    (message): Row => [
      clock.second(beginOf(message)),
      ...(hosts ? [{ text: message.host, paint: style.dim }] : []),
      { text: message.queueId, paint: style.bold },
      { text: message.state, paint: statePaint(message.state, view) },
      seconds(message.delay),
      senderOf(message),
      recipientsOf(message),
      { text: remarksOf(message), paint: message.possibleDoubles > 0 ? style.warn : style.dim },
    ],
  );
  return `${table(columns, rows, view).join('\n')}\n`;
}

export function messagesCsvHead(): string {
  return csvLine([
    ...['arrival', 'removal', 'host', 'queue_id', 'message_id', 'state', 'complete', 'sender', 'size', 'client_host', 'client_ip', 'user'],
    ...[
      'recipient',
      'status',
      'dsn',
      'relay_host',
      'relay_ip',
      'attempts',
      'delay',
      'message_attempts',
      'failed_attempts',
      'may_be_double',
    ],
  ]);
}

/** A row for each recipient; one, where no line names any. */
export function messageCsv(message: Message, { clock }: View): string {
  const { arrival, removal, host, queueId, messageId, state, complete, sender: from, size, client } = message;
  const moment = (time: number | undefined) => (time === undefined ? undefined : clock.iso(time));
  const about: CsvValue[] = [
    ...[moment(arrival), moment(removal), host, queueId, messageId, state, complete ? 'yes' : 'no', from, size],
    ...[client?.host, client?.ip, client?.user],
  ];
  const whole: CsvValue[] = [message.attempts, message.failedAttempts, message.possibleDoubles > 0 ? 'yes' : undefined];
  const rows: (readonly CsvValue[])[] = message.recipients.map(({ address, status, dsn, relay, attempts, deliveries }) => [
    ...[address, status, dsn, relay?.host, relay?.ip ?? relay?.socket, attempts, deliveries.at(-1)?.delay],
  ]);
  if (rows.length === 0) rows.push(new Array<undefined>(7).fill(undefined));
  return rows.map((row) => csvLine([...about, ...row, ...whole])).join('');
}
