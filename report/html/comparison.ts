/** Two periods side by side: in short, for a page about something else, and whole. */
import type { TestResult } from '../compare/significance.js';
import { type Comparison, level, type Pair, type ReasonChange, type Side } from '../compare.js';
import { change, pText, testSentence } from '../render/compare.js';
import { changeWords } from '../render/config_changes.js';
import { bytes, count, percent, seconds } from '../render/number.js';
import { timeoutKinds } from '../tries.js';
import { delayNames, delayParts, failureWords, relayLabel } from '../vocabulary.js';
import { html, type Markup, type Piece } from './markup.js';
import { type Links, type Look, linked } from './sections.js';
import { type Column, table } from './table.js';

const anHour = 3_600_000;
const aDay = 24 * anHour;

/** Where the lines behind a figure of one side are. */
type Behind = (links: Links, side: Side) => string;

const stretchOf = ({ since, until }: Side) => ({ since, until });
const behindMails: Behind = (links, side) => links.mails(stretchOf(side));
const behindTries: Behind = (links, side) => links.failures(stretchOf(side));
const behindLines: Behind = (links, side) => links.lines(stretchOf(side));
/** Mails that took so long at least, whichever part of it that was. */
const behindSlow =
  (of: (side: Side) => number | undefined): Behind =>
  (links, side) =>
    links.mails({ ...stretchOf(side), late: of(side) ?? 0 });

const behindState =
  (state: string): Behind =>
  (links, side) =>
    links.mails({ ...stretchOf(side), state });
const behindDoubled: Behind = (links, side) => links.mails({ ...stretchOf(side), doubled: true });

const led = ({ links }: Look, side: Side, to: Behind | undefined, text: string): Piece =>
  linked(links === undefined ? undefined : to?.(links, side), text);

const sidesOf = ({ before, after }: Comparison): Pair<Side> => [before, after];
const columns: readonly Column[] = [{ head: 'figure' }, { head: 'before', number: true }, { head: 'after', number: true }];

const spanOf = ({ since, until }: Side, { clock }: Look) => {
  const shown = (time: number) => (until - since < anHour ? clock.second(time) : clock.minute(time));
  return `${shown(since)} to ${shown(until)}`;
};
/** Periods need not be of the same length. */
const aDayOf = (of: (side: Side) => number) => (side: Side) => of(side) / ((side.until - side.since) / aDay);
const share = ({ failedTries, tries }: Side) => (tries === 0 ? '' : percent(failedTries, tries));

/** `more than chance: lower`, with its test behind it. */
function verdictOf(test: TestResult | undefined): Markup {
  if (test === undefined) return html`<span class="dim">too little to tell</span>`;
  const how = `${test.test}, p ${test.p < 0.0001 ? '< 0.0001' : pText(test.p)}`;
  if (test.p >= level) return html`<span class="dim">no more than chance can do (${how})</span>`;
  return html`<span class="${test.z > 0 ? 'bad' : 'good'}">${test.z > 0 ? 'higher' : 'lower'}, more than chance (${how})</span>`;
}

/** Volume, timeouts and delay of both, each with what its test says. */
export function comparisonInShort(comparison: Comparison, look: Look): Markup {
  const sides = sidesOf(comparison);
  const row = (name: string, of: (side: Side) => Piece, verdict: Markup = html``) => [name, ...sides.map(of), verdict];
  const timeouts = (side: 0 | 1) =>
    comparison.failures
      .filter(({ kind }) => (timeoutKinds as readonly string[]).includes(kind))
      .reduce((sum, one) => sum + one.count[side], 0);
  const slow = (part: 'c' | 'delay') => (side: Side) =>
    led(
      look,
      side,
      behindSlow(({ delays }) => delays[part].p90),
      seconds(side.delays[part].p90),
    );
  return html`<p class="dim">${spanOf(sides[0], look)}, and ${spanOf(sides[1], look)}</p>
${table(
  'Before and after',
  [...columns, { head: 'difference', text: true }],
  [
    row(
      'mails',
      (side) => led(look, side, behindMails, count(side.messages)),
      html`${change(
        ...ofBoth(
          sides,
          aDayOf(({ messages }) => messages),
        ),
      )} a day`,
    ),
    [
      'timeouts',
      ...([0, 1] as const).map((side) => {
        const { since, until, tries } = sides[side];
        return html`${linked(look.links?.failures({ since, until }), count(timeouts(side)))} of ${count(tries)}`;
      }),
      '',
    ],
    row('failed tries', share, verdictOf(comparison.failed)),
    row('connection set-up (c), 90 % within', slow('c')),
    row('delay, 90 % within', slow('delay'), verdictOf(comparison.ninetieths)),
  ],
)}`;
}

const ofBoth = ([before, after]: Pair<Side>, of: (side: Side) => number): Pair<number> => [of(before), of(after)];

const shownFailures = 30;

