/** Rows of messages, attempts and deliveries' attributions: what is counted, and the numbers of the lines that tell the rest. */
import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Fact, Relay } from '../../postfix/message/fact.js';
import type { Span } from '../../postfix/message/interval.js';
import { type Message, states } from '../../postfix/message/message.js';
import { inFileOrder } from '../../postfix/message/order.js';
import type { Streamed } from '../../postfix/message/stream.js';
import { leftAt, timeOf } from '../message_matches.js';
import { numbersText } from './line_numbers.js';
import { within } from './neighbours.js';
import { type Numbering, Recent } from './numbering.js';
import { RowFile, readRows, rowBufferSize } from './rows.js';
import { lineIdentity, type StoredFact } from './stored_facts.js';

/** Rows have whole microseconds, which are written fastest. */
const seconds = 'DOUBLE';

export const messageColumns = {
  n: 'BIGINT',
  pass: 'INTEGER',
  time: 'BIGINT',
  kept: seconds,
  origin: 'INTEGER',
  queue: 'BIGINT',
  print: 'INTEGER',
  state: 'INTEGER',
  complete: 'BOOLEAN',
  doubled: 'BOOLEAN',
  recipients: 'INTEGER',
  size: 'BIGINT',
  delay: seconds,
  lines: 'VARCHAR',
} as const;

export const attemptColumns = {
  n: 'BIGINT',
  pass: 'INTEGER',
  time: 'BIGINT',
  origin: 'INTEGER',
  relay: 'INTEGER',
  result: 'INTEGER',
  seconds: seconds,
  least: seconds,
  most: seconds,
  message: 'BIGINT',
  alone: 'BOOLEAN',
  named: 'BIGINT',
} as const;

export const restColumns = {
  n: 'BIGINT',
  pass: 'INTEGER',
  time: 'BIGINT',
  origin: 'INTEGER',
  relay: 'INTEGER',
  c: seconds,
  failed: seconds,
  rest: seconds,
  vague: 'BOOLEAN',
  message: 'BIGINT',
} as const;

/** How an attempt ended, as it is numbered. */
export const resultColumns = {
  outcome: 'VARCHAR',
  kind: 'VARCHAR',
  phase: 'VARCHAR',
  reply_code: 'INTEGER',
  enhanced_code: 'VARCHAR',
  doubled: 'BOOLEAN',
} as const;

const tables = { messages: messageColumns, attempts: attemptColumns, rests: restColumns } as const;
export type MessageTable = keyof typeof tables;
export const messageTables = Object.keys(tables) as MessageTable[];

/** Closes the files, and takes their rows into their tables. */
export function insertStatements(files: RowFiles): string[] {
  return messageTables.flatMap((table) => {
    const file = files[table];
    file.close();
    if (file.rows === 0) return [];
    const columns = Object.entries(tables[table]);
    const taken = columns.map(([name, type]) => (type === seconds ? `${name} / 1e6` : name));
    const written = Object.fromEntries(columns.map(([name, type]) => [name, type === seconds ? 'BIGINT' : type]));
    return [`INSERT INTO ${table} SELECT ${taken.join(', ')} FROM ${readRows(file.path, written)}`];
  });
}

/** What messages of a queue ID on a host are found by: 40 bits. Who finds them so looks at their lines. */
export const queuePrint = (host: string, queueId: string) => Number.parseInt(hash('md5', `${host}\0${queueId}`, 'hex').slice(0, 10), 16);

/** 24 bits of a message's identity; who finds it by them looks at the message. */
export const idPrint = (id: string) => {
  const bytes = Buffer.from(id.slice(0, 4), 'base64url');
  return bytes.length < 3 ? -1 : bytes.readUIntBE(0, 3);
};

type ResultKey = 'outcome' | 'kind' | 'phase' | 'replyCode' | 'enhancedCode' | 'mayBeDouble';

/** Rows to be, in files. */
export type RowFiles = Readonly<Record<MessageTable, RowFile>>;

export type RowBuffers = Readonly<Record<MessageTable, Buffer>>;

const perTable = <T>(make: (table: MessageTable) => T) =>
  ({ messages: make('messages'), attempts: make('attempts'), rests: make('rests') }) as const;

/** Buffers for the files of one transaction. */
export const rowBuffers = (): RowBuffers => perTable(() => Buffer.allocUnsafe(rowBufferSize));

