/** The pages of a store: the questions of the command line, in a browser of this machine. */
import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import { html, type Markup } from '../report/html/markup.js';
import { style } from '../report/html/style.js';
import { StoreError } from '../store/errors.js';
import type { Reader } from '../store/port.js';
import { AddressError, Asked, kept, type Times } from './asked.js';
import { webStyle } from './assets/style.js';
import { guard } from './guard.js';
import { layout } from './layout.js';
import { attemptsPage } from './pages/attempts.js';
import { coveragePage } from './pages/coverage.js';
import { messagePage } from './pages/message.js';
import { messagesPage } from './pages/messages.js';
import {
  delaysPage,
  delaysPart,
  diagnosisPart,
  newestPart,
  overviewPage,
  relaysPage,
  relaysPart,
  summaryPart,
  timeoutsPart,
  volumePart,
} from './pages/overview.js';
import { queuePage } from './pages/queue.js';
import { searchPage } from './pages/search.js';
import type { Readers } from './readers.js';

export interface WebOptions {
  readonly readers: Readers;
  /** The zone of an address that names none (IANA). */
  readonly zone: string;
  readonly times: Times;
}

type Question = (reader: Reader, asked: Asked) => Promise<Markup>;

/** Pages whose content is asked for before anything is shown. */
const pages: Readonly<Record<string, { readonly title: string; readonly of: Question }>> = {
  '/messages': { title: 'Mails', of: messagesPage },
  '/search': { title: 'Lines', of: searchPage },
  '/message': { title: 'One mail', of: messagePage },
  '/attempts': { title: 'Attempts', of: attemptsPage },
  '/queue': { title: 'Queue', of: queuePage },
  '/coverage': { title: 'Coverage', of: coveragePage },
};

/** Pages that stand at once, and whose parts come as they are answered. */
const frames: Readonly<Record<string, { readonly title: string; readonly of: (asked: Asked) => Markup }>> = {
  '/': { title: 'Overview', of: overviewPage },
  '/relays': { title: 'Relays', of: relaysPage },
  '/delays': { title: 'Where the time goes', of: delaysPage },
};

const parts: Readonly<Record<string, Question>> = {
  summary: summaryPart,
  diagnosis: diagnosisPart,
  timeouts: timeoutsPart,
  delays: delaysPart,
  relays: relaysPart,
  volume: volumePart,
  newest: newestPart,
};

const script = readFileSync(new URL('./assets/app.js', import.meta.url), 'utf8');

export function webApp({ readers, zone, times }: WebOptions): Hono {
  const app = new Hono();
  app.use(guard);
  const askedOf = (context: Context) => new Asked(new URL(context.req.url).searchParams, zone, times);
  const known = (reader: Reader) => reader.totals({});

  for (const [path, { title, of }] of Object.entries(pages)) {
    app.get(path, async (context) => {
      const asked = askedOf(context);
      const { totals, body } = await readers.ask(async (reader) => ({ totals: await known(reader), body: await of(reader, asked) }));
      return context.html(layout({ title, path, asked, hosts: totals.hosts, last: totals.last, own: ownWords(asked) }, body));
    });
  }
  for (const [path, { title, of }] of Object.entries(frames)) {
    app.get(path, async (context) => {
      const asked = askedOf(context);
      const totals = await readers.ask(known);
      return context.html(layout({ title, path, asked, hosts: totals.hosts, last: totals.last }, of(asked)));
    });
  }
  for (const [name, of] of Object.entries(parts)) {
    app.get(`/part/${name}`, async (context) => {
      const asked = askedOf(context);
      const body = await readers.ask((reader) => of(reader, asked));
      return context.html(
        html`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>postscope</title><link rel="stylesheet" href="/app.css"></head><body><main data-fragment>${body}</main></body></html>`
          .text,
      );
    });
  }
  app.get('/app.css', (context) => context.body(style + webStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/app.js', (context) => context.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  // Every browser asks for one.
  app.get('/favicon.ico', (context) => context.body(null, 204));
  app.notFound((context) =>
    context.html(plain('There is no such page', html`<p>There is no such page. <a href="/">To the overview</a></p>`), 404),
  );
  app.onError((error, context) => {
    const status = error instanceof AddressError ? 400 : error instanceof StoreError ? 503 : 500;
    const body = html`<p class="bad">${error.message}</p><p><a href="/">To the overview</a></p>`;
    return context.html(plain(status === 400 ? 'That cannot be asked' : 'No answer', body), status);
  });
  return app;
}

/** Words of an address that are of one page alone, which a change of the period keeps. */
function ownWords(asked: Asked): Record<string, string> {
  return Object.fromEntries([...asked.words].filter(([name]) => name !== 'after' && !(kept as readonly string[]).includes(name)));
}

const plain = (title: string, body: Markup) =>
  html`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · postscope</title><link rel="stylesheet" href="/app.css"></head><body><main data-fragment><h1>${title}</h1>${body}</main></body></html>`
    .text;
