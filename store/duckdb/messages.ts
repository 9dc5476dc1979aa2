/**
 * Messages and attempts, asked of DuckDB: rows are chosen by their numbers, or by the lines that have what is looked for; then each
 * message is folded again of its own lines, and looked at.
 */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Fact } from '../../postfix/message/fact.js';
import { fold } from '../../postfix/message/fold.js';
import { type Message, states } from '../../postfix/message/message.js';
import type { Question } from '../../postfix/message/refold.js';
import {
  attemptMatcher,
  latestFirst,
  messageMatcher,
  messageTold,
  oldestFirst,
  type Told,
  toldCursor,
  toldIn,
} from '../message_matches.js';
import type { AttemptPage, AttemptQuery, MessagePage, MessageQuery } from '../message_port.js';
import { numbersIn } from './line_numbers.js';
import { literal } from './literal.js';
import { idPrint } from './message_rows.js';
import { MessageSearch } from './message_search.js';
import { runsOf } from './places.js';
import { micros, where, within } from './scope.js';
import { named, type StoredFact, type StoredFacts } from './stored_facts.js';

type Rows = (sql: string) => Promise<readonly (readonly unknown[])[]>;

/** A message's row, and what its lines come to. */
interface Folded {
  readonly message: Message;
  /** Its attempts, by the number of their first line. */
  readonly attempts: ReadonlyMap<number, Attempt>;
}

/** An attempt, and the message that it is of. */
interface Tried {
  readonly attempt: Attempt;
  readonly message?: Message;
}

interface MessageRow {
  readonly n: number;
  readonly lines: string;
}

/** Lines of messages that are read together, and as many more as the last of them has. */
const linesAtOnce = 30_000;
/** Rows that are looked at together. Few are not what their numbers say, so at first as many as are wanted. */
const mostRows = 10_000;
/** Messages that are remembered as they were folded: to read one that was tried for days is to read lines in a hundred places. */
const remembered = 1_000;
/** How near to each other numbers of messages are looked up together. */
const nearby = 1_000_000;

/** By the number of their first line: of which lines they were folded, and what these came to. */
export type RememberedMessages = Map<number, { readonly lines: string; readonly folded: Folded | undefined }>;

export class StoredMessages {
  constructor(
    private readonly rows: Rows,
    private readonly facts: StoredFacts,
    private readonly known: RememberedMessages,
  ) {}

  async messages(query: MessageQuery): Promise<MessagePage> {
    await this.facts.refresh();
    const isAsked = messageMatcher(query);
    const after = query.after === undefined ? undefined : toldIn(query.after);
    const found = new Map<string, Message>();
    const take = (message: Message) => {
      if (isAsked(message) && (after === undefined || latestFirst(after, messageTold(message)) < 0)) found.set(message.id, message);
    };
    const conditions = conditionsOf(query, after);
    const search = MessageSearch.of(query, this.rows, this.facts);
    const enough = () => found.size > query.limit;
    if (search === undefined) await this.walk(conditions, Math.min(mostRows, query.limit + 1), take, enough);
    else await this.look(search, conditions, take, found, query.limit + 1);
    const sorted = [...found.values()].sort((a, b) => latestFirst(messageTold(a), messageTold(b)));
    const messages = sorted.slice(0, query.limit);
    const last = messages.at(-1);
    return sorted.length > query.limit && last !== undefined ? { messages, next: toldCursor(messageTold(last)) } : { messages };
  }

  /** Messages by their rows, the latest first, all of one time at once, until there are enough. */
  private async walk(conditions: readonly string[], some: number, take: (message: Message) => void, enough: () => boolean): Promise<void> {
    for (let count = some, bound: string[] = []; ; count = Math.min(count * 2, mostRows)) {
      const all = [...conditions, ...bound];
      const [row] = await this.rows(
        `SELECT min(time), count(*) FROM (SELECT m.time FROM messages m ${where(all)} ORDER BY m.time DESC LIMIT ${count})`,
      );
      if (row?.[0] == null) return;
      const oldest = Number(row[0]);
      const rows = await this.rows(`SELECT m.n, m.lines FROM messages m ${where([...all, `m.time >= ${oldest}`])}`);
      for (const { message } of await this.folded(rows.map(messageRow))) take(message);
      if (enough() || Number(row[1]) < count) return;
      bound = [`m.time < ${oldest}`];
    }
  }

  /** Messages by their lines, from the latest lines on: who has a line is not younger than it. */
  private async look(
    search: MessageSearch,
    conditions: readonly string[],
    take: (message: Message) => void,
    found: ReadonlyMap<string, Message>,
    enough: number,
  ): Promise<void> {
    const seen = new Set<number>();
    for await (const { queues, next } of search.sought()) {
      if (queues.length > 0) {
        const rows = await this.rows(`SELECT m.n, m.lines FROM messages m ${where([...conditions, `m.queue IN (${queues.join(',')})`])}`);
        const fresh = rows.map(messageRow).filter(({ n }) => !seen.has(n));
        for (const { n } of fresh) seen.add(n);
        for (const { message } of await this.folded(fresh)) take(message);
      }
      if (next === undefined) return;
      let count = 0;
      for (const message of found.values()) if (messageTold(message).time * 1000 > next) count++;
      if (count >= enough) return;
    }
  }

