/**
 * Are messages right? A log of three hosts, cut into rotated files at random, imported in any order by several commands; then every
 * message that has left is held, in every field, against what the generator knows of it.
 */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt } from '../postfix/message/attempt.js';
import type { Message } from '../postfix/message/message.js';
import { count } from '../report/render/number.js';
import { openReader } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { dataPath, postscope } from './checkout.js';
import { NotMeasured, runNode } from './child.js';
import { generate, type MessageTruth } from './generate/index.js';
import { Random } from './generate/random.js';
import { removeStore } from './importing.js';
import { byMessage, isRight, keyOf, keyOfTruth, type LeftTruth } from './judge.js';
import { atLeast, resultsText } from './results.js';

export interface MessagesOptions {
  readonly lines: number;
  readonly seed: number;
}

/** Imports, each of some of the files. */
const commands = 4;
/** Nobody reads these stamps later than the last line: the year of all stamps is that of the file. */
const end = new Date('2026-11-20T00:00:00Z');

export async function messagesAgainstTruth({ lines, seed }: MessagesOptions): Promise<number> {
  const folder = dataPath('messages');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = new Random(seed);
  const { files, truths } = cut(folder, lines, seed, random);
  const store = join(folder, 'store.duckdb');
  removeStore(store);
  for (let i = files.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [files[i], files[j]] = [files[j] as string, files[i] as string];
  }
  const each = Math.ceil(files.length / commands);
  for (let at = 0; at < files.length; at += each) {
    runNode(postscope, ['import', '--quiet', '--zone', 'UTC', '--store', store, ...files.slice(at, at + each)]);
  }
  const reader = await openReader({ path: store });
  try {
    if ((await reader.unfolded()) > 0) throw new NotMeasured('lines are left of which no messages were made');
    const messages = new Map<string, Message>();
    for (const message of await allMessages(reader)) if (message.removal !== undefined) messages.set(keyOf(message), message);
    const tries = byMessage(await allAttempts(reader));
    const left = truths.filter((truth): truth is LeftTruth => truth.removed !== null);
    const right = left.filter((truth) => isRight(truth, messages.get(keyOfTruth(truth)), tries)).length;
    const share = right / left.length;
    console.log(
      resultsText([
        { what: `files, imported in any order by ${commands} commands`, figure: count(files.length) },
        { what: 'messages whose removal is in the log', figure: count(left.length) },
        { what: 'right in every field', figure: `${(100 * share).toFixed(3)} %`, bar: atLeast(share, 0.999, '99.9 %') },
      ]),
    );
    return 0;
  } finally {
    await reader.close();
  }
}

function cut(folder: string, lines: number, seed: number, random: Random): { files: string[]; truths: MessageTruth[] } {
  const files: string[] = [];
  const truths: MessageTruth[] = [];
  let part: string[] = [];
  let length = 0;
  const write = () => {
    const path = join(folder, `maillog-${String(files.length).padStart(5, '0')}`);
    writeFileSync(path, `${part.join('\n')}\n`);
    utimesSync(path, end, end);
    files.push(path);
    part = [];
  };
  for (const item of generate({ seed, hosts: 3, days: 2, lines })) {
    if (item.kind !== 'line') {
      truths.push(item.message);
      continue;
    }
    part.push(item.line);
    if (part.length > length) {
      if (length > 0) write();
      length = 1 + random.below(20_000);
    }
  }
  if (part.length > 0) write();
  return { files, truths };
}

const page = 5_000;

/** All pages of an answer. */
async function all<Item>(
  ask: (after: { readonly after?: string }) => Promise<{ readonly items: readonly Item[]; readonly next?: string }>,
): Promise<Item[]> {
  const found: Item[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await ask(after === undefined ? {} : { after });
    for (const item of items) found.push(item);
    if (next === undefined) return found;
    after = next;
  }
}

const allMessages = (reader: Reader): Promise<Message[]> =>
  all(async (after) => {
    const { messages: items, ...rest } = await reader.messages({ limit: page, ...after });
    return { items, ...rest };
  });

const allAttempts = (reader: Reader): Promise<Attempt[]> =>
  all(async (after) => {
    const { attempts: items, ...rest } = await reader.attempts({ limit: page, ...after });
    return { items, ...rest };
  });
