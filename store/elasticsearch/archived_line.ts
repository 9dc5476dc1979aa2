/** A line out of its document. */
import type { ClockDoubt } from '../../postfix/clock.js';
import type { EventDocument } from '../../postfix/document.js';
import { identityOf } from '../../postfix/identity.js';
import { type KeptText, unusual } from '../../postfix/text.js';
import type { ArchivedLine } from '../archive_port.js';
import { instantOf, type KeptLine } from '../facts.js';
import type { Source } from '../port.js';

/** What of a document is needed. */
export type KeptEvent = KeptLine & { readonly postfix?: Pick<NonNullable<EventDocument['postfix']>, 'clock_doubt' | 'encoding'> };

export const keptFields = [
  '@timestamp',
  'host.name',
  'event.id',
  'event.original',
  'log.file.path',
  'log.offset',
  'postfix.clock_doubt',
  'postfix.encoding',
] as const;

/** More equal lines of one second no worker can tell apart (Known limits in ARCHITECTURE.md). */
const mostOrdinals = 100_000;

/** @param sources by path */
export function archivedLine(document: KeptEvent, sources: ReadonlyMap<string, Source>): ArchivedLine {
  const { event, host, log, postfix } = document;
  const { original: text = '' } = event;
  const kept: KeptText = { text, encoding: postfix?.encoding ?? (unusual.test(text) ? 'utf-8' : 'ascii') };
  const time = instantOf(document);
  const { path } = log.file;
  return {
    text: kept,
    time,
    host: host.name,
    doubt: postfix?.clock_doubt as ClockDoubt | undefined,
    ordinal: ordinalOf(event.id, host.name, time, kept),
    source: sources.get(path) ?? { key: `path:${path}`, path },
    offset: log.offset,
  };
}

/** How many equal lines came before is nowhere but in the identity. */
function ordinalOf(id: string, host: string, time: number, kept: KeptText): number {
  for (let ordinal = 0; ordinal < mostOrdinals; ordinal++) if (identityOf(host, time, kept, ordinal) === id) return ordinal;
  throw new Error(`a stored line has not the identity ${id} that it should have: ${kept.text}`);
}
