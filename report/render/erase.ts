/** What names somebody, and what was done about it, on the terminal and for other programs. */
import { isNobody, type Naming } from '../../store/erase_port.js';
import type { Erasure } from '../../store/retention_port.js';
import { json } from './json.js';
import { counted } from './number.js';

/** `12 lines, 3 messages with 4 attempts, 1 snapshot, 1 line in quarantine and 1 entry of the record`. */
export function namingText({ lines, messages, attempts, snapshots, quarantined, holds }: Naming): string {
  const parts = [
    counted(lines, 'line'),
    `${counted(messages, 'message')} with ${counted(attempts, 'attempt')}`,
    ...(snapshots > 0 ? [counted(snapshots, 'snapshot')] : []),
    ...(quarantined > 0 ? [`${counted(quarantined, 'line')} in quarantine`] : []),
    ...(holds > 0 ? [`${counted(holds, 'entry', 'entries')} of the record`] : []),
  ];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

export interface ErasePlan {
  readonly naming: Naming;
  /** What stands for them, or names them in the record; undefined as long as there is no key. */
  readonly pseudonym: string | undefined;
  readonly how: Erasure['how'];
  /** Whether there is a queue between machines, and it was looked into. */
  readonly queue: 'empty' | 'none' | 'not looked into';
}

/** What this cannot reach, a line each. */
export const unreached = (queue: ErasePlan['queue']): string[] => [
  'the log files themselves, and copies of them: whoever imports one of these brings the name back (unless with --privacy)',
  'archives that were made of the store (postscope archive; retention --log names them), and backups of it',
  'answers that were written to files, and what other programs have read',
  'a login name without a domain, an address of which the log has only a part, and the names of hosts',
  ...(queue === 'not looked into' ? ['the queue, which was not looked into (--skip-queue)'] : []),
];

/** @param whom as it was typed */
export function planText({ naming, pseudonym, how, queue }: ErasePlan, whom: string): string {
  if (isNobody(naming)) return `Nothing names ${whom}.\n`;
  const what =
    how === 'removed'
      ? `To be deleted, as they name ${whom} or are of a message that does: ${namingText(naming)}.`
      : `${namingText(naming)} name ${whom}. ${pseudonym ?? 'A pseudonym'} is to stand there instead.`;
  return `${what}\n\nNot reached:\n${unreached(queue)
    .map((one) => `  ${one}\n`)
    .join('')}`;
}

/** @param left what is left, a sentence each */
export function doneText({ found, how, after }: Erasure, left: readonly string[]): string {
  const done = `${how === 'removed' ? 'Deleted' : 'Replaced'}: ${namingText(found)}.`;
  const lines =
    after === undefined ? [done] : [done, `The store has ${counted(after.events, 'line')} and ${counted(after.messages, 'message')}.`];
  if (left.length === 0) return `${[...lines, 'Verified: nothing found, by any question nor in the text of all lines.'].join('\n')}\n`;
  return `${[...lines, 'Left:', ...left.map((one) => `  ${one}`)].join('\n')}\n`;
}

/** @param done what was done; undefined where it was only asked */
export function eraseJson(plan: ErasePlan, done: Erasure | undefined, left: readonly string[] | undefined): string {
  return json({
    ...plan,
    notReached: unreached(plan.queue),
    ...(done === undefined ? {} : { erased: done }),
    ...(left === undefined ? {} : { verified: left.length === 0, left }),
  });
}
