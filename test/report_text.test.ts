import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bar, sparkline, squeeze } from '../report/render/chart.js';
import { LocalClock } from '../report/render/clock.js';
import { csvCell, csvLine } from '../report/render/csv.js';
import { json, jsonLine } from '../report/render/json.js';
import { bytes, count, percent, seconds } from '../report/render/number.js';
import { shellWord } from '../report/render/shell.js';
import { coloured, plain } from '../report/render/style.js';
import { table } from '../report/render/table.js';
import { columnsOf, cut, printable, withoutStrayControls, wrap } from '../report/render/text.js';
import type { View } from '../report/render/view.js';

const view: View = { width: undefined, style: plain, clock: new LocalClock('UTC'), ascii: false };
/** Any text, with what is dangerous more often than chance would have it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\x1b[31m',
        '\x1b]0;x\x07',
        '\u202e',
        '\u2066',
        '\x9b1m',
        '\r',
        '\t',
        '\n',
        '\0',
        '\ue01b',
        '\ue07f',
        '=',
        '+',
        '-',
        '@',
        '"',
        ',',
        "'",
        '\ud800',
      ),
    ),
  )
  .map((parts) => parts.join(''));
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ue000-\ue07f]/u;

describe('text from the log on a terminal', () => {
  test('has nothing left that a terminal obeys', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(printable(text)).not.toMatch(dangerous);
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });

  test('shows what stood there', () => {
    expect(printable('a\x1b[31mb')).toBe('a␛[31mb');
    expect(printable('nul \ue000 esc \ue01b del \ue07f')).toBe('nul ␀ esc ␛ del ␡');
    expect(printable('\u202egnp.exe')).toBe('\\u202egnp.exe');
    expect(printable('\x9b1m')).toBe('\\x9b1m');
    expect(printable('Grüße, 日本, naïve 👋')).toBe('Grüße, 日本, naïve 👋');
  });

  test('the last net lets newlines and our own colours through, and nothing else', () => {
    expect(withoutStrayControls('\x1b[31mred\x1b[39m\n\x1b]0;t\x07\x1b[2J')).toBe('\x1b[31mred\x1b[39m\n␛]0;t␇␛[2J');
    fc.assert(
      fc.property(hostile, (text) => {
        expect(withoutStrayControls(text).replace(/\x1b\[[\d;]*m|\n/g, '')).not.toMatch(dangerous);
      }),
    );
  });

  test('is cut to whole characters and no more columns than there are', () => {
    expect(cut('relay102.example.net', 10)).toBe('relay102.…');
    expect(cut('日本語テスト', 7)).toBe('日本語…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }).map(printable), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(columnsOf(cut(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('wraps at words', () => {
    expect(wrap('one two three four', 9, '  ')).toBe('one two\n  three\n  four');
  });
});

describe('CSV', () => {
  test('no cell begins like a formula, and a reader gets back what was written', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (texts) => {
        const line = csvLine(texts);
        const cells = parseCsvLine(line);
        expect(cells).toHaveLength(texts.length);
        cells.forEach((cell, i) => {
          expect(cell).not.toMatch(/^\s*[=+\-@\t\r]/);
          expect(cell === printable(texts[i] as string) || cell === printable(`'${texts[i]}`)).toBe(true);
        });
        expect(line.slice(0, -1)).not.toMatch(dangerous);
      }),
    );
  });

  test.each([
    ['=1+1', `"'=1+1"`],
    ['+49 30', `"'+49 30"`],
    ['-x', `"'-x"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'␉=1"`],
    ['\ue009=1', `"'␉=1"`],
    ['  =1', `"'  =1"`],
    ['＝1', `"'＝1"`],
    ['say "hi", bob', '"say ""hi"", bob"'],
    ['plain', 'plain'],
    ['', ''],
  ])('%j', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  test('numbers stay numbers, negative ones too', () => {
    expect(csvLine([-1, 0.05, undefined])).toBe('-1,0.05,\n');
  });
});

/** What a reader of RFC 4180 makes of one line. */
function parseCsvLine(line: string): string[] {
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,"\n]*))(,|\n)/y;
  while (pattern.lastIndex < line.length) {
    const match = pattern.exec(line);
    if (match === null) throw new Error(`no CSV: ${JSON.stringify(line)}`);
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  }
  return cells;
}

