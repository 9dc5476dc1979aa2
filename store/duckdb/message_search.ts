/** Which messages have a line with what is looked for: by the blocks that have its terms, the latest first. */
import type { Event } from '../../postfix/parse.js';
import { bare, isAddress, isRelay, SearchedEvent, same } from '../matches.js';
import type { MessageQuery } from '../message_port.js';
import { literal } from './literal.js';
import { queuePrint } from './message_rows.js';
import { runsOf } from './places.js';
import { micros, where } from './scope.js';
import type { StoredFacts } from './stored_facts.js';
import { linesPerBlock, printOf, type Term } from './terms.js';

type Rows = (sql: string) => Promise<readonly (readonly unknown[])[]>;

/** One thing that is looked for. */
interface Aim {
  /** Prints of which a block must have one; undefined: any block may have it. */
  readonly prints: readonly number[] | undefined;
  /** Of which, without case, a line must have one. */
  readonly texts: readonly string[];
  isIn(line: Event, text: string): boolean;
}

/** What a few blocks have. */
export interface Sought {
  /** Prints of the queue IDs of lines that have it (message_rows.ts). */
  readonly queues: readonly number[];
  /** The latest time, in microseconds, of a line in the blocks that come next; absent where none do. */
  readonly next?: number;
}

interface Block {
  readonly block: number;
  readonly last: number;
}

export class MessageSearch {
  private constructor(
    private readonly aims: readonly Aim[],
    private readonly query: MessageQuery,
    private readonly rows: Rows,
    private readonly facts: StoredFacts,
  ) {}

  /** @returns undefined where nothing is asked for that lines are found by */
  static of(query: MessageQuery, rows: Rows, facts: StoredFacts): MessageSearch | undefined {
    const aims = aimsOf(query);
    return aims.length === 0 ? undefined : new MessageSearch(aims, query, rows, facts);
  }

  /** From the latest block on. */
  async *sought(): AsyncGenerator<Sought> {
    const { aim, blocks } = await this.rarest();
    for (let at = 0, count = 8; at < blocks.length; at += count, count = Math.min(count * 2, 4096)) {
      const queues = new Set<number>();
      for (const { from, to } of runsOf(blocks.slice(at, at + count).map(({ block }) => block))) {
        const texts = ['false', ...aim.texts.map((text) => `contains(lower(l.line), ${literal(text)})`)].join(' OR ');
        const conditions = [
          `l.n BETWEEN ${from * linesPerBlock} AND ${(to + 1) * linesPerBlock - 1}`,
          this.facts.ofPostfix(),
          `(${texts})`,
        ];
        for await (const { host, queueId } of this.facts.linesWith(conditions, aim.isIn)) queues.add(queuePrint(host, queueId));
      }
      const next = blocks[at + count];
      yield next === undefined ? { queues: [...queues] } : { queues: [...queues], next: next.last };
    }
  }

  /** What the fewest blocks have, and which these are: the lines of a message may be in different ones. */
  private async rarest(): Promise<{ aim: Aim; blocks: readonly Block[] }> {
    let best: { aim: Aim; blocks: readonly Block[] } | undefined;
    for (const aim of this.aims) {
      // No line of a message is older than its arrival.
      const conditions =
        this.query.since === undefined || this.query.queuedAt !== undefined ? [] : [`b.last >= ${micros(this.query.since)}`];
      if (aim.prints !== undefined)
        conditions.push(`b.block IN (SELECT block FROM terms WHERE print IN (${[-1, ...aim.prints].join(',')}))`);
      const rows = await this.rows(`SELECT b.block, b.last FROM blocks b ${where(conditions)} ORDER BY b.last DESC, b.block DESC`);
      if (best === undefined || rows.length < best.blocks.length) {
        best = { aim, blocks: rows.map(([block, last]) => ({ block: Number(block), last: Number(last) })) };
      }
    }
    return best as { aim: Aim; blocks: readonly Block[] };
  }
}

function aimsOf({ queueIds, messageIds, from, to, domain, client, relay }: MessageQuery): Aim[] {
  const aims: Aim[] = [];
  const lower = (text: string) => text.toLowerCase();
  const prints = (terms: readonly Term[], value: string) => terms.map((term) => printOf(term, value));
  if (queueIds !== undefined) {
    const wanted = new Set(queueIds.map(lower));
    aims.push({
      prints: [...wanted].flatMap((id) => prints(['queue_id'], id)),
      texts: [...wanted],
      isIn: ({ queueId }) => queueId !== undefined && wanted.has(queueId.toLowerCase()),
    });
  }
  if (messageIds !== undefined) {
    const wanted = new Set(messageIds.map(bare).map(lower));
    aims.push({
      prints: [...wanted].flatMap((id) => prints(['message_id'], id)),
      texts: [...wanted],
      isIn: ({ fields: { message_id, resent_message_id } }) =>
        [message_id, resent_message_id].some((id) => id !== undefined && wanted.has(id.toLowerCase())),
    });
  }
  if (from !== undefined) aims.push(address(from, ['sender'], ({ fields }) => [fields.sender]));
  if (to !== undefined) aims.push(address(to, ['recipient'], ({ fields }) => [fields.recipient, fields.orig_to]));
  if (domain !== undefined) {
    aims.push(address(`@${domain}`, ['sender', 'recipient'], ({ fields }) => [fields.sender, fields.recipient, fields.orig_to]));
  }
  if (client !== undefined) {
    const wanted = client.toLowerCase();
    aims.push({
      prints: prints(['client', 'user'], client),
      texts: [wanted],
      isIn: ({ fields: { client_host, client_ip, user } }) => [client_host, client_ip, user].some((name) => same(name, wanted)),
    });
  }
  if (relay !== undefined) {
    const wanted = relay.toLowerCase();
    aims.push({
      prints: prints(['relay'], relay),
      texts: [wanted],
      isIn: (event, line) => {
        const named = new SearchedEvent(event, line).relay;
        return named !== undefined && isRelay(named, wanted);
      },
    });
  }
  return aims;
}

/** `local@` has no term: it is looked for in all blocks. */
function address(given: string, terms: readonly ('sender' | 'recipient')[], of: (event: Event) => readonly (string | undefined)[]): Aim {
  const wanted = given.toLowerCase();
  const prints = wanted.startsWith('@')
    ? terms.map((term) => printOf(`${term}_domain`, wanted.slice(1)))
    : wanted.endsWith('@')
      ? undefined
      : terms.map((term) => printOf(term, wanted));
  return { prints, texts: [wanted], isIn: (event) => of(event).some((value) => isAddress(value, wanted)) };
}
