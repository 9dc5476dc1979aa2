/** Bulk requests, until each of their operations is done or refused. What is done about which answer stands in outcomes.ts. */
import { Operations } from './operations.js';
import { outcomeFor, type Said, said } from './outcomes.js';
import { type Answer, type Patience, refusal } from './patience.js';

export interface BulkOptions {
  /** Requests under way at once. Two keep a server busy: it takes one while the other is on its way (FACTS). */
  readonly inFlight?: number;
  /** After each request that was answered. */
  readonly onRequest?: (request: { readonly operations: number; readonly bytes: number; readonly seconds: number }) => void;
}

/** What became of an operation. */
export type Became = 'stored' | 'already_there' | 'refused';

export class BulkResult {
  private readonly became: (Became | undefined)[];
  /** By operation, what Elasticsearch has against it. */
  readonly refused = new Map<number, string>();

  constructor(operations: number) {
    this.became = new Array(operations).fill(undefined);
  }

  set(operation: number, became: 'stored' | 'already_there'): void {
    this.became[operation] = became;
  }

  refuse(operation: number, { type, reason }: Said): void {
    this.became[operation] = 'refused';
    this.refused.set(operation, type === '' ? reason : `${type}: ${reason}`);
  }

  /** What became of a stretch of them. */
  part(from: number, count: number): BulkResult {
    const part = new BulkResult(0);
    for (let i = from; i < from + count; i++) {
      part.became.push(this.became[i]);
      const why = this.refused.get(i);
      if (why !== undefined) part.refused.set(i - from, why);
    }
    return part;
  }

  of(operation: number): Became {
    const became = this.became[operation];
    if (became === undefined) throw new RangeError(`nothing is known of operation ${operation}`);
    return became;
  }
}

