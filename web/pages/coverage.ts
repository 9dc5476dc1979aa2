/** Whether the answers can be trusted: books, hours without a line, lines that were not understood. */
import { type DoctorReport, examine } from '../../report/doctor.js';
import { html, type Markup } from '../../report/html/markup.js';
import { coverageSection } from '../../report/html/sections.js';
import { figures, table } from '../../report/html/table.js';
import { bytes, count } from '../../report/render/number.js';
import type { Question } from '../app.js';
import type { Asked } from '../asked.js';
import { linksOf } from '../links.js';

const shownGaps = 200;

export const coveragePage =
  (asked: Asked): Question =>
  async (reader) =>
    shown(await examine(reader, asked.scope), asked);

function shown(report: DoctorReport, asked: Asked): Markup {
  const { clock } = asked;
  const gaps = report.coverage.flatMap(({ host, gaps: own }) => own.map((gap) => ({ host, ...gap })));
  return html`${coverageSection(report, { clock, links: linksOf(asked) })}
<section><h2>Files</h2>${table(
    'Files',
    [
      { head: 'file', name: true },
      { head: 'read', number: true },
      { head: 'stored', number: true },
      { head: 'already there', number: true },
      { head: 'set aside', number: true },
      { head: 'missing', number: true },
      { head: 'text', number: true },
      { head: 'remarks' },
    ],
    report.books.map(({ path, read, stored, alreadyThere, quarantined, missing, bytes: size, complete, notes }) => [
      path,
      count(read),
      count(stored),
      count(alreadyThere),
      count(quarantined),
      missing === 0 ? '0' : html`<span class="bad">${count(missing)}</span>`,
      bytes(size),
      html`${!complete && html`<span class="warn">not read to its end</span> `}${notes.join(' ')}`,
    ]),
  )}</section>
${
  gaps.length > 0 &&
  html`<section><h2>Hours without a line</h2>${figures(
    'Hours without a line',
    [
      { head: 'host', name: true },
      { head: 'from', time: true },
      { head: 'to', time: true },
    ],
    gaps.slice(0, shownGaps).map(({ host, since, until }) => [host, clock.minute(since), clock.minute(until)]),
  )}</section>`
}
${
  report.unrecognized.length > 0 &&
  html`<section><h2>Lines that no pattern knows</h2>${table(
    'Lines that no pattern knows',
    [
      { head: 'program', name: true },
      { head: 'lines', number: true },
      { head: 'for example', name: true, long: true },
    ],
    report.unrecognized
      .slice(0, 50)
      .map(({ program, count: n, examples }) => [
        program,
        html`<a href="${asked.href('/search', { action: 'unrecognized', program })}">${count(n)}</a>`,
        examples[0] ?? '',
      ]),
  )}</section>`
}
${
  report.quarantine.length > 0 &&
  html`<section><h2>Lines set aside</h2>${table(
    'Lines set aside',
    [{ head: 'why' }, { head: 'lines', number: true }, { head: 'for example', name: true, long: true }],
    report.quarantine.map(({ reason, count: n, examples }) => [reason, count(n), examples[0]?.text ?? '']),
  )}</section>`
}`;
}
