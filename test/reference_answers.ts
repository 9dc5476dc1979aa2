/**
 * The answers about messages and attempts, by plain loops over what the fold makes of all facts at once: slow and obvious, so that
 * the stores can be held against it.
 */
import type { Attempt } from '../postfix/message/attempt.js';
import type { Fact, Relay as FactRelay } from '../postfix/message/fact.js';
import { type FoldOptions, fold } from '../postfix/message/fold.js';
import type { Span } from '../postfix/message/interval.js';
import { keysOf } from '../postfix/message/keys.js';
import { type Message, states } from '../postfix/message/message.js';
import { addDistinct } from '../postfix/message/order.js';
import type { Question } from '../postfix/message/refold.js';
import { zoneOf } from '../postfix/zone.js';
import { bucketStart } from '../report/buckets.js';
import { bare } from '../store/matches.js';
import type {
  AttemptPage,
  AttemptQuery,
  MessageCount,
  MessagePage,
  MessageQuery,
  MessageReader,
  RestCount,
  TriesQuestion,
  TryCount,
} from '../store/message_port.js';
import { byText } from '../store/order.js';
import type { OverTime, Relay, Scope } from '../store/port.js';
import { factsIn } from './message_facts.js';

/** @param text of a maillog; lines without a year are of 2026, in UTC */
export const referenceOf = (text: string, options?: FoldOptions) =>
  new ReferenceAnswers(factsIn(text.split('\n').filter((line) => line !== '')), options);

export class ReferenceAnswers implements MessageReader {
  readonly given: readonly Fact[];
  readonly folded: { readonly messages: readonly Message[]; readonly attempts: readonly Attempt[] };

  constructor(facts: Iterable<Fact>, options?: FoldOptions) {
    const known = new Map<string, Fact>();
    addDistinct(known, facts);
    this.given = [...known.values()];
    this.folded = fold(this.given, options);
  }

  async messages(query: MessageQuery): Promise<MessagePage> {
    const found = this.folded.messages
      .filter((message) => isAsked(message, query))
      .sort((a, b) => timeOf(b) - timeOf(a) || byText(a.id, b.id));
    const { page, next } = paged(found, query);
    return { messages: page, ...next };
  }

  async attempts(query: AttemptQuery): Promise<AttemptPage> {
    const found = this.folded.attempts
      .filter(
        ({ host, time, message, queueId, relay, kind, outcome }) =>
          isWithin(host, time, query) &&
          (query.messages === undefined || (message !== undefined && query.messages.includes(message))) &&
          (query.queueId === undefined || same(queueId, query.queueId)) &&
          (query.relay === undefined || isRelay(relay, query.relay)) &&
          (query.kinds === undefined || (kind !== undefined && query.kinds.includes(kind))) &&
          (query.outcomes === undefined || query.outcomes.includes(outcome)),
      )
      .sort((a, b) => a.time - b.time || byText(a.id, b.id));
    const { page, next } = paged(found, query);
    if (query.withMessages === undefined) return { attempts: page, ...next };
    const { messages } = await this.messages({ ids: page.flatMap(({ message }) => message ?? []), limit: page.length });
    return { attempts: page, messages, ...next };
  }

  async tries(question: TriesQuestion): Promise<readonly TryCount[]> {
    const groups = new Map<string, Attempt[]>();
    for (const attempt of this.folded.attempts) {
      if (!isWithin(attempt.host, attempt.time, question)) continue;
      if (question.kinds !== undefined && (attempt.kind === undefined || !question.kinds.includes(attempt.kind))) continue;
      if (question.relays !== undefined && !question.relays.includes(placeOf(attempt.relay).host)) continue;
      const { outcome, kind, phase, replyCode, enhancedCode } = attempt;
      const { host, ip, port } = placeOf(attempt.relay);
      put(
        groups,
        JSON.stringify([bucketOf(attempt.time, question), host, ip, port, outcome, kind, phase, replyCode, enhancedCode]),
        attempt,
      );
    }
    return [...groups.values()].map((alike) => tryCount(alike, question)).sort(inOrder);
  }

