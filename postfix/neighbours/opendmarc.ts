/** OpenDMARC (its opendmarc/opendmarc.c). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const opendmarc: readonly Pattern[] = [
  {
    action: 'dmarc_pass',
    text: '{target:host} pass',
    samples: ['example.net pass'],
  },
  {
    action: 'dmarc_fail',
    text: '{target:host} fail',
    samples: ['example.net fail'],
  },
  {
    action: 'dmarc_none',
    text: '{target:host} none',
    samples: ['example.net none'],
  },
  {
    action: 'dmarc_error',
    text: '{target:host} temperror',
    samples: ['example.net temperror'],
  },
  {
    action: 'spf_result',
    text: 'SPF({helo|mailfrom}): {target} {detail:word}',
    samples: ['SPF(mailfrom): example.net pass', 'SPF(helo): mail.example.net none', 'SPF(mailfrom): user@example.net fail'],
  },
  {
    action: 'header_ignored',
    text: '{queue_id} ignoring Authentication-Results at {count} from {target}',
    samples: ['4ABC01234 ignoring Authentication-Results at 1 from mx.example.net'],
  },
  {
    action: 'client_ignored',
    text: 'ignoring connection from {client_host}',
    samples: ['ignoring connection from localhost'],
  },
  {
    action: 'mail_ignored',
    text: 'ignoring mail from {target}',
    samples: ['ignoring mail from example.com'],
  },
  ...anyLine('implicit authentication service: mx.example.com', 'RFC5322 requirement error: missing From field; accepting'),
];
