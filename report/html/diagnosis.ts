/** Why mail is late, as a part of a page: a sentence for each cause on top, and below each what it rests on. */
import type { Finding } from '../diagnose/finding.js';
import type { Diagnosis } from '../diagnose.js';
import type { LocalClock } from '../render/clock.js';
import { causeWords, surenessWords } from '../render/diagnose.js';
import { count, counted, seconds } from '../render/number.js';
import { html, type Markup } from './markup.js';

export interface DiagnosisLook {
  readonly clock: LocalClock;
  /** Where the attempts and lines of a finding are; a page that stands alone has no such place. */
  readonly link?: (finding: Finding) => string;
}

export function diagnosisSection({ deliveries, tries, unfolded, findings, undecided }: Diagnosis, look: DiagnosisLook): Markup {
  const looked = `${counted(deliveries, 'delivery', 'deliveries')} and ${counted(tries, 'try', 'tries')}`;
  return html`<section><h2>Why mail is late</h2>
${findings.length === 0 && html`<div class="verdict good"><p>Nothing in the log says why mail would be late: ${looked}.</p></div>`}
${findings.map((finding) => findingOf(finding, look))}
${undecided.map((said) => html`<p class="warn">${said}</p>`)}
${unfolded > 0 && html`<p class="warn">Without ${counted(unfolded, 'line')} of which no messages were made yet.</p>`}</section>`;
}

function findingOf(finding: Finding, { clock, link }: DiagnosisLook): Markup {
  const { cause, claim, sure, refute, since, until, occurrences, messages, seconds: lost, possibleDoubles = 0, evidence, next } = finding;
  const often = occurrences.length > 1 ? `, ${counted(occurrences.length, 'time')}` : '';
  return html`<div class="verdict bad"><h3>${causeWords[cause]}: ${clock.minute(since)} to ${clock.minute(until)}${often}</h3>
<p>${claim}</p><p><b>${counted(messages, 'message')}</b>${lost >= 0.5 && html`, <b>${seconds(lost)}</b> lost`}${possibleDoubles > 0 && html`, <b>${count(possibleDoubles)}</b> perhaps delivered twice`}.
${surenessWords[sure]}. ${link !== undefined && html`<a href="${link(finding)}">What happened then</a>`}</p>
<details${link === undefined && html` open`}><summary>What to do</summary><ol>${next.map((step) => html`<li>${step}</li>`)}</ol></details>
<details><summary>What it rests on, and what would speak against it</summary><ul>${evidence.map(
    ({ what, value, unit, command }) =>
      html`<li>${typeof value === 'number' ? (unit === 's' ? seconds(value) : count(value)) : value} ${what}<br><code>${command}</code></li>`,
  )}</ul><p>${refute}</p></details></div>`;
}
