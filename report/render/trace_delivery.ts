/** One delivery on the terminal: what was tried, and a bar for each part of the time it took. */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Relay } from '../../postfix/message/fact.js';
import type { TracedDelivery } from '../trace/deliveries.js';
import { type DelayPart, delayParts, failureWords, isAddress } from '../vocabulary.js';
import { bar } from './chart.js';
import { seconds } from './number.js';
import { isVague, spanText } from './span.js';
import type { Stamps } from './stamps.js';
import { cut, padEnd, padStart, printable, wrap } from './text.js';
import type { View } from './view.js';

const partNames: Readonly<Record<DelayPart, string>> = {
  a: 'before the queue manager',
  b: 'in the queue manager',
  c: 'connection set-up',
  d: 'transmission',
};
/** Of a message that was tried before. */
const aOfAnother = 'earlier tries, and waiting';

const shownRecipients = 3;

/** `<a@example.com>, <b@example.com> and 5 more`. */
export function recipientsText(recipients: readonly string[]): string {
  const shown = recipients.slice(0, shownRecipients).map((address) => `<${address}>`);
  const more = recipients.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `relay101.example.net[10.50.0.101]`, a socket, or the name of a local transport; port 25 goes without saying. */
export function relayText({ host, ip, port, socket }: Relay): string {
  const place = ip ?? socket;
  return `${host}${place === undefined ? '' : `[${place}]`}${port === undefined || port === 25 ? '' : `:${port}`}`;
}

/** How a try went: `sent`, `timed out at end of data`. */
export function outcomeWords({ outcome, kind, phase }: Attempt): string {
  const why = kind === undefined || kind === 'other' ? undefined : failureWords(kind, phase);
  if (outcome === 'failed') return why ?? 'failed';
  return outcome === 'partly' ? `sent to some; others: ${why ?? 'failed'}` : 'sent';
}

/** The longest part that a bar is drawn of, in seconds: bars of one message can be compared. */
export function longestPart(deliveries: readonly TracedDelivery[]): number {
  return deliveries.reduce((most, { delivery: { delays }, again }) => {
    return Math.max(most, again ? 0 : delays.a, delays.b, delays.c, delays.d);
  }, 0);
}

export interface DeliveryLayout {
  readonly view: View;
  readonly stamps: Stamps;
  readonly indent: string;
  /** What the longest bar stands for, in seconds. */
  readonly longest: number;
}

const statusPaint = (status: string, { style }: View) =>
  status === 'deferred' ? style.warn : ['sent', 'delivered', 'deliverable'].includes(status) ? style.good : style.bad;

/** `deferred: <b@example.org>, 58 s after arrival`. */
function headline({ recipients, delivery }: TracedDelivery, view: View): string {
  const { status, relay, delay, connUse } = delivery;
  const at = relay === undefined ? '' : `, ${status === 'sent' ? 'by' : 'at'} ${relayText(relay)}`;
  const reused = connUse === undefined ? '' : ` (connection used ${connUse} times)`;
  return (
    `${statusPaint(status, view)(printable(status))}: ` +
    `${printable(recipientsText(recipients))}${printable(at)}${reused}, ${seconds(delay)} after arrival`
  );
}

/** One line, for the many tries of a message that was deferred again and again. */
export function deliveryLine(one: TracedDelivery, { view, stamps, indent }: DeliveryLayout): string[] {
  const { time, reason } = one.delivery;
  const why = reason.kind === undefined ? '' : `: ${failureWords(reason.kind, reason.phase)}`;
  const inner = ' '.repeat(stamps.columns + 2);
  const room = view.width === undefined ? undefined : Math.max(30, view.width - indent.length - inner.length);
  const [first = '', ...more] = wrap(headline(one, view) + why, room, '  ').split('\n');
  return [...stamps.heading(time), `${stamps.of(time)}  ${first}`, ...more.map((line) => inner + line)].map((line) => indent + line);
}

export function deliveryText(one: TracedDelivery, layout: DeliveryLayout): string[] {
  const { view, stamps, indent } = layout;
  const { style } = view;
  const { delivery, tries } = one;
  const inner = `${indent}${' '.repeat(stamps.columns + 2)}`;
  const room = view.width === undefined ? undefined : Math.max(30, view.width - inner.length);
  const [first = '', ...more] = wrap(headline(one, view), room, '  ').split('\n');
  const lines = [
    ...stamps.heading(delivery.time).map((line) => indent + line),
    `${indent}${stamps.of(delivery.time)}  ${first}`,
    ...more.map((line) => inner + line),
  ];
  const say = (text: string, paint: (text: string) => string, behind = '  ') =>
    lines.push(
      ...wrap(printable(text), room, behind)
        .split('\n')
        .map((line) => inner + paint(line)),
    );
  if (tries.length > 1 || tries.some(({ outcome }) => outcome !== 'sent')) {
    for (const [i, attempt] of tries.entries()) {
      say(tryText(attempt, i + 1, stamps), attempt.outcome === 'sent' ? style.good : style.bad, '       ');
    }
  }
  lines.push(...partLines(one, layout, room).map((line) => inner + line));
  const stalls = delivery.attribution?.stalls;
  if (stalls !== undefined)
    say(`${stalls * 5} s is ${stalls} × 5 s, what a nameserver in resolv.conf costs that does not answer.`, style.warn);
  if (delivery.reason.text !== '') say(delivery.reason.text, style.dim);
  const doubtful = tries.filter(({ mayBeDouble }) => mayBeDouble);
  if (doubtful.length > 0) {
    const where = [...new Set(doubtful.map(({ relay }) => (relay === undefined ? 'the relay' : relayText(relay))))].join(', ');
    say(`${where} may have taken it all the same: a later try delivers a second copy.`, style.warn);
  }
  return lines;
}

/** `try 2  relay102.example.net[10.50.0.102], 03:05:43 to 03:05:51 (8 s ± 1 s): timed out at end of data`. */
function tryText(attempt: Attempt, number: number, stamps: Stamps): string {
  const { relay, ended, seconds: taken } = attempt;
  const end = stamps.of(ended.earliest);
  const began = taken === undefined || isVague(taken) ? undefined : stamps.of(ended.earliest - taken.likely * 1000);
  const when = began === undefined ? `until ${end}` : began === end ? `at ${end}` : `${began} to ${end}`;
  const length = taken === undefined ? '' : ` (${spanText(taken)})`;
  return `try ${number}  ${relay === undefined ? 'no relay named' : relayText(relay)}, ${when}${length}: ${outcomeWords(attempt)}`;
}

const labelColumns = 30;
const secondsColumns = 12;
const mostBarColumns = 40;

/** a, b, c and d, each with a bar; and below c what it was spent on. */
function partLines({ delivery, tries, again }: TracedDelivery, { view, longest }: DeliveryLayout, room: number | undefined): string[] {
  const { style } = view;
  const columns = Math.max(6, Math.min(mostBarColumns, (room ?? 100) - labelColumns - secondsColumns - 2));
  const line = (label: string, taken: string, value: number, paint: (text: string) => string) =>
    `${padEnd(cut(printable(label), labelColumns), labelColumns)}${padStart(taken, secondsColumns)}  ${paint(bar(Math.min(value, longest), longest, columns, view))}`.trimEnd();
  return delayParts.flatMap((part) => {
    const value = delivery.delays[part];
    const wait = part === 'a' && again;
    const whole = line(`${part}  ${wait ? aOfAnother : partNames[part]}`, seconds(value), wait ? 0 : value, style.name);
    const { attribution } = delivery;
    if (part !== 'c' || attribution === undefined || (attribution.failed.length === 0 && attribution.stalls === undefined)) return [whole];
    const { failed, rest } = attribution;
    const names = failed.map(({ attempt }) => tries.findIndex(({ id }) => id === attempt) + 1);
    return [
      whole,
      ...failed.map(({ relay, seconds: taken }, i) =>
        line(`   try ${names[i]}${relay === undefined ? '' : ` ${firstLabel(relay.host)}`}`, spanText(taken), taken.likely, style.bad),
      ),
      line('   name resolution, set-up', spanText(rest), rest.likely, style.warn),
    ];
  });
}

/** The whole name stands with the try. */
const firstLabel = (host: string) => (isAddress(host) ? host : (host.split('.')[0] as string));
