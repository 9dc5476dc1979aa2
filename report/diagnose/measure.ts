/** Takes the measures of a period: counts of all of it, and of a few stretches more. The number of questions does not grow with the log. */
import type { EventDocument } from '../../postfix/document.js';
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Message } from '../../postfix/message/message.js';
import { waitedFor } from '../../postfix/message/timeouts.js';
import type { Kind } from '../../postfix/reason.js';
import type { MessageReader } from '../../store/message_port.js';
import type { Interval, Reader, Scope, SearchQuery } from '../../store/port.js';
import { periodOf } from '../scope.js';
import type { Circumstances } from './circumstances.js';
import type { Cell, Measures, Sample, Window } from './measures.js';
import { isMarked } from './stretch.js';
import { suspicious } from './suspicion.js';
import { type Outline, outlinesOf, type Symptom, wayKey } from './symptom.js';
import { queuedOf, receivedLateOf, runsOf, slowOf, stallsOf } from './waits.js';

const lengths = { minute: 60_000, hour: 3_600_000 } as const;
/** Up to this long, the whole period is counted by the minute. */
const shortPeriod = 36 * lengths.hour;
/** Relays that are told apart: as many of those that fail most, and of the busiest. */
const relaysTold = 40;
/**
 * How much is looked at beside the counts: ways of failing, attempts of each; stretches, messages of each. To look at one is to read its lines
 * anew, so of a long period, with its many, it is less.
 */
const looks = {
  short: { ways: 64, attempts: 400, messages: 1000, samples: 8 },
  long: { ways: 40, attempts: 16, messages: 300, samples: 4 },
} as const;
type Look = (typeof looks)[keyof typeof looks];

/** @returns undefined where the period has no line */
export async function measure(reader: Reader, scope: Scope, circumstances: Circumstances = {}): Promise<Measures | undefined> {
  const period = periodOf(await reader.totals(scope));
  if (period === undefined) return undefined;
  const short = period.last - period.first <= shortPeriod;
  const look = short ? looks.short : looks.long;
  const hosts = await relaysOf(reader, scope);
  const count = (window: Scope, by: 'minute' | 'hour') => cellsOf(reader, { ...scope, ...window }, by, hosts);
  let cells = await count({}, short ? 'minute' : 'hour');
  if (!short) {
    for (const window of suspicious(cells)) {
      const finer = await count(clipped(window, scope), 'minute');
      cells = [...cells.filter(({ since }) => since < window.since || since >= window.until), ...finer];
    }
    cells.sort((a, b) => a.since - b.since);
  }
  const outlines = outlinesOf(cells);
  return {
    period,
    cells,
    symptoms: await symptomsOf(reader, scope, outlines, look),
    samples: await samplesOf(reader, scope, cells, look),
    local: await localLines(reader, scope, short),
    certificates: outlines.some(({ kind }) => kind === 'tls_failure')
      ? await linesOf(reader, scope, { action: 'certificate_unverified' })
      : [],
    starts: await linesOf(reader, scope, { action: 'started' }),
    unresolved: await linesOf(reader, scope, { kind: 'dns_failure' }),
    localAttempts: (await reader.attempts({ ...scope, kinds: ['local_failure'], limit: look.attempts })).attempts,
    circumstances,
  };
}

const clipped = ({ since, until }: Window, scope: Scope): Scope => ({
  since: Math.max(since, scope.since ?? since),
  until: Math.min(until, scope.until ?? until),
});

/** The relays that tell most; undefined where that is all of them. */
async function relaysOf(reader: Reader, scope: Scope): Promise<readonly string[] | undefined> {
  const { relays, others } = await reader.relays({ ...scope, limit: relaysTold });
  return others.relays === 0 ? undefined : [...new Set(relays.map(({ relay }) => relay.host))];
}

async function cellsOf(
  reader: Reader,
  scope: Scope,
  by: keyof typeof lengths & Interval,
  hosts: readonly string[] | undefined,
): Promise<Cell[]> {
  const question = { ...scope, by, zone: 'UTC' };
  const tries = await reader.tries(hosts === undefined ? question : { ...question, relays: hosts });
  const rests = await reader.rests(question);
  const delays = await reader.delays(question);
  const cells = new Map<number, { -readonly [K in keyof Cell]: Cell[K] }>();
  const at = (bucket: number) => {
    let cell = cells.get(bucket);
    if (cell === undefined) {
      cell = { since: bucket, until: bucket + lengths[by], tries: [], rests: [], delays: undefined };
      cells.set(bucket, cell);
    }
    return cell;
  };
  for (const one of tries) (at(one.bucket).tries as (typeof one)[]).push(one);
  for (const one of rests) (at(one.bucket).rests as (typeof one)[]).push(one);
  for (const one of delays) at(one.bucket).delays = one;
  return [...cells.values()].sort((a, b) => a.since - b.since);
}

