/** Has Elasticsearch write its segments again without what was deleted, which they keep otherwise until they are merged some day. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IndexNames } from './names.js';
import type { Patience } from './patience.js';

/**
 * How long it is tried, in milliseconds. Elasticsearch keeps deleted documents for copies that lag behind, and looks twice a minute
 * whether any does.
 */
const usually = 45_000;
const between = 3_000;

/** Segments of which few documents were deleted would be left as they are. */
const allowed = 'index.merge.policy.expunge_deletes_allowed';

/** @param merge whether to do so, or only to count @returns how many deleted documents are left @throws StoreError */
export async function expunge(patience: Patience, names: IndexNames, merge: boolean, patient = usually): Promise<number> {
  const indices = [names.events, names.messages, names.attempts, names.snapshots, names.quarantine, names.sources];
  // Whose own entry is written again behind it, and says nothing else than before.
  if (merge) indices.push(names.retention);
  const path = `/${indices.join(',')}`;
  const lenient = { ignore_unavailable: true, allow_no_indices: true };
  const left = async () => {
    const { body } = await patience.ask({
      method: 'GET',
      path: `${path}/_stats/docs`,
      querystring: { ...lenient, filter_path: '_all.total.docs.deleted' },
    });
    return (body as { _all?: { total?: { docs?: { deleted?: number } } } } | null)?._all?.total?.docs?.deleted ?? 0;
  };
  if (!merge) return left();
  const allow = (percent: number | null) =>
    patience.ask({ method: 'PUT', path: `${path}/_settings`, querystring: lenient, body: { [allowed]: percent } });
  const post = (what: string, more: Readonly<Record<string, boolean>> = {}) =>
    patience.ask({ method: 'POST', path: `${path}/${what}`, querystring: { ...lenient, ...more } });
  const began = performance.now();
  await allow(0);
  try {
    for (;;) {
      await post('_flush', { force: true });
      await post('_forcemerge', { only_expunge_deletes: true });
      await post('_refresh');
      const deleted = await left();
      if (deleted === 0 || performance.now() - began > patient) return deleted;
      await pause(between);
    }
  } finally {
    await allow(null);
  }
}
