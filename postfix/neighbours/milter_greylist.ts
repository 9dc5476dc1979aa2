/** milter-greylist (its milter-greylist.c). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const milterGreylist: readonly Pattern[] = [
  {
    action: 'greylisted',
    text: 'addr {client_host}[{client_ip}] from <{sender}> to <{recipient}> delayed{} for {detail}',
    samples: ['addr mail.example.net[192.0.2.1] from <sender@example.net> to <user@example.com> delayed for 00:30:00 (ACL 12)'],
  },
  {
    action: 'client_blacklisted',
    text: 'addr {client_host}[{client_ip}] from <{sender}> {?to <{recipient}> ?}blacklisted{? {detail}?}',
    samples: [
      'addr mail.example.net[192.0.2.1] from <sender@example.net> to <user@example.com> blacklisted (ACL 3)',
      'addr mail.example.net[192.0.2.1] from <a@example.net> blacklisted',
    ],
  },
  {
    action: 'greylist_pass',
    text: 'Sender IP {client_ip} and address <{sender}> are SPF-compliant, bypassing greylist{?{}?}',
    samples: ['Sender IP 192.0.2.1 and address <sender@example.net> are SPF-compliant, bypassing greylist'],
  },
  ...anyLine('config file "/etc/milter-greylist/greylist.conf" is okay'),
];
