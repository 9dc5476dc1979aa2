/** Two periods side by side, as text and as CSV. */

import type { TestResult } from '../compare/significance.js';
import { type Comparison, type FailureChange, level, type Pair, type ReasonChange, type Side } from '../compare.js';
import type { Change } from '../config_changes.js';
import { delayNames, delayParts, failureWords, relayLabel } from '../vocabulary.js';
import { csv } from './csv.js';
import { bytes, count, percent, seconds } from './number.js';
import { type Cell, type Column, type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import type { View } from './view.js';

const day = 86_400_000;
const shownFailures = 16;
const shownReasons = 8;
const usualWidth = 100;

export function comparisonText(comparison: Comparison, view: View): string {
  const { style } = view;
  const { before, after, failures, appeared, vanished, changes } = comparison;
  const lines = [...verdict(comparison, view)];
  const section = (title: string, body: readonly string[]) => {
    if (body.length > 0) lines.push('', style.bold(title), ...body);
  };
  section('Volume', volume([before, after], view));
  section('Delay of deliveries', delays([before, after], view));
  section('Failed tries by relay and kind', failureTable(failures, view));
  section('Reasons that are new', reasonTable(appeared, view));
  section('Reasons that are gone', reasonTable(vanished, view));
  section('What was changed in the configuration', changeLines(changes, view));
  return `${lines.join('\n')}\n`;
}

function verdict({ before, after, failed, medians, ninetieths, failures }: Comparison, view: View): string[] {
  const { clock, style } = view;
  const width = view.width ?? usualWidth;
  const span = ({ since, until }: Side) => `${clock.minute(since)} to ${clock.minute(until)}`;
  const share = (side: Side) => percent(side.failedTries, side.tries);
  const sentences = [
    testSentence('Failed tries', `${share(before)} before, ${share(after)} after`, failed),
    testSentence(
      'Delay, median of each hour',
      `${seconds(before.delays.delay.p50)} before, ${seconds(after.delays.delay.p50)} after over all`,
      medians,
    ),
    testSentence(
      'Delay, 90th percentile of each hour',
      `${seconds(before.delays.delay.p90)} before, ${seconds(after.delays.delay.p90)} after over all`,
      ninetieths,
    ),
  ];
  const sure = failures.filter(({ significant }) => significant).length;
  return [
    `before  ${span(before)}`,
    `after   ${span(after)}  (${clock.name})`,
    '',
    ...sentences.map(({ text, significant }) => (significant ? style.bold : style.dim)(wrap(printable(text), width, '  '))),
    ...(sure === 0
      ? []
      : [
          style.dim(
            wrap(
              `Rows below with * differ by more than chance, all of them looked at together (two-proportion z-test, Holm, at ${level * 100} %).`,
              width,
              '  ',
            ),
          ),
        ]),
  ];
}

/** A test in a sentence. @param values of both sides, as they are said */
export function testSentence(what: string, values: string, test: TestResult | undefined): { text: string; significant: boolean } {
  if (test === undefined) return { text: `${what}: ${values}. Too little to tell whether that is chance.`, significant: false };
  const significant = test.p < level;
  const said = significant ? `more than chance: ${test.z > 0 ? 'higher' : 'lower'} after` : 'no more than chance can do';
  return {
    text: `${what}: ${values}; ${said} (${test.test} test, p = ${pText(test.p)}, n = ${count(test.n[0])} and ${count(test.n[1])}).`,
    significant,
  };
}

/** `0.03`, `0.0004`, `below 0.0001`. */
export const pText = (p: number): string => (p < 0.0001 ? 'below 0.0001' : p.toPrecision(p < 0.01 ? 1 : 2));

const head: readonly Column[] = [
  { head: '', least: 16 },
  { head: 'before', right: true },
  { head: 'after', right: true },
  { head: 'change', right: true },
];

function volume(sides: Pair<Side>, view: View): string[] {
  const days = sides.map(({ since, until }) => (until - since) / day);
  const row = (name: string, of: (side: Side) => number, show: (value: number) => string = count): Row => [
    name,
    show(of(sides[0])),
    show(of(sides[1])),
    change(of(sides[0]) / (days[0] as number), of(sides[1]) / (days[1] as number)),
  ];
  const states = [...new Set(sides.flatMap((side) => Object.keys(side.states)))] as (keyof Side['states'])[];
  return table(
    [head[0] as Column, head[1] as Column, head[2] as Column, { head: 'change a day', right: true }],
    [
      row('messages', ({ messages }) => messages),
      ...states.map((state) => row(`  ${state}`, (side) => side.states[state] ?? 0)),
      row('  may be there twice', ({ possiblyDoubled }) => possiblyDoubled),
      row('recipients', ({ recipients }) => recipients),
      row('size', ({ bytes: size }) => size, bytes),
      row('tries', ({ tries }) => tries),
      row('  failed', ({ failedTries }) => failedTries),
      row('lines', ({ lines }) => lines),
    ],
    view,
  );
}

/** `+12 %`, `× 8`, `new`, `gone`. */
export function change(before: number, after: number): string {
  if (before === after) return '=';
  if (before === 0) return 'new';
  if (after === 0) return 'gone';
  const ratio = after / before;
  if (ratio >= 3) return `× ${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)}`;
  const part = Math.round((ratio - 1) * 100);
  return part === 0 ? '=' : `${part > 0 ? '+' : '−'}${Math.abs(part)} %`;
}

const ranks = ['p50', 'p90', 'p99', 'max'] as const;

function delays(sides: Pair<Side>, view: View): string[] {
  const rows = [...delayParts, 'delay' as const].flatMap((part) =>
    ranks.map((rank, i): Row => {
      const [before, after] = sides.map((side) => side.delays[part][rank]);
      const name = i === 0 ? (part === 'delay' ? 'all together' : `${part}  ${delayNames[part]}`) : '';
      return [name, rank, seconds(before), seconds(after), before === undefined || after === undefined ? '' : change(before, after)];
    }),
  );
  return table([{ head: '', least: 16 }, { head: '' }, ...head.slice(1)], rows, view);
}

function failureTable(failures: readonly FailureChange[], view: View): string[] {
  const rows = failures.slice(0, shownFailures).map(({ relay, kind, phase, count: [before, after], of, test, significant }): Row => {
    const paint = !significant ? view.style.dim : (test?.z ?? 0) > 0 ? view.style.bad : view.style.good;
    const mark: Cell = {
      text: test === undefined ? '' : `${significant ? '*' : ' '} p ${test.p < 0.0001 ? '<0.0001' : pText(test.p)}`,
      paint,
    };
    return [
      relayLabel(relay),
      failureWords(kind, phase),
      `${count(before)} of ${count(of[0])}`,
      `${count(after)} of ${count(of[1])}`,
      mark,
    ];
  });
  const more = failures.length - rows.length;
  return [
    ...(rows.length === 0
      ? []
      : table(
          [
            { head: 'relay', least: 18 },
            { head: 'failure', least: 12 },
            { head: 'before', right: true },
            { head: 'after', right: true },
            { head: '' },
          ],
          rows,
          view,
        )),
    ...(more > 0 ? [view.style.dim(`${count(more)} more: --csv has all`)] : []),
  ];
}

function reasonTable(reasons: readonly ReasonChange[], view: View): string[] {
  const rows = reasons
    .slice(0, shownReasons)
    .map(
      ({ kind, phase, replyCode, enhancedCode, count: n, example }): Row => [
        { text: count(n), paint: view.style.bold },
        [failureWords(kind, phase), replyCode, enhancedCode].filter((part) => part !== undefined).join(' '),
        example,
      ],
    );
  return rows.length === 0 ? [] : table([{ head: '', right: true }, { head: '' }, { head: '', least: 20 }], rows, view);
}

function changeLines(changes: readonly Change[], { clock, width }: View): string[] {
  return changes.map(({ host, kind, name, before, after, since, until }) => {
    const what =
      before === undefined ? `set to ${after}` : after === undefined ? `was ${before}, is no longer set` : `${before} → ${after}`;
    return wrap(printable(`${clock.minute(since)} to ${clock.minute(until)}  ${host} ${kind}  ${name}: ${what}`), width, '  ');
  });
}

/** A row for each figure: what, whose, before, after, and the test where there is one. */
export function comparisonCsv({ before, after, failed, medians, ninetieths, failures, appeared, vanished, changes }: Comparison): string {
  type Line = readonly (string | number | undefined)[];
  const sides: Pair<Side> = [before, after];
  const plain = (name: string, of: (side: Side) => number | undefined, test?: TestResult): Line => [
    'figure',
    name,
    of(sides[0]),
    of(sides[1]),
    undefined,
    undefined,
    test?.test,
    test?.p,
  ];
  const rows: Line[] = [
    plain('messages', ({ messages }) => messages),
    plain('possibly_doubled', ({ possiblyDoubled }) => possiblyDoubled),
    plain('recipients', ({ recipients }) => recipients),
    plain('bytes', ({ bytes: size }) => size),
    plain('lines', ({ lines }) => lines),
    plain('tries', ({ tries }) => tries),
    plain('failed_tries', ({ failedTries }) => failedTries, failed),
    ...[...delayParts, 'delay' as const].flatMap((part) =>
      ranks.map((rank) => plain(`${part}_${rank}`, (side) => side.delays[part][rank])),
    ),
    ['test', 'hourly medians of delay', undefined, undefined, undefined, undefined, medians?.test, medians?.p],
    ['test', 'hourly 90th percentiles of delay', undefined, undefined, undefined, undefined, ninetieths?.test, ninetieths?.p],
    ...failures.map(
      ({ relay, kind, phase, count: n, of, test }): Line => [
        'failure',
        `${relayLabel(relay)} ${kind} ${phase ?? ''}`.trim(),
        n[0],
        n[1],
        of[0],
        of[1],
        test?.test,
        test?.p,
      ],
    ),
    ...appeared.map((one): Line => ['new_reason', one.example, 0, one.count]),
    ...vanished.map((one): Line => ['gone_reason', one.example, one.count, 0]),
    ...changes.map((one): Line => ['configuration', `${one.host} ${one.name}`, one.before, one.after]),
  ];
  return csv(
    ['what', 'name', 'before', 'after', 'of_before', 'of_after', 'test', 'p'],
    rows.map((row) => [...row, ...new Array(8 - row.length).fill(undefined)]),
  );
}
