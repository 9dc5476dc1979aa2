import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSince, parseUntil } from '../cli/time.js';
import { UsageError } from '../cli/usage.js';
import { Zone } from '../postfix/zone.js';
import { bucketAfter, bucketStart, bucketsOf, intervalFor } from '../report/buckets.js';
import { LocalClock } from '../report/render/clock.js';
import type { Interval } from '../store/port.js';

const berlin = new Zone('Europe/Berlin');
const now = Date.parse('2026-04-10T12:00:00Z');
const since = (text: string, zone = berlin) => new Date(parseSince(text, { zone, now })).toISOString();
const until = (text: string, zone = berlin) => new Date(parseUntil(text, { zone, now })).toISOString();

describe('--since and --until', () => {
  test.each([
    ['2026-04-03', '2026-04-02T22:00:00.000Z', '2026-04-03T22:00:00.000Z'],
    ['2026-4-3', '2026-04-02T22:00:00.000Z', '2026-04-03T22:00:00.000Z'],
    ['2026-04', '2026-03-31T22:00:00.000Z', '2026-04-30T22:00:00.000Z'],
    ['2026', '2025-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
    ['today', '2026-04-09T22:00:00.000Z', '2026-04-10T22:00:00.000Z'],
    ['yesterday', '2026-04-08T22:00:00.000Z', '2026-04-09T22:00:00.000Z'],
    ['now', '2026-04-10T12:00:00.000Z', '2026-04-10T12:00:00.000Z'],
    ['-7d', '2026-04-03T12:00:00.000Z', '2026-04-03T12:00:00.000Z'],
    ['-3h', '2026-04-10T09:00:00.000Z', '2026-04-10T09:00:00.000Z'],
    ['90min', '2026-04-10T10:30:00.000Z', '2026-04-10T10:30:00.000Z'],
    ['2026-04-03T14:30', '2026-04-03T12:30:00.000Z', '2026-04-03T12:30:00.000Z'],
    ['2026-04-03 14:30:05.25', '2026-04-03T12:30:05.250Z', '2026-04-03T12:30:05.250Z'],
    ['2026-04-03T14:30Z', '2026-04-03T14:30:00.000Z', '2026-04-03T14:30:00.000Z'],
    ['2026-04-03T14:30-05:00', '2026-04-03T19:30:00.000Z', '2026-04-03T19:30:00.000Z'],
    ['2026-04-03T24:00', '2026-04-03T22:00:00.000Z', '2026-04-03T22:00:00.000Z'],
  ])('%s', (text, first, end) => {
    expect([since(text), until(text)]).toEqual([first, end]);
  });

  test('the day on which the clocks change is 23 or 25 hours long', () => {
    expect([since('2026-03-29'), until('2026-03-29')]).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
    expect([since('2026-10-25'), until('2026-10-25')]).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
  });

  test('a time in the repeated hour takes in both', () => {
    expect([since('2026-10-25 02:30'), until('2026-10-25 02:30')]).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
  });

  test('a time that spring skips is that much later', () => {
    expect(since('2026-03-29 02:30')).toBe('2026-03-29T01:30:00.000Z');
  });

  test.each([
    '2026-02-30',
    '2026-13',
    '2026-00-01',
    '2026-04-03 25:00',
    '2026-04-03 24:01',
    '2026-04-03 12:60',
    '2026-04-03Z',
    'last tuesday',
    '',
    '-7',
    '26-04-03',
    '2026-04-03T',
  ])('is told that %j is none, and what would be', (text) => {
    expect(() => since(text)).toThrow(UsageError);
    expect(() => since(text)).toThrow(`--since ${JSON.stringify(text)}: `);
    expect(() => since(text)).toThrow(/Accepted: 2026-04-03, .*yesterday/);
  });
});

const zones = fc
  .constantFrom('Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Havana', 'UTC', '+05:45')
  .map((name) => new Zone(name));
const instants = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2030-01-01') });

describe('buckets', () => {
  test('every instant is in the bucket that starts before it and ends after it', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom<Interval>('minute', 'hour', 'day', 'week', 'month'), zones, (time, by, zone) => {
        const start = bucketStart(time, by, zone);
        expect(start).toBeLessThanOrEqual(time);
        expect(bucketAfter(start, by, zone)).toBeGreaterThan(time);
        expect(bucketStart(start, by, zone)).toBe(start);
      }),
      // Lord Howe moves its clocks by half an hour, so one of its hours is one and a half long.
      { examples: [[Date.parse('2026-04-04T15:15:00Z'), 'day', new Zone('Australia/Lord_Howe')]] },
    );
  });

  test('days go on over the change of clocks', () => {
    const clock = new LocalClock(berlin);
    const days = bucketsOf({ first: Date.parse('2026-03-27T12:00:00Z'), last: Date.parse('2026-03-31T12:00:00Z') }, 'day', berlin);
    expect(clock.buckets(days, 'day')).toEqual(['2026-03-27 Fri', '2026-03-28 Sat', '2026-03-29 Sun', '2026-03-30 Mon', '2026-03-31 Tue']);
    const weeks = bucketsOf({ first: Date.parse('2026-03-27T12:00:00Z'), last: Date.parse('2026-04-07T12:00:00Z') }, 'week', berlin);
    expect(clock.buckets(weeks, 'week')).toEqual(['2026-03-23', '2026-03-30', '2026-04-06']);
  });

  test('the hour that autumn repeats is two, told apart by their offsets', () => {
    const hours = bucketsOf({ first: Date.parse('2026-10-24T23:30:00Z'), last: Date.parse('2026-10-25T02:30:00Z') }, 'hour', berlin);
    expect(new LocalClock(berlin).buckets(hours, 'hour')).toEqual([
      '2026-10-25 01:00',
      '2026-10-25 02:00 +02:00',
      '2026-10-25 02:00 +01:00',
      '2026-10-25 03:00',
    ]);
  });

  test('the interval fits the period', () => {
    const hour = 3_600_000;
    expect([hour, 24 * hour, 7 * 24 * hour, 200 * 24 * hour, 900 * 24 * hour].map((last) => intervalFor({ first: 0, last }))).toEqual([
      'minute',
      'hour',
      'day',
      'week',
      'month',
    ]);
  });
});
