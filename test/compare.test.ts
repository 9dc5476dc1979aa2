/** Two periods side by side: the tests of significance by known values and laws, and the incident against its mend. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holm, mannWhitney, twoProportions } from '../report/compare/significance.js';
import type { Comparison } from '../report/compare.js';
import { pText } from '../report/render/compare.js';
import { run } from './fake_reader.js';
import { referenceReader } from './reference_reader.js';

describe('the two-proportion z-test', () => {
  test('agrees with a worked example: 45 of 100 against 30 of 100', () => {
    const result = twoProportions([45, 30], [100, 100]);
    expect(result?.z).toBeCloseTo(-2.191, 3);
    expect(result?.p).toBeCloseTo(0.0285, 4);
  });

  test('says nothing where some expected count is below 5', () => {
    expect(twoProportions([0, 4], [50, 50])).toBeUndefined();
    expect(twoProportions([0, 0], [0, 100])).toBeUndefined();
  });

  test('does not depend on which side comes first, but for the sign', () => {
    const count = fc.integer({ min: 50, max: 5000 });
    fc.assert(
      fc.property(
        count,
        count,
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        (n, m, p, q) => {
          const hits = [Math.round(n * p), Math.round(m * q)] as const;
          const [one, other] = [twoProportions(hits, [n, m]), twoProportions([hits[1], hits[0]], [m, n])];
          expect(one?.p).toBeCloseTo(other?.p as number, 9);
          expect(one?.z).toBeCloseTo(-(other?.z as number), 9);
        },
      ),
    );
  });
});

describe('the Mann–Whitney U test', () => {
  test('agrees with a worked example with ties', () => {
    const result = mannWhitney([1, 2, 2, 3, 4, 5, 5, 5], [3.5, 5.5, 6, 7, 8, 9, 4.5, 2.5, 10, 11]);
    // U of the second is 68 of 80; ties of two and of three: variance 126.01.
    expect(result?.z).toBeCloseTo(2.4498, 3);
    expect(result?.p).toBeCloseTo(0.0143, 4);
    expect(result?.n).toEqual([8, 10]);
  });

  test('says nothing of few values, nor of values that are all equal', () => {
    expect(mannWhitney([1, 2, 3], [4, 5, 6, 7, 8, 9, 10, 11])).toBeUndefined();
    expect(mannWhitney(new Array(20).fill(1), new Array(20).fill(1))).toBeUndefined();
  });

  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 60 });

  test('looks at the order alone, and turns around with its sides', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const one = mannWhitney(a, b);
        const squared = mannWhitney(
          a.map((value) => value ** 2),
          b.map((value) => value ** 2),
        );
        expect(squared).toEqual(one);
        const other = mannWhitney(b, a);
        expect(other?.p).toEqual(one?.p);
        expect((other?.z ?? 0) + (one?.z ?? 0)).toBeCloseTo(0, 9);
        if (one !== undefined) expect(one.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('finds no difference between halves of one distribution more often than its level says', () => {
    let state = 12345;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state / 0x7fffffff;
    };
    let found = 0;
    for (let i = 0; i < 1000; i++) {
      const draw = () => Array.from({ length: 40 }, random);
      if ((mannWhitney(draw(), draw())?.p ?? 1) < 0.01) found++;
    }
    expect(found).toBeLessThan(25);
  });
});

test('many tests at once need smaller p (Holm)', () => {
  expect(holm([0.004, 0.03, undefined, 0.0001], 0.01)).toEqual([true, false, false, true]);
  expect(holm([0.006, 0.006], 0.01)).toEqual([false, false]);
});

test('a p-value is said plainly', () => {
  expect([0.3, 0.034, 0.0042, 0.00001].map(pText)).toEqual(['0.30', '0.034', '0.004', 'below 0.0001']);
});

describe('postscope compare', () => {
  const log = readFileSync(join(import.meta.dirname, 'logs/incident/maillog'), 'utf8');
  const reader = referenceReader(log);
  const split = ['compare', '--split', '2026-11-24T03:07:40Z', '--zone', 'UTC'];

  test('sets the incident against what came after its mend', async () => {
    const { code, out } = await run(reader, [...split, '--json']);
    expect(code).toBe(0);
    const { before, after, failures, failed } = JSON.parse(out) as Comparison;
    expect(before.messages + after.messages).toBe(98);
    expect(before.failedTries).toBe(27);
    expect(after.failedTries).toBe(0);
    expect(failed?.test).toBe('two-proportion z');
    expect(failed?.p).toBeLessThan(0.01);
    expect(before.delays.c.p50).toBe(25);
    expect(after.delays.c.p50).toBeLessThan(0.1);
    expect(before.possiblyDoubled).toBe(12);
    const a4 = failures.find(({ relay }) => relay.host === 'relaya4.example.net');
    expect(a4).toMatchObject({ kind: 'connect_timeout', count: [6, 0] });
  });

  test('reads well in 80 columns, and says which test it is', async () => {
    const { out } = await run(reader, split, { terminal: 80 });
    expect(out).toContain('two-proportion z');
    expect(out).toMatch(/p = below 0\.0001|p = 0\.00/);
    expect(out).toContain('Too little to tell whether that is chance');
    for (const line of out.split('\n')) expect(line.replace(/\x1b\[\d+m/g, '').length).toBeLessThanOrEqual(80);
  });

  test('takes two periods, and says what is wrong with others', async () => {
    const ok = await run(reader, [
      'compare',
      '2026-11-24T03:00Z..2026-11-24T03:06Z',
      '2026-11-24T03:06Z..2026-11-24T03:10Z',
      '--zone',
      'UTC',
      '--csv',
    ]);
    expect(ok.code).toBe(0);
    expect(ok.out.split('\n')[0]).toBe('what,name,before,after,of_before,of_after,test,p');
    const wrong: readonly (readonly [readonly string[], RegExp, number])[] = [
      [['compare'], /Two periods are wanted/, 2],
      [['compare', '2026-11-24'], /Two periods are wanted/, 2],
      [['compare', '2026-11-24..2026-11-20', '2026-11'], /ends before it begins/, 2],
      [['compare', '2026-11-24..', '2026-11'], /is no period/, 2],
      [['compare', '2026-11', '--split', '2026-11-24'], /not both/, 2],
      [['compare', '2026-10', '2026-11', '--since', '2026'], /go with --split/, 2],
      [['compare', '2026-10', '2026-11'], /period before has no lines/, 1],
      [['compare', '--split', '2026-11-30'], /not within the period/, 1],
    ];
    for (const [argv, message, code] of wrong) {
      const result = await run(reader, argv);
      expect(result.err, argv.join(' ')).toMatch(message);
      expect(result.code).toBe(code);
    }
  });
});
