/** Messages by bucket of their arrival, and by what became of them. */
import { type State, states } from '../../../postfix/message/message.js';
import type { MessageCount } from '../../message_port.js';
import type { OverTime } from '../../port.js';
import { type Asked, byValue, countOf, sumOf, textOf } from '../asked.js';
import { bucketsOf } from './bucket.js';
import { secondsOf } from './tries.js';
import { all, within } from './within.js';

const figures = {
  incomplete: { filter: { term: { 'postfix.complete': false } } },
  doubled: { filter: { range: { 'postfix.possible_doubles': { gt: 0 } } } },
  recipients: { sum: { field: 'postfix.recipients' } },
  bytes: { sum: { field: 'postfix.size' } },
  micros: { sum: { field: 'postfix.in_micros.delay' } },
} as const;

/** While it is counted, `seconds` are microseconds. */
type Draft = { -readonly [K in keyof MessageCount]: MessageCount[K] };

export async function messageCounts(asked: Asked, question: OverTime): Promise<readonly MessageCount[]> {
  const buckets = bucketsOf(question);
  const by = { bucket: buckets.source, state: byValue('postfix.state') };
  const counted = new Map<string, Draft>();
  for await (const { key, count, aggs } of asked.groups(all(...within(question)), by, figures, asked.names.messages)) {
    const bucket = buckets.startOf(key.bucket);
    const state = textOf(key.state) as State;
    const name = `${bucket} ${state}`;
    let draft = counted.get(name);
    if (draft === undefined) {
      draft = { bucket, state, count: 0, incomplete: 0, possiblyDoubled: 0, recipients: 0, bytes: 0, seconds: 0 };
      counted.set(name, draft);
    }
    draft.count += count;
    draft.incomplete += countOf(aggs['incomplete']);
    draft.possiblyDoubled += countOf(aggs['doubled']);
    draft.recipients += sumOf(aggs['recipients']);
    draft.bytes += sumOf(aggs['bytes']);
    draft.seconds += sumOf(aggs['micros']);
  }
  return [...counted.values()]
    .sort((a, b) => a.bucket - b.bucket || states.indexOf(a.state) - states.indexOf(b.state))
    .map((draft) => ({ ...draft, seconds: secondsOf(draft.seconds) }));
}
