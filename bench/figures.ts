/** Figures of several runs, and how they are written. */
import { count } from '../report/render/number.js';

export interface Figures {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return { median, least: sorted[0] as number, most: sorted.at(-1) as number };
}

/** `0.0342 s`, `8.93 s`, `214 s`. */
export function secondsText(value: number): string {
  return `${value < 100 ? Number(value.toPrecision(3)) : Math.round(value)} s`;
}

/** `1,250,000 lines/s`, in three digits: more would tell of the minute, not of the program. */
export function rateText(value: number): string {
  return `${count(Number(value.toPrecision(3)))} lines/s`;
}

export const megabytes = (bytes: number): string => `${count(Math.round(bytes / 1e6))} MB`;

/** The least and the most: `1.94 – 2.05 s`. */
export function rangeText({ least, most }: Figures, text: (value: number) => string): string {
  const first = text(least).replace(/ .*$/, '');
  return least === most ? '' : `${first} – ${text(most)}`;
}

/** `11.3 ×`; in no more digits than they mean something. */
export const timesText = (ratio: number): string => `${ratio < 100 ? ratio.toPrecision(3) : Math.round(ratio)} ×`;
