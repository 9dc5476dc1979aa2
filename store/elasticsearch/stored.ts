/** What the state of messages in flight is filled from, when it does not know: lines and documents that Elasticsearch has. */
import type { Fact } from '../../postfix/message/fact.js';
import { queueKey } from '../../postfix/message/keys.js';
import type { Question } from '../../postfix/message/refold.js';
import type { Name, Stored } from '../../workers/state/port.js';
import { StoreError } from '../errors.js';
import type { Asked } from './asked.js';
import type { Patience } from './patience.js';
import { facts } from './questions/facts.js';

interface Hit {
  readonly host: { readonly name: string };
  readonly email: { readonly local_id: string };
}

/** Far below 65,536 values of a field. */
const most = 2_000;

export class StoredLines implements Stored {
  constructor(
    private readonly asked: Asked,
    private readonly patience: Patience,
  ) {}

  async refresh(): Promise<void> {
    const { events, messages, attempts } = this.asked.names;
    await this.patience.ask({
      method: 'POST',
      path: `/${[events, messages, attempts].join(',')}/_refresh`,
      querystring: { ignore_unavailable: true, allow_no_indices: true },
    });
  }

  facts(question: Question, isKnown: (id: string) => boolean): Promise<readonly Fact[]> {
    return this.patiently(() => facts(this.asked, question, isKnown));
  }

  async documents(queues: readonly string[]): Promise<Map<string, Map<Name, number>>> {
    const found = new Map<string, Map<Name, number>>(queues.map((key) => [key, new Map()]));
    const ids = [...new Set(queues.map((key) => key.slice(key.lastIndexOf(' ') + 1)))];
    for (let from = 0; from < ids.length; from += most) {
      await this.patiently(() => this.gather(ids.slice(from, from + most), found));
    }
    return found;
  }

  private async gather(ids: string[], found: Map<string, Map<Name, number>>): Promise<void> {
    const { names, pages } = this.asked;
    for (let after: (string | number)[] | undefined; ; ) {
      const { hits } = await this.asked.search<Hit>({
        index: [names.messages, names.attempts],
        query: { bool: { filter: [{ terms: { 'email.local_id': ids } }] } },
        // No two documents of one index are alike in all of these.
        sort: [{ 'postfix.micros': 'asc' }, { 'event.id': 'asc' }, { 'event.action': 'asc' }],
        size: pages.lines,
        version: true,
        _source: ['host.name', 'email.local_id'],
        ...(after === undefined ? {} : { search_after: after }),
      });
      for (const { _index, _id, _version, _source } of hits.hits) {
        if (_id === undefined || _version === undefined || _source === undefined) continue;
        found.get(queueKey(_source.host.name, _source.email.local_id))?.set(`${_index} ${_id}`, _version);
      }
      after = hits.hits.at(-1)?.sort as typeof after;
      if (hits.hits.length < pages.lines || after === undefined) return;
    }
  }

  /** Asks until there is an answer, as a round that gave up would have the same to ask again. @throws StoreError, the signal's reason */
  private async patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof StoreError) || (error.code !== 'unreachable' && error.code !== 'overloaded')) throw error;
        await this.patience.wait(tries, { of: 'request', status: 0, type: error.code, reason: error.message });
      }
    }
  }
}
