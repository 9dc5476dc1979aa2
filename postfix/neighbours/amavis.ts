/** amavis, with the log template it comes with (Amavis.pm, log_short_templ). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

const rest =
  '<{sender}> -> <{recipient}>{}{?, Queue-ID: {queue_id}?}{?, Message-ID: {message_id}?}{?, Resent-Message-ID: {}?}{?, mail_id: {}?}, Hits: {value:word}, size: {size}{?, pt: {}?}{?, queued_as: {queued_as}?}{?, {}?}';

export const amavis: readonly Pattern[] = [
  {
    action: 'mail_passed',
    text: `({}) Passed {detail}, {?{service:host} ?}{?LOCAL ?}[{client_ip}]{?:{client_port}?} {?[{orig_client_ip}] ?}${rest}`,
    samples: [
      '(29297-01) Passed CLEAN {RelayedInbound}, [192.0.2.1]:51234 [198.51.100.7] <sender@example.net> -> <user@example.com>, Queue-ID: 4ABC01234, Message-ID: <1@example.net>, mail_id: iIjR6yY1vZ6z, Hits: -1.9, size: 2345, queued_as: 4DEF01234, 812 ms',
      '(29297-02-6) Passed SPAMMY {RelayedTaggedInbound,Quarantined}, ORIGINATING LOCAL [2001:db8::1]:51234 <> -> <user@example.com>,<other@example.com>, quarantine: x/spam-x.gz, Message-ID: <1@example.net>, mail_id: a, Hits: 5.2, size: 2345, queued_as: 4DEF01234/4DEF01235, dkim_sd=s1:example.net, 812 ms',
    ],
  },
  {
    action: 'mail_passed',
    text: `({}) Passed {detail}, ${rest}`,
    samples: [
      '(29297-03) Passed CLEAN, <sender@example.net> -> <user@example.com>, Message-ID: <1@example.net>, mail_id: a, Hits: -, size: 2345, queued_as: 4DEF01234, 12 ms',
    ],
  },
  {
    action: 'mail_blocked',
    text: `({}) Blocked {detail}, {?{service:host} ?}{?LOCAL ?}[{client_ip}]{?:{client_port}?} {?[{orig_client_ip}] ?}${rest}`,
    samples: [
      '(29297-04) Blocked SPAM {DiscardedInbound,Quarantined}, [192.0.2.1]:51234 [192.0.2.1] <sender@example.net> -> <user@example.com>, quarantine: spam-x.gz, Queue-ID: 4ABC01234, Message-ID: <1@example.net>, mail_id: a, Hits: 15.2, size: 2345, 812 ms',
      '(29297-05) Blocked INFECTED (Eicar-Test-Signature) {DiscardedInbound}, [192.0.2.1] [192.0.2.1] <sender@example.net> -> <user@example.com>, mail_id: a, Hits: -, size: 2345, 12 ms',
    ],
  },
  {
    action: 'mail_blocked',
    text: `({}) Blocked {detail}, ${rest}`,
    samples: [
      '(29297-06) Blocked BANNED (.exe,invoice.exe), <sender@example.net> -> <user@example.com>, mail_id: a, Hits: -, size: 2345, 12 ms',
    ],
  },
  {
    action: 'trouble',
    text: '({}) (!{?!?}){error}',
    samples: [
      '(29297-07) (!)connect to /run/clamav/clamd.ctl failed, attempt #1: No such file or directory',
      '(29297-07) (!!)TROUBLE in check_mail: parts FAILED',
    ],
  },
  ...anyLine(
    'starting. /usr/sbin/amavisd at mail.example.com amavisd-new-2.13.0',
    '(29297-08) Checking: iIjR6yY1vZ6z [192.0.2.1] <a@example.net> -> <b@example.com>',
  ),
];
