/** Several days of a busy server, made by the bench generator, in the real store: by the hour first, and by the minute where something is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { Commands } from '../report/diagnose/commands.js';
import { type Diagnosis, diagnose } from '../report/diagnose.js';
import { LocalClock } from '../report/render/clock.js';
import { openDuckDBReader, openDuckDBWriter } from '../store/duckdb/index.js';
import { Workshop } from './workshop.js';

const days = 5;
const end = Date.UTC(2026, 10, 20);
const begin = end - days * 86_400_000;
/** The middle fifth. */
const incident = { from: 0.4, to: 0.6 };
const at = (share: number) => begin + share * days * 86_400_000;
const hour = 3_600_000;

async function diagnosed(workshop: Workshop, lines: number, period: typeof incident | null): Promise<Diagnosis> {
  let log = '';
  for (const one of generate({ seed: 11, hosts: 1, days, lines, incident: period })) if (one.kind === 'line') log += `${one.line}\n`;
  workshop.write('maillog', log, end);
  await workshop.import(['maillog']);
  const writer = await openDuckDBWriter({ path: workshop.store });
  await writer.fold();
  await writer.close();
  const reader = await openDuckDBReader({ path: workshop.store });
  try {
    return await diagnose(reader, {}, new Commands('postscope', new LocalClock('UTC'), ''));
  } finally {
    await reader.close();
  }
}

describe('five days with an incident', () => {
  const workshop = new Workshop();
  afterAll(() => workshop.remove());
  let found: Diagnosis;
  beforeAll(async () => {
    found = await diagnosed(workshop, 60_000, incident);
  });

  test('the resolver is named in just that time', () => {
    const resolver = found.findings.filter(({ cause }) => cause === 'resolver');
    expect(resolver.length).toBe(1);
    expect(resolver[0]?.claim).toContain('25 s = 5 × 5 s');
    expect(Math.abs((resolver[0]?.since ?? 0) - at(incident.from))).toBeLessThan(2 * hour);
    expect(Math.abs((resolver[0]?.until ?? 0) - at(incident.to))).toBeLessThan(2 * hour);
  });

  test('each relay is blamed for its own way of failing, within that time', () => {
    const ways = found.findings
      .filter(({ relay }) => relay?.host.startsWith('relay'))
      .map(({ relay, kind, phase }) => `${relay?.host.split('.')[0]} ${kind} ${phase}`);
    expect(ways).toEqual(expect.arrayContaining(['relay102 conversation_timeout end_of_data', 'relaya4 connect_timeout connect']));
    expect(ways.filter((way) => way.startsWith('relay101'))).toEqual([]);
    for (const { relay, since, until } of found.findings) {
      if (!relay?.host.startsWith('relay')) continue;
      expect(since).toBeGreaterThan(at(incident.from) - hour);
      expect(until).toBeLessThan(at(incident.to) + 2 * hour);
    }
  });

  test('it is not drowned in what goes wrong on any day', () => {
    expect(found.deliveries).toBeGreaterThan(5_000);
    expect(found.findings.length).toBeLessThan(20);
  });
});

test('five days without one: what goes wrong on any day is no finding', async () => {
  const workshop = new Workshop();
  try {
    const { findings, deliveries } = await diagnosed(workshop, 30_000, null);
    expect(deliveries).toBeGreaterThan(2_000);
    expect(findings.map(({ cause, claim }) => `${cause}: ${claim}`)).toEqual([]);
  } finally {
    workshop.remove();
  }
});
