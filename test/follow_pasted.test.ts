/** Two archives that were pasted together, and are shipped: the second one's lines are the first one's (DESIGN, promise 2). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Rig } from './follow_rig.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

/** Of so many lines a second; every seventh was written twice. */
function archive(lines: number, perSecond: number): string {
  const one = (n: number) => {
    const stamp = new Date(Date.UTC(2026, 10, 24, 0, 0, Math.floor(n / perSecond))).toISOString().replace('.000Z', '+00:00');
    return `${stamp} mailer postfix/qmgr[77]: 4ABCDEF${n.toString(16).toUpperCase()}: removed\n`;
  };
  return Array.from({ length: lines }, (_, i) => one(i).repeat(i % 7 === 0 ? 2 : 1)).join('');
}

test.each([
  [300, 20],
  [700, 20],
  [1500, 20],
  [1500, 150],
  [1900, 20],
  [3000, 20],
])('of %i lines, %i a second', async (lines, perSecond) => {
  rig.write('mail.log', archive(lines, perSecond).repeat(2));
  await rig.once(['mail.log']);
  expect(rig.cluster.documents.size).toBe(lines + Math.ceil(lines / 7));
});
