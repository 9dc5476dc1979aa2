/**
 * Messages and attempts, written with each commit beside the lines that they are made of: after these, so that a fold can ask for
 * them, and before the books, so that a batch is not done without its messages. Commits that wait while others are folded are
 * folded together: the less there is to do the sooner, the more there is the cheaper.
 */
import type { ServiceLog } from '../../ops/service_log.js';
import type { Fact } from '../../postfix/message/fact.js';
import { refold } from '../../postfix/message/refold.js';
import type { Zone } from '../../postfix/zone.js';
import { Answers } from '../../workers/state/answers.js';
import { type FactState, type Name, type Round, StateAway, StateLost, type Stored } from '../../workers/state/port.js';
import { byShelf } from '../../workers/state/shelves.js';
import type { BulkWriter, RequestSize } from './bulk.js';
import { byQueue, type Part, partOf } from './folded_part.js';
import type { Installed } from './installed.js';
import type { Planned } from './message_document.js';
import { aBatch, Operations } from './operations.js';
import type { Patience } from './patience.js';

/** The facts of a commit, whose lines are stored. */
export interface StoredFacts {
  readonly facts: readonly Fact[];
  /** Identities of those whose lines had been there before. */
  readonly again: ReadonlySet<string>;
  /** By host. */
  readonly zones: ReadonlyMap<string, Zone>;
}

export interface FoldingOptions {
  readonly prefix: string;
  readonly state: FactState;
  readonly stored: Stored;
  readonly bulk: BulkWriter;
  readonly installed: Installed;
  readonly patience: Patience;
  readonly size: RequestSize;
  /** Indices that were written to. */
  readonly touched: Set<string>;
  /** Buffers of requests, to be used again. */
  readonly buffers: Buffer[];
  readonly log?: Pick<ServiceLog, 'warn'>;
}

interface Waiting {
  readonly commit: StoredFacts;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Facts of one fold at most: what it holds at once, and how long Redis works on it. */
const mostFacts = 20_000;

/** Requests' worth of documents that are made before others are sent: two requests of five each go together (bulk.ts). */
const mostSending = 6;

export class Folding {
  private waiting: Waiting[] = [];
  private busy = false;
  /** Identities of facts, and of documents, that were noted as such that cannot be folded. */
  private readonly noted = new Set<string>();

  constructor(private readonly options: FoldingOptions) {}

