/** The parts that a diagnosis is made of: stretches of time, the C library's waits, what is said and typed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePostconf } from '../postfix/snapshot/postconf.js';
import { parseResolv } from '../postfix/snapshot/resolv.js';
import { type Snapshot, snapshotOf } from '../postfix/snapshot/snapshot.js';
import { resolvAt } from '../report/diagnose/circumstances.js';
import { explanationsOf, modeOf, shareOfMultiples, waitFor } from '../report/diagnose/nameservers.js';
import { circumstancesIn, circumstancesOf } from '../report/diagnose/snapshots.js';
import { type Beat, isMarked, type Other, stretchesOf } from '../report/diagnose/stretch.js';
import { fakeReader, run } from './fake_reader.js';
import { referenceReader } from './reference_reader.js';

const minute = 60_000;
const beat = (first: number, count = 1, last = first): Beat => ({ first: first * minute, last: last * minute, count });
const well = (first: number, count: number, last = first): Other => ({ ...beat(first, count, last), well: true });

describe('stretches', () => {
  test('a silence of less than the longest pause between two tries does not divide, a longer one does', () => {
    expect(stretchesOf([beat(0), beat(60), beat(120)], []).length).toBe(1);
    expect(stretchesOf([beat(0), beat(60), beat(140)], []).length).toBe(2);
  });

  test('whoever did well many times in between was well', () => {
    expect(stretchesOf([beat(0, 5), beat(10, 5)], [well(5, 9)]).length).toBe(1);
    expect(stretchesOf([beat(0, 5), beat(10, 5)], [well(5, 10)]).map(({ count }) => count)).toEqual([5, 5]);
  });

  test('what happens now and then is not marked', () => {
    expect(isMarked({ count: 2, of: 2 })).toBe(false);
    expect(isMarked({ count: 3, of: 3 })).toBe(true);
    expect(isMarked({ count: 10, of: 1000 })).toBe(false);
  });

  test('no failure is lost, and none is in two of them', () => {
    const some = fc.array(fc.record({ first: fc.integer({ min: 0, max: 3000 }), count: fc.integer({ min: 1, max: 50 }) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(some, some, (failed, others) => {
        const beats = failed.map(({ first, count }) => beat(first, count));
        const rest = others.map(({ first, count }) => well(first, count)).sort((a, b) => a.first - b.first);
        const stretches = stretchesOf(beats, rest);
        expect(stretches.reduce((sum, { count }) => sum + count, 0)).toBe(beats.reduce((sum, { count }) => sum + count, 0));
        for (const [i, one] of stretches.entries()) {
          expect(one.of).toBeGreaterThanOrEqual(one.count);
          if (i > 0) expect(one.since).toBeGreaterThan((stretches[i - 1] as typeof one).until);
        }
      }),
    );
  });
});

describe('what a floor under c says of nameservers', () => {
  test('the C library waits 5 s for the first server, and for the second a share of twice that', () => {
    expect([waitFor(1, 2, 5), waitFor(1, 3, 5), waitFor(2, 3, 5), waitFor(1, 2, 2)]).toEqual([5, 5, 8, 2]);
  });

  const stalls = (...rests: readonly (readonly [number, number])[]) => rests.map(([rest, count]) => ({ rest, count }));

  test('25 s to four relays of one name: the first server, and nothing else', () => {
    expect(explanationsOf(stalls([25, 40]), 25, 4, undefined)).toEqual([{ lookups: 5, each: 5, why: 'silent', servers: 1 }]);
  });

  test('40 s is told apart by what mail to other names waits', () => {
    const ways = (rests: ReturnType<typeof stalls>) => explanationsOf(rests, 40, 4, undefined).map(({ each, why }) => `${each} ${why}`);
    expect(ways(stalls([40, 20]))).toEqual(['8 silent', '10 unanswered']);
    expect(ways(stalls([40, 20], [16, 10]))).toEqual(['8 silent']);
    expect(ways(stalls([40, 20], [10, 10]))).toEqual(['10 unanswered']);
  });

  test('resolv.conf decides where it is known', () => {
    expect(explanationsOf(stalls([40, 20]), 40, 4, { servers: 1, timeout: 5, attempts: 2 })).toMatchObject([{ why: 'unanswered' }]);
    expect(explanationsOf(stalls([10, 20]), 10, 4, { servers: 2, timeout: 2, attempts: 2 })).toMatchObject([{ each: 2, lookups: 5 }]);
    expect(explanationsOf(stalls([10, 20]), 10, 4, undefined)).toEqual([]);
  });

  test('multiples and the most frequent stall', () => {
    expect(shareOfMultiples(stalls([25, 3], [26, 1], [13, 4]), 5)).toBe(0.5);
    expect(modeOf(stalls([25, 3], [26, 1], [13, 4], [24, 2]))).toEqual({ rest: 13, share: 0.4 });
  });
});

describe('snapshots', () => {
  const folder = join(import.meta.dirname, 'logs', 'incident');
  const saved = (name: string) => readFileSync(join(folder, name), 'utf8');
  const host = 'mailer';
  const during = { host, time: Date.parse('2026-11-24T03:06:08Z') };
  const snapshots = [
    snapshotOf('resolv', during, parseResolv(saved('during-resolv.conf')).content),
    snapshotOf('postconf', during, parsePostconf(saved('during-postconf-n.txt')).content),
    snapshotOf('resolv', { host, time: Date.parse('2026-11-24T03:08:00Z') }, parseResolv(saved('after-resolv.conf')).content),
  ];

  test('say which nameservers there were at a time, and the time limits in force', () => {
    const circumstances = circumstancesIn(snapshots, host, during.time);
    expect(resolvAt(circumstances, during.time)?.nameservers).toEqual(['10.50.0.54', '10.50.0.53']);
    expect(resolvAt(circumstances, Date.parse('2026-11-24T04:00:00Z'))?.nameservers).toEqual(['10.50.0.53']);
    expect(resolvAt(circumstances, 0)?.nameservers).toEqual(['10.50.0.54', '10.50.0.53']);
    expect(circumstances.timeouts).toMatchObject({ connect: 6, end_of_data: 8 });
  });

  test('are asked for where nobody names a host and there is one, and not mixed where there are several', async () => {
    const reader = (all: readonly Snapshot[]) => ({ snapshots: async () => all, queuedIn: async () => [] });
    expect((await circumstancesOf(reader(snapshots), {})).resolv?.length).toBe(2);
    const other = snapshotOf('resolv', { host: 'other', time: 0 }, parseResolv('nameserver 192.0.2.1').content);
    expect(await circumstancesOf(reader([...snapshots, other]), {})).toEqual({});
    expect(await circumstancesOf(reader([]), {})).toEqual({});
  });

  test('name the server to ask, and a name that it has to know', async () => {
    const reader = { ...referenceReader(readFileSync(join(folder, 'maillog'), 'utf8')), snapshots: async () => snapshots };
    const { out } = await run(reader, ['diagnose', '--zone', 'UTC']);
    expect(out).toContain('dig @10.50.0.54 +tries=1 +time=5 relay102.example.net');
    expect(out).toContain('hangs at EHLO: 3 of 3 tries timed out after about 7 s');
  });
});

describe('postscope diagnose', () => {
  const log = (name: string) => readFileSync(join(import.meta.dirname, 'logs', name, 'maillog'), 'utf8');

  test('reads well at 3 a.m. in 80 columns: but for commands to be copied', async () => {
    const { code, out } = await run(referenceReader(log('incident')), ['diagnose', '--zone', 'UTC'], { terminal: 80 });
    const plain = out.replace(/\x1b\[\d+m/g, '');
    expect(code).toBe(0);
    expect(plain).toContain('1. Name resolution  2026-11-24 03:04:53 to 03:07:38');
    expect(plain).toContain('2. Relay  2026-11-24 03:05:24 to 03:06:41');
    for (const line of plain.split('\n').filter((one) => !one.startsWith('     postscope ')))
      expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('--json has findings with the fields that other programs want', async () => {
    const { out } = await run(referenceReader(log('relayonly')), ['diagnose', '--json', '--host', 'mailer']);
    const { findings } = JSON.parse(out);
    expect(findings).toMatchObject([
      { cause: 'relay', relay: { host: 'relay103.example.net', ip: '10.50.0.103' }, kind: 'connect_timeout', phase: 'connect' },
      { cause: 'relay', relay: { host: 'relay102.example.net', ip: '10.50.0.102' }, kind: 'greeting_refused' },
    ]);
    for (const finding of findings) {
      expect(Object.keys(finding)).toEqual(
        expect.arrayContaining(['cause', 'relay', 'since', 'until', 'messages', 'seconds', 'evidence', 'next', 'claim', 'sure', 'refute']),
      );
      expect(finding.since).toMatch(/^2026-11-24T02:55:\d\d\.\d+Z$/);
      for (const { command } of finding.evidence) expect(command).toContain('--host mailer');
    }
  });

  test('every command of the evidence can be typed', async () => {
    const reader = referenceReader(log('faults'));
    const { out } = await run(reader, ['diagnose', '--json']);
    const commands = new Set(
      (JSON.parse(out).findings as { evidence: { command: string }[] }[]).flatMap(({ evidence }) => evidence.map(({ command }) => command)),
    );
    expect(commands.size).toBeGreaterThan(20);
    for (const command of commands) {
      const words = command.split(' ').slice(1);
      const { code, err } = await run(reader, words);
      expect(code, `${command}: ${err}`).toBe(0);
    }
  });

  test('a healthy log, an empty store and a period without data: a sentence each', async () => {
    const healthy = await run(referenceReader(log('healthy')), ['diagnose', '--zone', 'UTC']);
    expect(healthy.out).toMatch(/^Nothing in the log says why mail would be late: 72 deliveries and 72 tries/);
    const empty = await run(fakeReader(), ['diagnose']);
    expect(empty).toMatchObject({ code: 0, out: '' });
    expect(empty.err).toContain('holds no lines yet');
    const none = await run(referenceReader(log('healthy')), ['diagnose', '--since', '2026-11-30']);
    expect(none.err).toContain('No lines from 2026-11-30');
    expect(JSON.parse((await run(fakeReader(), ['diagnose', '--json'])).out)).toMatchObject({ findings: [], undecided: [] });
    expect((await run(fakeReader(), ['diagnose', '--csv'])).code).toBe(2);
  });

  test('names and answers from the log stay text', async () => {
    const evil = 'mx.$(id).example.net';
    const lines = Array.from({ length: 6 }, (_, i) => {
      const stamp = `Nov 24 03:00:${String(i * 8).padStart(2, '0')}`;
      return `${stamp} mailer postfix/smtp[4]: 3F2A81C04${i}: to=<a@example.com>, relay=${evil}[192.0.2.25]:25, delay=1, delays=0/0/1/0, dsn=4.7.0, status=deferred (host ${evil}[192.0.2.25] refused to talk to me: 421 4.3.2 \x1b[31mno $(reboot))`;
    });
    const reader = referenceReader(lines.join('\n'));
    const { out } = await run(reader, ['diagnose'], { terminal: 80, zone: 'UTC' });
    expect(out).toContain('refuses to talk to us');
    expect(out.replace(/\x1b\[\d+m/g, '')).not.toMatch(/[\x1b\x07]/);
  });
});
