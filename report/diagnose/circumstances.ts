/** What is known beside the log: snapshots of the machine and of probes, where somebody took them. */
import type { Timeouts } from '../../postfix/message/timeouts.js';
import type { ResolvContent } from '../../postfix/snapshot/snapshot.js';

/** What a probe of a nameserver came to. */
export interface ProbeSeen {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Of the nameserver. */
  readonly address: string;
  /** Every question. */
  readonly answered: boolean;
  /** The longest answer. */
  readonly seconds: number;
  /** In a few words. */
  readonly result: string;
}

export interface Circumstances {
  /** resolv.conf at several times (milliseconds since the epoch), oldest first. */
  readonly resolv?: readonly { readonly time: number; readonly content: ResolvContent }[];
  /** main.cf's timeouts. */
  readonly timeouts?: Timeouts;
  readonly probes?: readonly ProbeSeen[];
}

/** resolv.conf as it stood at a moment: the latest that was taken before it, or the first one after. */
export function resolvAt({ resolv = [] }: Circumstances, time: number): ResolvContent | undefined {
  return (resolv.findLast((one) => one.time <= time) ?? resolv[0])?.content;
}
