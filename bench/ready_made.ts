/**
 * The ceiling of the cluster: the same documents, posted ready-made. `ready_made.js URL BODIES` posts what
 * `writeBodies` wrote, 5,000 documents a request and two requests at a time, and does nothing else.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { batchesOf } from '../ingest/archive.js';
import { survey } from '../ingest/survey.js';
import { toDocument } from '../postfix/document.js';
import { identityOf } from '../postfix/identity.js';
import { zoneOf } from '../postfix/zone.js';
import { openClient } from '../store/elasticsearch/client.js';
import { toIndexed } from '../store/elasticsearch/document.js';
import { eventsIndex } from '../store/elasticsearch/names.js';
import { Operations } from '../store/elasticsearch/operations.js';
import { LineReader } from '../workers/batch.js';

const perRequest = 5_000;
const atOnce = 2;

/** Writes the bodies of the bulk requests that store a log: each behind its length. */
export async function writeBodies(to: string, logs: readonly string[], prefix: string): Promise<void> {
  const zone = zoneOf('UTC');
  const file = openSync(to, 'w');
  const length = Buffer.alloc(4);
  let operations = new Operations(Operations.bufferFor(8 << 20));
  const flush = () => {
    const body = operations.bytesOf(Array.from({ length: operations.count }, (_, i) => i));
    length.writeUInt32LE(body.length);
    for (const bytes of [length, body]) for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    operations = new Operations(operations.spent);
  };
  try {
    for (const path of logs) {
      const log = await survey(path, await stat(path), zone, Date.now());
      const reader = new LineReader();
      const source = { key: path, path };
      const nothing = Buffer.alloc(0);
      const from = { source, position: { offset: 0, complete: false, tail: '' }, before: nothing, zone: 'UTC', host: 'localhost' };
      for await (const batch of batchesOf(log, from)) {
        reader.read(batch, {
          event: (event, offset, ordinal, kept) => {
            const id = identityOf(event.host, event.time, kept, ordinal);
            const document = toIndexed(toDocument(event, kept, { id, path, offset }), event, zone);
            operations.add(JSON.stringify({ create: { _index: eventsIndex(prefix, event.time), _id: id } }), JSON.stringify(document));
            if (operations.count === perRequest) flush();
          },
          aside: () => {},
        });
      }
    }
    if (operations.count > 0) flush();
  } finally {
    closeSync(file);
  }
}

/** Posts them. @throws Error where one is not taken */
async function post(url: string, bodies: string): Promise<void> {
  const client = await openClient({ url });
  const file = openSync(bodies, 'r');
  const length = Buffer.alloc(4);
  const next = (): Buffer | undefined => {
    if (readSync(file, length, 0, 4, null) < 4) return undefined;
    const body = Buffer.allocUnsafeSlow(length.readUInt32LE());
    for (let at = 0; at < body.length; ) at += readSync(file, body, at, body.length - at, null);
    return body;
  };
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let body = next(); body !== undefined; body = next()) {
        const answer = await client.transport.request<{ errors: boolean }>(
          { method: 'POST', path: '/_bulk', querystring: { filter_path: 'errors' }, bulkBody: body },
          { maxRetries: 0 },
        );
        if (answer.errors) throw new Error('documents were refused');
      }
    }),
  );
  await client.close();
}

if (argv[1] === fileURLToPath(import.meta.url)) await post(argv[2] ?? '', argv[3] ?? '');
