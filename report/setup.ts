/** What connection set-up (c) was spent on: tries at relays that failed, and name resolution with the set-up of the last connection. */
import type { MessageReader, RestCount } from '../store/message_port.js';
import type { OverTime } from '../store/port.js';
import { counted } from './render/number.js';
import { rounded, timeoutKinds, triesCounted } from './tries.js';

/** Seconds of c of the deliveries of smtp and lmtp, and what they were spent on. */
export interface SetupSum {
  readonly deliveries: number;
  readonly c: number;
  /** Tries that failed before the one that the line names, or that one itself. */
  readonly failed: number;
  /** Name resolution, and the set-up of the connection that was used. */
  readonly rest: number;
}

export interface SetupReport extends SetupSum {
  readonly buckets: readonly (SetupSum & { readonly bucket: number })[];
  /** The most frequent rest of 3 s or more, in whole seconds: of a dead nameserver, a multiple of 5 (FACTS 4). */
  readonly usual: { readonly seconds: number; readonly deliveries: number } | undefined;
}

/** Shorter waits are of a network that is far or busy, not of somebody who does not answer. */
const noticed = 3;

export async function setupOverTime(reader: MessageReader, question: OverTime): Promise<SetupReport> {
  const counts = await reader.rests(question);
  const others = new Map<number, number>();
  if (counts.some(({ failed }) => failed > 0)) {
    for (const { bucket, others: more } of await triesCounted(reader, { ...question, kinds: timeoutKinds })) {
      others.set(bucket, (others.get(bucket) ?? 0) + more);
    }
  }
  const byBucket = new Map<number, RestCount[]>();
  const bySeconds = new Map<number, number>();
  for (const one of counts) {
    const bucket = byBucket.get(one.bucket);
    if (bucket === undefined) byBucket.set(one.bucket, [one]);
    else bucket.push(one);
    if (one.rest >= noticed) bySeconds.set(one.rest, (bySeconds.get(one.rest) ?? 0) + one.count);
  }
  const [usual] = [...bySeconds].sort(([a, n], [b, m]) => m - n || b - a);
  const buckets = [...byBucket]
    .map(([bucket, own]) => ({ bucket, ...knowing(sumOf(own), others.get(bucket) ?? 0) }))
    .sort((a, b) => a.bucket - b.bucket);
  return {
    ...totalOf(buckets),
    buckets,
    usual: usual === undefined ? undefined : { seconds: usual[0], deliveries: usual[1] },
  };
}

/** Where the usual rest is what a dead nameserver costs (FACTS 4): how often, and how that is known. */
export function stallSentence({ usual }: SetupReport): string | undefined {
  if (usual === undefined || usual.seconds % stall !== 0) return undefined;
  const often = `${counted(usual.deliveries, 'delivery', 'deliveries')} waited ${usual.seconds} s for names`;
  return `${often}: ${usual.seconds / stall} × ${stall} s, what a nameserver in resolv.conf costs that does not answer.`;
}

/** resolv.conf(5): `timeout`, by default, in seconds. */
const stall = 5;

/** What was found to have been name resolution, and not the tries behind it. */
function knowing(sum: SetupSum, others: number): SetupSum {
  const moved = Math.min(others, sum.failed);
  return { ...sum, failed: rounded(sum.failed - moved), rest: rounded(sum.rest + moved) };
}

function totalOf(sums: readonly SetupSum[]): SetupSum {
  const add = (of: (sum: SetupSum) => number) => rounded(sums.reduce((all, sum) => all + of(sum), 0));
  return {
    deliveries: sums.reduce((all, { deliveries }) => all + deliveries, 0),
    c: add(({ c }) => c),
    failed: add(({ failed }) => failed),
    rest: add(({ rest }) => rest),
  };
}

function sumOf(counts: readonly RestCount[]): SetupSum {
  // In milliseconds, so that the order of adding leaves no trace.
  const add = (of: (one: RestCount) => number) => counts.reduce((sum, one) => sum + Math.round(of(one) * 1000), 0) / 1000;
  return {
    deliveries: counts.reduce((sum, { count }) => sum + count, 0),
    c: add(({ c }) => c),
    failed: add(({ failed }) => failed),
    rest: add(({ seconds }) => seconds),
  };
}
