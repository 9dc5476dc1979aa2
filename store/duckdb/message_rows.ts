/** Rows of messages, attempts and deliveries' attributions: what is counted, and the numbers of the lines that tell the rest. */
import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Fact, Relay } from '../../postfix/message/fact.js';
import type { Span } from '../../postfix/message/interval.js';
import { arrivalOf, doublesIn, gapsOf, type Lived, stateOf, states } from '../../postfix/message/message.js';
import { inFileOrder } from '../../postfix/message/order.js';
import { factsIn } from '../../postfix/message/stream.js';
import { KnownRelay, keyOfRelay } from './known_relays.js';
import { longestNumber, writeNumbers } from './line_numbers.js';
import { Numbering, Recent } from './numbering.js';
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
const resultColumns = {
  outcome: 'VARCHAR',
  kind: 'VARCHAR',
  phase: 'VARCHAR',
  reply_code: 'INTEGER',
  enhanced_code: 'VARCHAR',
  doubled: 'BOOLEAN',
} as const;

export const resultNumbering = () => new Numbering('results', resultColumns);

const tables = { messages: messageColumns, attempts: attemptColumns, rests: restColumns } as const;
export type MessageTable = keyof typeof tables;
export const messageTables = Object.keys(tables) as MessageTable[];

const numberColumns = { number: 'INTEGER', id: 'INTEGER' } as const;

/**
 * Closes the files, and takes their rows into their tables.
 * @param relays a file of rows that has the store's number of each relay, where rows have other numbers
 */
export function insertStatements(files: RowFiles, relays?: string): string[] {
  return messageTables.flatMap((table) => {
    const file = files[table];
    file.close();
    if (file.rows === 0) return [];
    const columns = Object.entries(tables[table]);
    const isRenumbered = relays !== undefined && 'relay' in tables[table];
    const taken = columns.map(([name, type]) =>
      type === seconds ? `${name} / 1e6` : name === 'relay' && isRenumbered ? 'numbers.id' : name,
    );
    const written = Object.fromEntries(columns.map(([name, type]) => [name, type === seconds ? 'BIGINT' : type]));
    const join = isRenumbered ? `JOIN ${readRows(relays, numberColumns)} numbers ON number = relay` : '';
    return [`INSERT INTO ${table} SELECT ${taken.join(', ')} FROM ${readRows(file.path, written)} ${join}`];
  });
}

/** What messages of a queue ID on a host are found by: 40 bits. Who finds them so looks at their lines. */
export const queuePrint = (host: string, queueId: string) => printOfHash(hash('md5', `${host}\0${queueId}`, 'base64url'));

/** The first 40 bits of a hash in base64url. */
const printOfHash = (text: string) => Math.floor(leading(text, 7) / 4);

/** The first characters of a text in base64url as a number. */
function leading(text: string, characters: number): number {
  let value = 0;
  for (let i = 0; i < characters; i++) value = value * 64 + (sixBits[text.charCodeAt(i)] as number);
  return value;
}

const sixBits = new Uint8Array(128);
for (const [value, c] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].entries())
  sixBits[c.charCodeAt(0)] = value;

/** 24 bits of a message's identity; who finds it by them looks at the message. */
export const idPrint = (id: string) => (/^[\w-]{4}/.test(id) ? leading(id, 4) : -1);

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

/** Whatever was added to the fold comes back with what is stored of it. */
const stored = (fact: Fact) => (fact as StoredFact).stored;

/** Whether all that a message was made of are lines from before. @param mark lines from this number on are new */
export function isOld(lived: Lived, mark: number): boolean {
  return mark > 0 && factsIn(lived).every((fact) => stored(fact).n < mark);
}

/** Where seconds can be anything within, and not the second that the log has (FACTS 2). */
const isVague = ({ least, most }: Span) => most - least > 2.1;

export class MessageRows {
  private readonly recentResults = new Recent<{ readonly [K in ResultKey]: Attempt[K] | undefined } & { readonly id: number }>();
  private readonly numbers: number[] = [];
  private digits = new Uint8Array(1024);
  /** Of this store: another one in the same process numbers it otherwise. */
  private readonly noRelay = new KnownRelay('none', undefined, undefined, undefined);

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

