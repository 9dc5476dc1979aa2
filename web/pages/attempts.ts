/** Tries at relays, one by one: what stands behind a figure about them. */
import { kinds as allKinds, type Kind } from '../../postfix/reason.js';
import { timeoutKinds } from '../../report/failures.js';
import { html, type Markup } from '../../report/html/markup.js';
import { table } from '../../report/html/table.js';
import { counted } from '../../report/render/number.js';
import { spanText } from '../../report/render/span.js';
import { outcomeWords, relayText } from '../../report/render/trace_delivery.js';
import type { AttemptPage } from '../../store/message_port.js';
import type { Question } from '../app.js';
import { AddressError, type Asked, onePage } from '../asked.js';
import { wordsOf } from './search.js';

const page = 200;

export function attemptsPage(asked: Asked): Question {
  const own = wordsOf(asked, ['relay', 'failed', 'kind']);
  const after = asked.words.get('after');
  const kinds = kindsOf(own.kind ?? own.failed);
  const query = {
    ...asked.scope,
    ...(own.relay === undefined ? {} : { relay: own.relay }),
    ...(kinds === undefined ? {} : { kinds }),
    limit: page,
    ...(after ? { after } : {}),
  };
  return async (reader) => shown(await onePage(() => reader.attempts(query), 'ask'), asked, own, kinds);
}

function shown(
  { attempts, next }: AttemptPage,
  asked: Asked,
  own: Readonly<Record<string, string>>,
  kinds: readonly Kind[] | undefined,
): Markup {
  const lines = { relay: own.relay, kind: kinds?.length === 1 ? kinds[0] : undefined };
  return html`<p>${counted(attempts.length, 'attempt')}${next !== undefined && ' and more'}${own.relay !== undefined && ` at ${own.relay}`}, the oldest first.
<a href="${asked.href('/search', lines)}">The lines of the log</a></p>
${table(
  'Attempts',
  [
    { head: 'ended', time: true },
    { head: 'queue ID', name: true },
    { head: 'relay', name: true, text: true },
    { head: 'took', number: true },
    { head: 'how it went', text: true },
    { head: 'in its words', name: true, long: true },
  ],
  attempts.map((attempt) => [
    asked.clock.second(attempt.time),
    attempt.queueId === undefined ? '' : html`<a href="${asked.href('/message', { id: attempt.queueId })}">${attempt.queueId}</a>`,
    attempt.relay === undefined ? '' : relayText(attempt.relay),
    attempt.seconds === undefined ? '' : spanText(attempt.seconds),
    html`<span class="${attempt.outcome === 'sent' ? 'good' : 'bad'}">${outcomeWords(attempt)}</span>`,
    attempt.text ?? '',
  ]),
)}
${next !== undefined && html`<p><a href="${asked.href('/attempts', { ...own, after: next })}" rel="next">Later ones</a></p>`}`;
}

/** `all`, `timeouts`, or kinds with commas between them. */
function kindsOf(text: string | undefined): readonly Kind[] | undefined {
  if (text === undefined) return undefined;
  if (text === 'all') return allKinds;
  if (text === 'timeouts') return timeoutKinds;
  return text.split(',').map((word) => {
    const kind = allKinds.find((one) => one === word);
    if (kind === undefined) throw new AddressError(`${JSON.stringify(word)} is no kind of failure. Kinds are: ${allKinds.join(', ')}.`);
    return kind;
  });
}