/** Operations that wait for their turn. */
interface Waiting {
  readonly operations: Operations;
  readonly resolve: (result: BulkResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Where Elasticsearch is fastest (FACTS), and well below what it and most proxies allow. */
export interface RequestSize {
  readonly documents: number;
  readonly bytes: number;
}

export const requestSize: RequestSize = { documents: 5_000, bytes: 5 << 20 };

/** How often an operation that the server fails at is tried. */
const few = 8;

/** All but what is needed to tell what became of each. */
const wanted = 'errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by';

type Item = Readonly<Record<string, { readonly status: number; readonly error?: { readonly type?: string } }>>;
type BulkAnswer = { readonly errors?: boolean; readonly items?: readonly Item[] };

export class BulkWriter {
  private free: number;
  private readonly waiting: Waiting[] = [];
  /** Of requests that were put together, to be used again: as many as are under way at once. */
  private readonly buffers: Buffer[] = [];
  private readonly onRequest: BulkOptions['onRequest'];
  private limit = Number.POSITIVE_INFINITY;

  constructor(
    private readonly patience: Patience,
    { inFlight = 2, onRequest }: BulkOptions = {},
  ) {
    this.free = inFlight;
    this.onRequest = onRequest;
  }

  /** Bytes that a request should not have more of, as one was found too large. */
  get largest(): number {
    return this.limit;
  }

  /**
   * Resolves when all of them are done or refused, however long that takes. Operations whose answer was lost are sent
   * again; if they were done they are `already_there` then. What waits while other requests are under way goes together, as five
   * requests of a thousand documents take Elasticsearch a sixth longer than one of five thousand.
   * @throws StoreError where somebody has to do something before anything can be stored; the signal's reason
   */
  write(operations: Operations): Promise<BulkResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ operations, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    while (this.free > 0 && this.waiting.length > 0) {
      this.free--;
      void this.writeTogether(this.takeTogether()).finally(() => {
        this.free++;
        this.next();
      });
    }
  }

  /** The first that waits, and those behind it that fit into the same request. */
  private takeTogether(): Waiting[] {
    let documents = 0;
    let bytes = 0;
    const fits = this.waiting.findIndex(({ operations }, i) => {
      documents += operations.count;
      bytes += operations.bytes;
      return i > 0 && (documents > requestSize.documents || bytes > Math.min(requestSize.bytes, this.limit));
    });
    return this.waiting.splice(0, fits < 0 ? this.waiting.length : fits);
  }

  private async writeTogether(together: readonly Waiting[]): Promise<void> {
    const [first, ...more] = together.map(({ operations }) => operations);
    if (first === undefined) return;
    const joined = more.length === 0 ? undefined : new Operations(this.buffers.pop() ?? Operations.bufferFor(requestSize.bytes));
    joined?.addAll([first, ...more]);
    const delivery = new Delivery(joined ?? first);
    try {
      await this.deliver(
        delivery,
        Array.from({ length: delivery.operations.count }, (_, i) => i),
      );
      let from = 0;
      for (const { operations, resolve } of together) {
        resolve(delivery.result.part(from, operations.count));
        from += operations.count;
      }
      // Not where it failed: whatever sent it may still hold it.
      if (joined !== undefined) this.buffers.push(joined.spent);
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  private async deliver(delivery: Delivery, chosen: readonly number[]): Promise<void> {
    let left = chosen;
    for (let tries = 1; left.length > 0; ) {
      const answer = await this.send(delivery.operations, left);
      if ('body' in answer) {
        const { errors, items = [] } = answer.body as BulkAnswer;
        if (errors === false) return delivery.takeAll(left);
        const again = delivery.take(left, items);
        if (again.left.length < left.length) tries = 1;
        left = again.left;
        if (again.why !== undefined) await this.patience.wait(tries++, again.why);
        continue;
      }
      const { action, advice } = outcomeFor(answer);
      switch (action) {
        case 'split':
          if (answer.status === 413) this.limit = Math.min(this.limit, Math.max(1, delivery.operations.bytesOf(left).length / 2));
          if (left.length === 1) return delivery.refuseAlone(left[0] as number, answer);
          await this.deliver(delivery, left.slice(0, left.length >> 1));
          return this.deliver(delivery, left.slice(left.length >> 1));
        case 'stop':
          throw refusal(answer, advice);
        case 'stored':
        case 'already_there':
        case 'quarantine':
        case 'retry_few':
        case 'retry':
          // Only `retry` is said of whole requests.
          await this.patience.wait(tries++, answer);
      }
    }
  }

  private async send(operations: Operations, chosen: readonly number[]): Promise<Answer | Said> {
    const bulkBody = operations.bytesOf(chosen);
    const began = performance.now();
    const answer = await this.patience.attempt({ method: 'POST', path: '/_bulk', querystring: { filter_path: wanted }, bulkBody });
    if (!('body' in answer)) return answer;
    const { errors, items } = (answer.body ?? {}) as BulkAnswer;
    if (errors !== false && items?.length !== chosen.length) {
      return said('request', 0, `an answer with ${items?.length ?? 'no'} items to ${chosen.length} operations`);
    }
    this.onRequest?.({ operations: chosen.length, bytes: bulkBody.length, seconds: (performance.now() - began) / 1000 });
    return answer;
  }
}

/** Operations on their way, and what is known of them. */
class Delivery {
  readonly result: BulkResult;
  /** By operation, how often the server failed at it. */
  private readonly failures = new Map<number, number>();
  /** Whether Elasticsearch has taken a request with any of them. */
  private answered = false;

  constructor(readonly operations: Operations) {
    this.result = new BulkResult(operations.count);
  }

  /** Takes an answer that all of them were done. A `create` that is done is a document that was not there; see outcomes.ts. */
  takeAll(chosen: readonly number[]): void {
    for (const operation of chosen) this.result.set(operation, 'stored');
    this.answered = true;
  }

  /** Takes the answer for some operations. @returns those to be sent again, and why */
  take(chosen: readonly number[], items: readonly Item[]): { readonly left: number[]; readonly why: Said | undefined } {
    const left: number[] = [];
    let why: Said | undefined;
    for (const [i, operation] of chosen.entries()) {
      // One key, which is the action.
      const [item] = Object.values(items[i] as Item);
      if (item === undefined) throw new Error('an item of a bulk answer without an action');
      const { status, error } = item;
      if (status === 200 || status === 201) {
        this.result.set(operation, 'stored');
        continue;
      }
      const told = error === undefined ? { of: 'document' as const, status, type: '', reason: '' } : said('document', status, error);
      const { action, advice } = outcomeFor(told);
      switch (action) {
        case 'stored':
        case 'already_there':
          this.result.set(operation, action);
          break;
        case 'quarantine':
        case 'split':
          this.result.refuse(operation, told);
          break;
        case 'stop':
          throw refusal(told, advice);
        case 'retry_few': {
          const failed = (this.failures.get(operation) ?? 0) + 1;
          this.failures.set(operation, failed);
          if (failed >= few) {
            this.result.refuse(operation, told);
            break;
          }
          why ??= told;
          left.push(operation);
          break;
        }
        case 'retry':
          why ??= told;
          left.push(operation);
      }
    }
    this.answered = true;
    return { left, why };
  }

  /** An operation that is refused as a request of its own. Where all are, it is not believed that they are to blame. */
  refuseAlone(operation: number, why: Said): void {
    this.result.refuse(operation, why);
    const { count } = this.operations;
    if (!this.answered && count > 1 && this.result.refused.size === count) {
      throw refusal(
        why,
        'All requests are refused, whatever is in them. Is there a proxy in front of Elasticsearch, and what does it allow?',
      );
    }
  }
}