/** @param path what the names of the files begin with */
export function openRowFiles(path: string, buffers: RowBuffers): RowFiles {
  mkdirSync(dirname(path), { recursive: true });
  return perTable((table) => new RowFile(`${path}${table}`, buffers[table]));
}

/** How many rows were written. */
export interface Written {
  messages: number;
  attempts: number;
}

/** What of all that was folded is to be written. */
export interface Wanted {
  message(message: Message): boolean;
  attempt(attempt: Attempt): boolean;
  /** The line that names the relay of an attempt without a message; 0 where there is none. */
  named(attempt: string): number;
}

/** Whatever was added comes back with what is stored of it. */
export const factsOf = ({ facts }: Streamed, message: string) => facts.get(message) as unknown as readonly StoredFact[];

/** Where seconds can be anything within, and not the second that the log has (FACTS 2). */
const isVague = ({ least, most }: Span) => most - least > 2.1;

const noRelay: Relay = { host: 'none' };

export class MessageRows {
  private readonly recentResults = new Recent<{ readonly [K in ResultKey]: Attempt[K] | undefined } & { readonly id: number }>();
  private readonly recentRelays = new Recent<{ host: string; ip: string | undefined; port: number | undefined; id: number }>();

  /** @param originOf a number of an origin, by its host */
  constructor(
    readonly files: RowFiles,
    private readonly pass: number,
    private readonly originOf: ReadonlyMap<string, number>,
    private readonly relays: Numbering,
    private readonly results: Numbering,
  ) {}

  close(): void {
    for (const table of messageTables) this.files[table].close();
  }

  /** @param written what is written is counted in it */
  write(given: Streamed, written: Written, wanted: Wanted): void {
    for (const message of given.messages) {
      if (!wanted.message(message)) continue;
      this.message(message, factsOf(given, message.id));
      written.messages++;
    }
    const isAlone = aloneAmong(given.attempts);
    for (const attempt of given.attempts) {
      if (!wanted.attempt(attempt)) continue;
      const { id, message } = attempt;
      const first = message === undefined ? undefined : factsOf(given, message)[0]?.stored.n;
      this.attempt(attempt, first, isAlone(attempt), message === undefined ? wanted.named(id) : 0);
      written.attempts++;
    }
  }

  /** @param facts that it was made of, the first of its life first */
  private message(message: Message, facts: readonly StoredFact[]): void {
    const { messages: rows } = this.files;
    const [first] = facts as [StoredFact];
    const { n } = first.stored;
    const id = message.id === first.id ? lineIdentity(first) : message.id;
    rows.integer(n);
    rows.small(this.pass);
    rows.time(timeOf(message));
    const left = leftAt(message);
    rows.seconds(left === undefined ? undefined : (left - timeOf(message)) / 1000);
    rows.small(this.originOf.get(message.host) as number);
    rows.integer(queuePrint(message.host, message.queueId));
    rows.integer(idPrint(id));
    rows.small(states.indexOf(message.state));
    rows.flag(message.complete);
    rows.flag(message.possibleDoubles > 0);
    rows.integer(message.recipientCount ?? message.recipients.length);
    rows.optional(message.size);
    rows.seconds(message.delay);
    rows.text(numbersText(numbersOf(facts), n), true);
    rows.end();
    this.rests(message, n);
  }

  private rests(message: Message, first: number): void {
    const { rests: rows } = this.files;
    for (const { deliveries } of message.recipients) {
      for (const { id, time, relay, delays, attribution } of deliveries) {
        if (attribution === undefined) continue;
        rows.integer(Number(id));
        rows.small(this.pass);
        rows.time(time);
        rows.small(this.originOf.get(message.host) as number);
        rows.small(this.relayId(relay));
        rows.seconds(delays.c);
        rows.seconds(attribution.failed.reduce((sum, { seconds: { likely } }) => sum + likely, 0));
        rows.seconds(attribution.rest.likely);
        rows.flag(isVague(attribution.rest));
        rows.integer(first);
        rows.end();
      }
    }
  }

  /**
   * @param message the number of its message's first line
   * @param alone whether its message has no other that is alike
   * @param named of one without a message: the line that names its relay
   */
  private attempt(attempt: Attempt, message: number | undefined, alone: boolean, named: number): void {
    const { attempts: rows } = this.files;
    const { seconds: taken } = attempt;
    rows.integer(Number(attempt.id));
    rows.small(this.pass);
    rows.time(attempt.time);
    rows.small(this.originOf.get(attempt.host) as number);
    rows.small(this.relayId(attempt.relay));
    rows.small(this.resultId(attempt));
    rows.seconds(taken?.likely);
    rows.seconds(taken?.least);
    rows.seconds(taken?.most);
    rows.optional(message);
    rows.flag(alone);
    rows.optional(named === 0 ? undefined : named);
    rows.end();
  }

