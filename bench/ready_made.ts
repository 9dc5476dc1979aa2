/**
 * The ceiling of the cluster: what it stores in the end, posted ready-made and once. `ready_made.js URL BODIES…` posts what
 * `writeBodies` wrote, 5,000 documents a request and two requests at a time, and does nothing else; for each file it prints
 * the seconds from the start of the process to its end.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Client } from '@elastic/elasticsearch';
import { batchesOf } from '../ingest/archive.js';
import { survey } from '../ingest/survey.js';
import { toDocument } from '../postfix/document.js';
import { identityOf } from '../postfix/identity.js';
import { type Fact, factOf } from '../postfix/message/fact.js';
import { fold } from '../postfix/message/fold.js';
import { own } from '../postfix/message/own.js';
import { zoneOf } from '../postfix/zone.js';
import { openClient } from '../store/elasticsearch/client.js';
import { toIndexed } from '../store/elasticsearch/document.js';
import { placed } from '../store/elasticsearch/message_document.js';
import { eventsIndex } from '../store/elasticsearch/names.js';
import { Operations } from '../store/elasticsearch/operations.js';
import { LineReader } from '../workers/batch.js';

const perRequest = 5_000;
const atOnce = 2;

/** Where bodies are written to. */
export interface BodyPaths {
  readonly events: string;
  /** Messages, attempts, and what deliveries tell of c. */
  readonly folded: string;
}

/** Writes the bodies of the bulk requests that store some logs. @returns how many documents there are beside the events */
export async function writeBodies({ events, folded }: BodyPaths, logs: readonly string[], prefix: string): Promise<number> {
  const facts: Fact[] = [];
  const lines = new Bodies(events);
  for (const path of logs) await addEvents(lines, facts, path, prefix);
  lines.close();
  const documents = new Bodies(folded);
  const { messages, attempts, deliveries } = placed(prefix, fold(facts), () => zoneOf('UTC'));
  const all = [...messages, ...attempts, ...deliveries];
  for (const { index, id, document } of all) documents.add(index, id, document);
  documents.close();
  return all.length;
}

async function addEvents(bodies: Bodies, facts: Fact[], path: string, prefix: string): Promise<void> {
  const zone = zoneOf('UTC');
  const log = await survey(path, await stat(path), zone, Date.now());
  const reader = new LineReader();
  const from = {
    source: { key: path, path },
    position: { offset: 0, complete: false, tail: '' },
    before: Buffer.alloc(0),
    zone: 'UTC',
    host: 'localhost',
  };
  for await (const batch of batchesOf(log, from)) {
    reader.read(batch, {
      event: (event, offset, ordinal, kept) => {
        const id = identityOf(event.host, event.time, kept, ordinal);
        bodies.add(eventsIndex(prefix, event.time), id, toIndexed(toDocument(event, kept, { id, path, offset }), event, zone));
        const fact = factOf(event, id, { path, offset });
        if (fact === undefined) return;
        own(fact);
        facts.push(fact);
      },
      aside: () => {},
    });
  }
}

/** A file of bodies, each behind its length. */
class Bodies {
  private readonly file: number;
  private readonly length = Buffer.alloc(4);
  private operations = new Operations(Operations.bufferFor(8 << 20));

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  add(_index: string, _id: string, document: object): void {
    this.operations.add(JSON.stringify({ create: { _index, _id } }), JSON.stringify(document));
    if (this.operations.count === perRequest) this.flush();
  }

  close(): void {
    if (this.operations.count > 0) this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    const { operations, length, file } = this;
    const body = operations.bytesOf(Array.from({ length: operations.count }, (_, i) => i));
    length.writeUInt32LE(body.length);
    for (const bytes of [length, body]) for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    this.operations = new Operations(operations.spent);
  }
}

/** Posts them. @throws Error where one is not taken */
async function post(client: Client, bodies: string): Promise<void> {
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
  closeSync(file);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url = '', ...files] = argv;
  const client = await openClient({ url });
  for (const bodies of files) {
    await post(client, bodies);
    console.log((performance.now() / 1000).toFixed(3));
  }
  await client.close();
}