  async rests(question: OverTime): Promise<readonly RestCount[]> {
    const groups = new Map<string, { time: number; c: number; rest: Span; failed: number; relay: string | undefined }[]>();
    for (const message of this.folded.messages) {
      for (const { time, delays, attribution, relay } of message.recipients.flatMap(({ deliveries }) => deliveries)) {
        if (attribution === undefined || !isWithin(message.host, time, question)) continue;
        put(groups, JSON.stringify([bucketOf(time, question), Math.round(attribution.rest.likely)]), {
          time,
          c: delays.c,
          rest: attribution.rest,
          failed: sum(attribution.failed.map(({ seconds }) => seconds.likely)),
          relay: relay === undefined ? undefined : `${relay.host} ${relay.ip ?? ''}`,
        });
      }
    }
    return [...groups]
      .map(([key, all]): RestCount => {
        const [bucket, rest] = JSON.parse(key) as [number, number];
        return {
          bucket,
          rest,
          count: all.length,
          vague: all.filter(({ rest: { least, most } }) => most - least > 2.1).length,
          relays: new Set(all.map(({ relay }) => relay).filter((relay) => relay !== undefined)).size,
          seconds: total(all.map((one) => one.rest.likely)),
          failed: total(all.map(({ failed }) => failed)),
          c: total(all.map(({ c }) => c)),
          first: Math.min(...all.map(({ time }) => time)),
          last: Math.max(...all.map(({ time }) => time)),
        };
      })
      .sort((a, b) => a.bucket - b.bucket || a.rest - b.rest);
  }

  async messageCounts(question: OverTime): Promise<readonly MessageCount[]> {
    const groups = new Map<string, Message[]>();
    for (const message of this.folded.messages) {
      if (!isWithin(message.host, timeOf(message), question)) continue;
      put(groups, JSON.stringify([bucketOf(timeOf(message), question), message.state]), message);
    }
    return [...groups]
      .map(([key, all]): MessageCount => {
        const [bucket, state] = JSON.parse(key) as [number, Message['state']];
        return {
          bucket,
          state,
          count: all.length,
          incomplete: all.filter(({ complete }) => !complete).length,
          possiblyDoubled: all.filter(({ possibleDoubles }) => possibleDoubles > 0).length,
          recipients: sum(all.map(({ recipientCount, recipients }) => recipientCount ?? recipients.length)),
          bytes: sum(all.map(({ size }) => size ?? 0)),
          seconds: total(all.map(({ delay }) => delay ?? 0)),
        };
      })
      .sort((a, b) => a.bucket - b.bucket || states.indexOf(a.state) - states.indexOf(b.state));
  }

  async unfolded(): Promise<number> {
    return 0;
  }

  async facts({ queues, processes }: Question): Promise<readonly Fact[]> {
    return this.given.filter((fact) => {
      const { queue, process } = keysOf(fact);
      return (
        (queue !== undefined && queues.includes(queue)) ||
        processes.some(({ key, from, to }) => key === process && fact.time >= from && fact.time <= to)
      );
    });
  }
}

/** By what messages are told in order, and by what their period is meant. */
const timeOf = ({ arrival, firstLine }: Message) => arrival ?? firstLine;

const same = (value: string | undefined, wanted: string) => value !== undefined && value.toLowerCase() === wanted.toLowerCase();

function isWithin(host: string, time: number, { since, until, host: wanted }: Scope): boolean {
  return (since === undefined || time >= since) && (until === undefined || time < until) && (wanted === undefined || same(host, wanted));
}

const isRelay = (relay: FactRelay | undefined, wanted: string) =>
  relay !== undefined &&
  (same(relay.host, wanted) || same(relay.ip, wanted) || relay.host.toLowerCase().startsWith(`${wanted.toLowerCase()}.`));

/** An address, `@domain`, or `local@`. */
function isAddress(value: string | undefined, wanted: string): boolean {
  if (value === undefined) return false;
  const [address, pattern] = [value.toLowerCase(), wanted.toLowerCase()];
  if (pattern.startsWith('@')) return address.endsWith(pattern);
  if (pattern.endsWith('@')) return address.startsWith(pattern);
  return address === pattern;
}

