/** One mail: its whole way over all hosts, every try, every second, and the lines behind it. */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Message } from '../../postfix/message/message.js';
import { isQueueId } from '../../postfix/queue_id.js';
import { shareBar } from '../../report/html/chart.js';
import { html, type Markup } from '../../report/html/markup.js';
import { bytes, count, counted, seconds } from '../../report/render/number.js';
import { isVague, spanText } from '../../report/render/span.js';
import { outcomeWords, relayText } from '../../report/render/trace_delivery.js';
import { clientText, descentText, gapWords, stateWords } from '../../report/render/trace_hop.js';
import { deliveriesOf, type TracedDelivery } from '../../report/trace/deliveries.js';
import { type Hop, type TracedChain, type TracedLine, type TraceReport, trace } from '../../report/trace.js';
import { delayNames, delayParts } from '../../report/vocabulary.js';
import type { Question } from '../app.js';
import type { Asked } from '../asked.js';
import { lineRows } from './search.js';

export function messagePage(asked: Asked): Question | Markup {
  const id = (asked.words.get('id') ?? '').trim();
  const form = html`<form class="find" method="get" action="/message" aria-label="Find a mail"><label>queue ID or message-id <input id="find" name="id" value="${id}" size="40" autocomplete="off"></label> <button>Trace</button></form>`;
  if (id === '') return form;
  return async (reader) => {
    const { messageId } = isQueueId(id) ? { messageId: id } : await asked.asStored({ messageId: id });
    return html`${form}${shown(await trace(reader, messageId, asked.scope), id, asked)}`;
  };
}

function shown(report: TraceReport, id: string, asked: Asked): Markup {
  if (report.chains.length === 0 && report.loose.length === 0)
    return html`<p>No line has the queue ID or the message-id <code>${id}</code> in this period.</p>`;
  return html`${report.chains.map((chain, i) => html`<section>${report.chains.length > 1 && html`<h2>Mail ${i + 1} of ${report.chains.length}</h2>`}${chainOf(chain, asked)}</section>`)}
${report.loose.length > 0 && html`<section><h2>Lines of no message</h2>${lines(report.loose, asked)}</section>`}
${report.limits.map((limit) => html`<p class="warn">${limit}</p>`)}`;
}

function chainOf(chain: TracedChain, asked: Asked): Markup {
  const longest = Math.max(
    1,
    ...chain.hops.flatMap(({ message }) =>
      message.recipients.flatMap(({ deliveries }) => deliveries.flatMap(({ delays: { b, c, d } }) => [b, c, d])),
    ),
  );
  return html`${chain.hops.map((hop) => hopOf(hop, chain, asked, longest))}`;
}

function hopOf(hop: Hop, { hops, edges }: TracedChain, asked: Asked, longest: number): Markup {
  const { message } = hop;
  const { clock } = asked;
  const edge = edges.find(({ child }) => child === message.id);
  const parent = hops.find((other) => other.message.id === edge?.parent)?.message;
  const at = (time: number) => html`<time datetime="${clock.iso(time)}">${clock.second(time)}</time>`;
  const arrival =
    message.arrival === undefined
      ? html``
      : html`<li>${at(message.arrival)}arrived${message.client !== undefined ? ` ${clientText(message.client)}` : message.uid !== undefined ? ` from local user ${message.uid}` : ''}</li>`;
  return html`<article class="hop${hop.asked ? ' asked' : ''}"><h2><code>${message.queueId}</code> on ${message.host}${edge !== undefined && parent !== undefined && `, ${descentText(edge, parent, message.host)}`}</h2>
<p><b>${stateWords[message.state]}</b>${message.delay !== undefined && `, ${seconds(message.delay)} after arrival`}${message.attempts > 0 && `, ${counted(message.attempts, 'try', 'tries')}${message.failedAttempts === 0 ? '' : `, ${count(message.failedAttempts)} failed`}`}</p>
${warnings(message)}<p class="dim">${about(message)}</p>
<ol class="course">${arrival}${deliveriesOf(message, hop.attempts).map((one) => html`<li>${at(one.delivery.time)}${deliveryOf(one, longest, at)}</li>`)}
${message.links.map(({ kind, queueId, time }) => html`<li>${at(time)}${kind.replaceAll('_', ' ')}: <a href="${asked.href('/message', { id: queueId })}">${queueId}</a></li>`)}
${message.removal !== undefined && html`<li>${at(message.removal)}${message.ending === 'removed' ? 'left the queue' : (message.ending ?? '')}</li>`}</ol>
<details><summary>${counted(hop.lines.length, 'line')} of the log</summary>${lines(hop.lines, asked)}</details></article>`;
}

