/** The same line is the same document, however it arrives again; two equal lines of one second stay two. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identityOf, Ordinals } from '../postfix/identity.js';
import { LineScan } from '../postfix/line_scan.js';
import { bytesOf, type KeptText, keepText, unusual } from '../postfix/text.js';

const line = 'Nov 24 02:59:54 mailer postfix/smtpd[17675]: connect from unknown[10.50.0.201]';
const kept = keepText(line);
const time = Date.parse('2026-11-24T02:59:54.123Z');
const identity = identityOf('mailer', time, kept, 0);

describe('the identity of a line', () => {
  test('is written into stores, so it stays what it was', () => {
    expect(identity).toBe(identityOf('mailer', time, keepText(line), 0));
    expect(identity).toMatchInlineSnapshot(`"C0XZshS9NbtlMX1CJ_1-9w"`);
    expect(identity).toMatch(/^[\w-]{22}$/);
  });
  test('is another for another host, second, ordinal or byte', () => {
    const others = [
      identityOf('mailer2', time, kept, 0),
      identityOf('mailer', time + 1000, kept, 0),
      identityOf('mailer', time, kept, 1),
      identityOf('mailer', time, keepText(`${line} `), 0),
      identityOf('mailer', time, keepText(line.replace('201', '202')), 0),
    ];
    expect(new Set([identity, ...others]).size).toBe(others.length + 1);
  });
  test('is the same anywhere in its second', () => {
    expect(identityOf('mailer', Date.parse('2026-11-24T02:59:54.999Z'), kept, 0)).toBe(identity);
  });
  test('is that of the bytes, however they are kept', () => {
    const utf8 = Buffer.from('to=<rené@dest.test>', 'utf8');
    const asText: KeptText = { text: utf8.toString('utf8'), encoding: 'utf-8' };
    const asBytes: KeptText = { text: utf8.toString('latin1'), encoding: 'bytes' };
    expect(identityOf('mailer', time, asText, 0)).toBe(identityOf('mailer', time, asBytes, 0));
  });
  test('cannot be had by moving text from one part to the next', () => {
    expect(identityOf('a', 1000, keepText('b'), 1)).not.toBe(identityOf('a', 11_000, keepText('b'), 0));
    expect(identityOf('h', 1000, keepText('1x'), 1)).not.toBe(identityOf('h', 1000, keepText('x'), 11));
  });
});

describe('kept text', () => {
  test('gives back every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (array) => {
        const bytes = Buffer.from(array);
        const text = keepText(bytes.toString('latin1'));
        expect(bytesOf(text).equals(bytes)).toBe(true);
        expect(text.text).not.toMatch(/[\0-\x08\x0a-\x1f\x7f]/);
      }),
      { numRuns: 2000 },
    );
  });
  test('gives back every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        const bytes = Buffer.from(given, 'utf8');
        expect(bytesOf(keepText(bytes.toString('latin1'))).equals(bytes)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
  test.each([
    ['plain', 'plain', 'ascii'],
    ['a\tb', 'a\tb', 'ascii'],
    ['ren\xc3\xa9', 'rené', 'utf-8'],
    ['ren\xe9', 'rené', 'bytes'],
    ['a\0b', 'a\ue000b', 'bytes'],
    ['\x1b[31m', '\ue01b[31m', 'bytes'],
    // A character that stands for a control character, and one that a control character of C1 is, written by somebody.
    ['\xee\x80\x80', 'î\ue080\ue080', 'bytes'],
    ['\xc2\x85', 'Â\ue085', 'bytes'],
  ])('%j', (latin1, text, encoding) => {
    expect(keepText(latin1)).toEqual({ text, encoding });
  });
});

describe('ordinals', () => {
  const ordinalsOf = (lines: readonly string[]) => {
    const ordinals = new Ordinals();
    return lines.map((text) => ordinals.nextText(text));
  };
  test('count equal lines of one second', () => {
    expect(ordinalsOf(['a', 'b', 'a', 'a', 'b', 'c'])).toEqual([0, 0, 1, 2, 1, 0]);
  });
  test('do not mind other lines of that second in between', () => {
    const between = Array.from({ length: 1000 }, (_, i) => `Nov 24 02:59:54 mailer postfix/qmgr[7]: ${i}`);
    expect(ordinalsOf([line, ...between, line, ...between, line]).filter((n) => n > 0)).toHaveLength(1002);
    expect(ordinalsOf([line, ...between, line]).at(-1)).toBe(1);
  });
  test('forget lines that are long past, so that they need no room', () => {
    const between = Array.from({ length: 10_000 }, (_, i) => `Nov 24 03:59:54 mailer postfix/qmgr[7]: ${i}`);
    expect(ordinalsOf([line, ...between, line]).at(-1)).toBe(0);
  });
  test('are the same in a text and in the bytes of a batch', () => {
    const bytes = Buffer.from(`${line}\n${line}\n`, 'latin1');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const ordinals = new Ordinals();
    const scan = new LineScan();
    scan.read(view, 0, bytes.length);
    expect(scan).toMatchObject({ end: line.length, plain: true });
    expect(ordinals.next(scan)).toBe(0);
    expect(ordinals.nextText(line)).toBe(1);
    scan.read(view, scan.end + 1, bytes.length);
    expect(scan).toMatchObject({ end: 2 * line.length + 1, plain: true });
    expect(ordinals.next(scan)).toBe(2);
  });
  test('find the end of every line, and whether it is plain', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('abcd', 'e', '\t', '\n', '\n', '\x1f', '\x7f', '\x80', '\xff', ' ', '~'), { maxLength: 40 }),
        (parts) => {
          const text = parts.join('');
          const bytes = Buffer.from(text, 'latin1');
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
          const scan = new LineScan();
          const found: [string, boolean][] = [];
          for (let at = 0; at < text.length; at = scan.end + 1) {
            scan.read(view, at, bytes.length);
            found.push([text.slice(at, scan.end), scan.plain]);
          }
          const lines = text.split('\n');
          if (lines.at(-1) === '') lines.pop();
          expect(found).toEqual(lines.map((line) => [line, !unusual.test(line)]));
        },
      ),
    );
  });
  test('tell lines apart as their texts do', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 200 }), (lines) => {
        const seen = new Map<string, number>();
        const wanted = lines.map((text) => {
          const n = seen.get(text) ?? 0;
          seen.set(text, n + 1);
          return n;
        });
        expect(ordinalsOf(lines)).toEqual(wanted);
      }),
    );
  });
});
