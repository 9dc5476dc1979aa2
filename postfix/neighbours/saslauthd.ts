/** saslauthd: the function in 16 columns, then the text (its saslauthd/utils.c, saslauthd-main.c). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const saslauthd: readonly Pattern[] = [
  {
    action: 'auth_failed',
    text: 'do_auth{}: auth failure: [user={user:address}] [service={service:word}] [realm={}] {?[remote={?{client_ip}?}] ?}[mech={sasl_method}] [reason={reason}]',
    samples: [
      'do_auth         : auth failure: [user=user@example.com] [service=smtp] [realm=example.com] [mech=pam] [reason=PAM auth error]',
      'do_auth         : auth failure: [user=user] [service=smtp] [realm=] [remote=192.0.2.1] [mech=shadow] [reason=Unknown]',
      'do_auth         : auth failure: [user=user] [service=smtp] [realm=] [remote=] [mech=shadow] [reason=Unknown]',
    ],
  },
  {
    action: 'authenticated',
    text: 'do_auth{}: auth success{}: [user={user:address}] [service={service:word}] [realm={}]{?{}?}',
    samples: [
      'do_auth         : auth success (cached): [user=user] [service=smtp] [realm=example.com] [remote=]',
      'do_auth         : auth success: [user=user] [service=smtp] [realm=] [mech=pam]',
    ],
  },
  {
    action: 'auth_failed',
    text: 'pam_{}({service}): authentication failure; {} rhost={} user={user}',
    samples: ['pam_unix(smtp:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=  user=user'],
  },
  {
    action: 'auth_failed',
    text: 'pam_{}({service}): check pass; user unknown',
    samples: ['pam_unix(smtp:auth): check pass; user unknown'],
  },
  ...anyLine('main            : starting saslauthd', 'ipc_init        : listening on socket: /run/saslauthd/mux'),
];
