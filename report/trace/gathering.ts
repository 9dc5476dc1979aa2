/** What the store was asked for about a mail, and what it said: lines, each once, with the facts in them. */
import type { EventDocument } from '../../postfix/document.js';
import type { Fact } from '../../postfix/message/fact.js';
import { addDistinct } from '../../postfix/message/order.js';
import { factIn } from '../../store/facts.js';
import type { Reader, SearchQuery } from '../../store/port.js';

/** Lines of one page, and of one question at most. */
const page = 2_000;
const mostLines = 50_000;

/** Milliseconds since the epoch; the end is not in it. */
export interface Period {
  readonly since: number;
  readonly until: number;
}

export class Gathering {
  /** By the line's identity. */
  readonly documents = new Map<string, EventDocument>();
  readonly facts = new Map<string, Fact>();
  /** Queue IDs that lines were asked for of. */
  readonly traced = new Set<string>();
  /** What was not looked at, a sentence each. */
  readonly limits = new Set<string>();

  constructor(private readonly reader: Reader) {}

  add(documents: Iterable<EventDocument>): void {
    for (const document of documents) {
      if (this.documents.has(document.event.id)) continue;
      this.documents.set(document.event.id, document);
      const fact = factIn(document);
      if (fact !== undefined) addDistinct(this.facts, [fact]);
    }
  }

  /** The lines with a queue ID, on whatever host and in whatever life of this time. */
  async trace(queueId: string, { since, until }: Period): Promise<void> {
    this.traced.add(queueId);
    this.add(await this.reader.trace(queueId, { since, until }));
  }

  /** All of them. */
  async traceEver(queueId: string): Promise<void> {
    this.traced.add(queueId);
    this.add(await this.reader.trace(queueId, {}));
  }

  /** Lines of a search, the newest first, page by page. */
  async search(query: Omit<SearchQuery, 'limit' | 'after'>): Promise<EventDocument[]> {
    const found: EventDocument[] = [];
    for (let after: string | undefined; ; ) {
      const { events, next } = await this.reader.search({ ...query, limit: page, ...(after === undefined ? {} : { after }) });
      found.push(...events);
      if (next === undefined) return found;
      after = next;
      if (found.length < mostLines) continue;
      this.limits.add(`Of more than ${mostLines} lines that its processes wrote meanwhile, only the last were looked at.`);
      return found;
    }
  }
}