export function comparisonSection(comparison: Comparison, look: Look): Markup {
  const sides = sidesOf(comparison);
  const [before, after] = sides;
  const { failed, medians, ninetieths, failures, appeared, vanished, changes } = comparison;
  const both = (of: (side: Side) => string) => `${of(before)} before, ${of(after)} after`;
  const sentences = [
    testSentence('Failed tries', both(share), failed),
    testSentence(
      'Delay, median of each hour',
      both(({ delays }) => seconds(delays.delay.p50)),
      medians,
    ),
    testSentence(
      'Delay, 90th percentile of each hour',
      both(({ delays }) => seconds(delays.delay.p90)),
      ninetieths,
    ),
  ];
  return html`<p class="dim">Before: ${spanOf(before, look)}. After: ${spanOf(after, look)}.</p>
${sentences.map(({ text, significant }) => html`<p class="${significant ? '' : 'dim'}">${text}</p>`)}
<section><h2>Volume</h2>${table('Volume', [...columns, { head: 'change a day', number: true }], volumeRows(sides, look))}</section>
<section><h2>Delay of deliveries</h2>${table('Delay of deliveries', [{ head: 'part' }, { head: 'percentile' }, ...columns.slice(1), { head: 'change', number: true }], delayRows(sides, look))}</section>
<section><h2>Failed tries by relay and kind</h2>${
    failures.length === 0
      ? html`<p class="good">No try failed in either.</p>`
      : html`${table(
          'Failed tries',
          [{ head: 'relay', name: true }, { head: 'failure', text: true }, ...columns.slice(1), { head: 'difference', text: true }],
          failures.slice(0, shownFailures).map(({ relay, kind, phase, count: n, of, test, significant }) => [
            relayLabel(relay),
            failureWords(kind, phase),
            ...sides.map((side, i) => {
              const lines: Behind = (links, own) => links.lines({ relay, kind, ...stretchOf(own) });
              return html`${led(look, side, lines, count(n[i as 0 | 1]))} of ${count(of[i as 0 | 1])}`;
            }),
            significant
              ? verdictOf(test)
              : html`<span class="dim">${test === undefined ? 'too little to tell' : 'no more than chance can do'}</span>`,
          ]),
        )}<p class="dim">Differences count where they are more than chance with all of these looked at together (two-proportion z-test, Holm, at ${level * 100} %).${failures.length > shownFailures && ` And ${count(failures.length - shownFailures)} more.`}</p>`
  }</section>
${reasonsOf('Reasons that are new', appeared, after, look)}${reasonsOf('Reasons that are gone', vanished, before, look)}
${
  changes.length > 0 &&
  html`<section><h2>What was changed in the configuration</h2>${table(
    'Changes',
    [{ head: 'between' }, { head: 'and' }, { head: 'host', name: true }, { head: 'what', name: true }],
    changes.map((one) => [look.clock.minute(one.since), look.clock.minute(one.until), one.host, changeWords(one)]),
  )}</section>`
}`;
}

function volumeRows(sides: Pair<Side>, look: Look): Piece[][] {
  const row = (name: string, of: (side: Side) => number, to?: Behind, show: (value: number) => string = count) => [
    name,
    ...sides.map((side) => led(look, side, to, show(of(side)))),
    change(...ofBoth(sides, aDayOf(of))),
  ];
  const states = [...new Set(sides.flatMap((side) => Object.keys(side.states)))] as (keyof Side['states'])[];
  return [
    row('mails', ({ messages }) => messages, behindMails),
    ...states.map((state) => row(`of them ${state}`, (side) => side.states[state] ?? 0, behindState(state))),
    row('perhaps delivered twice', ({ possiblyDoubled }) => possiblyDoubled, behindDoubled),
    row('recipients', ({ recipients }) => recipients, behindMails),
    row('size', ({ bytes: size }) => size, behindMails, bytes),
    row('tries', ({ tries }) => tries),
    row('failed tries', ({ failedTries }) => failedTries, behindTries),
    row('lines', ({ lines }) => lines, behindLines),
  ];
}

const delayRows = (sides: Pair<Side>, look: Look): Piece[][] =>
  [...delayParts, 'delay' as const].flatMap((part) =>
    (['p50', 'p90', 'p99', 'max'] as const).map((rank, i) => {
      const [before, after] = sides.map(({ delays }) => delays[part][rank]);
      const name = i > 0 ? '' : part === 'delay' ? 'all together' : `${part}: ${delayNames[part]}`;
      const slow = behindSlow(({ delays }) => delays[part][rank]);
      const shown = sides.map((side) => led(look, side, slow, seconds(side.delays[part][rank])));
      return [name, rank, ...shown, before === undefined || after === undefined ? '' : change(before, after)];
    }),
  );

const reasonsOf = (title: string, reasons: readonly ReasonChange[], side: Side, look: Look): Markup =>
  reasons.length === 0
    ? html``
    : html`<section><h2>${title}</h2>${table(
        title,
        [
          { head: 'lines', number: true },
          { head: 'failure', text: true },
          { head: 'for example', name: true, long: true },
        ],
        reasons
          .slice(0, 12)
          .map(({ kind, phase, replyCode, enhancedCode, count: n, example }) => [
            led(look, side, (links, own) => links.lines({ kind, ...stretchOf(own) }), count(n)),
            [failureWords(kind, phase), replyCode, enhancedCode].filter((part) => part !== undefined).join(' '),
            example,
          ]),
      )}</section>`;
