/** One round on Redis (port.ts): its scripts' words and answers. What a shelf has is only fetched where this process does not know it. */
import type { Fact } from '../../postfix/message/fact.js';
import { factSchema } from '../../postfix/message/schema.js';
import type { KnownShelf, KnownShelves } from './known.js';
import { type Claimed, type Name, type Round, type Shelf, StateLost } from './port.js';
import * as scripts from './scripts.js';
import { isOfQueue } from './shelves.js';

const factsSchema = factSchema.array();

/** Milliseconds until a shelf that nobody touches is gone. */
export interface Expiry {
  /** Of a message in flight: longer than between most tries of a message that is deferred (maximal_backoff_time, 4000 s). */
  readonly flying: number;
  /** Of one that has left the queue: longer than it takes until what was stored can be searched for. */
  readonly ended: number;
  /** Of a process: what it wrote is asked for with every line of it. */
  readonly process: number;
}

export type Script = (from: number, to: number) => [script: string, words: (string | number)[]];

/** What a round asks Redis by. */
export interface Asking {
  ask(shelves: readonly string[], withState: boolean, script: Script): Promise<unknown[]>;
  lose(shelf: string): Promise<unknown>;
  /** What the round has put on a shelf, with its puts by then. Where that was the first put, it was mostly born with it. */
  readonly given: ReadonlyMap<string, KnownShelf>;
  readonly known: KnownShelves;
  readonly expiry: Expiry;
}

export class RedisRound implements Round {
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
      const expected = kind.map((shelf) => this.expectedOf(shelf));
      const words = expected.map((one) => (one === undefined ? '' : `${one.born} ${one.puts}`));
      const answers = await this.asking.ask(kind, true, (from, to) => [scripts.read, [live, ...words.slice(from, to)]]);
      let i = 0;
      for (const [born, refreshed, ...held] of answers as [string, number, ...(string | string[])[]][]) {
        this.born = born;
        if (refreshed === 0) young = true;
        for (const one of held) {
          const shelf = kind[i] as string;
          found.set(
            shelf,
            typeof one === 'string' ? this.unchanged(shelf, expected[i] as KnownShelf, one) : await this.shelfOf(shelf, one),
          );
          i++;
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
    await this.asking.ask(
      shelves.map(({ shelf }) => shelf),
      false,
      (from, to) => [
        scripts.fill,
        shelves.slice(from, to).flatMap(({ born, facts }) => [born, facts.length === 0 ? '' : JSON.stringify(facts)]),
      ],
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
    for (const { shelf, ended } of written) if (ended) this.asking.known.drop(shelf);
    if ((lost as number[]).some((count) => count > 0)) throw new StateLost('a shelf whose documents were written is gone');
  }

  /** What lies on a shelf unless it is another one by now, or somebody else has put something there. */
  private expectedOf(shelf: string): KnownShelf | undefined {
    const known = this.asking.known.get(shelf);
    const given = this.asking.given.get(shelf);
    if (given === undefined) return known;
    if (known?.puts === given.puts) return known;
    if (known?.puts === given.puts - 1) return { ...known, puts: given.puts, facts: [...known.facts, ...given.facts] };
    return given.puts === 1 ? given : undefined;
  }

  private unchanged(shelf: string, { puts, facts }: KnownShelf, answer: string): Shelf {
    const born = answer.slice(2);
    this.asking.known.keep(shelf, { born, puts, facts });
    return { born, facts, filled: answer[0] === 'f', documented: answer[1] === 'd' };
  }

  private async shelfOf(shelf: string, hash: readonly string[]): Promise<Shelf> {
    const values = new Map<string, string>();
    const facts: Fact[] = [];
    for (let i = 0; i < hash.length; i += 2) {
      const field = hash[i] as string;
      if (!field.startsWith('[')) values.set(field, hash[i + 1] as string);
      else facts.push(...(factsIn(field) ?? (await this.lose(shelf))));
    }
    const born = values.get('.born') ?? '';
    this.asking.known.keep(shelf, { born, puts: Number(values.get('.puts') ?? 0), facts });
    return { born, facts, filled: values.has('.filled'), documented: values.has('.documented') };
  }

  /** What lies there is somebody else's, or of another version; the store knows better. */
  private async lose(shelf: string): Promise<never> {
    await this.asking.lose(shelf);
    throw new StateLost(`what Redis has under ${shelf} is no list of facts`);
  }
}

function factsIn(text: string): readonly Fact[] | undefined {
  try {
    return factsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function divided<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
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
