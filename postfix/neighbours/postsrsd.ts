/** postsrsd 1 (its postsrsd.c) and 2 (its src/srs.c). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const postsrsd: readonly Pattern[] = [
  {
    action: 'sender_rewritten',
    text: 'srs_forward: <{sender}> rewritten as <{value}>',
    samples: ['srs_forward: <sender@example.net> rewritten as <SRS0=abcd=XY=example.net=sender@example.com>'],
  },
  {
    action: 'sender_rewritten',
    text: '<{sender}> forwarded as <{value}>',
    samples: ['<sender@example.net> forwarded as <SRS0=abcd=XY=example.net=sender@example.com>'],
  },
  {
    action: 'sender_kept',
    text: '{?srs_forward: ?}<{sender}> not rewritten: {reason}',
    samples: [
      'srs_forward: <sender@example.com> not rewritten: Domain excluded by policy',
      '<sender@example.com> not rewritten: all recipients are in local domains',
    ],
  },
  {
    action: 'recipient_restored',
    text: 'srs_reverse: <{orig_to}> rewritten as <{recipient}>',
    samples: ['srs_reverse: <srs0=abcd=XY=example.net=sender@example.com> rewritten as <sender@example.net>'],
  },
  {
    action: 'recipient_restored',
    text: '<{orig_to}> reversed to <{recipient}>',
    samples: ['<SRS0=abcd=XY=example.net=sender@example.com> reversed to <sender@example.net>'],
  },
  {
    action: 'recipient_kept',
    text: 'srs_reverse: <{recipient}> not rewritten: {reason}',
    samples: ['srs_reverse: <user@example.com> not rewritten: Not an SRS address.'],
  },
  {
    action: 'recipient_kept',
    text: '<{recipient}> not reversed: {reason}',
    samples: ['<SRS0=abcd=XY=example.net=x@example.com> not reversed: Hash invalid in SRS address'],
  },
  {
    action: 'recipient_rejected',
    text: 'rejecting invalid SRS address <{recipient}>',
    samples: ['rejecting invalid SRS address <SRS0=abcd=XY=example.net=x@example.com>'],
  },
  ...anyLine('error: cannot read secrets from /etc/postsrsd.secret', 'child process 4711 exited with status code 1'),
];
