/** Relays that lines name, each one value, which knows its number. */
import type { Relay } from '../../postfix/message/fact.js';
import type { Numbering } from './numbering.js';

/** As the table of relays knows it. */
export const keyOfRelay = ({ host, ip, port }: Relay) => `${host}\x01${ip ?? ''}\x01${port ?? ''}`;

export class KnownRelay {
  private number = 0;

  constructor(
    readonly host: string,
    readonly ip: string | undefined,
    readonly port: number | undefined,
    readonly socket: string | undefined,
  ) {}

  /** @param numbering the same at each call */
  id(numbering: Numbering): number {
    if (this.number === 0) this.number = numbering.id(keyOfRelay(this as Relay));
    return this.number;
  }
}

/** Relays that are remembered: whoever writes to a log can name any number. */
const relaysKept = 50_000;

export class Relays {
  /** By address, or name where there is none. */
  private readonly known = new Map<string, KnownRelay[]>();

  of(host: string, ip: string | undefined, port: number | undefined, socket: string | undefined): Relay {
    const alike = this.known.get(ip ?? host);
    if (alike !== undefined) {
      for (const relay of alike) {
        if (relay.host === host && relay.ip === ip && relay.port === port && relay.socket === socket) return relay as Relay;
      }
    }
    const relay = new KnownRelay(copied(host), ip && copied(ip), port, socket && copied(socket));
    if (alike !== undefined) alike.push(relay);
    else {
      if (this.known.size >= relaysKept) this.known.clear();
      this.known.set(relay.ip ?? relay.host, [relay]);
    }
    return relay as Relay;
  }
}

/** A text of its own: a slice would keep all that it was cut from. */
export const copied = (text: string) => Buffer.from(text).toString();
