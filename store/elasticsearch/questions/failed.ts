/**
 * Which lines count as failures: those of attempts, and what failed without one (DNS, local trouble). A status line that
 * only repeats a failed connection is neither (postfix/attempt.ts), nor is a delivery that was put off untried.
 */
import type { Kind } from '../../../postfix/reason.js';
import type { Query } from '../asked.js';
import { all, any, has, none } from './within.js';

const repeated: readonly Kind[] = ['connect_timeout', 'connection_refused', 'unreachable', 'suspended'];

export const failed: Query = all(
  has('postfix.attempt'),
  has('postfix.reason.kind'),
  any({ term: { 'postfix.attempt': true } }, none({ terms: { 'postfix.reason.kind': [...repeated] } })),
);