const warnings = ({
  possibleDoubles,
  missing,
}: Message) => html`${possibleDoubles > 0 && html`<p class="warn">A second copy may exist: after ${counted(possibleDoubles, 'try', 'tries')} the relay may have had it already.</p>`}
${missing.length > 0 && html`<p class="warn">The log does not say ${missing.map((gap) => gapWords[gap]).join(', nor ')}.</p>`}`;

function about({ sender, messageId, size }: Message): string {
  const all = [
    sender === undefined ? undefined : `from <${sender}>`,
    messageId === undefined ? undefined : `message-id <${messageId}>`,
    size === undefined ? undefined : bytes(size),
  ];
  return all.filter((one) => one !== undefined).join(', ');
}

function deliveryOf({ recipients, delivery, tries, again }: TracedDelivery, longest: number, at: (time: number) => Markup): Markup {
  const { status, relay, delays, attribution, reason } = delivery;
  const paint = status === 'sent' ? 'good' : status === 'deferred' ? 'warn' : 'bad';
  const failing = tries.length > 1 || tries.some(({ outcome }) => outcome !== 'sent');
  const names = new Map(tries.map(({ id }, i) => [id, `try ${i + 1}`]));
  return html`<span class="${paint}">${status}</span> to ${recipients.map((address, i) => html`${i > 0 && ', '}&lt;${address}&gt;`)}${relay !== undefined && ` by ${relayText(relay)}`}, ${seconds(delivery.delay)} after arrival
${failing && html`<ul class="tries">${tries.map((attempt, i) => html`<li class="${attempt.outcome === 'sent' ? 'good' : 'bad'}">try ${i + 1}, until ${at(attempt.time)}${tryText(attempt)}</li>`)}</ul>`}
<div class="parts">${delayParts.map((part) => {
    const value = part === 'a' && again ? 0 : delays[part];
    const row = html`<span>${part} ${part === 'a' && again ? 'earlier tries, and waiting' : delayNames[part]}</span><span class="n">${seconds(delays[part])}</span>${shareBar(value, longest, delayParts.indexOf(part))}`;
    if (part !== 'c' || attribution === undefined || (attribution.failed.length === 0 && attribution.stalls === undefined)) return row;
    return html`${row}${attribution.failed.map(
      ({ attempt, relay: of, seconds: taken }) =>
        html`<span class="of">${names.get(attempt) ?? 'a try'}${of !== undefined && ` ${of.host}`}</span><span class="n">${spanText(taken)}</span>${shareBar(taken.likely, longest, 1)}`,
    )}<span class="of">name resolution, set-up</span><span class="n">${spanText(attribution.rest)}</span>${shareBar(attribution.rest.likely, longest, 4)}`;
  })}</div>
${attribution?.stalls !== undefined && html`<p class="warn">${attribution.stalls * 5} s is ${attribution.stalls} × 5 s, what a nameserver in resolv.conf costs that does not answer.</p>`}
${reason.text !== '' && html`<p class="dim"><code>${reason.text}</code></p>`}`;
}

function tryText(attempt: Attempt): string {
  const { relay, seconds: taken } = attempt;
  const where = relay === undefined ? 'no relay named' : relayText(relay);
  const length = taken === undefined || isVague(taken) ? '' : ` (${spanText(taken)})`;
  return `${where}${length}: ${outcomeWords(attempt)}`;
}

const lines = (all: readonly TracedLine[], asked: Asked) =>
  lineRows(
    all.map(({ event }) => event),
    asked,
  );
