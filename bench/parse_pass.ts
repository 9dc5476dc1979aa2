/**
 * A process that does nothing but parse: `parse_pass.js LOG PASSES`. The log lies in memory; each line is found, and made an
 * event with every field of it. Prints one JSON object a pass; behind the last, unmeasured,
 * every field that comes out is looked at.
 */
import { readFileSync } from 'node:fs';
import { Clock } from '../postfix/clock.js';
import type { Counter, FieldName, Fields } from '../postfix/fields.js';
import { LineScan } from '../postfix/line_scan.js';
import { type Event, Parser, unrecognized } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';
import { windowEnd } from '../workers/batch.js';

/** Looks at every field, so that none could have been left uncut. */
class Weighing {
  sum = 0;
  fields = 0;
  unknown = 0;

  event(event: Event): void {
    this.sum += event.time + (event.pid ?? 0) + event.textEnd - event.textAt;
    this.sum += weight(event.host) + weight(event.program) + weight(event.daemon) + weight(event.level) + weight(event.action);
    if (event.queueId !== undefined) this.sum += weight(event.queueId);
    if (event.action === unrecognized) this.unknown++;
    this.weigh(event.fields);
    if (event.reason !== undefined) this.weigh(event.reason);
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

/** Keeps the last event and its fields, so that none is made in vain. */
let last: { event: Event; queueId: string | undefined; fields: Fields } | undefined;

function parseAll(log: Buffer, take: (event: Event) => void): { lines: number; unplaced: number } {
  const parser = new Parser(new Clock(new Zone('UTC'), () => now, year), 'localhost');
  let lines = 0;
  let unplaced = 0;
  const line = new LineScan();
  for (let from = 0; from < log.length; ) {
    const to = windowEnd(log, from);
    const text = log.toString('latin1', from, to);
    const bytes = new Uint8Array(log.buffer, log.byteOffset + from, to - from);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < text.length; at = line.end + 1) {
      line.read(view, at, text.length);
      const event = line.plain ? parser.parseAt(text, bytes, at, line.end, true) : parser.parse(keepText(text.slice(at, line.end)).text);
      lines++;
      if (event === undefined) unplaced++;
      else take(event);
    }
    from = to;
  }
  return { lines, unplaced };
}

const [path = '', passes = '1'] = process.argv.slice(2);
const log = readFileSync(path);
const now = Date.now();
/** The generator's logs end on 20 November 2026 (generate/). */
const year = 2026;
const seconds: number[] = [];
for (let pass = 0; pass < Number(passes); pass++) {
  const began = process.hrtime.bigint();
  parseAll(log, (event) => {
    const { queueId, fields } = event;
    last = { event, queueId, fields };
  });
  seconds.push(Number(process.hrtime.bigint() - began) / 1e9);
}
if (last === undefined) throw new Error(`${path} has no line with a time`);
// Behind what is measured, so that the first pass is as cold as an operator's.
const weighing = new Weighing();
const { lines, unplaced } = parseAll(log, (event) => weighing.event(event));
const { sum, fields, unknown } = weighing;
for (const time of seconds) process.stdout.write(`${JSON.stringify({ seconds: time, lines, fields, unknown, unplaced, sum })}\n`);
