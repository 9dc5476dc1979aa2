/** `postscope import` as a command: which files it takes, and what it says of them to other programs. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import { Collected } from './fake_reader.js';
import { line, lines, now, Workshop } from './workshop.js';

let shop: Workshop;
beforeEach(() => {
  shop = new Workshop();
});
afterEach(() => shop.remove());

async function postscope(...argv: string[]) {
  const stdout = new Collected();
  const stderr = new Collected();
  const env = { INIT_CWD: shop.folder, POSTSCOPE_STORE: shop.store };
  const code = await main(argv, { stdout, stderr, env, now: () => now, zone: 'UTC' });
  return { code, out: stdout.text.replaceAll(shop.folder, '…'), err: stderr.text.replaceAll(shop.folder, '…') };
}

const day = 86_400;
const midnight = Date.parse('2026-11-23T00:00:00Z');

/** Three days, each in a file that ends with it. */
function threeDays(): void {
  shop.write('maillog-20261123', lines(0, 10), midnight + day * 1000);
  shop.write('maillog-20261124.gz', gzipSync(lines(day, day + 20)), midnight + 2 * day * 1000);
  shop.write('maillog', lines(2 * day, 2 * day + 30), midnight + 2 * day * 1000 + 3_600_000);
}

describe('files are chosen', () => {
  test('by --since: those that end before it are left out, and named', async () => {
    threeDays();
    const { code, out, err } = await postscope('import', 'maillog*', '--since', '2026-11-24T12:00');
    expect(code).toBe(0);
    expect(out).toContain('Read 50 lines');
    expect(err).toContain('Importing 2 files into');
    expect(err).toContain(
      '…/maillog-20261123 is left out: it ends before 2026-11-24 00:00:00, and so before the period that was asked for\n',
    );
  });

  test('by --until: those that begin after it', async () => {
    threeDays();
    const { out, err } = await postscope('import', 'maillog*', '--until', '2026-11-24');
    expect(out).toContain('Read 30 lines');
    expect(err).toContain('…/maillog is left out: it begins 2026-11-25 00:00:00, after the period that was asked for\n');
  });

  test('by --host, of which lines that name none have the default', async () => {
    shop.write('here', lines(0, 10));
    shop.write('there', lines(0, 20).replaceAll(' mailer ', ' other '));
    shop.write('container', line(0).replace(' mailer', ''));
    const { out, err } = await postscope('import', '.', '--host', 'other', '--default-host', 'other');
    expect(out).toContain('Read 21 lines');
    expect(err).toContain('…/here is left out: it begins with a line of mailer\n');
    expect(await shop.lines()).toHaveLength(21);
  });

  test('whole, whatever else is in them, so that what is chosen later adds up', async () => {
    threeDays();
    expect((await postscope('import', 'maillog', '--since', '2026-11-25T00:00:29')).out).toContain('30 lines stored');
    expect((await postscope('import', 'maillog*')).out).toContain('Read 30 lines: 30 lines stored, 0 lines already there');
    expect(await shop.lines()).toHaveLength(60);
  });

  test('and what ends in the second in which another begins is told apart from it', async () => {
    shop.write('maillog.1', line(0) + line(5), midnight + 5500);
    shop.write('maillog', line(5) + line(6), midnight + 7000);
    expect((await postscope('import', 'maillog*', '--since', '2026-11-23T00:00:06')).err).toContain('maillog.1 is left out');
    expect((await postscope('import', 'maillog*')).out).toContain('2 lines stored, 0 lines already there');
    expect(await shop.lines()).toHaveLength(4);
  });

  test('perhaps none of them, which is no error', async () => {
    threeDays();
    const { code, out } = await postscope('import', 'maillog*', '--until', '2025');
    expect([code, out]).toEqual([0, expect.stringContaining('Read 0 lines')]);
  });
});

describe('the result', () => {
  const files = () => {
    threeDays();
    shop.write('=cmd.gz', gzipSync(lines(3 * day, 3 * day + 4000)).subarray(0, 9000), midnight + 3 * day * 1000 + 7_200_000);
    return ['maillog*', '=cmd.gz', 'no', '--since', '2026-11-24T12:00'];
  };

  test('as JSON', async () => {
    const { code, out } = await postscope('import', ...files(), '--json');
    expect(code).toBe(1);
    const { store, stored, files: became, ...totals } = JSON.parse(out);
    expect(store).toEqual({ path: '…/store/test.duckdb', bytes: expect.any(Number) });
    expect(stored).toBeGreaterThan(500);
    expect(totals).toEqual({ read: stored, alreadyThere: 0, quarantined: 0 });
    expect(became).toEqual([
      { path: '…/maillog-20261124.gz', result: 'read', lines: 20, notes: [] },
      { path: '…/maillog', result: 'read', lines: 30, notes: [] },
      { path: '…/=cmd.gz', result: 'damaged', lines: stored - 50, notes: [expect.stringContaining('damaged or cut off')] },
      { path: '…/maillog-20261123', result: 'left_out', lines: 0, notes: [expect.stringContaining('it ends before')] },
      { path: 'no', result: 'unusable', lines: 0, notes: ['is not there'] },
    ]);
    expect(JSON.parse((await postscope('import', 'maillog', '--json')).out)).toMatchObject({ read: 0, files: [{ result: 'nothing_new' }] });
  });

  test('as CSV', async () => {
    const { out } = await postscope('import', ...files(), '--csv');
    expect(
      out.replace(/[\d,]* bytes of text/, 'some bytes of text').replace(/(?<=damaged,)\d+|(?<=total,)\d+,\d+/g, 'N'),
    ).toMatchInlineSnapshot(`
      "path,result,lines,stored,already_there,quarantined,notes
      …/maillog-20261124.gz,read,20,,,,
      …/maillog,read,30,,,,
      …/=cmd.gz,damaged,N,,,,"the gzip data is damaged or cut off (unexpected end of file); some bytes of text came out whole and are stored, the rest is lost"
      …/maillog-20261123,left_out,0,,,,"it ends before 2026-11-24 00:00:00, and so before the period that was asked for"
      no,unusable,0,,,,is not there
      ,total,N,0,0,
      "
    `);
  });

  test('where nothing can be read', async () => {
    expect(JSON.parse((await postscope('import', 'no', '--json')).out)).toMatchObject({
      read: 0,
      files: [{ path: 'no', result: 'unusable' }],
    });
    expect((await postscope('import', 'no', '--csv')).out).toContain('no,unusable,0,,,,is not there\n,total,0,0,0,0,\n');
  });

  test('is not mixed with a report; that has the period and the host of the import', async () => {
    threeDays();
    expect(await postscope('import', 'maillog', '--json', '--report')).toMatchObject({ code: 2, out: '' });
    const { code, out } = await postscope('import', 'maillog*', '--report', '--since', '-1d');
    expect(code).toBe(0);
    expect(out).toContain('--since -1d');
  });
});