  /**
   * Resolves when all messages and attempts that these facts change are written.
   * @throws StoreError, QueueError where somebody has to do something first; the signal's reason
   */
  fold(commit: StoredFacts): Promise<void> {
    if (commit.facts.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ commit, resolve, reject });
      void this.next();
    });
  }

  private async next(): Promise<void> {
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    let count = 0;
    const end = this.waiting.findIndex(({ commit }, i) => {
      count += commit.facts.length;
      return i > 0 && count > mostFacts;
    });
    const together = this.waiting.splice(0, end < 0 ? this.waiting.length : end);
    try {
      await this.foldTogether(together.map(({ commit }) => commit));
      for (const { resolve } of together) resolve();
    } catch (error) {
      for (const { reject } of together) reject(error);
    } finally {
      this.busy = false;
      void this.next();
    }
  }

  private async foldTogether(commits: readonly StoredFacts[]): Promise<void> {
    const facts = commits.flatMap((commit) => commit.facts);
    const fresh = new Set(commits.flatMap((commit) => commit.facts.map(({ id }) => id).filter((id) => !commit.again.has(id))));
    const zones = new Map(commits.flatMap((commit) => [...commit.zones]));
    /** Names and versions of what was written before it turned out that the state does not know of it. */
    const written = new Map<string, Map<Name, number>>();
    for (let tries = 1; ; tries++) {
      try {
        const round = await this.options.state.begin(byShelf(facts));
        await this.foldOnce(round, facts, (id) => tries === 1 && fresh.has(id), zones, written);
        return;
      } catch (error) {
        if (!(error instanceof StateAway || error instanceof StateLost)) throw error;
        const type = error instanceof StateLost ? 'state_lost' : 'state_away';
        await this.options.patience.wait(
          tries,
          { of: 'request', status: 0, type, reason: error.message },
          'what holds the messages in flight',
        );
      }
    }
  }

  private async foldOnce(
    round: Round,
    facts: readonly Fact[],
    isNew: (id: string) => boolean,
    zones: ReadonlyMap<string, Zone>,
    written: Map<string, Map<Name, number>>,
  ): Promise<void> {
    const answers = new Answers(round, this.options.stored, isNew);
    const parts = await this.refolded(facts, answers, (host) => zones.get(host));
    const { names, documents } = byQueue(parts);
    const known = await answers.known([...new Set(parts.flatMap(({ queues }) => queues))]);
    const claims = [...known].map(([queue, { shelf, born, found }]) => {
      const mine = written.get(queue);
      return {
        queue,
        shelf,
        born,
        names: names.get(queue) ?? [],
        found: mine === undefined ? found : new Map([...(found ?? []), ...mine]),
      };
    });
    const claimed = await round.claim(claims);
    const won = claims.filter((_, i) => claimed[i] !== 'superseded');
    const stale = new Map<Name, number>();
    for (const one of claimed) if (one !== 'superseded') for (const [name, version] of one.stale) stale.set(name, version);
    for (const { queue, names: mine } of won)
      written.set(queue, new Map([...(written.get(queue) ?? []), ...mine.map((name) => [name, round.version] as const)]));

    const isMine = new Set(won.map(({ queue }) => queue));
    const mine = documents.filter(({ queue }) => queue === undefined || isMine.has(queue));
    await this.write(round.version, mine, stale);
    const flying = new Set(parts.flatMap((part) => part.flying));
    await round.settle(won.map(({ queue, shelf, born }) => ({ shelf, born, ended: !flying.has(queue) })));
  }

  /** Where some facts cannot be folded, the others are; and which these are is noted. */
  private async refolded(facts: readonly Fact[], answers: Answers, zoneOf: (host: string) => Zone | undefined): Promise<Part[]> {
    const asking = refold(facts);
    let answer: Iterable<Fact> = [];
    for (;;) {
      let step: ReturnType<typeof asking.next>;
      try {
        step = asking.next(answer);
        if (step.done) return [partOf(this.options.prefix, step.value, zoneOf)];
      } catch (error) {
        const [first] = facts;
        if (facts.length > 1) {
          const half = facts.length >> 1;
          const first = await this.refolded(facts.slice(0, half), answers, zoneOf);
          return [...first, ...(await this.refolded(facts.slice(half), answers, zoneOf))];
        }
        if (first !== undefined) this.note(error, { line: first.id, host: first.host, program: first.program });
        return [];
      }
      answer = await answers.facts(step.value);
    }
  }

  /** Documents are made as they are sent, so that few of them are in memory at once, and none for long. */
  private async write(version: number, documents: readonly Planned<object>[], stale: ReadonlyMap<Name, number>): Promise<void> {
    const { installed, bulk, size, touched } = this.options;
    for (const index of new Set([...documents.map((one) => one.index), ...[...stale.keys()].map((name) => split(name)[0])])) {
      await installed.index(index);
      touched.add(index);
    }
    const all: Promise<void>[] = [];
    const sending = new Set<Promise<void>>();
    let operations: Operations | undefined;
    const send = () => {
      if (operations === undefined) return;
      const sent = this.send(operations).finally(() => sending.delete(sent));
      // It fails where it is waited for.
      sent.catch(() => {});
      sending.add(sent);
      all.push(sent);
      operations = undefined;
    };
    const add = (action: string, document?: string) => {
      operations ??= new Operations(this.options.buffers.pop() ?? Operations.bufferFor(aBatch));
      operations.add(action, document);
      // No more than a batch of lines fills, as the buffers are the same; they go together (bulk.ts).
      if (operations.count >= Math.min(size.documents, 1_000) || operations.bytes >= Math.min(aBatch, bulk.largest)) send();
    };
    for (const one of documents) {
      const json = this.jsonOf(one);
      if (json === undefined) continue;
      add(`{"index":{"_index":"${one.index}","_id":"${one.id}","version":${version},"version_type":"external"}}`, json);
      if (sending.size >= mostSending) await Promise.race(sending);
    }
    for (const [name, written] of stale) {
      const [_index, _id] = split(name);
      add(JSON.stringify({ delete: { _index, _id, version: written + 1, version_type: 'external' } }));
    }
    send();
    await Promise.all(all);
  }

  private jsonOf(one: Planned<object>): string | undefined {
    try {
      return JSON.stringify(one.make());
    } catch (error) {
      this.note(error, { line: one.id });
      return undefined;
    }
  }

  /** A fault of ours. The lines are stored, and whatever reads lines finds them. */
  private note(error: unknown, which: { readonly line: string; readonly host?: string; readonly program?: string }): void {
    if (this.noted.has(which.line)) return;
    if (this.noted.size < 1000) this.noted.add(which.line);
    this.options.log?.warn(
      { err: error, ...which },
      'no message could be made of a line, and of those that belong to it; the lines themselves are stored',
    );
  }

  private async send(operations: Operations): Promise<void> {
    const { refused } = await this.options.bulk.write(operations);
    this.options.buffers.push(operations.spent);
    const [why] = refused.values();
    if (why === undefined) return;
    this.options.log?.warn(
      { reason: why, documents: refused.size },
      'Elasticsearch refuses messages or attempts; the lines that they are made of are stored',
    );
  }
}

function split(name: Name): [index: string, id: string] {
  const at = name.indexOf(' ');
  return [name.slice(0, at), name.slice(at + 1)];
}
