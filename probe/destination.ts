/** Where Postfix is told to hand mail over: `relayhost` and its like (smtp/smtp_connect.c, util/host_port.c). */
import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { canBeAsked } from './dns/message.js';

export interface Destination {
  /** As it was written. */
  readonly text: string;
  /** A name as it is asked for, or an address. */
  readonly host: string;
  readonly port: number;
  /** A name without brackets: mail goes to its mail exchangers, and to its own addresses only where it has none. */
  readonly exchangers: boolean;
}

/** Services that Postfix' configurations name; /etc/services has them. */
const services: Readonly<Record<string, number>> = { smtp: 25, smtps: 465, submissions: 465, submission: 587, mail: 25, lmtp: 24 };

/** @throws Error with a sentence that says what is wrong */
export function destinationOf(text: string, defaultPort = 25): Destination {
  const [, literal, bare, service] = /^(?:\[(?:ipv6:)?([^\]]*)\]|(.*?))(?::([^:\]]*))?$/i.exec(text) ?? [];
  const typed = literal ?? bare ?? '';
  const host = isIP(typed) === 0 ? domainToASCII(typed).replace(/\.$/, '') : typed;
  const wrong = (why: string) =>
    new Error(`${JSON.stringify(text)}: ${why}. Accepted: [host], [host]:port, host:port, [192.0.2.1], [2001:db8::1]`);
  if (isIPv6(text)) throw wrong('an IPv6 address stands in brackets');
  if (host === '' || (isIP(host) === 0 && !canBeAsked(host))) throw wrong('no name of a host, and no address');
  const port = service === undefined || service === '' ? defaultPort : (services[service] ?? (/^\d+$/.test(service) ? Number(service) : 0));
  if (port < 1 || port > 65_535) throw wrong(`${JSON.stringify(service)} is no port`);
  return { text, host, port, exchangers: literal === undefined && isIP(host) === 0 };
}
