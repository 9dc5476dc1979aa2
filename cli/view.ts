/** How wide, how colourful and in which zone this run is shown. */
import type { Zone } from '../postfix/zone.js';
import { LocalClock } from '../report/render/clock.js';
import { coloured, plain } from '../report/render/style.js';
import type { View } from '../report/render/view.js';
import type { Io, Sink } from './io.js';

/** Narrower than this, lines may wrap: a table of two words is no help. */
const narrowest = 40;

export function viewOf(io: Io, zone: Zone): View {
  const { stdout, env } = io;
  return {
    width: stdout.isTTY === true ? Math.max(narrowest, stdout.columns || Number(env.COLUMNS) || 80) : undefined,
    style: hasColours(stdout, env) ? coloured : plain,
    clock: new LocalClock(zone),
    ascii: stdout.isTTY === true && env.TERM === 'linux',
  };
}

/** Colours only on a terminal, and not where somebody does not want them (no-color.org). */
export function hasColours(sink: Sink, env: Io['env']): boolean {
  return sink.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
