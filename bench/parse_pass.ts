/**
 * A process that does nothing but parse: `parse_pass.js LOG PASSES`. The way of a line is the real one, from the file by
 * way of the shipper's batches through a worker's reader, but for the store. Prints one JSON object a pass.
 */
import { statSync } from 'node:fs';
import { batchesOf } from '../ingest/archive.js';
import { survey } from '../ingest/survey.js';
import type { Counter, FieldName, Fields } from '../postfix/fields.js';
import { type Event, unrecognized } from '../postfix/parse.js';
import type { KeptText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';
import { LineReader, type Taker } from '../workers/batch.js';

/** Looks at every field, so that none could have been left uncut. */
class Weighing implements Taker {
  sum = 0;
  fields = 0;
  unknown = 0;
  unplaced = 0;

  event(event: Event, offset: number, ordinal: number, kept: KeptText): void {
    this.sum += event.time + (event.pid ?? 0) + offset + ordinal + kept.text.length + event.textEnd - event.textAt;
    this.sum += weight(event.host) + weight(event.program) + weight(event.daemon) + weight(event.level) + weight(event.action);
    if (event.queueId !== undefined) this.sum += weight(event.queueId);
    if (event.action === unrecognized) this.unknown++;
    this.weigh(event.fields);
    if (event.reason !== undefined) this.weigh(event.reason);
  }

  aside(): void {
    this.unplaced++;
  }

  private weigh(fields: Fields): void {
    for (const name in fields) {
      const value = fields[name as FieldName] as string | number | Record<string, Counter> | undefined;
      if (value === undefined) continue;
      this.fields++;
      if (typeof value === 'string') this.sum += weight(value);
      else if (typeof value === 'number') this.sum += value;
      else for (const command in value) this.sum += (value[command] as Counter).total;
    }
  }
}

/** Of its length and its last character: an empty text has none. */
const weight = (text: string) => (text.length === 0 ? 1 : text.length + text.charCodeAt(text.length - 1));

const [path = '', passes = '1'] = process.argv.slice(2);
const zone = new Zone('UTC');
const file = await survey(path, statSync(path), zone, Date.now());
for (let pass = 0; pass < Number(passes); pass++) {
  const reader = new LineReader(zone, 'localhost');
  const weighing = new Weighing();
  const source = { key: file.key, path };
  const from = { source, position: { offset: 0, complete: false, tail: '' }, before: Buffer.alloc(0) };
  let lines = 0;
  const began = process.hrtime.bigint();
  for await (const batch of batchesOf(file, from)) lines += reader.read(batch, weighing);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { sum, fields, unknown, unplaced } = weighing;
  process.stdout.write(`${JSON.stringify({ seconds, lines, fields, unknown, unplaced, sum })}\n`);
}
