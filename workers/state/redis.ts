/**
 * Facts of messages in flight in Redis, for any number of workers. Shelves expire: nothing is kept that nobody asks for, and what
 * was asked for again is filled from the store. Their names hold the run of the server: one that was started again has lost its
 * last second (`appendfsync everysec`), and one that took over from another may lack what that one had, so that nothing of before counts.
 */
import { Redis } from 'ioredis';
import type { Fact } from '../../postfix/message/fact.js';
import { factSchema } from '../../postfix/message/schema.js';
import { optionsOf, placeOf, type RedisConnection } from '../../queue/bullmq/connection.js';
import { QueueError, queueError } from '../../queue/bullmq/errors.js';
import { type Claimed, type FactState, type Name, type Round, type Shelf, StateAway, StateLost } from './port.js';
import * as scripts from './scripts.js';
import { isOfQueue } from './shelves.js';
import { Texts } from './texts.js';

export interface RedisFactsOptions {
  readonly redis: RedisConnection;
  /** What all keys begin with: workers that write into the same store have to name the same, and no others. */
  readonly prefix: string;
  /** Milliseconds until a shelf that nobody touches is gone. */
  readonly expiry?: Partial<Expiry>;
}

interface Expiry {
  /** Of a message in flight: longer than between most tries of a message that is deferred (maximal_backoff_time, 4000 s). */
  readonly flying: number;
  /** Of one that has left the queue: longer than it takes until what was stored can be searched for. */
  readonly ended: number;
  /** Of a process: what it wrote is asked for with every line of it. */
  readonly process: number;
}

const usual: Expiry = { flying: 2 * 3_600_000, ended: 20_000, process: 60_000 };

/** Shelves of one script, so that Redis can do something else in between. */
const part = 300;

const factsSchema = factSchema.array();

export class RedisFacts implements FactState {
  private readonly redis: Redis;
  private readonly place: string;
  private readonly expiry: Expiry;
  private readonly prefix: string;
  private readonly texts = new Texts();
  /** Counted: what was said on another connection may have been said to another server. */
  private connection = 0;
  private run: { readonly connection: number; readonly id: string } | undefined;
  private trouble: Error | undefined;

