/** Facts out of stored lines: the line is parsed again, and what the fold needs of it is taken out. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { Clock } from '../../postfix/clock.js';
import { daemons } from '../../postfix/daemons/index.js';
import { identityOf } from '../../postfix/identity.js';
import { type Fact, factOf } from '../../postfix/message/fact.js';
import { keysOf } from '../../postfix/message/keys.js';
import type { Question } from '../../postfix/message/refold.js';
import { type Event, Parser } from '../../postfix/parse.js';
import { Zone } from '../../postfix/zone.js';
import { readMark } from './mark.js';
import { pathOf, runsOf, type Stretch } from './places.js';
import { micros, where } from './scope.js';
import { linesPerBlock, printOf } from './terms.js';

/** What the store knows of the line of a fact. */
export interface StoredLineOf {
  readonly n: number;
  readonly line: string;
  readonly mark: number;
  /** The line before it in its process that names the relay whose TLS failed; 0 where there is none. */
  named: number;
  /** The last line before it in which its process worked on something; 0 where there is none. */
  before: number;
}

/** A fact whose identity is the number of its line, which costs less than that of the line. */
export type StoredFact = Fact & { readonly stored: StoredLineOf };

/** The same fact as everybody knows it. */
export function named(fact: StoredFact): Fact {
  const { stored, ...plain } = fact;
  return { ...plain, id: lineIdentity(fact) };
}

/** The identity of a fact's line. */
export function lineIdentity({ host, time, stored: { line, mark } }: StoredFact): string {
  const { ordinal, encoding } = readMark(mark);
  return identityOf(host, time, { text: line, encoding }, ordinal);
}

/** The stamp was resolved when the line was stored; any clock will do to read it again. */
let now = 0;
const parser = new Parser(new Clock(new Zone('UTC'), () => now));

/** Numbers up to 2^53 come as numbers: a bigint is made for each row otherwise. */
const columns = 'l.n::DOUBLE, l.time::DOUBLE, l.origin, coalesce(l.mark, 0), l."offset"::DOUBLE, l.line';

/** Program of Postfix on a host, by its number. */
interface KnownOrigin {
  readonly host: string;
  readonly program: string;
}

export class StoredFacts {
  private origins = new Map<number, KnownOrigin>();
  private stretches: readonly Stretch[] = [];

  constructor(private readonly store: { readonly connection: DuckDBConnection }) {}

  /** Must be called before anything is asked, and again when lines were added. */
  async refresh(): Promise<void> {
    const { connection } = this.store;
    const origins = (await connection.runAndReadAll('SELECT id, host, program FROM origins')).getRowsJS();
    this.origins = new Map(
      origins
        .filter(([, , program]) => isPostfix((program as string | null) ?? ''))
        .map(([id, host, program]) => [Number(id), { host: host as string, program: program as string }]),
    );
    this.originOf = new Map([...this.origins].map(([id, { host }]) => [host, id]));
    const stretches = await connection.runAndReadAll(
      'SELECT t.first, s.path FROM stretches t JOIN sources s ON s.id = t.source ORDER BY t.first',
    );
    this.stretches = stretches.getRowsJS().map(([first, path]) => ({ first: Number(first), path: path as string }));
  }

  /** Hosts with lines of Postfix. */
  get hosts(): readonly string[] {
    return [...new Set([...this.origins.values()].map(({ host }) => host))].sort();
  }

  /** That a line `l` is of Postfix, and of a host. */
  ofPostfix(host?: string): string {
    const ids = [...this.origins].filter(([, origin]) => host === undefined || origin.host === host).map(([id]) => id);
    return `l.origin IN (${ids.join(',') || '-1'})`;
  }

  /** A number of an origin, by its host. */
  originOf: ReadonlyMap<string, number> = new Map();

  /**
   * Lines with a queue ID that have something.
   * @param conditions on `lines` as `l`
   */
  async *linesWith(
    conditions: readonly string[],
    isIn: (event: Event, line: string) => boolean,
  ): AsyncGenerator<{ readonly host: string; readonly queueId: string }> {
    const rows = await this.store.connection.runAndReadAll(`SELECT l.origin, l.line FROM lines l ${where(conditions)}`);
    for (const [of, line] of rows.getRowsJS()) {
      const event = parser.parse(line as string);
      const host = this.origins.get(Number(of))?.host;
      const queueId = event?.queueId;
      if (event === undefined || host === undefined || queueId === undefined || !isIn(event, line as string)) continue;
      yield { host, queueId };
    }
  }

