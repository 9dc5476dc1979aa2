/**
 * Queue IDs (src/global/mail_queue.h). Short: five hex digits of microseconds, then the inode in hex.
 * Long: seconds and microseconds in base 52 (digits and consonants), `z`, the inode in base 51.
 */
import { asciiBytes } from './grammar.js';

const hex = 1;
const base52 = 2;
const digits52 = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const classes = new Uint8Array(256);
for (const c of '0123456789ABCDEF') classes[c.charCodeAt(0)] = hex;
for (const c of digits52) classes[c.charCodeAt(0)] = (classes[c.charCodeAt(0)] as number) | base52;

const colon = 58;
const space = 32;
const z = 122;

/** Where a queue ID that starts at `from` ends, if `: ` follows it; -1 if there is none. */
export function queueIdEnd(bytes: Uint8Array, from: number, end: number): number {
  let all = hex | base52;
  let at = from;
  let separator = -1;
  for (; at < end; at++) {
    const c = bytes[at] as number;
    const next = all & (classes[c] as number);
    if (next === 0) break;
    all = next;
    if (c === z) separator = at;
  }
  if (at - from < 6 || at >= end || bytes[at] !== colon || (at + 1 < end && bytes[at + 1] !== space)) return -1;
  // MQID_LG_TIME_PAD: at least ten digits of time in front of the z, and an inode behind it.
  return (all & hex) !== 0 || (separator - from >= 10 && separator < at - 1) ? at : -1;
}

/** Whether a whole text is a queue ID. */
export const isQueueId = (text: string) => queueIdEnd(asciiBytes(`${text}: `), 0, text.length + 2) === text.length;

/** Whether a whole text is a long queue ID. */
export function isLongQueueId(text: string): boolean {
  let all = hex | base52;
  let separator = -1;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    all &= c < 256 ? (classes[c] as number) : 0;
    if (c === z) separator = at;
  }
  return all === base52 && separator >= 10 && separator < text.length - 1;
}
