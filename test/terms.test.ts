/** A value has the same prints wherever it is read: in a text, or where it stands in the bytes of a line. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiBytes } from '../postfix/grammar.js';
import { RowFile, rowBufferSize } from '../store/duckdb/rows.js';
import { BlockTerms, findables, printOf } from '../store/duckdb/terms.js';

const buffer = Buffer.alloc(rowBufferSize);

/** The prints that are written for one block. */
function printsOf(add: (terms: BlockTerms, rows: RowFile) => void): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'terms-'));
  try {
    const rows = new RowFile(join(folder, 'terms'), buffer);
    const terms = new BlockTerms();
    terms.enter(7);
    add(terms, rows);
    rows.close();
    const lines = readFileSync(rows.path, 'latin1').trimEnd().split('\n');
    expect(lines.every((line) => Number(line.split('\x01')[1]) === 7)).toBe(true);
    return lines.map((line) => Number(line.split('\x01')[0]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('addresses with and without domain, in any case, beyond ASCII', () => {
  const part = fc.constantFrom('René', 'ann', 'ANN', '@', '@', 'dest.test', 'Dest.TEST', '"a@b"', 'ü', '\ue080');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), fc.constantFrom(...Object.values(findables)), (parts, how) => {
      const value = parts.join('');
      const line = `from=<${value}>, size=1`;
      const inText = printsOf((terms, rows) => terms.add(rows, how, value));
      const inLine = printsOf((terms, rows) => terms.addPlace(rows, how, line, asciiBytes(line), 6, 6 + value.length));
      expect(inLine).toEqual(inText);
      expect(inText[0]).toBe(printOf(how.term, value.toLowerCase()));
    }),
  );
});

test('a value that a block has is not written again', () => {
  const prints = printsOf((terms, rows) => {
    for (const value of ['a@b.test', 'A@B.test', 'c@b.test']) terms.add(rows, findables.recipient, value);
  });
  expect(prints).toEqual([printOf('recipient', 'a@b.test'), printOf('recipient_domain', 'b.test'), printOf('recipient', 'c@b.test')]);
});
