/** Mail to a destination that has failed again and again is deferred without a try (the error daemon, as `retry`). */
import type { Steps } from './agenda.js';
import type { Job } from './destination.js';
import type { Server } from './server.js';
import { sayStatus } from './status_line.js';

export function* suspended(server: Server, { message, recipients, destination }: Job): Steps {
  const error = server.take('postfix/error');
  const handoff = server.now;
  const { dsn, reason } = destination.lastFailure;
  yield server.random.between(0.001, 0.012);
  const moments = { arrival: message.arrival, active: message.active, handoff, connected: handoff, done: server.now };
  for (const recipient of recipients) {
    sayStatus(server, error, message, recipient, moments, {
      status: 'deferred',
      dsn,
      text: `delivery temporarily suspended: ${reason}`,
      relay: 'none',
      relayName: 'none',
      relayIp: null,
    });
  }
  server.release('postfix/error', error);
}