describe('JSON', () => {
  test('says the same, without a character that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), hostile), (value) => {
        expect(JSON.parse(jsonLine(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(jsonLine(value).slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ue000-\ue07f]/u);
      }),
    );
  });

  test('has instants in ISO 8601', () => {
    expect(json({ bucket: 0, count: 0, first: 1000 }, 0)).toBe(
      '{"bucket":"1970-01-01T00:00:00.000Z","count":0,"first":"1970-01-01T00:00:01.000Z"}\n',
    );
  });
});

describe('numbers', () => {
  test.each([
    [undefined, '–'],
    [0, '0 s'],
    [0.05, '0.05 s'],
    [0.054, '0.054 s'],
    [1.234, '1.2 s'],
    [9.99, '10 s'],
    [31, '31 s'],
    [59.6, '1 min'],
    [125, '2 min 5 s'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [86_399, '24 h'],
    [432_000, '5 d'],
    [273_600, '3 d 4 h'],
  ])('%j seconds', (value, text) => {
    expect(seconds(value)).toBe(text);
  });

  test('counts, shares and sizes', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect([
      percent(0, 10),
      percent(1, 10),
      percent(1, 3000),
      percent(2999, 3000),
      percent(9999, 10_000),
      percent(10, 10),
      percent(0, 0),
    ]).toEqual(['0 %', '10 %', '<0.1 %', '>99.9 %', '>99.9 %', '100 %', '–']);
    expect([bytes(512), bytes(2_100_000), bytes(45_000_000), bytes(3_200_000_000)]).toEqual(['512 bytes', '2.1 MB', '45 MB', '3.2 GB']);
  });

  test('words of a shell', () => {
    expect(shellWord('relay102.example.net')).toBe('relay102.example.net');
    expect(shellWord("$(rm -rf ~) 'x'")).toBe(`'$(rm -rf ~) '\\''x'\\'''`);
    expect(shellWord('a\nb')).toBe("'a␊b'");
  });
});

describe('charts', () => {
  test('a sparkline shows its highest, its lowest, nought and what was not measured', () => {
    expect(sparkline([0, 1, 50, 100, undefined], 10, 'sum', view)).toBe('·▁▄█ ');
    expect(sparkline([0, 1, 50, 100, undefined], 10, 'sum', { ...view, ascii: true })).toBe(' _-# ');
  });

  test('more values than columns are put together, and none is lost', () => {
    expect(squeeze([1, 2, 3, 4, undefined, undefined], 3, 'sum')).toEqual([3, 7, undefined]);
    expect(squeeze([1, 2, 3, 4, 5], 2, 'max')).toEqual([2, 5]);
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1 }), fc.integer({ min: 1, max: 80 }), (values, columns) => {
        const sum = (of: readonly (number | undefined)[]) => of.reduce<number>((total, value) => total + (value ?? 0), 0);
        expect(sum(squeeze(values, columns, 'sum'))).toBe(sum(values));
        expect(sparkline(values, columns, 'sum', view).length).toBe(Math.min(columns, values.length));
      }),
    );
  });

  test('a bar is as long as its value, and something is never nothing', () => {
    expect([bar(100, 100, 4, view), bar(50, 100, 4, view), bar(1, 1000, 4, view), bar(0, 100, 4, view)]).toEqual(['████', '██', '▏', '']);
  });
});

describe('tables', () => {
  const columns = [
    { head: 'relay', least: 8 },
    { head: 'n', right: true },
  ];

  test('fit the terminal by cutting what may be cut', () => {
    const rows = [
      ['relay102.example.net', '1,204'],
      ['日本.example', { text: '7', paint: coloured.bad }],
    ];
    expect(table(columns, rows, { ...view, width: 20 })).toEqual([
      'relay              n',
      'relay102.exa…  1,204',
      '日本.example       \x1b[31m7\x1b[39m',
    ]);
    expect(table(columns, rows, view)[1]).toBe('relay102.example.net  1,204');
  });

  test('are as wide as the terminal at most, whatever is in them', () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.tuple(hostile, fc.nat().map(String)), { maxLength: 5 }), (head, rows) => {
        for (const line of table([{ head, least: 8 }, ...columns.slice(1)], rows, { ...view, width: 24 })) {
          expect(columnsOf(line)).toBeLessThanOrEqual(24);
          expect(line).not.toMatch(dangerous);
        }
      }),
    );
  });
});
