/** Bad input gets a sentence that says what and where, and nothing else is lost. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bytesOf, keepText } from '../postfix/text.js';
import { Built } from './built.js';
import { line, lines, now, Workshop } from './workshop.js';

let shop: Workshop;
beforeEach(() => {
  shop = new Workshop();
});
afterEach(() => shop.remove());

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** The bytes of the stored lines. */
async function storedBytes(): Promise<string[]> {
  const documents = await shop.documents();
  return documents.map(({ event, postfix }) =>
    bytesOf({ text: event.original ?? '', encoding: postfix?.encoding === 'bytes' ? 'bytes' : 'utf-8' }).toString('latin1'),
  );
}

describe('files that cannot be read are named, and the others are', () => {
  test('missing, of no match, an empty directory, a device, binary, below a file', async () => {
    shop.write('maillog', lines(0, 10));
    mkdirSync(shop.path('nothing'));
    shop.write('wtmp', Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7) % 256)));
    const seen = await shop.import(['maillog', 'mailog', 'mail.l*', 'nothing', '/dev/null', 'wtmp', 'maillog/1']);
    expect(seen.unusable).toEqual([
      { path: 'mailog', why: 'is not there' },
      { path: 'mail.l*', why: 'matches no file' },
      { path: shop.path('nothing'), why: 'is a directory without files' },
      { path: '/dev/null', why: expect.stringContaining('is neither a file nor a directory') },
      { path: 'maillog/1', why: 'is not there' },
      { path: shop.path('wtmp'), why: 'is not a log: it begins with binary data' },
    ]);
    expect(await shop.lines()).toHaveLength(10);
  });

  // Root may read everything: there, the kernel's own refusals (a name too long) stand for it.
  test('a name that the system refuses, and a file that this user may not read', async () => {
    shop.write('maillog', lines(0, 10));
    shop.write('secret', lines(10, 20));
    chmodSync(shop.path('secret'), 0);
    const seen = await shop.import(['x'.repeat(300), 'maillog', 'secret']);
    expect(seen.unusable[0]).toEqual({ path: 'x'.repeat(300), why: 'cannot be read (ENAMETOOLONG)' });
    if (process.getuid?.() === 0) expect(seen.stored).toBe(20);
    else expect(seen.unusable[1]).toEqual({ path: shop.path('secret'), why: expect.stringContaining('may not be read by this user') });
  });

  test('an empty file, as a rotation leaves it, is said to be empty and is no failure', async () => {
    shop.write('maillog.1', lines(0, 10));
    shop.write('maillog', '');
    shop.write('maillog.2.gz', gzipSync(''));
    const seen = await shop.import(['maillog*']);
    expect(seen.unusable).toEqual([]);
    expect(seen.files.find(({ path }) => path === shop.path('maillog'))).toMatchObject({ lines: 0, notes: ['is empty'] });
    expect(seen.stored).toBe(10);
  });
});

