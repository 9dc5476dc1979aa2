/** The whole way of a mail on the terminal: an overview of its messages, and the story of each. */
import type { Message } from '../../postfix/message/message.js';
import type { TracedChain, TraceReport } from '../trace.js';
import { counted, seconds } from './number.js';
import { type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import { descentText, hopText, statePaint } from './trace_hop.js';
import { traceLines } from './trace_lines.js';
import type { View } from './view.js';

export interface TraceTextOptions {
  /** The lines of the log, below each message. */
  readonly lines: boolean;
  /** What to type for them. */
  readonly linesCommand: string;
}

export function traceText(report: TraceReport, view: View, { lines: withLines, linesCommand }: TraceTextOptions): string {
  const { style } = view;
  const { chains, loose } = report;
  const lines = [style.dim(`times in ${view.clock.name}`)];
  const say = (text: string, paint: (text: string) => string) => lines.push(...wrap(text, view.width).split('\n').map(paint));
  if (report.byMessageId) {
    const ids = report.queueIds.map((id) => style.bold(printable(id))).join(', ');
    lines.push(`message-id ${style.name(printable(report.asked))}: ${counted(report.queueIds.length, 'queue ID')}: ${ids}`);
  }
  chains.forEach((chain, i) => {
    if (chains.length > 1) {
      const what = report.byMessageId ? 'this message-id' : 'this queue ID';
      lines.push('', style.bold(`Mail ${i + 1} of ${chains.length} with ${what}`));
    }
    if (chain.hops.length > 1) lines.push('', ...overview(chain, view));
    for (const hop of chain.hops) lines.push('', ...hopText(hop, chain, view, withLines));
  });
  if (loose.length > 0) {
    lines.push('', style.bold(chains.length === 0 ? 'No line tells how this message came or went.' : 'Lines of no message'));
    lines.push(...traceLines(loose, view, '  '));
  }
  if (report.limits.length > 0) lines.push('');
  for (const limit of report.limits) say(printable(limit), style.warn);
  if (!withLines && chains.length > 0) {
    const count = chains.flatMap(({ hops }) => hops).reduce((sum, hop) => sum + hop.lines.length, 0);
    lines.push('', style.dim(`${count === 1 ? 'The line' : `The ${counted(count, 'line')}`} of the log: ${linesCommand}`));
  }
  return `${lines.join('\n')}\n`;
}

/** A line for each message, those that came of another set in below it. */
function overview({ hops, edges }: TracedChain, view: View): string[] {
  const { clock } = view;
  const byId = new Map(hops.map(({ message }) => [message.id, message]));
  const depth = new Map<string, number>();
  const rows = hops.map(({ message, asked }): Row => {
    const edge = edges.find(({ child }) => child === message.id);
    const parent = byId.get(edge?.parent ?? '');
    const level = parent === undefined ? 0 : (depth.get(parent.id) ?? 0) + 1;
    depth.set(message.id, level);
    return [
      clock.second(startOf(message)),
      { text: `${'  '.repeat(Math.min(level, 8))}${message.queueId}`, paint: asked ? view.style.bold : (text) => text },
      message.host,
      { text: message.state, paint: statePaint(message.state, view) },
      message.delay === undefined ? '' : seconds(message.delay),
      edge === undefined || parent === undefined ? '' : { text: descentText(edge, parent, message.host), paint: view.style.dim },
    ];
  });
  const hosts = new Set(hops.map(({ message }) => message.host));
  const columns = [{ head: '' }, { head: '' }, { head: '', least: 8 }, { head: '' }, { head: '', right: true }, { head: '', least: 20 }];
  return [
    view.style.bold(`The way of this mail: ${counted(hops.length, 'message')} on ${counted(hosts.size, 'host')}`),
    ...table(columns, rows, view, '  '),
  ];
}

const startOf = ({ arrival, firstLine }: Message) => arrival ?? firstLine;
