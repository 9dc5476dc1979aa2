/** Every pattern has sample lines, and every sample is recognised by its own pattern in the programs that have it. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { daemons } from '../postfix/daemons/index.js';
import { asciiBytes, Grammar } from '../postfix/grammar.js';
import { neighbours } from '../postfix/neighbours/index.js';
import { matcherOf, type Pattern } from '../postfix/pattern.js';
import { reasons } from '../postfix/reason.js';
import { newPlaces } from '../postfix/scanner.js';

const programs: Record<string, readonly (readonly Pattern[])[]> = { ...daemons, ...neighbours, reason: [reasons] };

/** The patterns of a library are many programs'; each is tested in the first that has it. */
const firstProgram = new Map<Pattern, string>();
for (const [program, groups] of Object.entries(programs)) {
  for (const pattern of groups.flat()) if (!firstProgram.has(pattern)) firstProgram.set(pattern, program);
}

for (const [program, groups] of Object.entries(programs)) {
  const own = groups.flat().filter((pattern) => firstProgram.get(pattern) === program);
  if (own.length === 0) continue;
  describe(program, () => {
    const grammar = new Grammar(...groups);
    test.each(own.map((pattern) => [`${pattern.level ?? 'info'} ${pattern.action}: ${pattern.text}`, pattern] as const))(
      '%s',
      (_, pattern) => {
        expect(pattern.samples.length).toBeGreaterThan(0);
        expect(pattern.action).toMatch(/^[a-z][a-z0-9_]*$/);
        for (const sample of pattern.samples) {
          expect(grammar.read(sample, pattern.level)?.pattern.text, sample).toBe(pattern.text);
        }
      },
    );
  });
}

describe('the scanner of a pattern', () => {
  test('finds in every sample of every pattern what the regular expression finds, or leaves it to that', () => {
    const patterns = [...firstProgram.keys()];
    const bySample = patterns.flatMap((pattern) => pattern.samples);
    let fast = 0;
    for (const pattern of patterns) {
      const matcher = matcherOf(pattern);
      const { scanner } = matcher;
      if (scanner === undefined) continue;
      // Its own samples, and a share of all others'.
      for (const text of [...pattern.samples, ...bySample.filter((_, i) => i % 97 === patterns.indexOf(pattern) % 97)]) {
        const bytes = asciiBytes(text);
        const view = new DataView(bytes.buffer);
        const places = newPlaces();
        const fields = scanner.read(text, bytes, view, 0, text.length, places);
        const where = newPlaces();
        const found = scanner.find(text, bytes, view, 0, text.length, where);
        const says = fields === undefined ? -1 : fields === null ? 0 : 1;
        const right = fields === undefined ? undefined : (matcher.exec(text) ?? null);
        if (fields !== undefined) fast++;
        // An expect() takes longer than all of this.
        if (found === says && isDeepStrictEqual([where, fields], [places, right])) continue;
        expect({ found, where, fields }, `${pattern.text}\n${text}`).toEqual({ found: says, where: places, fields: right });
      }
    }
    expect(fast).toBeGreaterThan(patterns.length);
  });
});