  /** @param conditions on `lines` as `l` @param wanted what of a line is looked at before its fact is made */
  async *read(
    conditions: readonly string[],
    {
      order = '',
      wanted = () => true,
    }: { readonly order?: string; readonly wanted?: (queueId: string | undefined, host: string) => boolean } = {},
  ): AsyncGenerator<StoredFact[]> {
    const result = await this.store.connection.stream(`SELECT ${columns} FROM lines l ${where(conditions)} ${order}`);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const [numbers, times, origins, marks, offsets, lines] = chunk.getColumns() as [
        number[],
        number[],
        number[],
        number[],
        number[],
        string[],
      ];
      const facts: StoredFact[] = [];
      const text = lines.join('\n');
      // Lines of ASCII are read where they stand, as an import reads them.
      const bytes = Buffer.byteLength(text) === text.length ? Buffer.from(text, 'latin1') : undefined;
      for (let i = 0, at = 0; i < lines.length; i++) {
        const line = lines[i] as string;
        const start = at;
        at += line.length + 1;
        const origin = this.origins.get(origins[i] as number);
        if (origin === undefined) continue;
        now = (times[i] as number) / 1000;
        const event = bytes === undefined ? parser.parse(line) : parser.parseAt(text, bytes, start, start + line.length, true);
        if (event === undefined || !wanted(event.queueId, origin.host)) continue;
        event.time = now;
        event.host = origin.host;
        const n = numbers[i] as number;
        const fact = factOf(event, String(n), { path: pathOf(n, this.stretches), offset: offsets[i] as number });
        if (fact === undefined) continue;
        facts.push(Object.assign(fact, { stored: { n, line, mark: marks[i] as number, named: 0, before: 0 } }));
      }
      yield facts;
    }
  }

  /** The facts of some lines. */
  async of(numbers: Iterable<number>): Promise<StoredFact[]> {
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    const facts: StoredFact[] = [];
    for (const { from, to } of runsOf(sorted, nearby)) {
      const some = sorted.slice(lowerBound(sorted, from), lowerBound(sorted, to + 1));
      for await (const read of this.read([`l.n BETWEEN ${from} AND ${to}`, `l.n IN (${some.join(',')})`])) facts.push(...read);
    }
    return facts;
  }

  /** What the fold asks for. */
  async answer({ queues, processes }: Question): Promise<StoredFact[]> {
    return [...(await this.ofQueues(queues)), ...(await this.ofProcesses(processes))];
  }

  private async ofQueues(keys: readonly string[]): Promise<StoredFact[]> {
    if (keys.length === 0) return [];
    const asked = new Set(keys);
    const prints = new Set(keys.map((key) => printOf('queue_id', key.slice(key.indexOf(' ') + 1))));
    const rows = await this.store.connection.runAndReadAll(
      `SELECT DISTINCT block FROM terms WHERE print IN (${[...prints].join(',')}) ORDER BY block`,
    );
    const blocks = rows.getRowsJS().map(([block]) => Number(block));
    const facts: StoredFact[] = [];
    const wanted = (queueId: string | undefined, host: string) => queueId !== undefined && asked.has(`${host} ${queueId}`);
    for (const { from, to } of runsOf(blocks, 1)) {
      const range = `l.n BETWEEN ${from * linesPerBlock} AND ${(to + 1) * linesPerBlock - 1}`;
      for await (const read of this.read([range, this.ofPostfix()], { wanted })) {
        facts.push(...read.filter((fact) => asked.has(keysOf(fact).queue ?? '')));
      }
    }
    return facts;
  }

  private async ofProcesses(asked: Question['processes']): Promise<StoredFact[]> {
    if (asked.length === 0) return [];
    const ranges = new Map(asked.map((range) => [range.key, range]));
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { from, to } of asked) {
      first = Math.min(first, from);
      last = Math.max(last, to);
    }
    const pids = new Set(asked.map(({ key }) => /\[(\d+)\]$/.exec(key)?.[1]).filter((pid) => pid !== undefined));
    const programs = new Set(asked.map(({ key }) => key.slice(0, key.lastIndexOf('['))));
    const origins = [...this.origins].filter(([, { host, program }]) => programs.has(`${host} ${program}`)).map(([id]) => id);
    const conditions = [
      `l.time BETWEEN ${micros(first)} AND ${micros(last)}`,
      `l.origin IN (${origins.join(',') || '-1'})`,
      // A process ID stands in brackets, or where the form is another, in blanks or quotes.
      `regexp_matches(l.line, '[\\[" ]0*(${[...pids].join('|')})[\\]" ]')`,
    ];
    const facts: StoredFact[] = [];
    for await (const read of this.read(conditions)) {
      for (const fact of read) {
        const range = ranges.get(keysOf(fact).process ?? '');
        if (range !== undefined && fact.time >= range.from && fact.time <= range.to) facts.push(fact);
      }
    }
    return facts;
  }
}

/** So many lines are skipped in the time that another statement takes. */
const nearby = 16_384;

/** Of what the fold needs lines: `syslog_name[/service]/daemon`. */
function isPostfix(program: string): boolean {
  const last = program.slice(program.lastIndexOf('/') + 1);
  return last !== program && Object.hasOwn(daemons, last);
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
