/** A reader over the text of a log, with plain loops in place of a store: what the reports beside messages and attempts ask. */
import { isIP } from 'node:net';
import type { EventDocument } from '../postfix/document.js';
import { zoneOf } from '../postfix/zone.js';
import { bucketStart } from '../report/buckets.js';
import { matcherOf, searchedDocument } from '../store/matches.js';
import type { MessageReader } from '../store/message_port.js';
import { Distribution } from '../store/percentiles.js';
import type { DelaySummary, OverTime, Reader, Relay, RelaySummary, Scope } from '../store/port.js';
import { fakeReader, summary, unmeasured } from './fake_reader.js';
import { type ReferenceAnswers, referenceOf } from './reference_answers.js';
import { storedLines } from './stored_lines.js';

/** @param text of a maillog; lines without a year are of 2026, in UTC */
export function referenceReader(text: string): Reader {
  const lines = text.split('\n').filter((line) => line !== '');
  const events = storedLines(lines);
  const answers = referenceOf(text);
  return fakeReader({
    totals: async (scope) => {
      const times = events.filter((event) => isWithin(event, scope)).map(timeOf);
      const [first, last] = times.length === 0 ? [] : [Math.min(...times), Math.max(...times)];
      return { lines: times.length, hosts: [...new Set(events.map(({ host }) => host.name))], first, last, bytes: text.length };
    },
    search: async (query) => {
      const isAsked = matcherOf(query);
      const found = events.filter((event) => isWithin(event, query) && isAsked(searchedDocument(event)));
      return { events: found.reverse().slice(0, query.limit) };
    },
    relays: async () => relaysIn(events),
    delays: async (question) => delaysIn(events, question),
    ...askedOf(answers),
  });
}

const askedOf = (answers: ReferenceAnswers): MessageReader => ({
  messages: (query) => answers.messages(query),
  attempts: (query) => answers.attempts(query),
  tries: (question) => answers.tries(question),
  rests: (question) => answers.rests(question),
  messageCounts: (question) => answers.messageCounts(question),
  facts: (question) => answers.facts(question),
  unfolded: () => answers.unfolded(),
});

const timeOf = (event: EventDocument) => Date.parse(event['@timestamp']);

const isWithin = (event: EventDocument, { since, until, host }: Scope) =>
  (since === undefined || timeOf(event) >= since) &&
  (until === undefined || timeOf(event) < until) &&
  (host === undefined || event.host.name === host);

/** Only which relays there are. */
function relaysIn(events: readonly EventDocument[]): RelaySummary[] {
  const relays = new Map<string, Relay>();
  for (const { destination } of events) {
    const { domain: host, ip, port } = destination ?? {};
    if (host !== undefined && isIP(ip ?? '') !== 0) relays.set(`${host} ${ip}`, { host, ip, port });
  }
  return [...relays.values()].map((relay) => summary(relay));
}

const parts = ['a', 'b', 'c', 'd', 'delay'] as const;

function delaysIn(events: readonly EventDocument[], question: OverTime): DelaySummary[] {
  const buckets = new Map<number, Record<(typeof parts)[number], Distribution>>();
  for (const event of events) {
    const { delay, delays } = event.postfix ?? {};
    if (!isWithin(event, question) || delay === undefined || delays === undefined) continue;
    const bucket = bucketStart(timeOf(event), question.by, zoneOf(question.zone));
    const of =
      buckets.get(bucket) ??
      (Object.fromEntries(parts.map((part) => [part, new Distribution()])) as Record<(typeof parts)[number], Distribution>);
    buckets.set(bucket, of);
    of.a.add(delays.before_queue_manager ?? 0, 1);
    of.b.add(delays.queue_manager ?? 0, 1);
    of.c.add(delays.connection_setup ?? 0, 1);
    of.d.add(delays.transmission ?? 0, 1);
    of.delay.add(delay, 1);
  }
  const empty = { a: unmeasured, b: unmeasured, c: unmeasured, d: unmeasured, delay: unmeasured };
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([bucket, of]) => ({
      bucket,
      deliveries: of.delay.total,
      ...empty,
      ...Object.fromEntries(parts.map((part) => [part, of[part].percentiles()])),
    }));
}
