/** Lines in quarantine, for people and for programs. */
import type { QuarantinedLine } from '../../store/port.js';
import { quarantineWords } from './doctor.js';
import { jsonLine } from './json.js';
import { count } from './number.js';
import { cut, printable } from './text.js';
import type { View } from './view.js';

/** A line of the list: what it is called, where it stood, why it is kept aside, and how it begins. */
export function quarantinedLine(line: QuarantinedLine, { style, width }: View): string {
  const head = `${style.name(line.id)}  ${style.warn(line.reason)}  ${printable(line.source.path)}, byte ${count(line.offset)}\n`;
  return `${head}  ${style.dim(cut(printable(line.text.text), Math.min(width ?? 200, 200) - 2))}\n`;
}

/** All that is known of it. */
export function quarantinedInFull(line: QuarantinedLine, { style, clock }: View): string {
  const { id, reason, why, source, offset, ordinal, text, zone, host, anchor } = line;
  const rows: readonly (readonly [string, string])[] = [
    ['id', id],
    ['reason', `${reason}: ${quarantineWords[reason]}`],
    ...(why === undefined ? [] : [['why', why] as const]),
    ['file', source.path],
    ['byte', count(offset)],
    ['equal before', count(ordinal)],
    ['zone', zone],
    ['default host', host],
    ['not later than', `${clock.second(anchor)} (${clock.name})`],
    ['kept as', text.encoding],
  ];
  const lines = rows.map(([name, value]) => `${style.dim(name.padEnd(15))} ${printable(value)}`);
  return `${[...lines, printable(text.text)].join('\n')}\n`;
}

export function quarantinedJson({ id, reason, why, source, offset, ordinal, text, zone, host, anchor }: QuarantinedLine): string {
  return jsonLine({
    id,
    reason,
    why,
    path: source.path,
    offset,
    ordinal,
    text: text.text,
    encoding: text.encoding,
    zone,
    host,
    anchor: new Date(anchor).toISOString(),
  });
}