  /** The row of a message, and those of its tries and deliveries. */
  message(lived: Lived): void {
    const { host, queueId, life, outline, ending, attempts } = lived;
    const [first] = life;
    const { n } = stored(first);
    const missing = gapsOf(outline, ending);
    const time = arrivalOf(life, missing) ?? first.time;
    const { removal, queued, lastDelivery, recipients } = outline;
    const left = removal?.time ?? (ending === undefined ? undefined : (life[life.length - 1] as Fact).time);
    const origin = this.originOf.get(host) as number;
    const isOwn = lived.id === first.id;
    const { messages: rows } = this.files;
    rows.integer(n);
    rows.small(this.pass);
    rows.time(time);
    rows.seconds(left === undefined ? undefined : (left - time) / 1000);
    rows.small(origin);
    rows.integer(isOwn ? queuePrint(host, queueId) : printOfHash(lived.id));
    rows.integer(idPrint(isOwn ? lineIdentity(first as StoredFact) : lived.id));
    rows.small(states.indexOf(stateOf(outline, ending)));
    rows.flag(missing.length === 0);
    rows.flag(doublesIn(attempts) > 0);
    rows.integer(queued?.recipientCount ?? recipients.length);
    rows.optional(queued?.size);
    rows.seconds(lastDelivery?.delay);
    const numbers = this.numbersOf(lived);
    if (this.digits.length < numbers.length * longestNumber) this.digits = new Uint8Array(2 * numbers.length * longestNumber);
    rows.bytes(this.digits, 0, writeNumbers(numbers, n, this.digits));
    rows.end();
    this.rests(lived, n, origin);
    for (const attempt of attempts) this.attempt(attempt, origin, n, attempts.length === 1 || isAlone(attempt, attempts), 0);
  }

  /** @param named the line that names its relay; 0 where there is none */
  stray(attempt: Attempt, named: number): void {
    this.attempt(attempt, this.originOf.get(attempt.host) as number, undefined, false, named);
  }

  private rests({ outline: { recipients }, told }: Lived, first: number, origin: number): void {
    const { rests: rows } = this.files;
    for (const deliveries of recipients) {
      for (const delivery of deliveries) {
        const attribution = told.get(delivery.id)?.attribution;
        if (attribution === undefined) continue;
        let failed = 0;
        for (const { seconds } of attribution.failed) failed += seconds.likely;
        rows.integer(stored(delivery).n);
        rows.small(this.pass);
        rows.time(delivery.time);
        rows.small(origin);
        rows.small(this.relayId(delivery.relay));
        rows.seconds(delivery.c);
        rows.seconds(failed);
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
   */
  private attempt(attempt: Attempt, origin: number, message: number | undefined, alone: boolean, named: number): void {
    const { attempts: rows } = this.files;
    const { seconds: taken } = attempt;
    rows.integer(Number(attempt.id));
    rows.small(this.pass);
    rows.time(attempt.time);
    rows.small(origin);
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

  /**
   * The lines that a message is folded of again: its own, those that name its relays, and where its deliveries were not one after
   * the other in their process, a line that stands between. Good until the next call.
   */
  private numbersOf(lived: Lived): readonly number[] {
    const { numbers } = this;
    numbers.length = 0;
    let steps = 0;
    const facts = factsIn(lived);
    for (const fact of facts) {
      const { n, named } = stored(fact);
      numbers.push(n);
      if (named > 0) numbers.push(named);
      if (fact.is === 'delivery' || fact.is === 'failure') steps++;
    }
    if (steps > 1) numbers.push(...between(facts as readonly StoredFact[]));
    return isRising(numbers) ? numbers : [...new Set(numbers)].sort((a, b) => a - b);
  }

  private relayId(relay: Relay | KnownRelay = this.noRelay): number {
    return relay instanceof KnownRelay ? relay.id(this.relays) : this.relays.id(keyOfRelay(relay));
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

/** Whether a message has no other attempt that is alike: whoever counts those counts messages. */
const isAlone = (attempt: Attempt, all: readonly Attempt[]) => all.every((other) => other === attempt || !isAlike(other, attempt));

/** What is alike has the same: how it ended aside whether a copy may exist, as `tries` counts it. */
const isAlike = (a: Attempt, b: Attempt) =>
  a.outcome === b.outcome &&
  a.kind === b.kind &&
  a.phase === b.phase &&
  a.replyCode === b.replyCode &&
  a.enhancedCode === b.enhancedCode &&
  a.relay?.host === b.relay?.host &&
  a.relay?.ip === b.relay?.ip &&
  a.relay?.port === b.relay?.port;

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
