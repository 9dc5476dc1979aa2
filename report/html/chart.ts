/** Charts as SVG, drawn here and not in the browser: they print, they can be sent, and no page needs a script for them. */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Interval } from '../../store/port.js';
import type { LocalClock } from '../render/clock.js';
import { html, type Markup } from './markup.js';

/** One row of values, one for each bucket; undefined where nothing was measured. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

export interface ChartOptions {
  readonly title: string;
  /** Starts of the buckets, milliseconds since the epoch. */
  readonly buckets: readonly number[];
  /** What the buckets are; `second`: moments of any kind. */
  readonly by: Interval | 'second';
  readonly clock: LocalClock;
  readonly series: readonly Series[];
  /** `bars` stand on each other, `lines` beside each other. */
  readonly as: 'bars' | 'lines';
  /** How a value is said: `12`, `25 s`. */
  readonly say: (value: number) => string;
  /** Of a bucket, where its figures are explained. */
  readonly link?: (bucket: number) => string;
}

const width = 760;
const height = 190;
const margin = { top: 10, right: 8, bottom: 22, left: 80 };
/** Colours there are (style.ts). */
const colours = 8;

/** Width of a label of the time axis, roughly. */
const labelWidth = 110;

export const colourOf = (index: number): string => `s${index % colours}`;

/** A chart over time, with its legend. The figures themselves belong into a table beside it. */
export function timeChart(options: ChartOptions): Markup {
  const { title, buckets, series, as, say } = options;
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const sums = buckets.map((_, i) => {
    const values = series.map(({ values: own }) => own[i] ?? 0);
    return as === 'bars' ? values.reduce((a, b) => a + b, 0) : Math.max(0, ...values);
  });
  const highest = Math.max(...sums, 0);
  const y = scaleLinear()
    .domain([0, highest === 0 ? 1 : highest])
    .nice(4)
    .range([inner.height, 0]);
  const step = inner.width / Math.max(1, buckets.length);
  const ticks = y.ticks(4);
  return html`<figure class="chart"><svg viewBox="0 0 ${width} ${height}" role="${options.link === undefined ? 'img' : 'group'}" aria-label="${title}">
<g transform="translate(${margin.left} ${margin.top})">
${ticks.map(
  (tick) =>
    html`<line class="grid" x1="0" x2="${inner.width}" y1="${y(tick)}" y2="${y(tick)}"></line><text class="tick" x="-6" y="${y(tick)}" dy="0.32em" text-anchor="end">${say(tick)}</text>`,
)}
${as === 'bars' ? bars(options, step, y) : lines(options, step, y)}
${timeAxis(options, step, inner.height)}
</g></svg>${series.length > 1 && legend(series)}</figure>`;
}

function bars({ series, buckets, by, clock, say, link }: ChartOptions, step: number, y: (value: number) => number): Markup[] {
  const gap = step > 6 ? 1.5 : step > 3 ? 0.5 : 0;
  const names = namesOf(buckets, by, clock);
  return buckets.flatMap((bucket, i) => {
    let below = 0;
    const parts = series.flatMap(({ name, values }, s) => {
      const value = values[i] ?? 0;
      if (value <= 0) return [];
      const top = y(below + value);
      const foot = y(below);
      below += value;
      return [
        html`<rect class="${colourOf(s)}" x="${round(i * step + gap / 2)}" y="${round(top)}" width="${round(Math.max(0.8, step - gap))}" height="${round(Math.max(0.8, foot - top))}"><title>${names[i]}, ${name}: ${say(value)}</title></rect>`,
      ];
    });
    if (parts.length === 0) return [];
    const all = html`<g>${parts}</g>`;
    return [link === undefined ? all : html`<a href="${link(bucket)}" aria-label="${names[i]}: ${say(below)}">${all}</a>`];
  });
}

function lines({ series, buckets, by, clock, say, link }: ChartOptions, step: number, y: (value: number) => number): Markup[] {
  const names = namesOf(buckets, by, clock);
  const middle = (i: number) => round((i + 0.5) * step);
  return series.map(({ name, values }, s) => {
    const points = values.map((value, i) => ({ value, i }));
    const path = line<(typeof points)[number]>()
      .defined(({ value }) => value !== undefined)
      .x(({ i }) => middle(i))
      .y(({ value }) => round(y(value ?? 0)));
    const shade = area<(typeof points)[number]>()
      .defined(({ value }) => value !== undefined)
      .x(({ i }) => middle(i))
      .y0(y(0))
      .y1(({ value }) => round(y(value ?? 0)));
    const dots = points.flatMap(({ value, i }) => {
      if (value === undefined) return [];
      const said = `${names[i]}, ${name}: ${say(value)}`;
      const dot = html`<circle class="${colourOf(s)}" cx="${middle(i)}" cy="${round(y(value))}" r="${buckets.length > 60 ? 1.5 : 3}"><title>${said}</title></circle>`;
      return [link === undefined ? dot : html`<a href="${link(buckets[i] as number)}" aria-label="${said}">${dot}</a>`];
    });
    return html`<g>${series.length === 1 && html`<path class="shade ${colourOf(s)}" d="${shade(points) ?? ''}"></path>`}<path class="stroke ${colourOf(s)}" d="${path(points) ?? ''}"></path>${dots}</g>`;
  });
}

const namesOf = (buckets: readonly number[], by: ChartOptions['by'], clock: LocalClock): string[] =>
  by === 'second' ? buckets.map((bucket) => clock.second(bucket)) : clock.buckets(buckets, by);

function timeAxis({ buckets, by, clock }: ChartOptions, step: number, floor: number): Markup[] {
  const every = Math.max(1, Math.ceil(labelWidth / step));
  let day = '';
  return buckets.flatMap((bucket, i) => {
    if (i % every !== 0 || (i + 0.5) * step + labelWidth / 2 >= width - margin.left + labelWidth / 4) return [];
    const [date, time] = (by === 'second' ? clock.second(bucket).replace(/:00$/, '') : clock.bucket(bucket, by)).split(' ') as [
      string,
      string?,
    ];
    // The day is said where it is another one.
    const label = time === undefined || time === '00:00' ? date : date === day ? time : `${date} ${time}`;
    day = date;
    return [html`<text class="tick" x="${round((i + 0.5) * step)}" y="${floor + 16}" text-anchor="middle">${label}</text>`];
  });
}

export function legend(series: readonly Pick<Series, 'name'>[]): Markup {
  return html`<figcaption>${series.map(({ name }, s) => html`<span class="key"><i class="${colourOf(s)}"></i>${name}</span> `)}</figcaption>`;
}

/** A bar for a cell of a table: its share of the longest. */
export function shareBar(value: number, longest: number, colour = 0): Markup {
  const share = longest <= 0 ? 0 : Math.max(0, Math.min(1, value / longest));
  return html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="${colourOf(colour)}" width="${round(share * 100)}" height="8"></rect></svg>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
