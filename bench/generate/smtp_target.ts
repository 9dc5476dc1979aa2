/** Where a delivery over SMTP goes: addresses, and how the other side behaves. */
import { ipv4, ipv6 } from './clients.js';
import { RELAYS, type Relay } from './incident.js';
import type { Route } from './message.js';
import { scatter } from './random.js';
import { RELAY_KIND } from './replies.js';
import type { Server } from './server.js';

/** smtp_mx_address_limit of main.cf. */
const ADDRESS_LIMIT = 5;

/** Where a delivery goes and how the other side behaves. */
export interface Target {
  readonly relays: readonly Relay[];
  readonly port: number;
  /** DNS questions until all addresses are known. */
  readonly lookups: number;
  /** The kind of its replies (`replies.ts`). */
  readonly kind: number;
  readonly isStrange: boolean;
  readonly isDead: boolean;
}

export function targetOf(server: Server, route: Route): Target {
  const own = { port: 25, kind: RELAY_KIND, isStrange: false, isDead: false };
  switch (route.agent) {
    case 'relayhost':
      return { ...own, relays: server.random.shuffle(RELAYS), lookups: 1 + RELAYS.length };
    case 'peer': {
      const { fqdn, ip } = (server.peer as Server).settings;
      return { ...own, relays: [{ host: fqdn, ip }], lookups: 2 };
    }
    case 'filter':
      return { ...own, relays: [{ host: '127.0.0.1', ip: '127.0.0.1' }], port: 10024, lookups: 0 };
    case 'direct': {
      const { domain, domainRank } = route;
      const bits = scatter(domainRank + 5);
      const relays: Relay[] = [];
      const names = 1 + (bits % 3);
      for (let i = 0; i < names; i++) {
        const own = scatter(domainRank * 8 + i);
        const host = names === 1 ? `mail.${domain}` : `mx${i + 1}.${domain}`;
        if (own % 4 === 0) relays.push({ host, ip: ipv6(own) });
        relays.push({ host, ip: ipv4(own) });
      }
      const isDead = server.isDead(domainRank);
      return { relays: relays.slice(0, ADDRESS_LIMIT), port: 25, lookups: 1 + names, kind: bits >>> 4, isStrange: true, isDead };
    }
    default:
      throw new Error(`smtp does not deliver to ${route.agent}`);
  }
}
