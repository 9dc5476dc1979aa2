/** What the store holds of which month, as a page that stands alone. */
import { startOfMonth } from '../../store/retention_port.js';
import { timeChart } from '../html/chart.js';
import { html, type Markup, type Piece } from '../html/markup.js';
import { page } from '../html/page.js';
import { table } from '../html/table.js';
import type { RetentionReport } from '../retention.js';
import { monthsText } from '../retention_policy.js';
import { LocalClock } from './clock.js';
import { bytes, count, counted, percent } from './number.js';
import { foreignRows } from './retention.js';
import type { View } from './view.js';

/** @param made milliseconds since the epoch */
export function retentionHtml(report: RetentionReport, made: number, view: View): string {
  const { stock, holds } = report;
  const about = stock.exact ? '' : 'about ';
  return page(
    'What the store holds',
    html`<main><h1>What the store holds</h1>
<p>${bytes(stock.bytes)} on disk, ${counted(report.lines, 'line')}. Made ${view.clock.iso(made)} by postscope; times are of ${view.clock.name}, months of UTC.</p>
${section('By month', months(report, about))}
${section('By month and host', hosts(report, about, view))}
${section('Gaps in which lines are usual', gaps(report, view))}
${section('Growth', growth(report))}
${section('What would go today', options(report, about))}
${holds.length > 0 && section('Kept whatever the policy', html`<ul>${holds.map(({ from, to, reason, who }) => html`<li>${monthsText(from, to)}: ${reason} (${who})</li>`)}</ul>`)}
${stock.foreign.length > 0 && section('Left alone', html`<ul>${foreignRows(stock).map((text) => html`<li>${text}</li>`)}</ul>`)}
</main>`,
  );
}

const section = (title: string, body: Piece): Markup => html`<section><h2>${title}</h2>${body}</section>`;

function months({ stock, holds }: RetentionReport, about: string): Piece {
  if (stock.months.length === 0) return html`<p>Nothing.</p>`;
  const isHeld = (month: string) => holds.some(({ from, to }) => month >= from && month <= to);
  return [
    timeChart({
      title: 'Bytes on disk by month',
      buckets: stock.months.map(({ month }) => startOfMonth(month)),
      by: 'month',
      clock: new LocalClock('UTC'),
      series: [{ name: 'on disk', values: stock.months.map((month) => month.bytes) }],
      as: 'bars',
      say: bytes,
    }),
    table(
      'By month',
      [
        { head: 'Month' },
        ...['On disk', 'Lines', 'Messages', 'Attempts', 'Snapshots'].map((head) => ({ head, number: true })),
        { head: '' },
      ],
      stock.months.map(({ month, bytes: size, counts }) => [
        ...[month, `${about}${bytes(size)}`, count(counts.events), count(counts.messages), count(counts.attempts), count(counts.snapshots)],
        isHeld(month) ? 'held' : '',
      ]),
    ),
  ];
}

function hosts({ holdings, lines }: RetentionReport, about: string, { clock }: View): Piece {
  const time = (at: number | undefined) => (at === undefined ? '–' : clock.minute(at));
  return table(
    'By month and host',
    [
      ...[{ head: 'Month' }, { head: 'Host', name: true }],
      ...['Lines', 'Share', 'On disk'].map((head) => ({ head, number: true })),
      ...[{ head: 'First line' }, { head: 'Last line' }],
      ...['Empty hours', 'Of these odd'].map((head) => ({ head, number: true })),
      { head: 'Files', name: true },
    ],
    holdings.map((holding) => [
      ...[holding.month, holding.host, count(holding.lines), percent(holding.lines, lines), `${about}${bytes(holding.bytes)}`],
      ...[time(holding.first), time(holding.last), count(holding.emptyHours), count(holding.oddHours)],
      holding.files.length > 5
        ? html`<details><summary>${count(holding.files.length)}</summary>${holding.files.join(' ')}</details>`
        : holding.files.join(' '),
    ]),
  );
}

function gaps({ holdings }: RetentionReport, { clock }: View): Piece {
  const odd = holdings.flatMap(({ host, gaps: own }) => own.filter((gap) => gap.odd).map((gap) => ({ host, ...gap })));
  if (odd.length === 0) return html`<p>None.</p>`;
  return table(
    'Gaps in which lines are usual',
    [{ head: 'Host', name: true }, { head: 'From' }, { head: 'To' }, { head: 'Lines usual then', number: true }],
    odd.map(({ host, since, until, usual }) => [host, clock.minute(since), clock.minute(until), count(usual)]),
  );
}

function growth({ growth: of, stock: { free } }: RetentionReport): Piece {
  if (of === undefined) return html`<p>Not known: it takes three days of lines.</p>`;
  const full = of.fullInDays === undefined ? '' : `, full in ${counted(Math.floor(of.fullInDays), 'day')}`;
  return html`<p>${counted(Math.round(of.linesPerDay), 'line')} a day over the last ${counted(of.days, 'full day')}, about ${bytes(of.bytesPerDay)} a day.
At this rate ${of.forecast.map((at) => `${bytes(at.bytes)} in ${at.days} days`).join(', ')}.${free !== undefined && ` Free on its disk: ${bytes(free)}${full}.`}</p>`;
}

function options({ options: of }: RetentionReport, about: string): Piece {
  if (of.length === 0) return html`<p>Nothing, with any policy.</p>`;
  return table(
    'What would go today',
    [{ head: 'With' }, ...['Months', 'Lines', 'Frees'].map((head) => ({ head, number: true }))],
    of.map((option) => [`--keep ${option.keep}`, count(option.months.length), count(option.lines), `${about}${bytes(option.bytes)}`]),
  );
}
