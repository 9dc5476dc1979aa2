/** The relay of a delivery, or of a failed attempt, as a group. */
import { byNumber, byText } from '../../order.js';
import type { Relay } from '../../port.js';
import { byValue, type GroupValue, numberOf, textOf } from '../asked.js';

/** What tells relays apart. What is reached by a socket has its path for an address. */
export const byRelay = {
  host: byValue('destination.domain'),
  ip: byValue('destination.ip'),
  address: byValue('destination.address'),
  port: byValue('destination.port'),
} as const;

export type RelayKey = Readonly<Record<keyof typeof byRelay, GroupValue>>;

/** `none` where no relay is known. */
export function relayOf({ host, ip, address, port }: RelayKey): Relay {
  const name = textOf(host) ?? 'none';
  if (name === 'none') return { host: name, ip: undefined, port: undefined };
  return { host: name, ip: textOf(ip) ?? textOf(address), port: numberOf(port) };
}

/** Host and address: some lines of one relay name its port and some do not. */
export const placeOf = ({ host, ip }: Relay) => JSON.stringify([host, ip]);
export const nameOf = ({ host, ip, port }: Relay) => JSON.stringify([host, ip, port]);

export const byRelayName = (a: Relay, b: Relay) => byText(a.host, b.host) || byText(a.ip, b.ip) || byNumber(a.port, b.port);
