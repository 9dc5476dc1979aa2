/** One bad line costs one line: of a parser that fails at it, and of workers that die of it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { identityOf } from '../postfix/identity.js';
import { Parser } from '../postfix/parse.js';
import { MemoryQueue } from '../queue/memory.js';
import type { Begun, LineBatch, Outcome, Taken } from '../queue/port.js';
import { asideId } from '../store/aside.js';
import { openWriter } from '../store/open.js';
import type { Aside, LineWriter, Writer } from '../store/port.js';
import { work } from '../workers/run.js';
import { isSuspect, readLineByLine } from '../workers/suspect.js';
import { line, lines, Workshop } from './workshop.js';

const poison = line(5, 'connect from poison.example.org[192.0.2.66]');
const healthy = `${lines(0, 5)}${lines(6, 9)}`.match(/.+\n/g) ?? [];
const text = `${lines(0, 5)}${poison}${poison}${lines(6, 9)}`;
const batch: LineBatch = {
  ...{ source: { key: 'a', path: '/var/log/maillog' }, offset: 0, bytes: Buffer.from(text), before: Buffer.alloc(0), next: text.length },
  ...{ zone: 'UTC', host: 'mailer', year: undefined, anchor: Date.parse('2026-11-24T00:00:00Z') },
  ...{ cut: false, complete: false, damaged: false, tail: '', notes: [], account: undefined },
};

let shop: Workshop;
let store: Writer;
beforeEach(async () => {
  shop = new Workshop();
  store = await openWriter({ path: shop.store });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  shop.remove();
});

const stored = async () => (await store.search({ limit: 100 })).events.map(({ event }) => `${event.original}\n`).reverse();
const aside = async () =>
  (await store.quarantined({ limit: 100 })).lines.map(({ reason, why, text: kept, offset }) => [reason, why, `${kept.text}\n`, offset]);

test('a line that the parser fails at is set aside with the error, and no other', async () => {
  const parseAt = Parser.prototype.parseAt;
  vi.spyOn(Parser.prototype, 'parseAt').mockImplementation(function (this: Parser, ...of) {
    if (of[0].slice(of[2], of[3]).includes('poison')) throw new RangeError('no such thing');
    return parseAt.apply(this, of);
  });
  const queue = new MemoryQueue();
  const sent = await queue.send(batch);
  queue.close();
  await work({ queue, store, commitLines: 0 });
  expect(await sent.stored).toEqual({ read: 10, stored: 8, alreadyThere: 0, quarantined: 2 });
  expect(await stored()).toEqual(healthy);
  const at = text.indexOf(poison);
  const why = 'RangeError: no such thing';
  expect(await aside()).toEqual([
    ['crash', why, poison, at],
    ['crash', why, poison, at + poison.length],
  ]);
});

describe('a batch that workers are lost with', () => {
  /** What Redis keeps between one worker and the next. */
  let begun: Begun | undefined;
  const taken = (abandoned: number): Taken => ({
    batch,
    abandoned,
    begun,
    begin: async (now) => {
      begun = now;
    },
    done: async () => {},
    failed: async () => {},
  });
  beforeEach(() => {
    begun = undefined;
  });

  test('is suspect after three, as any worker may be killed once or twice', () => {
    expect([0, 1, 2, 3, 4].map((abandoned) => isSuspect(taken(abandoned)))).toEqual([false, false, false, true, true]);
  });

  test('loses the line that three of them began with, and no other; what was stored before is there already', async () => {
    const cluster = new Remembering();
    let outcome: Outcome | undefined;
    let lost = 0;
    // Each worker has a writer of its own; what that held is lost with it.
    for (; outcome === undefined && lost < 20; lost++)
      outcome = await readLineByLine(taken(3 + lost), cluster.writer()).catch(() => undefined);
    // Three for each of the two lines, and the one that ends it.
    expect(lost).toBe(7);
    expect(outcome).toEqual({ read: 10, stored: 3, alreadyThere: 5, quarantined: 2 });
    expect([...cluster.documents.values()]).toEqual(healthy);
    expect([...cluster.aside.values()].map(({ reason, why, text: kept, offset }) => [reason, why, `${kept.text}\n`, offset])).toEqual([
      ['crash', '3 workers were lost while they read it', poison, text.indexOf(poison)],
      ['crash', '3 workers were lost while they read it', poison, text.indexOf(poison) + poison.length],
    ]);
  });
});

/** A store to which a line that comes again is nothing new; whoever adds the poison dies. */
class Remembering {
  readonly documents = new Map<string, string>();
  readonly aside = new Map<string, Aside>();

  writer(): LineWriter {
    const { documents, aside } = this;
    let held: [id: string, line: string][] = [];
    let asides: Aside[] = [];
    return {
      get pending() {
        return held.length + asides.length;
      },
      add: (event, place, kept) => {
        if (kept.text.includes('poison')) throw new Error('killed');
        held.push([identityOf(event.host, event.time, kept, place.ordinal), `${kept.text}\n`]);
      },
      setAside: (one) => void asides.push(one),
      record: () => {},
      commit: async () => {
        const known = held.filter(([id]) => documents.has(id)).length;
        const receipt = { stored: held.length - known, alreadyThere: known, quarantined: asides.length };
        for (const [id, of] of held) documents.set(id, of);
        for (const one of asides) aside.set(asideId(one), one);
        held = [];
        asides = [];
        return receipt;
      },
    };
  }
}
