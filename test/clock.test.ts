/** Stamps without year and zone: which instant they mean, given a file's age and the lines before. */
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { dateInName, survey } from '../ingest/survey.js';
import { Clock, firstYear, nearestYear } from '../postfix/clock.js';
import { Parser } from '../postfix/parse.js';
import { Zone } from '../postfix/zone.js';

const utc = new Zone('UTC');
const at = (text: string) => Date.parse(text);
const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19));

/** What a clock makes of stamps like `Oct 25 02:30:00`, with its doubt behind, as `parse` sees them. */
function read(clock: Clock, stamps: readonly string[]): string[] {
  const parser = new Parser(clock);
  return stamps.map((stamp) => {
    const event = parser.parse(`${stamp} mailer postfix/qmgr[7]: 4233D579836: removed`);
    return `${iso(event?.time)}${event?.doubt === undefined ? '' : ` ${event.doubt}`}`;
  });
}

const looks = (...days: string[]) => days.map((day) => ({ month: names.indexOf(day.slice(0, 3)), date: Number(day.slice(4)) }));

describe('the year of a file', () => {
  test('is that of its age, when it does not span a New Year', () => {
    expect(firstYear(at('2026-11-24T12:00:00Z'), looks('Nov 1', 'Nov 24'))).toBe(2026);
  });
  test('is the one before for December, seen in January', () => {
    expect(firstYear(at('2027-01-02T12:00:00Z'), looks('Dec 28', 'Dec 31', 'Jan 1', 'Jan 2'))).toBe(2026);
    expect(firstYear(at('2027-01-02T12:00:00Z'), looks('Dec 28', 'Dec 31'))).toBe(2026);
  });
  test('goes back a year for each New Year within', () => {
    expect(firstYear(at('2026-03-01T00:00:00Z'), looks('Jul 1', 'Dec 1', 'Feb 1', 'Jul 1', 'Oct 1', 'Jan 5', 'Feb 20'))).toBe(2024);
  });
  test('is not moved by a line of December that arrived in January', () => {
    expect(firstYear(at('2027-01-02T12:00:00Z'), looks('Dec 31', 'Jan 1', 'Dec 31', 'Jan 1'))).toBe(2026);
  });
  test('may be that of a day ahead of its age, and no more: clocks and zones differ', () => {
    expect(nearestYear(at('2026-12-31T20:00:00Z'), 0, 1)).toBe(2027);
    expect(nearestYear(at('2026-12-30T20:00:00Z'), 0, 1)).toBe(2026);
  });
  test('has a 29 February where it needs one', () => {
    expect(nearestYear(at('2026-06-01T00:00:00Z'), 1, 29)).toBe(2024);
    expect(firstYear(at('2026-06-01T00:00:00Z'), looks('Feb 27', 'Feb 29'))).toBe(2024);
  });
  test('without any stamp is that of its age', () => {
    expect(firstYear(at('2026-06-01T00:00:00Z'), [])).toBe(2026);
  });
});

describe('the day in the name of a file', () => {
  test.each([
    ['maillog-20220403', '2022-04-04'],
    ['/var/log/mail.log-20220403.gz', '2022-04-04'],
    ['mail-2022-04-03.log', '2022-04-04'],
    ['mail.20220403.xz', '2022-04-04'],
  ])('%s', (path, end) => {
    expect(iso(dateInName(path, utc))).toBe(`${end}T00:00:00`);
  });
  test.each(['maillog', 'maillog.1', 'mail.log.2.gz', 'maillog-20221303', 'maillog-20220400', 'maillog-120220403'])(
    '%s has none',
    (path) => {
      expect(dateInName(path, utc)).toBeUndefined();
    },
  );
});

