/** A diagnosis as text that reads well at 3 a.m.: what is wrong, since when, how bad, and what to do; then what it rests on. */

import type { Cause, Evidence, Finding, Sureness } from '../diagnose/finding.js';
import type { Diagnosis } from '../diagnose.js';
import { count, counted, seconds } from './number.js';
import { shellWord } from './shell.js';
import { printable, wrap } from './text.js';
import type { View } from './view.js';

export const causeWords: Readonly<Record<Cause, string>> = {
  resolver: 'Name resolution',
  relay: 'Relay',
  network: 'Network',
  queue: 'Queue',
  receiving_side: 'Receiving side',
  greylisting: 'Greylisting',
  rate_limit: 'Rate limit',
  tls: 'TLS',
  local: 'This machine',
};

export const surenessWords: Readonly<Record<Sureness, string>> = {
  certain: 'Certain',
  likely: 'Likely',
  possible: 'Possible, not more',
};

/** Where output is no terminal, sentences are broken all the same: they are long. */
const usualWidth = 100;
const shownOccurrences = 5;
/** Nobody reads more of them at night; on a server that delivers to the whole world there is always somebody who fails. */
const shownFindings = 12;

/** @param store what the commands have to be told of the store, where it is not the usual one */
export function diagnosisText(diagnosis: Diagnosis, view: View, store: string | undefined): string {
  const { period, deliveries, tries, unfolded, findings, undecided } = diagnosis;
  const { style, clock } = view;
  const width = view.width ?? usualWidth;
  const when = period === undefined ? '' : `, ${clock.minute(period.first)} to ${clock.minute(period.last)} (${clock.name})`;
  const looked = `${counted(deliveries, 'delivery', 'deliveries')} and ${counted(tries, 'try', 'tries')}${when}`;
  const verdict =
    findings.length === 0
      ? style.good(wrap(`Nothing in the log says why mail would be late: ${looked}.`, width))
      : style.bold(wrap(`${counted(findings.length, 'finding')} in ${looked}, the costliest first`, width));
  const without =
    unfolded === 0
      ? []
      : [
          [
            style.warn(
              wrap(
                `Without ${counted(unfolded, 'line')} of which no messages were made yet: import, or the worker, does that when it is done.`,
                width,
              ),
            ),
          ],
        ];
  const parts = findings.slice(0, shownFindings).map((finding, i) => findingLines(finding, i + 1, view, width));
  const others = findings.slice(shownFindings);
  const more =
    others.length === 0
      ? []
      : [[style.dim(wrap(`${counted(others.length, 'finding')} more, which cost less: --json has all of them.`, width))]];
  // Once for all commands: with its path in each, they would be hard to read.
  const where =
    store === undefined || findings.length === 0
      ? []
      : [['The commands mean the store that this says:', `  export POSTSCOPE_STORE=${shellWord(store)}`]];
  const open =
    undecided.length === 0
      ? []
      : [[style.warn('Beside that, and no cause can be told'), ...undecided.map((sentence) => paragraph(sentence, width))]];
  return `${[[verdict], ...without, ...parts, ...more, ...open, ...where].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The causes and their cost, without evidence and advice: for the one page of `report`. */
export function diagnosisBrief({ findings, undecided, unfolded }: Diagnosis, view: View): string[] {
  const { style } = view;
  const width = view.width ?? usualWidth;
  return [
    ...(findings.length === 0 ? [style.good('Nothing in the log says why mail would be late.')] : []),
    ...findings.flatMap((finding, i) => [...heading(finding, i + 1, view, width), paragraph(finding.claim, width)]),
    ...undecided.map((sentence) => style.warn(wrap(printable(sentence), width))),
    ...(unfolded === 0 ? [] : [style.warn(wrap(`Without ${counted(unfolded, 'line')} of which no messages were made yet.`, width))]),
  ];
}

function heading({ cause, since, until, messages, seconds: lost }: Finding, number: number, view: View, width: number): string[] {
  const { clock } = view;
  const cost = [messages > 0 ? counted(messages, 'message') : undefined, lost >= 1 ? `${seconds(lost)} lost` : undefined].filter(
    (one) => one !== undefined,
  );
  const span = `${clock.second(since)} to ${sameDay(since, until, view) ? clock.second(until).slice(-8) : clock.second(until)}`;
  return titleLines(`${number}. ${causeWords[cause]}`, span, cost.join(', '), view, width);
}

function findingLines(finding: Finding, number: number, view: View, width: number): string[] {
  const { style } = view;
  const { occurrences, claim, sure, refute, evidence, next } = finding;
  return [
    ...heading(finding, number, view, width),
    ...(occurrences.length > 1 ? occurrenceLines(finding, view) : []),
    paragraph(claim, width),
    style.dim(paragraph(`${surenessWords[sure]}. What would speak against it: ${refute}`, width)),
    style.name('   What to do'),
    ...next.map((step, i) => numbered(`${i + 1}. ${step}`, width)),
    style.name('   What it rests on'),
    ...evidenceLines(evidence, view, width),
  ];
}

/** What it cost stands beside the time, or below it where that would be too wide. */
function titleLines(title: string, span: string, cost: string, { style }: View, width: number): string[] {
  const first = `${style.bold(style.bad(title))}  ${span}`;
  if (cost === '') return [first];
  return title.length + span.length + cost.length + 4 <= width ? [`${first}  ${style.warn(cost)}`] : [first, `   ${style.warn(cost)}`];
}

function occurrenceLines({ occurrences }: Finding, { clock }: View): string[] {
  const shown = occurrences.length <= shownOccurrences ? occurrences : [...occurrences.slice(0, 2), ...occurrences.slice(-2)];
  const lines = shown.map(({ since, until }) => `     ${clock.minute(since)} to ${clock.minute(until)}`);
  if (shown.length < occurrences.length) lines.splice(2, 0, `     … ${count(occurrences.length - shown.length)} more …`);
  return [`   ${count(occurrences.length)} times:`, ...lines];
}

const sameDay = (a: number, b: number, { clock }: View) => clock.date(a) === clock.date(b);

const paragraph = (text: string, width: number) => wrap(`   ${printable(text)}`, width, '   ');

/** The same with the indent of what is numbered. */
const numbered = (text: string, width: number) => wrap(`   ${printable(text)}`, width, '      ');

/** Figures, and below those that one command gives, the command; it stays whole, to be copied, whatever the width. */
function evidenceLines(evidence: readonly Evidence[], { style }: View, width: number): string[] {
  const commands = [...new Set(evidence.map(({ command }) => command))];
  return commands.flatMap((command) => [
    ...evidence
      .filter((one) => one.command === command)
      .map(({ what, value, unit }) => {
        const figure = typeof value === 'string' ? value : unit === 's' ? seconds(value) : count(value);
        return wrap(`   ${printable(figure).padStart(11)}  ${printable(what)}`, width, ' '.repeat(16));
      }),
    style.dim(`${' '.repeat(5)}${printable(command)}`),
  ]);
}
