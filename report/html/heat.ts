/** How often something happened in each hour of the week, as a map of weekdays and hours. */
import { count } from '../render/number.js';
import { html, type Markup } from './markup.js';
import type { Look } from './sections.js';
import { figures } from './table.js';

/** How often in one hour; `bucket` is its start, milliseconds since the epoch. */
interface Hour {
  readonly bucket: number;
  readonly count: number;
}

/** An hour of the week: all that happened in it, and when it was most. */
interface Cell {
  total: number;
  most: Hour | undefined;
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const hours = Array.from({ length: 24 }, (_, i) => String(i).padStart(2, '0'));

const cell = { width: 28, height: 20 };
const margin = { left: 80, top: 18 };

/** @param counts in any order; several of one hour are added. Without any, there is no map */
export function heatSection(counts: readonly Hour[], look: Look): Markup {
  if (counts.length === 0) return html``;
  const { clock, links } = look;
  const cells = cellsOf(counts, look);
  const most = Math.max(...cells.flat().map(({ total }) => total));
  const title = 'Timeouts by hour and weekday';
  const drawn = ({ total, most: worst }: Cell, day: number, hour: number) => {
    const said = `${weekdays[day]} ${hours[hour]}:00, ${count(total)}${worst === undefined ? '' : `, most on ${clock.date(worst.bucket)}`}`;
    // By the root, as a few hours often have nearly all of it.
    const shade = total === 0 ? html`` : html` fill-opacity="${Math.round(100 * (0.12 + 0.88 * Math.sqrt(total / most))) / 100}"`;
    const place = html`<rect class="${total === 0 ? 'none' : 's1'}"${shade} x="${margin.left + hour * cell.width}" y="${margin.top + day * cell.height}" width="${cell.width - 2}" height="${cell.height - 2}"><title>${said}</title></rect>`;
    if (links === undefined || worst === undefined) return place;
    return html`<a href="${links.failures({ since: worst.bucket, until: worst.bucket + 3_600_000 })}" aria-label="${said}">${place}</a>`;
  };
  return html`<section><h2>${title}</h2>
<figure class="chart"><svg viewBox="0 0 ${margin.left + 24 * cell.width} ${margin.top + 7 * cell.height}" role="${links === undefined ? 'img' : 'group'}" aria-label="${title}">
${hours.map((name, i) => i % 3 === 0 && html`<text class="tick" x="${margin.left + i * cell.width + 2}" y="12">${name}:00</text>`)}
${weekdays.map((name, day) => html`<text class="tick" x="0" y="${margin.top + day * cell.height + 13}">${name}</text>${(cells[day] as Cell[]).map((one, hour) => drawn(one, day, hour))}`)}
</svg><figcaption class="dim">The darker, the more; ${count(most)} at most in one hour of the week, all weeks together.${links !== undefined && ' Each leads to the day on which that hour had most.'} Times in ${clock.name}.</figcaption></figure>
${figures(
  title,
  [{ head: 'weekday' }, ...hours.map((head) => ({ head, number: true })), { head: 'all', number: true }],
  weekdays.map((name, day) => {
    const row = cells[day] as Cell[];
    return [name, ...row.map(({ total }) => count(total)), count(row.reduce((sum, { total }) => sum + total, 0))];
  }),
)}</section>`;
}

function cellsOf(counts: readonly Hour[], { clock }: Look): Cell[][] {
  const sums = new Map<number, number>();
  for (const { bucket, count: n } of counts) sums.set(bucket, (sums.get(bucket) ?? 0) + n);
  const cells = weekdays.map(() => hours.map((): Cell => ({ total: 0, most: undefined })));
  for (const [bucket, n] of sums) {
    const [date, time] = clock.minute(bucket).split(' ') as [string, string];
    // Day 0 of a week in JavaScript is Sunday.
    const day = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    const one = cells[day]?.[Number(time.slice(0, 2))] as Cell;
    one.total += n;
    if (n > (one.most?.count ?? 0)) one.most = { bucket, count: n };
  }
  return cells;
}
