/** Text in pieces becomes stretches of whole lines; wherever the pieces end, the lines are the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, longestLine, type Stretch } from '../ingest/cut.js';

async function cutAll(pieces: readonly Buffer[], takeRest = true, start = 0): Promise<{ stretches: Stretch[]; end: number }> {
  const stretches: Stretch[] = [];
  const all = cut(
    (async function* () {
      yield* pieces;
    })(),
    start,
    takeRest,
  );
  for (;;) {
    const step = await all.next();
    if (step.done) return { stretches, end: step.value };
    stretches.push(step.value);
  }
}

/** Splits a text at these places. */
function pieces(text: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, i) => text.subarray(from, ends[i] ?? text.length)).filter((piece) => piece.length > 0);
}

test('stretches follow each other without a gap, and hold every byte', async () => {
  const text = fc.array(fc.oneof({ weight: 1, arbitrary: fc.constant('\n') }, { weight: 4, arbitrary: fc.string({ maxLength: 30 }) }));
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat()), fc.boolean(), async (parts, places, takeRest) => {
      const whole = Buffer.from(parts.join(''));
      const { stretches, end } = await cutAll(pieces(whole, places), takeRest, 7);
      let at = 7;
      for (const { offset, bytes, cut: isCut, next } of stretches) {
        expect([offset, offset + bytes.length, isCut]).toEqual([at, next, false]);
        at = next;
      }
      expect(end).toBe(at);
      expect(Buffer.concat(stretches.map(({ bytes }) => bytes))).toEqual(whole.subarray(0, end - 7));
      expect(end - 7).toBe(takeRest ? whole.length : whole.lastIndexOf(10) + 1);
    }),
  );
});

describe('what is no line', () => {
  const before = Buffer.from('before\n');
  const after = Buffer.from('after\nand more\n');
  const found = ({ stretches }: { stretches: Stretch[] }) => {
    const aside = stretches.filter((stretch) => stretch.cut).map(({ offset, next, bytes }) => ({ offset, next, kept: bytes.length }));
    const lines = Buffer.concat(stretches.filter((stretch) => !stretch.cut).map(({ bytes }) => bytes)).toString();
    return { aside, lines };
  };

  test.each([64 * 1024, 100_003, 1 << 20])('a line without end is passed over in bounded memory, pieces of %i bytes', async (size) => {
    const long = Buffer.alloc(3 * longestLine, 'x');
    const whole = Buffer.concat([before, long, Buffer.from('\n'), after]);
    const places = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => i * size);
    const { aside, lines } = found(await cutAll(pieces(whole, places)));
    expect(aside).toEqual([{ offset: 7, next: 7 + long.length + 1, kept: 64 * 1024 }]);
    expect(lines).toBe('before\nafter\nand more\n');
  });

  test('a line without end at the end of a file', async () => {
    const { aside, lines } = found(await cutAll([before, Buffer.alloc(longestLine + 10, 'x'), Buffer.from('xyz')], false));
    expect(aside).toEqual([{ offset: 7, next: 7 + longestLine + 13, kept: 64 * 1024 }]);
    expect(lines).toBe('before\n');
  });

  test('a run of NULs, as a crash leaves it: the lines around it are whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4096, max: 200_000 }), fc.array(fc.nat()), async (length, places) => {
        const whole = Buffer.concat([before, Buffer.alloc(length), after, Buffer.from('cut o'), Buffer.alloc(5000), after]);
        const { aside, lines } = found(await cutAll(pieces(whole, places)));
        const second = 7 + length + after.length + 5;
        expect(aside.map(({ offset, next }) => [offset, next])).toEqual([
          [7, 7 + length],
          [second, second + 5000],
        ]);
        expect(lines).toBe('before\nafter\nand more\ncut oafter\nand more\n');
      }),
      { numRuns: 50 },
    );
  });

  test('a run of NULs longer than a line may be', async () => {
    const whole = Buffer.concat([before, Buffer.alloc(2 * longestLine), after]);
    const places = [100, longestLine, longestLine + 1, 2 * longestLine];
    const { aside, lines } = found(await cutAll(pieces(whole, places)));
    expect(aside).toEqual([{ offset: 7, next: 7 + 2 * longestLine, kept: 64 * 1024 }]);
    expect(lines).toBe('before\nafter\nand more\n');
  });

  test('a few NULs stay in their line', async () => {
    const { aside, lines } = found(await cutAll([before, Buffer.alloc(100), after]));
    expect(aside).toEqual([]);
    expect(lines).toBe(`before\n${'\0'.repeat(100)}after\nand more\n`);
  });
});
