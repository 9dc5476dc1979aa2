/** The line that says what became of a recipient. */
import type { Daemon } from './daemons.js';
import { delayFields, type Moments } from './delays.js';
import type { Message, Recipient } from './message.js';
import type { Server } from './server.js';

export interface Status {
  readonly status: 'sent' | 'bounced' | 'deferred';
  readonly dsn: string;
  /** What stands in brackets behind the status. */
  readonly text: string;
  /** As logged: `host[ip]:25`, `local`, `none`. */
  readonly relay: string;
  /** Without address and port. */
  readonly relayName: string;
  readonly relayIp: string | null;
  /** How often the connection has been used, this time included; 1 where it is new. */
  readonly connectionUse?: number;
  readonly tls?: string | undefined;
}

/** Writes the line and keeps what it says in the recipient. */
export function sayStatus(server: Server, agent: Daemon, message: Message, recipient: Recipient, moments: Moments, status: Status): void {
  const origTo = recipient.origTo === null ? '' : `, orig_to=<${recipient.origTo}>`;
  const use = status.connectionUse === undefined || status.connectionUse < 2 ? '' : `, conn_use=${status.connectionUse}`;
  const tls = status.tls === undefined ? '' : `, tls=${status.tls}`;
  server.say(
    agent,
    `${message.id}: to=<${recipient.address}>${origTo}, relay=${status.relay}${use}, ${delayFields(moments)}${tls}` +
      `, dsn=${status.dsn}, status=${status.status} (${status.text})`,
  );
  recipient.status = status.status;
  recipient.dsn = status.dsn;
  recipient.relay = status.relayName;
  recipient.relayIp = status.relayIp;
  recipient.deliveries += 1;
}
