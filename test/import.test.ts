/** Importing loses nothing and doubles nothing, however a log arrives, and arrives again. */
import { appendFileSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { line, lines, now, Workshop } from './workshop.js';

let shop: Workshop;
beforeEach(() => {
  shop = new Workshop();
});
afterEach(() => shop.remove());

const counts = ({
  read,
  stored,
  alreadyThere,
  quarantined,
}: {
  read: number;
  stored: number;
  alreadyThere: number;
  quarantined: number;
}) => [read, stored, alreadyThere, quarantined];

describe('what is read', () => {
  test('files in any order, globs, directories and standard input, oldest first', async () => {
    shop.write('maillog', lines(200, 300));
    shop.write('maillog.1', lines(100, 200));
    shop.write('old/maillog.2.gz', gzipSync(lines(0, 100)));
    shop.write('other/mail.log', lines(300, 310));
    const seen = await shop.import(['maillog*', 'old', 'other/mail.log', '-'], {
      standardInput: Readable.from([Buffer.from(lines(310, 320))]),
    });
    expect(counts(seen)).toEqual([320, 320, 0, 0]);
    expect(seen.unusable).toEqual([]);
    expect(seen.files.map(({ path, lines }) => [path.slice(shop.folder.length + 1).replace(/^-?$/, '-'), lines])).toEqual([
      ['old/maillog.2.gz', 100],
      ['maillog.1', 100],
      ['maillog', 100],
      ['other/mail.log', 10],
      ['-', 10],
    ]);
    expect((await shop.lines()).join('\n')).toBe(lines(0, 320).trimEnd());
  });

  test('one file named twice, and once more by a link, is read as what it is', async () => {
    const path = shop.write('maillog', lines(0, 10));
    symlinkSync(path, shop.path('link'));
    const seen = await shop.import(['maillog', 'maillog', 'link']);
    expect(counts(seen)).toEqual([20, 10, 10, 0]);
    expect(await shop.lines()).toHaveLength(10);
  });

  test('the packing is told by the content, not by the name', async () => {
    shop.write('maillog.xz', gzipSync(lines(0, 5)));
    shop.write('maillog.gz', lines(5, 10));
    expect(counts(await shop.import(['maillog.xz', 'maillog.gz']))).toEqual([10, 10, 0, 0]);
  });

  test('CRLF ends a line as LF does', async () => {
    shop.write('maillog', lines(0, 5));
    shop.write('from-windows', lines(0, 6).replaceAll('\n', '\r\n'));
    expect(counts(await shop.import(['maillog', 'from-windows']))).toEqual([11, 6, 5, 0]);
    expect((await shop.lines()).at(-1)).toBe(line(5).trimEnd());
  });

  test('times before 1970, and of all years of four digits', async () => {
    const stamps = [
      '1950-01-01T00:00:00.250Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.007Z',
      '2300-06-01T12:00:00.000Z',
      '9999-12-31T23:59:59.000Z',
    ];
    shop.write('maillog', stamps.map((stamp) => `${stamp} mailer postfix/qmgr[7]: 4233D579836: removed\n`).join(''));
    expect(counts(await shop.import(['maillog']))).toEqual([5, 5, 0, 0]);
    const page = await shop.read((reader) => reader.search({ limit: 10 }));
    expect(page.events.map((event) => event['@timestamp']).reverse()).toEqual(stamps);
  });

  test('blank lines are no lines', async () => {
    shop.write('maillog', `\n\n${lines(0, 3)}\n\r\n${line(3)}`);
    expect(counts(await shop.import(['maillog']))).toEqual([4, 4, 0, 0]);
  });
});

describe('importing again adds nothing', () => {
  const again = async (names: string[], expected: number[]) => {
    const before = await shop.documents();
    expect(counts(await shop.import(names))).toEqual(expected);
    const after = await shop.documents();
    expect(after.map(({ event }) => event.id)).toEqual(before.map(({ event }) => event.id));
    return after;
  };

  test('the same file: nothing is read', async () => {
    shop.write('maillog', lines(0, 50));
    shop.write('maillog.1.gz', gzipSync(lines(50, 60)));
    await shop.import(['maillog', 'maillog.1.gz']);
    await again(['maillog', 'maillog.1.gz'], [0, 0, 0, 0]);
    expect((await shop.import(['maillog'])).files.map(({ known }) => known)).toEqual([true]);
  });

  test('the file under another name: nothing is read', async () => {
    shop.write('maillog', lines(0, 50));
    await shop.import(['maillog']);
    renameSync(shop.path('maillog'), shop.path('maillog-20261124'));
    await again(['maillog-20261124'], [0, 0, 0, 0]);
  });

  test('rotated: what the old file still got, and the new one', async () => {
    shop.write('maillog', lines(0, 50));
    await shop.import(['maillog']);
    appendFileSync(shop.path('maillog'), lines(50, 55));
    renameSync(shop.path('maillog'), shop.path('maillog.1'));
    shop.write('maillog', lines(55, 70));
    expect(counts(await shop.import(['maillog', 'maillog.1']))).toEqual([20, 20, 0, 0]);
    expect((await shop.lines()).join('\n')).toBe(lines(0, 70).trimEnd());
    await again(['maillog', 'maillog.1'], [0, 0, 0, 0]);
  });

  test('a compressed copy, and two archives pasted together', async () => {
    shop.write('maillog', lines(0, 50));
    shop.write('maillog.1', lines(50, 90));
    await shop.import(['maillog', 'maillog.1']);
    shop.write('maillog.2.gz', gzipSync(lines(0, 50)));
    await again(['maillog.2.gz'], [50, 0, 50, 0]);
    shop.write('all.gz', Buffer.concat([gzipSync(lines(0, 50)), gzipSync(lines(50, 90))]));
    await again(['all.gz'], [90, 0, 90, 0]);
    shop.write('all', lines(0, 90));
    await again(['all'], [40, 0, 40, 0]);
  });

  test('one archive twice in a file, within a commit and over several', async () => {
    shop.write('twice', lines(0, 200) + lines(0, 200));
    const result = await shop.import(['twice']);
    expect([result.read, result.stored, result.alreadyThere]).toEqual([400, 200, 200]);
    shop.write('thrice', lines(300, 500) + lines(300, 500) + lines(300, 500));
    const third = await shop.import(['thrice'], { commitLines: 50 });
    expect([third.read, third.stored, third.alreadyThere]).toEqual([600, 200, 400]);
  });

  test('copies that overlap', async () => {
    shop.write('a', lines(0, 60));
    shop.write('b', lines(40, 100));
    shop.write('c', lines(20, 80));
    const seen = await shop.import(['c', 'a', 'b']);
    expect(counts(seen)).toEqual([180, 100, 80, 0]);
    expect((await shop.lines()).join('\n')).toBe(lines(0, 100).trimEnd());
  });

  test('a file that grows line by line is read from where it was left', async () => {
    shop.write('maillog', line(0));
    for (let n = 1; n < 8; n++) {
      await shop.import(['maillog']);
      appendFileSync(shop.path('maillog'), line(n));
    }
    expect(counts(await shop.import(['maillog']))).toEqual([1, 1, 0, 0]);
    expect(await shop.sources()).toMatchObject([{ read: 8, stored: 8, complete: true }]);
  });

  test('a file written anew that begins with the same line is another file', async () => {
    shop.write('maillog', lines(0, 50));
    await shop.import(['maillog']);
    shop.write('maillog', line(0) + lines(100, 160));
    expect(counts(await shop.import(['maillog']))).toEqual([61, 60, 1, 0]);
    shop.write('maillog', line(0) + lines(200, 203));
    expect(counts(await shop.import(['maillog']))).toEqual([4, 3, 1, 0]);
    await again(['maillog'], [0, 0, 0, 0]);
  });

  test('a snapshot, and the log it was taken of, as that goes on', async () => {
    shop.write('snapshot', lines(0, 30));
    shop.write('maillog', lines(0, 50));
    await shop.import(['snapshot', 'maillog']);
    appendFileSync(shop.path('maillog'), lines(50, 60));
    expect(counts(await shop.import(['snapshot', 'maillog']))).toEqual([10, 10, 0, 0]);
    await again(['snapshot', 'maillog'], [0, 0, 0, 0]);
  });
});

describe('two equal lines of one second stay two', () => {
  const twice = line(7, 'warning: hostname one.example.org does not resolve to address 192.0.2.7');
  const countOf = async (text: string) => (await shop.lines()).filter((stored) => stored === text.trimEnd()).length;

  test('in one file, and in its copies', async () => {
    shop.write('maillog', lines(0, 7) + twice + line(7) + twice + lines(8, 20));
    expect(counts(await shop.import(['maillog']))).toEqual([22, 22, 0, 0]);
    shop.write('copy.gz', gzipSync(readFileSync(shop.path('maillog'))));
    expect(counts(await shop.import(['copy.gz']))).toEqual([22, 0, 22, 0]);
    shop.write('second-half', twice + lines(8, 20));
    expect(counts(await shop.import(['second-half']))).toEqual([13, 0, 13, 0]);
    expect(await countOf(twice)).toBe(2);
  });

  test.each([
    ['both files in one import', false, false],
    ['the earlier file known already', true, false],
    ['the earlier file known already, and packed', true, true],
    ['the earlier file packed', false, true],
  ])('when a rotation falls between them: %s', async (_, knownBefore, packed) => {
    const earlier = lines(0, 7) + twice;
    const later = twice + lines(8, 20);
    const name = packed ? 'maillog.1.gz' : 'maillog.1';
    shop.write(name, packed ? gzipSync(earlier) : earlier);
    if (knownBefore) await shop.import([name]);
    shop.write('maillog', later);
    await shop.import(['maillog', name]);
    expect(await countOf(twice)).toBe(2);
    expect(await shop.lines()).toHaveLength(21);
    // Pasted together they are the same lines still.
    shop.write('pasted', earlier + later);
    expect((await shop.import(['pasted'])).stored).toBe(0);
  });

  test('when rotation falls between them and another host logs meanwhile', async () => {
    shop.write('a/maillog.1', lines(0, 7) + twice);
    shop.write('b/maillog.1', lines(3, 9).replaceAll('mailer', 'other'));
    shop.write('a/maillog', twice + lines(8, 20));
    await shop.import(['a', 'b']);
    expect(await countOf(twice)).toBe(2);
  });

  test('but a copy that begins in the last second of another adds nothing', async () => {
    const second = [0, 1, 2, 3, 4].map((n) => line(7, `connect from many${n}.example.org[192.0.2.${n}]`)).join('') + twice + twice;
    shop.write('a', lines(0, 7) + second);
    shop.write('b', second.split('\n').slice(3).join('\n') + lines(8, 20));
    const seen = await shop.import(['a', 'b']);
    expect(counts(seen)).toEqual([14 + 16, 7 + 7 + 12, 4, 0]);
    expect(await countOf(twice)).toBe(2);
  });

  test('when a commit, or the end of an import, falls between them', async () => {
    shop.write('maillog', lines(0, 7) + twice);
    await shop.import(['maillog']);
    appendFileSync(shop.path('maillog'), twice);
    await shop.import(['maillog']);
    appendFileSync(shop.path('maillog'), twice + lines(8, 20));
    await shop.import(['maillog'], { commitLines: 1 });
    expect(await countOf(twice)).toBe(3);
    shop.write('copy', readFileSync(shop.path('maillog')));
    shop.write('copy.gz', gzipSync(readFileSync(shop.path('maillog'))));
    expect((await shop.import(['copy', 'copy.gz'], { commitLines: 1 })).stored).toBe(0);
  });
});

describe('a last line without its newline', () => {
  const half = line(5).slice(0, 60);
  const rest = line(5).slice(60);

  test('waits while the file is young, and is one document when it is whole', async () => {
    const path = shop.write('maillog', lines(0, 5) + half, now - 5000);
    const first = await shop.import(['maillog']);
    expect(counts(first)).toEqual([5, 5, 0, 0]);
    expect(first.notes.join()).toMatch(/the last line, at byte \d[\d,]*, has no newline yet and waits/);
    expect(counts(await shop.import(['maillog']))).toEqual([0, 0, 0, 0]);
    appendFileSync(path, `${rest}${line(6)}`);
    expect(counts(await shop.import(['maillog']))).toEqual([2, 2, 0, 0]);
    expect((await shop.lines()).join('\n')).toBe(lines(0, 7).trimEnd());
    expect((await shop.sources())[0]?.notes).toEqual([]);
  });

  test('is taken as it is when the file is old; with a newline later, it is the same line', async () => {
    const path = shop.write('maillog', lines(0, 5).trimEnd());
    expect(counts(await shop.import(['maillog']))).toEqual([5, 5, 0, 0]);
    appendFileSync(path, `\n${line(5)}`);
    expect(counts(await shop.import(['maillog']))).toEqual([1, 1, 0, 0]);
    expect((await shop.lines()).join('\n')).toBe(lines(0, 6).trimEnd());
  });

  test('is taken as it is when the file is old; completed later, the whole line is a document', async () => {
    const path = shop.write('maillog', lines(0, 5) + half);
    expect(counts(await shop.import(['maillog']))).toEqual([6, 6, 0, 0]);
    expect(counts(await shop.import(['maillog']))).toEqual([0, 0, 0, 0]);
    appendFileSync(path, `${rest}${line(6)}`);
    expect(counts(await shop.import(['maillog']))).toEqual([2, 2, 0, 0]);
    // The half and the whole stand at one place, in either order.
    const expected = [...lines(0, 5).trimEnd().split('\n'), half, line(5).trimEnd(), line(6).trimEnd()];
    expect((await shop.lines()).sort()).toEqual(expected.sort());
  });
});

test('a file that was left in one year goes on in the next', async () => {
  const december = ['Dec 30 10:00:00', 'Dec 31 10:00:00', 'Dec 31 23:59:59'];
  const january = ['Jan  1 00:00:01', 'Jan  2 10:00:00'];
  const text = (stamps: string[]) => stamps.map((stamp) => `${stamp} mailer postfix/qmgr[9]: 4F9D195432C: removed\n`).join('');
  const inJanuary = Date.parse('2026-01-02T11:00:00Z');
  const years = async () => (await shop.documents()).map((document) => document['@timestamp'].slice(0, 10));
  shop.write('maillog', text(december), Date.parse('2025-12-31T23:59:59Z'));
  await shop.import(['maillog']);
  shop.write('maillog', text([...december, ...january]), inJanuary);
  expect(counts(await shop.import(['maillog']))).toEqual([2, 2, 0, 0]);
  expect(await years()).toEqual(['2025-12-30', '2025-12-31', '2025-12-31', '2026-01-01', '2026-01-02']);
  shop.write('maillog.gz', gzipSync(text([...december, ...january])), inJanuary);
  expect(counts(await shop.import(['maillog.gz']))).toEqual([5, 0, 5, 0]);
});
