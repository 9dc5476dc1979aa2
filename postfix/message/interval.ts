/**
 * What a log says of moments and of lengths of time is not exact: stamps are cut off at a second, delays have two significant
 * digits (FACTS 2). An interval keeps what is certain, so that a sum of such figures still says how far it can be trusted.
 */

/** A moment: milliseconds since the epoch, both ends included. */
export interface Interval {
  readonly earliest: number;
  readonly latest: number;
}

/** A length of time, in seconds. `likely` is the best single figure for it, for sums and for bars. */
export interface Span {
  readonly least: number;
  readonly most: number;
  readonly likely: number;
}

/** Microseconds are all that a log has; beyond them stand only the errors of binary fractions. */
const micros = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

/** The same for milliseconds since the epoch. */
export const tick = (ms: number) => Math.round(ms * 1e3) / 1e3;

export function span(least: number, most: number, likely: number): Span {
  const low = micros(Math.max(0, least));
  const high = Math.max(low, micros(most));
  return { least: low, most: high, likely: Math.min(high, Math.max(low, micros(likely))) };
}

/** The moment in which a line was written: syslog cuts a stamp off at the second, or at what decimals it has. */
export function stampOf(time: number): Interval {
  return { earliest: time, latest: tick(time + (time % 1000 === 0 ? 1000 : time % 1 === 0 ? 1 : 0.001)) };
}

/**
 * The seconds that Postfix printed, with what rounding may have taken (src/util/format_tv.c: two significant digits, none
 * below a hundredth, and whole seconds from ten on; more where `delay_logging_resolution_limit` asks for more).
 */
export function printed(seconds: number): Span {
  let known = spans.get(seconds);
  if (known === undefined) {
    const half = roundedBy(seconds) / 2;
    known = span(seconds - half, seconds + half, seconds);
    if (spans.size >= 10_000) spans.clear();
    spans.set(seconds, known);
  }
  return known;
}

/** Figures of two digits: most were printed before. */
const spans = new Map<number, Span>();

function roundedBy(seconds: number): number {
  const hundredths = seconds * 100;
  if (Math.abs(hundredths - Math.round(hundredths)) > 1e-6) return 10 ** -(String(seconds).split('.')[1]?.length ?? 0);
  return seconds >= 10 ? 1 : seconds >= 1 ? 0.1 : 0.01;
}

/** A moment so many seconds before another. */
export function before(moment: Interval, seconds: Span): Interval {
  return { earliest: tick(moment.earliest - seconds.most * 1000), latest: tick(moment.latest - seconds.least * 1000) };
}

/** The seconds from one moment to the next, which is not earlier. */
export function between(from: Interval, to: Interval): Span {
  const middle = (to.earliest + to.latest - from.earliest - from.latest) / 2000;
  return span((to.earliest - from.latest) / 1000, (to.latest - from.earliest) / 1000, middle);
}

/** What two statements about one moment leave; where they contradict each other, the first. */
export function both(a: Interval, b: Interval): Interval {
  const earliest = Math.max(a.earliest, b.earliest);
  const latest = Math.min(a.latest, b.latest);
  return earliest <= latest ? { earliest, latest } : a;
}
