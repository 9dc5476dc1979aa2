/** The newest lines that a search asks for: which lines may be meant the tables tell, and the lines themselves whether they are. */
import { matcherOf, SearchedEvent } from '../matches.js';
import { newestFirst, standingOf } from '../order.js';
import type { SearchQuery } from '../port.js';
import { numberedColumns, StoredLine } from './documents.js';
import { literal } from './literal.js';
import { runsOf } from './places.js';
import { where, within } from './scope.js';
import { type BlockRange, blocksStatement, lineConditions, rangeStatement } from './search.js';
import { linesPerBlock } from './terms.js';

type Row = readonly unknown[];

/** Deliveries whose lines are read together. */
const mostAtOnce = 5_000;

/** Places that one statement reads. */
const placesAtOnce = 32;

export class LineSearch {
  constructor(
    private readonly rows: (sql: string) => Promise<readonly Row[]>,
    /** Of a line, by its number. */
    private readonly pathOf: (n: number) => string,
    /** By the number of an origin. */
    private readonly hostOf: ReadonlyMap<unknown, unknown>,
  ) {}

  /** @returns as many as are enough, or all; the newest first */
  async newest(query: SearchQuery, enough: number): Promise<StoredLine[]> {
    const delivery = await this.deliveriesOf(query);
    const { queueId, messageId, from, to, client, action, program, text } = query;
    const isNumbered = [queueId, messageId, from, to, client, action, program, text].every((one) => one === undefined);
    return delivery !== undefined && isNumbered ? this.ofDeliveries(query, delivery, enough) : this.ofBlocks(query, delivery, enough);
  }

  /** Block by block, until there are enough. */
  private async ofBlocks(query: SearchQuery, delivery: string | undefined, enough: number): Promise<StoredLine[]> {
    const range = await this.rangeOf(query);
    if (range === 'none') return [];
    const blocks = (await this.rows(blocksStatement(query, delivery, range))).map(([block, , last]) => ({
      block: Number(block),
      last: Number(last),
    }));
    const conditions = lineConditions(query);
    const isMeant = this.meant(query);
    let found: StoredLine[] = [];
    // Few blocks at first, as the newest often have all that is asked for; then more at a time.
    for (let at = 0, count = 8; at < blocks.length; at += count, count = Math.min(count * 2, 4096)) {
      const some = blocks.slice(at, at + count);
      const worst = found[enough - 1];
      if (worst !== undefined && (some[0] as { last: number }).last < worst.micros) break;
      const places = runsOf(some.map(({ block }) => block)).map(({ from, to }) => {
        const range = `n BETWEEN ${from * linesPerBlock} AND ${(to + 1) * linesPerBlock - 1}`;
        const told = delivery === undefined ? [] : [`l.n IN (SELECT d.n FROM deliveries d WHERE d.${range} AND ${delivery})`];
        return [`l.${range}`, ...told, ...conditions];
      });
      for (let i = 0; i < places.length; i += placesAtOnce) {
        for (const line of await this.lines(places.slice(i, i + placesAtOnce))) if (isMeant(line)) found.push(line);
      }
      found = found.sort(newestFirst).slice(0, enough);
    }
    return found;
  }

  private async rangeOf(query: SearchQuery): Promise<BlockRange | 'none' | undefined> {
    const statement = rangeStatement(query);
    if (statement === undefined) return undefined;
    const [row] = await this.rows(statement);
    return row?.[0] == null ? 'none' : { from: Number(row[0]), to: Number(row[1]) };
  }

  /** By the numbers of the newest deliveries, more and more of them. */
  private async ofDeliveries(query: SearchQuery, delivery: string, enough: number): Promise<StoredLine[]> {
    const conditions = [delivery, ...within(query, 'd')];
    if (query.after !== undefined) conditions.push(`d.time <= ${standingOf(query.after).micros}`);
    const isMeant = this.meant(query);
    const found: StoredLine[] = [];
    for (let count = Math.min(enough, mostAtOnce), bound: string[] = []; ; count = Math.min(count * 2, mostAtOnce)) {
      const all = [...conditions, ...bound];
      const newest = `SELECT d.time FROM deliveries d ${where(all)} ORDER BY d.time DESC LIMIT ${count}`;
      const [row] = await this.rows(`SELECT min(time), count(*) FROM (${newest})`);
      if (row?.[0] == null) break;
      // All of one time together, as which of them comes first only the lines tell.
      const oldest = Number(row[0]);
      const numbers = await this.rows(`SELECT d.n FROM deliveries d ${where([...all, `d.time >= ${oldest}`])}`);
      for (const line of await this.lines([[`l.n IN (${numbers.map(([n]) => Number(n)).join(',')})`]])) if (isMeant(line)) found.push(line);
      if (found.length >= enough || Number(row[1]) < count) break;
      bound = [`d.time < ${oldest}`];
    }
    return found.sort(newestFirst).slice(0, enough);
  }

  /** @param places conditions on the lines of each: one statement for many places costs little more than for one */
  private async lines(places: readonly (readonly string[])[]): Promise<StoredLine[]> {
    const rows = await this.rows(
      places.map((conditions) => `SELECT ${numberedColumns} FROM lines l ${where(conditions)}`).join(' UNION ALL '),
    );
    return rows.map(([n, time, origin, ...rest]) => new StoredLine([n, time, this.hostOf.get(origin), ...rest], this.pathOf));
  }

  private meant(query: SearchQuery): (line: StoredLine) => boolean {
    const matches = matcherOf(query);
    const after = query.after === undefined ? undefined : standingOf(query.after);
    return (line) => matches(new SearchedEvent(line.event, line.line)) && (after === undefined || newestFirst(after, line) < 0);
  }

  /** Status and kind are only of lines that `deliveries` has, by number: conditions on those, where one of the two is asked for. */
  private async deliveriesOf({ status, kind, relay }: SearchQuery): Promise<string | undefined> {
    if (status === undefined && kind === undefined) return undefined;
    const ids = async (table: string, ...conditions: string[]) =>
      `IN (${(await this.rows(`SELECT id FROM ${table} ${where(conditions)}`)).map(([id]) => Number(id)).join(',') || '-1'})`;
    const outcome: string[] = [];
    if (status !== undefined) outcome.push(`status = ${literal(status.toLowerCase())}`);
    if (kind !== undefined) outcome.push(`kind = ${literal(kind)}`);
    const condition = `d.outcome ${await ids('outcomes', ...outcome)}`;
    if (relay === undefined) return condition;
    const name = literal(relay.toLowerCase());
    const named = `(lower(host) = ${name} OR lower(ip) = ${name} OR starts_with(lower(host), ${name} || '.'))`;
    return `${condition} AND d.relay ${await ids('relays', named)}`;
  }
}
