/** Attempts by bucket of time, relay and result. */
import type { Attempt } from '../../../postfix/message/attempt.js';
import type { Kind, Phase } from '../../../postfix/reason.js';
import type { TriesQuestion, TryCount } from '../../message_port.js';
import { byNumber, byText } from '../../order.js';
import { type Asked, byValue, countOf, firstAndLast, type GroupValue, millisOf, numberOf, type Query, sumOf, textOf } from '../asked.js';
import { anAttempt } from './attempts.js';
import { bucketsOf } from './bucket.js';
import { termsOf } from './folded.js';
import { all, any, has, none, within } from './within.js';

const sort = {
  host: byValue('destination.domain'),
  ip: byValue('postfix.relay.ip'),
  port: byValue('destination.port'),
  outcome: byValue('postfix.outcome'),
  kind: byValue('postfix.reason.kind'),
  phase: byValue('postfix.reason.phase'),
  replyCode: byValue('postfix.reason.reply_code'),
  enhancedCode: byValue('postfix.reason.enhanced_code'),
} as const;
type Key = Readonly<Record<keyof typeof sort | 'bucket', GroupValue>>;
type Sort = Pick<TryCount, 'bucket' | 'relay' | 'outcome' | 'kind' | 'phase' | 'replyCode' | 'enhancedCode'>;

const alone: Query = { term: { 'postfix.alone': true } };

const figures = {
  ...firstAndLast,
  alone: { filter: alone },
  doubles: { filter: has('postfix.reason.may_be_double') },
  seconds: { sum: { field: 'postfix.in_micros.likely' } },
  least: { sum: { field: 'postfix.in_micros.least' } },
  most: { sum: { field: 'postfix.in_micros.most' } },
  shortest: { min: { field: 'postfix.in_micros.told' } },
} as const;

/** While it is counted, lengths of time are microseconds. */
type Draft = { -readonly [K in keyof TryCount]: TryCount[K] };

export async function tries(asked: Asked, question: TriesQuestion): Promise<readonly TryCount[]> {
  const buckets = bucketsOf(question);
  const asSort = (key: Key): Sort => ({
    bucket: buckets.startOf(key.bucket),
    relay: { host: textOf(key.host) ?? 'none', ip: textOf(key.ip), port: numberOf(key.port) },
    outcome: textOf(key.outcome) as Attempt['outcome'],
    kind: textOf(key.kind) as Kind | undefined,
    phase: textOf(key.phase) as Phase | undefined,
    replyCode: numberOf(key.replyCode),
    enhancedCode: textOf(key.enhancedCode),
  });
  const query = all(anAttempt, ...asWanted(question), ...within(question));
  const { attempts } = asked.names;
  const counted = new Map<string, Draft>();
  for await (const { key, count, aggs } of asked.groups(query, { bucket: buckets.source, ...sort }, figures, attempts)) {
    const one = asSort(key);
    const name = nameOf(one);
    let draft = counted.get(name);
    if (draft === undefined) {
      draft = { ...one, ...nothing };
      counted.set(name, draft);
    }
    draft.count += count;
    draft.messages += countOf(aggs['alone']);
    draft.possibleDoubles += countOf(aggs['doubles']);
    draft.seconds += sumOf(aggs['seconds']);
    draft.least += sumOf(aggs['least']);
    draft.most += sumOf(aggs['most']);
    const { value: shortest } = aggs['shortest'] as { readonly value: number | null };
    if (shortest !== null) draft.shortest = Math.min(draft.shortest ?? shortest, shortest);
    draft.first = Math.min(draft.first, millisOf(aggs['first']));
    draft.last = Math.max(draft.last, millisOf(aggs['last']));
  }
  // Of a message with several attempts that are alike, each bucket counts one; its stretches of time come one after the other.
  const several = all(query, has('postfix.message_document'), none(alone));
  const by = { ...sort, message: byValue('postfix.message_document'), bucket: buckets.source };
  let last = '';
  for await (const { key } of asked.groups(several, by, {}, attempts)) {
    const name = nameOf(asSort(key));
    const own = `${String(key.message)} ${name}`;
    const draft = counted.get(name);
    if (own !== last && draft !== undefined) draft.messages++;
    last = own;
  }
  return [...counted.values()].map(inSeconds).sort(inOrder);
}

function asWanted({ kinds, relays }: TriesQuestion): Query[] {
  const conditions: Query[] = [];
  if (kinds !== undefined) conditions.push(any(...termsOf('postfix.reason.kind', kinds)));
  if (relays !== undefined) {
    const unknown = relays.includes('none') ? [none(has('destination.domain'))] : [];
    conditions.push(any(...termsOf('destination.domain', relays), ...unknown));
  }
  return conditions;
}

const nothing = {
  count: 0,
  messages: 0,
  possibleDoubles: 0,
  seconds: 0,
  least: 0,
  most: 0,
  shortest: undefined,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
};

const nameOf = ({ bucket, relay: { host, ip, port }, outcome, kind, phase, replyCode, enhancedCode }: Sort) =>
  JSON.stringify([bucket, host, ip, port, outcome, kind, phase, replyCode, enhancedCode]);

/** To the millisecond. */
export const secondsOf = (micros: number) => Math.round(micros / 1000) / 1000;

const inSeconds = (draft: Draft): TryCount => ({
  ...draft,
  seconds: secondsOf(draft.seconds),
  least: secondsOf(draft.least),
  most: secondsOf(draft.most),
  shortest: draft.shortest === undefined ? undefined : draft.shortest / 1e6,
});

/** What is undefined comes first, which `store/order.ts` has last. */
function undefinedFirst<T>(by: (a: T | undefined, b: T | undefined) => number, a: T | undefined, b: T | undefined): number {
  return a === undefined || b === undefined ? by(b, a) : by(a, b);
}

function inOrder(a: Sort, b: Sort): number {
  return (
    a.bucket - b.bucket ||
    byText(a.relay.host, b.relay.host) ||
    undefinedFirst(byText, a.relay.ip, b.relay.ip) ||
    undefinedFirst(byNumber, a.relay.port, b.relay.port) ||
    byText(a.outcome, b.outcome) ||
    undefinedFirst(byText, a.kind, b.kind) ||
    undefinedFirst(byText, a.phase, b.phase) ||
    undefinedFirst(byNumber, a.replyCode, b.replyCode) ||
    undefinedFirst(byText, a.enhancedCode, b.enhancedCode)
  );
}
