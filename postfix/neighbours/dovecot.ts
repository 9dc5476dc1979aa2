/**
 * Dovecot: logins, mailboxes, local delivery (its src/login-common/, src/lib-lda/, src/lmtp/, src/auth/).
 * A level (`Info: `, `Error: `) may stand behind the process; since 2.3 a prefix holds a pid and a session, too.
 */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const dovecot: readonly Pattern[] = [
  // login-common/client-common.c. A user name with a > in it is left alone: it could pretend to be what follows.
  {
    action: 'login',
    text: '{service:word}: {?Info: ?}{Login|Logged in}: user=<{user:address}>, {?method={sasl_method}, ?}rip={client_ip}, lip={local_ip}{?, mpid={child_pid}?}{?, {}?}',
    samples: [
      'imap-login: Login: user=<user@example.com>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.25, mpid=4711, TLS, session=<pZ2QhC5m6MvAAgIB>',
      'imap-login: Info: Login: user=<user>, method=CRAM-MD5, rip=2001:db8::1, lip=2001:db8::25, mpid=4711, secured, session=<pZ2QhC5m6MvAAgIB>',
      'pop3-login: Login: user=<user>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.25, mpid=4711',
      'managesieve-login: Login: user=<user@example.com>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.25, mpid=4711, TLS, session=<a>',
    ],
  },
  {
    action: 'login_failed',
    text: '{service:word}: {?Info: ?}{Aborted login|Login aborted|Disconnected}{?:?} {detail}: user=<{user:address}>, {?method={sasl_method}, ?}rip={client_ip}, lip={local_ip}{?, {}?}',
    samples: [
      'imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<user@example.com>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.25, TLS, session=<pZ2QhC5m6MvAAgIB>',
      'imap-login: Aborted login (no auth attempts in 0 secs): user=<>, rip=192.0.2.1, lip=192.0.2.25, TLS handshaking, session=<a>',
      'pop3-login: Info: Login aborted: Connection closed (auth failed, 1 attempts in 5 secs) (auth_failed): user=<user>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.25, session=<a>',
      'imap-login: Disconnected: Connection closed (no auth attempts in 0 secs): user=<>, rip=2001:db8::1, lip=2001:db8::25, session=<a>',
    ],
  },
  {
    action: 'login_failed',
    text: '{service:word}: {?Info: ?}{Aborted login|Login aborted|Disconnected}{?:?} {detail}: rip={client_ip}, lip={local_ip}{?, {}?}',
    samples: ['imap-login: Aborted login (no auth attempts): rip=192.0.2.1, lip=192.0.2.25'],
  },
  {
    action: 'proxy',
    text: '{service:word}: {?Info: ?}proxy({user:address}): {detail}: user=<{}>, {?method={sasl_method}, ?}rip={client_ip}, lip={local_ip}{?, {}?}',
    samples: [
      'imap-login: proxy(user@example.com): started proxying to 192.0.2.30:143: user=<user@example.com>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.25, TLS, session=<a>',
    ],
  },

  // lib-lda/mail-deliver.c, Pigeonhole: sieve
  {
    action: 'mail_saved',
    text: 'lmtp({child_pid}, {user:address}): {detail:word}: {?sieve: ?}msgid={message_id}: {saved mail to |stored mail into mailbox }{path}',
    set: { service: 'lmtp' },
    samples: ['lmtp(4711, user@example.com): gNxVBbVGWGcnEgAA0J78UA: msgid=<20261124.1@example.com>: saved mail to INBOX'],
  },
  {
    action: 'mail_saved',
    text: '{service:word}({user:address}){?<{child_pid}><{}>?}: {?Info: ?}{?sieve: ?}msgid={message_id}: {saved mail to |stored mail into mailbox }{path}',
    samples: [
      "lmtp(user@example.com)<4711><qEb9Fw5XWGcnEgAA0J78UA>: sieve: msgid=<20261124.1@example.com>: stored mail into mailbox 'INBOX'",
      'lmtp(user@example.com)<4711><qEb9Fw5XWGcnEgAA0J78UA>: msgid=<20261124.1@example.com>: saved mail to INBOX',
      'lda(user): Info: msgid=<20261124.1@example.com>: saved mail to INBOX',
      'deliver(user@example.com): msgid=<20261124.1@example.com>: saved mail to INBOX',
    ],
  },
  {
    action: 'mail_not_saved',
    text: '{service:word}({user:address}){?<{child_pid}><{}>?}: {?Info: ?}{?sieve: ?}msgid={message_id}: save failed to {?open mailbox ?}{path}: {error}',
    samples: [
      'lmtp(user@example.com)<4711><a>: msgid=<20261124.1@example.com>: save failed to INBOX: Quota exceeded (mailbox for user is full)',
      "lda(user)<4711><a>: msgid=<20261124.1@example.com>: save failed to open mailbox Junk: Mailbox doesn't exist",
    ],
  },
  {
    action: 'mail_forwarded',
    text: '{service:word}({user:address}){?<{child_pid}><{}>?}: {?Info: ?}{?sieve: ?}msgid={message_id}: forwarded to <{recipient}>',
    samples: ['lmtp(user@example.com)<4711><a>: sieve: msgid=<20261124.1@example.com>: forwarded to <other@example.net>'],
  },
  {
    action: 'mail_filtered',
    text: '{service:word}({user:address}){?<{child_pid}><{}>?}: {?Info: ?}{?sieve: ?}msgid={message_id}: {detail}',
    samples: [
      'lmtp(user@example.com)<4711><a>: sieve: msgid=<20261124.1@example.com>: marked message to be discarded if not explicitly delivered (discard action)',
      'lda(user)<4711><a>: sieve: msgid=<20261124.1@example.com>: sent vacation response to <sender@example.net>',
    ],
  },

  // imap/imap-client.c, pop3/pop3-client.c
  {
    action: 'disconnect',
    text: '{service:word}({user:address}){?<{child_pid}><{}>?}: {?Info: ?}{Disconnected|Connection closed|Logged out}{?:?} {detail}',
    samples: [
      'imap(user@example.com)<4711><pZ2QhC5m6MvAAgIB>: Disconnected: Logged out in=123 out=4567 deleted=0 expunged=0 trashed=0',
      'pop3(user): Disconnected: Logged out top=0/0, retr=1/2345, del=1/1, size=2345',
      'imap(user@example.com)<4711><a>: Info: Connection closed (IDLE running for 0.001 + waiting input for 1800.001 secs) in=1 out=2',
    ],
  },

  // lmtp/lmtp-client.c
  {
    action: 'lmtp_session',
    text: 'lmtp({child_pid}): {?Info: ?}{Connect|Disconnect} from {detail}',
    set: { service: 'lmtp' },
    samples: [
      'lmtp(4711): Connect from local',
      'lmtp(4711): Disconnect from local: Logged out (state=READY)',
      'lmtp(4711): Info: Connect from 192.0.2.25',
    ],
  },

  // auth/auth-request.c: passdb(user,ip,session)
  {
    action: 'auth_failed',
    text: '{service:word}{?({child_pid})?}: {?Info: ?}{?conn {}: auth-worker<{}>: ?}{table:word}({user:address},{client_ip}{?,<{}>?}): {error}',
    samples: [
      'auth: passwd-file(user@example.com,192.0.2.1,<pZ2QhC5m6MvAAgIB>): unknown user',
      'auth-worker(4711): sql(user@example.com,192.0.2.1): Password mismatch',
      'auth-worker(4711): Info: conn unix:auth-worker (pid=4712,uid=97): auth-worker<3>: pam(user,2001:db8::1): pam_authenticate() failed: Authentication failure (Password mismatch?)',
    ],
  },

  // master/main.c
  {
    action: 'starting',
    text: 'master: {?Info: ?}Dovecot {version} {?({}) ?}starting up{? {detail}?}',
    samples: ['master: Dovecot v2.3.19.1 (9b53102964) starting up for imap, lmtp (core dumps disabled)'],
  },
  {
    action: 'stopping',
    text: 'master: {?Warning: ?}Killed with signal {signal} ({detail})',
    samples: ['master: Warning: Killed with signal 15 (by pid=1 uid=0 code=kill)'],
  },

  {
    action: 'trouble',
    text: '{service:word}({user:address}){?<{child_pid}><{}>?}: {Error|Warning|Fatal|Panic}: {error}',
    samples: [
      'imap(user@example.com)<4711><a>: Error: Mailbox INBOX: Corrupted index file: wrong indexid',
      'lmtp(4711): Error: conn unix: write failed',
    ],
  },
  {
    action: 'trouble',
    text: '{service:word}: {Error|Warning|Fatal|Panic}: {error}',
    samples: [
      'auth: Error: mysql(db.example.com): Connect failed to database',
      'master: Error: service(imap-login): Initial status notification not received',
    ],
  },
  ...anyLine('config: Using compiled-in settings', 'stats: nothing to do'),
];
