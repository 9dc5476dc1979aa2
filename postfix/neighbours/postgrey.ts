/** postgrey (its postgrey, mylog_action). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

const attributes = '{?client_name={client_host}, ?}client_address={client_ip}{?, sender={sender}?}{?, recipient={recipient}?}';

export const postgrey: readonly Pattern[] = [
  {
    action: 'greylist_pass',
    text: `action=pass, reason={reason}, {?delay={elapsed}, ?}${attributes}`,
    samples: [
      'action=pass, reason=triplet found, delay=312, client_name=mail.example.net, client_address=192.0.2.1, sender=sender@example.net, recipient=user@example.com',
      'action=pass, reason=client whitelist, client_name=mail.example.net, client_address=2001:db8::1, recipient=user@example.com',
      'action=pass, reason=client AWL, client_name=unknown, client_address=192.0.2.1, sender="a, b"@example.net, recipient=user@example.com',
    ],
  },
  {
    action: 'greylisted',
    text: `action=greylist, reason={reason}, ${attributes}`,
    samples: [
      'action=greylist, reason=new, client_name=mail.example.net, client_address=192.0.2.1, sender=sender@example.net, recipient=user@example.com',
      'action=greylist, reason=early-retry (12s missing), client_name=unknown, client_address=192.0.2.1, sender=sender@example.net, recipient=user@example.com',
    ],
  },
  {
    action: 'client_whitelisted',
    text: 'whitelisted: {?{client_host}[?}{client_ip}{?]?}',
    samples: ['whitelisted: mail.example.net[192.0.2.1]', 'whitelisted: 2001:db8::1'],
  },
  ...anyLine('cleaning up old logs...', 'cleaning main database finished. before: 120, after: 97', 'WARNING: could not open database'),
];