  constructor({ redis, prefix, expiry = {} }: RedisFactsOptions) {
    this.place = placeOf(redis);
    this.prefix = prefix;
    this.expiry = { ...usual, ...expiry };
    // What was sent when a connection broke is not sent again on the next: whoever sent it begins anew.
    this.redis = new Redis({ ...optionsOf(redis), enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    this.redis.on('error', (error) => {
      this.trouble = error;
    });
    this.redis.on('close', () => {
      this.connection++;
    });
  }

  async begin(facts: ReadonlyMap<string, readonly Fact[]>): Promise<Round> {
    const { connection } = this;
    const run = await this.runId();
    const on = { connection, base: `${this.prefix}:${run}:` };
    const [queues, processes] = divided([...facts.keys()], isOfQueue);
    const each = new Map<Fact, string>();
    const put = (shelves: readonly string[], expiry: number) => {
      const texts = shelves.map((shelf) => this.texts.textOf(facts.get(shelf) as readonly Fact[], each));
      return this.inParts(on, shelves, true, (from, to) => [scripts.put, [expiry, ...texts.slice(from, to)]]);
    };
    if (processes.length > 0) await put(processes, this.expiry.process);
    // Also where there is none, as it makes the version, which comes after all facts.
    const versions = await put(queues, this.expiry.flying);
    return new RedisRound(Number(versions.at(-1)), {
      ask: (shelves, withState, script) => this.inParts(on, shelves, withState, script),
      texts: this.texts,
      expiry: this.expiry,
      lose: (shelf) => this.send(on, (redis, base) => redis.del(base + shelf)),
    });
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }

  /** @returns what each part answers */
  private async inParts(on: On, shelves: readonly string[], withState: boolean, script: Script): Promise<unknown[]> {
    const asked: Promise<unknown>[] = [];
    for (let from = 0; from === 0 || from < shelves.length; from += part) {
      const some = shelves.slice(from, from + part);
      const [lua, words] = script(from, from + some.length);
      asked.push(
        this.send(on, (redis, base) => {
          const keys = [...(withState ? [`${base}state`] : []), ...some.map((shelf) => base + shelf)];
          return redis.eval(lua, keys.length, ...keys, ...words);
        }),
      );
    }
    return Promise.all(asked);
  }

  private async send<T>(on: On, command: (redis: Redis, base: string) => Promise<T>): Promise<T> {
    if (on.connection !== this.connection) throw new StateLost(`the connection to Redis at ${this.place} broke`);
    try {
      return await command(this.redis, on.base);
    } catch (error) {
      throw this.meaningOf(error);
    }
  }

  /** It is another one after each start of the server. */
  private async runId(): Promise<string> {
    const { connection } = this;
    if (this.run?.connection === connection) return this.run.id;
    let info: string;
    try {
      info = await this.redis.info('server');
    } catch (error) {
      throw this.meaningOf(error);
    }
    const id = /^run_id:(\w+)/m.exec(info)?.[1]?.slice(0, 16);
    if (id === undefined) throw new QueueError('other', `Redis at ${this.place} does not say which run of it this is (INFO server)`);
    this.run = { connection, id };
    return id;
  }

  private meaningOf(thrown: unknown): Error {
    const { message } = thrown as Error;
    // Whatever ioredis says of a connection that is not there, the connection itself said why.
    const isGone = /max retries|writeable|closed|timed out/i.test(message);
    const error = queueError(isGone ? (this.trouble ?? thrown) : thrown, this.place);
    if (error.code === 'denied' || error.code === 'untrusted' || error.code === 'too_old') return error;
    // An error of a command in a script has the script's name in front of it.
    const passes = isGone || error.code !== 'other' || /\b(?:OOM|MISCONF|READONLY|LOADING|BUSY)\b/.test(message);
    return passes ? new StateAway(error.message, { cause: thrown }) : error;
  }
}

/** Which server a round speaks to. */
interface On {
  readonly connection: number;
  readonly base: string;
}

type Script = (from: number, to: number) => [script: string, words: (string | number)[]];

interface Asking {
  ask(shelves: readonly string[], withState: boolean, script: Script): Promise<unknown[]>;
  lose(shelf: string): Promise<unknown>;
  readonly texts: Texts;
  readonly expiry: Expiry;
}

class RedisRound implements Round {
  private born = '';

  constructor(
    readonly version: number,
    private readonly asking: Asking,
  ) {}

  async read(shelves: readonly string[]) {
    const { expiry } = this.asking;
    const found = new Map<string, Shelf>();
    let young = false;
    for (const kind of divided(shelves, isOfQueue)) {
      if (kind.length === 0) continue;
      const live = isOfQueue(kind[0] as string) ? expiry.flying : expiry.process;
      const answers = (await this.asking.ask(kind, true, () => [scripts.read, [live]])) as [string, number, ...string[][]][];
      let i = 0;
      for (const [born, refreshed, ...hashes] of answers) {
        this.born = born;
        if (refreshed === 0) young = true;
        for (const hash of hashes) {
          const shelf = kind[i++] as string;
          found.set(shelf, await this.shelfOf(shelf, hash));
        }
      }
    }
    return { shelves: shelves.map((shelf) => found.get(shelf) as Shelf), young };
  }

  async refreshed(): Promise<void> {
    await this.asking.ask([], true, () => [scripts.refreshed, [this.born]]);
  }

  async fill(shelves: Parameters<Round['fill']>[0]): Promise<void> {
    if (shelves.length === 0) return;
    const words = shelves.map(({ born, facts }) => [born, facts.length === 0 ? '' : this.asking.texts.textOf(facts)]);
    await this.asking.ask(
      shelves.map(({ shelf }) => shelf),
      false,
      (from, to) => [scripts.fill, words.slice(from, to).flat()],
    );
  }

  async claim(claims: Parameters<Round['claim']>[0]): Promise<readonly Claimed[]> {
    if (claims.length === 0) return [];
    const words = claims.map(({ born, names, found }) => [born, names.join('\n'), found === undefined ? '?' : linesOf(found)]);
    const answers = await this.asking.ask(
      claims.map(({ shelf }) => shelf),
      false,
      (from, to) => [scripts.claim, [this.version, ...words.slice(from, to).flat()]],
    );
    return (answers as string[][]).flat().map((answer) => {
      if (answer === 'lost') throw new StateLost('a shelf whose documents were to be written is gone');
      return answer === 'superseded' ? answer : { stale: namesIn(answer) };
    });
  }

  async settle(written: Parameters<Round['settle']>[0]): Promise<void> {
    if (written.length === 0) return;
    const words = written.map(({ born, ended }) => [born, ended ? '1' : '0']);
    const lost = await this.asking.ask(
      written.map(({ shelf }) => shelf),
      false,
      (from, to) => [scripts.settle, [this.version, this.asking.expiry.ended, ...words.slice(from, to).flat()]],
    );
    if ((lost as number[]).some((count) => count > 0)) throw new StateLost('a shelf whose documents were written is gone');
  }

  private async shelfOf(shelf: string, hash: readonly string[]): Promise<Shelf> {
    let born = '';
    let filled = false;
    let documented = false;
    const facts: Fact[] = [];
    for (let i = 0; i < hash.length; i += 2) {
      const field = hash[i] as string;
      if (field === '.born') born = hash[i + 1] as string;
      else if (field === '.filled') filled = true;
      else if (field === '.documented') documented = true;
      else if (field.startsWith('[')) {
        const some = this.asking.texts.factsOf(field, (value) => factsSchema.safeParse(value).data);
        if (some === undefined) {
          // Somebody else's, or of another version; the store knows better.
          await this.asking.lose(shelf);
          throw new StateLost(`what Redis has under ${shelf} is no list of facts`);
        }
        facts.push(...some);
      }
    }
    return { born, facts, filled, documented };
  }
}

function divided<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  const parts: [T[], T[]] = [[], []];
  for (const one of all) parts[is(one) ? 0 : 1].push(one);
  return parts;
}

const linesOf = (found: ReadonlyMap<Name, number>) => [...found].map(([name, version]) => `${name}\n${version}\n`).join('');

function namesIn(lines: string): Map<Name, number> {
  const names = new Map<Name, number>();
  const parts = lines.split('\n');
  for (let i = 0; i + 1 < parts.length; i += 2) names.set(parts[i] as string, Number(parts[i + 1]));
  return names;
}
