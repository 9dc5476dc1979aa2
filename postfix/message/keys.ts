/** By what facts are found again: a message's by queue ID, those of one process by the process. */
import type { Fact } from './fact.js';

/** `mailer 4233D579836`: one queue ID on one host, in all its lives. */
export const queueKey = (host: string, queueId: string) => `${host} ${queueId}`;

/** `mailer postfix/smtp[19551]`: one process on one host, and its successors with the same number. */
export const processKey = (host: string, program: string, pid: number) => `${host} ${program}[${pid}]`;

export interface Keys {
  readonly queue?: string | undefined;
  readonly process?: string | undefined;
}

/**
 * The keys under which a fact must be found: that of its message, where it has a queue ID; and that of its process, where
 * the process tells what belongs together: tries of smtp and lmtp and what they end in, sessions of smtpd.
 */
export function keysOf(fact: Fact): Keys {
  const { host, program, pid } = fact;
  return {
    queue: 'queueId' in fact && fact.queueId !== undefined ? queueKey(host, fact.queueId) : undefined,
    process: pid !== undefined && joins(fact) ? processKey(host, program, pid) : undefined,
  };
}

function joins({ is }: Fact): boolean {
  switch (is) {
    case 'session':
    case 'tls':
    case 'greeting':
    case 'hang_up':
    case 'client':
    case 'delivery':
    case 'failure':
    case 'tls_error':
      return true;
    default:
      return false;
  }
}