  async attempts(query: AttemptQuery): Promise<AttemptPage> {
    await this.facts.refresh();
    const isAsked = attemptMatcher(query);
    const after = query.after === undefined ? undefined : toldIn(query.after);
    const conditions = await this.attemptConditions(query, after);
    const found: Tried[] = [];
    for (let count = Math.min(mostRows, query.limit + 1), bound: string[] = []; ; count = Math.min(count * 2, mostRows)) {
      const all = [...conditions, ...bound];
      const [row] = await this.rows(
        `SELECT max(time), count(*) FROM (SELECT t.time FROM attempts t ${where(all)} ORDER BY t.time LIMIT ${count})`,
      );
      if (row?.[0] == null) break;
      const latest = Number(row[0]);
      const rows = await this.rows(`SELECT t.n, t.named, t.message FROM attempts t ${where([...all, `t.time <= ${latest}`])}`);
      for (const tried of await this.ofRows(rows)) {
        if (isAsked(tried.attempt) && (after === undefined || oldestFirst(after, tried.attempt) < 0)) found.push(tried);
      }
      if (found.length > query.limit || Number(row[1]) < count) break;
      bound = [`t.time > ${latest}`];
    }
    found.sort((a, b) => oldestFirst(a.attempt, b.attempt));
    const page = found.slice(0, query.limit);
    const last = page.at(-1)?.attempt;
    return {
      attempts: page.map(({ attempt }) => attempt),
      ...(query.withMessages === undefined ? {} : { messages: messagesOf(page) }),
      ...(found.length > query.limit && last !== undefined ? { next: toldCursor(last) } : {}),
    };
  }

  private async attemptConditions(query: AttemptQuery, after: Told | undefined): Promise<string[]> {
    const conditions = within(query, 't');
    if (after !== undefined) conditions.push(`t.time >= ${micros(after.time)}`);
    const { messages, queueId, relay, kinds, outcomes } = query;
    if (messages !== undefined) conditions.push(`t.message IN (SELECT m.n FROM messages m WHERE ${ofIds(messages)})`);
    if (queueId !== undefined) {
      const search = MessageSearch.of({ queueIds: [queueId], limit: 0 }, this.rows, this.facts) as MessageSearch;
      const queues = new Set<number>();
      for await (const sought of search.sought()) for (const queue of sought.queues) queues.add(queue);
      conditions.push(`t.message IN (SELECT m.n FROM messages m WHERE m.queue IN (${[-1, ...queues].join(',')}))`);
    }
    if (relay !== undefined) {
      const name = literal(relay.toLowerCase());
      const isNamed = `(lower(host) = ${name} OR lower(ip) = ${name} OR starts_with(lower(host), ${name} || '.'))`;
      conditions.push(`t.relay IN (SELECT id FROM relays WHERE ${isNamed})`);
    }
    if (kinds !== undefined)
      conditions.push(`t.result IN (SELECT id FROM results WHERE kind IN (${['', ...kinds].map(literal).join(',')}))`);
    if (outcomes !== undefined) {
      conditions.push(`t.result IN (SELECT id FROM results WHERE outcome IN (${['', ...outcomes].map(literal).join(',')}))`);
    }
    return conditions;
  }

  /** @param rows number, line that names the relay, and number of the message */
  private async ofRows(rows: readonly (readonly unknown[])[]): Promise<Tried[]> {
    const ofMessages = new Set<number>();
    const loose: { readonly n: number; readonly named: number | undefined }[] = [];
    for (const [n, name, message] of rows) {
      if (message === null) loose.push({ n: Number(n), named: name === null ? undefined : Number(name) });
      else ofMessages.add(Number(message));
    }
    const wanted = new Set(rows.map(([n]) => Number(n)));
    const tried: Tried[] = [];
    for (const { message, attempts } of await this.folded(await this.messageRows([...ofMessages]))) {
      for (const [n, attempt] of attempts) if (wanted.has(n)) tried.push({ attempt, message });
    }
    const facts = await this.byNumber(loose.flatMap(({ n, named: name }) => (name === undefined ? [n] : [n, name])));
    for (const { n, named: name } of loose) {
      const own = [n, name].flatMap((number) => facts.get(number ?? 0) ?? []).map(named);
      tried.push(...fold(own).attempts.map((attempt) => ({ attempt })));
    }
    return tried;
  }

  /** Of numbers that lie together, only the parts of the table that have them are read. */
  private async messageRows(numbers: readonly number[]): Promise<MessageRow[]> {
    const found: MessageRow[] = [];
    for (const { from, to } of runsOf(numbers, nearby)) {
      const some = numbers.filter((n) => n >= from && n <= to);
      const rows = await this.rows(
        `SELECT m.n, m.lines FROM messages m WHERE m.n BETWEEN ${from} AND ${to} AND m.n IN (${some.join(',')})`,
      );
      found.push(...rows.map(messageRow));
    }
    return found;
  }

