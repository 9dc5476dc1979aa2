/** A probe from beginning to end: nameservers, then relays and the routes to them. */
import { authoritiesOf } from './authorities.js';
import { inParallel, secondsSince } from './deadline.js';
import { findingsOf } from './findings.js';
import { lookUp } from './lookups.js';
import type { Plan } from './plan.js';
import type { ProbedRoute, ProbeResult } from './result.js';
import { route } from './route.js';
import { probeRelay, type RelayAddress } from './smtp/relay.js';

/** Seconds: a resolver's timeout, and Postfix's `smtp_connect_timeout`. */
const usualTimeout = { nameserver: 5, relay: 30 } as const;
/** A lost datagram or two are no dead nameserver. */
const tries = 3;
/** Addresses that are dialled, or traced, at a time. */
const atOnce = 8;
/** No relay has so many; a nameserver that is not ours may say so. */
const mostAddresses = 64;

export interface ProbeOptions {
  /** Seconds for each try and step. */
  readonly timeout?: number | undefined;
  readonly route: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** @throws the signal's reason, at once */
export async function probe(plan: Plan, { timeout, route: wantsRoute, now, env, signal }: ProbeOptions): Promise<ProbeResult> {
  const start = performance.now();
  const { context, unreadable } = await authoritiesOf(plan.authorities);
  const patience = { timeout: timeout ?? Math.max(usualTimeout.nameserver, ...plan.resolv.map((file) => file.timeout)), tries };
  const { nameservers, hosts, hostsLeftOut } = await lookUp(plan, patience, signal);

  const addresses: RelayAddress[] = hosts.flatMap(({ destination, host, preference, addresses }) =>
    addresses.map((address) => ({
      destination: destination.text,
      host,
      preference,
      address,
      port: destination.port,
      localAddress: address.includes(':') ? plan.bind.ipv6 : plan.bind.ipv4,
    })),
  );
  const dialled = [...new Map(addresses.map((relay) => [`${relay.host} ${relay.address} ${relay.port}`, relay])).values()];
  const chosen = dialled.slice(0, mostAddresses);
  const settings = { context, helo: plan.helo, timeout: timeout ?? usualTimeout.relay };
  const [relays, routes] = await Promise.all([
    inParallel(chosen, atOnce, (relay) => probeRelay(relay, { ...settings, wrapped: plan.wrapped || relay.port === 465 }, signal)),
    wantsRoute ? routesTo([...new Set(chosen.map(({ address }) => address))], env, signal) : [],
  ]);
  const observed = {
    time: new Date(now).toISOString(),
    seconds: secondsSince(start),
    destinations: plan.destinations.map(({ text }) => text),
    from: plan.from,
    helo: plan.helo,
    resolv: [...plan.resolv],
    nameservers: [...nameservers],
    relays,
    routes,
  };
  return {
    ...observed,
    findings: findingsOf({ ...observed, plan, hosts, hostsLeftOut, patience, now, dialled: dialled.length, unreadable }),
  };
}

async function routesTo(addresses: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ProbedRoute[]> {
  const routes = await inParallel(addresses, atOnce, (address) => route(address, env, signal));
  return routes.filter((found) => found !== undefined);
}
