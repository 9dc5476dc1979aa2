/** Every nameserver asked by itself for what leads to a relay: MX, then A and AAAA of each name. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { within } from './deadline.js';
import type { Destination } from './destination.js';
import { type Asked, ask, type Nameserver, type Patience } from './dns/ask.js';
import { canBeAsked, type RecordType } from './dns/message.js';
import type { Plan } from './plan.js';
import type { ProbedNameserver } from './result.js';

/** Questions on their way to one nameserver at a time. */
const atOnce = 8;
/** A nameserver that is not ours may name thousands. */
const mostHosts = 40;

/** A host that takes mail of a destination. */
export interface RelayHost {
  readonly destination: Destination;
  readonly host: string;
  readonly preference?: number | undefined;
  readonly addresses: readonly string[];
}

export interface Lookups {
  readonly nameservers: readonly ProbedNameserver[];
  readonly hosts: readonly RelayHost[];
  /** Mail exchangers beyond those that were looked up. */
  readonly hostsLeftOut: number;
}

/** @throws the signal's reason */
export async function lookUp(plan: Plan, patience: Patience, signal: AbortSignal): Promise<Lookups> {
  const { families, lookup: by } = plan;
  const named = plan.destinations.filter(({ host }) => isIP(host) === 0);
  const types: RecordType[] = [...(families.ipv4 ? (['A'] as const) : []), ...(families.ipv6 ? (['AAAA'] as const) : [])];
  const answersOf = new Map<Nameserver, Asked[]>(plan.nameservers.map((server) => [server, []]));
  const all = () => [...answersOf.values()].flat();

  const askAll = (questions: readonly Question[]) =>
    Promise.all(
      plan.nameservers.map(async (server) => {
        const had = answersOf.get(server) as Asked[];
        for (let i = 0; i < questions.length; i += atOnce) {
          // Whoever did not answer before is not waited for once more.
          if (had.length > 0 && had.every(({ outcome }) => outcome !== 'answered')) return;
          const some = questions.slice(i, i + atOnce);
          had.push(...(await Promise.all(some.map(({ name, type }) => ask(server, name, type, patience, signal)))));
        }
      }),
    );

  const bare = named.filter(({ exchangers }) => exchangers && by.dns);
  await askAll([...new Set(bare.map(({ host }) => host))].map((name) => ({ name, type: 'MX' as const })));
  const found = plan.destinations.flatMap((destination) => hostsOf(destination, all()));
  const hosts = found.slice(0, mostHosts);
  const names = [...new Set(hosts.map(({ host }) => host).filter((host) => isIP(host) === 0 && canBeAsked(host)))];
  // Where mail goes to addresses, or to each recipient's own domain, any question shows whether a nameserver lives.
  if (named.length === 0 && canBeAsked(plan.helo)) await askAll([{ name: plan.helo.toLowerCase(), type: 'A' }]);
  if (by.dns) await askAll(names.flatMap((name) => types.map((type) => ({ name, type }))));

  const native = new Map(
    by.native ? await Promise.all(names.map(async (name) => [name, await bySystem(name, plan, patience, signal)] as const)) : [],
  );
  const addressesOf = (host: string) => {
    if (isIP(host) !== 0) return [host];
    const fromDns = all()
      .filter(({ name, type }) => type !== 'MX' && name === host)
      .flatMap(({ addresses }) => addresses);
    return [...new Set([...fromDns, ...(native.get(host) ?? [])])];
  };
  return {
    nameservers: plan.nameservers.map((server) => ({
      ...server,
      files: [...server.files],
      questions: (answersOf.get(server) as Asked[]).map(questionOf),
    })),
    hosts: hosts.map((host) => ({ ...host, addresses: addressesOf(host.host) })),
    hostsLeftOut: found.length - hosts.length,
  };
}

interface Question {
  readonly name: string;
  readonly type: RecordType;
}

/** The mail exchangers that any nameserver names, best first; without any, the host itself (RFC 5321, 5.1). */
function hostsOf(destination: Destination, answers: readonly Asked[]): Omit<RelayHost, 'addresses'>[] {
  const best = new Map<string, number>();
  const mine = destination.exchangers ? answers.filter(({ name, type }) => type === 'MX' && name === destination.host) : [];
  for (const { preference, exchange } of mine.flatMap(({ exchangers }) => exchangers)) {
    const name = exchange.toLowerCase();
    best.set(name, Math.min(preference, best.get(name) ?? preference));
  }
  if (best.size === 0) return [{ destination, host: destination.host }];
  return [...best].map(([host, preference]) => ({ destination, host, preference })).sort((a, b) => a.preference - b.preference);
}

/** As the system looks a name up, by /etc/hosts too, where Postfix does so. */
async function bySystem(name: string, { families }: Plan, { timeout, tries }: Patience, signal: AbortSignal): Promise<string[]> {
  try {
    const found = await within<{ address: string; family: number }[]>(timeout * tries, signal, (done, fail) => {
      lookup(name, { all: true }).then(done, fail);
      return () => {};
    });
    return found.filter(({ family }) => (family === 4 ? families.ipv4 : families.ipv6)).map(({ address }) => address);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

const questionOf = ({ addresses: _, exchangers: __, ...question }: Asked) => question;
