/** The books of every source. */
import type { SourceAccount } from '../../port.js';
import { accountOf, type SourceDocument } from '../account.js';
import type { Asked } from '../asked.js';

export async function sources(asked: Asked): Promise<readonly SourceAccount[]> {
  const found: SourceAccount[] = [];
  for (let after: string[] | undefined; ; ) {
    const { hits } = await asked.search<SourceDocument>({
      index: asked.names.sources,
      sort: [{ path: 'asc' }, { key: 'asc' }],
      size: asked.pages.lines,
      ...(after === undefined ? {} : { search_after: after }),
    });
    const documents = hits.hits.flatMap(({ _source }) => _source ?? []);
    found.push(...documents.map(accountOf));
    const last = documents.at(-1);
    if (hits.hits.length < asked.pages.lines || last === undefined) return found;
    after = [last.path, last.key];
  }
}
