/** Months, policies and gaps, by themselves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HourlyLines } from '../report/retention_gaps.js';
import { doomedBy, limitOf, monthsListed, parseKeep, parseMonths } from '../report/retention_policy.js';
import { monthIndexNamed } from '../store/elasticsearch/retention_indices.js';
import { endOfMonth, type HostHour, monthOf, monthsBetween, noCounts, startOfMonth, stretchesOf } from '../store/retention_port.js';

const hour = 3_600_000;

test('months are those of UTC, of any year that a stamp may have', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
      const month = monthOf(date.getTime());
      expect(date.toISOString().slice(0, 7)).toBe(month);
      expect(startOfMonth(month)).toBeLessThanOrEqual(date.getTime());
      expect(endOfMonth(month)).toBeGreaterThan(date.getTime());
    }),
  );
  expect(monthsBetween('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  expect(stretchesOf(['2026-03', '2026-01', '2026-02', '2026-05'])).toEqual([
    { since: startOfMonth('2026-01'), until: startOfMonth('2026-04') },
    { since: startOfMonth('2026-05'), until: startOfMonth('2026-06') },
  ]);
});

describe('a policy', () => {
  const now = Date.parse('2026-03-31T12:00:00Z');
  test.each([
    ['1d', '2026-03-30T12:00:00.000Z'],
    ['2 weeks', '2026-03-17T12:00:00.000Z'],
    // There is no 31st of February.
    ['1mo', '2026-02-28T23:59:59.999Z'],
    ['13 Months', '2025-02-28T23:59:59.999Z'],
    ['2y', '2024-03-31T12:00:00.000Z'],
  ])('%s keeps what is younger than %s', (text, limit) => {
    expect(new Date(limitOf(parseKeep(text), now)).toISOString()).toBe(limit);
  });

  test('takes whole months that are older, never one that is held, and never one that is not over', () => {
    const stock = { months: monthsBetween('2025-12', '2026-06').map((month) => ({ month, counts: noCounts, bytes: 0 })) };
    const policy = (text: string) => ({
      events: parseKeep(text),
      messages: parseKeep(text),
      attempts: parseKeep(text),
      snapshots: parseKeep(text),
    });
    expect(doomedBy(policy('1mo'), stock, new Set(['2026-01']), now).events).toEqual(['2025-12']);
    expect(doomedBy(policy('30d'), stock, new Set(), now).messages).toEqual(['2025-12', '2026-01', '2026-02']);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.constantFrom('d', 'w', 'mo', 'y'), (count, unit) => {
        for (const month of doomedBy(policy(`${count}${unit}`), stock, new Set(), now).events)
          expect(endOfMonth(month)).toBeLessThanOrEqual(now);
      }),
    );
  });

  test('periods of a hold', () => {
    expect(parseMonths('2022')).toEqual({ from: '2022-01', to: '2022-12' });
    expect(parseMonths('2022-04-12')).toEqual({ from: '2022-04', to: '2022-04' });
    expect(parseMonths('2022-04..2023')).toEqual({ from: '2022-04', to: '2023-12' });
    for (const wrong of ['', '22', '2022-4', '2022-04-31', '2022..2021', '2022-04..', '1..2..3'])
      expect(() => parseMonths(wrong)).toThrow(RangeError);
    expect(monthsListed(['2026-03', '2026-01', '2026-02', '2026-05'])).toBe('2026-01..2026-03, 2026-05');
  });
});

describe('gaps', () => {
  /** Eight weeks of a host that writes a lot by day, little on Sundays and nothing at night; without some hours. */
  const start = Date.parse('2026-09-07T00:00:00Z');
  const linesAt = (time: number) => {
    const date = new Date(time);
    if (date.getUTCHours() < 5) return 0;
    return date.getUTCDay() === 0 ? 1 : 200 + date.getUTCHours();
  };
  const hours = (missing: (time: number) => boolean): HostHour[] =>
    Array.from({ length: 8 * 168 }, (_, i) => start + i * hour)
      .map((time) => ({ host: 'mailer', hour: time, lines: missing(time) ? 0 : linesAt(time) }))
      .filter(({ lines }) => lines > 0);
  const at = Date.parse;

  test('a quiet night is one, a Sunday too, and three hours of a working day are not', () => {
    const lost = [at('2026-10-14T09:00:00Z'), at('2026-10-14T12:00:00Z')] as const;
    const sunday = [at('2026-10-18T08:00:00Z'), at('2026-10-18T11:00:00Z')] as const;
    const within = (time: number, [from, to]: readonly [number, number]) => time >= from && time < to;
    const gaps = new HourlyLines(hours((time) => within(time, lost) || within(time, sunday))).gaps(
      start + 5 * hour,
      start + 8 * 7 * 24 * hour - 1,
    );
    expect(gaps.filter(({ odd }) => odd)).toEqual([{ since: lost[0], until: lost[1], usual: 209 + 210 + 211, odd: true }]);
    expect(gaps.find(({ since }) => since === sunday[0])).toEqual({ since: sunday[0], until: sunday[1], usual: 3, odd: false });
    // Every other night.
    expect(gaps).toHaveLength(2 + 55);
  });

  test('days on end, with the nights in them', () => {
    const [from, to] = [at('2026-10-13T20:00:00Z'), at('2026-10-16T07:00:00Z')];
    const gaps = new HourlyLines(hours((time) => time >= from && time < to)).gaps(start + 5 * hour, start + 8 * 7 * 24 * hour - 1);
    expect(gaps.filter(({ odd }) => odd).map(({ since, until }) => [since, until])).toEqual([[from, to]]);
  });

  test('a log of one day has nothing to compare with but its own hours', () => {
    const day = [0, 1, 2, 5, 6].map((i): HostHour => ({ host: 'mailer', hour: start + i * hour, lines: 100 }));
    expect(new HourlyLines(day).gaps(start, start + 6 * hour)).toEqual([
      { since: start + 3 * hour, until: start + 5 * hour, usual: 200, odd: true },
    ]);
  });
});

test('an index is one of a month by its whole name, or it is none', () => {
  expect(monthIndexNamed('mail', 'mail-events-2026.04')).toEqual({ kind: 'events', month: '2026-04' });
  for (const name of [
    'mail-events-2026.13',
    'mail-events-2026.4',
    'mail-events-2026.04-1',
    'mail2-events-2026.04',
    'mail-sources',
    'mail-retention',
    'x-mail-events-2026.04',
  ]) {
    expect(monthIndexNamed('mail', name)).toBeUndefined();
  }
});
