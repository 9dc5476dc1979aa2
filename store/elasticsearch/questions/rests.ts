/** Deliveries over the network by what of their connection set-up no relay took. */
import type { RestCount } from '../../message_port.js';
import type { OverTime } from '../../port.js';
import { type Asked, byValue, countOf, firstAndLast, millisOf, numberOf, sumOf, textOf } from '../asked.js';
import { bucketsOf } from './bucket.js';
import { secondsOf } from './tries.js';
import { all, within } from './within.js';

const figures = {
  ...firstAndLast,
  vague: { filter: { term: { 'postfix.attribution.vague': true } } },
  seconds: { sum: { field: 'postfix.in_micros.rest' } },
  failed: { sum: { field: 'postfix.in_micros.failed' } },
  c: { sum: { field: 'postfix.in_micros.c' } },
} as const;

/** While it is counted, lengths of time are microseconds, and relays are told by host and address. */
type Draft = { -readonly [K in keyof RestCount]: RestCount[K] } & { readonly places: Set<string> };

export async function rests(asked: Asked, question: OverTime): Promise<readonly RestCount[]> {
  const buckets = bucketsOf(question);
  const query = all({ term: { 'event.action': 'delivery' } }, ...within(question));
  const by = {
    bucket: buckets.source,
    rest: byValue('postfix.attribution.rest_whole'),
    host: byValue('destination.domain'),
    ip: byValue('postfix.relay.ip'),
  };
  const counted = new Map<string, Draft>();
  for await (const { key, count, aggs } of asked.groups(query, by, figures, asked.names.attempts)) {
    const bucket = buckets.startOf(key.bucket);
    const rest = numberOf(key.rest) ?? 0;
    const name = `${bucket} ${rest}`;
    let draft = counted.get(name);
    if (draft === undefined) {
      draft = { bucket, rest, ...nothing, places: new Set() };
      counted.set(name, draft);
    }
    if (textOf(key.host) !== undefined) draft.places.add(JSON.stringify([key.host, key.ip]));
    draft.count += count;
    draft.vague += countOf(aggs['vague']);
    draft.seconds += sumOf(aggs['seconds']);
    draft.failed += sumOf(aggs['failed']);
    draft.c += sumOf(aggs['c']);
    draft.first = Math.min(draft.first, millisOf(aggs['first']));
    draft.last = Math.max(draft.last, millisOf(aggs['last']));
  }
  return [...counted.values()]
    .sort((a, b) => a.bucket - b.bucket || a.rest - b.rest)
    .map(({ places, ...draft }) => ({
      ...draft,
      relays: places.size,
      seconds: secondsOf(draft.seconds),
      failed: secondsOf(draft.failed),
      c: secondsOf(draft.c),
    }));
}

const nothing = {
  count: 0,
  vague: 0,
  relays: 0,
  seconds: 0,
  failed: 0,
  c: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
};
