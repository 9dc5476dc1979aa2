/** How often something happened in each hour of the week, as a map of weekdays and hours. */
import type { LocalClock } from '../render/clock.js';
import { count } from '../render/number.js';
import { html, type Markup } from './markup.js';
import { type Look, linked } from './sections.js';
import { figures } from './table.js';

/** How often in one hour; `bucket` is its start, milliseconds since the epoch. */
interface Hour {
  readonly bucket: number;
  readonly count: number;
}

/** An hour of the week: all that happened in it, and in which weeks, the earliest first. */
export interface Cell {
  total: number;
  readonly hours: Hour[];
}

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const hours = Array.from({ length: 24 }, (_, i) => String(i).padStart(2, '0'));

const cell = { width: 28, height: 20 };
const margin = { left: 80, top: 18 };

/** @param counts in any order; several of one hour are added. Without any, there is no map */
export function heatSection(counts: readonly Hour[], look: Look): Markup {
  if (counts.length === 0) return html``;
  const { clock, links } = look;
  const cells = cellsOf(counts, clock);
  const most = Math.max(...cells.flat().map(({ total }) => total));
  const title = 'Timeouts by hour and weekday';
  const behind = ({ hours: [first, ...more] }: Cell, day: number, hour: number) => {
    if (links === undefined || first === undefined) return undefined;
    return more.length > 0 ? links.hours(day, hour) : links.failures({ since: first.bucket, until: first.bucket + anHour });
  };
  const drawn = (one: Cell, day: number, hour: number) => {
    const { total, hours: own } = one;
    const worst = own.reduce<Hour | undefined>((a, b) => (b.count > (a?.count ?? 0) ? b : a), undefined);
    const said = `${weekdays[day]} ${hours[hour]}:00, ${count(total)}${worst === undefined ? '' : `, most on ${clock.date(worst.bucket)}`}`;
    // By the root, as a few hours often have nearly all of it.
    const shade = total === 0 ? html`` : html` fill-opacity="${Math.round(100 * (0.12 + 0.88 * Math.sqrt(total / most))) / 100}"`;
    const place = html`<rect class="${total === 0 ? 'none' : 's1'}"${shade} x="${margin.left + hour * cell.width}" y="${margin.top + day * cell.height}" width="${cell.width - 2}" height="${cell.height - 2}"><title>${said}</title></rect>`;
    const href = behind(one, day, hour);
    return href === undefined ? place : html`<a href="${href}" aria-label="${said}">${place}</a>`;
  };
  return html`<section><h2>${title}</h2>
<figure class="chart"><svg viewBox="0 0 ${margin.left + 24 * cell.width} ${margin.top + 7 * cell.height}" role="${links === undefined ? 'img' : 'group'}" aria-label="${title}">
${hours.map((name, i) => i % 3 === 0 && html`<text class="tick" x="${margin.left + i * cell.width + 2}" y="12">${name}:00</text>`)}
${weekdays.map((name, day) => html`<text class="tick" x="0" y="${margin.top + day * cell.height + 13}">${name}</text>${(cells[day] as Cell[]).map((one, hour) => drawn(one, day, hour))}`)}
</svg><figcaption class="dim">The darker, the more; ${count(most)} at most in one hour of the week, all weeks together. Times in ${clock.name}.</figcaption></figure>
${figures(
  title,
  [{ head: 'weekday' }, ...hours.map((head) => ({ head, number: true })), { head: 'all', number: true }],
  weekdays.map((name, day) => {
    const row = cells[day] as Cell[];
    return [
      name,
      ...row.map((one, hour) => linked(behind(one, day, hour), count(one.total))),
      count(row.reduce((sum, { total }) => sum + total, 0)),
    ];
  }),
)}</section>`;
}

const anHour = 3_600_000;

/** By weekday, from Monday on, and by hour of its clock. @param counts in any order; several of one hour are added */
export function cellsOf(counts: readonly Hour[], clock: LocalClock): Cell[][] {
  const sums = new Map<number, number>();
  for (const { bucket, count: n } of counts) sums.set(bucket, (sums.get(bucket) ?? 0) + n);
  const cells = weekdays.map(() => hours.map((): Cell => ({ total: 0, hours: [] })));
  for (const [bucket, n] of [...sums].sort(([a], [b]) => a - b)) {
    const [date, time] = clock.minute(bucket).split(' ') as [string, string];
    // Day 0 of a week in JavaScript is Sunday.
    const day = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    const one = cells[day]?.[Number(time.slice(0, 2))] as Cell;
    one.total += n;
    one.hours.push({ bucket, count: n });
  }
  return cells;
}
