/** In what stretches of time lines are read for a pass over new ones. */

/** Microseconds since the epoch, half-open, and how many lines there are. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly lines: number;
}

const hourMicros = 3_600_000_000;

/**
 * @param fresh hours with new lines: since the epoch, in any order
 * @param counts how many lines each hour has
 * @param reach milliseconds before and after a new line that are read with it
 * @param enough lines of a window, about
 */
export function windowsOf(fresh: readonly number[], counts: ReadonlyMap<number, number>, reach: number, enough: number): readonly Window[] {
  const around = Math.ceil(reach / 3_600_000);
  const wanted = new Set<number>();
  for (const hour of fresh) for (let near = hour - around; near <= hour + around; near++) if (counts.has(near)) wanted.add(near);
  const windows: Window[] = [];
  for (const hour of [...wanted].sort((a, b) => a - b)) {
    const lines = counts.get(hour) as number;
    const from = hour * hourMicros;
    const last = windows.at(-1);
    if (last !== undefined && last.to === from && last.lines + lines <= enough) {
      windows[windows.length - 1] = { from: last.from, to: from + hourMicros, lines: last.lines + lines };
      continue;
    }
    const parts = Math.ceil(lines / enough);
    for (let part = 0; part < parts; part++) {
      const edge = (at: number) => from + Math.floor((hourMicros * at) / parts);
      windows.push({ from: edge(part), to: edge(part + 1), lines: Math.ceil(lines / parts) });
    }
  }
  return windows;
}
