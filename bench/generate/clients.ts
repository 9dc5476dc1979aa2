/**
 * Who connects: other people's mail servers, strangers, and ourselves. Addresses are of networks that no one else's
 * server has (RFC 1918, 2544, 3849, 6598), and follow from a rank, as names do.
 */
import { DOMAINS, domainName, word } from './names.js';
import { type Random, scatter } from './random.js';

/** An IPv4 address that follows from `bits`. */
export function ipv4(bits: number): string {
  const [b, c, d] = [(bits >>> 16) & 255, (bits >>> 8) & 255, 1 + (bits & 253)];
  switch (bits >>> 29) {
    case 0:
      return `198.${18 + (b & 1)}.${c}.${d}`;
    case 1:
      return `100.${64 + (b & 63)}.${c}.${d}`;
    default:
      return `10.${b}.${c}.${d}`;
  }
}

/** An IPv6 address that follows from `bits`, shortened as inet_ntop does. */
export function ipv6(bits: number): string {
  const more = scatter(bits + 1);
  return `2001:db8:${(bits >>> 16).toString(16)}:${(bits & 0xffff || 1).toString(16)}::${(more & 0xffff || 2).toString(16)}`;
}

/** An SMTP client as smtpd names it, and what it says of itself. */
export interface Client {
  readonly host: string;
  readonly ip: string;
  readonly helo: string;
  /** `host[ip]` */
  readonly text: string;
}

export function client(host: string, ip: string, helo: string): Client {
  return { host, ip, helo, text: `${host}[${ip}]` };
}

export const LOCALHOST = client('localhost', '127.0.0.1', 'localhost');

/** A mail server that sends for a domain. */
export function outgoingServer(random: Random, domainRank: number): Client {
  const number = random.rank(40);
  const bits = scatter(domainRank * 64 + number + 11);
  const domain = domainName(domainRank);
  const ip = (bits & 7) === 0 ? ipv6(bits) : ipv4(bits);
  switch (bits % 5) {
    case 0:
      return client(`mail-${(bits >>> 8).toString(16)}.${domain}`, ip, `mail-${(bits >>> 8).toString(16)}.${domain}`);
    case 1:
      return client(`out${number}.${domain}`, ip, `out${number}.${domain}`);
    case 2:
      return client(`mta${number}-${bits >>> 22}.prod.${domain}`, ip, `mta${number}.${domain}`);
    case 3:
      return client('unknown', ip, `smtp.${domain}`);
    default:
      return client(`mx${number + 1}.${domain}`, ip, `mx${number + 1}.${domain}`);
  }
}

/** A machine that has no business with us: a dial-up line, a rented server, a bot. */
export function stranger(random: Random): Client {
  const bits = scatter(random.longTail(900_000, 0.5) + 77);
  const ip = ipv4(bits);
  const dashed = ip.replaceAll('.', '-');
  switch (random.below(6)) {
    case 0:
      return client('unknown', ip, `[${ip}]`);
    case 1:
      return client('unknown', ip, word(bits, 3));
    case 2:
      return client(`dsl-${dashed}.${domainName(bits % 300)}`, ip, 'User');
    case 3:
      return client(`vps${bits >>> 12}.${domainName(bits % 900)}`, ip, `vps${bits >>> 12}`);
    case 4:
      return client('unknown', ip, domainName(bits % DOMAINS));
    default:
      return client(`${dashed}.dyn.${domainName(bits % 200)}`, ip, `WIN-${(bits >>> 3).toString(36).toUpperCase()}`);
  }
}

/** The device of one of our people, at home or on the road. */
export function ourDevice(random: Random): Client {
  const bits = scatter(random.longTail(60_000, 0.5) + 501);
  const ip = (bits & 3) === 0 ? ipv6(bits) : ipv4(bits);
  const host = (bits & 4) === 0 ? 'unknown' : `p${(bits >>> 5).toString(16)}.dip.${domainName(bits % 40)}`;
  return client(host, ip, (bits & 8) === 0 ? `[192.168.${bits >>> 24}.${2 + ((bits >>> 9) % 250)}]` : `${word(bits, 2)}-laptop.local`);
}

/** One of our own application servers, which send without logging in. */
export function ourApplication(random: Random): Client {
  const number = 1 + random.rank(24);
  const host = `app${number}.internal.domain.test`;
  return client(host, `10.50.1.${number}`, host);
}
