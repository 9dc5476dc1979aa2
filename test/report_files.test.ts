/** The report as a file: HTML and Markdown, from a hostile log too. */
import { describe, expect, test } from 'vitest';
import { Zone } from '../postfix/zone.js';
import { timeChart } from '../report/html/chart.js';
import { escaped, html } from '../report/html/markup.js';
import { LocalClock } from '../report/render/clock.js';
import { markdownText } from '../report/render/markdown.js';
import type { ReasonCount } from '../store/port.js';
import { at, delaysOf, failure, fakeReader, hostileRelay, noTotals, relay102, run, spread, summary } from './fake_reader.js';

const evil = '<script>alert(1)</script>"\' onload=x \x1b]0;owned\x07\u202e=cmd|[x](javascript:y) `z`';

const reason: ReasonCount = {
  kind: 'other',
  phase: undefined,
  replyCode: undefined,
  enhancedCode: undefined,
  count: 3,
  relays: 1,
  example: evil,
  last: at('2026-04-02T00:00Z'),
};

const hostile = { ...hostileRelay, host: evil };

const reader = fakeReader({
  totals: async () => ({ ...noTotals, lines: 10, hosts: ['<b>mailer</b>'], first: at('2026-04-01T00:00Z'), last: at('2026-04-10T00:00Z') }),
  failures: async () => [
    failure('2026-04-02T00:00Z', relay102, 'connect_timeout', 7),
    failure('2026-04-03T00:00Z', hostile, 'conversation_timeout', 2),
  ],
  relays: async () => [
    summary(relay102, { attempts: 100, sent: 93, failures: [{ kind: 'connect_timeout', phase: 'connect', count: 7 }] }),
    summary(hostile, { attempts: 3 }),
  ],
  delays: async () => [delaysOf('2026-04-02T00:00Z', 90, { c: spread(25, 25, 31, 46) })],
  rests: async () => [
    { bucket: at('2026-04-02T00:00Z'), rest: 25, count: 60, vague: 0, relays: 2, seconds: 1500, failed: 42, c: 1542, first: 0, last: 0 },
  ],
  reasons: async () => [reason],
  coverage: async () => [{ host: evil, lines: 10, first: at('2026-04-01T00:00Z'), last: at('2026-04-10T00:00Z'), gaps: [] }],
});

/** Elements and attributes of a page, without what stands between them. */
const tags = (page: string) => [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag);

describe('report --html', () => {
  test('figures, charts with their tables, and nothing that a sender wrote as markup', async () => {
    const { code, out } = await run(reader, ['report', '--html', '-', '--zone', 'UTC']);
    expect(code).toBe(0);
    expect(out).toMatch(/^<!DOCTYPE html>/);
    for (const said of ['relay102.example.net[10.50.0.102]', '7', '60 deliveries waited 25 s for names: 5 × 5 s', '<svg', '<details>'])
      expect(out).toContain(said);
    expect(out).not.toMatch(/<script|javascript:(?!y)|\x1b|\u202e/);
    expect(tags(out).filter((tag) => /onload|alert/.test(tag.replace(/"[^"]*"/g, '')))).toEqual([]);
    // Nothing is fetched from anywhere.
    expect(out).not.toMatch(/(?:src|href)="(?!#)/);
    expect(out).not.toMatch(/url\(|@import/);
  });

  test('every element that is opened is closed', async () => {
    const { out } = await run(reader, ['report', '--html', '-']);
    const open: string[] = [];
    for (const tag of tags(out)) {
      const [, slash, name = ''] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(tag) ?? [];
      if (name === '' || ['meta', 'br', '!doctype'].includes(name.toLowerCase())) continue;
      if (slash === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  test('a file that cannot be written is told', async () => {
    const { code, err } = await run(reader, ['report', '--html', '/nowhere/at/all.html']);
    expect(code).toBe(1);
    expect(err).toContain('/nowhere/at/all.html cannot be written');
  });
});

describe('report --markdown', () => {
  test('tables that a hostile name does not break', async () => {
    const { code, out } = await run(reader, ['report', '--markdown', '-', '--zone', 'UTC']);
    expect(code).toBe(0);
    expect(out).not.toMatch(/(?<!\\)<script|\x1b|\u202e|(?<!\\)\[x/);
    // Each row of a table has as many cells as its head.
    for (const block of out.split('\n\n').filter((part) => part.startsWith('|'))) {
      const cells = block
        .trim()
        .split('\n')
        .map((line) => line.replace(/\\\|/g, '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
    expect(out).toContain('relay102\\.example\\.net');
  });

  test('text is text', () => {
    expect(markdownText('a|b*c_d`e<f>')).toBe('a\\|b\\*c\\_d\\`e\\<f\\>');
  });
});

describe('markup', () => {
  test('what is put into a template is text, in elements and in attributes', () => {
    const { text } = html`<p title="${'"><i>'}">${'<b>&'}${[html`<i>x</i>`, undefined, false, 3]}</p>`;
    expect(text).toBe('<p title="&quot;&gt;&lt;i&gt;">&lt;b&gt;&amp;<i>x</i>3</p>');
    expect(escaped('\u202e\x1b')).toBe('\\u202e␛');
  });
});

describe('charts', () => {
  const clock = new LocalClock(new Zone('UTC'));
  const chart = (values: (number | undefined)[], as: 'bars' | 'lines') =>
    timeChart({
      title: 't',
      buckets: values.map((_, i) => at('2026-04-01T00:00Z') + i * 86_400_000),
      by: 'day',
      clock,
      as,
      say: String,
      series: [{ name: 'a', values }],
    }).text;

  test('a bar for each value above nought', () => {
    const drawn = chart([0, 3, undefined, 5], 'bars');
    expect(drawn.match(/<rect/g)).toHaveLength(2);
    expect(drawn).toContain('2026-04-02 Thu, a: 3');
  });

  test('a line has a hole where nothing was measured', () => {
    const drawn = chart([1, 2, undefined, 5, 6], 'lines');
    expect(/<path class="stroke s0" d="([^"]*)"/.exec(drawn)?.[1]?.match(/M/g)).toHaveLength(2);
  });

  test.each(['bars', 'lines'] as const)('%s of nothing are no chart of NaN', (as) => {
    for (const values of [[], [0], [undefined]]) expect(chart(values, as)).not.toContain('NaN');
  });
});
