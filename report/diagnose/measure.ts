/** Takes the measures of a period: counts of all of it, and of a few stretches more. The number of questions does not grow with the log. */
import type { EventDocument } from '../../postfix/document.js';
import type { MessageReader } from '../../store/message_port.js';
import type { Interval, Reader, Scope, SearchQuery } from '../../store/port.js';
import { periodOf } from '../scope.js';
import type { Circumstances } from './circumstances.js';
import type { Cell, Measures, Sample, Window } from './measures.js';
import { suspicious } from './suspicion.js';
import { outlinesOf } from './symptom.js';
import { type Look, symptomsOf } from './symptoms.js';
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
  short: { ways: 64, attempts: 400, whole: true, messages: 1000, samples: 8 },
  long: { ways: 40, attempts: 16, whole: false, messages: 300, samples: 4 },
} as const satisfies Record<string, Look & { readonly messages: number; readonly samples: number }>;

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
    const windows = suspicious(cells);
    const finer = await Promise.all(windows.map((window) => count(clipped(window, scope), 'minute')));
    const coarse = cells.filter(({ since }) => !windows.some((window) => since >= window.since && since < window.until));
    cells = [...coarse, ...finer.flat()].sort((a, b) => a.since - b.since);
  }
  const outlines = outlinesOf(cells);
  const [symptoms, samples, local, certificates, starts, unresolved, { attempts: localAttempts }] = await Promise.all([
    symptomsOf(reader, scope, cells, outlines, look),
    samplesOf(reader, scope, cells, look),
    localLines(reader, scope, short),
    outlines.some(({ kind }) => kind === 'tls_failure') ? linesOf(reader, scope, { action: 'certificate_unverified' }) : [],
    linesOf(reader, scope, { action: 'started' }),
    linesOf(reader, scope, { kind: 'dns_failure' }),
    reader.attempts({ ...scope, kinds: ['local_failure'], limit: look.attempts }),
  ]);
  return { period, cells, symptoms, samples, local, certificates, starts, unresolved, localAttempts, circumstances };
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
  const [tries, rests, delays] = await Promise.all([
    reader.tries(hosts === undefined ? question : { ...question, relays: hosts }),
    reader.rests(question),
    reader.delays({ ...question, beside: ['b', 'd'] }),
  ]);
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

/** How long before a delay shows the mail can have come in. */
const before = 2 * lengths.hour;

async function samplesOf(
  reader: MessageReader,
  scope: Scope,
  cells: readonly Cell[],
  look: (typeof looks)[keyof typeof looks],
): Promise<Sample[]> {
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
  const samples = longest.map(async (window): Promise<Sample> => {
    const since = Math.max(window.since - before, scope.since ?? Number.NEGATIVE_INFINITY);
    const { messages, next } = await reader.messages({ ...scope, since, until: window.until, limit: look.messages });
    return { ...window, messages, whole: next === undefined };
  });
  return (await Promise.all(samples)).sort((a, b) => a.since - b.since);
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
  const queries: Pick<SearchQuery, 'action' | 'text'>[] = localActions.map((action) => ({ action }));
  // To look for a text is to read all lines.
  if (short) queries.push({ text: 'No space left on device' });
  const pages = await Promise.all(queries.map((query) => reader.search({ ...scope, ...query, limit: linesSampled })));
  const found = new Map(pages.flatMap(({ events }) => events.map((event) => [event.event.id, event] as const)));
  return [...found.values()].sort((a, b) => Date.parse(a['@timestamp']) - Date.parse(b['@timestamp']));
}