  private relayId({ host, ip, port }: Relay = noRelay): number {
    const recent = this.recentRelays.find((relay) => relay.ip === ip && relay.host === host && relay.port === port);
    if (recent !== undefined) return recent.id;
    const id = this.relays.id(`${host}\x01${ip ?? ''}\x01${port ?? ''}`);
    this.recentRelays.add({ host, ip, port, id });
    return id;
  }

  private resultId({ outcome, kind, phase, replyCode, enhancedCode, mayBeDouble }: Attempt): number {
    const recent = this.recentResults.find(
      (result) =>
        result.replyCode === replyCode &&
        result.enhancedCode === enhancedCode &&
        result.kind === kind &&
        result.phase === phase &&
        result.outcome === outcome &&
        result.mayBeDouble === mayBeDouble,
    );
    if (recent !== undefined) return recent.id;
    const id = this.results.id(
      `${outcome}\x01${kind ?? ''}\x01${phase ?? ''}\x01${replyCode ?? ''}\x01${enhancedCode ?? ''}\x01${mayBeDouble === true}`,
    );
    this.recentResults.add({ outcome, kind, phase, replyCode, enhancedCode, mayBeDouble, id });
    return id;
  }
}

/** Tells which attempts are the only ones of their message that are alike: whoever counts those counts messages. */
export function aloneAmong(attempts: readonly Attempt[]): (attempt: Attempt) => boolean {
  const first = new Map<string, Attempt>();
  /** Of messages with several. */
  const several = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    if (attempt.message === undefined) continue;
    const before = first.get(attempt.message);
    if (before === undefined) first.set(attempt.message, attempt);
    else within(several, attempt.message, () => [before]).push(attempt);
  }
  const alike = new Map<string, number>();
  for (const all of several.values()) {
    for (const attempt of all) alike.set(sortOf(attempt), (alike.get(sortOf(attempt)) ?? 0) + 1);
  }
  return (attempt) => attempt.message !== undefined && (!several.has(attempt.message) || alike.get(sortOf(attempt)) === 1);
}

/** What is alike has the same: how it ended aside whether a copy may exist, as `tries` counts it. */
const sortOf = ({ message, relay, outcome, kind, phase, replyCode, enhancedCode }: Attempt) =>
  JSON.stringify([message, relay?.host, relay?.ip, relay?.port, outcome, kind, phase, replyCode, enhancedCode]);

/**
 * The lines that a message is folded of again: its own, those that name its relays, and where its deliveries were not one after
 * the other in their process, a line that stands between.
 */
export function numbersOf(facts: readonly StoredFact[]): number[] {
  const numbers: number[] = [];
  let steps = 0;
  for (const { is, stored } of facts) {
    numbers.push(stored.n);
    if (stored.named > 0) numbers.push(stored.named);
    if (is === 'delivery' || is === 'failure') steps++;
  }
  if (steps > 1) numbers.push(...between(facts));
  return isRising(numbers) ? numbers : [...new Set(numbers)].sort((a, b) => a - b);
}

function isRising(numbers: readonly number[]): boolean {
  for (let i = 1; i < numbers.length; i++) if ((numbers[i] as number) <= (numbers[i - 1] as number)) return false;
  return true;
}

/** Lines of its processes that stand between those about one message. */
function between(facts: readonly StoredFact[]): number[] {
  const own = new Set(facts.map(({ stored }) => stored.n));
  /** Of each process, the first line about it. */
  const first = new Map<string, StoredFact>();
  const processOf = ({ program, pid }: Fact) => `${program}[${pid ?? ''}]`;
  const steps = facts.filter(({ is }) => is === 'delivery' || is === 'failure');
  for (const step of steps) {
    const known = first.get(processOf(step));
    if (known === undefined || inFileOrder(step, known) < 0) first.set(processOf(step), step);
  }
  return steps.flatMap((step) => {
    const { before } = step.stored;
    return step === first.get(processOf(step)) || before === 0 || own.has(before) ? [] : [before];
  });
}
