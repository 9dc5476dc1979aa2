/**
 * What connection set-up (c) was spent on. Postfix counts in it name resolution, every relay that failed before, and the
 * set-up of the connection that was used in the end (FACTS 2 and 3); the relay that the line names is to blame for the last
 * of these only.
 */
import type { Attempt } from './attempt.js';
import type { Relay } from './fact.js';
import { before, between, printed, type Span, span, stampOf } from './interval.js';
import type { Shaped } from './lean.js';

interface Failed {
  readonly attempt: string;
  readonly relay?: Relay;
  readonly seconds: Span;
}

export interface Attribution {
  /** Tries at other relays before this one, and the try itself where it failed during set-up. */
  readonly failed: readonly Failed[];
  /** Seconds of name resolution, and of the set-up of the connection that was used. */
  readonly rest: Span;
  /** Seconds of that set-up, where a failed try before it says when it began. */
  readonly setup?: Span;
  /** How many whole time-outs of a resolver the rest would be: a dead nameserver shows as k × 5 s (FACTS 4). */
  readonly stalls?: number;
}

/** resolv.conf(5): `timeout`, by default, in seconds. */
const resolverTimeout = 5;

/** The figures of a delivery: stamp in milliseconds, c and d in seconds as printed. */
export interface Figures {
  readonly time: number;
  readonly c: number;
  readonly d: number;
  /** The try that it tells of. */
  readonly attempt: string | undefined;
}

/**
 * Divides the connection set-up of one delivery.
 * @param failed the tries in it, oldest first; the last is its own where that never got as far as MAIL
 */
export function attribute(delivery: Figures, failed: readonly Attempt[]): Attribution {
  const c = printed(delivery.c);
  const d = printed(delivery.d);
  const own = failed.length > 0 && failed.at(-1)?.id === delivery.attempt;
  // Where no connection was set up, its time stands in c or in d.
  const total = own ? span(c.least + d.least, c.most + d.most, c.likely + d.likely) : c;
  const last = failed.at(-1);
  const setup = own || last === undefined ? undefined : within(between(last.ended, before(stampOf(delivery.time), d)), total.most);
  const parts = partsOf(failed, total.most, setup?.least ?? 0);
  const rest = span(
    Math.max(total.least - sum(parts, 'most'), setup?.least ?? 0),
    total.most - sum(parts, 'least'),
    total.likely - sum(parts, 'likely'),
  );
  const attribution: Shaped<Attribution> = {
    failed: failed.length === 0 ? noneFailed : failed.map(({ id, relay }, i) => ({ attempt: id, relay, seconds: parts[i] }) as Failed),
    rest,
    setup,
    stalls: stallsIn(rest, setup),
  };
  return attribution as Attribution;
}

/** What each failed try took of the total. @param setup seconds that the set-up after them took at least */
function partsOf(failed: readonly Attempt[], total: number, setup: number): readonly Span[] {
  if (failed.length === 0) return noSpans;
  const known = failed.map(({ seconds }) => seconds ?? span(0, total, 0));
  const least = sum(known, 'least') + setup;
  return known.map((part) => within(part, total - (least - part.least)));
}

const noneFailed: readonly Failed[] = [];
const noSpans: readonly Span[] = [];

const sum = (spans: readonly Span[], which: keyof Span) => spans.reduce((seconds, one) => seconds + one[which], 0);

/** A span cut off at what there is at most. */
const within = ({ least, most, likely }: Span, limit: number) =>
  span(Math.min(least, limit), Math.min(most, limit), Math.min(likely, limit));

function stallsIn({ least, most, likely }: Span, setup: Span | undefined): number | undefined {
  const stalls = Math.round((likely - (setup?.likely ?? 0)) / resolverTimeout);
  const seconds = stalls * resolverTimeout;
  // A stall is never shorter; answers and set-up come on top.
  return stalls > 0 && seconds >= least - (setup?.most ?? 0) - 1 && seconds <= most ? stalls : undefined;
}