describe('a file on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postscope-clock-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const lines = (...days: string[]) => days.map((day) => `${day} 12:00:00 mailer postfix/qmgr[7]: 4233D579836: removed\n`).join('');
  const surveyed = (name: string, age: string, content: string | Buffer, now = '2027-06-01T00:00:00Z') => {
    const path = join(folder, name);
    writeFileSync(path, content);
    utimesSync(path, at(age) / 1000, at(age) / 1000);
    return survey(path, statSync(path), utc, at(now));
  };

  test('that goes from December to January begins in the year before its age', async () => {
    const { year, first } = await surveyed('maillog', '2027-01-02T12:00:00Z', lines('Dec 30', 'Dec 31', 'Jan  1', 'Jan  2'));
    expect([year, iso(first)]).toEqual([2026, '2026-12-30T12:00:00']);
  });
  test('that was copied later is dated by its name', async () => {
    const { year, first } = await surveyed('maillog-20220403', '2026-11-24T12:00:00Z', lines('Mar 27', 'Apr  3'));
    expect([year, iso(first)]).toEqual([2022, '2022-03-27T12:00:00']);
  });
  test('that is packed is looked through too', async () => {
    const { year, first } = await surveyed('maillog.2.gz', '2027-01-02T12:00:00Z', gzipSync(lines('Dec 30', 'Jan  2')));
    expect([year, iso(first)]).toEqual([2026, '2026-12-30T12:00:00']);
  });
  test('of several years begins in the first of them', async () => {
    const days = ['Nov 1', 'Feb 1', 'Jun 1', 'Nov 1', 'Feb 1'].flatMap((day) =>
      Array.from({ length: 200 }, () => day.replace(' 1', '  1')),
    );
    const { year } = await surveyed('years', '2027-03-01T00:00:00Z', lines(...days));
    expect(year).toBe(2025);
  });
  test('whose time lies ahead of now is not believed', async () => {
    const { year } = await surveyed('ahead', '2031-03-01T00:00:00Z', lines('Feb  1'));
    expect(year).toBe(2027);
  });
  test('with years in its stamps needs none', async () => {
    const { year, first } = await surveyed('iso', '2027-03-01T00:00:00Z', '2024-02-29T23:59:59.5+01:00 mailer postfix/qmgr[7]: x\n');
    expect([year, iso(first)]).toEqual([undefined, '2024-02-29T22:59:59']);
  });
});

describe('the lines of a file', () => {
  const file = (year: number, zone = utc) => new Clock(zone, () => Number.POSITIVE_INFINITY, year);

  test('go on into the next year, and the next', () => {
    const stamps = ['Nov  1 00:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:00', 'Jul 31 00:00:00', 'Dec 31 00:00:00', 'Jan  2 00:00:00'];
    expect(read(file(2024), stamps)).toEqual([
      '2024-11-01T00:00:00',
      '2024-12-31T23:59:59',
      '2025-01-01T00:00:00',
      '2025-07-31T00:00:00',
      '2025-12-31T00:00:00',
      '2026-01-02T00:00:00',
    ]);
  });
  test('of a machine that booted without its clock do not move the rest', () => {
    expect(read(file(2026), ['Nov 24 10:00:00', 'Jan  1 00:00:07', 'Nov 24 10:01:00'])[2]).toBe('2026-11-24T10:01:00');
    expect(read(file(2026), ['Jun 24 10:00:00', 'Jan  1 00:00:07', 'Jun 24 10:01:00'])[2]).toBe('2026-06-24T10:01:00');
  });
  test('of December that come in January are of the year before, and the rest is not moved', () => {
    expect(read(file(2026), ['Dec 31 23:59:59', 'Jan  1 00:00:01', 'Dec 31 23:59:58', 'Jan  1 00:00:02', 'Feb  1 00:00:00'])).toEqual([
      '2026-12-31T23:59:59',
      '2027-01-01T00:00:01',
      '2026-12-31T23:59:58',
      '2027-01-01T00:00:02',
      '2027-02-01T00:00:00',
    ]);
  });
  test('of the month before are stragglers, not of another year', () => {
    expect(read(file(2026), ['Mar  1 00:00:00', 'Feb 28 23:59:59', 'Mar  1 00:00:01'])).toEqual([
      '2026-03-01T00:00:00',
      '2026-02-28T23:59:59',
      '2026-03-01T00:00:01',
    ]);
  });
  test('have a 29 February in a leap year; in another it is doubtful', () => {
    expect(read(file(2024), ['Feb 28 23:59:59', 'Feb 29 12:00:00', 'Mar  1 00:00:00'])).toEqual([
      '2024-02-28T23:59:59',
      '2024-02-29T12:00:00',
      '2024-03-01T00:00:00',
    ]);
    expect(read(file(2026), ['Feb 28 23:59:59', 'Feb 29 12:00:00', 'Mar  1 00:00:00'])).toEqual([
      '2026-02-28T23:59:59',
      '2024-02-29T12:00:00 leap',
      '2026-03-01T00:00:00',
    ]);
  });
  test('may have hour 24 and second 60', () => {
    expect(read(file(2026), ['Nov 24 24:00:00', 'Jun 30 23:59:60', 'Dec 31 23:59:60', 'Jan  1 00:00:00'])).toEqual([
      '2026-11-25T00:00:00',
      '2026-07-01T00:00:00',
      '2027-01-01T00:00:00',
      '2027-01-01T00:00:00',
    ]);
  });
  test('with a day or an hour that no calendar has have no time', () => {
    const parser = new Parser(file(2026));
    for (const stamp of [
      'Nov 32 00:00:00',
      'Nov  0 00:00:00',
      'Nov 24 24:00:01',
      'Nov 24 25:00:00',
      'Nov 24 99:99:99',
      'Nov 24 12:61:00',
    ]) {
      expect(parser.parse(`${stamp} mailer postfix/qmgr[7]: 4233D579836: removed`), stamp).toBeUndefined();
    }
  });
});

