/**
 * Facts of messages in flight in Redis, for any number of workers. Shelves expire: nothing is kept that nobody asks for, and what
 * was asked for again is filled from the store. Their names hold the run of the server: one that was started again has lost its
 * last second (`appendfsync everysec`), and one that took over from another may lack what that one had, so that nothing of before counts.
 */
import { Redis } from 'ioredis';
import type { Fact } from '../../postfix/message/fact.js';
import { optionsOf, placeOf, type RedisConnection } from '../../queue/bullmq/connection.js';
import { QueueError, queueError } from '../../queue/bullmq/errors.js';
import { type KnownShelf, KnownShelves } from './known.js';
import { type FactState, type Round, StateAway, StateLost } from './port.js';
import { divided, type Expiry, RedisRound, type Script } from './redis_round.js';
import * as scripts from './scripts.js';
import { isOfQueue } from './shelves.js';

export interface RedisFactsOptions {
  readonly redis: RedisConnection;
  /** What all keys begin with: workers that write into the same store have to name the same, and no others. */
  readonly prefix: string;
  /** Milliseconds until a shelf that nobody touches is gone. */
  readonly expiry?: Partial<Expiry>;
}

const usual: Expiry = { flying: 2 * 3_600_000, ended: 20_000, process: 60_000 };

/** Shelves of one script, so that Redis can do something else in between. */
const part = 300;

/** Scripts on their way: Redis runs one, and the next is there when it is done. */
const atOnce = 3;

/** Of how a shelf is written (scripts.ts). A worker of another version has shelves of its own, which it fills from the store. */
const version = 3;

export class RedisFacts implements FactState {
  private readonly redis: Redis;
  private readonly place: string;
  private readonly expiry: Expiry;
  private readonly prefix: string;
  private readonly known = new KnownShelves();
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
    const on = { connection, base: `${this.prefix}:${version}:${run}:` };
    const [queues, processes] = divided([...facts.keys()], isOfQueue);
    const given = new Map<string, KnownShelf>();
    const put = async (shelves: readonly string[], expiry: number) => {
      const textOf = (shelf: string) => JSON.stringify(facts.get(shelf));
      const answers = await this.inParts(on, shelves, true, (from, to) => [scripts.put, [expiry, ...shelves.slice(from, to).map(textOf)]]);
      let i = 0;
      for (const [, born, ...counts] of answers as [string, string, ...number[]][]) {
        for (const puts of counts) {
          const shelf = shelves[i++] as string;
          given.set(shelf, { born, puts, facts: facts.get(shelf) as readonly Fact[] });
        }
      }
      return (answers as [string][]).at(-1)?.[0];
    };
    if (processes.length > 0) await put(processes, this.expiry.process);
    // Also where there is none, as it makes the version, which comes after all facts.
    return new RedisRound(Number(await put(queues, this.expiry.flying)), {
      ask: (shelves, withState, script) => this.inParts(on, shelves, withState, script),
      given,
      known: this.known,
      expiry: this.expiry,
      lose: (shelf) => this.send(on, (redis, base) => redis.del(base + shelf)),
    });
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }

  /** Few parts at a time, as their words are as long as the lines that they tell of. @returns what each part answers */
  private async inParts(on: On, shelves: readonly string[], withState: boolean, script: Script): Promise<unknown[]> {
    const asked: Promise<unknown>[] = [];
    for (let from = 0; from === 0 || from < shelves.length; from += part) {
      const some = shelves.slice(from, from + part);
      const [lua, words] = script(from, from + some.length);
      const answer = this.send(on, (redis, base) => {
        const keys = some.map((shelf) => base + shelf);
        if (withState) keys.unshift(`${base}state`);
        return redis.eval(lua, keys.length, ...keys, ...words);
      });
      // It fails where it is waited for.
      answer.catch(() => {});
      asked.push(answer);
      await asked.at(-atOnce);
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
