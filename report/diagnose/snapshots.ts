/** What snapshots of a host say of its circumstances. */
import { isOfKind, type Snapshot } from '../../postfix/snapshot/snapshot.js';
import { type ProbeResult, probeResultSchema } from '../../probe/result.js';
import type { Scope } from '../../store/port.js';
import type { SnapshotReader } from '../../store/snapshot_port.js';
import { timeoutsInForce } from '../config_changes.js';
import type { Circumstances, ProbeSeen } from './circumstances.js';

/** A few weeks of every ten minutes. */
const most = 5_000;

/** @param scope of the diagnosis; where it names no host, the one with snapshots is meant, if it is one */
export async function circumstancesOf(reader: SnapshotReader, { host, until }: Scope): Promise<Circumstances> {
  const kinds = ['postconf', 'master', 'resolv', 'probe'] as const;
  const snapshots = await reader.snapshots({ kinds, limit: most, ...(host === undefined ? {} : { host }) });
  const hosts = new Set(snapshots.map((snapshot) => snapshot.host.toLowerCase()));
  const [only] = snapshots;
  if (only === undefined || hosts.size > 1) return {};
  return circumstancesIn(snapshots, only.host, until ?? Number.POSITIVE_INFINITY);
}

/** @param time of which the timeouts are wanted: milliseconds since the epoch */
export function circumstancesIn(snapshots: readonly Snapshot[], host: string, time: number): Circumstances {
  const resolv = snapshots.filter(isOfKind('resolv')).map((one) => ({ time: one.time, content: one.content }));
  const timeouts = timeoutsInForce(snapshots, host, time);
  const probes = snapshots.filter(isOfKind('probe')).flatMap(({ content }) => {
    const { data } = probeResultSchema.safeParse(content);
    return data === undefined ? [] : seenBy(data);
  });
  return {
    ...(resolv.length === 0 ? {} : { resolv: resolv.sort((a, b) => a.time - b.time) }),
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(probes.length === 0 ? {} : { probes: probes.sort((a, b) => a.time - b.time) }),
  };
}

function seenBy({ time, nameservers }: ProbeResult): ProbeSeen[] {
  return nameservers.map(({ address, questions }) => {
    const slowest = Math.max(0, ...questions.map(({ seconds }) => seconds));
    const silent = questions.filter(({ outcome }) => outcome !== 'answered');
    const result =
      silent.length === 0
        ? `answered in ${slowest.toFixed(2)} s at most`
        : `${silent.length} of ${questions.length} questions got no answer (${[...new Set(silent.map(({ type }) => type))].join(', ')})`;
    return { time: Date.parse(time), address, answered: silent.length === 0, seconds: slowest, result };
  });
}
