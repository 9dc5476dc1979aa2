/** What a line in quarantine is called: the same line of the same source, kept aside for the same reason, is there once. */
import { createHash } from 'node:crypto';
import type { Aside } from './port.js';

export const asideId = ({ source, offset, reason }: Pick<Aside, 'source' | 'offset' | 'reason'>) =>
  createHash('md5').update(`${source.key}\n${offset}\n${reason}`).digest('hex').slice(0, 16);
