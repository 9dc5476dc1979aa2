/** A line in quarantine is tried again: a newer grammar may know its time, a mapping was mended, a worker died for another reason. */
import { Clock } from '../postfix/clock.js';
import { Parser } from '../postfix/parse.js';
import { zoneOf } from '../postfix/zone.js';
import type { QuarantinedLine, Receipt, Writer } from '../store/port.js';
import { clippedTo } from './batch.js';

/** What became of a line. */
export interface Replayed {
  readonly line: QuarantinedLine;
  /** Why it stays where it is; undefined: it is stored. */
  readonly stays: string | undefined;
}

export interface Replay {
  readonly lines: readonly Replayed[];
  readonly receipt: Receipt;
}

/**
 * Tries lines again, all of them in one commit: what can be placed now is stored, and out of quarantine, at once.
 * A store may refuse a line again, and keep it aside again.
 */
export async function replay(store: Writer, lines: readonly QuarantinedLine[]): Promise<Replay> {
  const tried = lines.map((line) => ({ line, stays: tryAgain(store, line) }));
  const ids = tried.flatMap(({ line, stays }) => (stays === undefined ? [line.id] : []));
  store.release(ids);
  const receipt = await store.commit([]);
  if (receipt.quarantined === 0) return { lines: tried, receipt };
  const { lines: again } = await store.quarantined({ ids, limit: ids.length });
  const refused = new Map(again.map(({ id, why }) => [id, `it was refused again: ${why ?? 'the store does not say why'}`]));
  return { lines: tried.map(({ line, stays }) => ({ line, stays: stays ?? refused.get(line.id) })), receipt };
}

/** Hands a line to the store, or says why not. */
function tryAgain(
  store: Writer,
  { reason, source, offset, ordinal, text, zone: zoneName, host, anchor }: QuarantinedLine,
): string | undefined {
  if (reason === 'too_long' || (text.text.length >= clippedTo && (reason === 'no_time' || reason === 'binary')))
    return 'only its beginning was kept, so it cannot be stored as it was';
  const zone = zoneOf(zoneName);
  const event = new Parser(new Clock(zone, () => anchor), host).parse(text.text);
  if (event === undefined) return 'it still has no time that postscope knows';
  store.add(event, { source, offset, ordinal, zone }, text);
  return undefined;
}
