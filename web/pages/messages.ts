/** Mails: listed, and by what became of them. */
import { type State, states } from '../../postfix/message/message.js';
import { html, type Markup } from '../../report/html/markup.js';
import { table } from '../../report/html/table.js';
import { beginOf, recipientsOf, remarksOf, senderOf } from '../../report/render/messages.js';
import { counted, seconds } from '../../report/render/number.js';
import type { MessagePage, MessageQuery } from '../../store/message_port.js';
import type { Question } from '../app.js';
import { AddressError, type Asked, kept, onePage } from '../asked.js';
import { wordsOf } from './search.js';

const wanted = ['from', 'to', 'domain', 'client', 'relay', 'state', 'late', 'doubled', 'messageId', 'queued'] as const;
const page = 100;

export function messagesPage(asked: Asked): Question {
  const own = wordsOf(asked, wanted);
  const after = asked.words.get('after');
  const queued = asked.time('queued');
  const at = queued === undefined ? {} : { queuedAt: [queued] };
  queryOf(own);
  return async (reader) => {
    const query = { ...asked.scope, ...queryOf(await asked.asStored(own)), ...at, limit: page, ...(after ? { after } : {}) };
    return shown(await onePage(() => reader.messages(query), 'ask'), asked, own);
  };
}

function shown({ messages, next }: MessagePage, asked: Asked, own: Readonly<Record<string, string>>): Markup {
  const queued = asked.time('queued');
  return html`${form(asked, own)}<p>${counted(messages.length, 'mail')}${next !== undefined && ' and more'}${queued !== undefined && ` in the queue at ${asked.clock.second(queued)}, by the log`}, latest first.</p>
${table(
  'Mails',
  [
    { head: 'arrived', time: true },
    { head: 'host', name: true },
    { head: 'queue ID', name: true },
    { head: 'state' },
    { head: 'delay', number: true },
    { head: 'from', name: true, text: true },
    { head: 'to', name: true, text: true },
    { head: 'remarks', text: true },
  ],
  messages.map((message) => [
    asked.clock.second(beginOf(message)),
    message.host,
    html`<a href="${asked.href('/message', { id: message.queueId })}">${message.queueId}</a>`,
    message.state,
    seconds(message.delay),
    senderOf(message),
    recipientsOf(message),
    remarksOf(message),
  ]),
)}
${next !== undefined && html`<p><a href="${asked.href('/messages', { ...own, after: next })}" rel="next">Earlier mails</a></p>`}`;
}

function queryOf({ state, late, doubled, messageId, queued, ...own }: Record<string, string>): Partial<MessageQuery> {
  const asked = state?.split(',') ?? [];
  for (const one of asked)
    if (!(states as readonly string[]).includes(one))
      throw new AddressError(`${JSON.stringify(one)} is no state. States are: ${states.join(', ')}.`);
  const seconds = Number(late ?? 0);
  if (!(seconds >= 0)) throw new AddressError('How late a mail was is a number of seconds.');
  return {
    ...own,
    ...(asked.length === 0 ? {} : { states: asked as State[] }),
    ...(late === undefined ? {} : { lateOver: seconds }),
    ...(doubled === undefined ? {} : { possiblyDoubled: true as const }),
    ...(messageId === undefined ? {} : { messageIds: [messageId.replace(/^<(.*)>$/, '$1')] }),
  };
}

function form(asked: Asked, own: Readonly<Record<string, string>>): Markup {
  const period = Object.entries(wordsOf(asked, kept));
  const input = (name: string, label: string, size = 16, id?: string) =>
    html`<label>${label} <input name="${name}" value="${own[name] ?? ''}" size="${size}" autocomplete="off"${id === undefined ? html`` : html` id="${id}"`}></label> `;
  const option = (value: string, name: string) =>
    html`<option value="${value}"${(own.state ?? '') === value ? html` selected` : html``}>${name}</option>`;
  return html`<form class="find" method="get" action="/messages" aria-label="Search mails">${period.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${input('from', 'sender', 16, 'find')}${input('to', 'recipient')}${input('domain', 'domain')}${input('relay', 'relay')}${input('client', 'client')}${input('messageId', 'message-id')}
<label>state <select name="state">${option('', 'any')}${option('queued,deferred,held', 'in the queue')}${states.map((state) => option(state, state))}</select></label>
${input('late', 'at least so many seconds late', 5)}${input('queued', 'in the queue at', 20)}
<label><input type="checkbox" name="doubled" value="yes"${own.doubled === undefined ? html`` : html` checked`}> perhaps delivered twice</label> <button>Search</button></form>`;
}
