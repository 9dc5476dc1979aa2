/** How smtpd says that a session has ended otherwise than by QUIT. */
import type { Daemon } from './daemons.js';
import type { Server } from './server.js';

/**
 * @param what `lost connection after RCPT` and the like
 * @param from the client as `host[ip]`
 * @param queueId of the message that was under way
 */
export function sayEnd(server: Server, smtpd: Daemon, what: string, from: string, queueId = 'NOQUEUE'): void {
  const id = server.settings.isNew ? `${queueId}: ` : '';
  server.say(smtpd, `${id}${what} from ${from}`);
}