async function symptomsOf(reader: MessageReader, scope: Scope, outlines: readonly Outline[], look: Look): Promise<Symptom[]> {
  const weight = ({ stretches }: Outline) => stretches.reduce((sum, one) => sum + (isMarked(one) ? one.count : 0), 0);
  const countOf = ({ stretches }: Outline) => stretches.reduce((sum, { count }) => sum + count, 0);
  const byWeight = [...outlines].sort((a, b) => weight(b) - weight(a) || countOf(b) - countOf(a));
  const symptoms: Symptom[] = [];
  for (const [i, outline] of byWeight.entries()) {
    const { relay, kind, stretches } = outline;
    const since = Math.min(...stretches.map((one) => one.since));
    const until = Math.max(...stretches.map((one) => one.until)) + 1;
    const counted =
      i < look.ways ? await messagesIn(reader, { ...scope, since, until }, outline) : Math.max(...outline.tries.map((one) => one.messages));
    if (i >= look.ways || (!isWorthReading(outline) && look === looks.long)) {
      symptoms.push({ ...outline, attempts: [], whole: false, messages: counted, met: [] });
      continue;
    }
    const whole = look === looks.short;
    const [heaviest] = [...stretches].sort((a, b) => b.count - a.count);
    const { attempts, next } = await reader.attempts({
      ...scope,
      // Of a long period, those of one stretch are as good as any, and sooner found.
      since: whole ? since : (heaviest?.since ?? since),
      until: whole ? until : (heaviest?.until ?? until) + 1,
      ...(relay.host === 'none' ? {} : { relay: relay.ip ?? relay.host }),
      kinds: [kind],
      limit: look.attempts,
    });
    const own = attempts
      .filter((one) => relay.host !== 'none' || one.relay === undefined)
      .filter(
        (one) =>
          one.kind !== undefined &&
          wayKey({ kind, phase: one.phase, replyCode: one.replyCode, enhancedCode: one.enhancedCode }) === wayKey(outline),
      );
    const distinct = new Set(own.map(({ message }) => message).filter((id) => id !== undefined)).size;
    const all = whole && next === undefined;
    const messages = all ? distinct : Math.max(distinct, counted);
    symptoms.push({ ...outline, attempts: own, whole: all, messages, met: isPutOff(kind) ? await metBy(reader, own) : [] });
  }
  return symptoms;
}

/** Whether its attempts say more than was counted: what was answered, or how long was waited. */
const isWorthReading = ({ kind, phase }: Outline) =>
  isPutOff(kind) || kind === 'rejected_permanent' || kind === 'tls_failure' || waitedFor(kind, phase) !== undefined;

/** What mail that was put off, and not given up, did later. */
const isPutOff = (kind: Kind) => kind === 'rejected_temporary' || kind === 'greeting_refused';
const mostMet = 60;

async function metBy(reader: MessageReader, attempts: readonly Attempt[]): Promise<readonly Message[]> {
  const ids = [...new Set(attempts.map(({ message }) => message).filter((id) => id !== undefined))].slice(0, mostMet);
  return ids.length === 0 ? [] : (await reader.messages({ ids, limit: mostMet })).messages;
}

/** Distinct within a month. */
async function messagesIn(reader: MessageReader, scope: Scope, { relay, kind, ...way }: Outline): Promise<number> {
  const tries = await reader.tries({ ...scope, by: 'month', zone: 'UTC', kinds: [kind], relays: [relay.host] });
  return tries
    .filter((one) => one.relay.ip === relay.ip && wayKey({ ...one, kind }) === wayKey({ kind, ...way }))
    .reduce((sum, { messages }) => sum + messages, 0);
}

/** How long before a delay shows the mail can have come in. */
const before = 2 * lengths.hour;

async function samplesOf(reader: MessageReader, scope: Scope, cells: readonly Cell[], look: Look): Promise<Sample[]> {
  const stalls = stallsOf(cells).map(({ since, until }) => ({ since, until: until + 1 }));
  const windows = runsOf(
    [
      ...stalls,
      ...queuedOf(cells),
      ...receivedLateOf(cells),
      ...slowOf(cells).map(({ since, until }) => ({ since: since - lengths.minute, until: until + lengths.minute })),
    ].sort((a, b) => a.since - b.since),
  );
  const longest = [...windows].sort((a, b) => b.until - b.since - (a.until - a.since)).slice(0, look.samples);
  const samples: Sample[] = [];
  for (const window of longest) {
    const since = Math.max(window.since - before, scope.since ?? Number.NEGATIVE_INFINITY);
    const { messages, next } = await reader.messages({ ...scope, since, until: window.until, limit: look.messages });
    samples.push({ ...window, messages, whole: next === undefined });
  }
  return samples.sort((a, b) => a.since - b.since);
}

/** What Postfix calls it when this machine is the trouble (postfix/actions.md). */
export const localActions = [
  'queue_file_error',
  'queue_space_low',
  'lock_failed',
  'table_open_error',
  'table_unavailable',
  'service_throttled',
  'wakeup_failed',
  'milter_failed',
] as const;
const linesSampled = 200;

/** The latest of them, oldest first. */
async function linesOf(reader: Reader, scope: Scope, which: Pick<SearchQuery, 'action' | 'kind'>): Promise<EventDocument[]> {
  return [...(await reader.search({ ...scope, ...which, limit: linesSampled })).events].reverse();
}

async function localLines(reader: Reader, scope: Scope, short: boolean): Promise<EventDocument[]> {
  const found = new Map<string, EventDocument>();
  const add = (events: readonly EventDocument[]) => {
    for (const event of events) found.set(event.event.id, event);
  };
  for (const action of localActions) add((await reader.search({ ...scope, action, limit: linesSampled })).events);
  // To look for a text is to read all lines.
  if (short) add((await reader.search({ ...scope, text: 'No space left on device', limit: linesSampled })).events);
  return [...found.values()].sort((a, b) => Date.parse(a['@timestamp']) - Date.parse(b['@timestamp']));
}
