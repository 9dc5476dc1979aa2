/** The lines of a message on the terminal, with the time between them. */
import type { TracedLine } from '../trace.js';
import { paintOf, programOf, textOf } from './events.js';
import { seconds } from './number.js';
import { Stamps } from './stamps.js';
import { padEnd, printable, wrap } from './text.js';
import type { View } from './view.js';

/** A gap that is worth the eye, in seconds. */
const longGap = 5;
const waitColumns = 12;

export function traceLines(lines: readonly TracedLine[], view: View, indent = ''): string[] {
  const { style } = view;
  const stamps = new Stamps(view);
  const columns = Math.max(4, ...lines.map(({ event }) => programOf(event).length));
  const before = indent.length + stamps.columns + waitColumns + columns + 5;
  const behind = view.width === undefined ? undefined : Math.max(30, view.width - before);
  return lines.flatMap(({ time, gap, event, named }) => {
    const wait = (gap === undefined || gap < 1 ? '' : `+${seconds(gap)}`).padStart(waitColumns);
    const head = [
      stamps.of(time),
      (gap ?? 0) >= longGap ? style.warn(wait) : style.dim(wait),
      '',
      style.name(padEnd(printable(programOf(event)), columns)),
      '',
      '',
    ].join(' ');
    const text = printable(`${textOf(event)}${named ? '' : ' (no queue ID; same process)'}`);
    const paint = paintOf(event, style);
    const body = wrap(text, behind).split('\n').map(paint);
    return [...stamps.heading(time), head + body.join(`\n${' '.repeat(before)}`)].map((line) => indent + line);
  });
}
