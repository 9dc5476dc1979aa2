/** Lines of a cluster that name somebody: others are written in their place, and then these go. */
import { Clock } from '../../postfix/clock.js';
import { toDocument } from '../../postfix/document.js';
import { identityOf } from '../../postfix/identity.js';
import { queueKey } from '../../postfix/message/keys.js';
import { Parser } from '../../postfix/parse.js';
import type { Eraser } from '../../postfix/privacy/erasure.js';
import type { KeptText } from '../../postfix/text.js';
import { zoneOf } from '../../postfix/zone.js';
import { StoreError } from '../errors.js';
import { instantOf } from '../facts.js';
import type { Asked } from './asked.js';
import type { BulkWriter } from './bulk.js';
import { type IndexedDocument, toIndexed } from './document.js';
import { documents, type Found, mayName, Writing } from './erase_documents.js';
import { Operations } from './operations.js';

/** The stamp was resolved when the line was stored; any clock will do to read it again. */
let now = 0;
const parser = new Parser(new Clock(zoneOf('UTC'), () => now));

/** `mailer 70EAEC233E`, where a line is of a message. */
export const queueOf = ({ host, email }: Pick<IndexedDocument, 'host' | 'email'>): string | undefined =>
  email?.local_id === undefined ? undefined : queueKey(host.name, email.local_id);

/** @throws StoreError */
export async function* linesNaming(asked: Asked, eraser: Eraser): AsyncGenerator<readonly Found<IndexedDocument>[]> {
  for await (const some of documents<IndexedDocument>(asked, asked.names.events, mayName(eraser))) {
    yield some.filter(({ source }) => eraser.names(source.event.original ?? ''));
  }
}

/** Writes each without the name, and then deletes it: whoever comes after one that was killed in between finds it still. @throws StoreError */
export async function rewriteLines(asked: Asked, bulk: BulkWriter, eraser: Eraser): Promise<void> {
  for await (const some of linesNaming(asked, eraser)) {
    let left = some;
    for (let ordinal = 0; left.length > 0; ordinal++) left = await create(asked, bulk, left, eraser, ordinal);
    const deleting = new Writing(bulk);
    for (const { index, id } of some) await deleting.add({ delete: { _index: index, _id: id } });
    await deleting.end();
  }
}

/** @returns those whose place another line has, which was equal but for a spelling of the name */
async function create(
  asked: Asked,
  bulk: BulkWriter,
  lines: readonly Found<IndexedDocument>[],
  eraser: Eraser,
  ordinal: number,
): Promise<Found<IndexedDocument>[]> {
  const operations = new Operations(Operations.bufferFor(0));
  const ids: string[] = [];
  for (const { index, source } of lines) {
    const document = without(source, eraser, ordinal);
    ids.push(document.event.id);
    operations.add(JSON.stringify({ create: { _index: index, _id: document.event.id } }), JSON.stringify(document));
  }
  const result = await bulk.write(operations);
  const [refused] = result.refused.values();
  if (refused !== undefined) throw new StoreError('not_writable', `Elasticsearch refuses a line without the name: ${refused}`);
  const taken = lines.flatMap((line, i) => (result.of(i) === 'already_there' ? [{ line, id: ids[i] as string }] : []));
  if (taken.length === 0) return [];
  // Or it is the same line, written by a run that was killed.
  asked.changed();
  const there = new Map<string, IndexedDocument>();
  for await (const some of documents<IndexedDocument>(asked, asked.names.events, { ids: { values: taken.map(({ id }) => id) } })) {
    for (const { id, source } of some) there.set(id, source);
  }
  return taken.flatMap(({ line, id }) => (isSamePlace(line.source, there.get(id)) ? [] : [line]));
}

const isSamePlace = ({ log }: IndexedDocument, other: IndexedDocument | undefined) =>
  other?.log.offset === log.offset && other.log.file.path === log.file.path;

function without(before: IndexedDocument, eraser: Eraser, ordinal: number): IndexedDocument {
  const kept: KeptText = { text: eraser.erase(before.event.original ?? ''), encoding: before.postfix.encoding ?? 'utf-8' };
  now = instantOf(before);
  const event = parser.parse(kept.text);
  if (event === undefined) throw new Error(`a stored line has no time any more: ${kept.text}`);
  event.time = now;
  event.host = before.host.name;
  event.doubt = before.postfix.clock_doubt as typeof event.doubt;
  const id = identityOf(event.host, event.time, kept, ordinal);
  const { path } = before.log.file;
  const after = toIndexed(toDocument(event, kept, { id, path, offset: before.log.offset }), event, zoneOf('UTC'));
  // The zone of a host is not kept.
  after.postfix.local_time = before.postfix.local_time;
  return after;
}
