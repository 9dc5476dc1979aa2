/** What the system says of a connection or a datagram that fails, in the words that Postfix logs, and the kind that these have. */
import type { Kind } from '../postfix/reason.js';

const errors: Readonly<Record<string, readonly [Kind, string]>> = {
  ETIMEDOUT: ['connect_timeout', 'Connection timed out'],
  ECONNREFUSED: ['connection_refused', 'Connection refused'],
  EHOSTUNREACH: ['unreachable', 'No route to host'],
  ENETUNREACH: ['unreachable', 'Network is unreachable'],
  ENETDOWN: ['unreachable', 'Network is down'],
  EHOSTDOWN: ['unreachable', 'Host is down'],
  ECONNRESET: ['lost_connection', 'Connection reset by peer'],
  EACCES: ['local_failure', 'Permission denied'],
  EPERM: ['local_failure', 'Operation not permitted'],
  EADDRNOTAVAIL: ['local_failure', 'Cannot assign requested address'],
  EAFNOSUPPORT: ['local_failure', 'Address family not supported by protocol'],
  EINVAL: ['local_failure', 'Invalid argument'],
  EMFILE: ['local_failure', 'Too many open files'],
};

export function systemError(error: unknown): readonly [kind: Kind, words: string] {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  return errors[code] ?? ['other', message];
}
