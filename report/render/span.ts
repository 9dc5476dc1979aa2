/** Lengths of time that a log does not tell exactly, as people read them. */
import type { Span } from '../../postfix/message/interval.js';
import { seconds } from './number.js';

/** More than what stamps of whole seconds leave open: then no single figure is said. */
const vague = 2.1;

export const isVague = ({ least, most }: Span) => most - least > vague;

/** `25 s`, `6 s ± 1 s`, `up to 31 s`, `24 s to 31 s`. */
export function spanText(span: Span): string {
  const { least, most, likely } = span;
  const half = Math.max(likely - least, most - likely);
  if (half <= Math.max(0.05, likely * 0.02)) return seconds(likely);
  if (least < most / 20 && (isVague(span) || half > likely / 2)) return `up to ${seconds(most)}`;
  if (isVague(span)) return `${seconds(least)} to ${seconds(most)}`;
  return `${seconds(likely)} ± ${seconds(Number(half.toPrecision(1)))}`;
}
