/** Messages of a cluster that name somebody: they are folded again of the lines that do not, or go. */

import { queueKey } from '../../postfix/message/keys.js';
import type { Message } from '../../postfix/message/message.js';
import type { Eraser } from '../../postfix/privacy/erasure.js';
import { Zone } from '../../postfix/zone.js';
import { MemoryFacts } from '../../workers/state/memory.js';
import type { Asked, Query } from './asked.js';
import type { Derived } from './document.js';
import { documents, type Found, mayNameIn, type Writing } from './erase_documents.js';
import { Folding, type FoldingOptions } from './folding.js';
import { toIndexedAttempt, toIndexedMessage } from './message_document.js';
import { all, any } from './questions/within.js';
import { StoredLines } from './stored.js';

/** What a document of a message, an attempt or a delivery has, as far as it is looked at here. */
export interface MadeOfLines {
  readonly '@timestamp': string;
  readonly event: { readonly id: string; readonly action: 'message' | 'attempt' | 'delivery' };
  readonly host: { readonly name: string };
  readonly email?: { readonly local_id?: string };
  readonly postfix: {
    readonly micros: number;
    readonly local_time?: Derived['local_time'];
    readonly message_document?: string;
    readonly alone?: boolean;
    readonly folded?: unknown;
  };
}

export type Made = Found<MadeOfLines>;

/** Values of a field in one question. */
const atOnce = 1_000;

const messageFields = [
  ...['email.from.address', 'email.to.address', 'postfix.orig_to', 'email.message_id', 'postfix.resent_message_id'],
  ...['user.name', 'postfix.helo'],
];

export const keyOf = ({ host, email }: MadeOfLines): string | undefined =>
  email?.local_id === undefined ? undefined : queueKey(host.name, email.local_id);

/** Messages and attempts that name them by themselves, whether their lines are there or not. @throws StoreError */
export async function madeNaming(asked: Asked, eraser: Eraser): Promise<Made[]> {
  const found: Made[] = [];
  const ask = async (index: string, query: Query) => {
    for await (const some of documents<MadeOfLines>(asked, index, query)) {
      found.push(...some.filter(({ source }) => eraser.eraseIn(source) !== source));
    }
  };
  await ask(asked.names.messages, mayNameIn(eraser, messageFields));
  await ask(asked.names.attempts, mayNameIn(eraser, ['postfix.reason.text']));
  return found;
}

/** All that was made of lines of these queue IDs. @throws StoreError */
export async function madeOf(asked: Asked, queues: Iterable<string>): Promise<Made[]> {
  const found: Made[] = [];
  for (const some of parts([...queues], atOnce)) {
    const wanted = new Set(some);
    const query = all({ terms: { 'email.local_id': some.map((key) => key.slice(key.lastIndexOf(' ') + 1)) } });
    for await (const made of documents<MadeOfLines>(asked, `${asked.names.messages},${asked.names.attempts}`, query)) {
      found.push(...made.filter(({ source }) => wanted.has(keyOf(source) ?? '')));
    }
  }
  return found;
}

/** Attempts, and what deliveries tell of c, of some messages. @throws StoreError */
export async function madeWith(asked: Asked, messages: readonly string[]): Promise<Made[]> {
  const found: Made[] = [];
  for (const some of parts(messages, atOnce)) {
    const query = any({ terms: { 'postfix.message_document': [...some] } });
    for await (const made of documents<MadeOfLines>(asked, asked.names.attempts, query)) found.push(...made);
  }
  return found;
}

/** Folds again what lines of these queue IDs there are. @param made what was made of them before @throws StoreError */
export async function foldAgain(
  asked: Asked,
  queues: ReadonlySet<string>,
  made: readonly Made[],
  options: Omit<FoldingOptions, 'state' | 'stored'>,
): Promise<void> {
  const stored = new StoredLines(asked, options.patience);
  const clocks = wallClocks(made);
  const folding = new Folding({ ...options, state: new MemoryFacts(), stored });
  await stored.refresh();
  for (const some of parts([...queues], atOnce)) {
    const facts = await stored.facts({ queues: some, processes: [] }, () => false);
    await folding.fold({ facts, again: new Set(facts.map(({ id }) => id)), zones: clocks });
  }
  asked.changed();
}

/** Of messages without lines, which cannot be folded: the name goes where it stands. @throws StoreError */
export async function eraseMade(made: readonly Made[], eraser: Eraser, writing: Writing): Promise<void> {
  for (const { index, id, version, source } of made) {
    const { micros: _, local_time, alone, folded } = source.postfix;
    const zone = wallClocks([{ index, id, version, source }]).get(source.host.name);
    const erased = eraser.eraseIn(folded);
    const document =
      source.event.action === 'message'
        ? toIndexedMessage(erased as Message, local_time === undefined ? undefined : zone)
        : source.event.action === 'attempt'
          ? toIndexedAttempt(erased as Parameters<typeof toIndexedAttempt>[0], alone === true, local_time === undefined ? undefined : zone)
          : eraser.eraseIn(source);
    await writing.add({ index: { _index: index, _id: id, version, version_type: 'external_gte' } }, document);
  }
  await writing.end();
}

/** @throws StoreError */
export async function deleteMade(made: readonly Made[], writing: Writing): Promise<void> {
  for (const { index, id, version } of made) {
    await writing.add({ delete: { _index: index, _id: id, version: version + 1, version_type: 'external' } });
  }
  await writing.end();
}

const quarter = 900_000;
const hour = 3_600_000;

/** The zone of a host is not kept, but what its clock showed when things were written is: at other times it says the same as then. */
class WallClock extends Zone {
  private readonly offsets = new Map<number, number>();
  private last = 0;

  constructor() {
    super('UTC');
  }

  learn(time: number, shown: Derived['local_time']): void {
    const at = Math.floor(time / quarter) * quarter;
    const utc = new Date(at);
    const days = ((shown.weekday - ((utc.getUTCDay() + 6) % 7) - 1 + 10) % 7) - 3;
    this.last = (days * 24 + shown.hour - utc.getUTCHours()) * hour;
    this.offsets.set(at, this.last);
  }

  override offsetAt(utc: number): number {
    return this.offsets.get(Math.floor(utc / quarter) * quarter) ?? this.last;
  }
}

function wallClocks(made: readonly Made[]): Map<string, Zone> {
  const clocks = new Map<string, WallClock>();
  for (const { source } of made) {
    const { micros, local_time } = source.postfix;
    if (local_time === undefined) continue;
    const clock = clocks.get(source.host.name) ?? new WallClock();
    clocks.set(source.host.name, clock);
    clock.learn(micros / 1000, local_time);
  }
  return clocks;
}

export function parts<T>(all: readonly T[], size: number): T[][] {
  const some: T[][] = [];
  for (let from = 0; from < all.length; from += size) some.push(all.slice(from, from + size));
  return some;
}
