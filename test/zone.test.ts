/** Local time to UTC: once, twice or never. */
import { describe, expect, test } from 'vitest';
import { Zone } from '../postfix/zone.js';

/** A local time, as the milliseconds it would be if it were UTC. */
const local = (text: string) => Date.parse(`${text}Z`);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19));

const resolved = (zone: Zone, text: string) => {
  const { first, second, gap } = zone.resolve(local(text));
  return { first: iso(first), second: iso(second), gap };
};

describe('a zone with summer time', () => {
  const cases: readonly (readonly [zone: string, local: string, first: string, second?: string])[] = [
    ['Europe/Berlin', '2026-07-01T12:00:00', '2026-07-01T10:00:00'],
    ['Europe/Berlin', '2026-12-01T12:00:00', '2026-12-01T11:00:00'],
    ['Europe/Berlin', '2026-10-25T01:59:59', '2026-10-24T23:59:59'],
    ['Europe/Berlin', '2026-10-25T02:00:00', '2026-10-25T00:00:00', '2026-10-25T01:00:00'],
    ['Europe/Berlin', '2026-10-25T02:59:59', '2026-10-25T00:59:59', '2026-10-25T01:59:59'],
    ['Europe/Berlin', '2026-10-25T03:00:00', '2026-10-25T02:00:00'],
    ['America/New_York', '2026-11-01T00:59:59', '2026-11-01T04:59:59'],
    ['America/New_York', '2026-11-01T01:30:00', '2026-11-01T05:30:00', '2026-11-01T06:30:00'],
    ['America/New_York', '2026-11-01T02:00:00', '2026-11-01T07:00:00'],
    // Half an hour only.
    ['Australia/Lord_Howe', '2026-04-05T01:29:59', '2026-04-04T14:29:59'],
    ['Australia/Lord_Howe', '2026-04-05T01:30:00', '2026-04-04T14:30:00', '2026-04-04T15:00:00'],
    ['Australia/Lord_Howe', '2026-04-05T01:59:59', '2026-04-04T14:59:59', '2026-04-04T15:29:59'],
    ['Australia/Lord_Howe', '2026-04-05T02:00:00', '2026-04-04T15:30:00'],
    ['Asia/Kathmandu', '2026-04-05T02:00:00', '2026-04-04T20:15:00'],
  ];
  test.each(cases.map(([zone, text, first, second]) => ({ zone, text, first, second })))(
    '$zone: $text',
    ({ zone, text, first, second }) => {
      expect(resolved(new Zone(zone), text)).toEqual({ first, second, gap: undefined });
    },
  );
});

describe('the time that spring skips', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00'],
    ['America/New_York', '2026-03-08T02:00:00', '2026-03-08T07:00:00'],
    ['Australia/Lord_Howe', '2026-10-04T02:15:00', '2026-10-03T15:45:00'],
  ])('%s: %s is flagged, and read with the offset before', (zone, text, first) => {
    expect(resolved(new Zone(zone), text)).toEqual({ first, second: undefined, gap: true });
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T01:59:59', '2026-03-29T00:59:59'],
    ['Europe/Berlin', '2026-03-29T03:00:00', '2026-03-29T01:00:00'],
    ['Australia/Lord_Howe', '2026-10-04T02:30:00', '2026-10-03T15:30:00'],
  ])('%s: %s beside it is there', (zone, text, first) => {
    expect(resolved(new Zone(zone), text)).toEqual({ first, second: undefined, gap: undefined });
  });
});

describe('a fixed offset', () => {
  test.each([
    ['UTC', '2026-01-01T00:00:00'],
    ['Z', '2026-01-01T00:00:00'],
    ['+02:00', '2025-12-31T22:00:00'],
    ['-0530', '2026-01-01T05:30:00'],
  ])('%s', (zone, first) => {
    expect(resolved(new Zone(zone), '2026-01-01T00:00:00')).toEqual({ first, second: undefined, gap: undefined });
  });
});

test('answers are the same whether an hour was asked for before or not', () => {
  const used = new Zone('Europe/Berlin');
  for (let minute = 0; minute < 3 * 60; minute += 7) {
    const text = new Date(local('2026-10-25T01:00:00') + minute * 60_000).toISOString().slice(0, 19);
    expect(resolved(used, text)).toEqual(resolved(new Zone('Europe/Berlin'), text));
  }
});

test('a zone that is none says so', () => {
  expect(() => new Zone('Middle-earth/Shire')).toThrow(RangeError);
});
