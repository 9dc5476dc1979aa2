/** Which stretches of time are already there: where they are, incoming lines have to be compared. */
import { disorder } from '../../postfix/identity.js';

/** First and last time, in microseconds, that a source has of a host. */
export interface Span {
  readonly source: number;
  readonly host: string;
  first: number;
  last: number;
  /** The source went back in time, as one does that has an archive twice: to where. */
  back?: number;
}

const disorderMicros = disorder * 1000;

/** Takes a time into a span, in the order of the source. */
export function extend(span: Span, micros: number): void {
  if (micros > span.last) span.last = micros;
  else if (micros < span.last - disorderMicros && micros < (span.back ?? Number.POSITIVE_INFINITY)) span.back = micros;
  if (micros < span.first) span.first = micros;
}

/** Where other sources, and this one if it went back in time, may hold the same lines as this one. */
export function overlaps(span: Span, others: readonly Span[]): Span[] {
  const shared: Span[] = [];
  for (const other of others) {
    if (other.source === span.source) {
      // What follows on what was committed of the source before is not the same.
      if (span.back === undefined && span.first >= other.last - disorderMicros) continue;
      if (span === other && span.back === undefined) continue;
    }
    if (other.host !== span.host || other.first > span.last || other.last < span.first) continue;
    shared.push({ ...span, first: Math.max(span.first, other.first), last: Math.min(span.last, other.last) });
  }
  return merge(shared);
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.first - b.first)) {
    const last = merged.at(-1);
    if (last !== undefined && span.first <= last.last) last.last = Math.max(last.last, span.last);
    else merged.push(span);
  }
  return merged;
}
