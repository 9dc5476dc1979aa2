/** fail2ban where it logs to syslog (its server/actions.py, server/filter.py). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const fail2ban: readonly Pattern[] = [
  {
    action: 'client_banned',
    text: '{?NOTICE{}?}[{service:word}] {?Restore ?}Ban {client_ip}',
    samples: ['NOTICE  [postfix] Ban 192.0.2.1', '[postfix-sasl] Restore Ban 2001:db8::1'],
  },
  {
    action: 'client_unbanned',
    text: '{?NOTICE{}?}[{service:word}] Unban {client_ip}',
    samples: ['NOTICE  [postfix] Unban 192.0.2.1'],
  },
  {
    action: 'client_found',
    text: '{?INFO{}?}[{service:word}] Found {client_ip}{? - {detail}?}',
    samples: ['INFO    [postfix-sasl] Found 192.0.2.1 - 2026-11-24 08:00:00'],
  },
  ...anyLine("INFO    Jail 'postfix' started"),
];
