/** What a probe found, a sentence each, with what to do about it. Pure. */
import type { Patience } from './dns/ask.js';
import { certificateFindings } from './findings/certificates.js';
import { nameserverFindings, resolvFindings } from './findings/nameservers.js';
import { nameFindings, relayFindings } from './findings/relays.js';
import type { RelayHost } from './lookups.js';
import type { Plan } from './plan.js';
import type { ProbeFinding, ProbeResult } from './result.js';

/** What was observed, and what it is judged by. */
export interface Observed extends Omit<ProbeResult, 'findings'> {
  readonly plan: Plan;
  readonly hosts: readonly RelayHost[];
  /** Mail exchangers beyond those that were looked up. */
  readonly hostsLeftOut: number;
  readonly patience: Patience;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Addresses that there are; some may have been too many to dial. */
  readonly dialled: number;
  /** Which of Postfix's own authorities could not be read, and why. */
  readonly unreadable: readonly string[];
}

/** What did not answer first, then what wants a look. */
export function findingsOf(observed: Observed): ProbeFinding[] {
  const findings = [
    ...nameserverFindings(observed),
    ...resolvFindings(observed),
    ...nameFindings(observed),
    ...relayFindings(observed),
    ...certificateFindings(observed),
  ];
  const rank = ({ severity }: ProbeFinding) => (severity === 'failure' ? 0 : 1);
  return findings.sort((a, b) => rank(a) - rank(b));
}
