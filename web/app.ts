/** The pages of a store: the questions of the command line, in a browser of this machine. */
import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import { html, type Markup } from '../report/html/markup.js';
import { style } from '../report/html/style.js';
import { StoreError } from '../store/errors.js';
import type { Reader } from '../store/port.js';
import { AddressError, Asked, type AsStored, kept, type Times } from './asked.js';
import { webStyle } from './assets/style.js';
import { guard } from './guard.js';
import { alone, fragment, type Holding, page, trouble } from './layout.js';
import { attemptsPage } from './pages/attempts.js';
import { changePart } from './pages/change.js';
import { comparePage } from './pages/compare.js';
import { coveragePage } from './pages/coverage.js';
import { diagnosisPart } from './pages/diagnosis.js';
import { heatPart, hoursPage } from './pages/heat.js';
import { messagePage } from './pages/message.js';
import { messagesPage } from './pages/messages.js';
import {
  delaysPage,
  delaysPart,
  newestPart,
  overviewPage,
  overviewParts,
  relaysPage,
  relaysPart,
  summaryPart,
  timeoutsPart,
  volumePart,
} from './pages/overview.js';
import { queueCoursePart, queuePage, queuePart } from './pages/queue.js';
import { facetsPart, searchPage } from './pages/search.js';
import type { Readers } from './readers.js';
import type { Wish } from './turns.js';

export interface WebOptions {
  readonly readers: Readers;
  /** The zone of an address that names none (IANA). */
  readonly zone: string;
  readonly times: Times;
  /** How names that are looked for stand in a store in which persons are hidden. */
  readonly asStored?: AsStored;
}

/** @param whole keeps an answer that takes many questions */
export type Question = (reader: Reader, whole: Whole) => Promise<Markup>;
export type Whole = <T>(question: string, answer: (reader: Reader) => Promise<T>) => Promise<T>;

interface View {
  readonly title: string;
  /** @throws AddressError before anything is asked */
  readonly of: (asked: Asked) => Question | Markup;
}

const views: Readonly<Record<string, View>> = {
  // Their parts come as they are answered.
  '/': { title: 'Overview', of: overviewPage },
  '/relays': { title: 'Relays', of: relaysPage },
  '/delays': { title: 'Where the time goes', of: delaysPage },
  '/compare': { title: 'Before and after', of: comparePage },
  '/messages': { title: 'Mails', of: messagesPage },
  '/search': { title: 'Lines', of: searchPage },
  '/message': { title: 'One mail', of: messagePage },
  '/attempts': { title: 'Attempts', of: attemptsPage },
  '/hours': { title: 'One hour of the week', of: hoursPage },
  '/queue': { title: 'Queue', of: queuePage },
  '/coverage': { title: 'Coverage', of: coveragePage },
};

/** In the order in which they are answered; what takes longest, and what rests on it, comes last. */
const parts = {
  facets: facetsPart,
  newest: newestPart,
  queue: queuePart,
  timeouts: timeoutsPart,
  summary: summaryPart,
  volume: volumePart,
  heat: heatPart,
  relays: relaysPart,
  delays: delaysPart,
  'queue-course': queueCoursePart,
  diagnosis: diagnosisPart,
  change: changePart,
} as const satisfies Record<string, (asked: Asked) => Question>;
type PartName = keyof typeof parts;

const script = readFileSync(new URL('./assets/app.js', import.meta.url), 'utf8');

export function webApp({ readers, zone, times, asStored = async (words) => words }: WebOptions): Hono {
  const app = new Hono();
  app.use(guard);
  const askedOf = (context: Context) => new Asked(new URL(context.req.url).searchParams, zone, times, asStored);
  const holding = holdingOf(readers);

  for (const [path, { title, of }] of Object.entries(views)) {
    app.get(path, (context) => {
      const asked = askedOf(context);
      const answer = of(asked);
      const wish = wishOf(context, 0);
      const body = async () => (typeof answer === 'function' ? answered(readers, wish, answer) : answer);
      return streamed(context, page({ title, path, asked, holding: () => holding(wish), own: ownWords(asked) }, body));
    });
  }
  for (const [urgency, name] of (Object.keys(parts) as PartName[]).entries()) {
    app.get(`/part/${name}`, async (context) => {
      const asked = askedOf(context);
      const { version } = readers;
      try {
        return context.html(fragment(await partOf(readers, wishOf(context, 1 + urgency), name, asked), version));
      } catch (error) {
        return context.html(fragment(trouble(error as Error), version), statusOf(error));
      }
    });
  }
  app.get('/app.css', (context) => context.body(style + webStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/app.js', (context) => context.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  // Every browser asks for one.
  app.get('/favicon.ico', (context) => context.body(null, 204));
  app.notFound((context) =>
    context.html(alone('There is no such page', html`<p>There is no such page. <a href="/">To the overview</a></p>`), 404),
  );
  app.onError((error, context) => {
    const status = statusOf(error);
    return context.html(alone(status === 400 ? 'That cannot be asked' : 'No answer', trouble(error)), status);
  });
  return app;
}

/** Asks ahead what the overview of the whole store asks, so that whoever opens it does not wait. Nobody else waits for it. */
export async function askAhead({ readers, zone, times }: WebOptions): Promise<void> {
  const asked = new Asked(new URLSearchParams(), zone, times, async (words) => words);
  await readers.readerFor(later).totals({});
  for (const part of overviewParts) await partOf(readers, later, part, asked);
}

const statusOf = (error: unknown) => (error instanceof AddressError ? 400 : error instanceof StoreError ? 503 : 500);

const later: Wish = { urgency: 100, wanted: true };

function wishOf(context: Context, urgency: number): Wish {
  const { signal } = context.req.raw;
  return {
    urgency,
    get wanted() {
      return !signal.aborted;
    },
  };
}

const answered = (readers: Readers, wish: Wish, question: Question) =>
  question(readers.readerFor(wish), (name, answer) => readers.whole(name, wish, answer));

/** A part, as it was made before where nothing has changed. @throws AddressError before anything is asked */
function partOf(readers: Readers, wish: Wish, name: PartName, asked: Asked): Promise<Markup> {
  const question = parts[name](asked);
  // The same words may be of another period tomorrow.
  const what = `${name} ${JSON.stringify(asked.scope)} ${asked.words}`;
  return readers.made(what, wish, (all) => answered(readers, all, question));
}

/** What the store holds; once known, a page does not wait to hear whether there is more by now. */
function holdingOf(readers: Readers): (wish: Wish) => Promise<Holding> {
  let known: Holding | undefined;
  return async (wish) => {
    const asked = readers
      .readerFor(known === undefined ? wish : later)
      .totals({})
      .then((totals) => {
        known = totals;
        return totals;
      });
    if (known === undefined) return asked;
    asked.catch(() => {});
    return known;
  };
}

function streamed(context: Context, pieces: AsyncIterable<Markup>): Response {
  const encoder = new TextEncoder();
  const bytes = async function* () {
    for await (const { text } of pieces) yield encoder.encode(text);
  };
  return context.body(ReadableStream.from(bytes()) as ReadableStream<Uint8Array>, 200, { 'Content-Type': 'text/html; charset=utf-8' });
}

/** Words of an address that are of one page alone, which a change of the period keeps. */
function ownWords(asked: Asked): Record<string, string> {
  return Object.fromEntries([...asked.words].filter(([name]) => name !== 'after' && !(kept as readonly string[]).includes(name)));
}