function isAsked(message: Message, query: MessageQuery): boolean {
  const { host, queueId, messageId, resentMessageId, sender, recipients, client, state, delay, possibleDoubles, removal } = message;
  const addresses = recipients.flatMap(({ address, origTo }) => [address, origTo]);
  const relays = recipients.flatMap(({ deliveries }) => deliveries.map(({ relay }) => relay));
  const { queuedAt, domain } = query;
  const tests: readonly (boolean | undefined)[] = [
    queuedAt === undefined ? isWithin(host, timeOf(message), query) : query.host === undefined || same(host, query.host),
    query.ids?.includes(message.id),
    query.queueIds?.some((id) => same(queueId, id)),
    query.messageIds?.some((id) => same(messageId, bare(id)) || same(resentMessageId, bare(id))),
    query.from === undefined ? undefined : isAddress(sender, query.from),
    query.to === undefined ? undefined : addresses.some((address) => isAddress(address, query.to as string)),
    domain === undefined ? undefined : [sender, ...addresses].some((address) => isAddress(address, `@${domain}`)),
    query.client === undefined ? undefined : [client?.host, client?.ip, client?.user].some((name) => same(name, query.client as string)),
    query.relay === undefined ? undefined : relays.some((relay) => isRelay(relay, query.relay as string)),
    query.states?.includes(state),
    query.lateOver === undefined ? undefined : (delay ?? 0) >= query.lateOver,
    query.possiblyDoubled === undefined ? undefined : possibleDoubles > 0,
    queuedAt === undefined ? undefined : queuedAt.some((moment) => timeOf(message) < moment && (removal ?? endOf(message)) > moment),
  ];
  return tests.every((test) => test !== false);
}

/** What was refused before it was queued never waited; all else without a removal still does. */
const endOf = ({ ending, lastLine }: Message) => (ending === undefined ? Number.POSITIVE_INFINITY : lastLine);

/** Cursors are places in the list of all that is asked for. */
function paged<T>(found: readonly T[], { limit, after }: { readonly limit: number; readonly after?: string }) {
  const from = after === undefined ? 0 : Number(after);
  const to = from + limit;
  return { page: found.slice(from, to), next: to < found.length ? { next: String(to) } : {} };
}

const bucketOf = (time: number, { by, zone }: OverTime) => bucketStart(time, by, zoneOf(zone));

const placeOf = (relay: FactRelay | undefined): Relay => ({ host: relay?.host ?? 'none', ip: relay?.ip, port: relay?.port });

function tryCount(alike: readonly Attempt[], question: OverTime): TryCount {
  const [{ time, relay, outcome, kind, phase, replyCode, enhancedCode }] = alike as [Attempt];
  const spans = alike.map(({ seconds }) => seconds).filter((seconds) => seconds !== undefined);
  return {
    bucket: bucketOf(time, question),
    relay: placeOf(relay),
    outcome,
    kind,
    phase,
    replyCode,
    enhancedCode,
    count: alike.length,
    messages: new Set(alike.map(({ message }) => message).filter((message) => message !== undefined)).size,
    possibleDoubles: alike.filter(({ mayBeDouble }) => mayBeDouble === true).length,
    seconds: total(spans.map(({ likely }) => likely)),
    least: total(spans.map(({ least }) => least)),
    most: total(spans.map(({ most }) => most)),
    shortest: least(spans.filter(({ least, most }) => most - least <= 2.1).map(({ likely }) => likely)),
    first: Math.min(...alike.map((attempt) => attempt.time)),
    last: Math.max(...alike.map((attempt) => attempt.time)),
  };
}

function inOrder(a: TryCount, b: TryCount): number {
  return (
    a.bucket - b.bucket ||
    byText(a.relay.host, b.relay.host) ||
    texts(a.relay.ip, b.relay.ip) ||
    numbers(a.relay.port, b.relay.port) ||
    byText(a.outcome, b.outcome) ||
    texts(a.kind, b.kind) ||
    texts(a.phase, b.phase) ||
    numbers(a.replyCode, b.replyCode) ||
    texts(a.enhancedCode, b.enhancedCode)
  );
}

/** Undefined comes first. */
const texts = (a: string | undefined, b: string | undefined) => (a === undefined || b === undefined ? -byText(a, b) : byText(a, b));
const numbers = (a = -1, b = -1) => a - b;

const least = (values: readonly number[]) => (values.length === 0 ? undefined : Math.min(...values));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
/** In whole microseconds, which are all that a log has, so that the order of the sum does not matter. */
const total = (seconds: readonly number[]) => Math.round(sum(seconds.map((one) => Math.round(one * 1e6))) / 1000) / 1000;

function put<V>(groups: Map<string, V[]>, key: string, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
