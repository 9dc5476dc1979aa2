/** The pages of `postscope serve` over a large store, as a browser waits for them. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { postscope } from './checkout.js';
import { NotMeasured } from './child.js';
import { figuresOf, rangeText, secondsText } from './figures.js';
import { atMost, type Result } from './results.js';

interface Page {
  readonly what: string;
  readonly path: string;
  /** Seconds that it may take. */
  readonly bar?: number;
}

const pages: readonly Page[] = [
  { what: 'overview', path: '/', bar: 1 },
  { what: 'relays', path: '/relays' },
  { what: 'where the time goes', path: '/delays' },
  { what: 'mails', path: '/messages', bar: 1 },
  { what: 'lines', path: '/search' },
  { what: 'queue', path: '/queue' },
];

/** Each is asked once of a server that was just started, in this order, and that so many times. */
export async function firstPages(store: string, times: number): Promise<Result[]> {
  const seconds = new Map<Page, number[]>(pages.map((page) => [page, []]));
  for (let i = 0; i < times; i++) {
    await withServer(store, async (address) => {
      for (const page of pages) seconds.get(page)?.push(await timeOf(new URL(page.path, address)));
    });
  }
  return [...seconds].map(([{ what, bar }, measured]) => {
    const figures = figuresOf(measured);
    return {
      what: `serve, ${what}, first time`,
      figure: secondsText(figures.median),
      range: rangeText(figures, secondsText),
      ...(bar === undefined ? {} : { bar: atMost(figures.median, bar, `${bar} s`) }),
    };
  });
}

async function timeOf(url: URL): Promise<number> {
  const began = process.hrtime.bigint();
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new NotMeasured(`${url.pathname} was answered with ${response.status}`);
  return Number(process.hrtime.bigint() - began) / 1e9;
}

async function withServer(store: string, ask: (address: string) => Promise<void>): Promise<void> {
  const server = spawn(process.execPath, [postscope, 'serve', '--port', '0', '--zone', 'UTC', '--store', store], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  try {
    await ask(await addressOf(createInterface({ input: server.stderr })));
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

async function addressOf(said: AsyncIterable<string>): Promise<string> {
  for await (const line of said) {
    const address = /http:\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new NotMeasured('postscope serve ended before it said where its pages are');
}