describe('odd bytes', () => {
  test('any line can be got back, byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const kept = keepText(Buffer.from(bytes).toString('latin1'));
        expect(bytesOf(kept)).toEqual(Buffer.from(bytes));
        expect(kept.text).not.toMatch(/[\0-\x08\n-\x1f\x7f]/);
      }),
      { numRuns: 2000 },
    );
  });

  test('lines of any bytes are stored so that their bytes come back', async () => {
    const byte = fc.integer({ min: 0, max: 255 }).filter((value) => value !== 10);
    const texts = fc.sample(fc.array(byte, { maxLength: 60 }), { numRuns: 300, seed: 3 });
    // A CR at the end of a line is part of its newline.
    const raw = texts.map((bytes, i) => `${line(i, '').trimEnd()} ${latin1(String.fromCharCode(...bytes)).toString('latin1')}.`);
    shop.write('maillog', latin1(`${raw.join('\n')}\n`));
    const seen = await shop.import(['maillog']);
    expect([seen.read, seen.stored]).toEqual([300, 300]);
    expect(await storedBytes()).toEqual(raw);
    // They are known again.
    shop.write('maillog.gz', gzipSync(latin1(`${raw.join('\n')}\n`)));
    expect((await shop.import(['maillog.gz'])).alreadyThere).toBe(300);
  });

  test('invalid UTF-8 and valid UTF-8 beside each other', async () => {
    const raw = [
      line(0, 'warning: Gr\xfc\xdfe').trimEnd(),
      latin1(Buffer.from(line(1, 'warning: Grüße').trimEnd()).toString('latin1')).toString('latin1'),
    ];
    shop.write('maillog', latin1(`${raw.join('\n')}\n`));
    await shop.import(['maillog']);
    expect((await shop.documents()).map(({ message }) => message)).toEqual(['warning: Grüße', 'warning: Grüße']);
    expect(await storedBytes()).toEqual(raw);
  });

  test('NULs in front of a line, as after a crash: the line is stored, the NULs are told of', async () => {
    const few = `${'\0'.repeat(40)}${line(5)}`;
    const many = `${'\0'.repeat(70_000)}${line(6)}`;
    shop.write('maillog', lines(0, 5) + few + many + lines(7, 10));
    const seen = await shop.import(['maillog']);
    expect([seen.read, seen.stored, seen.quarantined]).toEqual([11, 10, 1]);
    const at = lines(0, 5).length;
    expect(seen.notes).toEqual([
      `1 line with NULs in it, as a crash leaves them, at byte ${at}; stored`,
      `1 line of binary data or NULs, at byte ${at + few.length}; set aside`,
    ]);
    expect((await shop.sources())[0]?.notes).toEqual(seen.notes);
    expect((await shop.documents()).map(({ message }) => message)).toHaveLength(10);
    expect((await storedBytes())[5]).toBe(few.trimEnd());
  });

  test('binary rubbish in the middle of a log', async () => {
    const rubbish = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 31 + (i >> 3)) % 256));
    shop.write('maillog', Buffer.concat([latin1(lines(0, 10)), rubbish, latin1(`\n${lines(10, 20)}`)]));
    const seen = await shop.import(['maillog']);
    expect(seen.stored).toBe(20);
    expect(seen.notes.join()).toMatch(/\d+ lines? of binary data or NULs, (?:the first )?at byte \d[\d,]*; set aside/);
  });
});

describe('odd lines', () => {
  test('lines without a time are set aside, and the first of them is named', async () => {
    const loose = 'postfix/postfix-script: starting the Postfix mail system\n';
    shop.write('maillog', lines(0, 5) + loose + lines(5, 8) + loose);
    const seen = await shop.import(['maillog']);
    expect([seen.read, seen.stored, seen.quarantined]).toEqual([10, 8, 2]);
    expect(seen.notes).toEqual([`2 lines without a time that postscope knows, the first at byte ${lines(0, 5).length}; set aside`]);
    expect(await shop.read((reader) => reader.quarantine())).toMatchObject([
      { reason: 'no_time', count: 2, examples: [{ path: shop.path('maillog'), offset: lines(0, 5).length, text: loose.trimEnd() }, {}] },
    ]);
  });

  test('a file without any time', async () => {
    shop.write('README', 'Dear reader,\n\nthis is no log.\n');
    const seen = await shop.import(['README']);
    expect([seen.read, seen.stored, seen.quarantined]).toEqual([2, 0, 2]);
    expect(seen.notes).toEqual(['2 lines without a time that postscope knows, the first at byte 0; set aside']);
  });

  test('a clock that jumps back and forth', async () => {
    shop.write('maillog', lines(20_000, 20_010) + lines(0, 5) + lines(20_010, 20_020) + lines(10, 15) + lines(20_020, 20_021));
    const seen = await shop.import(['maillog']);
    expect([seen.read, seen.stored]).toEqual([31, 31]);
    const at = lines(20_000, 20_010).length.toLocaleString('en');
    expect(seen.notes).toEqual([`the clock jumps back by more than an hour, 2 times, the first at byte ${at}`]);
    shop.write('maillog.gz', gzipSync(readFileSync(shop.path('maillog'))));
    expect((await shop.import(['maillog.gz'])).alreadyThere).toBe(31);
  });

  test('daemons that write a little out of order are no jumping clock', async () => {
    shop.write('maillog', line(10) + line(4) + line(11) + line(9) + line(3000) + line(12));
    expect((await shop.import(['maillog'])).notes).toEqual([]);
  });

  test('the log of another program is stored, as lines that no pattern knows', async () => {
    const others = Array.from({ length: 20 }, (_, i) =>
      i % 2
        ? `Nov 23 10:00:${i + 10} mailer sshd[9]: Accepted publickey for root\n`
        : `Nov 23 10:00:${i + 10} mailer CRON[8]: (root) CMD (true)\n`,
    );
    shop.write('auth.log', others.join(''));
    expect(await shop.import(['auth.log'])).toMatchObject({ read: 20, stored: 20 });
    expect((await shop.read((reader) => reader.unrecognized({}))).map(({ program, count }) => [program, count])).toEqual([
      ['CRON', 10],
      ['sshd', 10],
    ]);
  });

  test('a line that is too long for a log is set aside, with its beginning', async () => {
    const long = `${line(5).trimEnd()} ${'x'.repeat(100_000)}\n`;
    const longer = `${line(6).trimEnd()} ${'y'.repeat(3_000_000)}\n`;
    shop.write('maillog', lines(0, 5) + long + longer + lines(7, 10));
    const seen = await shop.import(['maillog']);
    expect([seen.read, seen.stored, seen.quarantined]).toEqual([10, 8, 2]);
    expect(seen.notes).toEqual([`2 lines too long for a mail log, the first at byte ${lines(0, 5).length}; the beginning is set aside`]);
    const [aside] = await shop.read((reader) => reader.quarantine());
    expect(aside?.reason).toBe('too_long');
    expect(aside?.examples.map(({ text }) => text.slice(0, 60))).toEqual([line(5).slice(0, 60), line(6).slice(0, 60)]);
  });

  test('standard input that breaks off in the middle of a line', async () => {
    const text = Buffer.from(lines(0, 10).slice(0, -20));
    const seen = await shop.import(['-'], { standardInput: Readable.from([text.subarray(0, 300), text.subarray(300)]) });
    expect([seen.read, seen.stored]).toEqual([10, 10]);
  });
});

