/** One message on one host, on the terminal: how it came, what was tried, how it left. */
import type { Descent, Edge } from '../../postfix/message/chain.js';
import type { Client, Gap, Link, Message, State } from '../../postfix/message/message.js';
import { deliveriesOf, type TracedDelivery } from '../trace/deliveries.js';
import type { Hop, TracedChain } from '../trace.js';
import { bytes, count, counted, seconds } from './number.js';
import { Stamps } from './stamps.js';
import { type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import { deliveryLine, deliveryText, longestPart, relayText } from './trace_delivery.js';
import { traceLines } from './trace_lines.js';
import type { View } from './view.js';

export const stateWords: Readonly<Record<State, string>> = {
  queued: 'in the queue, not yet tried for every recipient',
  deferred: 'deferred, to be tried again',
  held: 'on hold',
  sent: 'sent',
  bounced: 'bounced',
  expired: 'expired in the queue, returned',
  discarded: 'gone before anything was sent',
  filtered: 'taken by the content filter',
  unknown: 'not known how it ended',
};

export const gapWords: Readonly<Record<Gap, string>> = {
  arrival: 'how it arrived',
  message_id: 'its message-id',
  queued: 'that the queue manager took it',
  delivery: 'a delivery to each recipient',
  removal: 'that it was removed (still in the queue, or its end is not in the store)',
};

/** What a message is to the one that it came of. */
const descentWords: Readonly<Record<Descent, string>> = {
  bounce: 'non-delivery notice about',
  delay_notice: 'delay notice about',
  delivery_notice: 'delivery notice about',
  postmaster_notice: 'notice to the postmaster about',
  forward: 'forwarded from',
  filter: 'behind the content filter, from',
  next_hop: 'next server, from',
  requeue: 'queued again by postsuper, from',
};

const linkWords: Readonly<Record<Link['kind'], string>> = {
  bounce: 'non-delivery notice',
  delay_notice: 'delay notice',
  delivery_notice: 'delivery notice',
  postmaster_notice: 'notice to the postmaster',
  forward: 'forwarded as',
  filter: 'behind the content filter',
  next_hop: 'goes on at',
  filtered: 'before the content filter',
  requeued: 'before postsuper queued it again',
};

export function statePaint(state: State, { style }: View): (text: string) => string {
  switch (state) {
    case 'sent':
    case 'filtered':
      return style.good;
    case 'bounced':
    case 'expired':
    case 'discarded':
      return style.bad;
    default:
      return style.warn;
  }
}

/** `non-delivery notice about 7826DC235C`; a host only where it is another one. */
export function descentText({ kind }: Edge, parent: Message, host: string): string {
  return `${descentWords[kind]} ${parent.queueId}${parent.host === host ? '' : ` on ${parent.host}`}`;
}

/** Of so many deliveries the first and the last are told in full, and a line for each between them. */
const fewDeliveries = 10;
const atEachEnd = 3;
const shownRecipients = 20;

export function hopText(hop: Hop, { hops, edges }: TracedChain, view: View, withLines: boolean): string[] {
  const { message } = hop;
  const { style } = view;
  const deliveries = deliveriesOf(message, hop.attempts);
  const of = edges.find(({ child }) => child === message.id);
  const parent = hops.find((other) => other.message.id === of?.parent)?.message;
  const from = of === undefined || parent === undefined ? '' : `, ${descentText(of, parent, message.host)}`;
  const lines = [
    `${style.bold(printable(message.queueId))} on ${printable(message.host)}${printable(from)}`,
    ...verdict(message, view),
    ...about(message).map((part) => `  ${printable(part)}`),
    ...recipients(message, view),
    ...course(hop, deliveries, view),
  ];
  if (withLines && hop.lines.length > 0)
    lines.push(`  ${style.dim(counted(hop.lines.length, 'line'))}`, ...traceLines(hop.lines, view, '  '));
  return lines;
}

/** How it stands, and what must not be overlooked. */
function verdict(message: Message, view: View): string[] {
  const { state, ending, delay, attempts, failedAttempts, possibleDoubles, missing } = message;
  const { style } = view;
  const how = state === 'discarded' && ending !== undefined ? ` (${ending})` : '';
  const when = delay === undefined ? '' : `, ${seconds(delay)} after arrival`;
  const tries =
    attempts === 0 ? '' : `, ${counted(attempts, 'try', 'tries')}${failedAttempts === 0 ? '' : `, ${count(failedAttempts)} failed`}`;
  const lines = [`  ${statePaint(state, view)(stateWords[state] + how)}${when}${tries}`];
  const warn = (text: string) => lines.push(...wrapped(text, view).map((line) => `  ${style.warn(line)}`));
  if (possibleDoubles > 0)
    warn(`A second copy may exist: after ${counted(possibleDoubles, 'try', 'tries')} the relay may have had it already.`);
  if (missing.length > 0) warn(`The log does not say ${missing.map((gap) => gapWords[gap]).join(', nor ')}.`);
  return lines;
}

function about({ sender, messageId, resentMessageId, size }: Message): string[] {
  const all = [
    sender === undefined ? undefined : `from <${sender}>`,
    messageId === undefined ? undefined : `message-id <${messageId}>`,
    resentMessageId === undefined ? undefined : `resent-message-id <${resentMessageId}>`,
    size === undefined ? undefined : bytes(size),
  ];
  return all.filter((part) => part !== undefined);
}

/** What has become of each recipient, where there are several; one is named by his deliveries. */
function recipients({ recipients: all, recipientCount }: Message, view: View): string[] {
  if (all.length === 1 && (recipientCount ?? 1) === 1) return [];
  const rows = all.slice(0, shownRecipients).map(({ address, origTo, status, dsn, relay, attempts }): Row => {
    const orig = origTo === undefined ? '' : ` (was <${origTo}>)`;
    const paint = status === 'sent' ? view.style.good : status === 'deferred' ? view.style.warn : view.style.bad;
    return [
      `to <${address}>${orig}`,
      { text: `${status} (${dsn})`, paint },
      counted(attempts, 'try', 'tries'),
      relay === undefined ? '' : relayText(relay),
    ];
  });
  const left = all.length - rows.length;
  const untold = (recipientCount ?? 0) - all.length;
  const columns = [{ head: '', least: 20 }, { head: '' }, { head: '', right: true }, { head: '', least: 10 }];
  return [
    ...table(columns, rows, view, '  '),
    ...(left > 0 ? [`  and ${counted(left, 'recipient')} more (--json has all)`] : []),
    ...(untold > 0 ? [`  ${counted(untold, 'recipient')} of whom no line tells a delivery`] : []),
  ];
}

/** Who brought it: `from mx.example.org[192.0.2.1], HELO mx, as bob by PLAIN, TLSv1.3`. */
export function clientText({ host, ip, helo, user, saslMethod, tls, origHost, origIp }: Client): string {
  const parts = [
    `from ${host ?? 'unknown'}${ip === undefined ? '' : `[${ip}]`}`,
    helo === undefined ? undefined : `HELO ${helo}`,
    user === undefined ? undefined : `as ${user}${saslMethod === undefined ? '' : ` by ${saslMethod}`}`,
    tls?.protocol,
    origHost === undefined && origIp === undefined ? undefined : `for ${origHost ?? 'unknown'}[${origIp ?? ''}]`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

interface Moment {
  readonly time: number;
  readonly show: () => string[];
}

/** Arrival, deliveries, notices and the end, in order of time. */
function course({ message, elsewhere }: Hop, deliveries: readonly TracedDelivery[], view: View): string[] {
  const stamps = new Stamps(view);
  const layout = { view, stamps, indent: '  ', longest: longestPart(deliveries) };
  const plainly = (time: number, text: string, paint: (text: string) => string = (same) => same): Moment => ({
    time,
    show: () => {
      const [first = '', ...more] = wrapped(text, view, stamps.columns + 4).map(paint);
      const inner = `  ${' '.repeat(stamps.columns + 2)}`;
      return [...stamps.heading(time).map((line) => `  ${line}`), `  ${stamps.of(time)}  ${first}`, ...more.map((line) => inner + line)];
    },
  });
  const moments: Moment[] = [];
  const { arrival, client, uid, missing, removal, ending } = message;
  if (arrival !== undefined) {
    const how =
      client !== undefined
        ? ` ${clientText(client)}`
        : uid !== undefined
          ? ` from local user ${uid}`
          : missing.includes('arrival')
            ? ''
            : ', made by Postfix';
    const doubt = missing.includes('arrival') ? ' (worked out from the first delivery: the log begins later)' : '';
    moments.push(plainly(arrival, `arrived${how}${doubt}`));
  }
  deliveries.forEach((one, i) => {
    const inFull = deliveries.length <= fewDeliveries || i < atEachEnd || i >= deliveries.length - atEachEnd;
    moments.push({ time: one.delivery.time, show: () => (inFull ? deliveryText(one, layout) : deliveryLine(one, layout)) });
  });
  for (const { kind, queueId, time, relay } of message.links) {
    const known = !elsewhere.some((link) => link.queueId === queueId);
    // What a server that the store has no lines of called it stands in its reply above.
    if (kind === 'next_hop' && !known) continue;
    const where = relay === undefined || kind === 'filter' ? '' : ` ${relayText(relay)}`;
    moments.push(plainly(time, `${linkWords[kind]}${where}: ${queueId}${known ? '' : ', of which the store has no line'}`, view.style.dim));
  }
  if (removal !== undefined) moments.push(plainly(removal, ending === 'removed' ? 'left the queue' : (ending ?? '')));
  // What came of a delivery stands below it.
  moments.sort((a, b) => a.time - b.time);
  return moments.flatMap(({ show }) => show());
}

const wrapped = (text: string, { width }: View, indent = 2) =>
  wrap(printable(text), width === undefined ? undefined : Math.max(30, width - indent)).split('\n');
