/** `postscope archive` as it is typed, what it says of what is wrong, and what is left when it is killed. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generate } from '../bench/generate/index.js';
import { unwritable } from '../store/archive_folder.js';
import { isArchive } from '../store/archive_place.js';
import { Built } from './built.js';
import { RetentionRig, typedAt } from './retention_rig.js';
import { documentsOf, type Workshop } from './workshop.js';

let rig: RetentionRig;
beforeEach(() => {
  rig = new RetentionRig();
});
afterEach(() => rig.remove());

const type = (...argv: string[]) => typedAt(rig, argv);

const inFolder = (path: string) => rig.workshop.path(path);

test('a month is archived beside the store, checked, searched where it lies, and taken back', async () => {
  await rig.fill();
  const made = await type('archive', '2026-08');
  expect(made).toMatchObject({ code: 0, err: 'Archiving 2026-08 …\nComparing …\n' });
  expect(made.out).toMatch(
    /^Archived 2026-08: 137 lines, 24 messages, \d+ attempts and 1 snapshot in .* kB, and 5 lines of other months that its messages are made of\.\n {2}…\/store\/archives\/2026-08\nSearch it: {2}postscope search --store …\/store\/archives\/2026-08\n$/,
  );
  expect(await type('archive', '2026-08')).toMatchObject({ code: 0, out: expect.stringContaining('2026-08 is archived already, whole') });
  const json = JSON.parse((await type('archive', '2026-08', '--json')).out) as { archives: object[] };
  expect(json.archives).toMatchObject([{ month: '2026-08', known: true, made: { time: '2026-11-24T12:00:00.000Z' }, companions: 5 }]);
  expect((await type('archive', '--verify', inFolder('store/archives'))).out).toMatch(/^…\/store\/archives\/2026-08 is whole: 137 lines/);
  expect((await type('retention', '--log')).out).toMatch(/archive of 2026-08: …\/store\/archives\/2026-08\n {4}with: {3}137 lines/);
  expect((await type('retention', '--log', '--csv')).out).toContain(',archive,2026-08,…/store/archives/2026-08,137,24,');

  const place = inFolder('store/archives/2026-08');
  const asked = ['--store', place, '--until', '2026-08'];
  for (const command of ['search', 'timeouts', 'relays', 'delays', 'messages']) {
    const stored = await type(command, '--csv', '--since', '2026-08', '--until', '2026-08');
    expect((await type(command, '--csv', ...asked, '--since', '2026-08')).out, command).toBe(stored.out);
    expect(stored.out.length, command).toBeGreaterThan(100);
  }
  expect((await type('doctor', '--store', place)).out).toContain('All books agree.');
  const changed = await type('import', 'maillog-2026-08', '--store', place);
  expect(changed).toMatchObject({ code: 1, err: expect.stringContaining('is an archive, which can be asked but not changed') });

  expect((await type('retention', '--keep', '2mo', '--apply', '--yes')).code).toBe(0);
  const taken = await type('import', inFolder('store/archives'));
  expect(taken.err).toContain('Importing 1 archive into');
  expect(taken.out).toContain('Read 142 lines: 126 lines stored, 16 lines already there.');
  expect((await type('import', place, '--since', '2026-10')).err).toContain('is left out: it ends before 2026-08-31');
  expect((await type('import', place, '--host', 'other')).err).toContain('is left out: it begins with a line of mailer');
});

test('retention makes an archive of each month before it deletes it, and only then', async () => {
  await rig.fill();
  const before = await rig.contents();
  writeFileSync(inFolder('taken'), '');
  const failed = await type('retention', '--keep', '1mo', '--apply', '--yes', '--archive', inFolder('taken'));
  expect(failed).toMatchObject({ code: 1, err: expect.stringMatching(/^Archiving|error: no archive can be written into …\/taken \(E/) });
  expect(await rig.contents()).toEqual(before);
  const applied = await type('retention', '--keep', '1mo', '--apply', '--yes', '--archive', inFolder('kept'));
  expect(applied.code).toBe(0);
  expect(readdirSync(inFolder('kept'))).toEqual(['2026-08', '2026-09']);
  expect((await rig.contents()).messages.length).toBeLessThan(before.messages.length);
  expect(JSON.parse((await type('retention', '--log', '--json')).out)).toMatchObject([
    { what: 'archive', month: '2026-08' },
    { what: 'archive', month: '2026-09' },
    { what: 'deletion' },
  ]);
  expect((await type('import', '--quiet', inFolder('kept'))).code).toBe(0);
  expect(await rig.contents()).toEqual(before);
  expect(await type('retention', '--keep', '1mo', '--archive', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('--apply') });
});

test('what is wrong is said in a sentence, and nothing is touched', async () => {
  await rig.fill();
  const folder = inFolder('archives');
  const says = async (text: string | RegExp, code: number, ...argv: string[]) => {
    expect(await type(...argv)).toMatchObject({ code, err: expect.stringMatching(text) });
  };
  await says('the store has nothing of 2020-01: it has 2026-08 to 2026-11', 1, 'archive', '2020-01', '--to', folder);
  await says('The store has nothing of 2020-01 to 2020-12', 1, 'archive', '2020', '--to', folder);
  await says('Not a period that I know', 2, 'archive', 'april', '--to', folder);
  await says('which month', 2, 'archive');
  await says('leave the month away', 2, 'archive', '2026-08', '--verify', folder);
  await says('no archive can be written into /proc/archives', 1, 'archive', '2026-08', '--to', '/proc/archives');
  await says('There is no archive at', 1, 'archive', '--verify', folder);
  expect(existsSync(folder)).toBe(false);

  await type('archive', '2026-08', '--to', folder);
  const place = join(folder, '2026-08');
  // Lines of the month that came in afterwards.
  rig.workshop.write('more', '2026-08-20T00:00:00Z mailer postfix/qmgr[103]: 1FFFFFFFFF: removed\n');
  await type('import', '--quiet', 'more');
  await says("it lacks 1 of the store's lines of 2026-08; name another place with --to", 1, 'archive', '2026-08', '--to', folder);
  await says('is no archive; name another place', 1, 'archive', '2026-09', '--to', folderWith('2026-09'));

  const broken = async (text: string, spoil: (copy: string) => void, inPlace = true) => {
    const copy = inFolder('copy/2026-08');
    rmSync(copy, { recursive: true, force: true });
    cpSync(place, copy, { recursive: true });
    spoil(copy);
    const before = await rig.contents();
    await says(text, 1, 'import', copy);
    if (inPlace) await says(text, 1, 'search', '--store', copy);
    const checked = await type('archive', '--verify', copy);
    expect(checked).toMatchObject({ code: 1, out: expect.stringContaining('is NOT whole') });
    expect(await rig.contents()).toEqual(before);
  };
  const manifest = (copy: string, change: (text: string) => string) => {
    const file = join(copy, 'manifest.json');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };
  await broken('its file lines.parquet is missing', (copy) => rmSync(join(copy, 'lines.parquet')));
  await broken('its file lines.parquet has 1000 bytes and not', (copy) => truncateSync(join(copy, 'lines.parquet'), 1000));
  await broken(
    'lines.parquet has another checksum',
    (copy) => {
      const bytes = readFileSync(join(copy, 'lines.parquet'));
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      writeFileSync(join(copy, 'lines.parquet'), bytes);
    },
    false,
  );
  await broken('is of version 2, this postscope knows 1; update', (copy) =>
    manifest(copy, (text) => text.replace('"version": 1', '"version": 2')),
  );
  await broken('has tables of schema 99', (copy) => manifest(copy, (text) => text.replace(/"schema": \d+/, '"schema": 99')));
  await broken('is not JSON', (copy) => manifest(copy, (text) => text.slice(0, 50)));
  await broken('is damaged \\(month', (copy) => manifest(copy, (text) => text.replace('"2026-08"', '"../../etc"')));
  await broken('is not an archive of postscope', (copy) => manifest(copy, () => '{}'));
  expect(unwritable('/x', new Error('IO Error: Could not write: No space left on device'))).toMatchObject({ code: 'disk_full' });
});

function folderWith(name: string): string {
  rig.workshop.write(`other/${name}`, '');
  return inFolder('other');
}

test('every line comes back with its identity: equal lines, bytes of any kind, no host, a year and a zone that the line lacks', async () => {
  const { workshop } = rig;
  workshop.write(
    'maillog-20261101',
    Buffer.concat([
      Buffer.from('Oct 31 01:30:00 mailer postfix/smtpd[7]: connect from a\nOct 31 01:30:00 mailer postfix/smtpd[7]: connect from a\n'),
      Buffer.from([0x4f, 0x63, 0x74, ...Buffer.from(' 31 01:31:00 mailer postfix/x[8]: '), 0xff, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x0a]),
      Buffer.from('Oct 31 01:32:00 mailer postfix/smtpd[7]: connect from bücher.example[192.0.2.1]\n'),
      Buffer.from('2026-10-25T02:30:00.123456+02:00 postfix/qmgr[9]: 4F00000001: removed\n'),
      Buffer.from('<22>Oct 31 01:33:00 postfix/qmgr[9]: 4F00000001: removed\nno time at all\n'),
    ]),
    Date.parse('2026-11-01T00:00:00Z'),
  );
  await workshop.import(['maillog-20261101'], { zone: 'Europe/Berlin' });
  const before = await workshop.documents();
  expect(before.length).toBeGreaterThan(4);
  expect((await type('archive', '2026-10', '--to', inFolder('a'))).code).toBe(0);
  for (const path of [workshop.store, inFolder('new.duckdb')]) {
    expect((await type('import', '--quiet', inFolder('a'), '--store', path, '--zone', 'Asia/Tokyo')).code).toBe(0);
    const other = Object.create(workshop, { store: { value: path } }) as Workshop;
    expect(await other.read(documentsOf)).toEqual(before);
  }
});

describe('as a process', () => {
  test('killed in the middle, it leaves nothing that looks like an archive, and the next one leaves nothing of it', async () => {
    const built = new Built();
    try {
      const { workshop } = rig;
      let text = '';
      for (const item of generate({ seed: 3, hosts: 1, days: 1, lines: 40_000 })) if (item.kind === 'line') text += `${item.line}\n`;
      workshop.write('maillog', text);
      await workshop.import(['maillog']);
      const folder = inFolder('archives');
      const [month = ''] = new Set(
        (await workshop.read((reader) => reader.coverage({}))).map(({ last }) => new Date(last).toISOString().slice(0, 7)),
      );
      const run = () => built.postscope('archive', month, '--to', folder, '--store', workshop.store);
      let killed = 0;
      for (const wait of [0, 100, 200, 300]) {
        const running = run();
        await running.says('Archiving');
        await pause(wait);
        running.process.kill('SIGKILL');
        if ((await running.ended).code !== 'SIGKILL') continue;
        killed++;
        if (isArchive(join(folder, month))) expect(await type('archive', '--verify', folder)).toMatchObject({ code: 0 });
        rmSync(join(folder, month), { recursive: true, force: true });
      }
      expect(killed).toBeGreaterThan(0);
      expect(await run().ended).toMatchObject({ code: 0 });
      expect(readdirSync(folder)).toEqual([month]);
      expect(await type('archive', '--verify', folder)).toMatchObject({ code: 0 });
    } finally {
      rmSync(built.folder, { recursive: true, force: true });
    }
  });
});