describe('on the command line', () => {
  let built: Built;
  beforeAll(() => {
    built = new Built();
  });
  afterAll(() => built.remove());

  test('each sentence once, the good file stored, exit code 1, no stack trace', async () => {
    shop.write('maillog', lines(0, 10));
    shop.write('maillog.1.gz', gzipSync(lines(10, 4000)).subarray(0, 9000));
    const { code, stdout, stderr } = await built.postscope(
      'import',
      shop.path('maillog'),
      shop.path('maillog.1.gz'),
      shop.path('no'),
      '--store',
      shop.store,
    ).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /maillog\.1\.gz: [\d,]+ lines, .*\n {4}the gzip data is damaged or cut off \(unexpected end of file\); [\d,]+ bytes/,
    );
    expect(stderr).toContain(`${shop.path('no')} is not there\n`);
    expect(stderr).toContain(`${shop.path('maillog')}: 10 lines, ${lines(0, 10).length} bytes\n`);
    expect(stderr).not.toMatch(/^\s+at |\x1b/m);
    expect(stdout).toMatch(/^Read [\d,]+ lines/);
  });

  test('nothing that can be read: exit code 1, and no store is made', async () => {
    const { code, stderr } = await built.postscope('import', shop.path('no'), '--store', shop.store).ended;
    expect([code, stderr]).toEqual([1, `${shop.path('no')} is not there\n`]);
  });

  test('a line of 64 MB without an end: memory stays bounded, the lines around it are stored', async () => {
    const path = shop.write('maillog', lines(0, 5));
    const block = Buffer.alloc(1 << 20, 'z');
    for (let i = 0; i < 64; i++) writeFileSync(path, block, { flag: 'a' });
    writeFileSync(path, `\n${lines(5, 10)}`, { flag: 'a' });
    const script = `
      const { importFiles } = await import('./ingest/import.js');
      const { expand } = await import('./ingest/paths.js');
      const { openWriter } = await import('./store/open.js');
      const { Zone } = await import('./postfix/zone.js');
      const [path, storePath] = process.argv.slice(1);
      const store = await openWriter({ path: storePath });
      const run = async (name) => importFiles({ named: await expand([name], '/'), store, zone: new Zone('UTC'), defaultHost: 'x', now: ${now} });
      const before = process.memoryUsage().rss;
      let most = before;
      setInterval(() => { most = Math.max(most, process.memoryUsage().rss); }, 5).unref();
      const { read, stored, quarantined } = await run(path);
      console.log(JSON.stringify({ read, stored, quarantined, grown: (most - before) / 1e6 }));
      await store.close();`;
    const { stdout, stderr } = await built.script(script, [path, shop.store]).ended;
    expect(stderr).toBe('');
    const seen = JSON.parse(stdout) as { grown: number };
    expect(seen).toMatchObject({ read: 11, stored: 10, quarantined: 1 });
    expect(seen.grown).toBeLessThan(150);
  });
});