describe('the lines of a stream', () => {
  const stream = (now: string) => new Clock(utc, () => at(now));

  test('are of the nearest year that is not later than a day from now', () => {
    expect(read(stream('2027-01-01T00:30:00Z'), ['Dec 31 23:59:59', 'Jan  1 00:00:00', 'Jan  2 00:20:00', 'Jan  3 00:00:00'])).toEqual([
      '2026-12-31T23:59:59',
      '2027-01-01T00:00:00',
      '2027-01-02T00:20:00',
      '2026-01-03T00:00:00',
    ]);
  });
  test('follow now over New Year', () => {
    let now = at('2026-12-31T23:59:59Z');
    const clock = new Clock(utc, () => now);
    expect(read(clock, ['Dec 31 23:59:58'])).toEqual(['2026-12-31T23:59:58']);
    now += 5000;
    expect(read(clock, ['Jan  1 00:00:03'])).toEqual(['2027-01-01T00:00:03']);
  });
});

describe('the hour that autumn repeats', () => {
  const berlin = () => new Clock(new Zone('Europe/Berlin'), () => Number.POSITIVE_INFINITY, 2026);

  test('is resolved by the order of the lines', () => {
    expect(
      read(berlin(), ['Oct 25 01:59:59', 'Oct 25 02:00:00', 'Oct 25 02:59:59', 'Oct 25 02:00:00', 'Oct 25 02:59:59', 'Oct 25 03:00:00']),
    ).toEqual([
      '2026-10-24T23:59:59',
      '2026-10-25T00:00:00',
      '2026-10-25T00:59:59',
      '2026-10-25T01:00:00',
      '2026-10-25T01:59:59',
      '2026-10-25T02:00:00',
    ]);
  });
  test('and not shaken by lines a little out of order', () => {
    expect(read(berlin(), ['Oct 25 01:59:00', 'Oct 25 02:30:02', 'Oct 25 02:30:01', 'Oct 25 02:30:03'])).toEqual([
      '2026-10-24T23:59:00',
      '2026-10-25T00:30:02',
      '2026-10-25T00:30:01',
      '2026-10-25T00:30:03',
    ]);
  });
  test('in a quiet log is seen where a line goes back by more than lines are late', () => {
    expect(read(berlin(), ['Oct 25 01:40:00', 'Oct 25 02:40:00', 'Oct 25 02:20:00', 'Oct 25 03:10:00'])).toEqual([
      '2026-10-24T23:40:00',
      '2026-10-25T00:40:00',
      '2026-10-25T01:20:00',
      '2026-10-25T02:10:00',
    ]);
  });
  test('in a log so quiet that no line tells is doubtful', () => {
    expect(read(berlin(), ['Oct 24 12:00:00', 'Oct 25 02:20:00', 'Oct 25 03:10:00'])).toEqual([
      '2026-10-24T10:00:00',
      '2026-10-25T00:20:00 fold',
      '2026-10-25T02:10:00',
    ]);
  });
  test('in New York', () => {
    const clock = new Clock(new Zone('America/New_York'), () => Number.POSITIVE_INFINITY, 2026);
    expect(read(clock, ['Nov  1 00:59:00', 'Nov  1 01:58:00', 'Nov  1 01:02:00', 'Nov  1 02:00:00'])).toEqual([
      '2026-11-01T04:59:00',
      '2026-11-01T05:58:00',
      '2026-11-01T06:02:00',
      '2026-11-01T07:00:00',
    ]);
  });
  test('is half an hour on Lord Howe', () => {
    const clock = new Clock(new Zone('Australia/Lord_Howe'), () => Number.POSITIVE_INFINITY, 2026);
    expect(read(clock, ['Apr  5 01:10:00', 'Apr  5 01:31:00', 'Apr  5 01:59:59', 'Apr  5 01:30:00', 'Apr  5 02:00:00'])).toEqual([
      '2026-04-04T14:10:00',
      '2026-04-04T14:31:00',
      '2026-04-04T14:59:59',
      '2026-04-04T15:00:00',
      '2026-04-04T15:30:00',
    ]);
  });
});

test('a stamp in the hour that spring skips is flagged', () => {
  const clock = new Clock(new Zone('Europe/Berlin'), () => Number.POSITIVE_INFINITY, 2026);
  expect(read(clock, ['Mar 29 01:59:59', 'Mar 29 02:30:00', 'Mar 29 03:00:00'])).toEqual([
    '2026-03-29T00:59:59',
    '2026-03-29T01:30:00 gap',
    '2026-03-29T01:00:00',
  ]);
});
