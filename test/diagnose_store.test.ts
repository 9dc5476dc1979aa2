/** The real store gives a diagnosis the same measures as plain loops over the lines do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Commands } from '../report/diagnose/commands.js';
import { diagnose } from '../report/diagnose.js';
import { LocalClock } from '../report/render/clock.js';
import { openDuckDBReader, openDuckDBWriter } from '../store/duckdb/index.js';
import { referenceReader } from './reference_reader.js';
import { Workshop } from './workshop.js';

const commands = new Commands('postscope', new LocalClock('UTC'), '');
const workshops: Workshop[] = [];
afterAll(() => {
  for (const workshop of workshops) workshop.remove();
});

/** The log's last line is of this day. */
const logged = Date.parse('2026-11-24T16:00:00Z');

describe.each([
  'logs/incident',
  'logs/faults',
  'logs/daemons',
  'logs_more/greylist',
  'logs_more/certbad',
  'logs_more/burst',
  'logs_more/deadtwo',
])('the log %s', (name) => {
  test('has the same findings in DuckDB', async () => {
    const log = readFileSync(join(import.meta.dirname, name, 'maillog'), 'utf8');
    const workshop = new Workshop();
    workshops.push(workshop);
    workshop.write('maillog', log, logged);
    await workshop.import(['maillog']);
    const writer = await openDuckDBWriter({ path: workshop.store });
    await writer.fold();
    await writer.close();
    const reader = await openDuckDBReader({ path: workshop.store });
    try {
      const stored = await diagnose(reader, {}, commands);
      expect(stored).toEqual(await diagnose(referenceReader(log), {}, commands));
    } finally {
      await reader.close();
    }
  });
});