  async answer(question: Question): Promise<readonly Fact[]> {
    await this.facts.refresh();
    return (await this.facts.answer(question)).map(named);
  }

  private async folded(rows: readonly MessageRow[]): Promise<readonly Folded[]> {
    const all: Folded[] = [];
    for (const some of partsOf(rows)) {
      // Another question that is asked meanwhile may make room for its own.
      const known = some.map(({ n, lines }) => {
        const one = this.known.get(n);
        return one?.lines === lines ? one : undefined;
      });
      const facts = await this.byNumber(some.flatMap(({ numbers }, i) => (known[i] === undefined ? numbers : [])));
      for (const [i, { n, lines, numbers }] of some.entries()) {
        const one = known[i] ?? {
          lines,
          folded: foldOne(
            n,
            numbers.flatMap((number) => facts.get(number) ?? []),
          ),
        };
        this.known.set(n, one);
        if (one.folded !== undefined) all.push(one.folded);
      }
      for (const n of this.known.keys()) {
        if (this.known.size <= remembered) break;
        this.known.delete(n);
      }
    }
    return all;
  }

  private async byNumber(numbers: readonly number[]): Promise<ReadonlyMap<number, StoredFact>> {
    return new Map((await this.facts.of(numbers)).map((fact) => [fact.stored.n, fact]));
  }
}

/** The message whose first line is `n`, of its lines; undefined where that line is gone, or read otherwise than when it was folded. */
function foldOne(n: number, stored: readonly StoredFact[]): Folded | undefined {
  const numbers = new Map<string, number>();
  let first: Fact | undefined;
  const facts = stored.map((one) => {
    const fact = named(one);
    numbers.set(fact.id, one.stored.n);
    if (one.stored.n === n) first = fact;
    return fact;
  });
  const { messages, attempts } = fold(facts);
  const queueId = first !== undefined && 'queueId' in first ? first.queueId : undefined;
  const message = messages.find((one) => one.queueId === queueId);
  if (message === undefined) return undefined;
  const own = attempts.filter((attempt) => attempt.message === message.id);
  return { message, attempts: new Map(own.map((attempt) => [numbers.get(attempt.id) as number, attempt])) };
}

const messagesOf = (tried: readonly Tried[]): Message[] =>
  [...new Set(tried.flatMap(({ message }) => message ?? []))].sort((a, b) => latestFirst(messageTold(a), messageTold(b)));

/** Messages whose lines are read together: those that stand near each other. */
function* partsOf(rows: readonly MessageRow[]): Generator<(MessageRow & { readonly numbers: readonly number[] })[]> {
  let part: (MessageRow & { readonly numbers: readonly number[] })[] = [];
  let lines = 0;
  for (const row of [...rows].sort((a, b) => a.n - b.n)) {
    const numbers = numbersIn(row.lines, row.n);
    part.push({ ...row, numbers });
    lines += numbers.length;
    if (lines < linesAtOnce) continue;
    yield part;
    part = [];
    lines = 0;
  }
  yield part;
}

const messageRow = ([n, lines]: readonly unknown[]): MessageRow => ({ n: Number(n), lines: lines as string });

const ofIds = (ids: readonly string[]) => `m.print IN (${[-2, ...ids.map(idPrint)].join(',')})`;

/** That a message was in the queue at one of these moments: it still was at the first of them after it came. */
function isQueued(moments: readonly number[]): string[] {
  const last = Math.max(...moments);
  if (moments.length === 0) return ['false'];
  const next = [...moments].sort((a, b) => a - b).map((moment) => `WHEN m.time < ${moment} THEN ${moment}`);
  return [`m.time < ${last}`, `(m.kept IS NULL OR m.time + round(m.kept * 1e6)::BIGINT > CASE ${next.join(' ')} END)`];
}

/** What of a query can be told by the numbers of a row. */
function conditionsOf(query: MessageQuery, after: Told | undefined): string[] {
  const { queuedAt, ids, states: wanted, lateOver, possiblyDoubled } = query;
  const conditions = within(queuedAt === undefined ? query : query.host === undefined ? {} : { host: query.host }, 'm');
  if (queuedAt !== undefined) {
    conditions.push(...isQueued(queuedAt.map(micros)));
  }
  if (after !== undefined) conditions.push(`m.time <= ${micros(after.time)}`);
  if (ids !== undefined) conditions.push(ofIds(ids));
  if (wanted !== undefined) conditions.push(`m.state IN (${[-1, ...wanted.map((state) => states.indexOf(state))].join(',')})`);
  if (lateOver !== undefined) conditions.push(`coalesce(m.delay, 0) >= ${Number(lateOver)}`);
  if (possiblyDoubled === true) conditions.push('m.doubled');
  return conditions;
}
