/** Archives: told by their content, and what can be had of a damaged one is had. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { headOf, type Packing, packingOf, textOf, UnpackError } from '../ingest/unpack.js';
import { lines, Workshop } from './workshop.js';

const folder = mkdtempSync(join(tmpdir(), 'postscope-unpack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = lines(0, 4000);
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'packed', name));
/** `packed/` holds `lines(0, 4000)`, once in one piece, once pasted together of two: made with xz, zstd and bzip2 -1. */
const archives: readonly (readonly [Packing, Buffer, Buffer])[] = [
  ['gzip', gzipSync(text), Buffer.concat([gzipSync(lines(0, 3000)), gzipSync(lines(3000, 4000))])],
  ['xz', fixture('maillog.xz'), fixture('pasted.xz')],
  ['zstd', fixture('maillog.zst'), fixture('pasted.zst')],
  ['bzip2', fixture('maillog.bz2'), fixture('pasted.bz2')],
];
const garbage = Buffer.from('garbage, and not a little of it');

async function unpack(content: Buffer): Promise<{ packing: Packing; text: string; error: unknown }> {
  const path = join(folder, 'archive');
  writeFileSync(path, content);
  const packing = packingOf(await headOf(path, 8));
  const pieces: Buffer[] = [];
  try {
    for await (const piece of textOf(path, packing)) pieces.push(piece);
  } catch (error) {
    return { packing, text: Buffer.concat(pieces).toString(), error };
  }
  return { packing, text: Buffer.concat(pieces).toString(), error: undefined };
}

describe.each(archives)('%s', (packing, whole, pasted) => {
  test('gives its text', async () => {
    expect(await unpack(whole)).toEqual({ packing, text, error: undefined });
  });

  test('pasted together of two, gives both texts', async () => {
    expect(await unpack(pasted)).toEqual({ packing, text, error: undefined });
  });

  test('with garbage behind it, gives its text, and says so', async () => {
    const seen = await unpack(Buffer.concat([whole, garbage]));
    expect(seen.text).toBe(text);
    expect(seen.error).toBeInstanceOf(UnpackError);
    expect(String(seen.error)).toMatch(new RegExp(`the ${packing} data is damaged or cut off \\(.+\\)`));
  });

  test('cut off, gives what there is', async () => {
    const seen = await unpack(whole.subarray(0, Math.floor(whole.length * 0.7)));
    expect(seen.error).toBeInstanceOf(UnpackError);
    expect(seen.text.length).toBeGreaterThan(text.length / 4);
    expect(text.startsWith(seen.text)).toBe(true);
  });

  test('cut off in its first bytes, gives nothing', async () => {
    const seen = await unpack(whole.subarray(0, 9));
    expect(seen).toEqual({ packing, text: '', error: expect.any(UnpackError) });
  });
});

test('a gzip member that is broken in the middle gives what comes before', async () => {
  const broken = gzipSync(text);
  broken.fill(0xff, broken.length / 2, broken.length / 2 + 30);
  const seen = await unpack(broken);
  expect(seen.error).toBeInstanceOf(UnpackError);
  expect(seen.text.slice(0, text.length / 4)).toBe(text.slice(0, text.length / 4));
});

test.each(archives)('%s: what came out whole is stored, the rest is reported, again and again', async (_, whole) => {
  const shop = new Workshop();
  try {
    shop.write('maillog.old', whole.subarray(0, Math.floor(whole.length * 0.7)));
    const seen = await shop.import(['maillog.old']);
    expect(seen.files).toMatchObject([{ damaged: true }]);
    expect(seen.notes.join()).toMatch(/damaged or cut off \(.+\); [\d,]+ bytes of text came out whole and are stored, the rest is lost/);
    const stored = await shop.lines();
    expect(stored.length).toBeGreaterThan(1000);
    expect(text.startsWith(`${stored.join('\n')}\n`)).toBe(true);
    const again = await shop.import(['maillog.old']);
    expect([again.read, again.files[0]?.damaged]).toEqual([0, true]);
    expect((await shop.sources()).map(({ notes, complete }) => [notes.length, complete])).toEqual([[1, false]]);
    // The whole archive, found later.
    shop.write('maillog.whole', whole);
    const found = await shop.import(['maillog.whole']);
    expect([found.read, found.alreadyThere]).toEqual([4000, stored.length]);
    expect((await shop.import(['maillog.whole'])).files).toMatchObject([{ known: true }]);
  } finally {
    shop.remove();
  }
});
